"""Who acts, and what they may do. An `Actor` is passed to every operation; there is no current-user global."""

from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.errors import Forbidden


class Ability(StrEnum):
    """One thing that a person may be allowed to do."""

    VIEW = "view"
    EDIT = "edit"
    SYNC = "sync"
    MANAGE = "manage"


class Role(StrEnum):
    """A person's role in one practice."""

    READ_ONLY = "read_only"
    STANDARD = "standard"
    ADMIN = "admin"


ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.READ_ONLY: frozenset({Ability.VIEW}),
    Role.STANDARD: frozenset({Ability.VIEW, Ability.EDIT, Ability.SYNC}),
    Role.ADMIN: frozenset(Ability),
}


CLIENT_SYNC = "Client sync"
"""Who acts where nobody asked, but the practice's policy."""


class ActorKind(StrEnum):
    """What sort of thing acts."""

    PERSON = "person"
    WORKER = "worker"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something acting for one practice.

    `id` is the person's id as text, or the name of the worker or command; `name` is what the activity shows.
    """

    kind: ActorKind
    id: str
    name: str
    practice_id: int
    abilities: frozenset[Ability]

    def may(self, ability: Ability) -> bool:
        """Whether the actor has this ability in the practice."""
        return ability in self.abilities

    def require(self, ability: Ability) -> None:
        """Raise `Forbidden` unless the actor has this ability."""
        if ability not in self.abilities:
            raise Forbidden(f"This needs the ability to {ability.value}.")


def worker(practice_id: int, name: str = "practicesync") -> Actor:
    """The actor under which background work goes on: it may do what a run was asked to do."""
    return Actor(ActorKind.WORKER, name, name, practice_id, frozenset(Ability))


def client_sync(practice_id: int) -> Actor:
    """The actor of what a practice's policy lets happen unasked."""
    return worker(practice_id, CLIENT_SYNC)
