"""Settling what both sides agree on, and rebuilding the index that lists filter by."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from practicesync.core.fields import Level
from practicesync.core.link_state import LinkState, Tally, tally
from practicesync.core.plan import settled
from practicesync.operations.link_trouble import troubles_of
from practicesync.operations.listing import restate
from practicesync.queries.plans import LinkedPlan, plans_of, stamp_of, together_now
from practicesync.queries.policy import policy_of
from practicesync.store.models import ContactTie, Difference, Link, RelationshipTie

BATCH = 1000


def reconcile(practice_id: int, link_ids: Sequence[int], now: datetime) -> int:
    """Re-plan these links: base takes what both sides hold now, equal contacts are tied, the index follows.

    Nothing of a client changes and nothing is sent. Returns how many links have something for a person to do.
    """
    open_links = 0
    for start in range(0, len(link_ids), BATCH):
        batch = link_ids[start : start + BATCH]
        with transaction.atomic():
            list(
                Link.rows.of(practice_id)
                .filter(pk__in=batch)
                .order_by("pk")
                .select_for_update(no_key=True)
                .values_list("pk")
            )
            plans = plans_of(practice_id, batch, sparse=True).values()
            for loaded in plans:
                open_links += bool(loaded.plan.open_count)
                _settle(loaded)
            _index(practice_id, plans)
            _index_differences(practice_id, plans, now)
            restate(practice_id, [loaded.link.client_id for loaded in plans])
    return open_links


def reconcile_clients(practice_id: int, client_ids: Collection[int], now: datetime) -> None:
    """`reconcile` the live links of these clients."""
    links = Link.rows.among(practice_id, client_ids, by="client_id").filter(ended_at=None).order_by("pk")
    reconcile(practice_id, list(links.values_list("pk", flat=True)), now)


def forget(practice_id: int, link_ids: Collection[int]) -> None:
    """These links have ended: the index of differences tells of them no more. Needs the caller's transaction."""
    Difference.rows.among(practice_id, list(link_ids), by="link_id").delete()


def _settle(loaded: LinkedPlan) -> None:
    bases = settled(loaded.plan)
    link = loaded.link
    if "" in bases:
        link.base = {**link.base, **bases[""]}
        Link.rows.of(link.practice_id).filter(pk=link.pk).update(base=link.base)
    together = sorted(together_now(loaded))
    if together != link.together:
        link.together = together
        Link.rows.of(link.practice_id).filter(pk=link.pk).update(together=together)
    _tie_contacts(loaded, bases)
    _tie_relationships(loaded, bases)


def _tie_contacts(loaded: LinkedPlan, bases: Mapping[str, Mapping[str, str]]) -> None:
    """Keep which contact is which, and what the two agree on. One that neither side has any more is tied no longer."""
    practice_id = loaded.link.practice_id
    ties = {tie.contact_id: tie for tie in loaded.ties}
    kept = {contact.pair.local.id for contact in loaded.plan.contacts if contact.pair.local is not None}
    both = {
        contact.pair.local.id: contact
        for contact in loaded.plan.contacts
        if not contact.one_sided and contact.pair.local
    }
    taken = {contact.pair.remote.remote_id: pk for pk, contact in both.items() if contact.pair.remote is not None}
    gone = [tie.id for pk, tie in ties.items() if pk not in kept or taken.get(tie.remote_id, pk) != pk]
    if gone:
        ContactTie.rows.among(practice_id, gone).delete()
    for pk, contact in both.items():
        if contact.pair.remote is None:
            continue
        agreed = bases.get(contact.ref, {})
        tie = ties.get(pk)
        if tie is None:
            remote_id, base = contact.pair.remote.remote_id, dict(agreed)
            made = ContactTie(practice_id=practice_id, link=loaded.link, contact_id=pk, remote_id=remote_id, base=base)
            made.save(force_insert=True)
        elif tie.remote_id != contact.pair.remote.remote_id:
            known_as = contact.pair.remote.remote_id
            ContactTie.rows.of(practice_id).filter(pk=tie.id).update(remote_id=known_as, base=dict(agreed))
        elif agreed:
            ContactTie.rows.of(practice_id).filter(pk=tie.id).update(base={**tie.base, **agreed})


