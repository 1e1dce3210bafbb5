"""Pushes: writes to remote records, from a person's choice to what became of each value."""

from django.db import models

from practicesync.core.push import OPEN, PushState
from practicesync.store.models.link import Link
from practicesync.store.models.register import Contact
from practicesync.store.models.run import Run
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField


class Push(PracticeRow):
    """One write to one remote record with all its fields.

    `ref` is "" for the client itself, else the contact pair. `fields` holds the values to write by key, `seen` what the
    person saw in the remote record, `outcomes` what became of each field by name. `creates` marks a contact that the
    remote does not have yet.
    """

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="pushes")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="pushes", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    ref = models.CharField(max_length=100, blank=True, default="")
    remote_id = models.CharField(max_length=64)
    creates = models.BooleanField(default=False)
    state = models.CharField(max_length=20, default=PushState.WAITING.value)
    names = models.JSONField(default=list)
    fields = ValuesField()
    seen = ValuesField()
    outcomes = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    detail = models.CharField(max_length=500, blank=True, default="")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(
                fields=["link"], condition=models.Q(state__in=sorted(state.value for state in OPEN)), name="push_open"
            ),
            models.Index(fields=["run"], name="push_by_run"),
        ]

    def __str__(self) -> str:
        return f"push to {self.remote_id}: {self.state}"
