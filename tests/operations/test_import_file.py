"""Imports from files: what rows bring, what they are found to be, and what becomes of them."""

import pytest
from django.db import connection

from imports import Importing
from operations.offices import Office, an_office
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.operations import import_apply, import_file, runs
from practicesync.store.models import Activity, Change, Client, Contact, GroupMember, ImportRow, RememberedColumns

FILE = """Client Code,Client Name,Type,Email,Phone,Address,Suburb,Postcode,Contact,Contact Email,Group
K1,Kauri Joinery Limited,Company,k@k.example,09 555 0101,2 Rata St,Auckland,1010,Ana Parata,ana@k.example,Kauri; Trades
K2,The Rimu Family Trust,Trust,rimu@rimu.example,09 555 0102,PO Box 7,Hamilton,3204,,,Kauri
K3,Hemi Walker,Individual,hemi@walker.example,021 555 103,4 Totara Road,Napier,4110,,,
"""


@pytest.fixture
def importing(office: Office) -> Importing:
    return Importing(office.admin)


def names(office: Office) -> list[str]:
    rows = Client.rows.of(office.practice.pk).filter(archived_at=None)
    return sorted(rows.values_list("name", flat=True))


def test_nothing_is_written_before_it_is_confirmed(office: Office, importing: Importing) -> None:
    importing.send(FILE)
    assert importing.check() == {"new": 3}
    assert names(office) == []
    assert "client_added" not in office.verbs()


def test_the_rows_of_a_file_become_clients_with_contacts_and_groups(office: Office, importing: Importing) -> None:
    counts = importing.bring(FILE)
    assert counts == {"new": 3, "created": 3}
    kauri = importing.client("Kauri Joinery Limited")
    assert (kauri.kind, kauri.code, kauri.standing, kauri.country) == ("company", "K1", "client", "NZ")
    assert kauri.values["physical_address.city"] == "Auckland"
    contact = Contact.rows.of(office.practice.pk).get(client=kauri)
    assert (contact.values["name"], contact.values["email"]) == ("Ana Parata", "ana@k.example")
    members = GroupMember.rows.of(office.practice.pk)
    assert sorted(members.values_list("group__name", "client__code")) == [
        ("Kauri", "K1"),
        ("Kauri", "K2"),
        ("Trades", "K1"),
    ]
    assert office.verbs().count("client_added") == 3
    assert office.verbs()[-1] == "file_imported"


def test_the_same_file_a_second_time_changes_nothing(office: Office, importing: Importing) -> None:
    importing.bring(FILE)
    again = Importing(office.admin)
    again.send(FILE)
    assert again.check() == {"unchanged": 3}
    with pytest.raises(Invalid, match="Nothing would be written"):
        again.apply()


def test_a_row_with_a_known_code_moves_only_what_it_tells_otherwise(office: Office, importing: Importing) -> None:
    client = office.add(
        "Kauri Limited", client_code="K1", email="old@kauri.example", phone="+64 9 555 0101", fax="09 555 0199"
    )
    importing.send("Client Code,Email,Phone,Fax\nK1,new@kauri.example,09 555 0101,\n")
    assert importing.check() == {"update": 1}
    importing.apply()
    client.refresh_from_db()
    assert client.values["email"] == "new@kauri.example"
    assert client.values["phone"] == "+64 9 555 0101", "the same number written otherwise is no change"
    assert client.values["fax"] == "09 555 0199", "a blank cell says nothing"
    line = Activity.rows.of(office.practice.pk).get(verb="client_edited")
    assert [
        (each.field, each.before, each.after) for each in Change.rows.of(office.practice.pk).filter(activity=line)
    ] == [("email", {"email": "old@kauri.example"}, {"email": "new@kauri.example"})]


def test_a_blank_cell_clears_where_the_person_said_so(office: Office, importing: Importing) -> None:
    client = office.add("Kauri Limited", client_code="K1", email="old@kauri.example", fax="09 555 0100")
    importing.send("Client Code,Email,Fax\nK1,,\n")
    assert importing.check(clears=("fax",)) == {"update": 1}
    importing.apply()
    client.refresh_from_db()
    assert (client.values["fax"], client.values["email"]) == ("", "old@kauri.example")


def test_what_cannot_be_right_is_told_by_its_cell_and_the_other_rows_go_in(
    office: Office, importing: Importing
) -> None:
    importing.send(
        "Name,Type,Date of birth,Email\n"
        "Ana Parata,Individual,31/02/1970,ana@parata.example\n"
        ",Company,,nobody@nowhere.example\n"
        "Rimu Trust,Spaceship,,x\n"
        "Kauri Limited,Company,,office@kauri.example\n"
    )
    assert importing.check() == {"error": 3, "new": 1}
    assert "not a date" in importing.row(2).problems["date_of_birth"]
    assert importing.row(3).problems == {"name": "Name is needed."}
    assert "no kind of client" in importing.row(4).problems["kind"]
    importing.apply()
    assert names(office) == ["Kauri Limited"]


