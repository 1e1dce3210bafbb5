"""Practices: the firms whose registers these are."""

from django.db import models

from practicesync.store.scoped import PracticeRow


class Practice(models.Model):
    """A firm. `country` (ISO 3166 alpha-2) decides how its phones, addresses and numbers are read."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="AU")
    time_zone = models.CharField(max_length=64, default="Australia/Sydney")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class AddOn(PracticeRow):
    """An add-on that an admin switched on for the practice. Nothing of a connector is offered without its row."""

    connector = models.CharField(max_length=20)
    enabled_at = models.DateTimeField()
    enabled_by = models.CharField(max_length=200)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "connector"], name="one_add_on_row")]

    def __str__(self) -> str:
        return self.connector
