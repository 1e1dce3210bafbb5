"""The Clients page, its search as one types, and the panel: queries, and what a longer register costs a screen."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.figure import Figure, in_turn, of_samples
from benchmarks.process import installation, measured

SUBJECT = "screens"
SMALL, LARGE = 500, 15_000


def run(folder: Path) -> list[Figure]:
    """Every screen on a small and on a large register, each in a database of its own."""
    environments = {size: made(folder / str(size), size) for size in (SMALL, LARGE)}
    pairs = in_turn(
        lambda: measured("screens_asked", environment=environments[SMALL]),
        lambda: measured("screens_asked", environment=environments[LARGE]),
    )
    found: list[Figure] = []
    for screen in pairs[0][0]:
        small, large = ([each[side][screen] for each in pairs] for side in (0, 1))
        ratios = [there["ms"] / here["ms"] for here, there in zip(small, large, strict=True)]
        queries = max(each["queries"] for each in (*small, *large))
        found += [
            Figure(SUBJECT, f"{screen}: queries", queries, "", 10),
            of_samples(
                SUBJECT,
                f"{screen}: CPU time at {LARGE:,} ÷ at {SMALL} clients",
                ratios,
                "",
                1.3,
            ),
            of_samples(SUBJECT, f"{screen}: CPU ms at {LARGE:,} clients", [each["ms"] for each in large], "ms"),
        ]
    return found


def made(folder: Path, size: int) -> Mapping[str, str]:
    """An installation whose firm has so many clients."""
    environment = installation(folder)
    measured("make_firm", str(size), "calm", environment=environment)
    return environment
