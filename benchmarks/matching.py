"""Matching two exports of 50,000 clients, against Splink; and how much of it is right, on firms not fitted to.

The other side comes with the extra `bench`; without it our own figures are told alone.
"""

import csv
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.figure import PAIRS, Figure, in_turn, of_samples
from benchmarks.process import ROOT

sys.path.append(str(ROOT / "tests"))

from matched_firm.firm import make_firm
from matched_firm.scoring import hits, recall_at, score_links, score_twins, sprung

SUBJECT = "matching"
CLIENTS = 50_000
SEEDS = (90_001, 90_002, 90_003)
FIRM = 5_000
MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
OURS = ("match", "left.csv", "right.csv", "--out", "links.csv", "--candidates", "c.csv", "--duplicates", "d.csv")


def run(folder: Path) -> list[Figure]:
    """Whole processes, from start to exit, files read and links written."""
    figures = [*_quality(folder)]
    _write(folder, SEEDS[0], CLIENTS)
    ours = [sys.executable, "-c", MAIN, *OURS[:5]]
    if find_spec("splink") is None:
        alone = [_timed(folder, ours) for _ in range(PAIRS)]
        return [*figures, of_samples(SUBJECT, "50,000 × 50,000 (no Splink)", [each["s"] for each in alone], "s")]
    splink = [sys.executable, str(ROOT / "benchmarks" / "bare_link.py"), "s.csv"]
    pairs = in_turn(lambda: _timed(folder, ours), lambda: _timed(folder, splink))
    wall = [one["s"] / two["s"] for one, two in pairs]
    return [
        *figures,
        of_samples(SUBJECT, "50,000 × 50,000, wall ÷ Splink's", wall, "", 0.33, 0.2),
        of_samples(SUBJECT, "the same, peak memory", [one["mib"] for one, _ in pairs], "MiB", 300),
        of_samples(SUBJECT, "Splink's peak memory", [two["mib"] for _, two in pairs], "MiB"),
    ]


def _quality(folder: Path) -> list[Figure]:
    """What is missed or wrong, in the mean of some firms."""
    found: list[dict[str, float]] = []
    for seed in SEEDS:
        _write(folder, seed, FIRM)
        _timed(folder, [sys.executable, "-c", MAIN, *OURS])
        found.append(_scores(folder, seed))
    targets = {
        "1 - F1 of links": 0.03,
        "1 - recall at precision .999": 0.2,
        "1 - first suggestion right": 0.03,
        "1 - right one among five": 0.01,
    }
    targets |= {"look-alikes linked": 0.06, "1 - F1 of duplicates": 0.15}
    return [of_samples(SUBJECT, name, [each[name] for each in found], "", target) for name, target in targets.items()]


def _scores(folder: Path, seed: int) -> dict[str, float]:
    firm = make_firm(seed, FIRM)
    links = [(left, right, float(score)) for left, right, score in _rows(folder / "links.csv")]
    pairs = [link[:2] for link in links]
    ranked: dict[str, list[str]] = {}
    for left, right, _ in _rows(folder / "c.csv"):
        ranked.setdefault(left, []).append(right)
    counts = sprung(firm, pairs).values()
    return {
        "1 - F1 of links": 1 - score_links(firm, pairs).f1,
        "1 - recall at precision .999": 1 - recall_at(firm, links, 0.999),
        "1 - first suggestion right": 1 - hits(firm, ranked, 1),
        "1 - right one among five": 1 - hits(firm, ranked, 5),
        "look-alikes linked": sum(linked for linked, _ in counts) / max(sum(total for _, total in counts), 1),
        "1 - F1 of duplicates": 1 - score_twins(firm, [(one, two) for one, two in _rows(folder / "d.csv")]).f1,
    }


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def _write(folder: Path, seed: int, clients: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    command = [sys.executable, "-m", "matched_firm", str(folder), "--clients", str(clients), "--seed", str(seed)]
    subprocess.run(command, env=environment, check=True)


def _timed(folder: Path, command: list[str]) -> dict[str, Any]:
    """Seconds and the largest process's peak memory of a command."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    began = perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return {"s": perf_counter() - began, "mib": used.ru_maxrss / 1024}
