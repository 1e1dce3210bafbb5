"""Taking an import back: exactly what it did, and nothing that came after it."""

from collections.abc import Mapping

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports import Importing
from operations.offices import Office, a_record
from practicesync.core.errors import Stale
from practicesync.operations import linking
from practicesync.operations.groups import put_in_group
from practicesync.operations.register import ContactEdit
from practicesync.queries.import_undo import plan_undo
from practicesync.store.models import Client, Contact, GroupMember, ListedClient


@pytest.fixture
def importing(office: Office) -> Importing:
    return Importing(office.admin)


def held(office: Office) -> dict[str, object]:
    """All that an import can change, for clients that are not archived; blank and absent are one."""
    clients = Client.rows.of(office.practice.pk).filter(archived_at=None)
    contacts = Contact.rows.of(office.practice.pk).filter(removed_at=None, client__archived_at=None)
    return {
        "clients": {each.pk: (each.kind, each.standing, _filled(each.values)) for each in clients},
        "contacts": {each.pk: _filled(each.values) for each in contacts},
        "groups": sorted(GroupMember.rows.of(office.practice.pk).values_list("client_id", "group__name")),
        "listed": sorted(ListedClient.rows.of(office.practice.pk).values_list("client_id", "search")),
    }


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}


def test_an_undo_restores_exactly_what_was_there(office: Office, importing: Importing) -> None:
    office.add(
        "Kauri Limited", {"name": "Ana Parata", "phone": "09 555 0100"}, client_code="K1", email="a@kauri.example"
    )
    office.add("Rimu Trust", client_code="K2", tax_number="49-091-850")
    before = held(office)
    importing.send(
        "Code,Name,Type,Email,IRD,Contact,Contact phone,Contact 2 name,Groups\n"
        "K1,Kauri Joinery Limited,Partnership,b@kauri.example,,Ana Parata,09 555 0111,Hemi Walker,Kauri\n"
        "K2,,Trust,,35-901-981,,,,\n"
        "K3,New Limited,Company,new@new.example,,Somebody,,,Kauri\n"
    )
    assert importing.check() == {"update": 2, "new": 1}
    importing.apply()
    assert held(office) != before
    plan = plan_undo(office.practice.pk, importing.id)
    assert (plan.archived, plan.restored, plan.kept) == (1, 2, ())
    importing.undo()
    assert held(office) == before
    assert office.verbs()[-1] == "import_undone"
    assert importing.found.state == "undone"
    with pytest.raises(Stale):
        importing.undo()


def test_a_value_that_somebody_changed_since_stays_and_is_told_before(office: Office, importing: Importing) -> None:
    client = office.add("Kauri Limited", client_code="K1", email="a@kauri.example", phone="09 555 0100")
    importing.bring("Code,Email,Phone\nK1,b@kauri.example,09 555 0111\n")
    office.edit(client, {"email": "c@kauri.example"})
    plan = plan_undo(office.practice.pk, importing.id)
    assert [fate.stays for fate in plan.kept] == [("Email was changed since.",)]
    importing.undo()
    client.refresh_from_db()
    assert (client.values["email"], client.values["phone"]) == ("c@kauri.example", "09 555 0100")


def test_a_created_client_on_which_something_hangs_is_not_archived(office: Office, importing: Importing) -> None:
    office.connect()
    mirror = office.read(a_record("r1"))
    importing.bring("Name\nEdited Limited\nLinked Limited\nGrouped Limited\nAlone Limited\n")
    office.edit(importing.client("Edited Limited"), {"phone": "09 555 0100"})
    importing.clock.advance(60)
    later = importing.clock.now()
    linking.link(office.admin, importing.client("Linked Limited").pk, mirror.pk, later)
    put_later(office, importing, "Grouped Limited")
    plan = plan_undo(office.practice.pk, importing.id)
    assert {fate.name: fate.stays for fate in plan.kept} == {
        "Edited Limited": ("Somebody edited it since.",),
        "Linked Limited": ("It was linked to XPM since.",),
        "Grouped Limited": ("It was put into a group since.",),
    }
    importing.undo()
    left = Client.rows.of(office.practice.pk).filter(archived_at=None).values_list("name", flat=True)
    assert sorted(left) == ["Edited Limited", "Grouped Limited", "Linked Limited"]
    assert importing.row(2).facts["stays"] == ["Somebody edited it since."]


def put_later(office: Office, importing: Importing, name: str) -> None:
    with transaction.atomic():
        put_in_group(office.admin, [importing.client(name).pk], "Kauri", importing.clock.now())


def test_a_contact_that_was_edited_since_stays(office: Office, importing: Importing) -> None:
    client = office.add("Kauri Limited", client_code="K1")
    importing.bring("Code,Contact\nK1,Ana Parata\n")
    office.edit(client, {}, ContactEdit(office.contact(client).pk, {"phone": "09 555 0100"}))
    importing.undo()
    assert office.contact(client).values["name"] == "Ana Parata"
    assert "was edited since" in importing.row(2).facts["stays"][0]


WORDS = st.sampled_from(["", "Kauri", "Rimu", "Totara", "a@kauri.example"])
VALUES = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["Kauri Ltd", "Rimu Ltd"]), "fax": st.just("09 555 0100"), "title": WORDS}
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(there=st.lists(VALUES, max_size=3), brought=st.lists(VALUES, min_size=1, max_size=4))
def test_whatever_is_imported_twice_changes_nothing_and_undone_is_gone(
    office: Office, there: list[dict[str, str]], brought: list[dict[str, str]]
) -> None:
    known = Client.rows.of(office.practice.pk).count()
    for number, values in enumerate(there):
        office.add(values.get("name") or "Nameless", client_code=f"{known}-{number}", title=values.get("title", ""))
    before = held(office)
    lines = [
        f"{known}-{number},{values.get('name', '')},{values.get('fax', '')},{values.get('title', '')}"
        for number, values in enumerate(brought)
    ]
    data = "\n".join(["Client code,Name,Fax,Title", *lines])
    first = Importing(office.admin)
    first.send(data)
    first.check()
    _decide(first)
    if not any(row.verdict in ("new", "update") or row.choice for row in first.rows()):
        return
    first.apply()
    again = Importing(office.admin)
    again.send(data)
    assert set(again.check()) <= {"unchanged", "error"}
    first.undo()
    assert held(office) == before


def _decide(importing: Importing) -> None:
    for row in importing.rows():
        if row.verdict == "twin":
            importing.choose(row.number, "create")
