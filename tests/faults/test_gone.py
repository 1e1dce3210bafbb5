"""S36-S39: a client that one side archived or deleted while the other worked on it, and a contact of two clients."""

import pytest

from faults.scenes import (
    ADD,
    NEW,
    OLD,
    OTHER,
    UPDATE,
    agreed,
    every,
    here,
    link_of,
    reread,
    save,
    sent,
    settle,
    switch,
    there,
    why,
)
from firms import Firm
from flows.unasked import let
from practicesync.core.client_reasons import Mend
from practicesync.core.fields import ClientKind
from practicesync.operations import register
from practicesync.operations.register import ContactEdit
from practicesync.store.models import Client, Contact, Difference


@pytest.mark.parametrize("update", every("update_of_archived"))
@pytest.mark.parametrize("sees", every("modifiedsince_sees_archive"))
def test_s36_edits_of_a_client_that_was_archived_in_xpm_are_parked_and_it_stays_archived(
    firm: Firm, sees: str, update: str
) -> None:
    switch(firm, update_of_archived=update, modifiedsince_sees_archive=sees)
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (run,) = save(firm, client, phone=NEW)
    firm.control("POST", f"clients/{remote_id}/archive")
    firm.run(run)
    assert (firm.outcomes(run), sent(firm, UPDATE)) == ({"phone": "overtaken"}, [])
    for _ in range(3):
        reread(firm, "sweep")
        settle(firm)
    assert (firm.xpm(remote_id)["IsArchived"], there(firm, remote_id, "phone")) == ("Yes", OLD)
    assert here(firm, client, "phone") == NEW
    assert (why(firm, client).group, why(firm, client).mend) == ("needs_you", Mend.COMPARE)
    assert sent(firm, UPDATE) == []
    chosen = firm.sync(client, archived="pull")
    client.refresh_from_db()
    assert (chosen.state, client.archived_at is not None) == ("done", True), "the person may archive it here"


@pytest.mark.parametrize("told", every("get_of_deleted"))
@pytest.mark.parametrize("update", every("update_of_deleted"))
def test_s37_edits_of_a_client_that_was_deleted_in_xpm_are_kept_and_it_is_not_made_again(
    firm: Firm, update: str, told: str
) -> None:
    switch(firm, get_of_deleted=told, update_of_deleted=update)
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (run,) = save(firm, client, phone=NEW)
    firm.control("POST", f"clients/{remote_id}/delete")
    firm.run(run)
    for _ in range(2):
        reread(firm, "sweep")
        settle(firm)
    assert (sent(firm, ADD), sent(firm, UPDATE)) == ([], [])
    assert here(firm, client, "phone") == NEW
    assert (link_of(firm, client).ended_at, client.archived_at) == (None, None)
    assert link_of(firm, client).mirror.deleted or link_of(firm, client).mirror.gone_at is not None
    assert (why(firm, client).reason, why(firm, client).mend) == ("gone", Mend.RELINK)
    firm.control("POST", f"clients/{remote_id}/undelete")
    reread(firm, "sweep")
    assert there(firm, remote_id, "phone") == OLD
    assert firm.states(client) == {"phone": "local_changed"}, "the edit is still there to be sent"


def test_s38_a_client_archived_here_while_xpm_changed_is_not_taken_from_xpm_unasked(firm: Firm) -> None:
    """The register deletes no client; archiving is the nearest that there is."""
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    register.archive(client, firm.clock.now())
    firm.xpm_edit(remote_id, Phone=OTHER)
    for _ in range(3):
        reread(firm, "sweep")
        settle(firm)
    told = firm.xpm(remote_id)
    assert (told["IsArchived"], told["IsDeleted"], told["Phone"]) == ("No", "No", OTHER)
    assert firm.writes() == 0
    client.refresh_from_db()
    assert client.archived_at is not None
    parked = set(Difference.rows.of(firm.practice.pk).values_list("field", flat=True))
    assert "archived" in parked, "a person decides about it"
    assert why(firm, client).group == "needs_you"


def shared(firm: Firm) -> tuple[Client, Client, str]:
    """Two clients with one contact, on both sides; the contact's id."""
    first_there = firm.xpm_add(Name="Kauri Limited", Contacts=[{"Name": "Mere Tahu", "Mobile": OLD}])
    (contact,) = firm.xpm(first_there)["Contacts"]
    other_there = firm.xpm_add(Name="Rata Limited")
    firm.control("POST", f"clients/{other_there}/contacts", json={"UUID": contact["UUID"], "Position": "Adviser"})
    clients = [firm.add("Kauri Limited"), firm.add("Rata Limited")]
    firm.refresh("sweep")
    for client, remote_id in zip(clients, (first_there, other_there), strict=True):
        firm.link(client, remote_id)
        firm.decide(client, {firm.plan(client).plan.contacts[0].ref: "pull"})
    firm.clock.advance(3600)
    return clients[0], clients[1], contact["UUID"]


@pytest.mark.parametrize("bare", every("shared_contact_without_client"))
@pytest.mark.parametrize("sees", every("modifiedsince_sees_contacts"))
def test_s39_a_contact_of_two_clients_is_written_once_with_its_client_and_both_show_it(
    firm: Firm, sees: str, bare: str
) -> None:
    switch(firm, shared_contact_without_client=bare, modifiedsince_sees_contacts=sees)
    kauri, rata, contact_id = shared(firm)
    mine = Contact.rows.of(firm.practice.pk).get(client=kauri)
    kauri.refresh_from_db()
    register.edit_client(
        firm.actor,
        kauri.pk,
        revision=kauri.revision,
        kind=ClientKind.COMPANY,
        values={},
        contacts=[ContactEdit(mine.pk, {"mobile": NEW})],
        now=firm.clock.now(),
    )
    (key,) = firm.states(kauri)
    firm.run(firm.decide(kauri, {key: "push"}))
    (body,) = sent(firm, {"method": "PUT", "path": "client.api/contact"})
    assert link_of(firm, kauri).mirror.remote_id in body or "clientUuid" in str(
        firm.control("GET", "audit?path=client.api/contact")["calls"]
    )
    for client in (kauri, rata):
        (told,) = link_of(firm, client).mirror.contacts or []
        assert (told["id"], told["values"]["mobile"]) == (contact_id, NEW)
    assert firm.states(kauri) == {}
    assert set(firm.states(rata).values()) == {"remote_changed"}
    assert firm.xpm(link_of(firm, rata).mirror.remote_id)["Contacts"][0]["Position"] == "Adviser"
