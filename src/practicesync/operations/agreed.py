"""What both sides had agreed on before a value moved, kept in the log beside the move so that it can be taken back.

Of the three values of a field, a move tells two: what stood where it wrote, and what it wrote. The third, base, is
told wherever it was another one: where both sides had changed, or had never agreed.
"""

from collections.abc import Iterable, Iterator, Sequence

from practicesync.core.decision import Decision
from practicesync.core.fields import Field, Values
from practicesync.core.motion import Motion
from practicesync.core.presence import Sort
from practicesync.core.push import Act, Sent, target_of
from practicesync.core.undo import decision_of
from practicesync.operations.activity import Changed
from practicesync.queries.plans import LinkedPlan
from practicesync.store.models import ContactTie, Push, RelationshipTie


def agreed_before(loaded: LinkedPlan, motions: Iterable[Motion]) -> Iterator[Changed]:
    """Base as it is now, wherever it is not what the side that is written holds."""
    wholes = {whole.ref: whole for whole in loaded.plan.wholes()}
    for motion in motions:
        if isinstance(motion.row, Field):
            row = decision_of(loaded.plan, motion.ref, motion.row.name)
            yield from () if row is None else _field(row, motion)
        elif motion.ref in wholes and bool(wholes[motion.ref].base) != bool(motion.before):
            told = {"name": wholes[motion.ref].label or motion.row.one} if wholes[motion.ref].base else {}
            yield Changed(motion.row.name, told, {}, side="base", ref=motion.ref, why=motion.why)


def agreed_before_push(push: Push, sent: Sequence[Sent]) -> Iterator[Changed]:
    """The same for what a push is about to be known to have written; `sent` are its fields that arrived."""
    if push.link is None:
        return
    base = _base_of(push)
    if push.act == Act.ADD:
        if base is not None:
            name = target_of(push.ref).sort or Sort.CONTACT
            yield Changed(
                name.value, {"name": push.fields.get("name", "")}, {}, side="base", ref=push.ref, why="pushed"
            )
        return
    for each in sent:
        agreed = each.field.told(base or {})
        if agreed != each.seen:
            before = {} if agreed is None else each.field.spread(agreed)
            after = each.field.spread(each.value)
            yield Changed(each.field.name, before, after, side="base", ref=push.ref, why="pushed")


def _field(row: Decision, motion: Motion) -> Iterator[Changed]:
    stood = row.field.told(motion.before)
    if row.base != stood:
        before = {} if row.base is None else row.field.spread(row.base)
        yield Changed(row.field.name, before, motion.after, side="base", ref=motion.ref, why=motion.why)


def _base_of(push: Push) -> Values | None:
    """What was agreed on of the record that is written; None where it was not known on both sides."""
    target = target_of(push.ref)
    if target.sort is None or push.link is None:
        return None if push.link is None else push.link.base
    tie: ContactTie | RelationshipTie | None = None
    if target.sort is Sort.CONTACT and push.contact_id is not None:
        tie = ContactTie.rows.of(push.practice_id).filter(link=push.link, contact_id=push.contact_id).first()
    elif target.sort is Sort.RELATIONSHIP and target.local.isdecimal():
        ties = RelationshipTie.rows.of(push.practice_id)
        tie = ties.filter(link=push.link, relationship_id=int(target.local)).first()
    return None if tie is None else tie.base
