"""Preview is apply, whatever is chosen and whoever edits meanwhile: XPM and the register get what the sheet shows."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firms import Firm, a_firm
from practicesync.core.verdict import Move
from practicesync.operations import sheets
from practicesync.store.models import Client, Difference, Sheet, SheetLine

pytestmark = pytest.mark.django_db

REMOTE = {"email": "Email", "phone": "Phone", "website": "Website", "fax": "Fax"}
FIELDS = tuple(REMOTE)


@dataclass(frozen=True)
class Edit:
    """Somebody types something into a field of a client, on one side."""

    client: int
    field: str
    here: bool
    text: str

    def value(self) -> str:
        return {
            "email": f"{self.text}@kauri.example" if self.text else "",
            "website": f"{self.text}.example" if self.text else "",
        }.get(self.field, f"09 555 01{len(self.text):02}" if self.text else "")


edits = st.builds(
    Edit,
    client=st.integers(0, 2),
    field=st.sampled_from(FIELDS),
    here=st.booleans(),
    text=st.sampled_from(["", "a", "bb", "ccc"]),
)


def make(firm: Firm, pairs: list[tuple[Client, str]], edit: Edit) -> None:
    client, remote_id = pairs[edit.client]
    if edit.here:
        firm.edit(client, **{edit.field: edit.value()})
    else:
        firm.xpm_edit(remote_id, **{REMOTE[edit.field]: edit.value()})


def sides(firm: Firm, pair: tuple[Client, str]) -> dict[tuple[str, str], str]:
    """The truth about one client on both sides."""
    client, remote_id = pair
    client.refresh_from_db()
    there = firm.xpm(remote_id)
    here = {("pull", field): client.values.get(field) or "" for field in FIELDS}
    return here | {("push", field): there.get(REMOTE[field]) or "" for field in FIELDS}


@settings(max_examples=12, deadline=None)
@given(before=st.lists(edits, max_size=10), meanwhile=st.lists(edits, max_size=3), data=st.data())
def test_what_a_sheet_shows_is_what_is_written(before: list[Edit], meanwhile: list[Edit], data: st.DataObject) -> None:
    with a_firm() as firm:
        firm.connect()
        firm.refresh()
        pairs = [firm.pair(f"Kauri {number} Limited", Phone="09 555 0100") for number in range(3)]
        for edit in before:
            make(firm, pairs, edit)
        firm.clock.advance(3600)
        firm.refresh()
        sheet = a_sheet(firm, data)
        if sheet is None:
            return
        run = sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
        for edit in meanwhile:
            make(firm, pairs, edit)
        firm.clock.advance(120)
        standing = {pair[0].pk: sides(firm, pair) for pair in pairs}
        firm.run(run)
        expected = standing
        edited = {(pairs[edit.client][0].pk, edit.field) for edit in meanwhile}
        for line in SheetLine.rows.of(firm.practice.pk).filter(sheet=sheet):
            assert line.outcome in ("done", "stale", "overtaken"), line.detail
            assert line.outcome == "done" or (line.client_id, line.field) in edited
            side = (line.move, line.field)
            untouched = expected[line.client_id][side] == (line.before.get(line.field) or "")
            if line.outcome == "done":
                assert untouched or expected[line.client_id][side] == line.after[line.field]
                expected[line.client_id][side] = line.after[line.field]
        assert {pair[0].pk: sides(firm, pair) for pair in pairs} == expected


def a_sheet(firm: Firm, data: st.DataObject) -> Sheet | None:
    """A sheet of some of what differs, each line going one of the ways that it can."""
    chosen: dict[int, Move | None] = {}
    for row in Difference.rows.of(firm.practice.pk).select_related("link__client").order_by("pk"):
        plans = firm.plan(row.link.client).plan.differing
        found = next(each for each in plans if each.field.name == row.field)
        ways = [None] + [Move.PUSH] * found.can_push + [Move.PULL] * found.can_pull
        way = data.draw(st.sampled_from(ways), label=f"{row.link.client.name} {row.field}")
        if way is not None:
            chosen[row.pk] = way
    if not chosen:
        return None
    lines = sheets.lines_of(firm.practice.pk, firm.connection.pk, chosen)
    return sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now())
