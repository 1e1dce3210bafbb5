"""Links: tying a register client to the remote record that it is, and letting go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations.activity import Entry, write, write_all
from practicesync.operations.listing import restate
from practicesync.operations.reconciling import forget, reconcile
from practicesync.operations.suggesting import settle
from practicesync.queries.plan_structure import beside, with_beside
from practicesync.queries.plans import OPEN_STATES
from practicesync.store.models import Client, Connection, KeptOut, Link, Mirror, Push, Rejection
from practicesync.store.scoped import PracticeRow

ModelT = TypeVar("ModelT", bound=PracticeRow)


def link(actor: Actor, client_id: int, mirror_id: int, now: datetime) -> Link:
    """Say that this client is that remote record. Raises `Invalid` where either is taken or the record is gone.

    A link that the client still has to an organisation that is no longer connected gives way, and is kept as history.
    """
    with transaction.atomic():
        made = insert_link(actor, client_id, mirror_id, now)
        reconcile(actor.practice_id, with_beside(actor.practice_id, [made.pk]), now)
    return made


def insert_link(actor: Actor, client_id: int, mirror_id: int, now: datetime) -> Link:
    """`link` inside the caller's transaction; the caller reconciles it, with those beside it."""
    actor.require(Ability.SYNC)
    client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
    mirror = (
        Mirror.rows.of(actor.practice_id)
        .select_for_update(of=("self",), no_key=True)
        .select_related("connection")
        .get(pk=mirror_id)
    )
    _refuse_taken(client, mirror)
    _end_former(actor, [client.pk], now)
    made = _tie(actor, client, mirror, now)
    made.save(force_insert=True)
    write(actor, _told("linked", made), now)
    _forget_what_was_said([made])
    settle(actor.practice_id, client_ids=[client.pk], mirror_ids=[mirror.pk])
    return made


def link_known(actor: Actor, remote_ids: Mapping[int, str], connection_id: int, now: datetime) -> int:
    """Link clients whose remote record is known for sure (an import told it), by client id. Taken ones are passed over.

    Returns how many were linked.
    """
    known = Mirror.rows.of(actor.practice_id).filter(
        connection_id=connection_id, remote_id__in=list(remote_ids.values())
    )
    mirrors = dict(known.values_list("remote_id", "pk"))
    pairs = [(client_id, mirrors[told]) for client_id, told in remote_ids.items() if told in mirrors]
    return len(link_pairs(actor, pairs, connection_id, now))


def link_pairs(
    actor: Actor,
    pairs: Sequence[tuple[int, int]],
    connection_id: int,
    now: datetime,
    *,
    run_id: int | None = None,
) -> list[int]:
    """Link many clients with records of one connection, in one transaction: pairs of client id and mirror id.

    What cannot be linked any more is passed over: either was taken meanwhile, archived here or gone there. Returns the
    ids of the clients that were linked. Doing it twice links nothing twice.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        if not Connection.rows.of(actor.practice_id).filter(pk=connection_id).exclude(state="ended").exists():
            return []
        wanted = dict(pairs)
        clients = {each.pk: each for each in _locked(Client, actor, wanted).filter(archived_at=None)}
        mirrors = {
            each.pk: each for each in _locked(Mirror, actor, wanted.values()).filter(gone_at=None, deleted=False)
        }
        live = Link.rows.of(actor.practice_id).filter(connection_id=connection_id, ended_at=None)
        taken = set(live.filter(mirror_id__in=list(mirrors)).values_list("mirror_id", flat=True))
        linked = set(live.filter(client_id__in=list(clients)).values_list("client_id", flat=True))
        made = []
        for client_id, mirror_id in wanted.items():
            client, mirror = clients.get(client_id), mirrors.get(mirror_id)
            if client is None or mirror is None or client_id in linked or mirror_id in taken:
                continue
            taken.add(mirror_id)
            made.append(_tie(actor, client, mirror, now))
        _end_former(actor, [each.client_id for each in made], now)
        Link.rows.bulk_create(made)
        write_all(actor, [_told("linked", each, run_id) for each in made], now)
        if made:
            _forget_what_was_said(made)
            settle(
                actor.practice_id,
                client_ids=[each.client_id for each in made],
                mirror_ids=[each.mirror_id for each in made],
            )
            reconcile(actor.practice_id, with_beside(actor.practice_id, [each.pk for each in made]), now)
    return [each.client_id for each in made]


def unlink(actor: Actor, client_id: int, now: datetime) -> None:
    """End the link. Both records and the history stay. Refused while values wait to be written."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        found = (
            Link.rows.of(actor.practice_id)
            .select_for_update(of=("self",), no_key=True)
            .select_related("client", "mirror")
            .filter(client_id=client_id, ended_at=None)
            .first()
        )
        if found is None:
            raise Invalid({"": "This client is not linked."})
        if Push.rows.of(actor.practice_id).filter(link=found, state__in=OPEN_STATES).exists():
            raise Invalid({"": "Values are still being written to XPM. Wait until they are, then disconnect."})
        _end(actor, found, now)
        settle(actor.practice_id, client_ids=[client_id], mirror_ids=[found.mirror_id])
        reconcile(actor.practice_id, beside(actor.practice_id, [found.pk]), now)
        restate(actor.practice_id, [client_id])