def _tie_relationships(loaded: LinkedPlan, bases: Mapping[str, Mapping[str, str]]) -> None:
    """The same for relationships. What the remote never told leaves every tie as it is."""
    if loaded.link.mirror.relationships is None:
        return
    practice_id = loaded.link.practice_id
    kept = loaded.structure.kept
    known = {plan.pair.local.id for plan in loaded.plan.relationships if plan.pair.local is not None}
    gone = [tie.id for pk, tie in kept.items() if pk not in known]
    if gone:
        RelationshipTie.rows.among(practice_id, gone).delete()
    for plan in loaded.plan.relationships:
        local, remote = plan.pair.local, plan.pair.remote
        if local is None or local.removed or remote is None:
            continue
        agreed = bases.get(plan.ref, {})
        tie = kept.get(local.id)
        if tie is not None and not agreed and tie.remote_id == remote.told_id:
            continue
        if tie is None:
            made = RelationshipTie(practice_id=practice_id, link_id=loaded.link.pk, relationship_id=local.id)
            made.remote_id, made.base = remote.told_id, dict(agreed)
            made.save(force_insert=True)
        else:
            rows = RelationshipTie.rows.of(practice_id).filter(pk=tie.id)
            rows.update(remote_id=remote.told_id, base={**tie.base, **agreed})


_FACTS = ("link_id", "ref", "subject", "field", "state", "facts", "stamp")
"""What a row of the index of differences says, besides since when. A firm has some ten thousand: no models of them."""

_Facts = tuple[int, str, str, str, str, int, str]


def _index_differences(practice_id: int, plans: Iterable[LinkedPlan], now: datetime) -> None:
    """Bring the index of differences up to these plans: rows that stand as they are keep their id."""
    plans = list(plans)
    stored = Difference.rows.among(practice_id, [loaded.link.pk for loaded in plans], by="link_id")
    known = {row[:-1]: row[-1] for row in stored.values_list(*_FACTS, "pk")}
    fresh = dict.fromkeys(facts for loaded in plans for facts in _differences(loaded))
    gone = [pk for facts, pk in known.items() if facts not in fresh]
    if gone:
        Difference.rows.among(practice_id, gone).delete()
    made = (dict(zip(_FACTS, facts, strict=True)) for facts in fresh if facts not in known)
    Difference.rows.bulk_create(
        (Difference(practice_id=practice_id, since=now, **told) for told in made), batch_size=BATCH
    )


def _differences(loaded: LinkedPlan) -> Iterable[_Facts]:
    key = loaded.link.pk
    for row in loaded.plan.differences():
        about = row.row
        yield key, row.ref, about.subject.value, about.name, row.state.value, row.facts, stamp_of(row)


def _index(practice_id: int, plans: Collection[LinkedPlan]) -> None:
    """Bring each link's state, its reason and its counts up to its plan."""
    troubles = troubles_of(practice_id, plans)
    idle = _connectors_without_sync(practice_id, plans)
    for loaded in plans:
        link = loaded.link
        found = tally(
            loaded.plan,
            pending=bool(loaded.open_pushes),
            failing=troubles.get(link.pk, ""),
            set_aside=link.set_aside_at is not None,
            nothing_synced=link.connection.connector in idle,
        )
        if _indexed(link) != found:
            Link.rows.of(practice_id).filter(pk=link.pk).update(**{**asdict(found), "state": found.state.value})


def _connectors_without_sync(practice_id: int, plans: Iterable[LinkedPlan]) -> set[str]:
    """The connectors for which the practice's level lets nothing sync."""
    policies = {name: policy_of(practice_id, name) for name in {loaded.link.connection.connector for loaded in plans}}
    return {name for name, policy in policies.items() if policy.on and policy.level is Level.NOTHING}


def _indexed(link: Link) -> Tally:
    """The index as stored, to write only what moved."""
    return Tally(
        LinkState(link.state),
        link.local_changed,
        link.remote_changed,
        link.both_changed,
        link.differs,
        link.format_only,
        link.reason,
    )
