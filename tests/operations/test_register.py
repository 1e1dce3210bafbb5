"""The register: what can be added and saved, what is refused by which key, and what stays as it is."""

from collections.abc import Mapping

import pytest

from operations.offices import NOW, Office
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.operations import register
from practicesync.operations.register import ContactEdit, NewClient
from practicesync.store.models import Activity, Change, Client, Contact

IRD = "136410132"

BAD: dict[str, tuple[dict[str, str], str]] = {
    "no name": ({"name": " "}, "name"),
    "over-long": ({"phone": "1" * 51}, "phone"),
    "no e-mail address": ({"email": "office at kauri"}, "email"),
    "a masked tax number": ({"tax_number": "******132"}, "tax_number"),
    "a wrong check digit": ({"tax_number": "136410133"}, "tax_number"),
    "no date": ({"date_of_birth": "31/02/1980"}, "date_of_birth"),
    "an over-long part of an address": ({"physical_address.city": "x" * 256}, "physical_address"),
}


def stored(client: Client) -> dict[str, str]:
    client.refresh_from_db()
    return dict(client.values)


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_right_is_refused_under_its_field(office: Office, case: str) -> None:
    values, key = BAD[case]
    with pytest.raises(Invalid) as adding:
        office.add(**{"name": "Kauri Ltd", **values})
    client = office.add()
    before = stored(client)
    with pytest.raises(Invalid) as editing:
        office.edit(client, values)
    assert set(adding.value.problems) == set(editing.value.problems) == {key}
    assert stored(client) == before
    assert office.verbs()[-1] == "client_added"


def test_all_that_is_wrong_is_told_at_once(office: Office) -> None:
    client = office.add("Kauri Ltd", {"name": "Mere Tahu"})
    mere = office.contact(client)
    with pytest.raises(Invalid) as refusal:
        office.edit(
            client,
            {"email": "x", "phone": "1" * 51},
            ContactEdit(mere.pk, {"email": "y"}),
            ContactEdit(None, {"position": "Director"}),
        )
    assert set(refusal.value.problems) == {"email", "phone", f"contact:{mere.pk}/email", "contact:new1/name"}
    assert Contact.rows.of(office.practice.pk).count() == 1


def test_a_key_that_is_left_out_is_left_alone_and_a_blank_clears(office: Office) -> None:
    client = office.add(email="a@kauri.example", phone="09 555 0101")
    saved = office.edit(client, {"phone": ""})
    assert saved.changed == ("phone",)
    assert (stored(client)["email"], stored(client)["phone"]) == ("a@kauri.example", "")


def test_saving_what_is_there_already_writes_nothing(office: Office) -> None:
    client = office.add(email="a@kauri.example")
    lines = office.verbs()
    assert office.edit(client, {"name": "Kauri Ltd", "email": " a@kauri.example ", "fax": ""}).changed == ()
    client.refresh_from_db()
    assert client.revision == 1
    assert office.verbs() == lines


def test_a_form_that_somebody_else_saved_meanwhile_is_stale(office: Office) -> None:
    client = office.add()
    opened = client.revision
    office.edit(client, {"phone": "09 555 0101"})
    with pytest.raises(Stale):
        register.edit_client(
            office.admin,
            client.pk,
            revision=opened,
            kind=ClientKind.COMPANY,
            values={"email": "a@kauri.example"},
            now=NOW,
        )
    assert stored(client).get("email", "") == ""


def test_an_odd_value_from_an_import_does_not_stand_in_the_way(office: Office) -> None:
    odd = {"name": "Kauri Ltd", "tax_number": "12", "email": "office at kauri"}
    (client,) = register.import_clients(
        office.admin, [NewClient(ClientKind.COMPANY, odd, contacts=[{"email": "m@x.nz"}])], NOW
    )
    contact = office.contact(client)
    office.edit(
        client, {**odd, "phone": "09 555 0101"}, ContactEdit(contact.pk, {"name": "", "mobile": "021 555 0134"})
    )
    assert stored(client)["phone"] == "09 555 0101"
    assert office.contact(client).values["mobile"] == "021 555 0134"
    with pytest.raises(Invalid) as refusal:
        office.edit(client, {"email": "office at rata"})
    assert set(refusal.value.problems) == {"email"}


def test_even_an_import_needs_a_name(office: Office) -> None:
    new = [NewClient(ClientKind.COMPANY, {"name": "Kauri Ltd"}), NewClient(ClientKind.COMPANY, {"name": "\u200b"})]
    with pytest.raises(Invalid):
        register.import_clients(office.admin, new, NOW)
    assert not Client.rows.of(office.practice.pk).exists()


def test_what_cannot_be_seen_is_tidied_away(office: Office) -> None:
    client = office.add(
        "  Kauri\u0000\u200b\tHoldings\r\n Ltd ", phone="\u202a09 555 0101\u202c", email="a@kauri.example\x07"
    )
    assert stored(client)["name"] == "Kauri\tHoldings Ltd"
    assert (stored(client)["phone"], stored(client)["email"]) == ("09 555 0101", "a@kauri.example")


