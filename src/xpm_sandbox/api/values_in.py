"""What a request's values become in the store: read, checked, refused or ignored as the switches say."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime

from xpm_sandbox import fields, numbers
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.fields import Field, Kind

_MONTHS = {
    name: str(number)
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTHS |= {str(number): str(number) for number in range(1, 13)}
_PERIODS = {"1": "Monthly", "2": "2 Monthly", "6": "6 Monthly"}
_DATE_FORMS = ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S")


class Unreadable(ValueError):
    """A value outside what the element takes."""


class Ignored(Exception):
    """A value that is passed over, by a switch."""


def client_values(
    db: sqlite3.Connection, call: Call, sent: Mapping[str, str], number: int | None
) -> dict[str, str | int | None]:
    """The values to store for what was sent: about client `number`, or about a new one (None). Raises `Refusal`."""
    values: dict[str, str | int | None] = {}
    for field in fields.fields_of(call.tenant.region):
        if field.into is None or (number and _not_on_update(field, call)):
            continue
        try:
            values.update(_value(db, call, field, sent.get(field.into), number))
        except Ignored:
            continue
    _check_client_code(db, call, values.get("ClientCode"), number)
    values.update(_references(db, call, sent))
    return values


def name_of(db: sqlite3.Connection, call: Call, sent: Mapping[str, str], number: int | None) -> str | None:
    """The client name sent, or None when it is left out of an update. Raises `Refusal`."""
    if "Name" not in sent and number:
        return None
    name = stored_form(call, None, sent.get("Name", ""))
    if not name.strip():
        raise Refusal("Name is required")
    if call.settings["duplicate_name"] != "allowed":
        twin = db.execute(
            "SELECT 1 FROM client WHERE tenant_id = ? AND name = ? AND id <> ?", (call.tenant.id, name, number or 0)
        ).fetchone()
        if twin:
            status = 500 if call.settings["duplicate_name"] == "server_error" else 200
            raise Refusal("A client of that name already exists", status)
    return name


def _check_client_code(db: sqlite3.Connection, call: Call, code: str | int | None, number: int | None) -> None:
    way = call.settings["duplicate_client_code"]
    if not code or way == "allowed":
        return
    twin = db.execute(
        "SELECT 1 FROM client WHERE tenant_id = ? AND id <> ? AND NOT is_deleted"
        " AND json_extract(fields, '$.ClientCode') = ?",
        (call.tenant.id, number or 0, code),
    ).fetchone()
    if twin:
        raise Refusal("The client code is already used by another client", 500 if way == "server_error" else 200)


def contact_values(call: Call, sent: Mapping[str, str], *, adding: bool) -> dict[str, str]:
    """The contact values to store for what was sent. Raises `Refusal`."""
    values = {
        name: stored_form(call, name if name in ("Mobile", "Phone", "Email") else None, sent[name])
        for name in (*fields.CONTACT_FIELDS, "Position")
        if name in sent
    }
    if "IsPrimary" in sent:
        values["IsPrimary"] = "Yes" if sent["IsPrimary"].strip().lower() in ("yes", "true") else "No"
    if not values.get("Name", "" if adding else "kept").strip():
        raise Refusal("Name is required")
    return values


def stored_form(call: Call, kind: str | None, text: str) -> str:
    """Text as it is kept: as sent, trimmed, or rewritten; and cut or refused when it is too long."""
    form = call.settings["stored_form"]
    if form != "as_sent":
        text = text.strip()
    if form == "reformatted":
        text = _rewritten(kind, text)
    limit = 1000 if kind == "Address" else 255
    if len(text) > limit and call.settings["max_length"] == "error":
        raise Refusal(f"A value is longer than {limit} characters")
    return text[:limit] if call.settings["max_length"] == "cut" else text


def _rewritten(kind: str | None, text: str) -> str:
    if kind in ("Phone", "Mobile", "Fax"):
        digits = re.sub(r"[^0-9+]", "", text)
        return f"{digits[:2]} {digits[2:6]} {digits[6:]}".strip() if digits else text
    if kind == "Email":
        return text.lower()
    return "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))


def _not_on_update(field: Field, call: Call) -> bool:
    return field.name == "ExportCode" and call.settings["export_code_on_update"] == "ignored"


def _value(
    db: sqlite3.Connection, call: Call, field: Field, sent: str | None, number: int | None
) -> dict[str, str | int | None]:
    if sent is None:
        return {field.name: None} if number and call.settings["omitted_element"] == "cleared" else {}
    if not sent.strip():
        return _emptied(call, field) if number else {}
    if field.kind is Kind.TAX_NUMBER:
        return {field.name: _tax_number(db, call, sent, number)}
    try:
        return {field.name: _READERS[field.kind](call, field, sent)}
    except Unreadable as unreadable:
        switch = "bad_business_structure" if field.kind is Kind.STRUCTURE else "bad_choice"
        if call.settings[switch] == "ignore":
            raise Ignored from unreadable
        raise Refusal(f"Invalid {field.name}: {sent.strip()}") from unreadable


def _emptied(call: Call, field: Field) -> dict[str, str | int | None]:
    way = call.settings["empty_element"]
    if way == "error":
        raise Refusal(f"{field.name} must not be empty")
    return {field.name: None} if way == "clear" else {}


def _tax_number(db: sqlite3.Connection, call: Call, sent: str, number: int | None) -> str:
    digits = numbers.digits_of(sent.strip())
    if numbers.is_masked(sent):
        _unless_stored(call, "masked_tax_number_sent", "Invalid tax number")
    elif not numbers.is_tax_number(digits, call.tenant.region):
        _unless_stored(call, "bad_tax_number", "Invalid tax number")
    twin = db.execute(
        "SELECT 1 FROM client WHERE tenant_id = ? AND tax_number = ? AND id <> ? AND NOT is_deleted",
        (call.tenant.id, digits, number or 0),
    ).fetchone()
    if twin and call.settings["duplicate_tax_number"] == "error":
        raise Refusal("The tax number is already used by another client")
    return digits


def _unless_stored(call: Call, switch: str, refusal: str) -> None:
    if call.settings[switch] == "ignore":
        raise Ignored
    if call.settings[switch] == "error":
        raise Refusal(refusal)


def _references(db: sqlite3.Connection, call: Call, sent: Mapping[str, str]) -> dict[str, str | int | None]:
    """`AccountManagerUUID` and the like (3.0: `AccountManagerID`)."""
    values: dict[str, str | int | None] = {}
    for name in ("AccountManager", "JobManager", "BillingClient"):
        key = sent.get(f"{name}{call.key_name}")
        if key is None:
            continue
        if not key.strip():
            values.update({name: None} if call.settings["empty_element"] == "clear" else {})
        elif name == "BillingClient":
            values[name] = call.client_number(db, key.strip())
        else:
            values[name] = call.staff_number(db, key)
    return values


def _text(call: Call, field: Field, sent: str) -> str:
    kind = "Address" if field.multiline else field.name
    return stored_form(call, kind, sent)


def _date(call: Call, field: Field, sent: str) -> str:
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(sent.strip(), form).date().isoformat()  # noqa: DTZ007  (a day, in no zone)
        except ValueError:
            continue
    raise Unreadable(sent)


def _looked_up(table: Mapping[str, str], key: str) -> str:
    if key not in table:
        raise Unreadable(key)
    return table[key]


def _decimal(call: Call, field: Field, sent: str) -> str:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", sent.strip()):
        raise Unreadable(sent)
    return sent.strip()


def _label(labels: tuple[str, ...], sent: str) -> str:
    return _looked_up({label.lower(): label for label in labels}, sent.strip().lower())


_READERS: dict[Kind, Callable[[Call, Field, str], str]] = {
    Kind.TEXT: _text,
    Kind.DATE: _date,
    Kind.YES_NO: lambda call, field, sent: _label(("Yes", "No"), sent),
    Kind.MONTH: lambda call, field, sent: _looked_up(_MONTHS, sent.strip().lower()[:3]),
    Kind.GST_PERIOD: lambda call, field, sent: _looked_up(_PERIODS, sent.strip()),
    Kind.CHOICE: lambda call, field, sent: _label(field.choices, sent),
    Kind.DECIMAL: _decimal,
    Kind.STRUCTURE: lambda call, field, sent: _label(call.tenant.structures, sent),
    Kind.TAX_AGENT: lambda call, field, sent: _label(call.tenant.tax_agents, sent),
}
