"""The command `./run board`: plant each bug into a copy of the program and see that the tests find it.

Exit status 0 where at least 24 of 25 are found, 1 where not or where a row is rotten, 2 for wrong use.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from board.bugs import BUGS, Bug
from board.copies import ROOT, Rotten, planted
from board.report import Report
from board.trying import Trial, false_alarms, try_out

PAGE = ROOT / "docs/reference/board.md"


def main(arguments: Sequence[str]) -> int:
    """Run the command."""
    told = _read(arguments)
    bugs = _chosen(told.bug)
    try:
        for bug in bugs:
            planted(bug)
    except Rotten as rotten:
        print(f"board: {rotten}", file=sys.stderr)  # noqa: T201
        return 1
    report = _tried(bugs, told.jobs, quiet=told.json)
    print(report.as_json() if told.json else report.as_text())  # noqa: T201
    if told.write:
        PAGE.write_text(report.as_page())
    return 0 if report.is_good else 1


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run board", description="See that the tests find planted bugs.")
    parser.add_argument("bug", nargs="*", help="words of the names of the bugs to try; all where none is told")
    parser.add_argument("--jobs", type=int, default=2, choices=range(1, 17), metavar="N", help="how many at a time")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end, and no progress")
    parser.add_argument("--write", action="store_true", help="write docs/reference/board.md; only with all bugs")
    told = parser.parse_args(arguments)
    if told.write and told.bug:
        parser.error("--write goes with all bugs")
    if told.bug and not _chosen(told.bug):
        parser.error("no bug has these words in its name")
    return told


def _chosen(words: Sequence[str]) -> list[Bug]:
    return [bug for bug in BUGS if not words or any(word in bug.name for word in words)]


def _tried(bugs: Sequence[Bug], jobs: int, *, quiet: bool) -> Report:
    began = time.monotonic()

    def one(bug: Bug) -> Trial:
        trial = try_out(bug)
        if not quiet:
            found = trial.finding.told if trial.finding else "not found"
            print(f"{trial.seconds:4.0f} s  {bug.name}: {found}", file=sys.stderr, flush=True)  # noqa: T201
        return trial

    with ThreadPoolExecutor(jobs) as threads:
        trials = list(threads.map(one, bugs))
    wrong = false_alarms([trial.finding for trial in trials if trial.finding is not None])
    return Report(trials, wrong, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
