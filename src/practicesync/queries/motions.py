"""The moves of a linked client's plan with the values that they write, for screens, sheets and who carries them out."""

from collections.abc import Callable, Mapping

from practicesync.core.decision import Decision, Whole
from practicesync.core.fields import Values
from practicesync.core.motion import Motion, move_field, move_whole
from practicesync.core.presence import Sort, sort_of
from practicesync.core.verdict import Move
from practicesync.queries.plans import LinkedPlan

Held = tuple[Values, Values]
"""What a presence holds in the register and in the remote; nothing where it is not there."""


def motion_of(loaded: LinkedPlan, row: Decision | Whole, move: Move) -> Motion:
    """This difference, moved that way (`PULL` or `PUSH`)."""
    if isinstance(row, Decision):
        return move_field(row, move, label_of(loaded, row))
    return move_whole(row, move, *held_by(loaded, row), label_of(loaded, row))


def label_of(loaded: LinkedPlan, row: Decision | Whole) -> str:
    """What people call it: "Mobile", "Mere Tahu: Mobile", "Contact: Mere Tahu", "Archived"."""
    if isinstance(row, Whole):
        one = row.presence.one
        return one if row.label in ("", one) else f"{one}: {row.label}"
    name = _name_of(loaded, row.ref) if row.ref else ""
    return f"{name}: {row.field.label}" if name else row.field.label


def _name_of(loaded: LinkedPlan, ref: str) -> str:
    """What people call the contact or the relationship that a field belongs to."""
    if sort_of(ref) is Sort.RELATIONSHIP:
        return next((tie.label for tie in loaded.plan.relationships if tie.ref == ref), "")
    pair = next((contact.pair for contact in loaded.plan.contacts if contact.ref == ref), None)
    return "" if pair is None or pair.local is None else pair.local.values.get("name", "")


def held_by(loaded: LinkedPlan, whole: Whole) -> Held:
    """What a presence holds on either side."""
    return _HELD[Sort(whole.presence.name)](loaded, whole)


def _contact(loaded: LinkedPlan, whole: Whole) -> Held:
    pair = next(contact.pair for contact in loaded.plan.contacts if contact.ref == whole.ref)
    here = {} if pair.local is None or pair.local.removed else dict(pair.local.values)
    return here, {} if pair.remote is None else dict(pair.remote.values)


def _relationship(loaded: LinkedPlan, whole: Whole) -> Held:
    """What it holds, beside what it is called."""
    pair = next(tie.pair for tie in loaded.plan.relationships if tie.ref == whole.ref)
    name = {"name": whole.label}
    here = {**name, **pair.local.values} if pair.local is not None and whole.here else {}
    return here, {**name, **pair.remote.values} if pair.remote is not None else {}


def _named(_loaded: LinkedPlan, whole: Whole) -> Held:
    """One that is nothing but there or not."""
    held = {"name": whole.label or whole.presence.one}
    return held if whole.here else {}, held if whole.there else {}


_HELD: Mapping[Sort, Callable[[LinkedPlan, Whole], Held]] = {
    Sort.CONTACT: _contact,
    Sort.RELATIONSHIP: _relationship,
    Sort.GROUP: _named,
    Sort.ARCHIVED: _named,
}
