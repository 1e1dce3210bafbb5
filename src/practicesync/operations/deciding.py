"""A person's choices on the sync screen: pulls are applied at once, pushes are queued, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.decision import Decision
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import Subject
from practicesync.core.plan import ContactPlan
from practicesync.core.push import Act, Outcome
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.listing import enlist
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import keep, keep_contact
from practicesync.queries.plans import LinkedPlan, load_plan
from practicesync.store.models import Client, Contact, ContactTie, Link, Push, Run

PUSH, PULL = "push", "pull"


@dataclass
class Chosen:
    """A person's choices, sorted."""

    pulls: list[Decision] = field(default_factory=list)
    pushes: dict[str, list[Decision]] = field(default_factory=dict)
    contacts_here: list[ContactPlan] = field(default_factory=list)
    contacts_there: list[ContactPlan] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.pulls or self.pushes or self.contacts_here or self.contacts_there)


def decide(actor: Actor, client_id: int, *, choices: Mapping[str, str], seen: str, now: datetime) -> Run:
    """Carry out what a person chose for one client: `choices` maps a row's key, or a contact's ref, to push or pull.

    `seen` is the digest that the screen was made of. Raises `Stale` where it is no longer so (nothing is written), and
    `Invalid` where a choice is impossible. The run returned is done already where nothing has to be pushed.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        loaded = load_plan(actor.practice_id, client_id)
        if loaded is None:
            raise Stale("This client is no longer linked.")
        if loaded.plan.seen != seen:
            raise Stale("This client changed while you looked.")
        chosen = _sort(loaded, choices)
        run = _open_run(actor, loaded, chosen, now)
        _apply_pulls(actor, client, loaded, chosen, run, now)
        _queue_pushes(loaded, chosen, run, now)
        Link.rows.of(actor.practice_id).filter(pk=loaded.link.pk).update(failing="")
        reconcile(actor.practice_id, [loaded.link.pk], now)
        enlist(actor.practice_id, [client_id])
    return run


def _sort(loaded: LinkedPlan, choices: Mapping[str, str]) -> Chosen:
    """The choices as moves. Raises `Invalid` by row for what cannot be done."""
    rows = {row.key: row for row in loaded.plan.rows()}
    contacts = {contact.ref: contact for contact in loaded.plan.contacts if contact.one_sided}
    chosen = Chosen()
    problems: dict[str, str] = {}
    for key, choice in choices.items():
        row, contact = rows.get(key), contacts.get(key)
        if choice == PULL and row is not None and row.can_pull:
            chosen.pulls.append(row)
        elif choice == PUSH and row is not None and row.can_push:
            chosen.pushes.setdefault(row.ref, []).append(row)
        elif choice == PULL and contact is not None and contact.can_pull:
            chosen.contacts_here.append(contact)
        elif choice == PUSH and contact is not None and contact.can_push:
            chosen.contacts_there.append(contact)
        else:
            problems[key] = "This cannot be synced that way."
    if problems:
        raise Invalid(problems)
    if chosen.is_empty():
        raise Invalid({"": "Nothing is chosen. Tick at least one row."})
    return chosen


def _open_run(actor: Actor, loaded: LinkedPlan, chosen: Chosen, now: datetime) -> Run:
    pushes = sum(map(len, chosen.pushes.values())) + len(chosen.contacts_there)
    pulls = len(chosen.pulls) + len(chosen.contacts_here)
    done = {row.key: Outcome.DONE.value for row in chosen.pulls}
    done |= {contact.ref: Outcome.DONE.value for contact in chosen.contacts_here}
    run = Run(
        practice_id=actor.practice_id,
        connection_id=loaded.link.connection_id,
        key=uuid4(),
        kind="sync",
        state="queued" if pushes else "done",
        subject=loaded.link.client_id,
        asked_by=actor.name,
        asked_by_id=actor.id,
        asked_at=now,
        finished_at=None if pushes else now,
        total=pushes + pulls,
        done=pulls,
        changed=pulls,
        notes={"pulled": done},
    )
    run.save(force_insert=True)
    facts: dict[str, str | int] = {"client": loaded.link.client.name, "pushes": pushes, "pulls": pulls}
    write(actor, Entry("sync_asked", facts, client_id=loaded.link.client_id, run_id=run.pk), now)
    return run


def _apply_pulls(actor: Actor, client: Client, loaded: LinkedPlan, chosen: Chosen, run: Run, now: datetime) -> None:
    """Write the remote's values into the register, with their line in the log."""
    changes = [_pulled(row) for row in chosen.pulls]
    if chosen.pulls or chosen.contacts_here:
        # Even where only contacts move: whoever has the client's form open would else save over what came.
        keep(client, {key: value for row in chosen.pulls if not row.ref for key, value in _remote(row).items()}, now)
    known = {contact.pk: contact for contact in loaded.contacts}
    for contact in loaded.plan.contacts:
        rows = [row for row in chosen.pulls if row.ref == contact.ref]
        if rows and contact.pair.local is not None:
            values = {key: value for row in rows for key, value in _remote(row).items()}
            keep_contact(known[contact.pair.local.id], values, now)
    changes += [_add_contact(client, loaded, contact, now) for contact in chosen.contacts_here]
    if changes:
        facts = {"client": client.name}
        write(actor, Entry("pulled", facts, client_id=client.pk, run_id=run.pk, changes=changes), now)


