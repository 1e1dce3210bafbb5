"""The client form, made from the field table: how a field is labelled, offered, checked and read back."""

import re
import sqlite3
from collections.abc import Mapping, Sequence

from xpm_sandbox import fields, numbers, records
from xpm_sandbox.fields import Field, Kind
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import controls
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered

_LABELS = {
    "Email": "E-mail", "OtherName": "Other name", "PostCode": "Postcode", "PostalPostCode": "Postal postcode",
    "GSTBasis": "GST basis", "GSTPeriod": "GST period", "GSTRegistered": "GST registered", "PrepareGST": "Prepare GST",
    "ActiveAtoClient": "Active ATO client", "AutoBasOptInCriteria.Annually": "Auto BAS opt-in, annually",
    "AutoBasOptInCriteria.Monthly": "Auto BAS opt-in, monthly",
    "AutoBasOptInCriteria.Quarterly": "Auto BAS opt-in, quarterly", "AutoBasOptInCriteria.opt-out": "Auto BAS opt-out",
}  # fmt: skip
_GST_PERIODS = ("Monthly", "2 Monthly", "6 Monthly")
_ASKS = {Kind.DATE: Asks.DATE, Kind.DECIMAL: Asks.DECIMAL}
_STAFF = ("AccountManager", "JobManager")

Section = tuple[str, list[Control]]


def label_of(name: str) -> str:
    return _LABELS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def sections(db: sqlite3.Connection, tenant: Tenant, shown: Mapping[str, str]) -> list[Section]:
    """The form's sections with the values to show."""
    name = Control("Name", "Name", required=True)
    made = [
        ("Client", [name, *_controls(tenant, fields.PERSON, shown)]),
        ("Address and phone", _controls(tenant, fields.PLACE, shown)),
        ("Responsible", _responsible(db, tenant)),
        ("Tax settings", _controls(tenant, fields.TAX + fields.AUTO_BAS, shown)),
    ]
    return [(title, controls.shown(inside, shown)) for title, inside in made]


def with_complaints(form: list[Section], wrong: Mapping[str, str]) -> list[Section]:
    """The form with what is wrong said beside its controls."""
    return [(title, [each.shown(each.value, wrong.get(each.name, "")) for each in inside]) for title, inside in form]


def shown_values(client: records.Client | None) -> dict[str, str]:
    """A client's values as the form shows them."""
    if client is None:
        return {}
    shown = {"Name": client.name, **client.fields}
    for name, ref in (("AccountManager", client.account_manager), ("JobManager", client.job_manager)):
        shown[name] = str(ref.id) if ref else ""
    return shown


def read(form: list[Section], tenant: Tenant, sent: Mapping[str, Sequence[str]]) -> Entered:
    """What was sent of the form; controls that were not sent are left alone."""
    wanted = [each for _, inside in form for each in inside if each.name in sent or each.required]
    entered = controls.read(wanted, sent)
    digits = numbers.digits_of(entered.text("TaxNumber"))
    if digits and not numbers.is_tax_number(digits, tenant.region):
        entered.refuse("TaxNumber", f"{entered.text('TaxNumber')} is not a tax number: its check digit does not fit.")
    return entered


def tax_number_taken(db: sqlite3.Connection, tenant: Tenant, entered: Entered, own: int | None) -> str:
    """The name of another client of the practice that has the tax number; empty when none has."""
    digits = numbers.digits_of(entered.text("TaxNumber"))
    row = db.execute(
        "SELECT name FROM client WHERE tenant_id = ? AND tax_number = ? AND id != ? AND NOT is_deleted",
        (tenant.id, digits, own or 0),
    ).fetchone()
    return str(row[0]) if digits and row else ""


def changed(sent: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str | int | None]:
    """The values that differ from those shown, ready to be stored."""
    values: dict[str, str | int | None] = {}
    for name, value in sent.items():
        if name == "TaxNumber":
            value = numbers.digits_of(value)
        # A text box drops one newline at the start and nothing at the end; what was not touched must not change.
        if value != shown.get(name, ""):
            values[name] = (int(value) if value else None) if name in _STAFF else value or None
    return values


def _controls(tenant: Tenant, wanted: tuple[Field, ...], shown: Mapping[str, str]) -> list[Control]:
    return [
        _control(tenant, field, shown.get(field.name, ""))
        for field in wanted
        if tenant.region in field.regions and field.into is not None
    ]


def _control(tenant: Tenant, field: Field, value: str) -> Control:
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
        return Control(field.name, label, Asks.CHOICE, options=controls.choice((each, each) for each in options))
    if field.multiline:
        return Control(field.name, label, Asks.LINES)
    if field.name == "Email":
        return Control(field.name, label, Asks.EMAIL)
    return Control(field.name, label, _ASKS.get(field.kind, Asks.TEXT))


def _responsible(db: sqlite3.Connection, tenant: Tenant) -> list[Control]:
    staff = controls.choice((row["id"], row["name"]) for row in records.staff(db, tenant.id))
    # The API's AccountManager and JobManager are Partner and Manager on XPM's own screens.
    return [
        Control("AccountManager", "Partner", Asks.CHOICE, options=staff),
        Control("JobManager", "Manager", Asks.CHOICE, options=staff),
    ]
