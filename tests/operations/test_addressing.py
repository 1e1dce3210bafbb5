"""Changing which addresses the remote keeps: every client's values move, and come back."""

import pytest

from operations.offices import NOW, Office
from practicesync.core.addresses import usual
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.link_state import LinkState
from practicesync.core.record import RemoteRecord
from practicesync.operations.addressing import place_addresses
from practicesync.queries.address_places import load_moving, places_of
from practicesync.queries.sync_screen import load_sync_screen
from practicesync.store.models import Client

pytestmark = pytest.mark.django_db
COMPANY = ClientKind.COMPANY
REMOTE = RemoteRecord("r1", {"name": "Kauri Ltd", "postal_address.street": "PO Box 7"}, (), digest=b"0123456789abcdef")
OFFICE_POSTAL = {"physical_address": "principal_place", "postal_address": "registered_office"}


@pytest.fixture
def client(office: Office) -> Client:
    return office.add(
        **{
            "principal_place.street": "1 Rata Street",
            "postal_address.street": "PO Box 7",
            "registered_office.street": "2 Kauri Street",
        }
    )


def values(client: Client) -> dict[str, str]:
    client.refresh_from_db()
    return {key: text for key, text in client.values.items() if text and key != "name"}


def place(office: Office, places: dict[str, str]) -> int:
    moving = load_moving(office.practice.pk, COMPANY, places)
    return place_addresses(office.admin, COMPANY, places, NOW, expected=moving.clients)


def test_a_new_client_has_its_addresses_where_the_firm_places_them(client: Client) -> None:
    assert values(client) == {
        "physical_address.street": "1 Rata Street",
        "postal_address.street": "PO Box 7",
        "registered_office.street": "2 Kauri Street",
    }


def test_changing_the_table_moves_every_value_and_changing_it_back_restores_it(office: Office, client: Client) -> None:
    before = values(client)
    assert place(office, OFFICE_POSTAL) == 1
    assert values(client) == {
        "physical_address.street": "1 Rata Street",
        "postal_address.street": "2 Kauri Street",
        "mailing_address.street": "PO Box 7",
    }
    assert places_of(office.practice.pk, COMPANY) == OFFICE_POSTAL
    assert place(office, usual(COMPANY)) == 1
    assert values(client) == before
    assert office.verbs().count("addresses_placed") == 2


def test_only_that_kind_of_client_moves(office: Office, client: Client) -> None:
    moving = load_moving(office.practice.pk, ClientKind.TRUST, OFFICE_POSTAL)
    assert (moving.clients, moving.first) == (0, ())
    place_addresses(office.admin, ClientKind.TRUST, OFFICE_POSTAL, NOW, expected=0)
    assert values(client)["postal_address.street"] == "PO Box 7"


def test_nothing_moves_where_other_clients_would_than_was_shown(office: Office, client: Client) -> None:
    with pytest.raises(Stale):
        place_addresses(office.admin, COMPANY, OFFICE_POSTAL, NOW, expected=2)
    assert values(client)["postal_address.street"] == "PO Box 7"
    assert places_of(office.practice.pk, COMPANY) == usual(COMPANY)


def test_a_table_that_cannot_be_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        place_addresses(
            office.admin,
            COMPANY,
            {"physical_address": "residential_address", "postal_address": "mailing_address"},
            NOW,
            expected=0,
        )


def test_a_linked_client_differs_from_the_remote_afterwards(connected: Office) -> None:
    told: dict[str, str] = {"postal_address.street": "PO Box 7", "registered_office.street": "2 Kauri Street"}
    client = connected.pair(REMOTE, **told)
    assert connected.link_of(client).state == LinkState.IN_SYNC
    moving = load_moving(connected.practice.pk, COMPANY, OFFICE_POSTAL)
    assert (moving.clients, moving.linked, moving.first) == (1, 1, ("Kauri Ltd",))
    place(connected, OFFICE_POSTAL)
    assert connected.link_of(client).state == LinkState.LOCAL_CHANGED
    screen = load_sync_screen(connected.practice.pk, client.pk)
    assert screen is not None
    assert [row.label for row in screen.rows if row.key == "postal_address"] == ["Registered office"]
    place(connected, usual(COMPANY))
    assert connected.link_of(client).state == LinkState.IN_SYNC
