"""Carrying an import out: its rows become clients, or move values of clients, as they were shown.

A batch is one transaction with its activity, and a row that is done says so in it: killed anywhere, the import goes on
with the next row, and nothing is made twice. A row whose client changed since it was shown is held, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from practicesync.core.actor import Actor
from practicesync.core.errors import Invalid
from practicesync.core.import_rows import Choice, Row, Verdict, outcome
from practicesync.core.kinds import Place
from practicesync.core.kinds.spelling import plain
from practicesync.operations import runs
from practicesync.operations.activity import Changed, Entry, write_all
from practicesync.operations.groups import put_in_group
from practicesync.operations.import_check import Settling, joins
from practicesync.operations.import_file import to_write
from practicesync.operations.import_runs import conclude, import_of, save_rows
from practicesync.operations.listing import enlist
from practicesync.operations.reconciling import reconcile_clients
from practicesync.operations.register import ContactEdit, NewClient, insert_checked, revise
from practicesync.queries.import_rows import (
    CODE,
    Held,
    code_of,
    country_of_practice,
    kept_row,
    load_codes,
    load_held,
    reading_of,
)
from practicesync.store.models import Client, Contact, Import, ImportRow, Run

BATCH: Final = 200

CREATED, UPDATED, HELD = "created", "updated", "held"
"""What became of a row: `facts["outcome"]` of one that is done."""


@dataclass
class _Work:
    """A batch under way, within its transaction."""

    actor: Actor
    found: Import
    run_id: int
    now: datetime
    settling: Settling
    entries: list[Entry] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    groups: dict[str, tuple[str, list[int]]] = field(default_factory=dict)


def apply_batch(run_id: int, now: datetime) -> int:
    """Carry out the next rows of the run's import in one transaction; how many those were, 0 where it is over."""
    if not runs.is_live(run_id):
        return 0
    found = import_of(run_id)
    run = Run.rows.of(found.practice_id).get(pk=run_id)
    with transaction.atomic():
        lines = list(to_write(found).select_for_update(no_key=True).order_by("number")[:BATCH])
        if lines:
            reading = reading_of(found, country_of_practice(found.practice_id))
            work = _Work(runs.on_behalf(run), found, run_id, now, Settling(found.practice_id, reading))
            _carry_out(work, lines)
            _count(found, lines)
            runs.progress(run_id, done=run.done + len(lines), changed=run.changed + len(work.touched))
    return len(lines)


def finish(run_id: int, now: datetime) -> None:
    """The import is done; its line in the activity tells how many clients it touched. Doing it twice is fine."""
    found = import_of(run_id)
    facts: dict[str, str | int] = {
        "file": found.name or "a file",
        "created": int(found.counts.get(CREATED, 0)),
        "updated": int(found.counts.get(UPDATED, 0)),
    }
    conclude(run_id, now, "file_imported", facts, state="done")


def _carry_out(work: _Work, lines: Sequence[ImportRow]) -> None:
    create = [line for line in lines if outcome(line.verdict, line.choice) is Choice.CREATE]
    update = [line for line in lines if outcome(line.verdict, line.choice) is Choice.UPDATE]
    _create(work, create)
    _update(work, update)
    for name, client_ids in work.groups.values():
        put_in_group(work.actor, client_ids, name, work.now)
    for line in lines:
        line.done_at, line.cells = work.now, "" if line.facts["outcome"] != HELD else line.cells
    save_rows(lines, _DONE)
    grouped = (client_id for _, client_ids in work.groups.values() for client_id in client_ids)
    reconcile_clients(work.found.practice_id, {*work.touched, *grouped}, work.now)
    enlist(work.found.practice_id, work.touched)
    write_all(work.actor, work.entries, work.now)


_DONE: Final = ["verdict", "problems", "client", "before", "values", "contact", "facts", "done_at", "cells"]


def _count(found: Import, lines: Sequence[ImportRow]) -> None:
    counts = dict(found.counts)
    for line in lines:
        key = line.facts["outcome"]
        counts[key] = counts.get(key, 0) + 1
    found.counts = counts
    found.save(update_fields=["counts"])


def _hold(line: ImportRow, sentence: str) -> None:
    """Leave a row undone: it is shown among the errors, and can be sent again."""
    line.facts = {**line.facts, "outcome": HELD}
    line.problems, line.verdict = {"": sentence}, Verdict.ERROR.value


