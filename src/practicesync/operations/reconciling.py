"""Settling what both sides agree on, and rebuilding the index that lists filter by."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from practicesync.core.link_state import LinkState, Tally, tally
from practicesync.core.plan import settled
from practicesync.operations.listing import restate
from practicesync.queries.plans import LinkedPlan, plans_of
from practicesync.store.models import ContactTie, Link

BATCH = 200


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
            plans = plans_of(practice_id, batch).values()
            for loaded in plans:
                open_links += bool(loaded.plan.open_count)
                _settle(loaded)
                _index(loaded)
            restate(practice_id, [loaded.link.client_id for loaded in plans])
    return open_links


def _settle(loaded: LinkedPlan) -> None:
    bases = settled(loaded.plan)
    link = loaded.link
    if "" in bases:
        link.base = {**link.base, **bases[""]}
        Link.rows.of(link.practice_id).filter(pk=link.pk).update(base=link.base)
    _tie_contacts(loaded, bases)


def _tie_contacts(loaded: LinkedPlan, bases: Mapping[str, Mapping[str, str]]) -> None:
    """Keep which contact is which, and what the two agree on."""
    ties = {tie.contact_id: tie for tie in loaded.ties}
    for contact in loaded.plan.contacts:
        pair = contact.pair
        if pair.local is None or pair.remote is None:
            continue
        agreed = bases.get(contact.ref, {})
        tie = ties.get(pair.local.id)
        if tie is None:
            tie = ContactTie(
                practice_id=loaded.link.practice_id,
                link=loaded.link,
                contact_id=pair.local.id,
                remote_id=pair.remote.remote_id,
            )
        elif not agreed:
            continue
        tie.base = {**tie.base, **agreed}
        tie.save()


def _index(loaded: LinkedPlan) -> None:
    link = loaded.link
    found = tally(loaded.plan, pending=bool(loaded.open_pushes), failing=bool(link.failing))
    if _indexed(link) != found:
        Link.rows.of(link.practice_id).filter(pk=link.pk).update(
            state=found.state.value,
            local_changed=found.local_changed,
            remote_changed=found.remote_changed,
            both_changed=found.both_changed,
            differs=found.differs,
            format_only=found.format_only,
        )


def _indexed(link: Link) -> Tally:
    """The index as stored, to write only what moved."""
    return Tally(
        LinkState(link.state),
        link.local_changed,
        link.remote_changed,
        link.both_changed,
        link.differs,
        link.format_only,
    )
