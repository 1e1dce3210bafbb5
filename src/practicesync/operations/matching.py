"""Matching: keeping what it found, and what people make of it.

Candidates and open twins are derived, and made anew by every matching; links, rejections and what was said of twins are
not. A candidate that a link or a rejection has settled stays until then, and comes back when that is undone.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.core.matching import Pile
from practicesync.operations import linking, runs
from practicesync.operations.activity import Entry, write
from practicesync.operations.suggesting import settle
from practicesync.queries.suggestions import PROPOSED, open_candidates, proposals
from practicesync.store.models import Activity, Candidate, Client, Connection, Link, Mirror, Rejection, Run, Twin

ItemT = TypeVar("ItemT")

BATCH = 500
LINKED_AT_ONCE = 100
"""So many clients are linked in one transaction, so that nobody who saves a client waits long."""

_FOUND = ("rank", "score", "pile", "reasons", "against", "sort_name", "made_at")
_TWINNED = ("score", "pile", "reasons", "against", "made_at")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run over many clients is: where to go on, and how many were looked at; none at its end."""

    at: int
    looked: int


# What matching found


def request_match(actor: Actor, connection_id: int | None, now: datetime) -> Run:
    """Ask for suggestions and twins to be looked for anew; the run that does it already is joined.

    Without a connection the register alone is looked through for twins.
    """
    actor.require(Ability.SYNC)
    return runs.request_work(actor, connection_id, "match", now)


def keep_candidates(connection: Connection, found: Iterable[Candidate]) -> int:
    """Store what a matching found, and drop what it no longer finds.

    In bounded transactions: a crash leaves old and new side by side until the next matching. Returns how many.
    """
    kept: set[tuple[int, int]] = set()
    for batch in _batches(found, BATCH):
        with transaction.atomic():
            Candidate.rows.bulk_create(
                batch, update_conflicts=True, unique_fields=["connection", "client", "mirror"], update_fields=_FOUND
            )
            # What somebody linked or rejected while it was compared.
            settle(connection.practice_id, client_ids={each.client_id for each in batch})
        kept |= {(each.client_id, each.mirror_id) for each in batch}
    stored = Candidate.rows.of(connection.practice_id).filter(connection=connection)
    _drop(Candidate, connection.practice_id, stored.values_list("pk", "client_id", "mirror_id"), kept)
    return len(kept)


def keep_twins(practice_id: int, side: str, found: Iterable[Twin]) -> int:
    """Store the twins of a side, and drop the open ones that are no longer found. What people said of others stays."""
    kept: set[tuple[int, int]] = set()
    for batch in _batches(found, BATCH):
        with transaction.atomic():
            Twin.rows.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=["practice", "side", "first", "second"],
                update_fields=_TWINNED,
            )
        kept |= {(each.first, each.second) for each in batch}
    stored = Twin.rows.of(practice_id).filter(side=side, state="open")
    _drop(Twin, practice_id, stored.values_list("pk", "first", "second"), kept)
    return len(kept)


def _drop(
    model: type[Candidate] | type[Twin],
    practice_id: int,
    stored: Iterable[tuple[int, int, int]],
    kept: Container[tuple[int, int]],
) -> None:
    gone = [key for key, one, other in stored if (one, other) not in kept]
    for batch in _batches(gone, BATCH):
        model.rows.among(practice_id, batch).delete()


# What people say of one suggestion


