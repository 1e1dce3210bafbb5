"""Links: this register client is that remote record, and what both last agreed on."""

from django.db import models

from practicesync.core.link_state import LinkState
from practicesync.store.models.connection import Connection
from practicesync.store.models.mirror import Mirror
from practicesync.store.models.register import Client, Contact
from practicesync.store.models.structure import Relationship
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import StoredJSON, ValuesField

LIVE = models.Q(ended_at=None)
"""The links that no one has ended."""


class Link(PracticeRow):
    """A register client tied to a remote record. `base` holds, by key, what both sides last agreed on.

    `together` are the refs of presences (`core.presence`) that both sides had when they last agreed. `held` maps the
    key of a row that a person left as it is to the stamp of its values then. `state` and the counts are an index over
    the plan, rebuilt whenever a side is written, and `reason` says why it is so (`core.client_reasons`).

    `failing` tells in words why the last write did not go through, `failing_code` what sort of trouble that was,
    `failed` which rows it was about. A link that is set aside is in nobody's way until it is taken back. One that a
    person ended keeps its row; at most one live link reaches any client or remote record.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="links", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="links", db_index=False)
    mirror = models.ForeignKey(Mirror, on_delete=models.PROTECT, related_name="links")
    base = ValuesField()
    together = StoredJSON(default=list)
    held = StoredJSON(default=dict)
    state = models.CharField(max_length=20, default=LinkState.IN_SYNC.value)
    local_changed = models.PositiveSmallIntegerField(default=0)
    remote_changed = models.PositiveSmallIntegerField(default=0)
    both_changed = models.PositiveSmallIntegerField(default=0)
    differs = models.PositiveSmallIntegerField(default=0)
    format_only = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True, default="")
    failing = models.CharField(max_length=300, blank=True, default="")
    failing_code = models.CharField(max_length=20, blank=True, default="")
    failed = StoredJSON(default=list)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.CharField(max_length=200, blank=True, default="")
    set_aside_why = models.CharField(max_length=300, blank=True, default="")
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["connection", "client"], condition=LIVE, name="one_link_a_client"),
            models.UniqueConstraint(fields=["connection", "mirror"], condition=LIVE, name="one_link_a_mirror"),
        ]
        indexes = [
            # With the practice, or SQLite without statistics would go through all links of it by the next one.
            models.Index(fields=["client", "practice", "state"], name="link_by_client", condition=LIVE),
            models.Index(fields=["practice", "state", "reason"], name="link_by_reason", condition=LIVE),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} is {self.mirror_id}"


class KeptOut(PracticeRow):
    """A register client without a link of which somebody said that it is not to be in the remote system."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="kept_out")
    why = models.CharField(max_length=300)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.client_id} stays out"


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
        indexes = [models.Index(fields=["remote_id"], name="tie_by_remote_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id} is {self.remote_id}"


class RelationshipTie(PracticeRow):
    """A register relationship that is a remote one of the linked client, and what both last agreed on."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="relationship_ties", db_index=False)
    relationship = models.ForeignKey(Relationship, on_delete=models.PROTECT, related_name="ties")
    remote_id = models.CharField(max_length=64, blank=True, default="")
    base = ValuesField()

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["link", "relationship"], name="one_tie_a_relationship"),
        ]

    def __str__(self) -> str:
        return f"{self.relationship_id} is {self.remote_id}"
