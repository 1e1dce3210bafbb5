"""Two exports of an invented firm's clients, with the truth about every cell that is not equal: real or format.

It shares nothing with the program: a client is facts, a fact is written in one of the ways in which people and programs
write it, and a real difference is another fact, often the smallest slip of a finger away. Run as a script it writes
`left.csv`, `right.csv` and `truth.csv` (client_code, field, kind) into a folder.
"""

import argparse
import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from labelled.facts import COUNTRIES, REGIONS, STRUCTURES, TITLES, Fact, facts_of, words
from labelled.slips import (
    slip_address,
    slip_choice,
    slip_city,
    slip_date,
    slip_email,
    slip_manager,
    slip_name,
    slip_number,
    slip_phone,
    slip_tax_number,
    slip_website,
    slip_word,
)
from labelled.writings import (
    write_address,
    write_choice,
    write_city,
    write_date,
    write_email,
    write_manager,
    write_name,
    write_number,
    write_phone,
    write_postcode,
    write_tax_number,
    write_website,
    write_word,
)

FIELDS = words(
    "client_code name title first_name other_name last_name date_of_birth email phone mobile fax website address city "
    "region postcode country postal_address postal_city postal_postcode abn acn tax_number structure manager"
)


EQUAL, REAL = 0.72, 0.16
"""How many cells are written alike, and how many of the others really differ."""


@dataclass
class Files:
    """Two files and the truth: `kinds` has each unequal cell as (client_code, field) → real or format."""

    left: list[list[str]] = field(default_factory=list)
    right: list[list[str]] = field(default_factory=list)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)


def make(clients: int, seed: int) -> Files:
    """The files of so many clients; the right one in another order."""
    chance = Random(seed)
    files = Files()
    for number in range(clients):
        _client(files, f"C{number:05}", chance)
    chance.shuffle(files.right)
    return files


def _client(files: Files, code: str, chance: Random) -> None:
    facts, region = facts_of(chance)
    left, right = [code], [code]
    for name in FIELDS[1:]:
        ours, theirs, kind = _cell(facts.get(name, ()), _SORTS[name], region, chance)
        left.append(ours)
        right.append(theirs)
        if ours != theirs:
            files.kinds[code, name] = kind
    files.left.append(left)
    files.right.append(right)


def _cell(fact: Fact, sort: "Sort", region: str, chance: Random) -> tuple[str, str, str]:
    """Both writings of one fact, or of two, and what their difference is."""
    written = sort.write(fact, region, chance) if fact else ""
    if chance.random() < EQUAL:
        return written, written, "format"
    if chance.random() >= REAL:
        return written, sort.write(fact, region, chance) if fact else _blank(chance), "format"
    other = sort.slip(fact, chance) if fact and chance.random() < 0.85 else () if fact else None
    if other is None or other == fact:
        return written, written, "format"
    theirs = sort.write(other, region, chance) if other else _blank(chance)
    return (theirs, written, "real") if chance.random() < 0.5 else (written, theirs, "real")


def _blank(chance: Random) -> str:
    return " " if chance.random() < 0.05 else ""


@dataclass(frozen=True)
class Sort:
    """How facts of a sort are written, and how they come to differ."""

    write: Callable[[Fact, str, Random], str]
    slip: Callable[[Fact, Random], Fact]


_WORD = Sort(write_word, slip_word)
_PHONE = Sort(write_phone, slip_phone)
_ADDRESS = Sort(write_address, slip_address)
_CITY = Sort(write_city, slip_city)
_POSTCODE = Sort(write_postcode, slip_number)
_SORTS = {
    "name": Sort(write_name, slip_name),
    "title": Sort(write_choice(TITLES), slip_choice(tuple(TITLES))),
    "first_name": _WORD,
    "other_name": _WORD,
    "last_name": _WORD,
    "date_of_birth": Sort(write_date, slip_date),
    "email": Sort(write_email, slip_email),
    "phone": _PHONE,
    "mobile": _PHONE,
    "fax": _PHONE,
    "website": Sort(write_website, slip_website),
    "address": _ADDRESS,
    "city": _CITY,
    "region": Sort(write_choice(REGIONS), slip_choice(tuple(REGIONS))),
    "postcode": _POSTCODE,
    "country": Sort(write_choice(COUNTRIES), slip_choice(tuple(COUNTRIES))),
    "postal_address": _ADDRESS,
    "postal_city": _CITY,
    "postal_postcode": _POSTCODE,
    "abn": Sort(write_number("ABN", (2, 3, 3, 3), (4, 4, 4, 1)), slip_number),
    "acn": Sort(write_number("ACN", (3, 3, 3), (1, 3, 3)), slip_number),
    "tax_number": Sort(write_tax_number, slip_tax_number),
    "structure": Sort(write_choice(STRUCTURES), slip_choice(tuple(STRUCTURES))),
    "manager": Sort(write_manager, slip_manager),
}


def write_files(files: Files, folder: Path) -> None:
    """`left.csv`, `right.csv` and `truth.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("left", files.left), ("right", files.right)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([FIELDS, *rows])
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["client_code", "field", "kind"], *((*key, kind) for key, kind in files.kinds.items())]
        )


def main() -> None:
    """Write the files of so many clients into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_files(make(options.clients, options.seed), options.folder)


if __name__ == "__main__":
    main()
