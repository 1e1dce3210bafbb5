"""Links: tying a register client to the remote record that it is, and letting go."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations.activity import Entry, write
from practicesync.operations.listing import restate
from practicesync.operations.reconciling import reconcile
from practicesync.queries.plans import OPEN_STATES
from practicesync.store.models import Client, Link, Mirror, Push


def link(actor: Actor, client_id: int, mirror_id: int, now: datetime) -> Link:
    """Say that this client is that remote record. Raises `Invalid` where either is taken or the record is gone.

    A link that the client still has to an organisation that is no longer connected gives way, and is kept as history.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        client = Client.rows.of(actor.practice_id).select_for_update().get(pk=client_id)
        mirror = (
            Mirror.rows.of(actor.practice_id)
            .select_for_update(of=("self",))
            .select_related("connection")
            .get(pk=mirror_id)
        )
        _refuse_taken(client, mirror)
        former = Link.rows.of(actor.practice_id).filter(client=client, ended_at=None, connection__state="ended")
        for each in former.select_related("client", "mirror"):
            _end(actor, each, now)
        made = _tie(actor, client, mirror, now)
        facts = {"client": client.name, "remote": mirror.name}
        write(actor, Entry("linked", facts, client_id=client.pk), now)
        reconcile(actor.practice_id, [made.pk], now)
    return made


def link_known(actor: Actor, remote_ids: Mapping[int, str], connection_id: int, now: datetime) -> int:
    """Link clients whose remote record is known for sure (an import told it), by client id. Taken ones are passed over.

    Returns how many were linked.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        mirrors = {
            mirror.remote_id: mirror
            for mirror in Mirror.rows.of(actor.practice_id).filter(
                connection_id=connection_id, remote_id__in=list(remote_ids.values())
            )
        }
        taken = Link.rows.of(actor.practice_id).filter(connection_id=connection_id, ended_at=None)
        clients_taken = set(taken.values_list("client_id", flat=True))
        mirrors_taken = set(taken.values_list("mirror_id", flat=True))
        made = []
        known = Client.rows.among(actor.practice_id, list(remote_ids))
        for client in known.order_by("pk").select_for_update():
            mirror = mirrors.get(remote_ids[client.pk])
            if mirror is None or client.pk in clients_taken or mirror.pk in mirrors_taken:
                continue
            made.append(_tie(actor, client, mirror, now))
            mirrors_taken.add(mirror.pk)
            facts = {"client": client.name, "remote": mirror.name}
            write(actor, Entry("linked", facts, client_id=client.pk), now)
        reconcile(actor.practice_id, [each.pk for each in made], now)
    return len(made)


def unlink(actor: Actor, client_id: int, now: datetime) -> None:
    """End the link. Both records and the history stay. Refused while values wait to be written."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        found = (
            Link.rows.of(actor.practice_id)
            .select_for_update(of=("self",))
            .select_related("client", "mirror")
            .filter(client_id=client_id, ended_at=None)
            .first()
        )
        if found is None:
            raise Invalid({"": "This client is not linked."})
        if Push.rows.of(actor.practice_id).filter(link=found, state__in=OPEN_STATES).exists():
            raise Invalid({"": "Values are still being written to XPM. Wait until they are, then disconnect."})
        _end(actor, found, now)
        restate(actor.practice_id, [client_id])


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


def _end(actor: Actor, link: Link, now: datetime) -> None:
    link.ended_at = now
    link.save(update_fields=["ended_at"])
    facts = {"client": link.client.name, "remote": link.mirror.name}
    write(actor, Entry("unlinked", facts, client_id=link.client_id), now)


def _tie(actor: Actor, client: Client, mirror: Mirror, now: datetime) -> Link:
    made = Link(
        practice_id=actor.practice_id,
        connection_id=mirror.connection_id,
        client=client,
        mirror=mirror,
        linked_at=now,
        linked_by=actor.name,
    )
    made.save(force_insert=True)
    return made
