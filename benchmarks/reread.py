"""Reading the same list again when one client in a hundred has changed, against reading it the first time."""

from pathlib import Path

from benchmarks.client_list import CLIENTS, write_list
from benchmarks.figure import PAIRS, Figure, of_samples
from benchmarks.ingest import product
from benchmarks.process import serving

SUBJECT = "reread"


def run(folder: Path) -> list[Figure]:
    """The first reading and the second, one after the other on the same database."""
    write_list(folder / "whole.xml", CLIENTS)
    write_list(folder / "edited.xml", CLIENTS, edited=True)
    with serving("list_server", str(folder)) as address:
        runs = [product(folder / "product", f"{address}/whole", f"{address}/edited") for _ in range(PAIRS)]
    ratios = [second / first for first, second in (each["each"] for each in runs)]
    return [
        of_samples(SUBJECT, "time with 1 % changed ÷ first time, 50 MB", ratios, "", 0.35, 0.25),
        of_samples(SUBJECT, "seconds with 1 % changed, 50 MB", [each["each"][1] for each in runs], "s"),
    ]
