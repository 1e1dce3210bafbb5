"""`customfield.api`: a practice's own fields; and their values on clients, contacts, jobs, tasks, costs and time.

Element names and which one carries a type's values are those of Xero's developer documentation ("Custom fields").
"""

import sqlite3
from collections.abc import Callable, Mapping

from flask import Response
from lxml import etree

from xpm_sandbox import custom_fields, jobs
from xpm_sandbox.api import typed, xml_in
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.xml_out import element, listing
from xpm_sandbox.custom_fields import Definition, Value

# Old uses linger in definitions, though XPM has neither leads nor suppliers.
_FLAGS = ("Client", "Contact", "Supplier", "Job", "Lead", "JobTask", "JobCost", "JobTime")
_ELEMENTS = ("Text", "Date", "Number", "Decimal", "Boolean")


def definitions(call: Call) -> Response:
    """Every definition by name."""
    with call.sandbox.world.read() as db:
        found = custom_fields.listed(db, call.tenant.id)
    return call.reply(listing("CustomFieldDefinitions", (_definition(call, each) for each in found)))


def get(call: Call, key: str) -> Response:
    """One definition."""
    with call.sandbox.world.read() as db:
        found = custom_fields.definition(db, _number(db, call, key))
    return call.reply(_definition(call, found))


def add(call: Call) -> Response:
    """A new definition; the reply is its key."""
    root = xml_in.body("CustomFieldDefinition")
    sent = xml_in.texts(root)
    typed.required(sent, "Name")
    typed.required(sent, "Type")
    with call.writing() as db:
        number = custom_fields.add(db, call.tenant.id, _definition_values(root, sent, ()))
        found = custom_fields.definition(db, number)
    return call.reply(call.style.key(found.id, found.uuid))


def update(call: Call) -> Response:
    """Set what was sent of a definition; the reply is its key."""
    root = xml_in.body("CustomFieldDefinition")
    sent = xml_in.texts(root)
    with call.writing() as db:
        before = custom_fields.definition(db, _number(db, call, sent.get(call.key_name, "")))
        values = _definition_values(root, sent, before.uses)
        if values.get("type", before.type) != before.type:
            raise Refusal("The type of a custom field cannot be changed")
        if "name" in values:
            typed.required(sent, "Name")
        custom_fields.edit(db, before.id, values)
    return call.reply(call.style.key(before.id, before.uuid))


def delete(call: Call) -> Response:
    """Remove a definition with every value of it."""
    sent = xml_in.sent("CustomFieldDefinition")
    with call.writing() as db:
        custom_fields.delete(db, _number(db, call, sent.get(call.key_name, "")))
    return call.reply()


def values(use: str) -> Callable[[Call, str], Response]:
    """The handler that reads the values of a record of this use."""

    def read(call: Call, key: str) -> Response:
        """The record's values; only fields with one come back."""
        with call.sandbox.world.read() as db:
            found = custom_fields.values(db, use, _owner(db, call, use, key))
        return call.reply(listing("CustomFields", (_value(call, each) for each in found)))

    return read


def set_values(use: str) -> Callable[[Call, str], Response]:
    """The handler that writes the values of a record of this use."""

    def write(call: Call, key: str) -> Response:
        """Set the values of the fields listed; an empty element clears, and the others stay."""
        root = xml_in.body("CustomFields")
        with call.writing() as db:
            owner = _owner(db, call, use, key)
            wanted: dict[int, str | None] = {}
            for row in root.iterfind("CustomField"):
                wanted.update(_wanted(db, call, use, row))
            custom_fields.set_values(db, use, owner, call.now, wanted, moves_modified=call.moves("custom_fields"))
        return call.reply()

    return write


def _owner(db: sqlite3.Connection, call: Call, use: str, key: str) -> int:
    if use == "Client":
        return call.client_number(db, key)
    if use == "Contact":
        return call.contact(db, key).id
    if use == "Job":
        number = jobs.internal_id(db, call.tenant.id, key)
        if number is None:
            raise call.unknown("job")
        return number
    table, what = {"JobTask": ("task", "task"), "JobCost": ("cost", "cost"), "JobTime": ("time_entry", "time")}[use]
    return call.known_number(db, table, key, what)


