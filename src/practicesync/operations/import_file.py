"""Imports from a file up to the moment when something is written: the rows kept, their columns told, choices made.

The file is not kept: its rows are, sealed, and each is forgotten as it is done.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.import_columns import check_columns, guess, header_digest
from practicesync.core.import_rows import CHOICES, Choice, Verdict
from practicesync.core.sheets import Sheet
from practicesync.operations import runs
from practicesync.queries.import_rows import seal_cells
from practicesync.store.models import Import, ImportRow, Practice, RememberedColumns, Run

BATCH: Final = 1000
KEPT: Final = timedelta(days=30)
"""How long the rows of an import that nobody carried out are kept."""

TOLD_PROBLEMS: Final = 50


def draft(actor: Actor, name: str, sheet: Sheet, now: datetime) -> Import:
    """Keep the rows of a file; nothing of the register changes. Raises `Invalid` for a file without rows."""
    actor.require(Ability.EDIT)
    table = sheet.table
    if not table.rows:
        raise Invalid({"": "The file has a header and no rows."})
    with transaction.atomic():
        found = Import(
            practice_id=actor.practice_id,
            source="file",
            name=name[:200],
            header=list(table.header),
            columns=_as_stored(_remembered(actor.practice_id, table.header) or guess(table.header, CATALOGUE)),
            options={
                "form": sheet.form,
                "sheet": sheet.name,
                "rows": len(table.rows),
                "left_out": [[each.line, each.text] for each in table.problems[:TOLD_PROBLEMS]],
                "remembered": _remembered(actor.practice_id, table.header) is not None,
            },
            made_by=actor.name,
            made_at=now,
        )
        found.save(force_insert=True)
        rows = (
            ImportRow(
                practice_id=actor.practice_id,
                batch=found,
                number=line,
                verdict="",
                cells=seal_cells(found.pk, cells),
            )
            for line, cells in zip(table.lines, table.rows, strict=True)
        )
        ImportRow.rows.bulk_create(rows, batch_size=BATCH)
    return found


def _remembered(practice_id: int, header: Collection[str]) -> dict[int, str] | None:
    known = RememberedColumns.rows.of(practice_id).filter(header_digest=header_digest(list(header))).first()
    return None if known is None else {int(at): key for at, key in known.columns.items()}


def _as_stored(columns: Mapping[int, str]) -> dict[str, str]:
    return {str(at): key for at, key in sorted(columns.items())}


def set_columns(
    actor: Actor,
    import_id: int,
    *,
    revision: int,
    columns: Mapping[int, str],
    clears: Collection[str],
    kind: ClientKind,
    now: datetime,
) -> Run:
    """Say what the columns mean, and have every row checked: the run that does it, for the caller to start.

    A blank cell of a column whose key is in `clears` empties the field; of any other it says nothing. `kind` is that of
    clients whose row tells none. Raises `Invalid` by column, `Stale` where somebody else went on with this import.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        found = _locked(actor, import_id, revision, ("draft",))
        check_columns(columns, found.header, CATALOGUE)
        found.columns = _as_stored(columns)
        found.options = {**found.options, "clears": sorted(set(clears) & set(columns.values())), "kind": kind.value}
        found.counts = {}
        found.revision += 1
        _remember(actor.practice_id, found, now)
        ImportRow.rows.of(actor.practice_id).filter(batch=found).update(
            verdict="", choice="", problems={}, evidence=[], twin=None, kind="", values={}, contact={}, facts={}
        )
        return _begin(actor, found, "import_check", found.options["rows"], now)


def check_again(actor: Actor, import_id: int, *, revision: int, now: datetime) -> Run:
    """Have every row checked against the register as it is now."""
    actor.require(Ability.EDIT)
    found = Import.rows.of(actor.practice_id).get(pk=import_id, source="file")
    return set_columns(
        actor,
        import_id,
        revision=revision,
        columns={int(at): key for at, key in found.columns.items()},
        clears=found.options.get("clears", ()),
        kind=ClientKind(found.options.get("kind", ClientKind.COMPANY.value)),
        now=now,
    )


def _remember(practice_id: int, found: Import, now: datetime) -> None:
    digest = header_digest(found.header)
    RememberedColumns.rows.of(practice_id).update_or_create(
        practice_id=practice_id, header_digest=digest, defaults={"columns": found.columns, "used_at": now}
    )


