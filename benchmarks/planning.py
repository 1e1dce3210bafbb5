"""Planning: deciding every field of many linked clients, and a stored firm's whole plan, its screen and its sheets."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from time import process_time

from benchmarks.client_list import words
from benchmarks.figure import PAIRS, Figure, in_turn, of_samples
from benchmarks.process import installation, measured
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.fields import Catalogue, Field
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, plan_link

SUBJECT = "planning"
CLIENTS = 5_000
FIRM = 15_000
BATCH = 200
FIELDS = 40
DIFFERING, FORMAT_ONLY = 0.10, 0.20
"""How many of the fields really differ, and how many are only written differently."""

Spelled = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""A value, the same in another writing, and another value."""


def run(folder: Path) -> list[Figure]:
    """Plan every link of a firm afresh, with values that no run before has seen."""
    catalogue = widened(FIELDS)
    seconds = []
    states: Counter[str] = Counter()
    for number in range(PAIRS):
        chance = Random(number)
        seconds.append(sum(planned(catalogue, chance, states) for _ in range(0, CLIENTS, BATCH)))
    each = [1e6 * spent / (CLIENTS * FIELDS) for spent in seconds]
    return [
        of_samples(SUBJECT, f"CPU seconds for {CLIENTS:,} clients × {FIELDS} fields", seconds, "s", 1.0),
        of_samples(SUBJECT, "microseconds a decision", each, "µs"),
        Figure(SUBJECT, "part of the fields that differ", states["differs"] / states.total(), ""),
        Figure(SUBJECT, "part that is only written differently", states["written differently"] / states.total(), ""),
        *stored(folder),
    ]


def stored(folder: Path) -> list[Figure]:
    """A whole firm's plan, out of the database, in turn with a bare script that compares the same values as texts."""
    environment = installation(folder)
    measured("make_firm", str(FIRM), "restless", environment=environment)
    pairs = in_turn(
        lambda: measured("plan_stored", environment=environment), lambda: measured("bare_plan", environment=environment)
    )
    taken = [ours for ours, _ in pairs]
    of = {name: [each[name] for each in taken] for name in taken[0]}
    ratios = [ours["seconds"] / bare["seconds"] for ours, bare in pairs]
    lines = f"{int(taken[0]['differences']):,} differences"
    return [
        of_samples(SUBJECT, f"CPU seconds to plan {FIRM:,} stored clients × {FIELDS} fields", of["seconds"], "s", 4.0),
        of_samples(SUBJECT, "the same on the wall, whatever else runs", of["wall"], "s"),
        of_samples(SUBJECT, "CPU time ÷ bare script that compares them as texts", ratios, ""),
        of_samples(SUBJECT, "memory that takes", of["mebibytes"], "MiB", 300.0),
        of_samples(SUBJECT, "CPU seconds to plan them and bring their index up", of["reconciling"], "s"),
        of_samples(SUBJECT, "memory that takes with it", of["mebibytes_reconciling"], "MiB", 300.0),
        of_samples(SUBJECT, f"CPU seconds to open a plan of {lines}", of["opening"], "s", 1.0),
        of_samples(SUBJECT, "CPU seconds to draw up a sheet of 1,000 lines", of["drawing"], "s", 1.0),
    ]


def planned(catalogue: Catalogue, chance: Random, states: Counter[str]) -> float:
    """Plan one batch of links, as a refresh does; the seconds. What was decided is counted in `states`."""
    sides = [sides_of(catalogue, chance) for _ in range(BATCH)]
    began = process_time()
    plans = [plan_link(catalogue, each, Place("AU"), connector="xpm") for each in sides]
    seconds = process_time() - began
    for row in (row for plan in plans for row in plan.decisions):
        same = "written differently" if row.comparison.format_only else "same"
        states[same if row.state is State.SAME else "differs"] += 1
    return seconds


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
        place, region, whole, code = chance.choice(_PLACES)
        street = f"{number[:4]} {chance.choice(_STREETS)}"
        return (
            (f"{street} Street", place, region, code, "Australia"),
            (f"{street} St", place.upper(), whole, code, "AUSTRALIA"),
            (f"{other[:4]} Mill Road", place, region, code, "Australia"),
        )
    writings = _WRITINGS.get(row.kind.name, ("Word {}", "word  {}"))
    value, respelled = (writing.format(number, number[:4], number[4:]) for writing in writings)
    return (value,), (respelled,), (writings[0].format(other, other[:4], other[4:]),)


_STREETS = words("Queen George Victoria Rata Collins Bourke Elizabeth Albert Station Church High Mill Beach")
_PLACES = (
    ("Sydney", "NSW", "New South Wales", "2000"),
    ("Parramatta", "NSW", "New South Wales", "2150"),
    ("Wagga Wagga", "NSW", "New South Wales", "2650"),
    ("Melbourne", "VIC", "Victoria", "3000"),
    ("Brisbane", "QLD", "Queensland", "4000"),
)
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
