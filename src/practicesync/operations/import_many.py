"""Importing many clients of the remote: a draft that a person completes, then each row in a transaction of its own.

A row that is done says so, so that a flow that was killed goes on with the next. Every row of one import is written as
of one moment, that of its start, by which taking it back knows what came later (`import_undo`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid, Stale, Taken
from practicesync.core.fields import ClientKind, Values
from practicesync.core.wizard import kind_of, lacking, mandatory
from practicesync.operations import runs
from practicesync.operations.import_runs import conclude, import_of
from practicesync.operations.importing import PartyChoice, bring
from practicesync.operations.linking import link
from practicesync.queries.import_form import index_near, like_known
from practicesync.queries.linked import links_to
from practicesync.queries.lookalikes import LookalikeIndex, lookalike_index
from practicesync.queries.remote import load_remote
from practicesync.queries.remote_parties import relationships_of
from practicesync.store.models import Import, ImportRow, Link, Mirror, Run

SOURCE = "remote"
MOST = 1000
"""So many clients are imported at once."""

FEW = 40
"""Up to so many, what is near them is looked up; for more the whole register is read once."""

LEAVE, LINK, NEW = "leave", "link", "new"

BATCH = 10
"""So many rows a step."""


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What a person makes of one row: a kind, the details, and for one that looks like a client what becomes of it."""

    kind: ClientKind
    details: Values = field(default_factory=dict)
    choice: str = ""


def draft(actor: Actor, mirror_ids: Sequence[int], now: datetime) -> Import:
    """Begin an import of these remote clients; nothing is imported yet. Those that are gone or linked are left out.

    Raises `Invalid` where none is left, or where there are too many.
    """
    _require(actor)
    remote = load_remote(actor.practice_id)
    taken = Link.rows.of(actor.practice_id).filter(ended_at=None).values("mirror_id")
    rows = Mirror.rows.among(actor.practice_id, set(mirror_ids)).filter(
        connection_id=remote.connection_id, gone_at=None, deleted=False
    )
    mirrors = list(rows.exclude(pk__in=taken).order_by("sort_name", "pk")[: MOST + 1])
    if not mirrors:
        raise Invalid({"": "Choose at least one client that is not in the register yet."})
    if len(mirrors) > MOST:
        raise Invalid({"": f"At most {MOST:,} clients can be imported at once."})
    index = index_near(actor.practice_id, mirrors) if len(mirrors) <= FEW else lookalike_index(actor.practice_id)
    with transaction.atomic():
        made = Import(
            practice_id=actor.practice_id,
            source=SOURCE,
            connection_id=remote.connection_id,
            made_by=actor.name,
            made_at=now,
        )
        made.save(force_insert=True)
        lines = [_line(made, number, mirror, index) for number, mirror in enumerate(mirrors, start=1)]
        ImportRow.rows.bulk_create(lines, batch_size=200)
    return made


def _line(made: Import, number: int, mirror: Mirror, index: LookalikeIndex) -> ImportRow:
    kind = kind_of(mirror.values)
    known = like_known(index, kind, mirror, limit=1)
    return ImportRow(
        practice_id=made.practice_id,
        batch=made,
        number=number,
        remote_id=mirror.remote_id,
        kind=kind.value,
        verdict="twin" if known else "new",
        twin_id=known[0].client_id if known else None,
        evidence=[{"reasons": list(each.reasons), "against": list(each.against)} for each in known],
    )


def edit(
    actor: Actor,
    import_id: int,
    *,
    revision: int,
    rows: Mapping[int, RowEdit],
    for_all: Values | None = None,
) -> Import:
    """Keep what a person made of some rows, by number, and then what they chose for all.

    `for_all` fills a detail of every row that needs it and has none. Raises `Stale` where somebody else saved since
    `revision`.
    """
    _require(actor)
    with transaction.atomic():
        found = _locked(actor, import_id, revision)
        lines = list(_rows(found).filter(done_at=None).select_for_update(no_key=True))
        for line in lines:
            edited = rows.get(line.number)
            if edited is not None:
                _put(line, edited)
            for name, value in (for_all or {}).items():
                if value and name in mandatory(ClientKind(line.kind)) and not line.values.get(name):
                    line.values = {**line.values, name: value}
        ImportRow.rows.bulk_update(lines, ["kind", "values", "choice"], batch_size=200)
        found.revision += 1
        found.save(update_fields=["revision"])
    return found


def _put(line: ImportRow, edited: RowEdit) -> None:
    needed = mandatory(edited.kind)
    line.kind = edited.kind.value
    line.values = {name: value for name, value in edited.details.items() if name in needed and value}
    allowed = {"", LEAVE, LINK, NEW} if line.verdict == "twin" else {"", LEAVE}
    line.choice = edited.choice if edited.choice in allowed else ""


