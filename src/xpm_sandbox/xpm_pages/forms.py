"""The client form, made from the field table: how a field is labelled, offered and read back."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from xpm_sandbox import fields, numbers, records
from xpm_sandbox.fields import Field, Kind
from xpm_sandbox.world import Tenant

_LABELS = {
    "OtherName": "Other name", "PostCode": "Postcode", "PostalPostCode": "Postal postcode", "GSTBasis": "GST basis",
    "GSTPeriod": "GST period", "GSTRegistered": "GST registered", "PrepareGST": "Prepare GST",
    "ActiveAtoClient": "Active ATO client",
}  # fmt: skip
_GST_PERIODS = ("Monthly", "2 Monthly", "6 Monthly")


@dataclass(frozen=True)
class Input:
    """One control of the form. `options` makes it a list, `lines` a larger box."""

    name: str
    label: str
    value: str
    type: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    lines: int = 0


def label_of(name: str) -> str:
    return _LABELS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def sections(db: sqlite3.Connection, tenant: Tenant, shown: Mapping[str, str]) -> list[tuple[str, list[Input]]]:
    """The form's sections with the values to show."""
    name = Input("Name", "Name", shown.get("Name", ""))
    return [
        ("Client", [name, *_inputs(tenant, fields.PERSON, shown)]),
        ("Address and phone", _inputs(tenant, fields.PLACE, shown)),
        ("Responsible", _responsible(db, tenant, shown)),
        ("Tax settings", _inputs(tenant, fields.TAX, shown)),
    ]


def shown_values(client: records.Client | None) -> dict[str, str]:
    """A client's values as the form shows them."""
    if client is None:
        return {}
    shown = {"Name": client.name, **client.fields}
    for name, ref in (("AccountManager", client.account_manager), ("JobManager", client.job_manager)):
        shown[name] = str(ref.id) if ref else ""
    return shown


def sent_values(tenant: Tenant, form: Mapping[str, str]) -> dict[str, str]:
    """What the form sent, newlines as the store keeps them."""
    names = ["Name", "AccountManager", "JobManager", *(field.name for field in fields.fields_of(tenant.region))]
    return {name: form[name].replace("\r\n", "\n") for name in names if name in form}


def complaints(tenant: Tenant, sent: Mapping[str, str]) -> list[str]:
    """What is wrong with the values sent."""
    found = [] if sent.get("Name", "").strip() else ["A client needs a name."]
    digits = numbers.digits_of(sent.get("TaxNumber", ""))
    if digits and not numbers.is_tax_number(digits, tenant.region):
        found.append(f"{sent['TaxNumber']} is not a tax number: its check digit does not fit.")
    return found


def changed(sent: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str | int | None]:
    """The values that differ from those shown, ready to be stored."""
    values: dict[str, str | int | None] = {}
    for name, value in sent.items():
        if name == "TaxNumber":
            value = numbers.digits_of(value)
        # A text box drops one newline at the start and nothing at the end; what was not touched must not change.
        if value != shown.get(name, ""):
            values[name] = (
                (int(value) if value else None) if name in ("AccountManager", "JobManager") else value or None
            )
    return values


def _inputs(tenant: Tenant, wanted: tuple[Field, ...], shown: Mapping[str, str]) -> list[Input]:
    return [
        _input(tenant, field, shown.get(field.name, ""))
        for field in wanted
        if tenant.region in field.regions and field.into is not None
    ]


def _input(tenant: Tenant, field: Field, value: str) -> Input:
    label = label_of(field.name)
    choices: dict[Kind, tuple[str, ...]] = {
        Kind.YES_NO: ("Yes", "No"),
        Kind.CHOICE: field.choices,
        Kind.STRUCTURE: tenant.structures,
        Kind.TAX_AGENT: tenant.tax_agents,
        Kind.GST_PERIOD: _GST_PERIODS,
        Kind.MONTH: tuple(str(month) for month in range(1, 13)),
    }
    if field.kind in choices:
        options = choices[field.kind]
        if value and value not in options:
            options = (value, *options)
        return Input(field.name, label, value, options=(("", "—"), *((each, each) for each in options)))
    if field.kind is Kind.DATE:
        return Input(field.name, label, value, type="date")
    if field.multiline:
        return Input(field.name, label, value, lines=3)
    return Input(field.name, label, value, type="email" if field.name == "Email" else "text")


def _responsible(db: sqlite3.Connection, tenant: Tenant, shown: Mapping[str, str]) -> list[Input]:
    staff = tuple((str(row["id"]), row["name"]) for row in records.staff(db, tenant.id))
    options = (("", "—"), *staff)
    # The API's AccountManager and JobManager are Partner and Manager on XPM's own screens.
    return [
        Input("AccountManager", "Partner", shown.get("AccountManager", ""), options=options),
        Input("JobManager", "Manager", shown.get("JobManager", ""), options=options),
    ]
