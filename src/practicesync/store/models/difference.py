"""The index of all on which the two sides differ. Derived from links; never truth, and without values."""

from django.db import models

from practicesync.store.models.link import Link
from practicesync.store.scoped import PracticeRow


class Difference(PracticeRow):
    """One field or presence of a live link on which the sides differ, as it stood when the link was last planned.

    `ref`, `subject`, `field` name it as a plan does (a presence has its sort as field), `state` and `facts` are what a
    policy judges (`core.verdict`), `stamp` marks the values. A row is never changed: where the values or the facts move
    there is a new one with a higher id, so that an id names what was seen.
    """

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="differences")
    ref = models.CharField(max_length=400, blank=True, default="")
    subject = models.CharField(max_length=20)
    field = models.CharField(max_length=60)
    state = models.CharField(max_length=20)
    facts = models.PositiveSmallIntegerField()
    stamp = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["practice", "subject", "field", "state", "facts"], name="difference_by_sort"),
        ]

    def __str__(self) -> str:
        return f"{self.ref}/{self.field}: {self.state}"
