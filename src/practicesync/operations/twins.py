"""Twins: what people say of two records of one side that look the same. Merging two of the register is in `merging`."""

from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations.activity import Entry, write
from practicesync.store.models import Client, Mirror, Twin

VERBS = {"apart": "twins_apart", "dealt": "twins_dealt", "open": "twins_reopened"}
"""What is told of each state that a person can put a pair of twins into."""


def set_apart(actor: Actor, twin_id: int, now: datetime) -> Twin:
    """Say that the two are not the same: they are never shown as twins again."""
    return _decide(actor, twin_id, "apart", now)


def deal_with(actor: Actor, twin_id: int, now: datetime) -> Twin:
    """Say that two records of XPM were merged, or one archived, over there. Raises `Invalid` for the register's own."""
    return _decide(actor, twin_id, "dealt", now)


def reopen(actor: Actor, twin_id: int, now: datetime) -> Twin:
    """Take back what was said of the two."""
    return _decide(actor, twin_id, "open", now)


def _decide(actor: Actor, twin_id: int, state: str, now: datetime) -> Twin:
    actor.require(Ability.EDIT)
    with transaction.atomic():
        twin: Twin = Twin.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=twin_id)
        if twin.state == "merged":
            raise Invalid({"": "These two were merged. Undo the merge instead."})
        if state == "dealt" and twin.side == "register":
            raise Invalid({"": "Two clients of the register are merged here."})
        if twin.state != state:
            twin.state = state
            twin.decided_at, twin.decided_by = (None, "") if state == "open" else (now, actor.name)
            twin.save(update_fields=["state", "decided_at", "decided_by"])
            write(actor, Entry(VERBS[state], _names(twin)), now)
    return twin


def _names(twin: Twin) -> dict[str, str | int]:
    model = Client if twin.side == "register" else Mirror
    names = dict(model.rows.among(twin.practice_id, [twin.first, twin.second]).values_list("pk", "name"))
    return {"first": names.get(twin.first, ""), "second": names.get(twin.second, "")}
