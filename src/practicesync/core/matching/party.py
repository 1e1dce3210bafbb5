"""What matching is asked about, and what it answers."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

from practicesync.core.fields import ClientKind, Values


@dataclass(frozen=True, slots=True)
class Party:
    """One record of either side.

    `id` is unique within its side. `kind` is None where the side does not tell it. `values` are catalogue keys with
    values as written (`name`, `date_of_birth`, `business_number`, `physical_address.street`…). `country` (ISO alpha-2)
    is the one by which phone numbers and dates are read. `related` are ids of parties of the same side that it is tied
    to. An archived party yields to its live copy.
    """

    id: Hashable
    kind: ClientKind | None
    values: Values
    country: str = ""
    contacts: tuple[Values, ...] = ()
    groups: tuple[str, ...] = ()
    related: tuple[Hashable, ...] = ()
    archived: bool = False


class Pile(StrEnum):
    """What a person should do with a suggestion."""

    SAFE = "safe"
    LOOK = "look"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence. `code` is stable; `text` is in words for a person and holds no whole tax number."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`left` may be `right`. `score` is the probability of it, 0 to 1, most telling evidence first."""

    left: Hashable
    right: Hashable
    score: float
    pile: Pile
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """Two records of one side that may be one client; as a suggestion."""

    first: Hashable
    second: Hashable
    score: float
    pile: Pile
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
