"""The sync screen: one row a field that differs, what may be done with it, and what is proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Max
from django.utils.crypto import salted_hmac

from practicesync.core.addresses import arranged
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.decision import Decision, Whole, row_key
from practicesync.core.fields import ClientKind
from practicesync.core.plan import ContactPlan
from practicesync.core.presence import Lack, Sort
from practicesync.core.verdict import CAN_PULL, CAN_PUSH, GONE, Move
from practicesync.queries.address_places import places_of
from practicesync.queries.panel_rows import PanelRow, archived, lone_rows, sides, tie_text
from practicesync.queries.plans import LinkedPlan, load_plan
from practicesync.queries.remote import Remote, remote_of
from practicesync.queries.showing import Piece, Shown
from practicesync.store.models import Change

PUSH, PULL, LEAVE = "push", "pull", "leave"
CALLS_A_RECORD = 2
"""A write costs a read just before it and the write itself (look before you write)."""


class Bar(StrEnum):
    """Why a row cannot go one way."""

    NONE = ""
    PENDING = "pending"
    NEEDED = "needed"
    MASKED = "masked"
    UNTOLD = "untold"
    NOT_TAKEN = "not_taken"
    GONE = "gone"
    PARTY = "party"
    FROM_REMOTE = "from_remote"
    NO_RETURN = "no_return"
    BUSY = "busy"
    NEVER_THERE = "never_there"
    PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class SyncRow:
    """One choice: a field with both values, or something that one side lacks (`lack` says which, and since when).

    `record` names the remote record that a push would write. `stamp` tells whether the row is still what was seen.
    `blanks` is the choice that would blank or remove something, or ""; `loses` what that is: a value, a whole, or being
    on the list of clients (`archived`). `facts` is what a lone contact holds.
    """

    key: str
    label: str
    record: str
    local: Shown
    remote: Shown
    state: State
    why: str
    push_bar: Bar
    pull_bar: Bar
    stamp: str
    chosen: str = LEAVE
    proposed: str = LEAVE
    blanks: str = ""
    loses: str = "value"
    lack: Lack | None = None
    facts: tuple[PanelRow, ...] = ()
    moved_here: datetime | None = None
    moved_there: datetime | None = None
    changed: bool = False

    @property
    def undecided(self) -> bool:
        """Whether a person has to choose, and nothing is proposed."""
        return self.chosen == LEAVE and not (self.push_bar and self.pull_bar)

    @property
    def here(self) -> bool:
        """Whether the register has it, of something that one side lacks."""
        return self.lack in (Lack.ONLY_HERE, Lack.REMOVED_THERE)

    @property
    def stuck(self) -> bool:
        """Whether it can go neither way."""
        return bool(self.push_bar and self.pull_bar)


@dataclass(frozen=True, slots=True)
class SyncGroup:
    """Rows under one heading: the client's own, a contact's (`of` says so), its relationships, its groups."""

    title: str
    rows: tuple[SyncRow, ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class SyncScreen:
    """All that the sync screen shows. `seen` is the token of what it was made of, `digest` the plan's own of it."""

    client_id: int
    client_name: str
    remote_name: str
    remote: Remote
    gone: bool
    archived: bool
    read_at: datetime
    seen: str
    digest: str
    groups: tuple[SyncGroup, ...]
    format_only: tuple[PanelRow, ...]

    @property
    def rows(self) -> tuple[SyncRow, ...]:
        """Every row that can be chosen."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def pushes(self) -> int:
        """How many values are chosen to go to the remote."""
        return sum(row.chosen == PUSH for row in self.rows)

    @property
    def pulls(self) -> int:
        """How many values are chosen to come to the register."""
        return sum(row.chosen == PULL for row in self.rows)

    @property
    def calls(self) -> int:
        """How many calls of the API budget the chosen pushes cost."""
        return CALLS_A_RECORD * len({row.record for row in self.rows if row.chosen == PUSH})


def load_sync_screen(practice_id: int, client_id: int) -> SyncScreen | None:
    """The sync screen of one client, with the proposed choices made; None where it is not linked."""
    loaded = load_plan(practice_id, client_id)
    if loaded is None:
        return None
    link, mirror = loaded.link, loaded.link.mirror
    moved = _moved_here(practice_id, client_id)
    labels = {row.name: row.label for row in arranged(places_of(practice_id, ClientKind(link.client.kind)))}
    return SyncScreen(
        client_id=client_id,
        client_name=link.client.name,
        remote_name=mirror.name,
        remote=remote_of(link.connection),
        gone=mirror.deleted or mirror.gone_at is not None,
        archived=mirror.archived,
        read_at=mirror.read_at,
        seen=_token("sync screen", loaded.plan.seen),
        digest=loaded.plan.seen,
        groups=tuple(_named(group, labels) for group in _groups(loaded, moved)),
        format_only=tuple(_format_only(loaded)),
    )


def _named(group: SyncGroup, labels: Mapping[str, str]) -> SyncGroup:
    """The rows under the names by which this kind of client knows its fields; a contact's keys are none of them."""
    return replace(group, rows=tuple(replace(row, label=labels.get(row.key, row.label)) for row in group.rows))


