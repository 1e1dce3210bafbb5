"""What is found before a client is made: by any of the little that is typed, on both sides, and of nobody else's."""

from collections.abc import Mapping

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.fields import ClientKind
from practicesync.operations import linking, register
from practicesync.operations.register import NewClient
from practicesync.queries.lookalikes import Lookalike, Side, lookalike_index, lookalikes

NZBN = "9429030011229"
KAURI = {
    "name": "Kauri Holdings Limited",
    "business_number": NZBN,
    "email": "office@kauri.example",
    "phone": "09 555 0101",
    "client_code": "KAU-01",
}


@pytest.fixture
def office(db: None) -> Office:
    found = an_office()
    found.connect()
    register.add_client(found.admin, NewClient(ClientKind.COMPANY, KAURI, country="NZ"), NOW)
    for number in range(12):
        found.add(f"Other {number} Holdings Limited", phone=f"09 777 01{number:02}")
    return found


def like(office: Office, **values: str) -> tuple[Lookalike, ...]:
    return lookalikes(office.practice.pk, ClientKind.COMPANY, values)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Kauri Holdings Ltd"},
        {"name": "KAURI HOLDINGS"},
        {"name": "Kauri Holdngs Limited"},
        {"name": "Something else", "business_number": "9429 0300 11229"},
        {"name": "Kauri", "client_code": "kau 01", "phone": "+64 9 555 0101"},
        {"name": "Kauri Hldgs", "email": "Office@Kauri.example", "phone": "(09) 555 0101"},
    ],
    ids=lambda typed: " ".join(typed.values()),
)
def test_somebody_is_found_by_what_little_is_typed(office: Office, typed: Mapping[str, str]) -> None:
    names = [each.name for each in like(office, **typed)]
    assert names[:1] == ["Kauri Holdings Limited"]


@pytest.mark.parametrize("typed", [{}, {"name": ""}, {"name": "%"}, {"name": "Zealandia Vessels Limited"}])
def test_nobody_is_found_where_nobody_is_alike(office: Office, typed: Mapping[str, str]) -> None:
    assert like(office, **typed) == ()


def test_it_is_told_why_and_how_surely(office: Office) -> None:
    (found,) = like(office, **KAURI)
    assert (found.side, found.pile) == (Side.REGISTER, "safe")
    assert any("business number" in each.text for each in found.reasons)


def test_a_record_of_xpm_alone_is_found_too(office: Office) -> None:
    mirror = office.read(a_record("r1", name="Rata Fencing Limited", phone="09 555 0177"))
    (found,) = like(office, name="Rata Fencing Ltd", phone="09 555 0177")
    assert (found.side, found.id, found.linked_client_id) == (Side.REMOTE, mirror.pk, 0)


def test_a_linked_record_is_told_by_its_client_alone_or_says_to_whom_it_is_tied(office: Office) -> None:
    client = office.add("Rata Fencing Limited", phone="09 555 0177")
    mirror = office.read(a_record("r1", name="Rata Fencing Limited", phone="09 555 0177"))
    linking.link(office.admin, client.pk, mirror.pk, NOW)
    assert [each.side for each in like(office, name="Rata Fencing Ltd", phone="09 555 0177")] == [Side.REGISTER]
    office.edit(client, {"name": "Quite Another Limited", "phone": ""})
    (found,) = like(office, name="Rata Fencing Ltd", phone="09 555 0177")
    assert (found.side, found.linked_client_id) == (Side.REMOTE, client.pk)


def test_what_is_gone_from_xpm_is_not_found(office: Office) -> None:
    office.read(a_record("r1", name="Rata Fencing Limited", deleted=True))
    assert like(office, name="Rata Fencing Ltd") == ()


def test_a_client_is_not_its_own_lookalike(office: Office) -> None:
    (found,) = like(office, **KAURI)
    assert lookalikes(office.practice.pk, ClientKind.COMPANY, KAURI, leave_out=frozenset({found.id})) == ()


def test_another_practice_finds_nobody_here(office: Office) -> None:
    other = an_office("Rata & Co")
    other.connect("Rata XPM")
    assert like(other, **KAURI) == ()
    assert lookalike_index(other.practice.pk).like(ClientKind.COMPANY, KAURI) == ()


def test_a_person_is_found_by_their_contacts_address(office: Office) -> None:
    office.add("Totara Joinery Limited", {"name": "Mere Tahu", "email": "mere@totara.example"})
    typed = [{"name": "Mere Tahu", "email": "mere@totara.example"}]
    found = lookalikes(office.practice.pk, ClientKind.COMPANY, {"name": "Totara Joiners Ltd"}, contacts=typed)
    assert [each.name for each in found] == ["Totara Joinery Limited"]


def test_an_index_answers_a_whole_file_from_one_reading(office: Office) -> None:
    index = lookalike_index(office.practice.pk)
    with CaptureQueriesContext(
        database,
    ) as asked:
        for _ in range(50):
            (found, *_) = index.like(ClientKind.COMPANY, KAURI)
            assert found.name == "Kauri Holdings Limited"
    assert len(asked) == 0


def test_asking_costs_the_same_however_long_the_register_is(office: Office) -> None:
    counts = []
    for number in (0, 40):
        for each in range(number):
            office.add(f"Kauri {each} Holdings Limited", email=f"k{each}@kauri.example")
        with CaptureQueriesContext(database) as asked:
            like(office, **KAURI)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25