def _number(db: sqlite3.Connection, call: Call, key: str) -> int:
    return call.known_number(db, "custom_field", key, "custom field")


def _wanted(db: sqlite3.Connection, call: Call, use: str, row: etree._Element) -> dict[int, str | None]:
    sent = xml_in.texts(row)
    found = custom_fields.definition(db, _number(db, call, sent.get(call.key_name, "")))
    if use not in found.uses:
        raise Refusal(f"The custom field {found.name} does not apply here")
    sent_elements = [name for name in _ELEMENTS if name in sent]
    if sent_elements != [found.value_element]:
        if call.settings["bad_custom_value"] == "ignore":
            return {}
        raise Refusal(f"The custom field {found.name} takes {found.value_element}")
    text = sent[found.value_element]
    if not text.strip():
        return {found.id: None}
    try:
        return {found.id: _READERS[found.value_element](found, text)}
    except Refusal:
        way = call.settings["bad_custom_value"]
        if way == "error":
            raise
        return {found.id: text} if way == "store" else {}


def _read_text(found: Definition, text: str) -> str:
    if found.choices and text.strip() not in found.choices:
        raise Refusal(f"Invalid {found.name}: {text.strip()}")
    return text.strip() if found.choices else text


def _read_flag(found: Definition, text: str) -> str | None:
    return "true" if typed.flag(found.name, text) else None


_READERS: dict[str, Callable[[Definition, str], str | None]] = {
    "Text": _read_text,
    "Number": lambda found, text: str(typed.whole(found.name, text, negative=True)),
    "Decimal": lambda found, text: typed.decimal(found.name, text),
    "Date": lambda found, text: typed.day(found.name, text),
    "Boolean": _read_flag,
}


def _value(call: Call, value: Value) -> str:
    found = value.definition
    text = value.text
    if found.value_element == "Date" and len(text) == len("yyyy-MM-dd"):
        text = f"{text}T00:00:00"
    if found.value_element == "Decimal" and call.settings["custom_field_decimals"] == "comma":
        text = text.replace(".", ",")
    head = call.style.key(found.id, found.uuid) + element("Name", found.name)
    return f"<CustomField>{head}{element(found.value_element, text)}</CustomField>"


def _definition(call: Call, found: Definition) -> str:
    flags = "".join(element(f"Use{use}", "true" if use in found.uses else "false") for use in _FLAGS)
    inner = (
        call.style.key(found.id, found.uuid)
        + element("Name", found.name)
        + element("Type", found.type)
        + element("LinkUrl", found.link_url)
        + element("Options", found.options)
        + flags
        + element("ValueElement", found.value_element)
    )
    return f"<CustomFieldDefinition>{inner}</CustomFieldDefinition>"


def _definition_values(root: etree._Element, sent: Mapping[str, str], uses: tuple[str, ...]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, column in (("Name", "name"), ("LinkUrl", "link_url")):
        if name in sent:
            values[column] = sent[name]
    if "Type" in sent:
        values["type"] = _type(sent["Type"])
    options = root.find("Options")
    if options is not None:
        several = [child.text or "" for child in options if isinstance(child.tag, str)]
        values["options"] = "\n".join(several) if several else options.text or ""
    flags = {use: typed.flag(f"Use{use}", sent[f"Use{use}"]) for use in _FLAGS if sent.get(f"Use{use}", "").strip()}
    values["uses"] = [use for use in custom_fields.USES if flags.get(use, use in uses)]
    return values


def _type(sent: str) -> str:
    known = {name.lower(): name for name in custom_fields.VALUE_ELEMENTS}
    if sent.strip().lower() not in known:
        raise Refusal(f"Invalid Type: {sent.strip()}")
    return known[sent.strip().lower()]
