"""What the columns of a file mean: every field of the catalogue can be one, and its header says which.

A header is known by the catalogue's labels and keys, and by the names that other programs and people give: those of
Xero Practice Manager's own exports, of tax offices, of everyday lists.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from practicesync.core.errors import Invalid
from practicesync.core.fields import Catalogue, Field, Section

ID, KIND, STANDING, GROUPS = "id", "kind", "standing", "groups"
MOST_CONTACTS: Final = 3
MORE: Final = "+"
"""Ends the key of a second line of a street: it is put beneath the first."""

_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_PART_LABELS: Final = {"postcode": "postcode", "region": "state or region", "city": "town or city"}


@dataclass(frozen=True, slots=True)
class Column:
    """Something that a column can mean: `key` as in a client's values, or `contact2.email`, `kind` and the like.

    `names` are the headers by which it is known, folded, the surest first.
    """

    key: str
    label: str
    section: str
    names: tuple[str, ...]


def folded(header: str) -> str:
    """A header without case, blanks and marks."""
    return _NOT_WORD.sub("", header.casefold())


# Names as people and programs write them; each is folded before it is compared.
_KNOWN: Final[Mapping[str, str]] = {
    ID: "practicesync id; client id in practicesync",
    KIND: "kind; kind of client; type; client type; entity type; entity; type of client",
    STANDING: "standing; client or associate",
    GROUPS: "groups; group; client group; client groups",
    "name": "client name; client; display name; full name; entity name; legal name; business name; company name; "
    "customer name; customer; file as",
    "title": "salutation title; mr mrs",
    "first_name": "given name; given names; forename; christian name; first names",
    "middle_name": "other name; other names; middle names; second name",
    "last_name": "surname; family name",
    "date_of_birth": "dob; birth date; birthdate; born; birthday",
    "email": "e-mail; email address; e-mail address; primary email; client email",
    "phone": "telephone; phone number; telephone number; tel; primary phone; work phone; business phone; landline; "
    "client phone",
    "fax": "fax number; facsimile",
    "website": "web site; web; url; homepage; web address",
    "business_structure": "structure; entity structure",
    "tax_number": "tfn; tax file number; ird; ird number; ird no; utr; tax no; tax reference; tax id",
    "company_number": "acn; acn/arbn; arbn; company no; company registration; company registration number; "
    "registration number; companies office number; nz company number",
    "business_number": "abn; nzbn; abn/nzbn; business no; australian business number; new zealand business number",
    "client_code": "code; client no; client number; client ref; client reference; reference; account code",
    "export_code": "accounting code; export id",
    "manager": "job manager; client manager; jobmanager",
    "partner": "account manager; accountmanager; responsible partner; client partner",
    "subscription_plan": "plan; subscription; service plan; package",
}
_STREETS: Final = "address; address 1; address line 1; addressline1; street; street address; address street"
_SECOND_STREETS: Final = "address 2; address line 2; addressline2; street 2; street line 2"
_PARTS: Final[Mapping[str, str]] = {
    "street": _STREETS,
    f"street{MORE}": _SECOND_STREETS,
    "city": "city; suburb; town; suburb/town; town/suburb; locality; city/suburb; suburb or town; town or city",
    "region": "region; state; province; county; state/region; state or region",
    "postcode": "postcode; post code; zip; zip code; postal code; postalcode",
    "country": "country; country name",
}
_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "physical_address": ("", "physical", "physical address", "business", "home", "main", "delivery"),
    "postal_address": ("postal", "postal address", "mail", "post"),
}
"""How the names of an address's parts begin; nothing at all means the physical one."""
_CONTACT_NAMES: Final[Mapping[str, str]] = {
    "name": "contact; contact name; contact person; primary contact; primary contact name; main contact; attention",
    "email": "contact email; contact e-mail; contact email address; primary contact email",
    "phone": "contact phone; contact telephone; primary contact phone",
    "mobile": "contact mobile; mobile; mobile phone; cell; cell phone; mobile number; primary contact mobile",
    "position": "contact position; job title; role; primary contact position",
    "salutation": "contact salutation; salutation; dear",
    "addressee": "contact addressee; addressee",
}


