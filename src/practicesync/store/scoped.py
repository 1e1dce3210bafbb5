"""One practice's rows never meet another's: a manager that refuses a query without a practice."""

from collections.abc import Collection
from typing import Any, NoReturn, TypeVar, cast

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

ModelT = TypeVar("ModelT", bound=models.Model, covariant=True)


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class OneOf(models.Lookup):
    """`pk__one_of=[3, 5]`: is among these whole numbers, which go to the database as one parameter.

    The numbers of a `pk__in` Django prepares, compiles and binds one by one; a plan of a firm asks with a million.
    """

    lookup_name = "one_of"

    def get_prep_lookup(self) -> list[int]:
        """The numbers, and nothing else."""
        return sorted(map(int, self.rhs))

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Among the elements of a JSON array."""
        return self._sql(
            compiler, connection, "{} IN (SELECT value FROM json_each(%s))", msgspec.json.encode(self.rhs).decode()
        )

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Among the elements of an array."""
        return self._sql(compiler, connection, "{} = ANY(%s)", self.rhs)

    def _sql(
        self, compiler: Any, connection: BaseDatabaseWrapper, template: str, numbers: object
    ) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet
        lhs, params = self.process_lhs(compiler, connection)
        return template.format(lhs), [*params, numbers]


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
        # A set, since Django looks into each element of a list for expressions.
        found = {f"{by}__in": keys} if isinstance(keys, models.QuerySet) else {f"{by}__one_of": frozenset(keys)}
        return cast("models.QuerySet[ModelT]", rows.filter(scope=practice_id, **found))

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