def reject(actor: Actor, client_id: int, mirror_id: int, now: datetime) -> None:
    """Say that this client is not that record: it is never suggested again. The next likely one is proposed instead."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        mirror = Mirror.rows.of(actor.practice_id).get(pk=mirror_id)
        live = Link.rows.of(actor.practice_id).filter(client=client, mirror=mirror, ended_at=None)
        if live.exists():
            raise Invalid({"": f"{client.name} is linked to {mirror.name}. Disconnect them first."})
        _, made = Rejection.rows.of(actor.practice_id).get_or_create(
            connection_id=mirror.connection_id,
            client=client,
            mirror=mirror,
            defaults={"practice_id": actor.practice_id, "rejected_by": actor.name, "rejected_at": now},
        )
        if made:
            settle(actor.practice_id, client_ids=[client.pk])
            facts = {"client": client.name, "remote": mirror.name}
            write(actor, Entry("not_same", facts, client_id=client.pk), now)
            _propose_next(client, mirror.connection_id)


def undo_reject(actor: Actor, client_id: int, mirror_id: int, now: datetime) -> None:
    """Take back that this client is not that record: it is suggested again, in the place that it had."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        found = Rejection.rows.of(actor.practice_id).filter(client=client, mirror_id=mirror_id)
        said = found.select_related("mirror").first()
        if said is None:
            return
        facts = {"client": client.name, "remote": said.mirror.name}
        found.delete()
        settle(actor.practice_id, client_ids=[client.pk])
        mine = Candidate.rows.of(actor.practice_id).filter(client=client, connection_id=said.connection_id)
        back = mine.filter(mirror_id=mirror_id, rank=PROPOSED).first()
        if back is not None:
            mine.filter(rank=PROPOSED).exclude(pk=back.pk).update(rank=PROPOSED + 1)
        write(actor, Entry("not_same_undone", facts, client_id=client.pk), now)


def _propose_next(client: Client, connection_id: int) -> None:
    """Where nothing is proposed for the client any more, propose the likeliest of the others; a person has to look."""
    mine = open_candidates(client.practice_id, connection_id).filter(client=client)
    if mine.filter(rank=PROPOSED).exists():
        return
    following = mine.order_by("-score", "pk").first()
    if following is not None:
        following.rank, following.pile = PROPOSED, Pile.LOOK.value
        following.save(update_fields=["rank", "pile"])


def undo_link(actor: Actor, client_id: int, mirror_id: int, now: datetime) -> None:
    """Take a link back that was made just now. Raises `Invalid` where it is not there, or anything came of it since."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        live = Link.rows.of(actor.practice_id).filter(client_id=client_id, mirror_id=mirror_id, ended_at=None)
        if not live.exists():
            raise Invalid({"": "This link was taken back already, or made anew with another record."})
        if _latest(actor.practice_id, [client_id])[client_id][1] != "linked":
            raise Invalid({"": "Somebody has worked on this client since it was linked. Disconnect it in its panel."})
        linking.unlink(actor, client_id, now)


# Many suggestions at once


def link_several(actor: Actor, candidate_ids: Sequence[int], connection_id: int, now: datetime) -> Run:
    """Link the clients of these open suggestions at once; what was settled meanwhile is passed over.

    Returns the run that tells it, done already, by which the links can be taken back. Raises `Invalid` while another
    such run is under way.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        live = Run.rows.of(actor.practice_id).filter(connection_id=connection_id, state__in=runs.LIVE)
        if live.filter(kind__in=("link_many", "unlink_many")).exists():
            raise Invalid({"": "Many clients are being linked just now. Wait until that is done."})
        chosen = list(candidate_ids)[:BATCH]
        rows = open_candidates(actor.practice_id, connection_id).filter(pk__in=chosen).order_by("-score", "pk")
        pairs = list(rows.values_list("client_id", "mirror_id"))
        run = runs.request_work(actor, connection_id, "link_many", now, total=len(chosen))
        runs.begin(run.pk, now)
        made = linking.link_pairs(actor, pairs, connection_id, now, run_id=run.pk)
        runs.progress(run.pk, done=len(chosen), changed=len(made))
        runs.finish(run.pk, now)
    run.refresh_from_db()
    return run


