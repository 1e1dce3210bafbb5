"""An import as its runs work on it: found by the run, its rows written many at a time, and concluded once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from practicesync.core.errors import Stop
from practicesync.operations import runs
from practicesync.store.models import Import, ImportRow, Run


def import_of(run_id: int) -> Import:
    """The import that a run is about. Over all practices: a flow knows it by its run."""
    run: Run = Run.rows.everywhere().get(pk=run_id)
    if run.subject is None:
        raise Stop("The run is about no import.")
    found: Import = Import.rows.of(run.practice_id).get(pk=run.subject)
    return found


def save_rows(rows: Sequence[ImportRow], fields: Sequence[str]) -> None:
    """Write these fields of rows that are stored. As inserts that meet a conflict: the ORM's own bulk update asks each
    row of each field in turn, at several times the cost."""
    with transaction.atomic():
        ImportRow.rows.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=100
        )


def conclude(run_id: int, now: datetime, verb: str, facts: Mapping[str, str | int], **fields: Any) -> None:
    """The run is done, and its import is as `fields` tell from now on; `verb` is its line in the activity.

    Doing it twice is fine. Raises `Stop` where the run is about no import.
    """
    found = import_of(run_id)
    with transaction.atomic():
        found = Import.rows.of(found.practice_id).select_for_update(no_key=True).get(pk=found.pk)
        if not runs.is_live(run_id):
            return
        for name, value in fields.items():
            setattr(found, name, value)
        found.revision += 1
        found.save(update_fields=[*fields, "revision"])
        runs.finish(run_id, now, verb, facts)
