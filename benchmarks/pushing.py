"""Writing a thousand changed clients to XPM at its limit of 60 calls a minute."""

from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.process import installation, measured

SUBJECT = "pushing"
PUSHES = 1_000
A_MINUTE = 60


def run(folder: Path) -> list[Figure]:
    """Send them on a clock that only waits move; the sandbox enforces the limits."""
    told = measured("product_pushing", str(PUSHES), environment=installation(folder / "firm"))
    assert told["pushes"] == PUSHES, told
    optimum = 1 + 1 / PUSHES
    unused = 1 - told["calls"] / (A_MINUTE * told["minutes"])
    return [
        Figure(
            SUBJECT, "calls a changed client, over the optimum of 1 + 1/c", told["calls"] / PUSHES / optimum, "", 1.10
        ),
        Figure(SUBJECT, "part of the minute's calls that was left unused", unused, "", 0.10),
        Figure(SUBJECT, "calls refused for being too many", told["refused"], "", 0),
        Figure(SUBJECT, "CPU milliseconds a push", 1e3 * told["cpu"] / PUSHES, "ms", 8.0),
        Figure(SUBJECT, "kilobytes read from XPM a push", told["egress"] / PUSHES / 1e3, "kB"),
    ]
