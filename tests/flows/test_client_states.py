"""Clients that fail say why and can be tried again; records that cannot be read are kept until they can."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from practicesync.core.errors import Invalid
from practicesync.core.policy import Policy
from practicesync.flows.start import enqueue_all
from practicesync.operations import automatic, policies, retrying, unreadable
from practicesync.operations.retrying import Retried
from practicesync.store.models import Client, Link, Mirror, Push, SetAsideRecord, Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm() as found:
        found.connect()
        found.refresh()
        yield found


def link_of(firm: Firm, client: Client) -> Link:
    found: Link = Link.rows.of(firm.practice.pk).get(client=client, ended_at=None)
    return found


def stands(firm: Firm, client: Client) -> tuple[str, str]:
    link = link_of(firm, client)
    return link.state, link.reason


def refused(firm: Firm, name: str = "Kauri Limited", number: str = "09 555 0134") -> tuple[Client, str]:
    """A client whose phone XPM refused."""
    client, remote_id = firm.pair(name)
    firm.edit(client, phone=number)
    firm.fault("error", method="PUT", path="client.api/update", text="Phone is not to our taste")
    firm.sync(client, phone="push")
    return client, remote_id


def retry(firm: Firm, *clients: Client) -> Retried:
    asked = retrying.retry(firm.actor, [client.pk for client in clients], firm.clock.now())
    enqueue_all(asked.runs)
    for run in asked.runs:
        firm.run(run)
    return asked


# Writes


def test_what_xpm_refused_is_failing_with_its_text_until_it_is_tried_again(firm: Firm) -> None:
    client, remote_id = refused(firm)
    assert stands(firm, client) == ("failing", "refused")
    assert "not to our taste" in link_of(firm, client).failing
    assert link_of(firm, client).failed == ["phone"]

    retry(firm, client)

    assert firm.xpm(remote_id)["Phone"] == "09 555 0134"
    assert stands(firm, client) == ("in_sync", "")
    link = link_of(firm, client)
    assert (link.failing, link.failing_code, link.failed) == ("", "", [])


def test_what_is_refused_again_fails_again(firm: Firm) -> None:
    client, _ = refused(firm)
    firm.fault("error", method="PUT", path="client.api/update", text="Still not")
    retry(firm, client)
    assert stands(firm, client) == ("failing", "refused")
    assert "Still not" in link_of(firm, client).failing


def test_several_are_tried_again_by_one_sheet(firm: Firm) -> None:
    first, second = refused(firm)[0], refused(firm, "Rata Limited", "09 555 0135")[0]
    asked = retry(firm, first, second)
    assert Sheet.rows.of(firm.practice.pk).get().pk == asked.sheet_id
    assert [stands(firm, client)[0] for client in (first, second)] == ["in_sync", "in_sync"]


def test_a_value_that_xpm_ignores_is_told_apart_from_one_that_it_refuses(firm: Firm) -> None:
    ignored, _ = firm.pair("Kauri Limited")
    firm.edit(ignored, export_code="K-17")
    firm.control("PATCH", "switches", json={"export_code_on_update": "ignored"})
    firm.sync(ignored, export_code="push")
    assert stands(firm, ignored) == ("failing", "ignored")


def test_a_refusal_is_over_once_somebody_mends_either_side(firm: Firm) -> None:
    here, _ = refused(firm)
    firm.edit(here, phone="09 555 0199")
    assert stands(firm, here) == ("local_changed", "local_changed")

    there, remote_id = refused(firm, "Rata Limited", "09 555 0135")
    firm.xpm_edit(remote_id, Phone="09 555 0135")
    firm.refresh()
    assert stands(firm, there) == ("in_sync", "")


def test_there_is_nothing_to_try_again_of_a_client_that_does_not_fail(firm: Firm) -> None:
    client, _ = firm.pair("Kauri Limited")
    with pytest.raises(Invalid):
        retrying.retry(firm.actor, [client.pk], firm.clock.now())
    assert not Sheet.rows.of(firm.practice.pk).exists()


def test_a_client_that_xpm_no_longer_has_is_failing_even_where_nothing_differs(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Limited")
    assert stands(firm, client) == ("in_sync", "")
    firm.control("POST", f"clients/{remote_id}/delete")
    firm.refresh("sweep")
    assert stands(firm, client) == ("failing", "gone")


# Readings


def test_a_record_that_cannot_be_read_is_kept_with_its_reason_and_its_client_is_not_in_sync(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Limited")
    firm.xpm_edit(remote_id, Phone="09 555 0134")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    row = SetAsideRecord.rows.of(firm.practice.pk).get()
    assert (row.remote_id, bool(row.reason)) == (remote_id, True)
    assert stands(firm, client) == ("failing", "unreadable")


def test_it_is_forgotten_by_the_next_reading_that_can(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Limited")
    firm.xpm_edit(remote_id, Phone="09 555 0134")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    firm.refresh()
    assert not SetAsideRecord.rows.of(firm.practice.pk).exists()
    assert stands(firm, client)[0] == "remote_changed"


def test_one_of_them_is_read_again_at_a_click(firm: Firm) -> None:
    remote_id = firm.xpm_add(Name="Kauri Limited")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    row = SetAsideRecord.rows.of(firm.practice.pk).get()
    run = firm.run(unreadable.request_again(firm.actor, row.pk, firm.clock.now()))
    assert run.state == "done"
    assert Mirror.rows.of(firm.practice.pk).filter(remote_id=remote_id).exists()
    assert not SetAsideRecord.rows.of(firm.practice.pk).exists()


def test_one_that_still_cannot_be_read_stays(firm: Firm) -> None:
    firm.xpm_add(Name="Kauri Limited")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    row = SetAsideRecord.rows.of(firm.practice.pk).get()
    firm.fault("malformed", path="client.api/get")
    run = firm.run(unreadable.request_again(firm.actor, row.pk, firm.clock.now()))
    assert (run.state, run.problem) == ("failed", "bad_answer")
    assert SetAsideRecord.rows.of(firm.practice.pk).exists()


def test_what_a_full_reading_no_longer_meets_is_forgotten(firm: Firm) -> None:
    firm.pair("Rata Limited")
    remote_id = firm.xpm_add(Name="Kauri Limited")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    firm.control("POST", f"clients/{remote_id}/delete")
    firm.control("PATCH", "switches", json={"list_hides": "deleted"})
    firm.clock.advance(60)
    firm.refresh("sweep")
    assert not SetAsideRecord.rows.of(firm.practice.pk).exists()


def test_a_failing_reading_is_tried_again_with_the_client(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Limited")
    firm.xpm_edit(remote_id, Phone="09 555 0134")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    asked = retry(firm, client)
    assert asked.sheet_id is None
    assert stands(firm, client)[0] == "remote_changed"


def test_nothing_goes_by_itself_while_a_clients_record_cannot_be_read(firm: Firm) -> None:
    client, remote_id = firm.pair("Kauri Limited")
    policies.change(firm.actor, "xpm", Policy(on=True), firm.clock.now(), seen=0)
    firm.xpm_edit(remote_id, Phone="09 555 0134")
    firm.fault("malformed", path="client.api/list")
    firm.refresh()
    firm.edit(client, website="kauri.example")
    assert stands(firm, client) == ("failing", "unreadable")
    assert not Push.rows.of(firm.practice.pk).exists()
    assert automatic.request(firm.actor, firm.connection.pk, firm.clock.now()) is None
