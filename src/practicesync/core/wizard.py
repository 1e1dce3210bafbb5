"""Importing a remote record with those it is tied to: who they are, once each, and what ties them.

Both halves of a tie are stored in the remote, one on either record and each under a label of its own (a company shows
`Director`, the person `Director Of`); read together they are one tie.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from practicesync.core.catalogue import CATALOGUE, kind_of_structure
from practicesync.core.fields import PEOPLE, ClientKind, Subject, Values
from practicesync.core.record import RemoteRelationship
from practicesync.core.relationships import RelationshipType, read_label

K = ClientKind

MANDATORY: Mapping[ClientKind, tuple[str, ...]] = {
    K.COMPANY: ("company_type", "subscription_plan"),
    K.TRUST: ("trust_type", "subscription_plan"),
}
"""The fields that the remote does not hold and an import needs. Every other kind needs a plan alone."""

PERSONAL = ("first_name", "last_name", "date_of_birth")
"""What only people have."""

NAME_KINDS: tuple[tuple[ClientKind, tuple[str, ...]], ...] = (
    (K.SUPER_FUND, ("superannuation", "super fund", "smsf", "s/f")),
    (K.TRUST, (" trust",)),
    (K.PARTNERSHIP, ("partnership",)),
    (K.COMPANY, (" limited", " ltd", " ltd.", "pty", " inc", " plc", " llc")),
)
"""What a name tells of a kind, where nothing else does; the first that is found counts."""


@dataclass(frozen=True, slots=True)
class Tie:
    """`party` is the `type` of `client`; both are remote ids. `values` are those of the relationship's fields."""

    type: RelationshipType
    client: str
    party: str
    values: Mapping[str, str]
    ended: bool = False

    @property
    def pair(self) -> tuple[str, str, str]:
        """What it is, and between whom; of a type without sides the order does not count."""
        ends = sorted((self.client, self.party)) if self.type.symmetric else (self.client, self.party)
        return (self.type.key, ends[0], ends[1])


@dataclass(frozen=True, slots=True)
class Untold:
    """A tie whose label nobody knows: it stays in the remote, and is told."""

    record: str
    label: str
    other: str
    other_name: str


@dataclass(frozen=True, slots=True)
class Ties:
    """What some records' relationships say together. `names` are the others' names as the remote tells them."""

    ties: tuple[Tie, ...]
    untold: tuple[Untold, ...]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Party:
    """One record beside the one that is imported, and every tie it has to it and to those opened.

    `level` is 1 beside the record itself, 2 beside a party that was opened, and so on; `through` is that party, or the
    record itself.
    """

    remote_id: str
    name: str
    level: int
    through: str
    ties: tuple[Tie, ...]

    @property
    def is_party(self) -> bool:
        """Whether it has a role in another, and is not only one in which another has a role."""
        return any(tie.party == self.remote_id or tie.type.symmetric for tie in self.ties)

    @property
    def is_former(self) -> bool:
        """Whether every tie has ended."""
        return all(tie.ended for tie in self.ties)


def mandatory(kind: ClientKind) -> tuple[str, ...]:
    """The names of the fields without which a client of this kind is not imported."""
    return MANDATORY.get(kind, ("subscription_plan",))


def lacking(kind: ClientKind, details: Values) -> dict[str, str]:
    """A sentence for each mandatory field that is not filled."""
    rows = [CATALOGUE.get(Subject.CLIENT, name) for name in mandatory(kind)]
    return {row.name: f"{row.label} is needed." for row in rows if row and not details.get(row.name, "").strip()}


def kind_of(values: Values, ties: Iterable[Tie] = (), remote_id: str = "") -> ClientKind:
    """The likeliest kind of a remote record: by its structure, by what only people have, by its name, by its roles."""
    told = kind_of_structure(values.get("business_structure", ""))
    if told is not K.OTHER:
        return told
    if any(values.get(key, "").strip() for key in PERSONAL):
        return K.INDIVIDUAL
    name = f" {values.get('name', '').casefold()} "
    for kind, words in NAME_KINDS:
        if any(word in name for word in words):
            return kind
    return K.INDIVIDUAL if any(tie.party == remote_id and tie.type.by <= PEOPLE for tie in ties) else K.OTHER


def read_ties(records: Mapping[str, Sequence[RemoteRelationship]], today: date) -> Ties:
    """The ties that these records tell, each once, by the id of the record that tells them.

    Where both halves are there, the client's counts and the other fills what it leaves out. Several ties of one type
    between the same two (two holdings) stay several.
    """
    told: dict[tuple[str, str, str], dict[bool, list[Tie]]] = defaultdict(lambda: {False: [], True: []})
    untold: list[Untold] = []
    names: dict[str, str] = {}
    for record_id, relationships in records.items():
        for each in relationships:
            if each.other_id == record_id:
                continue
            names.setdefault(each.other_id, each.other_name)
            read = read_label(each.label)
            if read is None:
                untold.append(Untold(record_id, each.label, each.other_id, each.other_name))
                continue
            ends = (each.other_id, record_id) if read.reversed else (record_id, each.other_id)
            tie = Tie(read.type, *ends, each.values, has_ended(each.values, today))
            told[tie.pair][record_id == tie.pair[2]].append(tie)
    ties = [tie for halves in told.values() for tie in _joined(halves[False], halves[True])]
    return Ties(tuple(ties), tuple(untold), names)


def has_ended(values: Values, today: date) -> bool:
    """Whether a tie's end date has passed."""
    end = values.get("end_date", "").strip()[:10]
    try:
        return bool(end) and date.fromisoformat(end) < today
    except ValueError:
        return False


def _joined(first: list[Tie], second: list[Tie]) -> list[Tie]:
    """Ties of one pair as told by either end: the longer telling, gaps filled where each end tells one."""
    first, second = _distinct(first), _distinct(second)
    if len(first) == len(second) == 1:
        values = {**second[0].values, **{key: value for key, value in first[0].values.items() if value}}
        return [Tie(first[0].type, first[0].client, first[0].party, values, first[0].ended or second[0].ended)]
    return first if len(first) >= len(second) else second


def _distinct(ties: Iterable[Tie]) -> list[Tie]:
    return list({tuple(sorted(tie.values.items())): tie for tie in ties}.values())


def parties(root: str, opened: Collection[str], ties: Ties) -> tuple[Party, ...]:
    """Everybody beside the record and beside those opened, each once, nearest first; who is met again is not opened
    again, so that a circle of holdings ends."""
    beside: dict[str, list[Tie]] = defaultdict(list)
    for tie in ties.ties:
        beside[tie.client].append(tie)
        beside[tie.party].append(tie)
    found: dict[str, tuple[int, str]] = {root: (0, "")}
    queue = [root]
    while queue:
        at = queue.pop(0)
        if at != root and at not in opened:
            continue
        for tie in beside[at]:
            other = tie.party if tie.client == at else tie.client
            if other not in found:
                found[other] = (found[at][0] + 1, at)
                queue.append(other)
    return tuple(
        Party(each, ties.names.get(each, ""), level, through, _among(beside[each], found))
        for each, (level, through) in found.items()
        if each != root
    )


def _among(ties: Iterable[Tie], found: Mapping[str, object]) -> tuple[Tie, ...]:
    return tuple(tie for tie in ties if tie.client in found and tie.party in found)


def between(ties: Ties, included: Collection[str]) -> tuple[Tie, ...]:
    """The ties that are made when these records are: both ends are among them."""
    return tuple(tie for tie in ties.ties if tie.client in included and tie.party in included)
