"""Runs: executions of flows, as people follow them; and the worker's sign of life."""

from django.db import models

from practicesync.store.models.connection import Connection
from practicesync.store.scoped import PracticeRow


class Run(PracticeRow):
    """One execution of a flow.

    `kind` is refresh, sweep or sync; `state` is queued, running, paused (until `resume_at`), done, failed or cancelled.
    `key` names the durable workflow. `done` and `total` count records, `calls` what was spent of the API budget.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="runs", null=True, db_index=False)
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default="queued")
    subject = models.BigIntegerField(null=True, blank=True)
    asked_by = models.CharField(max_length=200)
    asked_by_id = models.CharField(max_length=40, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    resume_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    changed = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")
    notes = models.JSONField(default=dict)

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["practice", "-asked_at"], name="run_by_time"),
            models.Index(fields=["practice", "subject", "-asked_at"], name="run_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind"],
                condition=models.Q(kind__in=["refresh", "sweep"], state__in=["queued", "running", "paused"]),
                name="one_refresh_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Heartbeat(models.Model):
    """A worker's sign of life; about machines, not about a practice."""

    worker = models.CharField(max_length=60, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
