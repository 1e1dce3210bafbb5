"""The firm's plan on each database: counted, shown, drawn up, applied, cancelled, and drawn up again."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from practicesync.core.verdict import Move
from practicesync.operations import sheets
from practicesync.queries.absent import load_absent
from practicesync.queries.differences import Selection
from practicesync.queries.firm_plan import load_firm_plan
from practicesync.queries.sheet_page import REST, load_sheet


@pytest.fixture
def firm(on_database: str) -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def test_a_plan_is_shown_applied_cancelled_and_taken_up_again(firm: Firm) -> None:
    pairs = []
    for number in range(3):
        client, remote_id = firm.pair(f"Kauri {number}", Email=f"office{number}@kauri.example", Phone="09 555 0100")
        pairs.append((firm.edit(client, website=f"www{number}.example", phone="09 555 0199"), remote_id))
    practice, connection, now = firm.practice.pk, firm.connection.pk, firm.clock.now()

    page = load_firm_plan(practice, connection, Selection(), now)
    assert (page.shown.pushes, page.shown.pulls, page.shown.asks, page.shown.clients) == (3, 3, 3, 3)
    assert (page.shown.writes.clients, page.budget.calls, len(page.lines)) == (3, 6, 9)
    named = load_firm_plan(practice, connection, Selection(text="KAURI 1", kind="company", field="client.phone"), now)
    assert [(line.client_name, line.move) for line in named.lines] == [("Kauri 1", Move.ASK)]
    assert load_absent(practice, connection).total == 0

    lines = sheets.lines_of(practice, connection, Selection(way="push"))
    sheet = sheets.draw_up(firm.actor, connection, "chosen", lines, now)
    run = sheets.request_apply(firm.actor, sheet.pk, now)
    while sheets.pull_batch(sheet.pk, run.pk, now) or sheets.queue_batch(sheet.pk, run.pk, now):
        pass
    sheets.cancel_run(firm.actor, run.pk, now)
    told = load_sheet(practice, sheet.pk, now)
    assert told is not None
    assert (told.done, told.rest, firm.writes()) == (3, 6, 0)

    rest = sheets.again(firm.actor, sheet.pk, REST, now)
    run = firm.run(sheets.request_apply(firm.actor, rest.pk, now))
    assert (run.state, run.done, run.changed, run.calls) == ("done", 6, 6, 6)
    assert load_firm_plan(practice, connection, Selection(), now).whole.lines == 0
    assert all(firm.xpm(remote_id)["Phone"] == "09 555 0199" for _client, remote_id in pairs)
