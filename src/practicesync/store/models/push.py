"""Pushes: writes to remote records, from a choice or a rule to what became of each value."""

from django.db import models

from practicesync.core.push import OPEN, Act, PushState
from practicesync.store.models.connection import Connection
from practicesync.store.models.link import Link
from practicesync.store.models.register import Client, Contact
from practicesync.store.models.run import Run
from practicesync.store.models.structure import Relationship
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField

_STATES = sorted(state.value for state in OPEN)


class _IsOpen(models.Func):
    """Whether a state is an open one, written as the indexes of what is open are: SQLite looks at such an index only
    where a query holds their condition letter by letter, not with its values bound."""

    template = f"%(expressions)s IN ({str(_STATES)[1:-1]})"
    output_field = models.BooleanField()


STILL_OPEN = models.Q(_IsOpen("state"))
"""The pushes that have not ended."""


class Push(PracticeRow):
    """One write to one remote record with all its fields.

    `ref` is "" for the client itself, else the contact pair, the relationship, the place in a group. `act` says what is
    done to it: update, add, remove, archive; create makes the client itself, which has no link before. `names` are the
    fields, `fields` holds the values to write by key, `seen` what stood in the remote record when that was decided,
    `outcomes` what became of each field by name. `reference` is the mark by which a create is found again, `sent_at`
    when it was last sent.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="pushes", db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="pushes", db_index=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="pushes", null=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="pushes", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="+", null=True)
    ref = models.CharField(max_length=400, blank=True, default="")
    act = models.CharField(max_length=10, default=Act.UPDATE.value)
    remote_id = models.CharField(max_length=64, blank=True, default="")
    reference = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=20, default=PushState.WAITING.value)
    names = models.JSONField(default=list)
    fields = ValuesField()
    seen = ValuesField()
    outcomes = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    detail = models.CharField(max_length=500, blank=True, default="")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["link"], condition=models.Q(state__in=_STATES), name="push_open"),
            models.Index(fields=["client"], condition=models.Q(state__in=_STATES), name="push_open_of"),
            models.Index(fields=["run"], name="push_by_run"),
        ]

    @property
    def is_whole(self) -> bool:
        """Whether it is one thing as a whole, not some fields of a record."""
        return self.act != Act.UPDATE

    @property
    def size(self) -> int:
        """How many values it is, as a run counts them."""
        return 1 if self.is_whole else len(self.names)

    def __str__(self) -> str:
        return f"push to {self.remote_id}: {self.state}"