# --- new clients


def _create(work: _Work, lines: Sequence[ImportRow]) -> None:
    practice_id = work.found.practice_id
    country = country_of_practice(practice_id)
    place = Place(country)
    taken = load_codes(practice_id, place, {line.values[CODE] for line in lines if line.values.get(CODE)})
    rows: list[tuple[ImportRow, Row]] = []
    for line in lines:
        if code_of(line.values, place) in taken:
            _hold(line, "Somebody with this client code was added meanwhile.")
        else:
            rows.append((line, kept_row(line)))
    clients = insert_checked(practice_id, country, [_new_client(row) for _, row in rows], work.now)
    for (line, row), client in zip(rows, clients, strict=True):
        line.client = client
        line.facts = {**line.facts, "outcome": CREATED, "after": client.revision}
        work.touched.append(client.pk)
        work.entries.append(Entry("client_added", {"client": client.name}, client_id=client.pk, run_id=work.run_id))
        _join(work, client.pk, row)


def _new_client(row: Row) -> NewClient:
    return NewClient(
        kind=row.likely,
        values=row.values,
        country=row.country,
        standing=row.standing or "client",
        contacts=row.contacts,
    )


def _join(work: _Work, client_id: int, row: Row) -> None:
    for name in row.groups:
        work.groups.setdefault(plain(name), (name, []))[1].append(client_id)


# --- clients that are there


def _update(work: _Work, lines: Sequence[ImportRow]) -> None:
    practice_id = work.found.practice_id
    ids = [line.twin_id for line in lines if line.twin_id is not None]
    clients = {
        each.pk: each for each in Client.rows.among(practice_id, ids).order_by("pk").select_for_update(no_key=True)
    }
    held = load_held(practice_id, ids)
    for line in lines:
        client = None if line.twin_id is None else clients.get(line.twin_id)
        if client is None or client.archived_at is not None:
            _hold(line, "This client is not in the register any more.")
        elif client.revision != line.facts.get("revision"):
            _hold(line, "Somebody changed this client since the rows were checked. Send the row again.")
        else:
            _move(work, line, client, held[client.pk])


def _move(work: _Work, line: ImportRow, client: Client, held: Held) -> None:
    row = kept_row(line)
    moves, problems = work.settling.against(row, held)
    if problems:
        _hold(line, "; ".join(problems.values()))
        return
    edits = [ContactEdit(contact_id, values) for contact_id, values in moves.contacts]
    kind = moves.kind or held.known.kind
    try:
        with transaction.atomic():
            changes = revise(
                client, kind=kind, values=moves.values, contacts=edits, standing=moves.standing or "", now=work.now
            )
    except Invalid as problem:
        _hold(line, problem.detail)
        return
    line.client = client
    line.before, line.values, line.contact = _before(changes), _after(changes), {}
    line.facts = {
        **line.facts,
        "outcome": UPDATED,
        "after": client.revision,
        "contacts": _added(client, held) if edits else [],
    }
    if changes:
        work.touched.append(client.pk)
        told = {"client": client.name}
        work.entries.append(Entry("client_edited", told, client_id=client.pk, run_id=work.run_id, changes=changes))
    if joins(row, held):
        _join(work, client.pk, row)


def _before(changes: Sequence[Changed]) -> dict[str, str]:
    """What was there, by key; a contact's key begins with `contact:<id>.`; a contact that was added is left out."""
    return {
        f"{_start(each)}{key}": value for each in changes if not _is_new(each) for key, value in each.before.items()
    }


def _after(changes: Sequence[Changed]) -> dict[str, str]:
    """What was written, by the same keys."""
    return {f"{_start(each)}{key}": value for each in changes if not _is_new(each) for key, value in each.after.items()}


def _start(change: Changed) -> str:
    return f"{change.ref}." if change.ref else ""


def _is_new(change: Changed) -> bool:
    return change.ref.startswith("contact:new")


def _added(client: Client, held: Held) -> list[int]:
    contacts = Contact.rows.of(client.practice_id).filter(client=client, removed_at=None)
    return list(contacts.exclude(pk__in=list(held.known.contacts)).values_list("pk", flat=True))
