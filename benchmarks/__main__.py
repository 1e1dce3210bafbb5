"""`./run bench`: measure, and print every figure with its target. A missed target is a figure, not a failure."""

import argparse
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from benchmarks import compare, ingest, matching, planning, pushing, reread, screens
from benchmarks.figure import Figure

SUBJECTS: dict[str, ModuleType] = {
    module.SUBJECT: module for module in (ingest, reread, planning, pushing, screens, compare, matching)
}


def main() -> int:
    """Run what was asked for; 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure speed and memory, as ratios in one run.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", choices=sorted(SUBJECTS), action="append", help="this subject alone; repeatable")
    options = parser.parse_args()
    found: list[Figure] = []
    for name, module in SUBJECTS.items():
        if options.only and name not in options.only:
            continue
        with tempfile.TemporaryDirectory(prefix="practicesync-bench-") as folder:
            figures = module.run(Path(folder))
        found += figures
        if not options.json:
            print("\n".join([f"{name}:", *(figure.line() for figure in figures)]), flush=True)
    if options.json:
        print(json.dumps({"machine": _machine(), "figures": [figure.as_json() for figure in found]}, indent=1))
    return 0


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


if __name__ == "__main__":
    sys.exit(main())
