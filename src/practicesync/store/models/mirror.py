"""Our copy of remote records as last read."""

from django.db import models

from practicesync.store.models.connection import Connection
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import StoredJSON, ValuesField


class Mirror(PracticeRow):
    """A remote client as last read.

    `contacts` is a list of `{"id", "values"}`, `relationships` one of `{"id", "label", "other_id", "other_name",
    "values"}`, `groups` one of `{"id", "name"}`; null where they were never told.

    `digest` is that of the raw record. `gone_at` is set only by a complete sweep that did not find it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="mirrors", db_index=False)
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    sort_name = models.CharField(max_length=300)
    search = models.TextField(default="")
    values = ValuesField()
    contacts = StoredJSON(null=True)
    relationships = StoredJSON(null=True)
    groups = StoredJSON(null=True)
    digest = models.BinaryField(max_length=16)
    archived = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    read_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    sweep = models.BigIntegerField(default=0)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id"], name="one_mirror")]
        indexes = [
            models.Index(fields=["connection", "digest"], name="mirror_by_digest"),
            models.Index(fields=["connection", "sort_name", "id"], name="mirror_by_name"),
            models.Index(
                fields=["practice", "connection", "sort_name", "id"],
                condition=models.Q(gone_at=None, deleted=False, archived=False),
                name="mirror_there",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffMirror(PracticeRow):
    """Somebody on the remote staff list, as last read."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="staff", db_index=False)
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=300, blank=True, default="")

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "remote_id"], name="one_staff_mirror")]

    def __str__(self) -> str:
        return self.name


class SetAsideRecord(PracticeRow):
    """A remote record that a reading met and could not take in; gone with the next reading that can.

    `remote_id` is empty where not even that could be read; `mark` then tells such records apart by their bytes.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="records_set_aside", db_index=False
    )
    mark = models.CharField(max_length=80)
    remote_id = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=300)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "mark"], name="one_record_set_aside")]

    def __str__(self) -> str:
        return self.mark
