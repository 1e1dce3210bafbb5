"""The other side of `compare`: two exports compared by datacompy, cell by cell as they are written, and no report."""

import json
import sys

import pandas as pd
from datacompy import PandasCompare

left, right = (pd.read_csv(name, dtype=str, keep_default_na=False) for name in sys.argv[1:3])
compared = PandasCompare(left, right, join_columns="client_code")
print(json.dumps({"unequal": sum(int(column["unequal_cnt"]) for column in compared.column_stats)}))
