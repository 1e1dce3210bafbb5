"""Links: this register client is that remote record, and what both last agreed on."""

from django.db import models

from practicesync.core.link_state import LinkState
from practicesync.store.models.connection import Connection
from practicesync.store.models.mirror import Mirror
from practicesync.store.models.register import Client, Contact
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField

LIVE = models.Q(ended_at=None)
"""The links that no one has ended."""


class Link(PracticeRow):
    """A register client tied to a remote record. `base` holds, by key, what both sides last agreed on.

    `state` and the counts are an index over the plan, rebuilt whenever a side is written. A link that a person ended
    keeps its row; at most one live link reaches any client or remote record.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="links", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="links", db_index=False)
    mirror = models.ForeignKey(Mirror, on_delete=models.PROTECT, related_name="links")
    base = ValuesField()
    state = models.CharField(max_length=20, default=LinkState.IN_SYNC.value)
    local_changed = models.PositiveSmallIntegerField(default=0)
    remote_changed = models.PositiveSmallIntegerField(default=0)
    both_changed = models.PositiveSmallIntegerField(default=0)
    differs = models.PositiveSmallIntegerField(default=0)
    format_only = models.PositiveSmallIntegerField(default=0)
    failing = models.CharField(max_length=300, blank=True, default="")
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["connection", "client"], condition=LIVE, name="one_link_a_client"),
            models.UniqueConstraint(fields=["connection", "mirror"], condition=LIVE, name="one_link_a_mirror"),
        ]
        indexes = [
            models.Index(fields=["client", "state"], name="link_by_client", condition=LIVE),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} is {self.mirror_id}"


class ContactTie(PracticeRow):
    """A register contact that is a remote contact of the same linked client, and what both last agreed on."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="ties", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="ties")
    remote_id = models.CharField(max_length=64)
    base = ValuesField()

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["link", "contact"], name="one_tie_a_contact"),
            models.UniqueConstraint(fields=["link", "remote_id"], name="one_tie_a_remote_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} is {self.remote_id}"
