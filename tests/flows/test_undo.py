"""What a run wrote is taken back on both sides, with what had been agreed on, where nobody touched it since."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from firms import Firm, a_firm
from practicesync.core.errors import Forbidden, Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.verdict import Move
from practicesync.flows.apply import apply
from practicesync.operations import sheets, undoing
from practicesync.operations.register import ContactEdit, edit_client
from practicesync.store.models import Activity, Change, Client, Contact, Difference, Run, Sheet, SheetLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def reread(firm: Firm) -> None:
    """Time passes, and XPM is read."""
    firm.clock.advance(3600)
    firm.refresh()


def carry_out(firm: Firm, sheet: Sheet) -> Run:
    """Ask for a sheet to be applied, and apply it."""
    run = sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    apply(firm.steps, run.pk)
    run.refresh_from_db()
    return run


def move(firm: Firm, ways: Mapping[str, Move]) -> Run:
    """A sheet of the differences of these fields, applied."""
    known = {row.field: row.pk for row in Difference.rows.of(firm.practice.pk)}
    chosen: dict[int, Move | None] = {known[name]: way for name, way in ways.items()}
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, chosen)
    return carry_out(firm, sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now()))


def undo(firm: Firm, run: Run) -> Run:
    """Everything that a run wrote, taken back."""
    return carry_out(firm, undoing.draw_up(firm.actor, run.pk, firm.clock.now()))


def lines(firm: Firm, run: Run) -> dict[str, tuple[str, str]]:
    """What became of each line of the sheet that a run applied, by field."""
    found = SheetLine.rows.of(firm.practice.pk).filter(sheet__applied_by=run)
    return {line.field: (line.outcome, line.detail) for line in found}


def standing(firm: Firm, client: Client) -> list[Any]:
    """Every row of a client's plan: base, both sides, and who moved."""
    plan = firm.plan(client).plan
    rows: list[Any] = [(row.key, row.base, row.local, row.remote, row.state) for row in plan.rows() if row.differs]
    return rows + [(whole.ref, whole.base, whole.here, whole.there, whole.state) for whole in plan.wholes()]


def both_changed(firm: Firm) -> tuple[Client, str]:
    """A client whose phone changed on both sides, its e-mail here and its website in XPM; its fax never agreed."""
    client, remote_id = firm.pair("Kauri Limited", Phone="1", Email="a@kauri.example", Website="a.example", Fax="7")
    firm.sync(client, phone="pull", email="pull", website="pull")
    firm.edit(client, phone="09 555 0102", email="b@kauri.example", fax="09 555 0108")
    firm.xpm_edit(remote_id, Phone="09 555 0101", Website="b.example")
    reread(firm)
    client.refresh_from_db()
    return client, remote_id


WAYS = {
    "here": {"phone": Move.PULL, "website": Move.PULL, "fax": Move.PULL, "email": Move.PULL},
    "there": {"phone": Move.PUSH, "website": Move.PUSH, "fax": Move.PUSH, "email": Move.PUSH},
    "each way": {"phone": Move.PULL, "website": Move.PUSH, "fax": Move.PUSH, "email": Move.PULL},
}


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
def test_an_undone_run_leaves_both_sides_and_base_as_they_were(firm: Firm, ways: Mapping[str, Move]) -> None:
    client, remote_id = both_changed(firm)
    before, there = standing(firm, client), firm.xpm(remote_id)
    run = move(firm, ways)
    assert standing(firm, client) == []

    back = undo(firm, run)

    assert {outcome for outcome, _ in lines(firm, back).values()} == {"done"}
    assert standing(firm, client) == before
    now = firm.xpm(remote_id)
    assert {name: now[name] for name in ("Phone", "Website", "Fax", "Email")} == {
        name: there[name] for name in ("Phone", "Website", "Fax", "Email")
    }


@pytest.mark.parametrize("ways", WAYS.values(), ids=WAYS)
def test_an_undo_is_undone_like_anything_else(firm: Firm, ways: Mapping[str, Move]) -> None:
    client, _ = both_changed(firm)
    run = move(firm, ways)
    client.refresh_from_db()
    moved = dict(client.values)
    undo(firm, undo(firm, run))
    client.refresh_from_db()
    assert dict(client.values) == moved
    assert standing(firm, client) == []