def confirm(actor: Actor, import_id: int, *, revision: int, now: datetime) -> Run:
    """Carry the import out: the run that does it, for the caller to start. One that was cancelled half-way goes on.

    Raises `Invalid` by row number where something is still needed, `Stale` where somebody else went on with it.
    """
    _require(actor)
    with transaction.atomic():
        found = _locked(actor, import_id, revision)
        lines = list(_rows(found).filter(done_at=None).order_by("number"))
        problems = {str(line.number): told for line in lines if (told := _problem(line))}
        if problems:
            raise Invalid(problems)
        if all(line.choice == LEAVE for line in lines):
            raise Invalid({"": "Every client is left out, so there is nothing to import."})
        run = runs.request_local(actor, "import", now, subject=found.pk, total=len(lines))
        found.state, found.run, found.applied_at = "applying", run, found.applied_at or now
        found.revision += 1
        found.save()
    return run


def _problem(line: ImportRow) -> str:
    """What is still needed of one row, as a sentence."""
    if line.choice in (LEAVE, LINK):
        return ""
    if line.verdict == "twin" and line.choice != NEW:
        return "Choose what becomes of it: it looks like a client of the register."
    return " ".join(lacking(ClientKind(line.kind), line.values).values())


def discard(actor: Actor, import_id: int, *, revision: int) -> None:
    """Drop a draft; nothing was imported by it."""
    _require(actor)
    with transaction.atomic():
        found = _locked(actor, import_id, revision)
        if found.state != "draft":
            raise Stale("This import was begun already.")
        found.delete()


def import_next(run_id: int, now: datetime) -> int:
    """Bring the next rows in; how many those were, 0 where it is over or was cancelled. Twice is fine."""
    run = Run.rows.everywhere().get(pk=run_id)
    found = Import.rows.of(run.practice_id).get(pk=run.subject or 0)
    # Those that are only linked come first, so that whoever is tied to them finds them in the register.
    linked_first = Case(When(choice=LINK, then=Value(0)), default=Value(1), output_field=IntegerField())
    open_rows = _rows(found).filter(done_at=None).order_by(linked_first, "number")
    keys = list(open_rows.values_list("pk", flat=True)[:BATCH])
    for key in keys:
        if not runs.is_live(run_id):
            return 0
        _carry_out(runs.on_behalf(run), found, key, run_id, found.applied_at or now)
    done = _rows(found).exclude(done_at=None)
    runs.progress(run_id, done=done.count(), changed=done.filter(facts__outcome="created").count())
    return len(keys)


def _carry_out(actor: Actor, found: Import, key: int, run_id: int, moment: datetime) -> None:
    """One row in one transaction, with what became of it."""
    with transaction.atomic():
        line = _rows(found).select_for_update(no_key=True).get(pk=key)
        if line.done_at is not None:
            return
        try:
            with transaction.atomic():
                _bring(actor, found, line, run_id, moment)
        except Taken as first:
            line.facts = {"outcome": "taken", "client": first.client_id}
        except (Invalid, Stale) as problem:
            line.facts = {"outcome": "refused"}
            line.problems = {"": str(problem) or problem.detail}
        line.done_at = moment
        line.save(update_fields=["facts", "problems", "client", "done_at"])


def _bring(actor: Actor, found: Import, line: ImportRow, run_id: int, moment: datetime) -> None:
    mirror = Mirror.rows.of(found.practice_id).get(connection_id=found.connection_id or 0, remote_id=line.remote_id)
    if line.choice == LEAVE:
        line.facts = {"outcome": "left"}
        return
    if line.choice == LINK and line.twin_id is not None:
        link(actor, line.twin_id, mirror.pk, moment)
        line.facts = {"outcome": "linked", "client": line.twin_id}
        return
    beside = linked_beside(mirror)
    brought = bring(actor, mirror.pk, ClientKind(line.kind), line.values, moment, parties=beside, run_id=run_id)
    line.client = brought.client
    line.facts = {
        "outcome": "created",
        "after": brought.client.revision,
        "relationships": len(brought.relationships),
        "left_out": list(brought.left_out),
    }


def linked_beside(mirror: Mirror) -> list[PartyChoice]:
    """Those tied to a remote client whom the register has: they keep their place, and the ties come along."""
    told = {each.other_id for each in relationships_of(mirror.relationships)}
    links = links_to(mirror.practice_id, mirror.connection_id, told)
    return [
        PartyChoice(each.mirror_id, ClientKind(each.client.kind), each.client_id)
        for each in links.select_related("client").order_by("pk")
    ]


def finish(run_id: int, now: datetime) -> None:
    """The import is done; its line in the activity tells how many came. Doing it twice is fine."""
    outcomes = Counter(_rows(import_of(run_id)).values_list("facts__outcome", flat=True))
    counts = {each: outcomes[each] for each in sorted(set(outcomes) - {None})}
    conclude(run_id, now, "remote_imported", {"count": outcomes["created"]}, state="done", counts=counts)


def _require(actor: Actor) -> None:
    actor.require(Ability.EDIT)
    actor.require(Ability.SYNC)


def _locked(actor: Actor, import_id: int, revision: int) -> Import:
    """The import, if it is still as the person saw it and nothing works on it."""
    found: Import = Import.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=import_id, source=SOURCE)
    going = found.state in ("draft", "applying")
    if found.revision != revision or not going or (found.run_id is not None and runs.is_live(found.run_id)):
        raise Stale("Somebody else went on with this import meanwhile.")
    return found


def _rows(found: Import) -> QuerySet[ImportRow]:
    return ImportRow.rows.of(found.practice_id).filter(batch=found)
