"""The append-only log: who, what, when, from, to, why, and in which run; hash-chained per practice."""

from django.db import models

from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField


class ActivityHead(PracticeRow):
    """The end of a practice's chain; locked while a line is added."""

    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice"], name="one_head")]

    def __str__(self) -> str:
        return f"line {self.seq}"


class Activity(PracticeRow):
    """One line. `digest` covers the line, its changes and the digest before it."""

    seq = models.BigIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=200)
    client = models.ForeignKey("store.Client", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    run = models.ForeignKey("store.Run", on_delete=models.PROTECT, related_name="+", null=True)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "seq"], name="one_line_a_number")]
        indexes = [models.Index(fields=["client", "-seq"], name="activity_by_client")]

    def __str__(self) -> str:
        return f"{self.seq}: {self.verb}"


class Change(PracticeRow):
    """One value that changed, on which side, from and to (by key; sealed where the catalogue says so)."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="changes")
    side = models.CharField(max_length=10)
    ref = models.CharField(max_length=400, blank=True, default="")
    field = models.CharField(max_length=60)
    before = ValuesField()
    after = ValuesField()
    why = models.CharField(max_length=40, blank=True, default="")

    def __str__(self) -> str:
        return self.field
