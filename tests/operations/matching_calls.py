"""What a person can ask of matching, twins and merges, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from operations.offices import NOW, Office, a_record
from practicesync.core.actor import Ability, Actor
from practicesync.operations import linking, matching, merging, runs, twins
from practicesync.operations.merging import Asked
from practicesync.store.models import Candidate, Client, Merge, Mirror, Run, Twin


@dataclass(frozen=True)
class Matched:
    """A safe suggestion, a client that is linked and one that was rejected, two twins, a merge, and a run of links."""

    connection_id: int
    candidate: Candidate
    linked: Client
    linked_to: Mirror
    rejected: Client
    rejected_from: Mirror
    one: Client
    other: Client
    twins: Twin
    remote_twins: Twin
    merged: Merge
    run: Run


def a_matched(office: Office) -> Matched:
    connection_id = office.connection.pk
    lone, rejected, one, other, kept, gone = (office.add(f"Matched {number} Ltd") for number in range(6))
    there = [office.read(a_record(f"m{number}")) for number in range(3)]
    linked = office.add("Matched 7 Ltd")
    linking.link(office.admin, linked.pk, there[1].pk, NOW)
    matching.reject(office.admin, rejected.pk, there[2].pk, NOW)
    merged = merging.merge(office.admin, Asked(kept.pk, gone.pk, kept.revision, gone.revision), NOW)
    run = runs.request_work(office.admin, connection_id, "link_many", NOW)
    runs.finish(run.pk, NOW)
    run.refresh_from_db()
    return Matched(
        connection_id,
        Candidate.rows.create(
            practice=office.practice,
            connection=office.connection,
            client=lone,
            mirror=there[0],
            rank=1,
            score=0.99,
            pile="safe",
            sort_name=lone.sort_name,
            made_at=NOW,
        ),
        linked,
        there[1],
        rejected,
        there[2],
        one,
        other,
        a_twin(office, "register", one.pk, other.pk),
        a_twin(office, "remote", there[0].pk, there[1].pk),
        merged,
        run,
    )


def a_twin(office: Office, side: str, first: int, second: int) -> Twin:
    return Twin.rows.create(
        practice=office.practice, side=side, first=first, second=second, score=0.9, pile="look", made_at=NOW
    )


def _pair(scene: Matched) -> tuple[int, int]:
    return scene.candidate.client_id, scene.candidate.mirror_id


Call = Callable[[Actor, Matched], object]
MATCHING_CALLS: dict[str, tuple[Ability, Call]] = {
    "linking.link_pairs": (
        Ability.SYNC,
        lambda actor, scene: linking.link_pairs(actor, [_pair(scene)], scene.connection_id, NOW),
    ),
    "linking.unlink_many": (Ability.SYNC, lambda actor, scene: linking.unlink_many(actor, [scene.linked.pk], NOW)),
    "matching.request_match": (
        Ability.SYNC,
        lambda actor, scene: matching.request_match(actor, scene.connection_id, NOW),
    ),
    "matching.reject": (Ability.SYNC, lambda actor, scene: matching.reject(actor, *_pair(scene), NOW)),
    "matching.undo_reject": (
        Ability.SYNC,
        lambda actor, scene: matching.undo_reject(actor, scene.rejected.pk, scene.rejected_from.pk, NOW),
    ),
    "matching.undo_link": (
        Ability.SYNC,
        lambda actor, scene: matching.undo_link(actor, scene.linked.pk, scene.linked_to.pk, NOW),
    ),
    "matching.link_several": (
        Ability.SYNC,
        lambda actor, scene: matching.link_several(actor, [scene.candidate.pk], scene.connection_id, NOW),
    ),
    "matching.request_link_all": (
        Ability.SYNC,
        lambda actor, scene: matching.request_link_all(actor, scene.connection_id, NOW, NOW),
    ),
    "matching.request_unlink_all": (
        Ability.SYNC,
        lambda actor, scene: matching.request_unlink_all(actor, scene.run.pk, NOW),
    ),
    "merging.merge": (
        Ability.EDIT,
        lambda actor, scene: merging.merge(
            actor, Asked(scene.one.pk, scene.other.pk, scene.one.revision, scene.other.revision), NOW
        ),
    ),
    "merging.undo_merge": (Ability.EDIT, lambda actor, scene: merging.undo_merge(actor, scene.merged.pk, NOW)),
    "twins.set_apart": (Ability.EDIT, lambda actor, scene: twins.set_apart(actor, scene.twins.pk, NOW)),
    "twins.deal_with": (Ability.EDIT, lambda actor, scene: twins.deal_with(actor, scene.remote_twins.pk, NOW)),
    "twins.reopen": (Ability.EDIT, lambda actor, scene: twins.reopen(actor, scene.twins.pk, NOW)),
}
