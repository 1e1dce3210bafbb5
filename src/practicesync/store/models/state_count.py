"""How many clients were in which state at the end of each day, for the trend."""

from django.db import models

from practicesync.store.scoped import PracticeRow


class StateCount(PracticeRow):
    """One day of a practice, by its own calendar: `counts` maps a state (`core.link_state`) to how many clients."""

    day = models.DateField()
    counts = models.JSONField(default=dict)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "day"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day}"
