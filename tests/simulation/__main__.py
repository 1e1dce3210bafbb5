"""The command `./run simulate`: schedules of consecutive seeds, the promises with their numbers, what broke and how to
see it again. Exit status 0 where every promise was kept, 1 where not, 2 for wrong use.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from simulation.many import SETTINGS, cluster_for, results_of
from simulation.report import Report
from simulation.schedule import STEPS


def main(arguments: Sequence[str]) -> int:
    """Run the command."""
    told = _read(arguments)
    seeds = range(told.seed, told.seed + told.schedules)
    report = Report(told.db, told.steps)
    began = time.monotonic()
    with cluster_for(told.db) as cluster:
        for result in results_of(seeds, told.steps, told.jobs, cluster):
            report.add(result)
            report.seconds = time.monotonic() - began
            if result.violation and not told.json:
                print(f"seed {result.seed}: {result.violation[:200]}", file=sys.stderr, flush=True)  # noqa: T201
            if not told.json and report.schedules % 10 == 0:
                _progress(report, told.schedules)
    print(report.as_json() if told.json else report.as_text())  # noqa: T201
    return 1 if report.broken else 0


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run simulate", description="Try the whole engine on seeded schedules.")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--schedules", type=_count, default=100, help="how many seeds")
    parser.add_argument("--steps", type=_count, default=STEPS, help="what people and troubles do in each")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--jobs", type=_count, default=2, help="processes that share the seeds")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end, and no progress")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _progress(report: Report, wanted: int) -> None:
    left = report.seconds / report.schedules * (wanted - report.schedules)
    told = f"{report.schedules:,} of {wanted:,} schedules, {len(report.broken)} broken, {left:,.0f} s left"
    print(told, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, "-m", "simulation", *sys.argv[1:]], {**os.environ, **SETTINGS})  # noqa: S606
    sys.exit(main(sys.argv[1:]))
