"""One practice's rows never meet another's: a manager that refuses a query without a practice."""

from typing import Any, NoReturn, TypeVar

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
    """A row that belongs to one practice."""

    practice = models.ForeignKey("store.Practice", on_delete=models.PROTECT, related_name="+")

    rows = ScopedManager["Any"]()

    class Meta:
        abstract = True
        default_manager_name = "rows"
