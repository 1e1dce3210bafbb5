"""The firm's own lists: their words in order, and how many clients hold each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field
from practicesync.core.lists import FIRM_LISTS, FirmList
from practicesync.store.models import Client, ListItem


@dataclass(frozen=True, slots=True)
class Item:
    """One word of a list. A retired one is no longer offered; clients that hold it keep it."""

    id: int
    label: str
    used: int
    retired: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list with its words in order, the retired ones last."""

    about: FirmList
    items: tuple[Item, ...]

    @property
    def offered(self) -> tuple[Item, ...]:
        """The words that a client can be given."""
        return tuple(item for item in self.items if not item.retired)

    @property
    def retired(self) -> tuple[Item, ...]:
        """The words that are no longer offered."""
        return tuple(item for item in self.items if item.retired)


def labels(practice_id: int, key: str) -> tuple[str, ...]:
    """The words of one list that can be chosen now, in the firm's order."""
    return labels_of(practice_id, [key])[key]


def labels_of(practice_id: int, keys: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The words of several lists that can be chosen now, in one query."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(keys, ())
    rows = ListItem.rows.of(practice_id).filter(list__in=list(found), retired_at=None).order_by("position", "pk")
    for key, label in rows.values_list("list", "label"):
        found[key] += (label,)
    return found


def load_lists(practice_id: int) -> tuple[ListPage, ...]:
    """Every list with how many clients hold each word, in one query and one more a list."""
    rows: dict[str, list[ListItem]] = {each.key: [] for each in FIRM_LISTS}
    for item in ListItem.rows.of(practice_id).order_by("position", "pk"):
        rows.setdefault(item.list, []).append(item)
    return tuple(ListPage(each, _items(rows[each.key], _uses(practice_id, each.key))) for each in FIRM_LISTS)


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One word with the list that it is in, and how many clients hold it."""

    id: int
    key: str
    label: str
    used: int


def load_item(practice_id: int, item_id: int) -> ListedItem | None:
    """One word, in two queries; None where the practice has no such word."""
    item = ListItem.rows.of(practice_id).filter(pk=item_id).first()
    if item is None:
        return None
    return ListedItem(item.pk, item.list, item.label, _uses(practice_id, item.list)[item.label])


def field_of(key: str) -> Field:
    """The field whose values come out of this list."""
    return next(row for row in CATALOGUE.client if row.firm_list == key)


def _items(rows: Iterable[ListItem], uses: Mapping[str, int]) -> tuple[Item, ...]:
    items = [Item(row.pk, row.label, uses[row.label], row.retired_at is not None) for row in rows]
    return tuple(sorted(items, key=lambda item: item.retired))


def _uses(practice_id: int, key: str) -> Counter[str]:
    """How many clients hold each word, archived ones too: they hold it when they come back."""
    held = KeyTextTransform(field_of(key).name, "values")
    rows = Client.rows.of(practice_id).annotate(held=held).values_list("held").annotate(number=Count("pk"))
    return Counter({label: number for label, number in rows.order_by() if label})