def test_a_masked_tax_number_is_left_out_and_a_whole_one_is_kept_sealed(office: Office, importing: Importing) -> None:
    importing.bring("Name,IRD number\nKauri Limited,*****123\nRimu Limited,49-091-850\n")
    assert importing.client("Kauri Limited").values.get("tax_number", "") == ""
    assert importing.client("Rimu Limited").values["tax_number"] == "49-091-850"
    assert "masked" in importing.row(2).facts["notes"]["tax_number"]


def test_no_cell_is_in_the_database_in_the_clear_before_or_after(office: Office, importing: Importing) -> None:
    importing.send("Name,IRD number\nKauri Limited,49-091-850\n")
    assert "49-091-850" not in raw(importing)
    importing.check()
    assert "49-091-850" not in raw(importing)
    importing.apply()
    assert "49-091-850" not in raw(importing)
    assert importing.row(2).cells == "", "a row that is done is forgotten"


def raw(importing: Importing) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM store_importrow WHERE batch_id = %s", [importing.id])
        return str(cursor.fetchall())


def test_ids_and_codes_that_lead_nowhere_or_to_several_are_refused(office: Office, importing: Importing) -> None:
    office.add("Twice A", client_code="T")
    office.add("Twice B", client_code="T")
    importing.send("practicesync id,Client code,Name\n99999999,,A\nx,,B\n,T,C\n,N1,D\n,N1,E\n")
    assert importing.check() == {"error": 4, "new": 1}
    assert "no client with this id" in importing.row(2).problems["id"]
    assert "no id of a client" in importing.row(3).problems["id"]
    assert "2 clients of the register" in importing.row(4).problems["client_code"]
    assert "Row 5 of the file has the same client code" in importing.row(6).problems["client_code"]


def test_another_firms_client_is_as_absent(office: Office, importing: Importing) -> None:
    foreign = an_office("Rata & Co").add("Foreign Limited", client_code="F1")
    importing.send(f"practicesync id,Name\n{foreign.pk},Taken over\n")
    assert importing.check() == {"error": 1}
    importing.send("Client code,Name\nF1,Mine\n")
    assert importing.check() == {"new": 1}


def test_a_likely_twin_is_left_until_somebody_decides(office: Office, importing: Importing) -> None:
    there = office.add("Kauri Joinery Limited", business_number="9429036975273", email="office@kauri.example")
    importing.send("Name,NZBN,Email,Phone\nKauri Joinery Ltd,9429036975273,office@kauri.example,09 555 0101\n")
    assert importing.check() == {"twin": 1}
    assert importing.row(2).twin_id == there.pk
    assert importing.row(2).evidence
    with pytest.raises(Invalid, match="Nothing would be written"):
        importing.apply()
    importing.choose(2, "update")
    importing.apply()
    there.refresh_from_db()
    assert there.values["phone"] == "09 555 0101"
    assert names(office) == ["Kauri Joinery Limited"]


def test_a_twin_within_the_file_is_told_by_its_row(office: Office, importing: Importing) -> None:
    importing.send("Name,NZBN\nKauri Joinery Limited,9429036975273\nKauri Joinery Ltd,9429036975273\n")
    assert importing.check() == {"new": 1, "twin": 1}
    assert "Row 2 of the file" in importing.row(3).evidence[0]["text"]
    with pytest.raises(Invalid, match="another row of the file"):
        importing.choose(3, "update")
    importing.choose(3, "create")
    importing.apply()
    assert len(names(office)) == 2


def test_a_client_that_changed_since_the_rows_were_checked_is_held(office: Office, importing: Importing) -> None:
    client = office.add("Kauri Limited", client_code="K1", email="old@kauri.example")
    importing.send("Client Code,Email\nK1,file@kauri.example\n")
    importing.check()
    office.edit(client, {"phone": "09 555 0111"})
    counts = importing.apply().counts
    assert (counts["held"], counts.get("updated", 0)) == (1, 0)
    client.refresh_from_db()
    assert client.values["email"] == "old@kauri.example"
    assert "changed this client since" in importing.row(2).problems[""]


def test_somebody_who_was_added_meanwhile_is_not_added_twice(office: Office, importing: Importing) -> None:
    importing.send("Client Code,Name\nK1,Kauri Limited\n")
    importing.check()
    office.add("Kauri Limited", client_code="K1")
    assert importing.apply().counts["held"] == 1
    assert names(office) == ["Kauri Limited"]


def test_two_people_with_one_import(office: Office, importing: Importing) -> None:
    importing.send(FILE)
    importing.check()
    revision = importing.found.revision
    importing.apply()
    with pytest.raises(Stale):
        import_file.confirm(office.admin, importing.id, revision=revision, now=importing.clock.now())
    assert len(names(office)) == 3