def request_link_all(actor: Actor, connection_id: int, seen_at: datetime, now: datetime) -> Run:
    """Ask for every safe suggestion that was there at `seen_at` to be linked.

    Raises `Invalid` where suggestions are being made anew just now, or none is left.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        matching = Run.rows.of(actor.practice_id).filter(kind="match", state__in=runs.LIVE)
        if matching.filter(connection_id=connection_id).exists():
            raise Invalid({"": "Suggestions are being made anew. Look at them again in a moment."})
        total = _safe(actor.practice_id, connection_id, seen_at).count()
        if not total:
            raise Invalid({"": "No safe suggestion is left, or they were made anew since. Look at them again."})
        notes = {"seen_at": seen_at.isoformat()}
        return runs.request_work(actor, connection_id, "link_many", now, total=total, notes=notes)


def link_next(run: Run, after: int, now: datetime) -> Step:
    """Link the next safe suggestions of a run, those whose id is greater than `after`. Twice links nobody twice."""
    found = list(_to_link(run, after).order_by("pk").values_list("pk", "client_id", "mirror_id")[:LINKED_AT_ONCE])
    if not found:
        return Step(after, 0)
    pairs = [(client_id, mirror_id) for _, client_id, mirror_id in found]
    linking.link_pairs(runs.on_behalf(run), pairs, run.connection_id or 0, now, run_id=run.pk)
    return Step(found[-1][0], len(found))


def gone_through(run: Run, at: int) -> int:
    """How many of a run's suggestions or links are behind it once it came to `at`.

    Told by what is left: what a step did before it was killed is not there to be counted when it runs again.
    """
    left = _to_link(run, at) if run.kind == "link_many" else _to_unlink(run, at)
    return max(0, (run.total or 0) - left.count())


def done_by(run: Run) -> int:
    """How many clients a run has linked, or taken the links back of."""
    verb = "linked" if run.kind == "link_many" else "unlinked"
    return Activity.rows.of(run.practice_id).filter(run=run, verb=verb).count()


def request_unlink_all(actor: Actor, run_id: int, now: datetime) -> Run:
    """Ask for the links that a run made to be taken back, where nothing came of them since."""
    actor.require(Ability.SYNC)
    with transaction.atomic():
        made = Run.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=run_id)
        if made.kind != "link_many":
            raise Invalid({"": "This run linked nobody."})
        if made.state in runs.LIVE:
            raise Invalid({"": "The clients are still being linked. Cancel that first."})
        total = done_by(made)
        return runs.request_work(actor, made.connection_id or 0, "unlink_many", now, subject=made.pk, total=total)


def unlink_next(run: Run, after: int, now: datetime) -> Step:
    """Take back the next links that the run's subject made, lines with a greater number than `after`."""
    found = list(_to_unlink(run, after).order_by("seq").values_list("seq", "client_id")[:LINKED_AT_ONCE])
    if not found:
        return Step(after, 0)
    with transaction.atomic():
        clients = [client_id for _, client_id in found]
        list(
            Client.rows.among(run.practice_id, clients).order_by("pk").select_for_update(no_key=True).values_list("pk")
        )
        latest = _latest(run.practice_id, clients)
        free = [client_id for seq, client_id in found if latest[client_id][0] == seq]
        linking.unlink_many(runs.on_behalf(run), free, now, run_id=run.pk)
    return Step(found[-1][0], len(found))


def _to_link(run: Run, after: int) -> QuerySet[Any, Any]:
    """The safe suggestions of a run that still stand, with an id greater than `after`."""
    seen_at = datetime.fromisoformat(str(run.notes["seen_at"]))
    return _safe(run.practice_id, run.connection_id or 0, seen_at).filter(pk__gt=after)


def _to_unlink(run: Run, after: int) -> QuerySet[Any, Any]:
    """The lines that tell of a link which a run takes back, with a number greater than `after`."""
    return Activity.rows.of(run.practice_id).filter(run_id=run.subject or 0, verb="linked", seq__gt=after)


def _safe(practice_id: int, connection_id: int, seen_at: datetime) -> QuerySet[Any, Any]:
    return proposals(practice_id, connection_id).filter(pile=Pile.SAFE.value, made_at__lte=seen_at)


def _latest(practice_id: int, client_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The number and verb of the last line that the activity has of each client: linked, where nobody came after."""
    lines = Activity.rows.of(practice_id).filter(client_id__in=client_ids).order_by("seq")
    return {client_id: (seq, verb) for client_id, seq, verb in lines.values_list("client_id", "seq", "verb")}


def _batches(items: Iterable[ItemT], size: int) -> Iterator[list[ItemT]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
