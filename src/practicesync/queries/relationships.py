"""Who a client is tied to, from both ends: its own parties, and the roles that it holds elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Subject, Values
from practicesync.core.holdings import JOINT, Held, class_totals, part_of_class
from practicesync.core.kinds import DATE, Place
from practicesync.core.kinds.dates import read_date
from practicesync.core.relationships import BY_KEY, TYPES, Holding, RelationshipType
from practicesync.queries.remote import CONNECTOR
from practicesync.store.models import Client, Relationship

MOST = 300
"""So many ties of a client are shown, in either direction."""

_ORDER = {each.key: number for number, each in enumerate(TYPES)}
_HOLDING = tuple(each.key for each in TYPES if each.holding in (Holding.SHARES, Holding.UNITS))


@dataclass(frozen=True, slots=True)
class Tie:
    """One relationship as one of its two clients sees it. `inverse`: the other one is what this one is a party of."""

    id: int
    revision: int
    type: RelationshipType
    inverse: bool
    other_id: int
    other_name: str
    other_kind: ClientKind
    shown: Mapping[str, str]
    ended: bool
    part: Decimal | None = None
    together_with: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the other is to this client, or this one to the other."""
        return self.type.inverse if self.inverse else self.type.label

    @property
    def stays_here(self) -> bool:
        """Whether the remote has no such type."""
        return self.type.stays_here(CONNECTOR)

    @property
    def holding(self) -> str:
        """What is held, on one line: "1,200 Ordinary (60 %)"."""
        shares, share_class, part = (self.shown.get(each, "") for each in ("shares", "share_class", "percentage"))
        of_class = f"({_short(self.part)}\N{NO-BREAK SPACE}%)" if self.part is not None else ""
        return " ".join(filter(None, (shares, share_class, of_class, part)))


@dataclass(frozen=True, slots=True)
class TieGroup:
    """Ties of one label."""

    label: str
    stays_here: bool
    ties: tuple[Tie, ...]

    @property
    def holds(self) -> bool:
        """Whether one of them says what is held."""
        return any(tie.holding for tie in self.ties)


@dataclass(frozen=True, slots=True)
class Ties:
    """All that a client is tied to: the parties that it has, the roles that it holds, and those that are over."""

    parties: tuple[TieGroup, ...]
    roles: tuple[TieGroup, ...]
    ended: tuple[Tie, ...]
    more: bool

    @property
    def ends(self) -> tuple[tuple[str, tuple[TieGroup, ...]], ...]:
        """Those of the two ends that there is something to tell of: `parties`, `roles`."""
        return tuple((name, groups) for name, groups in (("parties", self.parties), ("roles", self.roles)) if groups)

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.parties or self.roles or self.ended)


def load_ties(practice_id: int, client_id: int, today: date) -> Ties:
    """Everything that a client is tied to, in three queries."""
    own = list(_rows(practice_id).filter(client_id=client_id).select_related("party").order_by("pk")[: MOST + 1])
    held = list(_rows(practice_id).filter(party_id=client_id).select_related("client").order_by("pk")[: MOST + 1])
    shares = _shares(practice_id, [client_id, *(row.client_id for row in held if row.type in _HOLDING)], today)
    ties = [_tie(row, inverse=False, shares=shares, today=today) for row in own[:MOST]]
    # A symmetric type reads the same from both ends.
    roles = [_tie(row, inverse=True, shares=shares, today=today) for row in held[:MOST]]
    return Ties(
        _grouped(tie for tie in ties if not tie.ended),
        _grouped(tie for tie in roles if not tie.ended),
        tuple(_ordered(tie for tie in [*ties, *roles] if tie.ended)),
        more=len(own) > MOST or len(held) > MOST,
    )


@dataclass(frozen=True, slots=True)
class StoredTie:
    """A relationship to edit: its values as stored, and the names of both ends."""

    id: int
    revision: int
    type: RelationshipType
    client_id: int
    client_name: str
    party_id: int
    party_name: str
    place: Place
    values: Values


