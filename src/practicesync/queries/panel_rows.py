"""The rows of the client panel: fields, contacts, relationships and groups, with both values in pieces."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.decision import Whole
from practicesync.core.fields import Field, Values
from practicesync.core.kinds import Parts, Place
from practicesync.core.plan import ContactPlan
from practicesync.core.presence import Lack, Sort
from practicesync.core.structure_plan import TiePlan
from practicesync.core.ties import fields_of, untold
from practicesync.core.verdict import Move
from practicesync.queries.plans import LinkedPlan
from practicesync.queries.showing import Shown, mark, show
from practicesync.queries.sync_outcome import ValueOutcome


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One field with both values, in pieces. `state` is None where nothing is compared, since nothing is linked.

    `lack` is set where it is something that one side has not. One that is `left` as it is differs, and is nobody's
    business; `other_id` is then the client of the register that is in the way, 0 where it has none.
    """

    key: str
    label: str
    local: Shown
    remote: Shown
    state: State | None = None
    why: str = ""
    format_only: bool = False
    pending: bool = False
    outcome: ValueOutcome | None = None
    lack: Lack | None = None
    left: bool = False
    other_id: int = 0
    other_name: str = ""

    @property
    def differs(self) -> bool:
        """Whether the sides mean different things, and somebody may care."""
        return self.state not in (None, State.SAME) and not self.left

    @property
    def blank(self) -> bool:
        """Whether neither side holds anything, and nothing is to be told of it."""
        return not (self.local or self.remote or self.differs or self.pending or self.outcome)

    @property
    def identical(self) -> bool:
        """Whether both sides are written alike, so that one writing stands for both."""
        return self.state is State.SAME and self.local == self.remote


@dataclass(frozen=True, slots=True)
class PanelGroup:
    """Rows under one heading: a section of the client, or a contact; one that a side has not tells so by `lack`."""

    title: str
    rows: tuple[PanelRow, ...]
    ref: str = ""
    lack: Lack | None = None
    pending: bool = False
    outcome: ValueOutcome | None = None

    @property
    def told(self) -> tuple[PanelRow, ...]:
        """The rows that hold something."""
        return tuple(row for row in self.rows if not row.blank)

    @property
    def blank(self) -> tuple[str, ...]:
        """The names of the fields that are blank on both sides."""
        return tuple(row.label for row in self.rows if row.blank)


def sides(row: Field, local: Parts | None, remote: Parts | None, place: Place) -> tuple[Shown, Shown]:
    """Both values in pieces, what they do not have in common marked."""
    return mark(show(row, local, place), show(row, remote, place))


def lone_rows(contact: ContactPlan, place: Place) -> Iterable[PanelRow]:
    """What the one side that has the contact holds of it; blank fields are left out."""
    here, there = contact.pair.local, contact.pair.remote
    for row in CATALOGUE.contact:
        local = None if here is None or not contact.pair.here else row.held(here.values)
        remote = None if there is None else row.held(there.values)
        shown = sides(row, local, remote, place)
        if any(shown):
            yield PanelRow(f"{contact.ref}/{row.name}", row.label, *shown)


def structure(loaded: LinkedPlan, outcomes: Mapping[str, ValueOutcome]) -> tuple[PanelGroup, ...]:
    """What the client hangs on: its relationships, its groups, and the archive where the sides differ about that."""
    titled = (
        ("Relationships", (*(_tie(tie, loaded) for tie in loaded.plan.relationships), *_untold(loaded))),
        ("Groups", _groups(loaded)),
        ("Archive", (archived(whole) for whole in loaded.plan.presences if whole.presence.name == Sort.ARCHIVED)),
    )
    groups = []
    for title, rows in titled:
        found = tuple(replace(row, outcome=outcomes.get(row.key)) for row in rows if row is not None)
        if found:
            groups.append(PanelGroup(title, found))
    return tuple(groups)


def _tie(tie: TiePlan, loaded: LinkedPlan) -> PanelRow | None:
    """One relationship on one line, with what it says on either side; one that stays here is told elsewhere."""
    pair = tie.pair
    if pair.here and not pair.there and tie.whole is None:
        return None
    here = tie_text(tie, pair.local.values, loaded) if pair.local is not None and pair.here else ""
    there = tie_text(tie, pair.remote.values, loaded) if pair.remote is not None else ""
    local, remote = mark(here, there)
    row = PanelRow(tie.ref, pair.type.label, local, remote, State.SAME)
    if tie.whole is not None:
        party = 0 if pair.local is None else loaded.structure.party_ids.get(pair.local.id, 0)
        return replace(lacking(row, tie.whole), other_id=party, other_name=pair.name)
    differing = [decision for decision in tie.decisions if decision.differs]
    if differing:
        row = replace(row, state=differing[0].state, why=differing[0].why)
    return replace(row, pending=any(decision.pending for decision in tie.decisions))


def _untold(loaded: LinkedPlan) -> Iterable[PanelRow]:
    """Relationships under labels that nobody knows, as XPM tells them."""
    for each in untold(loaded.structure.ties):
        shown = mark("", each.other_name)
        key = f"untold {each.remote_id}"
        yield PanelRow(key, each.label, *shown, State.DIFFERS, why="not_kept", lack=Lack.ONLY_THERE, left=True)


def tie_text(tie: TiePlan, values: Values, loaded: LinkedPlan) -> str:
    """A relationship in words: "Mere Tahu, since 3 Feb 2001, 100 shares"."""
    return ", ".join([tie.pair.name, *_said(tie, values, loaded)])


def _said(tie: TiePlan, values: Values, loaded: LinkedPlan) -> Iterable[str]:
    for row in fields_of(tie.pair.type, loaded.link.connection.connector):
        parts = row.held(values)
        if not row.kind.same(parts, ("",), loaded.place):
            text = show(row, parts, loaded.place)
            yield text if row.name == "percentage" else f"{row.label.lower()} {text}"


def _groups(loaded: LinkedPlan) -> Iterable[PanelRow]:
    for group in loaded.plan.groups:
        local, remote = mark(group.name if group.here else "", group.name if group.there else "")
        row = PanelRow(group.ref, "Group", local, remote, State.SAME)
        yield row if group.whole is None else lacking(row, group.whole)


def archived(whole: Whole) -> PanelRow:
    """Being archived reads like a field whose value is yes or no."""
    local, remote = mark(*("Archived" if has else "Not archived" for has in (whole.here, whole.there)))
    return PanelRow(whole.ref, "Archive", local, remote, whole.state, why=whole.why, pending=whole.pending)


def lacking(row: PanelRow, whole: Whole) -> PanelRow:
    """The row of something that one side has not."""
    left = whole.move is Move.LEAVE and not whole.pending
    return replace(row, state=whole.state, why=whole.why, lack=whole.lack, left=left, pending=whole.pending)