def keeping(screen: SyncScreen, choices: Mapping[str, str], stamps: Mapping[str, str]) -> SyncScreen:
    """The screen with a person's choices in place of the proposed ones, where the row is still what they saw.

    A row that is not is marked as changed and left to be chosen again.
    """
    return replace(
        screen,
        groups=tuple(
            replace(group, rows=tuple(_kept(row, choices, stamps) for row in group.rows)) for group in screen.groups
        ),
    )


def _kept(row: SyncRow, choices: Mapping[str, str], stamps: Mapping[str, str]) -> SyncRow:
    if stamps.get(row.key) != row.stamp:
        return replace(row, changed=True, chosen=LEAVE)
    choice = choices.get(row.key, LEAVE)
    barred = (choice == PUSH and row.push_bar) or (choice == PULL and row.pull_bar) or choice not in (PUSH, PULL)
    return replace(row, chosen=LEAVE if barred else choice)


def _token(salt: str, text: str) -> str:
    """What stands in a page for what it was made of. Keyed: a bare digest of a short number can be guessed back."""
    return salted_hmac(f"practicesync.{salt}", text, algorithm="sha256").hexdigest()[:32]


def _moved_here(practice_id: int, client_id: int) -> dict[str, datetime]:
    """When each field of the register last changed, by row key; of contacts, by `contact:<id>/<field>`."""
    found = (
        Change.rows.of(practice_id)
        .filter(activity__client_id=client_id, side="local")
        .values_list("ref", "field")
        .annotate(at=Max("activity__at"))
    )
    moved: dict[str, datetime] = {}
    for ref, name, at in found:
        key = row_key(":".join(ref.split(":")[:2]), name)
        moved[key] = max(at, moved.get(key, at))
    return moved


def _groups(loaded: LinkedPlan, moved: Mapping[str, datetime]) -> Iterable[SyncGroup]:
    own = (*_archive(loaded), *(_row(row, loaded, moved) for row in loaded.plan.decisions if row.differs))
    if own:
        yield SyncGroup("", own)
    for contact in loaded.plan.contacts:
        if contact.whole is not None:
            yield SyncGroup(_contact_name(contact), (_lone(contact, contact.whole, loaded),), of="Contact")
            continue
        rows = tuple(_row(decision, loaded, moved) for decision in contact.decisions if decision.differs)
        if rows:
            yield SyncGroup(_contact_name(contact), rows, of="Contact")
    for title, rows in (("Relationships", tuple(_ties(loaded, moved))), ("Groups", tuple(_places(loaded)))):
        if rows:
            yield SyncGroup(title, rows)


def _ties(loaded: LinkedPlan, moved: Mapping[str, datetime]) -> Iterable[SyncRow]:
    """The relationships that differ; what is nobody's business is told by the panel alone."""
    for tie in loaded.plan.relationships:
        for decision in tie.decisions:
            if decision.differs:
                row = _row(decision, loaded, moved)
                yield replace(row, label=f"{tie.pair.type.label} {tie.pair.name}: {row.label}")
        if tie.whole is not None and tie.whole.move is not Move.LEAVE:
            held = tie.pair.local or tie.pair.remote
            yield _presence(tie.whole, tie.pair.type.label, tie_text(tie, held.values if held else {}, loaded))


def _places(loaded: LinkedPlan) -> Iterable[SyncRow]:
    for group in loaded.plan.groups:
        if group.whole is not None and group.whole.move is not Move.LEAVE:
            yield _presence(group.whole, "Group", group.name)


def _presence(whole: Whole, label: str, text: str) -> SyncRow:
    """Something that one side lacks is one choice: have it on both, have it on neither, or leave it."""
    shown = (Piece(text),)
    return SyncRow(
        key=whole.ref,
        label=label,
        record=whole.ref,
        local=shown if whole.here else (),
        remote=shown if whole.there else (),
        state=whole.state,
        why=whole.why,
        push_bar=_whole_bar(whole, can=whole.can_push, way=PUSH),
        pull_bar=_whole_bar(whole, can=whole.can_pull, way=PULL),
        stamp=_token("sync row", repr((whole.ref, whole.base, whole.here, whole.there, text))),
        blanks=PULL if whole.here else PUSH,
        loses="whole",
        lack=whole.lack,
    )


