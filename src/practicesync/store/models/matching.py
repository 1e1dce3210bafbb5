"""Matching: suggested links and twins with their evidence, what people said of them, and merges."""

from django.db import models

from practicesync.store.models.connection import Connection
from practicesync.store.models.mirror import Mirror
from practicesync.store.models.register import Client
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField


class Candidate(PracticeRow):
    """A suggestion: this client may be that remote record. Derived; made anew by matching.

    `rank` is 1 for the one that is proposed, `pile` where it is put (safe, look), `reasons` and `against` are lists of
    `{"code", "text"}`. `settled` says that either side is linked, the pair was rejected or the client is archived:
    an index by which piles are counted and paged, brought up by `operations.suggesting` with every such write.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="candidates", db_index=False)
    mirror = models.ForeignKey(Mirror, on_delete=models.PROTECT, related_name="candidates", db_index=False)
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    pile = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    sort_name = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    settled = models.BooleanField(default=False)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "client", "mirror"], name="one_candidate")]
        indexes = [
            models.Index(
                fields=["practice", "connection", "settled", "rank", "pile", "sort_name", "id"],
                name="candidate_by_pile",
            ),
            models.Index(fields=["mirror", "rank", "settled"], name="candidate_by_mirror"),
            models.Index(fields=["client", "rank", "settled"], name="candidate_by_client"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} may be {self.mirror_id}"


class Rejection(PracticeRow):
    """A person said that this client is not that remote record. It is never suggested again."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    mirror = models.ForeignKey(Mirror, on_delete=models.PROTECT, related_name="+", db_index=False)
    rejected_by = models.CharField(max_length=200)
    rejected_at = models.DateTimeField()

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "client", "mirror"], name="one_rejection")]
        indexes = [models.Index(fields=["client"], name="rejection_by_client")]

    def __str__(self) -> str:
        return f"{self.client_id} is not {self.mirror_id}"


class Twin(PracticeRow):
    """Two records of one side that may be the same. `first` and `second` are ids of clients, or of mirrors.

    `side` is register or remote; `state` is open, apart (a person said that they are two) or merged.
    """

    side = models.CharField(max_length=10)
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    score = models.FloatField()
    pile = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True, default="")

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "side", "first", "second"], name="one_twin"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="twins_in_order"),
        ]
        indexes = [models.Index(fields=["practice", "side", "state", "-score"], name="twin_by_score")]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"


class Merge(PracticeRow):
    """A client into which another went, and what undoing it takes: both as they were, and what was moved.

    `base_before` is that of the one live link, `moved` the ids of what went from one to the other.
    """

    kept = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="merges", db_index=False)
    gone = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    kept_before = ValuesField()
    gone_before = ValuesField()
    base_before = ValuesField()
    moved = models.JSONField(default=dict)
    merged_by = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["kept"], name="merge_by_kept"),
            models.Index(fields=["gone"], name="merge_by_gone"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} into {self.kept_id}"
