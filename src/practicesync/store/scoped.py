"""One practice's rows never meet another's: a manager that refuses a query without a practice."""

from collections.abc import Collection
from typing import Any, NoReturn, TypeVar, cast

from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


class UnscopedQuery(RuntimeError):
    """A query was begun without saying whose rows it may see."""


class ScopedManager(models.Manager[ModelT]):
    """The way to rows that belong to a practice: `Client.rows.of(practice_id)`.

    `everywhere()` is the one escape, for upkeep over all practices; each use says why.
    """

    def of(self, practice_id: int) -> models.QuerySet[ModelT]:
        """The rows of one practice."""
        return super().get_queryset().filter(practice_id=practice_id)

    def among(
        self, practice_id: int, keys: "Collection[int] | models.QuerySet[Any, Any]", *, by: str = "pk"
    ) -> models.QuerySet[ModelT]:
        """Those rows of one practice that have these primary keys, told or selected by a query; each is looked up.

        `by` names another column to look them up by, one that has an index of its own (`link_id`, say).

        SQLite without statistics takes a list of keys for dearer than an index that begins with the practice, and
        would read all of the practice's rows; a unary plus keeps it from that index (SQLite documentation, "The SQLite
        Query Optimizer Overview", 6, "Disqualifying WHERE Clause Terms Using Unary +").
        """
        scope = models.Func(models.F("practice_id"), template="+%(expressions)s", output_field=models.BigIntegerField())
        rows: Any = super().get_queryset().alias(scope=scope)
        return cast("models.QuerySet[ModelT]", rows.filter(scope=practice_id, **{f"{by}__in": keys}))

    def everywhere(self) -> models.QuerySet[ModelT]:
        """The rows of all practices."""
        return super().get_queryset()

    def all(self) -> NoReturn:
        """Refused: say whose rows."""
        raise UnscopedQuery(f"{self.model.__name__}: use rows.of(practice_id)")

    def filter(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: say whose rows."""
        raise UnscopedQuery(f"{self.model.__name__}: use rows.of(practice_id)")

    def get(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: say whose rows."""
        raise UnscopedQuery(f"{self.model.__name__}: use rows.of(practice_id)")


class PracticeRow(models.Model):
    """A row that belongs to one practice.

    The practice alone is no index: all rows of an installation may be of one practice, and SQLite without statistics
    would take such an index for a good one. Tables that are listed by practice have one that begins with it.
    """

    practice = models.ForeignKey("store.Practice", on_delete=models.PROTECT, related_name="+", db_index=False)

    rows = ScopedManager["Any"]()

    class Meta:
        abstract = True
        default_manager_name = "rows"
