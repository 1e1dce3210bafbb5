"""The trend as a drawing: a bar a day of clients that needed somebody, those that failed at its foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from practicesync.queries.trend import Day

WIDTH, HEIGHT, GAP = 600.0, 80.0, 3.0
ENOUGH = 2
"""One day is no trend."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where it stands, and how high either part is, in units of the drawing."""

    day: date
    needs_you: int
    failing: int
    x: str
    width: str
    needs_y: str
    needs_height: str
    failing_y: str
    failing_height: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bars, and what the ends of the scales are."""

    bars: tuple[Bar, ...]
    highest: int
    first: date
    last: date


def drawn(days: Sequence[Day]) -> Drawing | None:
    """The days as bars; None where there are too few, or nobody was ever needed."""
    highest = max((each.total for each in days), default=0)
    if len(days) < ENOUGH or not highest:
        return None
    step = WIDTH / len(days)
    bars = tuple(_bar(each, at * step, step, HEIGHT / highest) for at, each in enumerate(days))
    return Drawing(bars, highest, days[0].day, days[-1].day)


def _bar(day: Day, x: float, step: float, scale: float) -> Bar:
    failing, needs = day.failing * scale, day.needs_you * scale
    return Bar(
        day=day.day,
        needs_you=day.needs_you,
        failing=day.failing,
        x=f"{x + GAP / 2:.2f}",
        width=f"{max(1.0, step - GAP):.2f}",
        needs_y=f"{HEIGHT - failing - needs:.2f}",
        needs_height=f"{needs:.2f}",
        failing_y=f"{HEIGHT - failing:.2f}",
        failing_height=f"{failing:.2f}",
    )
