"""No lost update, by the planner alone: how the three sides of a value were made tells what must become of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pytest

from gates import share_of
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field
from practicesync.core.kinds import Place
from practicesync.core.plan import LinkSides, plan_link
from practicesync.core.verdict import Move

pytestmark = pytest.mark.gate

HERE: Final = Place("NZ")
FIELDS: Final = tuple(row for row in CATALOGUE.client if "xpm" in row.at and len(row.keys) == 1)
TEXTS: Final = (
    "kauri@example.nz", "rimu@example.nz", "09 555 0134", "04 555 0199", "136410132", "49091850", "Kauri Limited",
    "Rimu Trust", "Yes", "No", "2026-03-31", "2025-12-31", "March", "June", "Company", "Trust", "12", "14",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A field with three values; None is a base that never was. `move` is what must become of it where it can."""

    row: Field
    base: str | None
    local: str
    remote: str
    move: Move


def distinct(row: Field) -> Sequence[str]:
    """Nothing, and texts that this kind of field never takes for one another."""
    found = [""]
    for text in TEXTS:
        if not any(row.kind.same((text,), (other,), HERE) for other in found):
            found.append(text)
    return found[:4]


VALUES: Final = {row.name: distinct(row) for row in FIELDS}


def written(value: str, draw: random.Random) -> str:
    """The same value, as some system may write it."""
    return draw.choice((value, f" {value}", f"{value}  ")) if value else value


def expected(base: str | None, local: str, remote: str) -> Move:
    """What must become of a value, told from where the values came from and by nothing of the program."""
    if local == remote:
        return Move.SETTLE
    if base is None:
        return Move.PULL if not local else Move.PUSH if not remote else Move.ASK
    if local == base:
        return Move.PULL
    return Move.PUSH if remote == base else Move.ASK


def a_case(row: Field, draw: random.Random) -> Case:
    """Three values that hang together as they do in life: mostly what was agreed, at times moved, at times alike."""
    values = VALUES[row.name]
    agreed = draw.choice(values)
    local = agreed if draw.random() < 0.5 else draw.choice(values)
    remote = draw.choice((agreed, local)) if draw.random() < 0.6 else draw.choice(values)
    base = None if draw.random() < 0.2 else agreed
    move = expected(base, local, remote)
    return Case(row, None if base is None else written(base, draw), written(local, draw), written(remote, draw), move)


def test_whatever_moved_the_planner_names_it_and_goes_over_nothing_that_did() -> None:
    draw = random.Random(26)
    for _ in range(-(-share_of(100_000) // len(FIELDS))):
        cases = [a_case(row, draw) for row in FIELDS]
        sides = LinkSides(
            {case.row.keys[0]: case.base for case in cases if case.base is not None},
            {case.row.keys[0]: case.local for case in cases},
            {case.row.keys[0]: case.remote for case in cases},
        )
        found = {row.field.name: row for row in plan_link(CATALOGUE, sides, HERE, connector="xpm").decisions}
        for case in cases:
            row = found[case.row.name]
            assert row.differs == (case.move is not Move.SETTLE), case
            if row.move is not case.move:
                # A value that may not go one way stays where it is, and is shown.
                assert row.move not in (Move.PUSH, Move.PULL), case
                assert not (row.can_push if case.move is Move.PUSH else row.can_pull), case
