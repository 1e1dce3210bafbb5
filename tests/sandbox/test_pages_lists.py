"""Lists as a person goes through them: words without accents, filters, order, pages, and what an empty one says."""

import time
from collections.abc import Iterator

import pytest

from sandbox.door import Door
from sandbox.person import Person, rows
from xpm_sandbox.app import create_app
from xpm_sandbox.world import World

_PARTIES = ("clients", "contacts", "groups", "relationships", "jobs", "staff")


@pytest.fixture
def person(door: Door) -> Person:
    return Person(door)


@pytest.fixture(scope="module")
def large() -> Iterator[Person]:
    with World.open(clients=15_000, region="NZ") as world:
        yield Person(Door.in_process(create_app(world)))


def _names(person: Person, **query: str) -> list[str]:
    return [row[0] for row in rows(person.get("clients", **query))]


def test_words_find_clients_without_accents_in_any_order_and_part(door: Door, person: Person) -> None:
    door.add_client(Name="Tāmaki Makaurau Ltd", Phone="09 555 0134")
    door.add_client(Name="Tamaki Trust", Email="office@kereru.nz")
    door.add_client(Name="Rimu Ltd")
    assert _names(person, q="tamaki") == ["Tamaki Trust", "Tāmaki Makaurau Ltd"]
    assert _names(person, q="LTD tāmaki") == ["Tāmaki Makaurau Ltd"]
    assert _names(person, q="0134") == ["Tāmaki Makaurau Ltd"]
    assert _names(person, q="kereru") == ["Tamaki Trust"]
    assert _names(person, q="Phone") == []


def test_each_standing_has_its_own_view(door: Door, person: Person) -> None:
    for name, flag in (("Live", ""), ("Lead", "IsProspect"), ("Old", "IsArchived"), ("Gone", "IsDeleted")):
        door.add_client(Name=name, **({flag: "Yes"} if flag else {}))
    assert _names(person) == ["Lead prospect", "Live"]
    assert _names(person, show="prospects") == ["Lead prospect"]
    assert _names(person, show="clients") == ["Live"]
    assert _names(person, show="archived") == ["Old archived"]
    assert _names(person, show="deleted") == ["Gone deleted"]
    assert len(_names(person, show="all")) == 4
    assert _names(person, show="'; DROP TABLE client; --", sort="nothing", page="x") == ["Lead prospect", "Live"]


def test_a_heading_sorts_and_pages_keep_what_was_asked(door: Door, person: Person) -> None:
    for number in range(120):
        door.add_client(Name=f"Client {number:03}", Email=f"{999 - number}@example.com")
    page = person.get("clients", q="client", sort="email", page="2")
    assert rows(page)[0][0] == "Client 069"
    links = {link.text_content(): link.get("href") for link in page.xpath("//nav[@aria-label='Pages']//a")}
    assert links["Next"] == "?q=client&sort=email&page=3"
    assert page.xpath("//th[@aria-sort='ascending']//a")[0].text_content().startswith("E-mail")
    assert rows(person.get("clients", q="client", page="99"))[-1][0] == "Client 119"


def test_an_empty_list_says_what_it_is_for(person: Person) -> None:
    for party in _PARTIES[:-1]:
        text = person.get(party).find_class("card")[0].text_content()
        assert text.strip().startswith("No "), party
        assert "fits" in person.get(party, q="zzz").find_class("card")[0].text_content()


def test_anything_is_found_from_the_head_of_every_page(door: Door, person: Person) -> None:
    door.add_client(Name="Kauri Ltd", Contacts=[{"Name": "Kauri Bob"}])
    door.control("POST", "groups", {"Name": "Kauri family"})
    text = " ".join(person.get("find", q="kauri").text_content().split())
    for expected in ("Clients (1) Kauri Ltd", "Contacts (1) Kauri Bob", "Groups (1) Kauri family 0 clients"):
        assert expected in text
    assert "Nothing holds these words." in person.get("find", q="zzz").text_content()


def test_one_practice_never_shows_another_s_records(door: Door, person: Person) -> None:
    second = door.control("GET", "state")["tenants"][1]["id"]
    theirs = door.add_client(Name="Theirs", tenant=second)["UUID"]
    group = door.control("POST", "groups", {"Name": "Theirs", "tenant": second})["UUID"]
    for path in (f"clients/{theirs}", f"clients/{theirs}/history", f"groups/{group}", f"clients/{theirs}/merge"):
        assert door.http.get(f"{person.home}/{path}").status_code == 404
    assert "Nothing holds these words." in person.get("find", q="theirs").text_content()


def test_fifteen_thousand_clients_are_gone_through_in_a_blink(large: Person) -> None:
    for path, query in (
        ("clients", {}), ("clients", {"q": "trust walker", "sort": "partner"}), ("clients", {"page": "200"}),
        ("contacts", {"q": "an"}), ("relationships", {"sort": "related"}), ("jobs", {"show": "all"}),
        ("find", {"q": "an"}),
    ):  # fmt: skip
        began = time.process_time()
        large.get(path, **query)
        assert time.process_time() - began < 1.5, (path, query)