def choose(actor: Actor, import_id: int, *, revision: int, choices: Mapping[int, str]) -> None:
    """What becomes of some rows, by their number; "" takes a choice back. Raises `Invalid` where a verdict bars it."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        found = _locked(actor, import_id, revision, ("draft",))
        rows = list(_rows(found).filter(number__in=list(choices)))
        for row in rows:
            row.choice = _allowed(row.verdict, choices[row.number])
            if row.choice == Choice.UPDATE and row.twin_id is None:
                raise Invalid({"": "Its twin is another row of the file: leave it, or make it a client of its own."})
        ImportRow.rows.bulk_update(rows, ["choice"], batch_size=BATCH)


def choose_all(actor: Actor, import_id: int, *, revision: int, verdict: Verdict, choice: str) -> int:
    """What becomes of every row of a verdict, whatever was chosen before; how many those are.

    A twin of another row of the file has no client that it could update, and stays as it was.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        found = _locked(actor, import_id, revision, ("draft",))
        rows = _rows(found).filter(verdict=verdict.value)
        if choice == Choice.UPDATE:
            rows = rows.exclude(twin=None)
        return rows.update(choice=_allowed(verdict.value, choice))


def _allowed(verdict: str, choice: str) -> str:
    if choice and (verdict not in set(Verdict) or choice not in CHOICES[Verdict(verdict)]):
        raise Invalid({"": "That cannot become of such a row."})
    return choice


def confirm(actor: Actor, import_id: int, *, revision: int, now: datetime) -> Run:
    """Carry the import out as shown: the run that does it, for the caller to start.

    One that was cancelled half-way goes on. Raises `Invalid` where rows are not checked yet, nothing would be written,
    or another import went on since the rows were checked; `Stale` where somebody else went on with this one.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        # Two that are confirmed at one moment would not see each other's clients.
        Practice.objects.select_for_update(no_key=True).get(pk=actor.practice_id)
        found = _locked(actor, import_id, revision, ("draft", "applying"))
        _refuse_beside_others(found)
        if _rows(found).filter(verdict="").exists():
            raise Invalid({"": "The rows are not all checked yet."})
        for verdict, choice in ((Verdict.NEW, Choice.CREATE), (Verdict.UPDATE, Choice.UPDATE)):
            _rows(found).filter(verdict=verdict.value, choice="").update(choice=choice.value)
        count = to_write(found).count()
        if not count:
            raise Invalid({"": "Nothing would be written: every row is left out."})
        if found.state == "draft":
            found.revision += 1
        found.state, found.applied_at = "applying", now
        return _begin(actor, found, "import_file", count, now)


def _refuse_beside_others(found: Import) -> None:
    """Raise `Invalid` where another import has made or makes clients that the check of this one could not see."""
    others = Import.rows.of(found.practice_id).exclude(pk=found.pk)
    busy = others.filter(state="applying", run__state__in=runs.LIVE).first()
    if busy is not None:
        raise Invalid({"": f"{busy.name or 'Another import'} is being imported just now. Check again when it is done."})
    later = others.filter(run_id__gt=found.run_id or 0).exclude(state__in=("draft", "discarded"))
    if found.state == "draft" and later.exists():
        raise Invalid({"": "Another import was carried out since these rows were checked. Check them again."})


def to_write(found: Import) -> QuerySet[ImportRow]:
    """The rows of a confirmed import that are to be created or to update somebody, and are not done yet."""
    return _rows(found).filter(done_at=None, choice__in=(Choice.CREATE.value, Choice.UPDATE.value))


def discard(actor: Actor, import_id: int, *, revision: int, now: datetime) -> None:
    """Forget the rows of an import that nobody wants."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        found = _locked(actor, import_id, revision, ("draft",))
        _forget(found)


def forget_old(now: datetime) -> int:
    """Forget the rows of imports that nobody carried out for a month; how many. Over all practices: upkeep."""
    old = list(Import.rows.everywhere().filter(state="draft", source="file", made_at__lt=now - KEPT))
    for found in old:
        with transaction.atomic():
            _forget(found)
    return len(old)


def _forget(found: Import) -> None:
    _rows(found).delete()
    found.state, found.columns, found.counts = "discarded", {}, {}
    found.revision += 1
    found.save()


def _locked(actor: Actor, import_id: int, revision: int, states: Collection[str]) -> Import:
    found: Import = Import.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=import_id, source="file")
    if found.revision != revision or found.state not in states:
        raise Stale("Somebody else went on with this import meanwhile.")
    if found.run_id is not None and runs.is_live(found.run_id):
        raise Stale("This import is being worked on just now.")
    return found


def _begin(actor: Actor, found: Import, kind: str, total: int, now: datetime) -> Run:
    run = runs.request_local(actor, kind, now, subject=found.pk, total=total)
    found.run = run
    found.save()
    return run


def _rows(found: Import) -> QuerySet[ImportRow]:
    return ImportRow.rows.of(found.practice_id).filter(batch=found)
