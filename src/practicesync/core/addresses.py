"""The kinds of addresses that a client has, and which two of them are the ones that the remote keeps.

Xero Practice Manager has two addresses a client, physical and postal (Xero developer documentation, Practice Manager
3.1, Clients). A firm says for each kind of client which of its own kinds these two are; the values of those stand under
the synced fields, the others stay in the register.

At the start the postal address is the true one for every kind of client: that is what firms keep in Practice Manager,
so that linking a firm's clients moves no value. To send the registered office there instead is a choice of the firm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import EVERY_KIND, PEOPLE, ClientKind, Field, Values
from practicesync.core.kinds import ADDRESS

SYNCED = ("physical_address", "postal_address")
"""The catalogue's fields that the remote keeps."""

SYNCED_WORDS: Mapping[str, str] = {"physical_address": "physical address", "postal_address": "postal address"}


@dataclass(frozen=True, slots=True)
class AddressKind:
    """One kind of address: `row` names the field that holds it while it stays in the register."""

    row: str
    label: str
    of: frozenset[ClientKind] = EVERY_KIND


ADDRESS_KINDS: tuple[AddressKind, ...] = (
    AddressKind("principal_place", "Principal place of business", EVERY_KIND - {ClientKind.INDIVIDUAL}),
    AddressKind("residential_address", "Residential address", PEOPLE),
    AddressKind("registered_office", "Registered office", EVERY_KIND - PEOPLE),
    AddressKind("mailing_address", "Postal address"),
    AddressKind("service_address", "Address for service"),
    AddressKind("previous_address", "Previous address"),
)

BY_ROW: Mapping[str, AddressKind] = {each.row: each for each in ADDRESS_KINDS}

_PARTS = ADDRESS.parts

Places = Mapping[str, str]
"""For one kind of client: the synced field to the row of the address that it holds."""


def kinds_for(kind: ClientKind) -> tuple[AddressKind, ...]:
    """The kinds of addresses that such a client has."""
    return tuple(each for each in ADDRESS_KINDS if kind in each.of)


def usual(kind: ClientKind) -> dict[str, str]:
    """The places of a firm that has said nothing: where people live or bodies work, and where letters go."""
    lives = "residential_address" if kind is ClientKind.INDIVIDUAL else "principal_place"
    return {"physical_address": lives, "postal_address": "mailing_address"}


def problem(kind: ClientKind, places: Places) -> str | None:
    """Why a firm cannot place them so, as a sentence, or None."""
    fitting = {each.row for each in kinds_for(kind)}
    if set(places) != set(SYNCED) or not set(places.values()) <= fitting:
        return "Choose one of the addresses that such a client has, for both."
    if len(set(places.values())) < len(places):
        return "The two cannot be the same address."
    return None


def arranged(places: Places) -> tuple[Field, ...]:
    """A client's fields as its kind shows them: a synced address under the name of what it holds, and not twice."""
    return _arranged(tuple(sorted(places.items())))


@lru_cache(maxsize=64)
def _arranged(places: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    held = dict(places)
    found = []
    for row in CATALOGUE.client:
        if row.name in held:
            hint = f"The {SYNCED_WORDS[row.name]} in Xero Practice Manager."
            found.append(replace(row, label=BY_ROW[held[row.name]].label, hint=hint))
        elif row.name in BY_ROW:
            if row.name not in held.values():
                found.append(replace(row, label=BY_ROW[row.name].label, hint="Kept in the register alone."))
        else:
            found.append(row)
    return tuple(found)


def rehoused(values: Values, places: Places) -> dict[str, str]:
    """The values with each address where the firm's places have it: one that is synced stands under the synced field.

    Where both were given, the one under the synced field stays.
    """
    result = dict(values)
    for field, row in places.items():
        given = _parts(row, field, result)
        if given and not any(key in result for key in given):
            result |= given
        for part in _PARTS:
            result.pop(f"{row}.{part}", None)
    return result


def named(values: Values, places: Places) -> dict[str, str]:
    """The values with the synced addresses also under the names of what they hold."""
    held = {f"{row}.{part}": values.get(f"{field}.{part}", "") for field, row in places.items() for part in _PARTS}
    return {**values, **held}


def moves(values: Values, before: Places, after: Places) -> dict[str, str]:
    """What changes in a client's values when the firm's places change from one table to the other.

    Every address keeps its value; those that leave a synced field go to their own row, and the other way round.
    """
    address: dict[str, Mapping[str, str]] = {}
    for kind in ADDRESS_KINDS:
        home = next((field for field, held in before.items() if held == kind.row), kind.row)
        address[kind.row] = {part: values.get(f"{home}.{part}", "") for part in _PARTS}
    result: dict[str, str] = {}
    for row, parts in address.items():
        home = next((field for field, held in after.items() if held == row), row)
        result |= {f"{home}.{part}": text for part, text in parts.items()}
    for row in after.values():
        result |= {f"{row}.{part}": "" for part in _PARTS}
    return {key: text for key, text in result.items() if text != values.get(key, "")}


def _parts(row: str, field: str, values: Values) -> dict[str, str]:
    return {f"{field}.{part}": values[f"{row}.{part}"] for part in _PARTS if f"{row}.{part}" in values}