def _whole_bar(whole: Whole, *, can: bool, way: str) -> Bar:
    """Why something that one side lacks cannot go one way."""
    if can:
        return Bar.NONE
    archive = whole.presence.name == Sort.ARCHIVED
    found = {
        Bar.PENDING: whole.pending,
        Bar.GONE: bool(whole.facts & GONE) and way == PUSH,
        Bar.PRIMARY: bool(whole.facts & CAN_PULL) and way == PULL,
        Bar.NO_RETURN: archive and way == PUSH,
        Bar.BUSY: archive and way == PULL,
        Bar.PARTY: whole.why == "party_unlinked",
        Bar.FROM_REMOTE: whole.presence.remote_only and way == PUSH,
        Bar.NEVER_THERE: whole.lack is (Lack.ONLY_THERE if way == PUSH else Lack.ONLY_HERE),
    }
    return next((bar for bar, holds in found.items() if holds), Bar.NOT_TAKEN)


def _archive(loaded: LinkedPlan) -> Iterable[SyncRow]:
    """Being archived reads like a field whose value is yes or no."""
    for whole in loaded.plan.presences:
        if whole.presence.name == Sort.ARCHIVED:
            shown = archived(whole)
            row = _presence(whole, shown.label, shown.key)
            archives = PUSH if whole.here else PULL
            yield replace(row, local=shown.local, remote=shown.remote, blanks=archives, loses="archived", lack=None)


def _row(decision: Decision, loaded: LinkedPlan, moved: Mapping[str, datetime]) -> SyncRow:
    local, remote = sides(decision.field, decision.local, decision.remote, loaded.place)
    proposed = _proposed(decision)
    here = ":".join(decision.ref.split(":")[:2])
    return SyncRow(
        key=decision.key,
        label=decision.field.label,
        record=decision.ref,
        local=local,
        remote=remote,
        state=decision.state,
        why=decision.why,
        push_bar=Bar.NONE if decision.can_push else _push_bar(decision, loaded.link.connection.connector),
        pull_bar=Bar.NONE if decision.can_pull else _pull_bar(decision),
        stamp=_token("sync row", repr((decision.key, decision.base, decision.local, decision.remote))),
        chosen=proposed,
        proposed=proposed,
        blanks=_blanks(decision),
        moved_here=moved.get(row_key(here, decision.field.name)),
        moved_there=loaded.link.mirror.changed_at,
    )


def _proposed(decision: Decision) -> str:
    """What is ticked beforehand: a proposed push or pull that does not blank the other side."""
    if decision.move is Move.PUSH and not decision.field.is_empty(decision.local):
        return PUSH
    if decision.move is Move.PULL and not decision.field.is_empty(decision.remote):
        return PULL
    return LEAVE


def _blanks(decision: Decision) -> str:
    if decision.field.is_empty(decision.local):
        return PUSH
    return PULL if decision.field.is_empty(decision.remote) else ""


def _push_bar(decision: Decision, connector: str) -> Bar:
    if decision.pending:
        return Bar.PENDING
    if not decision.field.writable(connector):
        return Bar.NOT_TAKEN
    if decision.facts & CAN_PUSH:
        return Bar.GONE if decision.facts & GONE else Bar.FROM_REMOTE
    return Bar.MASKED if decision.field.kind.is_masked(decision.local) else Bar.NEEDED


def _pull_bar(decision: Decision) -> Bar:
    if decision.pending:
        return Bar.PENDING
    if decision.facts & CAN_PULL:
        return Bar.PRIMARY
    if decision.remote is None:
        return Bar.UNTOLD
    return Bar.MASKED if decision.comparison.hidden else Bar.NEEDED


def _lone(contact: ContactPlan, whole: Whole, loaded: LinkedPlan) -> SyncRow:
    """A contact that one side lacks, with all that it holds."""
    facts = tuple(lone_rows(contact, loaded.place))
    values = repr([(row.key, row.local, row.remote) for row in facts])
    row = _presence(whole, "Contact", values)
    return replace(
        row,
        local=facts[0].local if whole.here and facts else (),
        remote=facts[0].remote if whole.there and facts else (),
        facts=facts,
    )


def _format_only(loaded: LinkedPlan) -> Iterable[PanelRow]:
    for decision in loaded.plan.rows():
        if decision.comparison.format_only:
            local, remote = sides(decision.field, decision.local, decision.remote, loaded.place)
            yield PanelRow(decision.key, decision.field.label, local, remote, decision.state, format_only=True)


def _contact_name(contact: ContactPlan) -> str:
    name = CATALOGUE.contact[0]
    for held in (contact.pair.local, contact.pair.remote):
        if held is not None and not name.is_empty(name.held(held.values)):
            return name.held(held.values)[0]
    return "Contact without a name"