def load_tie(practice_id: int, client_id: int, relationship_id: int) -> StoredTie | None:
    """The relationship of a client, from either end; None where the practice or the client has no such one."""
    row = _rows(practice_id).select_related("client", "party").filter(pk=relationship_id).first()
    if row is None or client_id not in (row.client_id, row.party_id):
        return None
    return StoredTie(
        id=row.pk,
        revision=row.revision,
        type=BY_KEY[row.type],
        client_id=row.client_id,
        client_name=row.client.name,
        party_id=row.party_id,
        party_name=row.party.name,
        place=Place(row.client.country),
        values=row.values,
    )


def is_over(values: Values, place: Place, today: date) -> bool:
    """Whether its end has come; an end that is no date counts as come."""
    text = values.get("end_date", "")
    end = read_date(text, place)
    return bool(text) and (end is None or end <= today)


def shown_values(values: Values, place: Place) -> dict[str, str]:
    """The relationship's fields as people write them, without those that say nothing."""
    return {
        row.name: row.kind.show(row.held(values), place)
        for row in CATALOGUE.of(Subject.RELATIONSHIP)
        if not row.is_empty(row.held(values)) and not row.kind.same(row.held(values), ("",), place)
    }


@dataclass(frozen=True, slots=True)
class _Shares:
    """The holdings of one body that count now, and who holds each parcel jointly."""

    totals: Mapping[str, Decimal]
    holders: Mapping[tuple[str, str, Decimal | None], tuple[tuple[int, str], ...]]


def _rows(practice_id: int) -> Any:
    return Relationship.rows.of(practice_id).filter(removed_at=None)


def _shares(practice_id: int, client_ids: Iterable[int], today: date) -> Mapping[int, _Shares]:
    """What is held of these bodies, in one query."""
    rows = _rows(practice_id).filter(client_id__in=set(client_ids), type__in=_HOLDING).select_related("client", "party")
    held: dict[int, list[tuple[Held, Relationship]]] = {}
    for row in rows:
        place = Place(row.client.country)
        if not is_over(row.values, place, today):
            held.setdefault(row.client_id, []).append((_held(row, place), row))
    return {client_id: _summed(found) for client_id, found in held.items()}


def _summed(found: Sequence[tuple[Held, Relationship]]) -> _Shares:
    holders: dict[tuple[str, str, Decimal | None], tuple[tuple[int, str], ...]] = {}
    for each, row in found:
        if each.type == JOINT:
            holders[each.parcel] = (*holders.get(each.parcel, ()), (row.party_id, row.party.name))
    return _Shares(class_totals(each for each, _ in found), holders)


def _held(row: Relationship, place: Place) -> Held:
    values = row.values
    since = DATE.canonical((values.get("start_date", ""),), place)
    return Held(row.pk, row.type, values.get("shares", ""), values.get("share_class", ""), since)


def _tie(row: Relationship, *, inverse: bool, shares: Mapping[int, _Shares], today: date) -> Tie:
    other: Client = row.client if inverse else row.party
    place = Place(other.country)
    found = shares.get(row.client_id)
    held = _held(row, place)
    ended = is_over(row.values, place, today)
    counts = found is not None and not ended and row.type in _HOLDING
    return Tie(
        id=row.pk,
        revision=row.revision,
        type=BY_KEY[row.type],
        inverse=inverse,
        other_id=other.pk,
        other_name=other.name,
        other_kind=ClientKind(other.kind),
        shown=shown_values(row.values, place),
        ended=ended,
        part=part_of_class(held, found.totals) if found is not None and counts else None,
        together_with=tuple(name for party_id, name in found.holders.get(held.parcel, ()) if party_id != row.party_id)
        if found is not None and counts and row.type == JOINT
        else (),
    )


def _grouped(ties: Iterable[Tie]) -> tuple[TieGroup, ...]:
    groups: dict[str, list[Tie]] = {}
    for tie in _ordered(ties):
        groups.setdefault(tie.label, []).append(tie)
    return tuple(TieGroup(label, found[0].stays_here, tuple(found)) for label, found in groups.items())


def _ordered(ties: Iterable[Tie]) -> list[Tie]:
    return sorted(ties, key=lambda tie: (_ORDER[tie.type.key], tie.other_name.casefold(), tie.id))


def _short(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".")
