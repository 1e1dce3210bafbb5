"""The inputs of a relationship, out of the catalogue's rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject, Values
from practicesync.core.kinds import Place
from practicesync.core.relationships import Holding, RelationshipType

HINTS: Mapping[str, str] = {
    "share_class": "Such as Ordinary, or A. Holdings of one class add up to the whole.",
    "percentage": "A partner's part, from 0 to 100.",
    "end_date": "Leave blank while it lasts. An ended one stays in the register, folded away.",
}
SHARES = frozenset({"shares", "share_class"})


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """One line of the choice of types."""

    value: str
    label: str
    holding: Holding
    stays_here: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class ValueInput:
    """One input. `group` is what it belongs to: shares, percentage, or "" for every type."""

    name: str
    label: str
    value: str
    hint: str
    error: str
    group: str
    inputmode: str


def inputs(
    held: Values, place: Place, problems: Mapping[str, str], kind: RelationshipType | None = None
) -> list[ValueInput]:
    """The inputs with what they hold; of one type those alone that say something of it, or hold something."""
    rows = CATALOGUE.of(Subject.RELATIONSHIP)
    return [
        ValueInput(
            name=row.name,
            label=row.label,
            value=_held(row.kind.name, row.kind.show((held.get(row.name, ""),), place), held.get(row.name, "")),
            hint=HINTS.get(row.name, ""),
            error=problems.get(row.name, ""),
            group="shares" if row.name in SHARES else "percentage" if row.name == "percentage" else "",
            inputmode="decimal" if row.name in ("shares", "percentage") else "",
        )
        for row in rows
        if kind is None or row.name in kind.fields or held.get(row.name)
    ]


def values_of(posted: Mapping[str, str]) -> dict[str, str]:
    """What was typed; an input that the form did not show is not among it."""
    return {row.name: posted[row.name] for row in CATALOGUE.of(Subject.RELATIONSHIP) if row.name in posted}


def _held(kind: str, shown: str, stored: str) -> str:
    """A date as people write it, anything else as it is."""
    return shown if kind == "date" else stored
