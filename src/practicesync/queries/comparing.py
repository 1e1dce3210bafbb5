"""Two records side by side, on what tells clients apart: for whoever has to say whether they are one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Field, Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.kinds.spelling import plain
from practicesync.core.words import KIND_WORDS
from practicesync.queries.matching import remote_kind
from practicesync.queries.showing import Piece, Shown, mark, show

TELLING = (
    *("client_code", "export_code", "business_number", "company_number", "tax_number", "date_of_birth"),
    *("email", "phone"),
)
"""The fields that tell clients apart, besides name and kind, in the order of the screen."""

TOWN = ("physical_address.city", "postal_address.city")
MOST_NAMES = 6
"""So many contacts and groups of a record are named."""


class Standing(StrEnum):
    """How two values stand to each other."""

    SAME = "same"
    DIFFERS = "differs"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Telling:
    """One fact of both records; what differs is marked within it."""

    label: str
    first: Shown
    second: Shown
    standing: Standing


@dataclass(frozen=True, slots=True)
class Record:
    """One record of either side, as far as it is compared. `structure` is the remote's own word for its kind."""

    values: Values
    country: str
    kind: ClientKind | None = None
    structure: str = ""
    contacts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def remote_record(values: Values, country: str, contacts: Iterable[Values], groups: Iterable[str]) -> Record:
    """A remote client as it is compared."""
    names = tuple(name for each in contacts if (name := each.get("name", "")))
    return Record(values, country, remote_kind(values), values.get("business_structure", ""), names, tuple(groups))


def compare_records(first: Record, second: Record) -> tuple[Telling, ...]:
    """What tells the two apart, line by line; what neither holds is left out. The name comes first."""
    place = Place(first.country or second.country)
    rows = [row for name in ("name", *TELLING) if (row := CATALOGUE.get(Subject.CLIENT, name)) is not None]
    name, *others = (_field(row, first, second, place) for row in rows)
    found = [name, _kind(first, second), *others, _town(first, second)]
    found += [
        _names("Contacts", first.contacts, second.contacts),
        _names("Groups", first.groups, second.groups),
    ]
    return tuple(each for each in found if each is not None)


def _field(row: Field, first: Record, second: Record, place: Place) -> Telling | None:
    one, other = row.held(first.values), row.held(second.values)
    here, there = show(row, one, Place(first.country)), show(row, other, Place(second.country))
    same = bool(here and there) and row.kind.same(one, other, place)
    return _telling(row.label, here, there, same=same)


def _kind(first: Record, second: Record) -> Telling | None:
    words = [each.structure or (KIND_WORDS[each.kind] if each.kind else "") for each in (first, second)]
    same = first.kind is not None and first.kind is second.kind
    return _telling("Kind", *words, same=same, known=first.kind is not None and second.kind is not None)


def _town(first: Record, second: Record) -> Telling | None:
    here, there = (next((each.values[key] for key in TOWN if each.values.get(key)), "") for each in (first, second))
    return _telling("Town", here, there, same=plain(here) == plain(there))


def _names(label: str, first: Sequence[str], second: Sequence[str]) -> Telling | None:
    """Names on both sides: they are told, and the same where one of them is on both."""
    common = {plain(name) for name in first} & {plain(name) for name in second}
    return _telling(label, _listed(first), _listed(second), same=bool(common), known=bool(common))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _telling(label: str, here: str, there: str, *, same: bool, known: bool = True) -> Telling | None:
    if not (here or there):
        return None
    if here and there and not same and known:
        return Telling(label, *mark(here, there), Standing.DIFFERS)
    standing = Standing.SAME if same and here and there else Standing.ONE
    return Telling(label, _whole(here), _whole(there), standing)


def _whole(text: str) -> Shown:
    return (Piece(text),) if text else ()
