"""Imports of many clients: what is brought, row by row, what each row becomes, and how it is taken back."""

from django.db import models

from practicesync.store.models.connection import Connection
from practicesync.store.models.register import Client
from practicesync.store.models.run import Run
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField


class Import(PracticeRow):
    """One import of many clients, from a file or from the remote (`source`).

    `state` is draft (shown, nothing written), applying, done, undoing, undone or discarded. `columns` is column to key,
    `options` what the person chose for the whole, `counts` how many rows have each verdict.
    """

    source = models.CharField(max_length=10)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    name = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, default="draft")
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        indexes = [models.Index(fields=["practice", "-made_at"], name="import_by_time")]

    def __str__(self) -> str:
        return f"{self.source} {self.name}: {self.state}"


class ImportRow(PracticeRow):
    """One row of an import.

    `values` is what it brings by key, `verdict` what it was found to be (new, update, twin, error, unchanged, leave),
    `choice` what a person made of it ("" where they left it), `problems` sentences by column, `twin` the client that it
    seems to be or updates, `client` what it became, `before` what that client held, for taking it back. `cells` are the
    sealed cells of a file's row as they were read, kept until the row is done.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    remote_id = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=20, blank=True, default="")
    cells = models.TextField(blank=True, default="")
    values = ValuesField()
    contact = ValuesField()
    verdict = models.CharField(max_length=10)
    choice = models.CharField(max_length=10, blank=True, default="")
    problems = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    twin = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    before = ValuesField()
    facts = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row")]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="import_row_by_verdict")]

    def __str__(self) -> str:
        return f"row {self.number}: {self.verdict}"


class RememberedColumns(PracticeRow):
    """What the columns of a file last meant, by its header, so that the next such file needs no hand."""

    header_digest = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "header_digest"], name="one_meaning_a_header")]

    def __str__(self) -> str:
        return self.header_digest
