"""The command `./run board`: plant each bug into a copy of the program and see that the tests find it.

Exit status 0 where at least 24 of 25 are found and the tests find nothing without a bug, 1 where not or where a row is
rotten, 2 for wrong use, 130 where it was stopped.
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from board.asking import STOPPED
from board.bug import Bug, Detector
from board.bugs import BUGS
from board.copies import ROOT, Rotten, planted
from board.report import Report
from board.trying import Clean, Trial, detectors_of, together, try_out, try_without

INTERRUPTED = 130
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
    try:
        report = _tried(bugs, told.jobs, quiet=told.json)
    except KeyboardInterrupt:
        return INTERRUPTED
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

    def tell(name: str, what: str, seconds: float) -> None:
        if not quiet:
            print(f"{seconds:4.0f} s  {name}: {what}", file=sys.stderr, flush=True)  # noqa: T201

    def one(bug: Bug) -> Trial:
        trial = try_out(bug)
        tell(bug.name, trial.finding.told if trial.finding else trial.fault or "not found", trial.seconds)
        return trial

    def without(detector: Detector) -> Clean:
        since = time.monotonic()
        clean = try_without(detector)
        tell("without a bug", "good" if clean.is_good else "not good", time.monotonic() - since)
        return clean

    with ThreadPoolExecutor(jobs) as threads:
        try:
            # The longest first, so that none is left over at the end.
            parts = [threads.submit(without, detector) for detector in detectors_of(bugs)]
            trials = list(threads.map(one, bugs))
            clean = together([part.result() for part in parts])
        except KeyboardInterrupt:
            STOPPED.set()
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return Report(trials, clean, time.monotonic() - began)


if __name__ == "__main__":
    # Who ends the command ends what it started, by whichever signal.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
