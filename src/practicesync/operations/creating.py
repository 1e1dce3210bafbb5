"""Creates: clients that only the register has are made in XPM, once, whatever becomes of the reply.

XPM takes no key of ours and allows two clients of one name, so each carries a reference in one of its two code fields.
A create whose answer was lost is looked for by it, and by its name, before it is ever sent again; what cannot be told
for sure is left to a person.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from practicesync.core.actor import Ability, Actor
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.errors import Invalid, SyncError
from practicesync.core.fields import Subject, Values
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Found, Outcome, PushState, Reply, Write, verify
from practicesync.core.record import RemoteRecord
from practicesync.core.verdict import Move
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.linking import link
from practicesync.operations.listing import enlist
from practicesync.operations.push_closing import end
from practicesync.operations.push_records import place_of, sent_of
from practicesync.operations.pushing import add_to_total, queue_whole
from practicesync.operations.register import keep
from practicesync.operations.runs import on_behalf
from practicesync.queries.linked import links_to
from practicesync.queries.motions import motion_of
from practicesync.queries.plans import load_plan
from practicesync.store.models import Client, Connection, Contact, Link, Mirror, Push, Run
from practicesync.store.models.push import STILL_OPEN
from practicesync.store.secrets import mark

REFERENCES = ("export_code", "client_code")
"""The fields that may carry our reference, the one that nobody reads first."""

BEFORE = timedelta(minutes=15)
"""How far before the create was asked for its record is looked for: clocks differ."""

TWINS = "XPM has more than one client with the reference {reference}. Keep one of them there, and link it by hand."
NAMESAKES = (
    "XPM's answer was lost, and it has a client called {name} without our reference {reference}. If that is this "
    "client, link the two; if not, try again."
)


def queue_create(actor: Actor, client_id: int, run: Run, now: datetime) -> Push:
    """Queue the making of this client in the run's organisation, with its contacts, under a reference that is unique.

    The caller holds the transaction. Raises `Invalid` where the client is archived, linked or on its way already, has
    no name, or where neither of its two codes can carry a reference.
    """
    actor.require(Ability.SYNC)
    client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
    connection = run.connection
    if connection is None or connection.state != "connected":
        raise Invalid({"": "Xero Practice Manager is not connected."})
    _refuse(client, connection)
    key, reference = _reference(actor, client, connection, run, now)
    rows = [row for row in CATALOGUE.synced(Subject.CLIENT, connection.connector) if row.writable(connection.connector)]
    told = [row for row in rows if not row.is_empty(row.held(client.values))]
    push = Push(
        practice_id=actor.practice_id,
        client=client,
        connection=connection,
        run=run,
        act=Act.CREATE.value,
        reference=f"{key}={reference}",
        names=[row.name for row in told],
        fields={key: value for row in told for key, value in row.spread(row.held(client.values)).items()},
        asked_at=now,
    )
    push.save(force_insert=True)
    return push


def reference_of(push: Push) -> tuple[str, str]:
    """The key of the field that carries a create's reference, and the reference."""
    key, _, reference = push.reference.partition("=")
    return key, reference


def since(push: Push) -> datetime:
    """From when on a record that this create made would have changed."""
    return push.asked_at - BEFORE


def look_at(push: Push, found: Sequence[RemoteRecord] | None) -> Found:
    """What to do with a create: `found` are the clients that an earlier try may have made, None before the first.

    One that carries the reference is it. Several that do, or one that only bears the name, are for a person to see.
    """
    if Link.rows.of(push.practice_id).filter(client=push.client, ended_at=None).exists():
        return Found(end=PushState.WITHDRAWN, detail="Somebody linked this client meanwhile.")
    if push.client.archived_at is not None and not found:
        return Found(end=PushState.WITHDRAWN, detail="The client was archived in the register meanwhile.")
    if push.attempts and found is None:
        raise AssertionError("a create is looked for before it is sent again")
    ours = [record for record in found or () if _carries(push, record)]
    if len(ours) > 1:
        return Found(end=PushState.REFUSED, detail=TWINS.format(reference=reference_of(push)[1]))
    if ours:
        return _adopt(push, ours[0])
    if found:
        told = NAMESAKES.format(name=push.client.name, reference=reference_of(push)[1])
        return Found(end=PushState.REFUSED, detail=told)
    contacts = tuple(_contacts(push.client, push.connection.connector))
    return Found(write=Write(push.pk, push.attempts, Act.CREATE, None, "", values=dict(push.fields), contacts=contacts))


def take(push: Push, reply: Reply, run: Run, now: datetime) -> None:
    """The remote answered: the client is linked to what it made. Its record is in the mirror already."""
    if reply.record is None:
        raise AssertionError("a create is answered by a record")
    _tie(push, reply.record, run, now)


def _adopt(push: Push, record: RemoteRecord) -> Found:
    """An earlier try had made it. Its record is stored by now, as all that is found is."""
    push.remote_id = record.remote_id
    place = place_of(push)
    outcomes = {sent.field.name: verify(sent, record.values, place) for sent in sent_of(push)}
    return Found(outcomes)


def tie_adopted(push: Push, run: Run, now: datetime) -> None:
    """Link a client whose earlier create was found again."""
    _link(push, push.remote_id, run, now)


