"""The other side of `matching`: two exports linked by Splink, one to one, its weights estimated from both lists."""

import csv
import json
import re
import sys

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LEGAL = re.compile(r"\b(pty|ltd|limited|p/l|proprietary|the|trustee for|atf|as trustee for)\b")
DIGITS = re.compile(r"\D+")
COLUMNS = {
    "left": ("register_id", "abn", "acn", "phone", "entity_type", "address_line1"),
    "right": ("xpm_id", "business_number", "company_number", "phone", "business_structure", "address"),
}


def plain(name: str) -> str:
    """The words of a name that are not its legal form, in order of the alphabet."""
    return " ".join(sorted(LEGAL.sub(" ", re.sub(r"[^\w ]", " ", name.lower())).split()))


def read(name: str) -> pd.DataFrame:
    """One side under names that both share, lightly cleaned."""
    table = pd.read_csv(f"{name}.csv", dtype=str, keep_default_na=False)
    key, business, company, phone, kind, street = COLUMNS[name]
    if "is_deleted" in table:
        table = table[table["is_deleted"] != "true"]
    born = pd.to_datetime(table["date_of_birth"], format="mixed", dayfirst=True, errors="coerce")
    columns = {
        "unique_id": table[key],
        "name": table["name"].map(plain),
        "born": born.dt.strftime("%Y-%m-%d"),
        "business": table[business].str.replace(DIGITS, "", regex=True),
        "company": table[company].str.replace(DIGITS, "", regex=True),
        "phone": table[phone].str.replace(DIGITS, "", regex=True).str[-8:],
        "email": table["email"].str.lower(),
        "kind": table[kind],
        "street": table[street].str.lower(),
        "postcode": table["postcode"],
        "code": table["client_code"],
        "tail": table["tax_number"].str.replace(DIGITS, "", regex=True).str[-3:],
    }
    return pd.DataFrame(columns).replace("", None)


settings = SettingsCreator(
    link_type="link_only",
    blocking_rules_to_generate_predictions=[
        *map(block_on, ("name", "born", "business", "company", "email", "phone", "code", "street")),
        block_on("substr(name, 1, 6)", "postcode"),
    ],
    comparisons=[
        cl.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
        *map(cl.ExactMatch, ("born", "business", "company", "tail", "code", "kind", "phone", "email")),
        cl.LevenshteinAtThresholds("street", 2),
        cl.ExactMatch("postcode"),
    ],
)
database = DuckDBAPI()
tables = [database.register(read(name), dataset_display_name=f"{name}_list") for name in ("left", "right")]
linker = Linker(tables, settings)
sure = [block_on("business"), block_on("name", "born")]
linker.training.estimate_probability_two_random_records_match(sure, recall=0.6)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("business", "kind"))
found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
taken: set[str] = set()
with open(sys.argv[1], "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow(("register_id", "xpm_id", "score"))
    ordered = found.sort_values("match_probability", ascending=False)
    for left, right, score in ordered[["unique_id_l", "unique_id_r", "match_probability"]].itertuples(index=False):
        if left not in taken and right not in taken:
            taken |= {left, right}
            writer.writerow((left, right, score))
print(json.dumps({"links": len(taken) // 2}))