def unlink_many(actor: Actor, client_ids: Sequence[int], now: datetime, *, run_id: int | None = None) -> int:
    """End the links of many clients; one with values that are still being written stays. Returns how many ended."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        live = Link.rows.among(actor.practice_id, list(client_ids), by="client_id").filter(ended_at=None)
        links = list(
            live.select_for_update(of=("self",), no_key=True).select_related("client", "mirror").order_by("pk")
        )
        waiting = Push.rows.of(actor.practice_id).filter(link__in=links, state__in=OPEN_STATES)
        busy = set(waiting.values_list("link_id", flat=True))
        ended = [each for each in links if each.pk not in busy]
        Link.rows.among(actor.practice_id, [each.pk for each in ended]).update(ended_at=now)
        forget(actor.practice_id, [each.pk for each in ended])
        write_all(actor, [_told("unlinked", each, run_id) for each in ended], now)
        settle(
            actor.practice_id,
            client_ids=[each.client_id for each in ended],
            mirror_ids=[each.mirror_id for each in ended],
        )
        reconcile(actor.practice_id, beside(actor.practice_id, [each.pk for each in ended]), now)
        restate(actor.practice_id, [each.client_id for each in ended])
    return len(ended)


def _refuse_taken(client: Client, mirror: Mirror) -> None:
    links = Link.rows.of(client.practice_id).filter(connection=mirror.connection, ended_at=None)
    if links.filter(client=client).exists():
        raise Invalid({"": f"{client.name} is linked already. Disconnect it first."})
    other = links.filter(mirror=mirror).select_related("client").first()
    if other is not None:
        raise Invalid({"": f"{mirror.name} in XPM is already linked to {other.client.name}."})
    if mirror.gone_at is not None or mirror.deleted:
        raise Invalid({"": f"{mirror.name} is no longer in XPM."})
    if mirror.connection.state == "ended":
        raise Invalid({"": "That XPM organisation is no longer connected."})


def _locked(model: type[ModelT], actor: Actor, keys: Iterable[int]) -> QuerySet[ModelT]:
    rows: QuerySet[ModelT] = model.rows.among(actor.practice_id, list(keys))
    return rows.order_by("pk").select_for_update(no_key=True)


def _end_former(actor: Actor, client_ids: Sequence[int], now: datetime) -> None:
    """Links to an organisation that is no longer connected give way, and are kept as history."""
    live = Link.rows.among(actor.practice_id, client_ids, by="client_id").filter(ended_at=None)
    for each in live.filter(connection__state="ended").select_related("client", "mirror"):
        _end(actor, each, now)


def _end(actor: Actor, link: Link, now: datetime) -> None:
    link.ended_at = now
    link.save(update_fields=["ended_at"])
    forget(link.practice_id, [link.pk])
    write(actor, _told("unlinked", link), now)


def _told(verb: str, link: Link, run_id: int | None = None) -> Entry:
    facts = {"client": link.client.name, "remote": link.mirror.name}
    return Entry(verb, facts, client_id=link.client_id, run_id=run_id)


def _forget_what_was_said(links: Sequence[Link]) -> None:
    """Who links a pair has changed their mind about it, whatever was said before."""
    KeptOut.rows.of(links[0].practice_id).filter(client_id__in=[each.client_id for each in links]).delete()
    pairs = {(each.client_id, each.mirror_id) for each in links}
    rejected = Rejection.rows.of(links[0].practice_id).filter(client_id__in=[pair[0] for pair in pairs])
    told = rejected.values_list("pk", "client_id", "mirror_id")
    void = [key for key, client_id, mirror_id in told if (client_id, mirror_id) in pairs]
    if void:
        Rejection.rows.among(links[0].practice_id, void).delete()


def _tie(actor: Actor, client: Client, mirror: Mirror, now: datetime) -> Link:
    """A link of the two, not stored yet."""
    return Link(
        practice_id=actor.practice_id,
        connection_id=mirror.connection_id,
        client=client,
        mirror=mirror,
        linked_at=now,
        linked_by=actor.name,
    )
