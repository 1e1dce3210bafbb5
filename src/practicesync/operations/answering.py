"""Answering one difference at a time: the value of one side is taken at once, and the answer can be taken back."""

from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.core.push import PushState
from practicesync.core.verdict import Move
from practicesync.operations import pushing, runs, sheets, undoing
from practicesync.operations.deciding import decide
from practicesync.operations.holding import take
from practicesync.store.models import Push, Run


def answer(actor: Actor, difference_id: int, move: Move, now: datetime) -> Run:
    """Take the register's value (push) or the remote's (pull) for one difference as it was shown.

    A pull is done when this returns, and so is its run; a push is queued. Raises `Stale` where either value is not what
    was shown any more, and `Invalid` where it cannot go that way.
    """
    with transaction.atomic():
        loaded, row = take(actor, difference_id)
        choices = {row.key: move.value}
        return decide(actor, loaded.link.client_id, choices=choices, seen=loaded.plan.seen, now=now)


def take_back(actor: Actor, run_id: int, now: datetime) -> Run | None:
    """Take an answer back: what was not sent yet is withdrawn, what was written is written back.

    The run that writes it back, for the caller to start; None where nothing has to be. Raises `Invalid` where it can be
    neither, such as while XPM is being written to.
    """
    actor.require(Ability.SYNC)
    run = Run.rows.of(actor.practice_id).get(pk=run_id)
    waiting = Push.rows.of(actor.practice_id).filter(run=run, state=PushState.WAITING.value)
    withdrawn = pushing.withdraw(actor, list(waiting.values_list("pk", flat=True)), now)
    run.refresh_from_db()
    if run.state in runs.LIVE and not withdrawn:
        raise Invalid({"": "XPM is being written to right now. Wait a moment, then take it back."})
    if not undoing.wrote_anything(actor.practice_id, run_id):
        return None
    sheet = undoing.draw_up(actor, run_id, now)
    return sheets.request_apply(actor, sheet.pk, now)