def test_columns_are_remembered_by_the_header(office: Office, importing: Importing) -> None:
    data = "Who,Mail\nKauri Limited,office@kauri.example\n"
    assert importing.send(data).columns == {}
    importing.check({0: "name", 1: "email"})
    assert Importing(office.admin).send(data).columns == {"0": "name", "1": "email"}
    assert RememberedColumns.rows.of(office.practice.pk).count() == 1


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({0: "name", 1: "name"}, "“Who” and “Mail” cannot both be Name"),
        ({1: "email"}, "which column holds the name"),
        ({0: "name", 1: "revision"}, "Choose one of the list"),
        ({0: "name", 7: "email"}, "Choose one of the list"),
    ],
)
def test_columns_that_cannot_be(importing: Importing, columns: dict[int, str], sentence: str) -> None:
    importing.send("Who,Mail\nKauri Limited,office@kauri.example\n")
    with pytest.raises(Invalid, match=sentence):
        importing.check(columns)


def test_words_of_the_firms_lists_and_addresses_where_the_firm_keeps_them(office: Office, importing: Importing) -> None:
    importing.send(
        "Name,Type,Plan,Registered office street,Residential address street\n"
        "Kauri Limited,Company,advisory,1 Queen Street,\n"
        "Ana Parata,Individual,Advisory,,2 Rata Road\n"
        "Rimu Limited,Company,Gold,,\n"
    )
    assert importing.check() == {"new": 2, "error": 1}
    assert "no such word" in importing.row(4).problems["subscription_plan"]
    importing.apply()
    kauri, ana = importing.client("Kauri Limited"), importing.client("Ana Parata")
    assert kauri.values["subscription_plan"] == "Advisory"
    assert kauri.values["registered_office.street"] == "1 Queen Street"
    assert ana.values["physical_address.street"] == "2 Rata Road"


def test_a_discarded_import_keeps_no_rows(office: Office, importing: Importing) -> None:
    importing.send(FILE)
    import_file.discard(office.admin, importing.id, revision=1, now=importing.clock.now())
    assert importing.found.state == "discarded"
    assert importing.rows() == []


def test_rows_that_nobody_carried_out_are_forgotten_after_a_month(office: Office, importing: Importing) -> None:
    importing.send(FILE)
    done = Importing(office.admin)
    done.bring("Name\nKauri Limited\n")
    assert import_file.forget_old(importing.clock.now()) == 0
    importing.clock.advance(31 * 86400)
    assert import_file.forget_old(importing.clock.now()) == 1
    assert set(ImportRow.rows.of(office.practice.pk).values_list("batch_id", flat=True)) == {done.id}


def test_a_person_whose_name_stands_in_parts(office: Office, importing: Importing) -> None:
    importing.bring("First name,Surname,Mobile\nAna,Parata,021 555 101\n", kind=ClientKind.INDIVIDUAL)
    ana = importing.client("Ana Parata")
    assert Contact.rows.of(office.practice.pk).get(client=ana).values["mobile"] == "021 555 101"


def test_several_contacts_and_one_that_is_there(office: Office, importing: Importing) -> None:
    client = office.add("Kauri Limited", {"name": "Ana Parata", "email": "ana@kauri.example"}, client_code="K1")
    importing.send(
        "Client code,Contact name,Contact phone,Contact 2 name,Contact 2 email\n"
        "K1,Ana Parata,09 555 0101,Hemi Walker,hemi@kauri.example\n"
    )
    assert importing.check() == {"update": 1}
    importing.apply()
    rows = Contact.rows.of(office.practice.pk).filter(client=client).order_by("pk")
    assert [(row.values["name"], row.values.get("phone", "")) for row in rows] == [
        ("Ana Parata", "09 555 0101"),
        ("Hemi Walker", ""),
    ]


def many(rows: int) -> str:
    lines = (f"C{number},Client Number {number} Limited,Ana {number}" for number in range(rows))
    return "\n".join(["Client code,Name,Contact", *lines])


def test_an_import_that_was_cancelled_goes_on_when_asked(office: Office, importing: Importing) -> None:
    importing.send(many(450))
    importing.check()
    now = importing.clock.now()
    run = import_file.confirm(office.admin, importing.id, revision=importing.found.revision, now=now)
    runs.begin(run.pk, now)
    assert import_apply.apply_batch(run.pk, now) == 200
    runs.cancel(office.admin, run.pk, now)
    importing.run(run)
    assert Client.rows.of(run.practice_id).count() == 200
    assert importing.found.state == "applying"
    importing.apply()
    assert Client.rows.of(run.practice_id).count() == 450
    assert (importing.found.state, importing.found.counts["created"]) == ("done", 450)
    importing.undo()
    assert not Client.rows.of(run.practice_id).filter(archived_at=None).exists()


def test_a_step_that_runs_twice_takes_up_the_next_rows(office: Office, importing: Importing) -> None:
    importing.send(many(10))
    importing.check()
    now = importing.clock.now()
    run = import_file.confirm(office.admin, importing.id, revision=importing.found.revision, now=now)
    runs.begin(run.pk, now)
    assert (import_apply.apply_batch(run.pk, now), import_apply.apply_batch(run.pk, now)) == (10, 0)
    import_apply.finish(run.pk, now)
    import_apply.finish(run.pk, now)
    assert Client.rows.of(run.practice_id).count() == 10
    assert Activity.rows.of(run.practice_id).filter(verb="file_imported").count() == 1
