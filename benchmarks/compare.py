"""Comparing two exports of 50,000 clients by meaning, against a raw comparison by datacompy; and the spreadsheet.

The other side comes with the extra `bench`; without it our own figures are told alone.
"""

import csv
import os
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.figure import PAIRS, Figure, in_turn, of_samples
from benchmarks.process import ROOT

SUBJECT = "compare"
CLIENTS = 50_000
SEED = 7
MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
ROWS = 200_000


def run(folder: Path) -> list[Figure]:
    """Whole processes, from start to exit, files read and report written."""
    exports = ROOT / "tests" / "labelled_exports.py"
    subprocess.run(
        [sys.executable, str(exports), str(folder), "--clients", str(CLIENTS), "--seed", str(SEED)], check=True
    )
    ours = [sys.executable, "-c", MAIN, "compare", "left.csv", "right.csv", "--out", "r.csv"]
    bare = [sys.executable, str(ROOT / "benchmarks" / "bare_compare.py"), "left.csv", "right.csv"]
    figures = _against(folder, "comparing by meaning ÷ datacompy's raw compare", ours, bare, "datacompy", (1.0, 0.5))
    return [*figures, *_quality(folder), *_workbook(folder)]


def _workbook(folder: Path) -> list[Figure]:
    """So many rows of the report's form, as a spreadsheet."""
    with (folder / "r.csv").open(newline="", encoding="utf-8") as report:
        lines = list(csv.reader(report))
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([lines[0], *((lines[1:] * 3)[:ROWS])])
    commands = [
        [sys.executable, str(ROOT / "benchmarks" / f"{name}_workbook.py"), "rows.csv", f"{name}.xlsx"]
        for name in ("product", "bare")
    ]
    name = f"spreadsheet of {ROWS:,} rows ÷ xlsxwriter's"
    return _against(folder, name, commands[0], commands[1], "xlsxwriter", (0.25, 0.12))


def _against(
    folder: Path, name: str, ours: list[str], bare: list[str], library: str, wanted: tuple[float, float]
) -> list[Figure]:
    """Both in turn; ours alone where the other side is not installed."""
    subject = name.partition(" ÷ ")[0]
    if find_spec(library) is None:
        alone = [_timed(folder, ours) for _ in range(PAIRS)]
        return [of_samples(SUBJECT, f"{subject} ({library} is not installed)", [each["s"] for each in alone], "s")]
    pairs = in_turn(lambda: _timed(folder, ours), lambda: _timed(folder, bare))
    wall = [first["s"] / second["s"] for first, second in pairs]
    cpu = [first["cpu"] / second["cpu"] for first, second in pairs]
    return [
        of_samples(SUBJECT, name, wall, "", *wanted),
        of_samples(SUBJECT, f"{subject}, CPU time ÷ {library}'s", cpu, ""),
        of_samples(SUBJECT, f"{subject}, peak memory", [first["mib"] for first, _ in pairs], "MiB"),
        of_samples(SUBJECT, f"{library}, peak memory", [second["mib"] for _, second in pairs], "MiB"),
    ]


def _timed(folder: Path, command: list[str]) -> dict[str, Any]:
    """Seconds, CPU seconds and the largest process's peak memory of a command."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH")))),
    }
    began = perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), command
    return {"s": perf_counter() - began, "cpu": used.ru_utime + used.ru_stime, "mib": used.ru_maxrss / 1024}


def _quality(folder: Path) -> list[Figure]:
    """How well real differences are told from ways of writing, by the labels."""
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        truth = {(row["client_code"], row["field"]): row["kind"] for row in csv.DictReader(file)}
    with (folder / "r.csv").open(newline="", encoding="utf-8") as file:
        told = {(row["client_code"], row["field"]): row["kind"] for row in csv.DictReader(file)}
    found = Counter((kind, told.get(cell, "equal")) for cell, kind in truth.items())
    hits, alarms = found["real", "real"], found["format", "real"]
    misses = found["real", "format"] + found["real", "equal"]
    return [
        Figure(SUBJECT, "cells that are not equal", len(truth), ""),
        Figure(SUBJECT, "1 - F1 of “really different”", 1 - 2 * hits / (2 * hits + alarms + misses), "", 0.005, 0.001),
        Figure(SUBJECT, "real differences that were missed", misses, ""),
    ]
