"""Match: suggest links for the whole list, and twins on either side. No network: it compares what is stored.

    both sides' clients → suggestions → candidates · the register's twins · the remote's twins

Killed anywhere, it compares again; what it stored is written over.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from practicesync.core.matching import Matching, Party, Reason, Suggestion
from practicesync.core.matching import Twin as FoundTwin
from practicesync.core.matching import match as find_links
from practicesync.core.matching import twins as find_twins
from practicesync.flows.steps import Steps
from practicesync.operations import matching, runs
from practicesync.queries.matching import (
    register_parties,
    rejected_pairs,
    remote_parties,
    settled_links,
    settled_twins,
    sort_names,
)
from practicesync.queries.suggestions import PROPOSED
from practicesync.store.models import Candidate, Connection, Run, Twin

FAINTEST = 0.02
"""What is less probable is not worth reading, also where nothing better is left."""


def match(steps: Steps, run_id: int) -> None:
    """The flow of the run `match`."""
    if not steps.do("begin", lambda: runs.begin(run_id, steps.clock.now())):
        return
    facts = steps.do("links", lambda: _suggest(steps, run_id))
    for side in ("register", "remote"):
        if not steps.do(f"live before {side}", lambda: runs.is_live(run_id)):
            return
        facts["twins"] += steps.do(f"twins {side}", _twins, steps, run_id, side)
    told = {name: facts[name] for name in ("safe", "look", "twins")}
    steps.do("finish", lambda: runs.finish(run_id, steps.clock.now(), "matched", told))


def _suggest(steps: Steps, run_id: int) -> dict[str, int]:
    """Compare both sides, and store who may be who. Without a connection there is nobody to compare with."""
    practice_id, connection = _where(run_id)
    names = sort_names(practice_id)
    counts = {"safe": 0, "look": 0, "twins": 0}
    runs.progress(run_id, done=0, total=3 * len(names))
    if connection is not None:
        found = find_links(
            register_parties(practice_id),
            remote_parties(practice_id, connection.pk),
            settled=settled_links(practice_id, connection.pk),
            rejected=rejected_pairs(practice_id, connection.pk),
        )
        rows = _candidates(connection, found, names, made_at=steps.clock.now(), counts=counts)
        matching.keep_candidates(connection, rows)
    runs.progress(run_id, done=len(names), total=3 * len(names))
    return counts


def _candidates(
    connection: Connection, found: Matching, names: dict[int, str], *, made_at: datetime, counts: dict[str, int]
) -> Iterator[Candidate]:
    """The rows of a matching: the proposal of each client first, then whom it may be instead; counted by pile."""
    proposed = {(left, right) for left, right, _ in found.links()}
    for left, suggestions in found.candidates.items():
        rank = PROPOSED
        for each in sorted(suggestions, key=lambda each: (each.left, each.right) not in proposed):
            is_proposed = (each.left, each.right) in proposed
            if not is_proposed and each.score < FAINTEST:
                continue
            rank = PROPOSED if is_proposed else rank + 1
            counts[each.pile.value] = counts.get(each.pile.value, 0) + is_proposed
            yield _candidate(connection, each, rank, names.get(int(str(left)), ""), made_at)


def _candidate(connection: Connection, found: Suggestion, rank: int, sort_name: str, made_at: datetime) -> Candidate:
    return Candidate(
        practice_id=connection.practice_id,
        connection=connection,
        client_id=int(str(found.left)),
        mirror_id=int(str(found.right)),
        rank=rank,
        score=found.score,
        pile=found.pile.value,
        reasons=_told(found.reasons),
        against=_told(found.against),
        sort_name=sort_name,
        made_at=made_at,
    )


def _twins(steps: Steps, run_id: int, side: str) -> int:
    """Look for twins within one side, and store them."""
    practice_id, connection = _where(run_id)
    here = side == "register"
    if not here and connection is None:
        return 0
    parties = register_parties(practice_id) if connection is None or here else _current(practice_id, connection.pk)
    found = find_twins(parties, rejected=settled_twins(practice_id, side))
    made_at = steps.clock.now()
    count = matching.keep_twins(practice_id, side, (_twin(practice_id, side, each, made_at) for each in found))
    whole = Run.rows.everywhere().values_list("total", flat=True).get(pk=run_id) or 0
    runs.progress(run_id, done=whole * 2 // 3 if here else whole, total=whole)
    return count


def _twin(practice_id: int, side: str, found: FoundTwin, made_at: datetime) -> Twin:
    first, second = sorted((int(str(found.first)), int(str(found.second))))
    return Twin(
        practice_id=practice_id,
        side=side,
        first=first,
        second=second,
        score=found.score,
        pile=found.pile.value,
        reasons=_told(found.reasons),
        against=_told(found.against),
        made_at=made_at,
    )


def _told(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": each.code, "text": each.text} for each in reasons]


def _current(practice_id: int, connection_id: int) -> Iterator[Party]:
    """The remote's clients that are not archived: a live record beside its archived copy is as it should be."""
    return (party for party in remote_parties(practice_id, connection_id) if not party.archived)


def _where(run_id: int) -> tuple[int, Connection | None]:
    """The practice of a run, and its connection where it has one."""
    run = Run.rows.everywhere().select_related("connection").get(pk=run_id)
    return run.practice_id, run.connection
