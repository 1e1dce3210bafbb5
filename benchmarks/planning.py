"""Deciding every field of many linked clients: how long `core.plan.plan_link` takes, without a database."""

from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter

from benchmarks.figure import PAIRS, Figure, of_samples
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.fields import Catalogue, Field
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, Plan, plan_link

SUBJECT = "planning"
CLIENTS = 5_000
FIELDS = 40
DIFFERING, FORMAT_ONLY = 0.10, 0.20
"""How many of the fields really differ, and how many are only written differently."""

Spelled = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""A value, the same in another writing, and another value."""


def run(folder: Path) -> list[Figure]:
    """Plan every link of a firm afresh, with values that no run before has seen."""
    catalogue = widened(FIELDS)
    seconds, plans = [], list[Plan]()
    for number in range(PAIRS):
        sides = [sides_of(catalogue, Random(number * CLIENTS + client)) for client in range(CLIENTS)]
        began = perf_counter()
        plans = [plan_link(catalogue, each, Place("AU"), connector="xpm") for each in sides]
        seconds.append(perf_counter() - began)
    decided = [row for plan in plans for row in plan.decisions]
    differ = sum(row.state is not State.SAME for row in decided) / len(decided)
    formats = sum(row.comparison.format_only for row in decided) / len(decided)
    each = [1e6 * spent / len(decided) for spent in seconds]
    return [
        of_samples(SUBJECT, f"seconds for {CLIENTS:,} clients × {FIELDS} fields", seconds, "s", 1.0),
        of_samples(SUBJECT, "microseconds a decision", each, "µs"),
        Figure(SUBJECT, "part of the fields that differ", differ, ""),
        Figure(SUBJECT, "part of the fields that are only written differently", formats, ""),
    ]


def widened(count: int) -> Catalogue:
    """The catalogue with so many client fields, by copies of its own under other names."""
    rows = list(CATALOGUE.client)
    for number in range(count - len(rows)):
        row = CATALOGUE.client[number % len(CATALOGUE.client)]
        rows.append(replace(row, name=f"{row.name}_{number}"))
    return Catalogue(tuple(rows))


def sides_of(catalogue: Catalogue, chance: Random) -> LinkSides:
    """Three sides of one link: most fields agree, some are written differently, some were changed on one side."""
    base: dict[str, str] = {}
    local: dict[str, str] = {}
    remote: dict[str, str] = {}
    for row in catalogue.client:
        value, respelled, other = spelled(row, chance)
        dice = chance.random()
        there = other if dice < DIFFERING else respelled if dice < DIFFERING + FORMAT_ONLY else value
        base |= row.spread(value)
        local |= row.spread(value)
        remote |= row.spread(there)
    return LinkSides(base, local, remote)


def spelled(row: Field, chance: Random) -> Spelled:
    """A value of the field's kind in two writings, and another."""
    number, other = f"{chance.randrange(10**8):08}", f"{chance.randrange(10**8):08}"
    if len(row.keys) > 1:
        return (
            (f"{number[:2]} Station Street", f"Place {number[2:]}", "NSW", "2000", "Australia"),
            (f"{number[:2]} Station St", f"PLACE {number[2:]}", "New South Wales", "2000", "Australia"),
            (f"{other[:2]}0 Mill Road", f"Place {number[2:]}", "NSW", "2000", "Australia"),
        )
    writings = _WRITINGS.get(row.kind.name, ("Word {}", "word  {}"))
    value, respelled = (writing.format(number, number[:4], number[4:]) for writing in writings)
    return (value,), (respelled,), (writings[0].format(other, other[:4], other[4:]),)


_WRITINGS = {
    "name": ("Rata {} Pty Ltd", "RATA {} PTY LIMITED"),
    "phone": ("(02) {1} {2}", "+61 2{0}"),
    "email": ("office{}@rata.example", "Office{}@Rata.Example"),
    "website": ("https://www.rata{}.example/", "www.rata{}.example"),
    "date": ("19{0:.2}-03-04", "04/03/19{0:.2}"),
    "tax_number": ("1{0}", "1{1} {2}"),
    "company_number": ("1{0}", "1{1} {2}"),
    "business_number": ("510{0}", "510 {1} {2}"),
    "code": ("EX{}", "EX{} "),
    "title": ("Mr", "mr."),
}