def _remote(row: Decision) -> dict[str, str]:
    if row.remote is None or row.field.kind.is_masked(row.remote):
        raise AssertionError("a value that was not observed or is masked is never pulled")
    return row.field.spread(tuple(row.field.kind.tidy(part) for part in row.remote))


def _pulled(row: Decision) -> Changed:
    return Changed(row.field.name, row.field.spread(row.local), _remote(row), ref=row.ref, why=row.why)


def _add_contact(client: Client, loaded: LinkedPlan, plan: ContactPlan, now: datetime) -> Changed:
    """A contact that only the remote has comes to the register, tied from the start."""
    remote = plan.pair.remote
    if remote is None:
        raise AssertionError("only a remote contact is added to the register")
    contact = Contact(practice_id=client.practice_id, client=client)
    keep_contact(contact, remote.values, now)
    ContactTie(
        practice_id=client.practice_id,
        link=loaded.link,
        contact=contact,
        remote_id=remote.remote_id,
        base=dict(remote.values),
    ).save(force_insert=True)
    return Changed("name", {}, contact.values, ref=f"contact:{contact.pk}", why="added")


def _queue_pushes(loaded: LinkedPlan, chosen: Chosen, run: Run, now: datetime) -> None:
    """One push a remote record, with all its fields."""
    pairs = {contact.ref: contact.pair for contact in loaded.plan.contacts}
    for ref, rows in chosen.pushes.items():
        pair = pairs.get(ref)
        push = _new_push(loaded.link, run, ref, now)
        if pair is not None and pair.local is not None and pair.remote is not None:
            push.contact_id, push.remote_id = pair.local.id, pair.remote.remote_id
        push.names = [row.field.name for row in rows]
        push.fields = {key: value for row in rows for key, value in row.field.spread(row.local).items()}
        push.seen = _seen(rows)
        push.save(force_insert=True)
    for contact in chosen.contacts_there:
        _push_contact(loaded.link, contact, run, now)


def _new_push(link: Link, run: Run, ref: str, now: datetime) -> Push:
    return Push(
        practice_id=link.practice_id,
        client_id=link.client_id,
        connection_id=link.connection_id,
        link=link,
        run=run,
        ref=ref,
        remote_id=link.mirror.remote_id,
        asked_at=now,
    )


def _seen(rows: Sequence[Decision]) -> dict[str, str]:
    """What stood in the remote record; a field that it did not tell has no key."""
    return {key: value for row in rows if row.remote is not None for key, value in row.field.spread(row.remote).items()}


def _push_contact(link: Link, contact: ContactPlan, run: Run, now: datetime) -> None:
    """A contact that only the register has goes to the remote with all that it holds."""
    local = contact.pair.local
    if local is None:
        raise AssertionError("only a register contact is added to the remote")
    rows = [row for row in CATALOGUE.of(Subject.CONTACT) if not row.is_empty(row.held(local.values))]
    push = _new_push(link, run, contact.ref, now)
    push.contact_id, push.remote_id, push.act = local.id, "", Act.ADD
    push.names = [row.name for row in rows]
    push.fields = {key: local.values[key] for row in rows for key in row.keys if key in local.values}
    push.save(force_insert=True)
