"""What a part of a class somebody holds: shares and units added up, joint parcels counted once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from practicesync.core.kinds.amounts import read_amount
from practicesync.core.kinds.spelling import plain

JOINT = "joint_holder"


@dataclass(frozen=True, slots=True)
class Held:
    """One holding of one body: `type` as in `core.relationships`, the rest as the relationship has it."""

    id: int
    type: str
    shares: str
    share_class: str = ""
    since: str = ""

    @property
    def number(self) -> Decimal | None:
        """How many, or None where that is not told."""
        return read_amount(self.shares)

    @property
    def class_key(self) -> str:
        """Its class without case and spacing; unnamed classes are one."""
        return plain(self.share_class)

    @property
    def parcel(self) -> tuple[str, str, Decimal | None]:
        """What joint holders of one parcel have in common."""
        return (self.class_key, self.since, self.number)


def class_totals(holdings: Iterable[Held]) -> Mapping[str, Decimal]:
    """How many there are of each class that somebody holds now. Joint holders of one parcel hold it together."""
    totals: dict[str, Decimal] = {}
    parcels = set()
    for each in holdings:
        number = each.number
        if number is None or (each.type == JOINT and each.parcel in parcels):
            continue
        if each.type == JOINT:
            parcels.add(each.parcel)
        totals[each.class_key] = totals.get(each.class_key, Decimal()) + number
    return totals


def part_of_class(held: Held, totals: Mapping[str, Decimal]) -> Decimal | None:
    """The part of its class in percent, to two places; None where that cannot be said."""
    number, total = held.number, totals.get(held.class_key)
    if number is None or not total:
        return None
    return (100 * number / total).quantize(Decimal("0.01"))
