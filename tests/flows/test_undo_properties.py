"""Whatever a sheet moved: undone, both sides and base are as before, but for what was touched since."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from firms import Firm, a_firm
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.verdict import Move
from practicesync.operations import sheets, undoing
from practicesync.store.models import Client, Difference, Run, Sheet

pytestmark = pytest.mark.django_db

THERE = {"phone": "Phone", "email": "Email", "website": "Website", "fax": "Fax"}
"""The fields that move, by what XPM calls them."""

NUMBER = count(1)


class Life(NamedTuple):
    """What happens to one field: agreed on (if ever), edited on either side, moved, and touched after that."""

    agreed: int | None
    here: int
    there: int
    way: Move | None
    touched_here: bool
    touched_there: bool


lives = st.builds(
    Life,
    st.none() | st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from([Move.PULL, Move.PUSH, None]),
    st.booleans(),
    st.booleans(),
)


def value(field: str, number: int) -> str:
    """The value of a field by its number; 0 is none at all."""
    if not number:
        return ""
    if field in ("phone", "fax"):
        return f"09 555 010{number}"
    return f"m{number}@kauri.example" if field == "email" else f"m{number}.example"


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def rows(firm: Firm, client: Client) -> Mapping[str, Any]:
    """Base, both sides and who moved, of every field that has a life; what XPM does not tell is nothing."""
    return {
        row.field.name: (row.base, row.local, row.remote or ("",), row.state)
        for row in firm.plan(client).plan.decisions
        if row.field.name in THERE
    }


def born(firm: Firm, told: Mapping[str, Life]) -> tuple[Client, str]:
    """A client whose fields agreed where they ever did, and that was edited on both sides since."""
    agreed = {name: life.agreed for name, life in told.items() if life.agreed is not None}
    remote = {THERE[name]: value(name, number) for name, number in agreed.items()}
    remote_id = firm.xpm_add(Name=f"Kauri {next(NUMBER)} Limited", **remote)
    held = {name: value(name, number) for name, number in agreed.items()}
    client = firm.add(f"Kauri {next(NUMBER)} Limited", ClientKind.COMPANY, **held)
    reread(firm)
    firm.link(client, remote_id)
    firm.edit(client, **{name: value(name, life.here) for name, life in told.items()})
    firm.xpm_edit(remote_id, **{THERE[name]: value(name, life.there) for name, life in told.items()})
    reread(firm)
    return client, remote_id


def reread(firm: Firm) -> None:
    firm.clock.advance(3600)
    firm.refresh()


def carry_out(firm: Firm, sheet: Sheet) -> Run:
    return firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))


def moved(firm: Firm, client: Client, told: Mapping[str, Life]) -> Run | None:
    """A sheet of what differs and is to move; None where nothing does."""
    plan = {row.key: row for row in firm.plan(client).plan.differences()}
    known = Difference.rows.of(firm.practice.pk).filter(link__client=client, ref="")
    chosen: dict[int, Move | None] = {}
    for row in known:
        way = told[row.field].way if row.field in told else None
        if (way is Move.PULL and plan[row.field].can_pull) or (way is Move.PUSH and plan[row.field].can_push):
            chosen[row.pk] = way
    if not chosen:
        return None
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, chosen)
    return carry_out(firm, sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now()))


def touch(firm: Firm, client: Client, remote_id: str, told: Mapping[str, Life]) -> None:
    here = {name: value(name, 3) for name, life in told.items() if life.touched_here}
    there = {THERE[name]: value(name, 4) for name, life in told.items() if life.touched_there}
    if here:
        firm.edit(client, **here)
    if there:
        firm.xpm_edit(remote_id, **there)
    reread(firm)


@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.fixed_dictionaries(dict.fromkeys(THERE, lives)))
def test_undo_restores_all_that_nobody_touched_since(firm: Firm, told: Mapping[str, Life]) -> None:
    client, remote_id = born(firm, told)
    before = rows(firm, client)
    run = moved(firm, client, told)
    if run is None:
        return
    wrote = {name for name, row in rows(firm, client).items() if row != before[name]}
    touch(firm, client, remote_id, told)
    then = rows(firm, client)
    try:
        carry_out(firm, undoing.draw_up(firm.actor, run.pk, firm.clock.now()))
    except Invalid:
        assert all(told[name].touched_here or told[name].touched_there for name in wrote)
        return
    after = rows(firm, client)
    for name, life in told.items():
        written_side = life.touched_here if life.way is Move.PULL else life.touched_there
        if name not in wrote or written_side:
            assert after[name] == then[name], "what the run did not write, or was touched since, is left alone"
        elif not (life.touched_here or life.touched_there):
            assert after[name] == before[name], "base and both sides are as they were"
        else:
            side = 1 if life.way is Move.PULL else 2
            assert after[name][side] == before[name][side], "the side that was written is as it was"
            assert after[name][0] == before[name][0], "and so is what both had agreed on"
