"""What a stored push is about: its link, its fields, its next state. For the modules that carry pushes out."""

from collections.abc import Iterable

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject
from practicesync.core.kinds import Place
from practicesync.core.presence import Sort
from practicesync.core.push import NEXT, PushState, Sent, target_of
from practicesync.store.models import Link, Push

SUBJECTS = {None: Subject.CLIENT, Sort.CONTACT: Subject.CONTACT, Sort.RELATIONSHIP: Subject.RELATIONSHIP}


def link_of(push: Push) -> Link:
    """The link of a push to a record that exists already."""
    if push.link is None:
        raise AssertionError("only a client that is being made has no link")
    return push.link


def place_of(push: Push) -> Place:
    """How its values are compared."""
    return Place(push.client.country)


def subject_of(push: Push) -> Subject:
    """What its fields belong to; a client where it has none."""
    return SUBJECTS.get(target_of(push.ref).sort, Subject.CLIENT)


def rows_of(push: Push) -> Iterable[Field]:
    """Its fields, in the catalogue's order."""
    return (row for row in CATALOGUE.of(subject_of(push)) if row.name in push.names)


def sent_of(push: Push, *, undecided: bool = False) -> list[Sent]:
    """Its fields with what is to be written; `undecided` leaves out those whose outcome is known."""
    rows = [row for row in rows_of(push) if not (undecided and row.name in push.outcomes)]
    return [Sent(row, row.held(push.fields), row.told(push.seen)) for row in rows]


def step(push: Push, state: PushState) -> None:
    """Move the push on; the only place that sets its state."""
    if state not in NEXT[PushState(push.state)]:
        raise AssertionError(f"a push does not go from {push.state} to {state.value}")
    push.state = state.value
