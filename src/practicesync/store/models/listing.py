"""The index of the register by which lists filter, sort, search and count. Derived from clients and links; never truth.

It can be made anew at any time (`operations.listing.rebuild`). Its rows are narrow, so that a list reads few pages.
"""

from django.db import models

from practicesync.store.models.register import Client
from practicesync.store.scoped import PracticeRow


class ListedClient(PracticeRow):
    """One client that is not archived, by all that a list filters and sorts by.

    `state` is that of the live link, else unlinked; `rank` its place in the order of the states. `search` is what is
    looked through where no word begins as was typed. The row's id is the client's: a search looks thousands of rows up,
    and SQLite has none quicker than by an integer of its own (SQLite documentation, "Rowid Tables").
    """

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField()
    needs_person = models.BooleanField()
    sort_name = models.CharField(max_length=300)
    changed_at = models.DateTimeField()
    search = models.TextField()

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["practice", "sort_name", "id"], name="listed_by_name"),
            models.Index(fields=["practice", "kind", "sort_name", "id"], name="listed_by_kind"),
            models.Index(fields=["practice", "rank", "sort_name", "id"], name="listed_by_state"),
            models.Index(fields=["practice", "kind", "rank", "sort_name", "id"], name="listed_by_kind_and_state"),
            models.Index(fields=["practice", "needs_person", "sort_name", "id"], name="listed_by_need"),
            models.Index(fields=["practice", "changed_at", "id"], name="listed_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.sort_name}: {self.state}"


class ListedWord(PracticeRow):
    """The beginning of a word by which a listed client is found, in UTF-8: bytes sort the same on every database."""

    word = models.BinaryField(max_length=160)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "word", "client"], name="one_listed_word")]

    def __str__(self) -> str:
        return bytes(self.word).decode()


class ListedCount(PracticeRow):
    """A change to how many listed clients are of a kind in a state; the sum of all such rows is how many there are.

    Rows are only added, so that writers never wait for each other; every so often they are folded into their sums.
    """

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    moved = models.BigIntegerField()

    class Meta(PracticeRow.Meta):
        indexes = [models.Index(fields=["practice"], name="listed_count_by_practice")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}: {self.moved:+}"
