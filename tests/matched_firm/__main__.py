"""Write an invented firm as two exports: `python -m matched_firm FOLDER --clients 5000 --seed 7`."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from matched_firm.firm import LEFT_COLUMNS, RIGHT_COLUMNS, make_firm

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=Path)
parser.add_argument("--clients", type=int, default=5000)
parser.add_argument("--seed", type=int, default=7)
options = parser.parse_args()
firm = make_firm(options.seed, options.clients)
for name, columns, rows in (("left", LEFT_COLUMNS, firm.left), ("right", RIGHT_COLUMNS, firm.right)):
    with (options.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
