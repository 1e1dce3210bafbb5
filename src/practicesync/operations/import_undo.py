"""Taking an import back: clients that it made are archived, and values that it moved come back.

It serves imports from files and from the remote alike. A row that has a client and is done carries in its `facts` what
it did: `outcome` (created or updated), and the client's revision `after` it; `before` and `values` hold what an update
moved, by key. What was tied to a created client with it, at the same moment, goes along: its link, its
relationships, its groups.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import Subject, Values
from practicesync.operations import runs
from practicesync.operations.activity import Changed, Entry, write_all
from practicesync.operations.groups import take_out
from practicesync.operations.import_runs import conclude, import_of, save_rows
from practicesync.operations.linking import unlink_many
from practicesync.operations.listing import enlist
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import archive, changes_of, keep, keep_contact, remove_contact
from practicesync.operations.relationships import remove_relationship
from practicesync.queries.import_undo import BATCH, OWN_WORDS, Fate, fates, rows_to_undo
from practicesync.store.models import Client, Contact, GroupMember, Import, ImportRow, Link, Relationship, Run

ARCHIVED, RESTORED, KEPT = "archived", "restored", "kept"
"""What became of a row: `facts["undone"]`."""


def request_undo(actor: Actor, import_id: int, *, revision: int, now: datetime) -> Run:
    """Take an import back: the run that does it, for the caller to start. One that was cancelled half-way goes on.

    Raises `Invalid` where there is nothing to take back, `Stale` where somebody else went on with this import.
    """
    actor.require(Ability.EDIT)
    actor.require(Ability.SYNC)
    with transaction.atomic():
        found: Import = Import.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=import_id)
        if found.revision != revision or found.state not in ("done", "applying", "undoing"):
            raise Stale("Somebody else went on with this import meanwhile.")
        if found.run_id is not None and runs.is_live(found.run_id):
            raise Stale("This import is being worked on just now.")
        count = rows_to_undo(found).count()
        if not count:
            raise Invalid({"": "There is nothing to take back."})
        run = runs.request_local(actor, "import_undo", now, subject=found.pk, total=count)
        found.state, found.run = "undoing", run
        found.revision += 1
        found.save()
    return run


def undo_batch(run_id: int, now: datetime) -> int:
    """Take the next rows back in one transaction; how many those were, 0 where it is over."""
    if not runs.is_live(run_id):
        return 0
    found = import_of(run_id)
    run = Run.rows.of(found.practice_id).get(pk=run_id)
    with transaction.atomic():
        lines = list(rows_to_undo(found).select_for_update(no_key=True)[:BATCH])
        if lines:
            _take_back(runs.on_behalf(run), found, lines, run_id, now)
            runs.progress(run_id, done=run.done + len(lines))
    return len(lines)


def finish(run_id: int, now: datetime) -> None:
    """The import is taken back; its line in the activity tells how far. Doing it twice is fine."""
    found = import_of(run_id)
    facts: dict[str, str | int] = {
        "file": found.name or "clients from XPM",
        "archived": int(found.counts.get(ARCHIVED, 0)),
        "restored": int(found.counts.get(RESTORED, 0)),
    }
    conclude(run_id, now, "import_undone", facts, state="undone", undone_at=now)


def _take_back(actor: Actor, found: Import, lines: Sequence[ImportRow], run_id: int, now: datetime) -> None:
    practice_id = found.practice_id
    ids = [line.client_id for line in lines if line.client_id is not None]
    clients = {
        each.pk: each for each in Client.rows.among(practice_id, ids).order_by("pk").select_for_update(no_key=True)
    }
    by_number = {fate.number: fate for fate in fates(practice_id, lines)}
    entries: list[Entry] = []
    counts = dict(found.counts)
    gone: list[int] = []
    for line in lines:
        fate = by_number.get(line.number)
        became = KEPT
        if fate is not None and fate.archives:
            became = ARCHIVED
            gone.append(fate.client_id)
        elif fate is not None and fate.does_something:
            became = RESTORED
            changes = _restore(clients[fate.client_id], fate, now)
            entries.append(_entry("client_edited", clients[fate.client_id], run_id, changes))
        if fate is not None and not fate.archives and line.facts.get("outcome") != "created":
            _leave_groups(actor, line, now)
        line.facts = {**line.facts, "undone": became, "stays": list(fate.stays) if fate else []}
        counts[became] = counts.get(became, 0) + 1
    _let_go(actor, lines, gone, now)
    for client_id in gone:
        archive(clients[client_id], now)
        entries.append(_entry("client_archived", clients[client_id], run_id, []))
    save_rows(lines, ["facts"])
    found.counts = counts
    found.save(update_fields=["counts"])
    links = Link.rows.among(practice_id, ids, by="client_id").filter(ended_at=None)
    reconcile(practice_id, list(links.values_list("pk", flat=True)), now)
    enlist(practice_id, ids)
    write_all(actor, entries, now)


def _entry(verb: str, client: Client, run_id: int, changes: Sequence[Changed]) -> Entry:
    return Entry(verb, {"client": client.name}, client_id=client.pk, run_id=run_id, changes=changes)


def _restore(client: Client, fate: Fate, now: datetime) -> list[Changed]:
    """Put back what the import moved, as it was written before: it stood there, whatever the rules say of it today."""
    changes: list[Changed] = []
    own = {key: value for key, value in fate.values.items() if key in OWN_WORDS}
    values = {key: value for key, value in fate.values.items() if key not in OWN_WORDS}
    for key, value in own.items():
        changes.append(Changed(key, {key: str(getattr(client, key))}, {key: value}, why="undone"))
        setattr(client, key, value)
    changes += changes_of(Subject.CLIENT, client.values, values, why="undone")
    for contact_id, before in fate.contacts.items():
        changes += _restore_contact(client, contact_id, before, now)
    for contact_id in fate.added:
        contact = Contact.rows.of(client.practice_id).get(pk=contact_id)
        changes += remove_contact(contact, f"contact:{contact_id}", now)
    keep(client, values, now)
    return changes


def _restore_contact(client: Client, contact_id: int, before: Values, now: datetime) -> list[Changed]:
    contact = Contact.rows.of(client.practice_id).select_for_update(no_key=True).get(pk=contact_id)
    changes = changes_of(Subject.CONTACT, contact.values, before, f"contact:{contact_id}", why="undone")
    keep_contact(contact, before, now)
    return changes


def _leave_groups(actor: Actor, line: ImportRow, now: datetime) -> None:
    """Out of the groups into which the row put its client."""
    if line.facts.get("groups") and line.client_id is not None and line.done_at is not None:
        joined = GroupMember.rows.of(actor.practice_id).filter(client_id=line.client_id, joined_at=line.done_at)
        for group_id in list(joined.values_list("group_id", flat=True)):
            take_out(actor, line.client_id, group_id, now)


def _let_go(actor: Actor, lines: Sequence[ImportRow], gone: Sequence[int], now: datetime) -> None:
    """End what was tied to the clients that go: nothing of it is newer than the import, or they would stay."""
    unlink_many(actor, gone, now)
    relationships = Relationship.rows.of(actor.practice_id).filter(removed_at=None)
    tied = relationships.filter(client_id__in=gone) | relationships.filter(party_id__in=gone)
    for each in tied:
        remove_relationship(actor, each.pk, revision=each.revision, now=now)
    for client_id, group_id in (
        GroupMember.rows.of(actor.practice_id).filter(client_id__in=gone).values_list("client_id", "group_id")
    ):
        take_out(actor, client_id, group_id, now)
