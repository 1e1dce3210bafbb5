"""Applying a sheet over the sandbox: what was shown is what XPM receives, and nothing else."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from firms import Firm, a_firm
from practicesync.core.verdict import Move
from practicesync.flows.steps import DirectSteps
from practicesync.operations import sheets
from practicesync.queries.differences import Selection
from practicesync.queries.sheet_page import FAILED, REST, SheetPage, load_sheet
from practicesync.store.models import Client, Difference, Run, Sheet, SheetLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def a_pair(firm: Firm, number: int) -> tuple[Client, str]:
    """A client with an e-mail only in XPM, and a website only here."""
    client, remote_id = firm.pair(f"Kauri {number} Limited", Email=f"office{number}@kauri.example")
    return firm.edit(client, website=f"www.kauri{number}.example"), remote_id


def draw(firm: Firm, chosen: Selection | Mapping[int, Move | None]) -> Sheet:
    found = sheets.lines_of(firm.practice.pk, firm.connection.pk, chosen)
    return sheets.draw_up(firm.actor, firm.connection.pk, "chosen", found, firm.clock.now())


def apply(firm: Firm, sheet: Sheet) -> Run:
    return firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))


def page_of(firm: Firm, sheet: Sheet) -> SheetPage:
    found = load_sheet(firm.practice.pk, sheet.pk, firm.clock.now())
    assert found is not None
    return found


def outcomes(firm: Firm, sheet: Sheet) -> dict[tuple[int, str], str]:
    rows = SheetLine.rows.of(firm.practice.pk).filter(sheet=sheet)
    return {(line.client_id, line.field): line.outcome for line in rows}


def test_all_of_the_plan_goes_where_it_said(firm: Firm) -> None:
    pairs = [a_pair(firm, number) for number in range(3)]
    sheet = draw(firm, Selection())
    assert firm.writes() == 0
    run = apply(firm, sheet)
    assert set(outcomes(firm, sheet).values()) == {"done"}
    for number, (client, remote_id) in enumerate(pairs):
        client.refresh_from_db()
        assert client.values["email"] == f"office{number}@kauri.example"
        assert firm.xpm(remote_id)["Website"] == f"www.kauri{number}.example"
    assert (run.state, run.done, run.total, firm.writes()) == ("done", 6, 6, 3)
    assert not Difference.rows.of(firm.practice.pk).exists()


def test_a_second_plan_finds_nothing(firm: Firm) -> None:
    a_pair(firm, 1)
    apply(firm, draw(firm, Selection()))
    firm.clock.advance(3600)
    firm.refresh()
    assert not Difference.rows.of(firm.practice.pk).exists()


def here(firm: Firm, client: Client, _remote_id: str) -> None:
    firm.edit(client, website="www.newer.example")


def there_unseen(firm: Firm, _client: Client, remote_id: str) -> None:
    firm.xpm_edit(remote_id, Website="www.theirs.example")


def there_seen(firm: Firm, client: Client, remote_id: str) -> None:
    there_unseen(firm, client, remote_id)
    firm.clock.advance(3600)
    firm.refresh()


@pytest.mark.parametrize("meanwhile", [here, there_unseen, there_seen])
def test_what_moved_between_sheet_and_apply_is_not_written_and_the_rest_is(
    firm: Firm, meanwhile: Callable[[Firm, Client, str], None]
) -> None:
    moved, moved_there = a_pair(firm, 1)
    other, other_there = a_pair(firm, 2)
    sheet = draw(firm, Selection(move="push"))
    meanwhile(firm, moved, moved_there)
    before = firm.xpm(moved_there).get("Website")
    apply(firm, sheet)
    assert firm.xpm(moved_there).get("Website") == before
    assert firm.xpm(other_there)["Website"] == "www.kauri2.example"
    found = outcomes(firm, sheet)
    assert found[moved.pk, "website"] in ("stale", "overtaken")
    assert found[other.pk, "website"] == "done"
    fresh = sheets.again(firm.actor, sheet.pk, FAILED, firm.clock.now())
    assert {line.client_id for line in SheetLine.rows.of(firm.practice.pk).filter(sheet=fresh)} == {moved.pk}


def test_a_refused_value_is_told_in_its_own_line(firm: Firm) -> None:
    for number in range(2):
        a_pair(firm, number)
    sheet = draw(firm, Selection(move="push"))
    firm.fault("error", method="PUT", text="Website is not allowed.", times=1)
    apply(firm, sheet)
    page = page_of(firm, sheet)
    assert (page.done, page.failed) == (1, 1)


class Killed(BaseException):
    """The process ends here."""


class Mortal(DirectSteps):
    """Steps that die after so many, before or after what they do."""

    left = 10**9

    def do(self, name, function, *args, **kwargs):  # type: ignore[no-untyped-def]
        found = super().do(name, function, *args, **kwargs)
        Mortal.left -= 1
        if Mortal.left == 0:
            raise Killed
        return found


def test_killed_after_any_step_it_ends_the_same_and_writes_nothing_twice() -> None:
    number = 0
    while True:
        number += 1
        Mortal.left = 10**9
        with a_firm(steps=Mortal) as firm:
            firm.connect()
            firm.refresh()
            pairs = [a_pair(firm, each) for each in range(2)]
            sheet = draw(firm, Selection())
            run = sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
            Mortal.left = number
            try:
                firm.run(run)
                killed = False
            except Killed:
                killed = True
                Mortal.left = 10**9
                firm.run(run)
            run.refresh_from_db()
            assert (run.state, run.done, firm.writes()) == ("done", 4, 2), number
            assert set(outcomes(firm, sheet).values()) == {"done"}
            assert all(firm.xpm(remote_id)["Website"] for _client, remote_id in pairs)
        if not killed:
            break
    assert number > 5


def test_cancelled_halfway_what_is_done_stands_and_the_rest_can_be_taken_up(firm: Firm) -> None:
    pairs = [a_pair(firm, number) for number in range(2)]
    sheet = draw(firm, Selection())
    run = sheets.request_apply(firm.actor, sheet.pk, firm.clock.now())
    now = firm.clock.now()
    while sheets.pull_batch(sheet.pk, run.pk, now) or sheets.queue_batch(sheet.pk, run.pk, now):
        pass
    sheets.cancel(firm.actor, sheet.pk, now)
    firm.run(run)
    page = page_of(firm, sheet)
    assert (firm.writes(), page.done, page.rest, run.state) == (0, 2, 2, "cancelled")
    rest = sheets.again(firm.actor, sheet.pk, REST, firm.clock.now())
    apply(firm, rest)
    assert all(firm.xpm(remote_id)["Website"] for _client, remote_id in pairs)


def test_a_new_client_goes_to_xpm_out_of_a_sheet(firm: Firm) -> None:
    client = firm.add("Rata Limited", email="office@rata.example")
    line = sheets.NewLine(
        client.pk, None, "", "client", "name", "Rata Limited", "push", "create", {}, {"name": "Rata Limited"}
    )
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "create", [line], firm.clock.now())
    apply(firm, sheet)
    assert outcomes(firm, sheet) == {(client.pk, "name"): "done"}
    assert firm.plan(client).link.mirror.name == "Rata Limited"


def test_a_run_that_waits_goes_on_with_its_sheet_and_one_that_was_stopped_leaves_none_hanging(firm: Firm) -> None:
    a_pair(firm, 1)
    sheet = draw(firm, Selection(move="push"))
    firm.fault("rate_limit", method="PUT", times=1, retry_after="600")
    run = apply(firm, sheet)
    assert (run.state, page_of(firm, sheet).state) == ("paused", "applying")
    sheets.cancel_run(firm.actor, run.pk, firm.clock.now())
    firm.run(run)
    assert page_of(firm, sheet).state == "done"
