"""What keeps linked clients from syncing: kept where a write did not go through, found where the record is amiss.

A trouble of a write lasts while the rows that it was about stand as they stood then: whoever changes either side, or
writes it in the remote by hand, has ended it.
"""

from collections.abc import Collection, Iterable, Mapping

from practicesync.queries.plans import LinkedPlan, stamp_of
from practicesync.store.models import Link, SetAsideRecord

NO_TROUBLE: Mapping[str, object] = {"failing": "", "failing_code": "", "failed": []}
"""What a link holds without any."""

DISCONNECTED = "disconnected"
"""The code of a link to an organisation that is connected no longer: nothing that it shows can be verified."""

REFUSED = "refused"
"""The code of a trouble that nobody told more of."""


def troubles_of(practice_id: int, plans: Collection[LinkedPlan]) -> Mapping[int, str]:
    """The code of each link's trouble (`core.client_reasons`), by link; those without one are left out.

    Forgets what is over. Needs the caller's transaction, and its lock on these links.
    """
    over = [loaded.link for loaded in plans if loaded.link.failing and _is_over(loaded)]
    if over:
        clear(practice_id, over)
    unreadable = _unreadable(practice_id, plans)
    found = {loaded.link.pk: _trouble(loaded, unreadable) for loaded in plans}
    return {link_id: code for link_id, code in found.items() if code}


def clear(practice_id: int, links: Iterable[Link]) -> None:
    """Forget what trouble the last writes of these links had."""
    links = list(links)
    Link.rows.among(practice_id, [link.pk for link in links]).update(**NO_TROUBLE)
    for link in links:
        link.failing, link.failing_code, link.failed = "", "", []


def _trouble(loaded: LinkedPlan, unreadable: Collection[str]) -> str:
    link, mirror = loaded.link, loaded.link.mirror
    if link.connection.state == "ended":
        return DISCONNECTED
    if mirror.deleted or mirror.gone_at is not None:
        return "gone"
    if mirror.remote_id in unreadable:
        return "unreadable"
    return (link.failing_code or REFUSED) if link.failing else ""


def _is_over(loaded: LinkedPlan) -> bool:
    """Whether none of the rows that the trouble was about stands as it stood then."""
    failed, held = frozenset(loaded.link.failed), loaded.link.held
    if not failed:
        return False
    return not any(row.key in failed and held.get(row.key) == stamp_of(row) for row in loaded.plan.differences())


def _unreadable(practice_id: int, plans: Iterable[LinkedPlan]) -> frozenset[str]:
    """The records of these links that the last reading met and could not take in."""
    told = {loaded.link.mirror.remote_id for loaded in plans}
    rows = SetAsideRecord.rows.of(practice_id).filter(remote_id__in=told)
    return frozenset(rows.values_list("remote_id", flat=True))
