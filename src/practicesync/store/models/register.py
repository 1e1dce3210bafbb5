"""The register: the firm's own clients and their contacts."""

from django.db import models

from practicesync.core.fields import ClientKind
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField


class Client(PracticeRow):
    """One record of the register. `values` holds every synced field; the other columns are derived from it.

    `revision` counts writes: a writer names the one it read, so that two cannot overwrite each other.
    """

    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ClientKind])
    standing = models.CharField(max_length=10, default="client")
    country = models.CharField(max_length=2)
    values = ValuesField()
    name = models.CharField(max_length=300)
    sort_name = models.CharField(max_length=300)
    code = models.CharField(max_length=100, blank=True, default="")
    search = models.TextField(default="")
    revision = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["practice", "id"], name="client_by_practice"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(PracticeRow):
    """A person to write to at a client."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    values = ValuesField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        indexes = [models.Index(fields=["client", "id"], name="contact_by_client")]

    def __str__(self) -> str:
        return str(self.values.get("name", ""))
