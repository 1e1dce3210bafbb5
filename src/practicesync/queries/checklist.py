"""How complete a client is in the register: its checklist, item by item."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from practicesync.core.addresses import named
from practicesync.core.checklist import Facts, Item, items_for, proven
from practicesync.core.fields import ClientKind
from practicesync.queries.address_places import load_places
from practicesync.store.models import ChecklistTick, Client, Contact, Relationship


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One item as it stands: proven by what the register holds, ticked by somebody, or open."""

    item: Item
    proven: bool
    ticked_at: datetime | None = None
    ticked_by: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.proven or self.ticked_at is not None

    @property
    def by_hand(self) -> bool:
        """Whether only a person can tick it."""
        return self.item.proof is None


@dataclass(frozen=True, slots=True)
class Completeness:
    """A client's checklist, in the table's order."""

    items: tuple[CheckedItem, ...]

    @property
    def done(self) -> int:
        """How many items are seen to."""
        return sum(each.done for each in self.items)

    @property
    def total(self) -> int:
        """How many items there are."""
        return len(self.items)

    @property
    def percent(self) -> int:
        """How complete, in whole percent; 100 only where nothing is left."""
        return 100 * self.done // self.total if self.total else 100

    @property
    def open(self) -> tuple[CheckedItem, ...]:
        """What is left to do."""
        return tuple(each for each in self.items if not each.done)


def completeness(practice_id: int, client_id: int) -> Completeness:
    """One client's. Raises `Client.DoesNotExist` where the practice has no such client."""
    found = completeness_of(practice_id, [client_id])
    if client_id not in found:
        raise Client.DoesNotExist
    return found[client_id]


def completeness_of(practice_id: int, client_ids: Sequence[int]) -> Mapping[int, Completeness]:
    """Of several clients, in five queries; those that the practice does not have are left out."""
    clients = list(Client.rows.among(practice_id, client_ids))
    keys = [client.pk for client in clients]
    places = load_places(practice_id)
    ticks = _ticks(practice_id, keys)
    parties, held = _parties(practice_id, keys)
    contacts = Counter(
        Contact.rows.of(practice_id).filter(client_id__in=keys, removed_at=None).values_list("client_id", flat=True)
    )
    found: dict[int, Completeness] = {}
    for client in clients:
        kind = ClientKind(client.kind)
        facts = Facts(
            kind,
            client.standing,
            named(client.values, places[kind]),
            parties.get(client.pk, {}),
            held.get(client.pk, {}),
            contacts[client.pk],
        )
        found[client.pk] = Completeness(
            tuple(
                CheckedItem(item, proven(item, facts), *ticks.get((client.pk, item.key), (None, "")))
                for item in items_for(kind, client.standing)
            )
        )
    return found


def _ticks(practice_id: int, keys: Sequence[int]) -> Mapping[tuple[int, str], tuple[datetime, str]]:
    rows = ChecklistTick.rows.of(practice_id).filter(client_id__in=keys)
    return {(row.client_id, row.item): (row.ticked_at, row.ticked_by) for row in rows}


def _parties(practice_id: int, keys: Sequence[int]) -> tuple[dict[int, Counter[str]], dict[int, Counter[str]]]:
    """Who holds what to each client now: how many of each type, and how many of them with a holding that is told."""
    parties: dict[int, Counter[str]] = {}
    held: dict[int, Counter[str]] = {}
    rows = Relationship.rows.of(practice_id).filter(client_id__in=keys, removed_at=None)
    for client_id, key, values in rows.values_list("client_id", "type", "values"):
        if values.get("end_date"):
            continue
        parties.setdefault(client_id, Counter())[key] += 1
        if values.get("shares") or values.get("percentage"):
            held.setdefault(client_id, Counter())[key] += 1
    return parties, held
