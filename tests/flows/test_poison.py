"""Bad records are set aside with their reasons, and the others go on, in a run over many clients."""

from collections import Counter

import pytest

from firms import Firm
from gates import share_of
from practicesync.core.push import MOST_TRIES
from practicesync.core.verdict import Move
from practicesync.operations import retrying, sheets
from practicesync.queries.clients import ClientFilter, load_ids
from practicesync.queries.differences import Selection
from practicesync.store.models import Client, Link, Push
from web.desk import a_desk
from web.register import take_over

pytestmark = [pytest.mark.django_db, pytest.mark.gate]

CLIENTS = share_of(5_000)
EACH = -(-share_of(50) // 3)
"""So many of each sort are bad."""


def push_all(firm: Firm) -> None:
    """Everything that differs in phone, code or structure goes to XPM, by one sheet."""
    lines = [
        line
        for field in ("phone", "export_code", "business_structure")
        for line in sheets.lines_of(
            firm.practice.pk, firm.connection.pk, Selection(field=f"client.{field}", move=Move.PUSH.value)
        )
    ]
    sheet = sheets.draw_up(firm.actor, firm.connection.pk, "chosen", lines, firm.clock.now())
    firm.run(sheets.request_apply(firm.actor, sheet.pk, firm.clock.now()))


def standing(firm: Firm, clients: list[Client]) -> Counter[tuple[str, str]]:
    links = Link.rows.of(firm.practice.pk).filter(client__in=clients, ended_at=None)
    return Counter(links.values_list("state", "reason"))


def test_some_poison_of_each_sort_stops_nobody_else_and_can_be_tried_again() -> None:
    with a_desk(clients=CLIENTS) as desk:
        firm = desk.firm
        clients = take_over(desk)
        firm.control("PATCH", "switches", json={"export_code_on_update": "ignored"})
        for number, client in enumerate(clients):
            firm.edit(client, phone=f"09 555 {number:04}")
        unknown, ignored, gone = (clients[at * EACH : (at + 1) * EACH] for at in range(3))
        poison = [*unknown, *ignored, *gone]
        for client in unknown:
            firm.edit(client, business_structure="Tr ust")
        for client in ignored:
            firm.edit(client, export_code="K-17")
        for link in Link.rows.of(firm.practice.pk).filter(client__in=gone).select_related("mirror"):
            firm.control("POST", f"clients/{link.mirror.remote_id}/delete")
        firm.fault("error", method="PUT", path="client.api/update", nth=50, text="Not today")
        firm.fault("drop_after", method="PUT", path="client.api/update", nth=60)

        push_all(firm)

        sound = Push.rows.of(firm.practice.pk).exclude(client__in=poison)
        told = Counter(push.outcomes["phone"] for push in sound)
        assert told == {"done": len(clients) - len(poison) - 1, "refused": 1}
        assert max(Push.rows.of(firm.practice.pk).values_list("attempts", flat=True)) <= MOST_TRIES
        for bad, reason in ((unknown, "refused"), (ignored, "ignored"), (gone, "gone")):
            assert standing(firm, bad) == {("failing", reason): EACH}
        assert len(load_ids(firm.practice.pk, ClientFilter(state="failing"))) == len(poison) + 1

        firm.control("PATCH", "switches", json={"export_code_on_update": "writable"})
        asked = retrying.retry(firm.actor, [client.pk for client in ignored], firm.clock.now())
        for run in asked.runs:
            firm.run(run)
        assert not any(state == "failing" for state, _ in standing(firm, ignored))
