"""Records between XML and the catalogue's values."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from practicesync.connectors.xpm import bodies
from practicesync.connectors.xpm.answers import decode_slice
from practicesync.connectors.xpm.bodies import client_body, contact_body
from practicesync.connectors.xpm.changes import changes, problems
from practicesync.connectors.xpm.codec import Codec
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import BadAnswer
from practicesync.core.fields import At, Catalogue, Field, Section, Subject
from practicesync.core.kinds import CHOICE, CODE, LINE
from practicesync.core.record import RemoteGroup, RemoteLabel, RemoteRecord, RemoteRelationship, StaffMember

ID = "5f0c7c7e-6f0e-4a51-9f57-2f6a3f6b9d10"
STAFF = {
    "staff": (
        StaffMember("0b7f5a4e-31c6-4f0f-8a55-6f3c2f1c7a01", "Lee Park"),
        StaffMember("1b7f5a4e-31c6-4f0f-8a55-6f3c2f1c7a02", "Sam Twin"),
        StaffMember("2b7f5a4e-31c6-4f0f-8a55-6f3c2f1c7a03", "Sam  twin"),
    )
}
WRITABLE = [row for row in CATALOGUE if row.writable("xpm")]


def read(inner: str, catalogue: Catalogue = CATALOGUE) -> RemoteRecord:
    return decode_slice(Codec(catalogue), f"<Client><UUID>{ID}</UUID><Name>A</Name>{inner}</Client>".encode())


def sent(values: dict[str, str], subject: Subject = Subject.CLIENT) -> list[tuple[str, str]]:
    assert not problems(CATALOGUE, subject, values, STAFF)
    return changes(CATALOGUE, subject, values, STAFF)


def test_missing_empty_and_set_are_three_things() -> None:
    values = read("<Phone></Phone><Fax/><ExportCode>E1</ExportCode>").values
    assert (values.get("phone"), values.get("fax"), values.get("export_code"), values.get("website")) == (
        "",
        "",
        "E1",
        None,
    )


def test_an_address_holds_the_parts_that_were_told() -> None:
    values = read("<Address>Unit 4\n12 Harbour Rd\n </Address><City></City>").values
    told = {key: value for key, value in values.items() if key.startswith("physical_address.")}
    assert list(told.values()) == ["Unit 4\n12 Harbour Rd", ""]


@pytest.mark.parametrize("text", ["1981-04-09T00:00:00", "1981-04-09", " 1981-04-09 "])
def test_a_date_of_birth_is_the_day(text: str) -> None:
    assert read(f"<DateOfBirth>{text}</DateOfBirth>").values["date_of_birth"] == "1981-04-09"


def test_a_manager_is_read_by_name_and_written_by_id() -> None:
    values = read("<JobManager><UUID>x</UUID><Name>Lee Park</Name></JobManager><AccountManager/>").values
    assert (values["manager"], values["partner"]) == ("Lee Park", "")
    assert sent({"manager": "lee  PARK"}) == [("JobManagerUUID", "0b7f5a4e-31c6-4f0f-8a55-6f3c2f1c7a01")]
    assert sent({"partner": ""}) == [("AccountManagerUUID", "")]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<MiddleName>M</MiddleName><OtherName>O</OtherName>", "M"),
        ("<OtherName>O</OtherName><MiddleName>M</MiddleName>", "M"),
        ("<OtherName>O</OtherName>", "O"),
        ("<OtherName>O</OtherName><MiddleName></MiddleName>", ""),
        ("", None),
    ],
)
def test_of_alternatives_the_first_that_is_present_counts(inner: str, expected: str | None) -> None:
    assert read(inner).values.get("middle_name") == expected


@pytest.mark.parametrize("text", ["a<![CDATA[b<]]>c", "a<!-- hidden -->b&lt;c", "ab&#60;c"])
def test_a_text_is_whole_however_it_is_written(text: str) -> None:
    assert read(f"<Phone>{text}</Phone>").values["phone"] == "ab<c"


def test_groups_and_relationships_are_told_in_the_remotes_own_words() -> None:
    record = read(
        "<Groups><Group><UUID>G-1</UUID><Name> Nguyen Family </Name></Group></Groups>"
        "<Relationships><Relationship><UUID>R-1</UUID><Type>Shareholder Of</Type>"
        "<RelatedClient><UUID>C-2</UUID><Name>Kauri</Name></RelatedClient><NumberOfShares>10</NumberOfShares>"
        "<StartDate>2020-01-31T00:00:00</StartDate></Relationship>"
        "<Relationship><Type>Spouse</Type></Relationship></Relationships>"
    )
    assert record.groups == (RemoteGroup("g-1", "Nguyen Family"),)
    values = {"shares": "10", "start_date": "2020-01-31"}
    assert record.relationships == (RemoteRelationship("r-1", "Shareholder Of", "c-2", "Kauri", values),)


def test_what_a_record_does_not_tell_of_groups_and_relationships_is_not_an_empty_list() -> None:
    record = read("")
    assert (record.groups, record.relationships) == (None, None)


def test_flags_contacts_and_what_no_field_reads_are_told() -> None:
    record = read(
        "<IsArchived>yes</IsArchived><Brand>new</Brand><Groups/>"
        "<Contacts><Contact><UUID>C-1</UUID><Name>B</Name><IsPrimary>Yes</IsPrimary><Position>0</Position></Contact>"
        "<Contact><UUID>C-2</UUID><Name>Gone</Name><IsDeleted>Yes</IsDeleted></Contact></Contacts>"
    )
    assert (record.archived, record.deleted, record.extra) == (True, False, ("Brand",))
    assert record.contacts is not None
    assert [(contact.remote_id, contact.values) for contact in record.contacts] == [
        ("c-1", {"name": "B", "is_primary": "Yes", "position": ""})
    ]
    assert read("").contacts is None
    assert read("<Contacts/>").contacts == ()


@pytest.mark.parametrize(
    "inner",
    [
        "<Phone>1</Phone><Phone>2</Phone>",
        "<Phone>1<b>2</b></Phone>",
        "<IsDeleted>Perhaps</IsDeleted>",
        "<Contacts><Contact><Name>no id</Name></Contact></Contacts>",
        "<Fax>" + "<a>" * 3000 + "</a>" * 3000 + "</Fax>",
        "<Address>" + "x" * 4_000_000 + "</Address>",
    ],
    ids=["twice", "nested", "odd flag", "contact without id", "depth", "length"],
)
def test_a_record_that_breaks_the_contract_is_refused(inner: str) -> None:
    with pytest.raises(BadAnswer):
        read(inner)


def test_a_record_of_3_0_is_known_by_its_trailing_uuid_or_else_its_number() -> None:
    old = b"<Client><ID>24097642</ID><Name>ABC</Name><Contacts/>%b</Client>"
    assert decode_slice(Codec(), old % f"<UUID>{ID.upper()}</UUID>".encode()).remote_id == ID
    assert decode_slice(Codec(), old % b"").remote_id == "24097642"


WRITTEN = {
    "date": ("9 April 1981", "1981-04-09"),
    "flag": ("yes", "Yes"),
    "tax_number": ("TFN 123 456 782", "123456782"),
    "quantity": ("1,200.0", "1200"),
    "percentage": ("33.30 %", "33.3"),
    "person_ref": ("Lee Park", STAFF["staff"][0].remote_id),
}
"""By kind: a value as people write it, and how XPM takes it. Other kinds are sent as they are."""


@pytest.mark.parametrize("row", WRITABLE, ids=[f"{row.subject}-{row.name}" for row in WRITABLE])
def test_every_field_that_is_written_is_sent_under_its_own_elements_and_nothing_else(row: Field) -> None:
    place = row.at["xpm"]
    value, expected = WRITTEN.get(row.kind.name, ("12345678", "12345678"))
    assert sent(dict.fromkeys(row.keys, value), row.subject) == [(tag, expected) for tag in place.write]


def test_a_request_holds_the_key_and_the_changed_elements_alone() -> None:
    body = client_body(
        ID, sent({"name": "Ngā <Manu> & Co", "physical_address.street": "1 Rd\nBack", "website": "www.a.test"})
    )
    assert body.decode() == (
        f"<Client><UUID>{ID}</UUID><Name>Ngā &lt;Manu&gt; &amp; Co</Name><WebSite>www.a.test</WebSite>"
        "<Address>1 Rd\nBack</Address></Client>"
    )
    told = contact_body(ID, sent({"email": "", "is_primary": "no"}, Subject.CONTACT))
    assert told.decode() == (
        f"<Contact><Client><UUID>{ID}</UUID></Client><Email></Email><IsPrimary>No</IsPrimary></Contact>"
    )


NEVER_SENT = [
    ("tax_number", "******482"),
    ("tax_number", "*** *** 482"),
    ("tax_number", "12*456782"),
    ("name", "******"),
    ("phone", "****1234"),
    ("phone", "03 5550\x00 1234"),
    ("phone", "03 5550\x0b"),
    ("email", "a\ud800@example.test"),
    ("email", "a\ufffe@example.test"),
    ("fax", "\x9b31m"),
    ("name", "x" * 256),
    ("name", "  "),
    ("date_of_birth", "some day"),
    ("date_of_birth", "1981-02-30"),
    ("manager", "Nobody Known"),
    ("manager", "Sam Twin"),
    ("brand_new", "x"),
]


@pytest.mark.parametrize(("name", "value"), NEVER_SENT)
def test_what_must_not_be_sent_is_told_as_a_sentence(name: str, value: str) -> None:
    found = problems(CATALOGUE, Subject.CLIENT, {"email": "fine@example.test", name: value}, STAFF)
    assert list(found) == [name]
    assert found[name].endswith(".")


LABELS = {"structures": tuple(map(RemoteLabel, ("Trust", "Super Fund", "SMSF", "Private Company", "Kiwi Club")))}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("SMSF", "SMSF"),
        ("smsf ", "SMSF"),
        ("Self Managed Superannuation Fund", "Super Fund"),
        ("pty ltd", "Private Company"),
        ("KIWI CLUB", "Kiwi Club"),
        ("", ""),
    ],
)
def test_a_structure_is_sent_as_the_practice_spells_it(text: str, label: str) -> None:
    values = {"business_structure": text}
    assert problems(CATALOGUE, Subject.CLIENT, values, LABELS) == {}
    assert changes(CATALOGUE, Subject.CLIENT, values, LABELS) == [("BusinessStructure", label)]


def test_a_structure_that_the_practice_does_not_have_is_told_before_it_is_sent() -> None:
    values = {"business_structure": "Unit Trust"}
    assert list(problems(CATALOGUE, Subject.CLIENT, values, LABELS)) == ["business_structure"]
    for nothing_known in ({}, {"structures": ()}):
        assert problems(CATALOGUE, Subject.CLIENT, values, nothing_known) == {}
        assert changes(CATALOGUE, Subject.CLIENT, values, nothing_known) == [("BusinessStructure", "Unit Trust")]


@pytest.mark.parametrize("text", ["1234567", "12345678901", "not yet", "12-34"])
def test_a_tax_number_that_is_not_as_long_as_any_is_told(text: str) -> None:
    assert list(problems(CATALOGUE, Subject.CLIENT, {"tax_number": text}, {})) == ["tax_number"]


@pytest.mark.parametrize(
    ("text", "digits"), [("123 456 782", "123456782"), ("49-091-850", "49091850"), ("1234567890K", "1234567890")]
)
def test_a_tax_number_is_sent_as_its_digits(text: str, digits: str) -> None:
    assert sent({"tax_number": text}) == [("TaxNumber", digits)]


def test_one_of_a_fields_words_is_needed() -> None:
    row = Field("basis", "Basis", CHOICE, Section.TAX, {"xpm": At(("B",), ("B",))}, choices=("Invoice", "Payment"))
    larger = Catalogue((*CATALOGUE.rows, row))
    assert problems(larger, Subject.CLIENT, {"basis": "Hybrid"}, {}) == {"basis": "Basis is one of: Invoice, Payment."}
    assert problems(larger, Subject.CLIENT, {"basis": ""}, {}) == {}


def test_a_whole_address_is_refused_for_one_bad_part() -> None:
    found = problems(
        CATALOGUE, Subject.CLIENT, {"postal_address.city": "Bad\x01", "postal_address.country": "NZ"}, STAFF
    )
    assert list(found) == ["postal_address"]


def test_a_new_row_of_the_catalogue_is_read_and_written_without_any_other_edit() -> None:
    row = Field("brand", "Brand", LINE, Section.PRACTICE, {"xpm": At(("Brand/Maker/Name|Brand/Name",), ("BrandName",))})
    hidden = Field("industry", "Industry", CODE, Section.PRACTICE, {"xpm": At(("Industry",))})
    larger = Catalogue((*CATALOGUE.rows, row, hidden))
    inner = "<Brand><Maker><Name>M</Name></Maker><Name>N</Name></Brand><Industry>Farming</Industry>"
    record = read(inner, larger)
    assert (record.values["brand"], record.values["industry"], record.extra) == ("M", "Farming", ())
    assert changes(larger, Subject.CLIENT, {"brand": "X"}, {}) == [("BrandName", "X")]
    assert list(problems(larger, Subject.CLIENT, {"industry": "X"}, {})) == ["industry"]
    assert read(inner, Catalogue((*CATALOGUE.rows, replace(hidden, at={})))).extra == ("Brand", "Industry")


def test_two_fields_may_read_one_element() -> None:
    again = Field("known_as", "Known as", LINE, Section.PRACTICE, {"xpm": At(("OtherName",))})
    values = read("<OtherName>O</OtherName>", Catalogue((*CATALOGUE.rows, again))).values
    assert (values["known_as"], values["middle_name"]) == ("O", "O")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)


@given(TEXTS, TEXTS)
@example("a\tb\nc 𝒳 <&>\"'", "]]><Name>")
def test_every_body_that_is_made_can_be_read_back(text: str, other: str) -> None:
    told = [("Name", text), ("Email", other)]
    for body, path in (
        (bodies.client_body(ID, told), "."),
        (bodies.contact_body(ID, told), "."),
        (bodies.relationship_body(ID, told), "."),
        (bodies.new_relationship_body(ID, ID, "Director", told), "."),
        (bodies.new_client_body((), [(), told]), "Contacts/Contact[2]"),
    ):
        found = etree.fromstring(body).find(path)
        assert found is not None
        assert [found.findtext("Name"), found.findtext("Email")] == [text, other]
    assert etree.fromstring(bodies.new_group_body(text, ID)).findtext("Name") == text


def test_a_body_for_a_groups_members_names_each() -> None:
    body = bodies.members_body("g", ["a", "b"], ["c"])
    assert body == b'<Group><UUID>g</UUID><add uuid="a"/><add uuid="b"/><remove uuid="c"/></Group>'
