"""The client panel: every field that can sync with both values, how they stand, and what became of the last sync."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from practicesync.core.addresses import arranged
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import Comparison
from practicesync.core.decision import Decision
from practicesync.core.fields import ClientKind, Field, Section, Values
from practicesync.core.kinds import Place
from practicesync.core.link_state import LinkState
from practicesync.core.plan import ContactPlan
from practicesync.core.push import OPEN, Act, PushState
from practicesync.queries.address_places import places_of
from practicesync.queries.frame import UNDER_WAY
from practicesync.queries.panel_rows import PanelGroup, PanelRow, lone_rows, sides, structure
from practicesync.queries.plans import LinkedPlan, plans_of
from practicesync.queries.remote import CONNECTOR, Remote, RemoteState, load_remote, remote_of
from practicesync.queries.showing import mark, show
from practicesync.queries.sync_outcome import SyncOutcome, ValueOutcome, outcome_of
from practicesync.store.models import AddOn, Client, Contact, Link, Push, Run

_TOLD = frozenset(state.value for state in (*OPEN, PushState.REFUSED, PushState.OVERTAKEN))


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """The link: with which remote client, since when, and how the remote record stands.

    `open_count` is how many rows and contacts may be synced now; what waits to be written is not among them.
    """

    remote_name: str
    linked_by: str
    linked_at: datetime
    read_at: datetime
    state: LinkState
    failing: str
    archived: bool
    gone: bool
    open_count: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """The last reading of this one client: `problem` is the code of what stopped it, `resume_at` set while it waits."""

    state: str
    problem: str
    resume_at: datetime | None

    @property
    def under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Making:
    """The last try to make a client in the remote that it has no link to: under way, or why it came to nothing."""

    under_way: bool
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClientPanel:
    """All that the panel of one client shows. `link` is None where it is not linked, `making` where it is."""

    id: int
    name: str
    kind: ClientKind
    code: str
    archived: bool
    remote: Remote
    link: LinkFacts | None
    groups: tuple[PanelGroup, ...]
    contacts: tuple[PanelGroup, ...]
    structure: tuple[PanelGroup, ...] = ()
    refresh: Refresh | None = None
    last_sync: SyncOutcome | None = None
    pending: bool = False
    making: Making | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way that will change what the panel shows."""
        return any(run is not None and run.under_way for run in (self.refresh, self.last_sync))

    @property
    def moves(self) -> bool:
        """Whether the panel will show something else by itself."""
        return self.busy or self.pending

    @property
    def can_sync(self) -> bool:
        """Whether a Sync button leads anywhere: something differs, may be acted on, and XPM can be reached."""
        return self.link is not None and self.link.open_count > 0 and self.remote.connected and not self.link.gone


@dataclass(frozen=True, slots=True)
class _Recent:
    """The runs that concern one client."""

    refresh: Refresh | None = None
    sync: SyncOutcome | None = None
    outcomes: Mapping[str, ValueOutcome] = field(default_factory=dict)


def load_panel(practice_id: int, client_id: int) -> ClientPanel | None:
    """The panel of one client, in at most eighteen queries; None where the practice has no such client."""
    links = Link.rows.of(practice_id).filter(client_id=OuterRef("pk"), ended_at=None)
    found: Any = Client.rows.of(practice_id).annotate(
        enabled=Exists(AddOn.rows.of(practice_id).filter(connector=CONNECTOR)), link_id=Subquery(links.values("pk")[:1])
    )
    client = found.filter(pk=client_id).first()
    if client is None:
        return None
    if not client.enabled:
        return _unlinked(client, Remote(RemoteState.OFF))
    if client.link_id is None:
        return _unlinked(client, load_remote(practice_id), _making(client))
    return _linked(plans_of(practice_id, [client.link_id])[client.link_id], _recent(practice_id, client_id))


def _recent(practice_id: int, client_id: int) -> _Recent:
    """What is under way for the client, and the outcome of its last sync."""
    runs = list(
        Run.rows.of(practice_id).filter(subject=client_id, kind__in=("record", "sync")).order_by("-asked_at", "-pk")[:8]
    )
    sync = next((outcome_of(practice_id, run) for run in runs if run.kind == "sync"), None)
    refresh = next((Refresh(run.state, run.problem, run.resume_at) for run in runs if run.kind == "record"), None)
    return _Recent(refresh, sync, {} if sync is None else sync.values)


