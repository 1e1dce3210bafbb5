"""The main job on each database: connect, read, see every state, sync both ways, and survive what goes wrong."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from practicesync.core.words import say
from practicesync.operations.activity import verify
from practicesync.store.models import Activity, ContactTie, Link


@pytest.fixture
def firm(on_database: str) -> Iterator[Firm]:
    with a_firm(clients=20) as found:
        found.connect()
        found.refresh()
        yield found


def test_the_main_job_from_connecting_to_agreement(firm: Firm) -> None:
    there = {"Phone": "09 555 0100", "Email": "info@kauri.example", "Website": "kauri.example", "TaxNumber": "49091850"}
    contacts = [{"Name": "Mere Tahu", "Mobile": "021 555 0134"}]
    remote_id = firm.xpm_add(Name="Kauri Ltd", ExportCode="K-1", Contacts=contacts, **there)
    client = firm.add("Kauri Ltd", phone="09 555 0100", email="info@kauri.example", website="kauri.example")
    firm.refresh()
    firm.link(client, remote_id)
    firm.edit(client, email="office@kauri.example", website="rata.example", fax="09 555 0177")
    firm.xpm_edit(remote_id, Website="rimu.example", Phone="09 555 0199")
    firm.clock.advance(3600)
    assert firm.refresh().changed == 1
    assert firm.states(client) == {
        "email": "local_changed",
        "phone": "remote_changed",
        "website": "both_changed",
        "fax": "local_changed",
        "export_code": "differs",
    }

    (mere,) = firm.plan(client).plan.unpaired
    choices = {
        "email": "push",
        "phone": "pull",
        "website": "push",
        "fax": "push",
        "export_code": "pull",
        mere.ref: "pull",
    }
    run = firm.run(firm.decide(client, choices))

    assert (run.state, run.done, run.total, run.changed) == ("done", 6, 6, 6)
    told = firm.xpm(remote_id)
    assert (told["Email"], told["Website"], told["Fax"]) == ("office@kauri.example", "rata.example", "09 555 0177")
    client.refresh_from_db()
    assert (client.values["phone"], client.values["export_code"]) == ("09 555 0199", "K-1")
    assert ContactTie.rows.of(firm.practice.pk).get().base["mobile"] == "021 555 0134"
    assert firm.states(client) == {}

    sent = firm.writes()
    assert firm.refresh("sweep").state == "done"
    assert (firm.writes(), firm.states(client)) == (sent, {})
    lines = list(Activity.rows.of(firm.practice.pk).order_by("seq"))
    assert not [line for line in lines if "…" in say(line.verb, line.facts)]
    assert verify(firm.practice.pk) is None


def test_a_lost_reply_is_looked_at_and_not_sent_again(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited")
    firm.edit(client, phone="09 555 0134")
    sent = firm.writes()
    firm.fault("drop_after", method="PUT", path="client.api/update")
    run = firm.sync(client, phone="push")
    assert (run.state, firm.outcomes(run), firm.writes() - sent) == ("done", {"phone": "done"}, 1)
    assert firm.xpm(remote_id)["Phone"] == "09 555 0134"


def test_what_moved_in_xpm_after_the_person_looked_is_held(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Holdings Limited", Phone="09 555 0100")
    firm.sync(client, phone="pull")
    firm.edit(client, phone="09 555 0134", fax="09 555 0135")
    run = firm.choose(client, phone="push", fax="push")
    firm.xpm_edit(remote_id, Phone="09 555 0199")
    firm.run(run)
    assert firm.outcomes(run) == {"phone": "overtaken", "fax": "done"}
    assert (firm.xpm(remote_id)["Phone"], firm.states(client)) == ("09 555 0199", {"phone": "both_changed"})
    assert Link.rows.of(firm.practice.pk).get().state == "both_changed"
