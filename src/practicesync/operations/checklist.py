"""A client's checklist: what a person says is done, or is open again."""

from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.checklist import BY_KEY
from practicesync.core.errors import Invalid
from practicesync.operations.activity import Entry, write
from practicesync.store.models import ChecklistTick, Client


def tick(actor: Actor, client_id: int, item: str, now: datetime) -> None:
    """Say that this item is done; twice is fine. Raises `Invalid` for one that the register proves by itself."""
    client, label = _asked(actor, client_id, item)
    with transaction.atomic():
        _, made = ChecklistTick.rows.of(actor.practice_id).get_or_create(
            practice_id=actor.practice_id,
            client=client,
            item=item,
            defaults={"ticked_at": now, "ticked_by": actor.name},
        )
        if made:
            facts = {"client": client.name, "item": label}
            write(actor, Entry("checklist_ticked", facts, client_id=client.pk), now)


def untick(actor: Actor, client_id: int, item: str, now: datetime) -> None:
    """Say that this item is open again; twice is fine."""
    client, label = _asked(actor, client_id, item)
    with transaction.atomic():
        if ChecklistTick.rows.of(actor.practice_id).filter(client=client, item=item).delete()[0]:
            facts = {"client": client.name, "item": label}
            write(actor, Entry("checklist_unticked", facts, client_id=client.pk), now)


def _asked(actor: Actor, client_id: int, item: str) -> tuple[Client, str]:
    actor.require(Ability.EDIT)
    found = BY_KEY.get(item)
    if found is None or found.proof is not None:
        raise Invalid({"item": "This is not ticked off by hand: it is done when the register holds it."})
    return Client.rows.of(actor.practice_id).get(pk=client_id), found.label