def test_keys_that_no_field_has_are_not_kept(office: Office) -> None:
    client = office.add(favourite_colour="green")
    assert office.edit(client, {"is_admin": "yes"}).changed == ()
    assert not {"favourite_colour", "is_admin"} & set(stored(client))


def test_lists_find_a_client_by_what_is_derived_from_it(office: Office) -> None:
    client = office.add("Kauri Ltd", client_code="K-1", email="Info@Kauri.example", phone="+64 9 555-0101")
    assert (client.name, client.sort_name, client.code) == ("Kauri Ltd", "kauri ltd", "K-1")
    assert client.search == "kauri ltd k-1 info@kauri.example 6495550101"
    office.edit(client, {"name": "Rata Ltd", "client_code": "", "export_code": "X-9", "phone": ""})
    client.refresh_from_db()
    assert (client.name, client.sort_name, client.code) == ("Rata Ltd", "rata ltd", "X-9")
    assert client.search == "rata ltd x-9 info@kauri.example"


def test_a_tax_number_is_in_no_search_text(office: Office) -> None:
    assert IRD not in office.add(tax_number=IRD).search


def test_contacts_are_added_edited_and_taken_off(office: Office) -> None:
    client = office.add("Kauri Ltd", {"name": "Mere Tahu"})
    mere = office.contact(client)
    office.edit(client, {}, ContactEdit(mere.pk, {"mobile": "021 555 0134"}), ContactEdit(None, {"name": "Tama Ngata"}))
    values = {each.values["name"]: each.values for each in Contact.rows.of(office.practice.pk).filter(client=client)}
    assert values["Mere Tahu"]["mobile"] == "021 555 0134"
    assert values["Tama Ngata"]["is_primary"] == "No"

    office.edit(client, {}, ContactEdit(mere.pk, {}, remove=True))
    assert office.contact(client).values["name"] == "Tama Ngata"
    told = Change.rows.of(office.practice.pk).order_by("-pk")[0]
    assert (told.ref, told.field, told.before["name"], told.after, told.why) == (
        f"contact:{mere.pk}", "name", "Mere Tahu", {}, "removed",
    )  # fmt: skip


def test_a_contact_that_was_taken_off_meanwhile_makes_the_form_stale(office: Office) -> None:
    client = office.add("Kauri Ltd", {"name": "Mere Tahu"})
    mere = office.contact(client)
    office.edit(client, {}, ContactEdit(mere.pk, {}, remove=True))
    with pytest.raises(Stale):
        office.edit(client, {"phone": "09 555 0101"}, ContactEdit(mere.pk, {"mobile": "021 555 0134"}))
    assert stored(client).get("phone", "") == ""


def test_a_contact_of_another_client_cannot_be_reached(office: Office) -> None:
    other = office.add("Rata Ltd", {"name": "Tama Ngata"})
    tama = office.contact(other)
    for edit in (ContactEdit(tama.pk, {"mobile": "021 555 0134"}), ContactEdit(tama.pk, {}, remove=True)):
        with pytest.raises(Stale):
            office.edit(office.add(), {}, edit)
    assert office.contact(other).values == tama.values


def test_a_new_contact_that_is_taken_off_again_leaves_nothing(office: Office) -> None:
    client = office.add()
    assert office.edit(client, {}, ContactEdit(None, {"name": "Mere Tahu"}, remove=True)).changed == ()
    assert not Contact.rows.of(office.practice.pk).exists()


def test_a_change_of_kind_alone_is_saved(office: Office) -> None:
    client = office.add()
    register.edit_client(office.admin, client.pk, revision=1, kind=ClientKind.TRUST, values={}, now=NOW)
    client.refresh_from_db()
    assert (client.kind, client.revision) == ("trust", 2)
    assert office.verbs()[-1] == "client_edited"


def changes(office: Office) -> list[tuple[str, Mapping[str, str], Mapping[str, str]]]:
    line = Activity.rows.of(office.practice.pk).order_by("-seq")[0]
    return [(each.field, each.before, each.after) for each in Change.rows.of(office.practice.pk).filter(activity=line)]


def test_the_line_tells_each_field_from_and_to(office: Office) -> None:
    client = office.add(**{"physical_address.city": "Auckland", "phone": "09 555 0101"})
    office.edit(client, {"physical_address.city": "Dunedin", "phone": "09 555 0102", "name": "Kauri Ltd"})
    assert changes(office) == [
        ("phone", {"phone": "09 555 0101"}, {"phone": "09 555 0102"}),
        ("physical_address", {"physical_address.city": "Auckland"}, {"physical_address.city": "Dunedin"}),
    ]


def test_many_are_imported_under_one_line(office: Office) -> None:
    new = [NewClient(ClientKind.TRUST, {"name": f"Trust {number}"}) for number in range(3)]
    assert [client.name for client in register.import_clients(office.admin, new, NOW)] == [
        "Trust 0",
        "Trust 1",
        "Trust 2",
    ]
    line = Activity.rows.of(office.practice.pk).order_by("-seq")[0]
    assert (line.verb, line.facts) == ("clients_imported", {"count": 3})
