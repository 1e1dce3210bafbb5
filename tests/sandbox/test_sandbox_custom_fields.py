"""Custom fields: definitions, values of every type, clearing, and what is refused."""

import pytest
from lxml import etree

from sandbox.door import Door, refusal
from xpm_sandbox.custom_fields import VALUE_ELEMENTS

# Type, what is sent, what comes back.
_TYPED = [
    ("Text", "a & <b>\nc ", "a & <b>\nc "),
    ("Multi-line Text", "one\ntwo\n", "one\ntwo\n"),
    ("Dropdown List", "Red", "Red"),
    ("Value Link", "F12", "F12"),
    ("Link", "https://example.com/?a=1&b=2", "https://example.com/?a=1&b=2"),
    ("Number", "-42", "-42"),
    ("Decimal", "1234.5", "1234.5"),
    ("Date", "20260131", "2026-01-31T00:00:00"),
    ("Checkbox", "true", "true"),
]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


class _Subject:
    """A client, and a field of one type for clients."""

    def __init__(self, door: Door, kind: str) -> None:
        self.door = door
        self.client: str = door.add_client(Name="Subject")["UUID"]
        self.field: str = door.control(
            "POST", "custom-fields", {"Name": "Field", "Type": kind, "Uses": ["Client"], "Options": ["Red", "Blue"]}
            if kind == "Dropdown List" else {"Name": "Field", "Type": kind, "Uses": ["Client"]},
        )["UUID"]  # fmt: skip
        self.element = VALUE_ELEMENTS[kind]

    def put(self, text: str, element: str = "") -> etree._Element:
        element = element or self.element
        inner = f"<UUID>{self.field}</UUID><{element}>{_escaped(text)}</{element}>"
        body = f"<CustomFields><CustomField>{inner}</CustomField></CustomFields>"
        return self.door.xml("PUT", f"client.api/update/{self.client}/customfield", body)

    def held(self) -> str | None:
        root = self.door.xml("GET", f"client.api/get/{self.client}/customfield")
        return root.findtext(f"CustomFields/CustomField/{self.element}")


@pytest.mark.parametrize(("kind", "sent", "read"), _TYPED, ids=[kind for kind, _, _ in _TYPED])
def test_a_value_of_each_type_is_kept_and_cleared(door: Door, kind: str, sent: str, read: str) -> None:
    subject = _Subject(door, kind)
    assert subject.held() is None
    root = subject.put(sent)
    assert (root.findtext("Status"), len(root)) == ("OK", 1)
    assert subject.held() == read
    subject.put("false" if kind == "Checkbox" else "")
    assert subject.held() is None


def test_every_type_is_tried() -> None:
    assert {kind for kind, _, _ in _TYPED} == set(VALUE_ELEMENTS)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [("Number", "1.5"), ("Number", "many"), ("Decimal", "1,5"), ("Date", "31/01/2026"), ("Date", "20260231"),
     ("Checkbox", "perhaps"), ("Dropdown List", "Green")],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_and_the_old_one_stays(door: Door, kind: str, wrong: str) -> None:
    subject = _Subject(door, kind)
    subject.put({"Number": "1", "Decimal": "1", "Date": "20260101", "Checkbox": "true"}.get(kind, "Red"))
    before = subject.held()
    assert refusal(subject.put(wrong)) == f"Invalid Field: {wrong}"
    assert subject.held() == before


def test_a_value_in_the_wrong_element_is_refused(door: Door) -> None:
    assert refusal(_Subject(door, "Decimal").put("1", "Number")) == "The custom field Field takes Decimal"


def test_a_field_for_jobs_has_no_values_of_clients(door: Door) -> None:
    subject = _Subject(door, "Text")
    door.control("PATCH", f"custom-fields/{subject.field}", {"Uses": ["Job"]})
    assert refusal(subject.put("x")) == "The custom field Field does not apply here"


def test_one_wrong_value_stores_none(door: Door) -> None:
    subject = _Subject(door, "Number")
    other = door.control("POST", "custom-fields", {"Name": "Other", "Type": "Text", "Uses": ["Client"]})["UUID"]
    rows = (
        f"<CustomField><UUID>{other}</UUID><Text>x</Text></CustomField>"
        f"<CustomField><UUID>{subject.field}</UUID><Number>x</Number></CustomField>"
    )
    path = f"client.api/update/{subject.client}/customfield"
    assert door.xml("PUT", path, f"<CustomFields>{rows}</CustomFields>").findtext("Status") == "ERROR"
    assert door.control("GET", f"custom-values/Client/{subject.client}") == {}


def test_fields_that_are_not_listed_keep_their_values(door: Door) -> None:
    subject = _Subject(door, "Text")
    subject.put("first")
    other = door.control("POST", "custom-fields", {"Name": "Other", "Type": "Text", "Uses": ["Client"]})["UUID"]
    row = f"<CustomField><UUID>{other}</UUID><Text>second</Text></CustomField>"
    door.xml("PUT", f"client.api/update/{subject.client}/customfield", f"<CustomFields>{row}</CustomFields>")
    assert door.control("GET", f"custom-values/Client/{subject.client}") == {"Field": "first", "Other": "second"}


@pytest.mark.parametrize(
    "options", ["<Options>Red\nBlue</Options>", "<Options><Option>Red</Option><Option>Blue</Option></Options>"]
)
def test_options_may_be_one_text_or_several(door: Door, options: str) -> None:
    inner = f"<Name>Colour</Name><Type>Dropdown List</Type>{options}<UseClient>true</UseClient>"
    root = door.xml("POST", "customfield.api/add", f"<CustomFieldDefinition>{inner}</CustomFieldDefinition>")
    truth = door.control("GET", f"custom-fields/{root.findtext('UUID')}")
    assert (truth["Options"], truth["Uses"]) == (["Red", "Blue"], ["Client"])


def test_a_definition_is_edited_and_its_type_stays(door: Door) -> None:
    field = _Subject(door, "Text").field
    body = f"<CustomFieldDefinition><UUID>{field}</UUID>{{}}</CustomFieldDefinition>"
    uses = "<Name>Renamed</Name><UseContact>true</UseContact>"
    assert door.xml("PUT", "customfield.api/update", body.format(uses)).findtext("UUID") == field
    truth = door.control("GET", f"custom-fields/{field}")
    assert (truth["Name"], truth["Uses"]) == ("Renamed", ["Client", "Contact"])
    changed = door.xml("PUT", "customfield.api/update", body.format("<Type>Number</Type>"))
    assert refusal(changed) == "The type of a custom field cannot be changed"


def test_deleting_a_definition_deletes_its_values(door: Door) -> None:
    subject = _Subject(door, "Text")
    subject.put("x")
    door.xml(
        "POST", "customfield.api/delete",
        f"<CustomFieldDefinition><UUID>{subject.field}</UUID></CustomFieldDefinition>",
    )  # fmt: skip
    assert subject.held() is None
    assert refusal(subject.put("y")) == "Invalid custom field identifier"


def test_a_definition_is_written_in_the_documented_order(door: Door) -> None:
    field = _Subject(door, "Value Link").field
    found = door.xml("GET", f"customfield.api/get/{field}").find("CustomFieldDefinition")
    assert found is not None
    assert [child.tag for child in found] == [
        "UUID", "Name", "Type", "LinkUrl", "Options", "UseClient", "UseContact", "UseSupplier", "UseJob", "UseLead",
        "UseJobTask", "UseJobCost", "UseJobTime", "ValueElement",
    ]  # fmt: skip
