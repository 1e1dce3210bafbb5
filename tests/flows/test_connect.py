"""Connecting: one organisation, one of several, another than before; and letting go."""

from collections.abc import Iterator

import pytest

from firms import Firm, a_firm
from practicesync.core.errors import AskPerson
from practicesync.flows import connect
from practicesync.flows.connect import Choose, Connected
from practicesync.operations import runs
from practicesync.store.models import Connection

pytestmark = pytest.mark.django_db

MULTI = "multi@sandbox.example"


@pytest.fixture
def firm() -> Iterator[Firm]:
    with a_firm(clients=10) as found:
        yield found


def organisations(firm: Firm) -> list[str]:
    return [each["id"] for each in firm.control("GET", "state")["tenants"] if each["kind"] == "PRACTICEMANAGER"]


def refresh_state(firm: Firm, connection: Connection) -> str:
    return firm.run(runs.request(firm.actor, connection.pk, "refresh", firm.clock.now())).state


def test_a_login_with_several_organisations_is_asked_which(firm: Firm) -> None:
    first, second = organisations(firm)[:2]
    found = firm.sign_in([first, second], MULTI)
    assert isinstance(found, Choose)
    assert {each.organisation_id for each in found.organisations} == {first, second}
    connected = connect.choose(firm.actor, "xpm", found.authorisation_id, second, firm.clock.now())
    assert connected.connection.organisation_id == second
    assert refresh_state(firm, connected.connection) == "done"


def test_another_organisation_of_the_same_login_takes_the_place_of_the_first(firm: Firm) -> None:
    first, second = organisations(firm)[:2]
    before = firm.sign_in([first], MULTI)
    assert isinstance(before, Connected)
    after = firm.sign_in([second], MULTI)
    connected = (
        connect.choose(firm.actor, "xpm", after.authorisation_id, second, firm.clock.now())
        if isinstance(after, Choose)
        else after
    )
    former = Connection.rows.of(firm.practice.pk).get(pk=before.connection.pk)
    assert (former.state, former.access_token, former.refresh_token) == ("ended", "", "")
    assert refresh_state(firm, connected.connection) == "done"


def test_an_organisation_that_the_links_do_not_belong_to_has_to_be_confirmed(firm: Firm) -> None:
    first, second = organisations(firm)[:2]
    found = firm.sign_in([first], MULTI)
    assert isinstance(found, Connected)
    firm.connection = found.connection
    firm.pair("Kauri Holdings Limited")
    connect.disconnect(firm.actor, firm.connection.pk, firm.clock.now())
    other = firm.sign_in([second], MULTI)
    assert isinstance(other, Choose)
    assert [each.organisation_id for each in other.organisations] == [second]


def test_letting_go_ends_it_on_both_sides(firm: Firm) -> None:
    connection = firm.connect()
    connect.disconnect(firm.actor, connection.pk, firm.clock.now())
    connection.refresh_from_db()
    assert (connection.state, connection.access_token, connection.refresh_token) == ("ended", "", "")
    calls = [(each["method"], each["path"].rsplit("/", 1)[0]) for each in firm.control("GET", "audit")["calls"]]
    assert ("DELETE", "/connections") in calls
    assert ("POST", "/connect") in calls


def test_letting_go_is_obeyed_even_when_the_remote_does_not_answer(firm: Firm) -> None:
    connection = firm.connect()
    firm.fault("drop_before", path="connect/revocation", times=None)
    firm.fault("drop_before", path="connections", times=None)
    connect.disconnect(firm.actor, connection.pk, firm.clock.now())
    connection.refresh_from_db()
    assert connection.state == "ended"


def test_access_to_books_alone_leads_nowhere_and_is_given_back(firm: Firm) -> None:
    (books,) = [each["id"] for each in firm.control("GET", "state")["tenants"] if each["kind"] == "ORGANISATION"]
    with pytest.raises(AskPerson) as refusal:
        firm.sign_in([books], MULTI)
    assert refusal.value.code == "no_organisation"
    assert not Connection.rows.of(firm.practice.pk).exists()
    assert firm.control("GET", "audit?path=connect/revocation")["calls"]
