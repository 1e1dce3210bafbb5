"""Reading a whole client list into the store, against a bare script that reads the same values."""

from pathlib import Path
from typing import Any

from benchmarks.client_list import CLIENTS, write_list
from benchmarks.figure import Figure, in_turn, of_samples
from benchmarks.process import installation, measured, serving

SUBJECT = "ingest"
LARGER = 3


def run(folder: Path) -> list[Figure]:
    """Speed at 50 MB; memory at 50 MB and at three times as much."""
    write_list(folder / "whole.xml", CLIENTS)
    write_list(folder / "larger.xml", CLIENTS * LARGER)
    with serving("list_server", str(folder)) as address:
        pairs = in_turn(
            lambda: product(folder / "product", f"{address}/whole"),
            lambda: bare(folder / "bare.sqlite3", f"{address}/whole"),
        )
        tables = in_turn(
            lambda: product(folder / "product", f"{address}/whole"),
            lambda: bare(folder / "bare.sqlite3", f"{address}/whole", "bare_tables"),
        )
        larger = product(folder / "product", f"{address}/larger")
        larger_bare = bare(folder / "bare.sqlite3", f"{address}/larger")
    for ours, theirs in (*pairs, (larger, larger_bare)):
        assert (ours["held"], ours["inner"]) == (theirs["held"], theirs["inner"]), "they read different things"
    ratios = [ours["seconds"] / theirs["seconds"] for ours, theirs in pairs]
    peaks = [ours["mib"] for ours, _ in pairs]
    peak = of_samples(SUBJECT, "peak memory over idle, 50 MB", peaks, "MiB", 60, 50)
    into_tables = [ours["seconds"] / theirs["seconds"] for ours, theirs in tables]
    return [
        of_samples(SUBJECT, "time ÷ bare script into five tables, 50 MB", into_tables, "", 1.5, 1.2),
        of_samples(SUBJECT, "time ÷ bare script that reads the same values, 50 MB", ratios, "", 1.5, 1.2),
        of_samples(
            SUBJECT, "CPU time ÷ bare script, 50 MB", [ours["cpu"] / theirs["cpu"] for ours, theirs in pairs], ""
        ),
        Figure(SUBJECT, "time ÷ bare script, 150 MB", larger["seconds"] / larger_bare["seconds"], ""),
        of_samples(SUBJECT, "seconds, 50 MB", [ours["seconds"] for ours, _ in pairs], "s"),
        of_samples(SUBJECT, "bare script's seconds, 50 MB", [theirs["seconds"] for _, theirs in pairs], "s"),
        peak,
        of_samples(SUBJECT, "bare script's peak memory over idle, 50 MB", [bare["mib"] for _, bare in pairs], "MiB"),
        Figure(SUBJECT, "peak memory, 150 MB ÷ 50 MB", larger["mib"] / peak.value, "", 1.1),
    ]


def product(folder: Path, *addresses: str) -> dict[str, Any]:
    """What the product measures of itself on a fresh database."""
    _remove(folder)
    environment = installation(folder)
    measured("product_ingest", "prepare", environment=environment)
    return measured("product_ingest", *addresses, environment=environment)


def bare(file: Path, address: str, script: str = "bare_ingest") -> dict[str, Any]:
    """What a bare script measures of itself on a fresh database."""
    file.unlink(missing_ok=True)
    return measured(script, f"{address}/practicemanager/3.1/client.api/list?detailed=true", str(file))


def _remove(folder: Path) -> None:
    for file in folder.glob("*"):
        file.unlink()
