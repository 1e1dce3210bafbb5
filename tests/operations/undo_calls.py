"""What a person can ask of conflicts and of undo, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from operations.offices import NOW, Office, a_record
from practicesync.core.actor import Ability, Actor
from practicesync.core.verdict import Move
from practicesync.operations import answering, drawing, holding, undoing
from practicesync.store.models import Change, Difference, Run


@dataclass(frozen=True)
class Undone:
    """A difference to answer, one that was left as it is, and a run that pulled a value."""

    open: int
    held: int
    run: Run
    change: Change


def an_undone(office: Office) -> Undone:
    client = office.pair(
        a_record("undo", phone="09 555 0101", email="a@kauri.example", fax="09 555 0201"),
        phone="09 555 0102",
        email="b@kauri.example",
        fax="09 555 0202",
    )
    run = office.choose(client, {"fax": "pull"})
    rows = Difference.rows.of(office.practice.pk).filter(link__client=client)
    held = holding.hold(office.admin, rows.get(field="email").pk, NOW)
    change = Change.rows.of(office.practice.pk).get(activity__run=run, side="local")
    return Undone(rows.get(field="phone").pk, held, run, change)


def _take(actor: Actor, made: Undone) -> object:
    with transaction.atomic():
        return holding.take(actor, made.open)


UNDO_CALLS: dict[str, tuple[Ability, Callable[[Actor, Undone], object]]] = {
    "answering.answer": (Ability.SYNC, lambda actor, made: answering.answer(actor, made.open, Move.PULL, NOW)),
    "answering.take_back": (Ability.SYNC, lambda actor, made: answering.take_back(actor, made.run.pk, NOW)),
    "holding.hold": (Ability.SYNC, lambda actor, made: holding.hold(actor, made.open, NOW)),
    "holding.release": (Ability.SYNC, lambda actor, made: holding.release(actor, made.held, NOW)),
    "holding.take": (Ability.SYNC, _take),
    "drawing.of_undo": (Ability.SYNC, lambda actor, made: drawing.of_undo(actor, made.run.pk, NOW)),
    "undoing.size_of": (Ability.SYNC, lambda actor, made: undoing.size_of(actor, made.run.pk)),
    "undoing.draw_up": (Ability.SYNC, lambda actor, made: undoing.draw_up(actor, made.run.pk, NOW)),
    "undoing.set_back": (Ability.SYNC, lambda actor, made: undoing.set_back(actor, made.change.pk, NOW)),
}
