"""The command `./run simulate --kills`: real workers killed at every named step of real work, before it or after its
effect. Each case has to end as if nobody had died. Exit status 0 where all do, 1 where not, 2 for wrong use.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatchcase

import django

from processes.workers import SETTINGS

# Fixed settings, and not those of whoever runs this.
for _name in [name for name in os.environ if name.startswith("PRACTICESYNC_")]:
    del os.environ[_name]
os.environ.update(SETTINGS, DJANGO_SETTINGS_MODULE="practicesync.config.settings", PRACTICESYNC_MODE="demo")
django.setup()

from kills.cases import SEEDS, Case  # noqa: E402 - models can be imported only from here on
from kills.grounds import VENDORS  # noqa: E402
from kills.many import results_of  # noqa: E402
from kills.report import Report  # noqa: E402
from kills.work import SORTS  # noqa: E402


def main(arguments: Sequence[str]) -> int:
    """Run the command."""
    told = _read(arguments)
    report = Report()
    began = time.monotonic()
    for result in results_of(told.cases, told.jobs):
        report.results.append(result)
        report.seconds = time.monotonic() - began
        if result.problem and not told.json:
            print(f"{result.case.name}: {result.problem[:300]}", file=sys.stderr, flush=True)  # noqa: T201
        if not told.json and len(report.results) % 10 == 0:
            _progress(report, len(told.cases))
    print(report.as_json() if told.json else report.as_text())  # noqa: T201
    return 1 if report.failed else 0


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run simulate --kills", description="Kill real workers at every step.")
    parser.add_argument("case", nargs="*", help="names of cases, with * for any: sqlite-apply-1, postgres-*; else all")
    parser.add_argument("--once", action="store_true", help="kill once at each named step, and spare all else")
    parser.add_argument("--jobs", type=int, default=3 * (os.cpu_count() or 1), metavar="N", help="cases at a time")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end, and no progress")
    told = parser.parse_args(arguments)
    told.cases = [case for case in _all(once=told.once) if _is_named(case, told.case)]
    if not told.cases:
        parser.error("there is no such case")
    return told


def _all(*, once: bool) -> list[Case]:
    """Every case; those on PostgreSQL, which take longest, first."""
    vendors = reversed(VENDORS)
    return [Case(vendor, sort, seed, once) for vendor in vendors for seed in SEEDS for sort in SORTS]


def _is_named(case: Case, names: Sequence[str]) -> bool:
    return not names or any(fnmatchcase(case.name, name) for name in names)


def _progress(report: Report, wanted: int) -> None:
    done = len(report.results)
    left = report.seconds / done * (wanted - done)
    told = f"{done:,} of {wanted:,} cases, {report.kills:,} kills, {len(report.failed)} failed, {left:,.0f} s left"
    print(told, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
