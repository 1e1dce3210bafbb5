"""What a practice lets happen by itself, one row a change of it."""

from django.db import models

from practicesync.store.scoped import PracticeRow


class SyncPolicy(PracticeRow):
    """A practice's policy for one connector (`core.policy.Policy`). Rows are only added; the highest `version` holds.

    `rules` maps a field (`client.email`) to what its own rule says of `truth`, `inward` and `outward`.
    """

    connector = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    on = models.BooleanField(default=False)
    direction = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    register_primary = models.BooleanField(default=False)
    rules = models.JSONField(default=dict)
    brake_changed = models.PositiveIntegerField()
    brake_lost = models.PositiveIntegerField()
    brake_percent = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "connector", "version"], name="one_policy_a_version"),
        ]

    def __str__(self) -> str:
        return f"policy {self.version} for {self.connector}"