def _making(client: Client) -> Making | None:
    """How the last try to make it there went; None where there was none, or nothing has to be told of it."""
    rows = Push.rows.of(client.practice_id).filter(client=client, act=Act.CREATE.value)
    last = rows.select_related("connection").order_by("-pk").first()
    if last is None or last.state not in _TOLD or last.connection.state == "ended":
        return None
    return Making(PushState(last.state) in OPEN, last.detail, last.ended_at or last.asked_at)


def _unlinked(client: Client, remote: Remote, making: Making | None = None) -> ClientPanel:
    place = Place(client.country)
    fields = arranged(places_of(client.practice_id, ClientKind(client.kind)))
    contacts = Contact.rows.of(client.practice_id).filter(client=client, removed_at=None).order_by("pk")
    return ClientPanel(
        id=client.pk,
        name=client.name,
        kind=ClientKind(client.kind),
        code=client.code,
        archived=client.archived_at is not None,
        remote=remote,
        link=None,
        groups=_sections(ClientKind(client.kind), _alone(fields, client.values, place)),
        contacts=tuple(
            PanelGroup(_name(contact.values), tuple(row for _, row in _alone(CATALOGUE.contact, contact.values, place)))
            for contact in contacts
        ),
        pending=making is not None and making.under_way,
        making=making,
    )


def _alone(fields: Iterable[Field], values: Values, place: Place) -> Iterable[tuple[Field, PanelRow]]:
    """The register's values where nothing is compared."""
    for row in fields:
        local, _ = mark(show(row, row.held(values), place), "")
        yield row, PanelRow(row.name, row.label, local, ())


def _linked(loaded: LinkedPlan, recent: _Recent) -> ClientPanel:
    client = loaded.link.client
    kind = ClientKind(client.kind)
    labels = {row.name: row.label for row in arranged(places_of(client.practice_id, kind))}
    rows = (
        (decision.field, _row(decision, loaded.place, recent, labels.get(decision.field.name, "")))
        for decision in loaded.plan.decisions
    )
    return ClientPanel(
        id=client.pk,
        name=client.name,
        kind=kind,
        code=client.code,
        archived=client.archived_at is not None,
        remote=remote_of(loaded.link.connection),
        link=_link_facts(loaded),
        groups=_sections(kind, rows),
        contacts=tuple(_contact(contact, loaded.place, recent) for contact in loaded.plan.contacts),
        structure=structure(loaded, recent.outcomes),
        refresh=recent.refresh,
        last_sync=recent.sync,
        pending=bool(loaded.open_pushes),
    )


def _link_facts(loaded: LinkedPlan) -> LinkFacts:
    link, mirror = loaded.link, loaded.link.mirror
    return LinkFacts(
        remote_name=mirror.name,
        linked_by=link.linked_by,
        linked_at=link.linked_at,
        read_at=mirror.read_at,
        state=LinkState(link.state),
        failing=link.failing,
        archived=mirror.archived,
        gone=mirror.deleted or mirror.gone_at is not None,
        open_count=sum(row.can_push or row.can_pull for row in loaded.plan.differences()),
    )


def _row(decision: Decision, place: Place, recent: _Recent, label: str = "") -> PanelRow:
    comparison: Comparison = decision.comparison
    local, remote = sides(decision.field, decision.local, decision.remote, place)
    return PanelRow(
        key=decision.key,
        label=label or decision.field.label,
        local=local,
        remote=remote,
        state=comparison.state,
        why=decision.why,
        format_only=comparison.format_only,
        pending=decision.pending,
        outcome=recent.outcomes.get(decision.key),
    )


def _contact(contact: ContactPlan, place: Place, recent: _Recent) -> PanelGroup:
    local, remote = contact.pair.local, contact.pair.remote
    values: Values = local.values if local is not None else remote.values if remote is not None else {}
    if not contact.one_sided:
        rows = tuple(_row(decision, place, recent) for decision in contact.decisions)
        return PanelGroup(_name(values), rows, ref=contact.ref)
    return PanelGroup(
        _name(values),
        tuple(lone_rows(contact, place)),
        ref=contact.ref,
        lack=None if contact.whole is None else contact.whole.lack,
        pending=contact.pending,
        outcome=recent.outcomes.get(contact.ref),
    )


def _sections(kind: ClientKind, rows: Iterable[tuple[Field, PanelRow]]) -> tuple[PanelGroup, ...]:
    """The rows by section, in the catalogue's order. Fields of other kinds show only where they hold a value."""
    sections: dict[Section, list[PanelRow]] = {}
    for row, shown in rows:
        if kind in row.applies or shown.local or shown.remote:
            sections.setdefault(row.section, []).append(shown)
    return tuple(PanelGroup(section.value, tuple(found)) for section, found in sections.items())


def _name(values: Values) -> str:
    return values.get("name") or "Contact without a name"
