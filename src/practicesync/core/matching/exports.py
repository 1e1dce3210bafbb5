"""Parties out of two exported tables: a register's and Practice Manager's, as `practicesync match` takes them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from practicesync.core.catalogue import kind_of_structure
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind, Values
from practicesync.core.kinds.spelling import unaccented
from practicesync.core.matching.party import Party
from practicesync.core.tables import Table

Cell = Callable[[str], str]

REGISTER_ID: Final = "register_id"
REMOTE_ID: Final = "xpm_id"

_REGISTER_FIELDS: Final = {
    "client_code": "client_code",
    "name": "name",
    "first_name": "first_name",
    "middle_names": "middle_name",
    "last_name": "last_name",
    "date_of_birth": "date_of_birth",
    "abn": "business_number",
    "acn": "company_number",
    "tax_number": "tax_number",
    "email": "email",
    "phone": "phone",
    "suburb": "physical_address.city",
    "state": "physical_address.region",
    "postcode": "physical_address.postcode",
    "country": "physical_address.country",
    "manager": "manager",
}
_REMOTE_FIELDS: Final = {
    "name": "name",
    "first_name": "first_name",
    "other_name": "middle_name",
    "last_name": "last_name",
    "email": "email",
    "date_of_birth": "date_of_birth",
    "address": "physical_address.street",
    "city": "physical_address.city",
    "region": "physical_address.region",
    "postcode": "physical_address.postcode",
    "country": "physical_address.country",
    "postal_address": "postal_address.street",
    "postal_city": "postal_address.city",
    "postal_region": "postal_address.region",
    "postal_postcode": "postal_address.postcode",
    "postal_country": "postal_address.country",
    "phone": "phone",
    "business_number": "business_number",
    "company_number": "company_number",
    "tax_number": "tax_number",
    "client_code": "client_code",
    "export_code": "export_code",
    "account_manager": "manager",
}
_REGISTER_OTHERS: Final = frozenset(
    {"entity_type", "title", "mobile", "address_line1", "address_line2", "client_group", "status"}
)
_REMOTE_OTHERS: Final = frozenset(
    {"business_structure", "groups", "contact_name", "contact_email", "contact_mobile", "is_archived", "is_deleted"}
)
REGISTER_COLUMNS: Final = frozenset({REGISTER_ID, *_REGISTER_FIELDS, *_REGISTER_OTHERS})
REMOTE_COLUMNS: Final = frozenset({REMOTE_ID, *_REMOTE_FIELDS, *_REMOTE_OTHERS})

_NOT_LIVE: Final = frozenset({"archived", "inactive", "former", "lost", "closed", "deregistered"})
_TRUE: Final = frozenset({"true", "yes", "y", "1", "t"})


def register_parties(table: Table) -> Iterator[Party]:
    """The parties of a register's export, one a row. Raises `Invalid` where columns or ids are missing or doubled."""
    for row_id, cell in _cells(table, REGISTER_ID):
        values = {key: text for column, key in _REGISTER_FIELDS.items() if (text := cell(column))}
        street = " ".join(filter(None, (cell("address_line1"), cell("address_line2"))))
        if street:
            values["physical_address.street"] = street
        mobile = cell("mobile")
        group = cell("client_group")
        yield Party(
            row_id,
            _kind(cell("entity_type")),
            values,
            contacts=({"mobile": mobile},) if mobile else (),
            groups=(group,) if group else (),
            archived=cell("status").strip().casefold() in _NOT_LIVE,
        )


def remote_parties(table: Table) -> Iterator[Party]:
    """The parties of Practice Manager's export that are not deleted, as `register_parties`."""
    for row_id, cell in _cells(table, REMOTE_ID):
        if _is_true(cell("is_deleted")):
            continue
        values = {key: text for column, key in _REMOTE_FIELDS.items() if (text := cell(column))}
        contact = _contact(cell)
        yield Party(
            row_id,
            _kind(cell("business_structure")),
            values,
            contacts=(contact,) if contact else (),
            groups=tuple(filter(None, map(str.strip, cell("groups").replace("|", ";").split(";")))),
            archived=_is_true(cell("is_archived")),
        )


def _contact(cell: Cell) -> Values:
    named = {"name": cell("contact_name"), "email": cell("contact_email"), "mobile": cell("contact_mobile")}
    return {key: text for key, text in named.items() if text}


def _is_true(text: str) -> bool:
    return text.strip().casefold() in _TRUE


def _kind(label: str) -> ClientKind | None:
    """The kind that a label tells; None where it tells none, so that the name may."""
    folded = unaccented(label)
    if not folded:
        return None
    if "fund" in folded or "smsf" in folded or "super" in folded:
        return ClientKind.SUPER_FUND
    if folded in ("person", "natural person"):
        return ClientKind.INDIVIDUAL
    found = kind_of_structure(folded)
    return None if found is ClientKind.OTHER else found


def _cells(table: Table, id_column: str) -> Iterator[tuple[str, Cell]]:
    """Each row's id, and its cells by column name; a column that is not there is empty everywhere."""
    places = known_columns(table, REGISTER_COLUMNS if id_column == REGISTER_ID else REMOTE_COLUMNS)
    missing = [name for name in (id_column, "name") if name not in places]
    if missing:
        raise Invalid({"": f"The column “{missing[0]}” is missing."})
    at = places[id_column]
    seen: set[str] = set()
    for row, line in zip(table.rows, table.lines, strict=True):
        row_id = row[at].strip()
        if not row_id:
            raise Invalid({"": f"The row on line {line} has no {id_column}."})
        if row_id in seen:
            raise Invalid(
                {"": f"The {id_column} of the row on line {line} stands on an earlier row too: {row_id[:60]}"}
            )
        seen.add(row_id)
        yield row_id, _reader(row, places)


def _reader(row: Sequence[str], places: Mapping[str, int]) -> Cell:
    def cell(column: str) -> str:
        place = places.get(column)
        return "" if place is None else row[place]

    return cell


def known_columns(table: Table, known: frozenset[str]) -> dict[str, int]:
    """The places of the columns that are known, by name."""
    return {name: place for name in known if (place := table.find(name)) is not None}


def unknown_columns(table: Table, known: frozenset[str]) -> tuple[str, ...]:
    """The columns of a table that are not known, as written."""
    places = set(known_columns(table, known).values())
    return tuple(name for place, name in enumerate(table.header) if place not in places)
