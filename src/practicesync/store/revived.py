"""Stored models put together from plain rows, at a tenth of what Django takes for it: a plan of a firm reads all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.base import ModelState

ModelT = TypeVar("ModelT", bound=Model)


def columns(model: type[Model], without: Iterable[str] = ()) -> tuple[str, ...]:
    """The attributes of a model that are stored, in order, but for some."""
    left_out = frozenset(without)
    return tuple(each.attname for each in model._meta.concrete_fields if each.attname not in left_out)


def revived(
    model: type[ModelT], names: Iterable[str], values: Sequence[object], related: Mapping[str, Model] | None = None
) -> ModelT:
    """The stored object with these values of these attributes and these `related` objects.

    Any other is read when somebody asks for it.

    Skipped are the model's `__init__` and the signals of it: no model of this program has either.
    """
    made = model.__new__(model)
    state = made._state = ModelState()
    state.adding = False
    state.db = DEFAULT_DB_ALIAS
    if related:
        state.fields_cache.update(related)
    made.__dict__.update(zip(names, values, strict=True))
    return made
