"""The firm's own lists of words: made with the practice, added to, renamed, put in order, retired."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import Subject, Values
from practicesync.core.kinds import CHOICE, Place
from practicesync.core.lists import BY_KEY, FIRM_LISTS
from practicesync.operations.activity import Changed, Entry, write
from practicesync.queries.lists import field_of, labels_of
from practicesync.store.models import Client, ListItem, Practice

BATCH = 500
LONGEST = 100
_NOWHERE = Place()


def insert_first_items(practice: Practice) -> None:
    """Fill the lists of a practice that has none; needs the caller's transaction. What is there is left alone."""
    held = set(ListItem.rows.of(practice.pk).values_list("list", flat=True))
    ListItem.rows.bulk_create(
        ListItem(practice=practice, list=each.key, label=label, position=position)
        for each in FIRM_LISTS
        if each.key not in held
        for position, label in enumerate(each.words(practice.country))
    )


def begin_lists(actor: Actor, now: datetime) -> None:
    """Fill those lists of the actor's practice that are empty with the usual words of its country."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        insert_first_items(Practice.objects.select_for_update(no_key=True).get(pk=actor.practice_id))
        write(actor, Entry("lists_begun"), now)


def add_item(actor: Actor, key: str, label: str, now: datetime) -> ListItem:
    """Add a word at the end of a list; a retired one of that meaning comes back. Raises `Invalid`."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        rows = _locked(actor.practice_id, key)
        label = _checked(label)
        found = next((row for row in rows if _same(row.label, label)), None)
        if found is not None and found.retired_at is None:
            raise Invalid({"label": f"{found.label} is in the list already."})
        item = found or ListItem(practice_id=actor.practice_id, list=key, label=label)
        item.retired_at = None
        item.position = 1 + max((row.position for row in rows), default=-1)
        item.save()
        write(actor, Entry("list_item_added", {"list": BY_KEY[key].title, "label": item.label}), now)
    return item


def rename_item(actor: Actor, item_id: int, label: str, now: datetime) -> int:
    """Call a word otherwise; every client that holds it holds the new one then. Returns how many clients those are.

    Raises `Invalid` where the list has such a word already.
    """
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        rows = _locked(actor.practice_id, ListItem.rows.of(actor.practice_id).get(pk=item_id).list)
        item = next(row for row in rows if row.pk == item_id)
        label = _checked(label)
        twin = next((row for row in rows if _same(row.label, label)), None)
        if twin is not None and twin.pk != item.pk:
            raise Invalid({"label": f"{twin.label} is in the list already."})
        before, item.label = item.label, label
        item.save()
        name = field_of(item.list).name
        moved = _move(actor.practice_id, name, before, label)
        facts: dict[str, str | int] = {
            "list": BY_KEY[item.list].title,
            "before": before,
            "label": label,
            "count": moved,
        }
        write(
            actor,
            Entry(
                "list_item_renamed", facts, changes=[Changed(name, {name: before}, {name: label}, why="list renamed")]
            ),
            now,
        )
    return moved


def order_items(actor: Actor, key: str, item_ids: Sequence[int], now: datetime) -> None:
    """Put a list's words in this order. Raises `Stale` where it holds others by now."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        rows = {row.pk: row for row in _locked(actor.practice_id, key) if row.retired_at is None}
        if set(rows) != set(item_ids) or len(rows) != len(item_ids):
            raise Stale("Somebody else changed this list meanwhile.")
        for position, each in enumerate(item_ids):
            rows[each].position = position
        ListItem.rows.bulk_update(rows.values(), ["position"])
        write(actor, Entry("list_ordered", {"list": BY_KEY[key].title}), now)


def retire_item(actor: Actor, item_id: int, now: datetime) -> None:
    """No longer offer a word. Clients that hold it keep it; adding it again brings it back."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        item = ListItem.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=item_id)
        if item.retired_at is None:
            item.retired_at = now
            item.save()
            write(actor, Entry("list_item_retired", {"list": BY_KEY[item.list].title, "label": item.label}), now)


def as_listed(practice_id: int, values: Values) -> tuple[dict[str, str], dict[str, str]]:
    """The values with every word out of a list as it stands there, and what no list has, as sentences by field name.

    Only call it with values that are new: one that a client holds already may have been retired.
    """
    result, problems = dict(values), dict[str, str]()
    rows = [row for row in CATALOGUE.of(Subject.CLIENT) if (row.firm_list or row.choices) and values.get(row.name)]
    lists = labels_of(practice_id, {row.firm_list for row in rows if row.firm_list}) if rows else {}
    for row in rows:
        words = row.choices or lists[row.firm_list]
        found = row.chosen(words, (values[row.name],), _NOWHERE)
        if found:
            result[row.name] = found
        elif row.firm_list:
            problems[row.name] = _unknown(row.label, words)
    return result, problems


def _unknown(label: str, words: Sequence[str]) -> str:
    told = f"Your firm's list has: {', '.join(words)}." if words else "Your firm's list is empty."
    return f"{label}: no such word. {told} An admin can add it under Settings > Lists."


def _locked(practice_id: int, key: str) -> list[ListItem]:
    """A list's words. The practice is held, so that nobody adds one meanwhile."""
    if key not in BY_KEY:
        raise Invalid({"": "There is no such list."})
    Practice.objects.select_for_update(no_key=True).get(pk=practice_id)
    return list(ListItem.rows.of(practice_id).filter(list=key).order_by("position", "pk"))


def _checked(label: str) -> str:
    label = CHOICE.tidy(label)
    if not label:
        raise Invalid({"label": "A word is needed."})
    if len(label) > LONGEST:
        raise Invalid({"label": f"This is longer than {LONGEST} characters."})
    return label


def _same(a: str, b: str) -> bool:
    return CHOICE.same((a,), (b,), _NOWHERE)


def _move(practice_id: int, name: str, before: str, after: str) -> int:
    """Give all clients that hold a word the new one. Their revision counts, so that an open form is seen to be old."""
    if before == after:
        return 0
    keys = list(Client.rows.of(practice_id).filter(**{f"values__{name}": before}).values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        clients = list(
            Client.rows.among(practice_id, keys[start : start + BATCH]).order_by("pk").select_for_update(no_key=True)
        )
        for client in clients:
            client.values = {**client.values, name: after}
            client.revision += 1
        Client.rows.bulk_update(clients, ["values", "revision"])
    return len(keys)