def _tie(push: Push, record: RemoteRecord, run: Run, now: datetime) -> None:
    push.remote_id = record.remote_id
    place = place_of(push)
    for sent in sent_of(push, undecided=True):
        outcome = verify(sent, record.values, place)
        untold = outcome is Outcome.IGNORED and sent.field.told(record.values) is None
        # The reply to an add leaves out the tax settings (recorded exchange); a later reading tells them.
        push.outcomes[sent.field.name] = (Outcome.DONE if untold else outcome).value
    end(push, PushState.CONFIRMED)
    _link(push, record.remote_id, run, now)


def _link(push: Push, remote_id: str, run: Run, now: datetime) -> None:
    mirror = Mirror.rows.of(push.practice_id).get(connection_id=push.connection_id, remote_id=remote_id)
    try:
        push.link = link(on_behalf(run), push.client_id, mirror.pk, now)
    except SyncError as problem:
        push.state, push.detail = PushState.REFUSED.value, problem.detail[:500]
        return
    _follow(push.link, run, now)


def _follow(made: Link, run: Run, now: datetime) -> None:
    """Its relationships and groups go after it, where both ends are linked."""
    loaded = load_plan(made.practice_id, made.client_id)
    if loaded is None:
        return
    for whole in loaded.plan.presences:
        if whole.here and whole.can_push and whole.presence.name in (Sort.RELATIONSHIP.value, Sort.GROUP.value):
            motion = motion_of(loaded, whole, Move.PUSH)
            queue_whole(loaded.link, whole.ref, Act.ADD, run, now, fields=motion.after)
            add_to_total(run, 1)


def _carries(push: Push, record: RemoteRecord) -> bool:
    key, reference = reference_of(push)
    row = next(row for row in CATALOGUE.client if key in row.keys)
    return row.kind.same((record.values.get(key, ""),), (reference,), place_of(push))


def _refuse(client: Client, connection: Connection) -> None:
    if client.archived_at is not None:
        raise Invalid({"": f"{client.name} is archived. Restore it first."})
    if not client.name.strip():
        raise Invalid({"name": "XPM needs a name."})
    if Link.rows.of(client.practice_id).filter(client=client, connection=connection, ended_at=None).exists():
        raise Invalid({"": f"{client.name} is linked to XPM already."})
    if Push.rows.of(client.practice_id).filter(STILL_OPEN, client=client, act=Act.CREATE.value).exists():
        raise Invalid({"": f"{client.name} is on its way to XPM already."})


def _reference(actor: Actor, client: Client, connection: Connection, run: Run, now: datetime) -> tuple[str, str]:
    """The key and text of a reference that no other client has on either side; a blank code gets one of ours."""
    blank = ""
    for key in REFERENCES:
        text = client.values.get(key, "").strip()
        if text and _is_unique(client, connection, key, text):
            return key, text
        blank = blank or ("" if text else key)
    if not blank:
        raise Invalid(
            {"export_code": "Another client has the same export code and client code. Give it one of its own."}
        )
    made = "PS-" + base64.b32encode(bytes.fromhex(mark(f"create:{connection.pk}:{client.pk}"))[:10]).decode()
    before = {blank: client.values.get(blank, "")}
    keep(client, {blank: made}, now)
    changes = [Changed(blank, before, {blank: made}, why="reference")]
    facts = {"client": client.name, "reference": made}
    write(actor, Entry("reference_given", facts, client_id=client.pk, run_id=run.pk, changes=changes), now)
    enlist(client.practice_id, [client.pk])
    return blank, made


def _is_unique(client: Client, connection: Connection, key: str, text: str) -> bool:
    words = [re.escape(word) for word in text.split()]
    spaced = r"^\s*" + r"\s+".join(words) + r"\s*$"
    same = Q(**{f"values__{key}__iregex": spaced} if len(words) > 1 else {f"values__{key}__iexact": text})
    others = Client.rows.of(client.practice_id).filter(same).exclude(pk=client.pk)
    there = Mirror.rows.of(client.practice_id).filter(same, connection=connection)
    return not others.exists() and not there.exists()


def _contacts(client: Client, connector: str) -> Iterable[Values]:
    """The client's contacts as they are sent with it; one of them at most is the primary one."""
    rows = [row for row in CATALOGUE.synced(Subject.CONTACT, connector) if row.writable(connector)]
    primary = False
    contacts = Contact.rows.of(client.practice_id).filter(client=client, removed_at=None).order_by("pk")
    for contact in contacts:
        told = {
            key: contact.values[key]
            for row in rows
            if not row.is_empty(row.held(contact.values))
            for key in row.keys
            if key in contact.values
        }
        if told.get("is_primary", "").casefold() == "yes":
            told |= {"is_primary": "No"} if primary else {}
            primary = True
        if told.get("name", "").strip():
            yield told


def is_adopted(push: Push) -> bool:
    """Whether a create ended by finding what an earlier try had made."""
    return push.act == Act.CREATE and push.state == PushState.CONFIRMED and push.link_id is None


def is_namesake(push: Push, record: RemoteRecord) -> bool:
    """Whether a client in XPM bears the name of the one that this push makes."""
    row = next(row for row in CATALOGUE.client if row.name == "name")
    return not record.deleted and row.kind.same((record.name,), row.held(push.fields), place_of(push))


def linked_among(push: Push, remote_ids: Sequence[str]) -> set[str]:
    """Those of these remote clients that are a register client's already."""
    links = links_to(push.practice_id, push.connection_id, remote_ids)
    return set(links.values_list("mirror__remote_id", flat=True))