def columns(catalogue: Catalogue) -> tuple[Column, ...]:
    """Everything that a column can mean, in the order of screens."""
    own = (
        Column(ID, "practicesync id", "Client", _names(ID, _KNOWN[ID])),
        Column(KIND, "Kind of client", "Client", _names(KIND, _KNOWN[KIND])),
        Column(STANDING, "Standing", "Client", _names(STANDING, _KNOWN[STANDING])),
    )
    fields = (each for row in catalogue.client for each in _of_field(row))
    contacts = (_of_contact(number, row) for number in range(1, MOST_CONTACTS + 1) for row in catalogue.contact)
    groups = Column(GROUPS, "Groups", Section.PRACTICE.value, _names(GROUPS, _KNOWN[GROUPS]))
    return tuple(_by_its_label(column) for column in (*own, *fields, groups, *contacts))


def _by_its_label(column: Column) -> Column:
    """The label is a column's surest name: a template and an export have it as their header."""
    return replace(column, names=tuple(dict.fromkeys((folded(column.label), *column.names))))


def _names(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(name) for text in texts for name in text.split(";")))


def _of_field(row: Field) -> Iterator[Column]:
    """One column a part; a street may have a second one beneath it."""
    for key, part in zip(row.keys, row.kind.parts, strict=True):
        label = f"{row.label}: {_PART_LABELS.get(part, part)}" if part else row.label
        yield Column(key, label, row.section.value, _field_names(row, key, part))
        if part == "street":
            names = _part_names(row, f"{part}{MORE}")
            yield Column(f"{key}{MORE}", f"{row.label}: second line", row.section.value, names)


def _field_names(row: Field, key: str, part: str) -> tuple[str, ...]:
    if part:
        return tuple(dict.fromkeys([folded(key), *_part_names(row, part)]))
    return _names(row.label, row.name, _KNOWN.get(row.name, row.label))


def _part_names(row: Field, part: str) -> tuple[str, ...]:
    """`city`, `postal city`, `registered office suburb`…"""
    whole = folded(row.label)
    before = (whole, *map(folded, _BEFORE.get(row.name, ())))
    found = [each + name for each in before for name in _names(_PARTS[part])]
    if part == "street":
        found += [whole, folded(row.name)]
    return tuple(dict.fromkeys(found))


def _of_contact(number: int, row: Field) -> Column:
    start = contact_prefix(number)
    told = f"Contact {number}: {row.label.casefold()}" if number > 1 else f"Contact: {row.label.casefold()}"
    names = _names(f"contact {row.name}", f"contact {row.label}", _CONTACT_NAMES.get(row.name, row.label))
    if number > 1:
        names = tuple(name.replace("contact", f"contact{number}") for name in names if "contact" in name)
    return Column(f"{start}{row.name}", told, "Contacts", names)


def contact_prefix(number: int) -> str:
    """What begins the keys of this contact's columns: `contact.`, `contact2.`…"""
    return "contact." if number == 1 else f"contact{number}."


def guess(header: Sequence[str], catalogue: Catalogue) -> dict[int, str]:
    """What each column seems to mean, by its place; one that nobody knows, or that seems to be a second of its sort, is
    left out. The surest name wins."""
    known = columns(catalogue)
    rank = {name: (place, column.key) for column in reversed(known) for place, name in enumerate(column.names)}
    found = sorted((*rank[name], at) for at, name in enumerate(map(folded, header)) if name in rank)
    guessed: dict[str, int] = {}
    for _, key, at in found:
        guessed.setdefault(key, at)
    return {at: key for key, at in sorted(guessed.items(), key=lambda each: each[1])}


def check_columns(chosen: Mapping[int, str], header: Sequence[str], catalogue: Catalogue) -> None:
    """Raises `Invalid` by column where one means what another does, or what nothing does, or nothing names a client."""
    labels = {column.key: column.label for column in columns(catalogue)}
    problems = {
        str(at): "Choose one of the list."
        for at, key in chosen.items()
        if key not in labels or at not in range(len(header))
    }
    for key, count in Counter(chosen.values()).items():
        if count > 1 and key in labels:
            twice = [at for at, each in chosen.items() if each == key]
            told = " and ".join(f"“{header[at]}”" for at in twice if at < len(header))
            problems |= {str(at): f"{told} cannot both be {labels[key]}." for at in twice}
    if not problems and not {"name", "last_name", "client_code", ID} & set(chosen.values()):
        problems[""] = "Say which column holds the name of the client, its client code, or its practicesync id."
    if problems:
        raise Invalid(problems)


def header_digest(header: Sequence[str]) -> str:
    """What a header is remembered by: its columns in their order."""
    return hashlib.sha256("\n".join(map(folded, header)).encode()).hexdigest()
