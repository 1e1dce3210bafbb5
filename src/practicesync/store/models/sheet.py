"""Sheets: plans as they were shown to somebody, to be applied as they are or not at all."""

from django.db import models

from practicesync.store.models.connection import Connection
from practicesync.store.models.link import Link
from practicesync.store.models.push import Push
from practicesync.store.models.register import Client
from practicesync.store.models.run import Run
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField


class Sheet(PracticeRow):
    """Lines that are applied together. `kind` says whence they come, `state` how far they are.

    `kind` is chosen (by a person, out of the firm's plan), automatic, undo or create. `state` is draft (shown, nothing
    done), braked (drawn up by a run that would have done too much), applying, done, left (nobody wants it) or
    superseded (a later run drew up another). `run` is the one that drew it up, `applied_by` the one that applies it,
    `undoes` the one that it takes back. `policy_version` is that under which it was drawn up.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default="draft")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    policy_version = models.PositiveIntegerField(default=0)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="drew", null=True, db_index=False)
    applied_by = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="applies", null=True, db_index=False)
    undoes = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="undone_by", null=True, db_index=False)
    notes = models.JSONField(default=dict)

    class Meta(PracticeRow.Meta):
        indexes = [models.Index(fields=["practice", "-made_at"], name="sheet_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} sheet, {self.state}"


class SheetLine(PracticeRow):
    """One move of a sheet, as shown: what the side that it writes holds `before` and is to hold `after`.

    `move` is pull or push, `act` update, add, remove, archive or create. `ref`, `subject`, `field` name it as a plan
    does; `stamp` marks the values that were shown (that of a `Difference`). `rank` sorts by risk. `outcome` is empty
    until something became of it, then a `core.push.Outcome`; `detail` says why in words.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="lines", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    ref = models.CharField(max_length=400, blank=True, default="")
    subject = models.CharField(max_length=20)
    field = models.CharField(max_length=60)
    label = models.CharField(max_length=300, blank=True, default="")
    move = models.CharField(max_length=10)
    act = models.CharField(max_length=10, default="update")
    before = ValuesField()
    after = ValuesField()
    stamp = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=20, blank=True, default="")
    why = models.CharField(max_length=40, blank=True, default="")
    rank = models.PositiveSmallIntegerField(default=0)
    sort_name = models.CharField(max_length=300, blank=True, default="")
    push = models.ForeignKey(Push, on_delete=models.PROTECT, related_name="lines", null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["sheet", "rank", "sort_name", "id"], name="line_by_risk"),
            models.Index(fields=["sheet", "outcome"], name="line_by_outcome"),
            models.Index(fields=["sheet", "client"], name="line_by_client"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.ref}/{self.field}"
