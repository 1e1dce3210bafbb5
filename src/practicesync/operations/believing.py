"""Saying that what a complete list lacked is really gone, where it was too much to be believed."""

from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations import runs
from practicesync.operations.activity import Entry, write
from practicesync.queries.brake import missed_by
from practicesync.store.models import Run


def note_missed(run: Run, missed: int, held: int) -> None:
    """Keep how many of the clients that were there a list lacked, for whoever looks at the run."""
    Run.rows.of(run.practice_id).filter(pk=run.pk).update(notes={**run.notes, "missed": missed, "held": held})


def request_again(actor: Actor, run_id: int, now: datetime) -> Run:
    """Ask for everything to be read again, and to believe as many gone as this run missed; the run, to be started.

    Raises `Invalid` where the run missed nothing, or all: an empty list says nothing about anybody.
    """
    actor.require(Ability.SYNC)
    missed = missed_by(actor.practice_id, run_id)
    run = Run.rows.of(actor.practice_id).get(pk=run_id)
    if not missed or run.connection_id is None:
        raise Invalid({"": "There is nothing to believe about this run."})
    with transaction.atomic():
        again = runs.request(actor, run.connection_id, "sweep", now)
        again.notes = {**again.notes, "believed": missed}
        again.save(update_fields=["notes"])
        write(actor, Entry("gone_believed", {"count": missed}, run_id=again.pk), now)
    return again
