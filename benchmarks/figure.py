"""A measured figure with what it should be, and taking two measurements in turn."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

PAIRS = 3
"""How often two things are measured in turn, so that what else the machine does falls on both."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; less is better. `target` is what it must not pass, None where it is told for scale alone.

    `samples` are the single measurements that `value` is the median of.
    """

    subject: str
    name: str
    value: float
    unit: str
    target: float | None = None
    goal: float | None = None
    samples: tuple[float, ...] = ()

    @property
    def passes(self) -> bool | None:
        """Whether the target is met; None without one."""
        return None if self.target is None else self.value <= self.target

    def as_json(self) -> dict[str, Any]:
        """The figure for a program to read."""
        return {**asdict(self), "passes": self.passes}

    def line(self) -> str:
        """The figure for a person to read."""
        verdict = {True: "pass", False: "FAIL", None: ""}[self.passes]
        wanted = "" if self.target is None else f"≤ {self.target:g} {self.unit}".rstrip()
        goal = "" if self.goal is None else f"(goal ≤ {self.goal:g})"
        value = f"{self.value:.3g}" if self.value < 1000 else f"{self.value:,.0f}"
        return f"  {self.name:<58} {value:>8} {self.unit:<4} {verdict:<5} {wanted} {goal}".rstrip()


def in_turn(
    first: Callable[[], dict[str, Any]], second: Callable[[], dict[str, Any]], pairs: int = PAIRS
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What both gave, measured A B A B …"""
    return [(first(), second()) for _ in range(pairs)]


def of_samples(
    subject: str, name: str, samples: list[float], unit: str, target: float | None = None, goal: float | None = None
) -> Figure:
    """The figure whose value is the median of these."""
    return Figure(subject, name, median(samples), unit, target, goal, tuple(round(each, 4) for each in samples))
