"""Links to review: what matching suggests, pile by pile, and who is alone on either side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from practicesync.core.fields import ClientKind
from practicesync.core.link_state import LinkState
from practicesync.queries.clients import count_states
from practicesync.queries.comparing import Record, Telling, compare_records, remote_record
from practicesync.queries.frame import UNDER_WAY
from practicesync.queries.link_search import telling_facts
from practicesync.queries.matching import remote_kind
from practicesync.queries.remote import Remote, load_remote
from practicesync.queries.run_page import RunLine, load_runs
from practicesync.queries.suggestions import PROPOSED, last_match, open_candidates, proposals
from practicesync.store.models import Candidate, Client, Contact, GroupMember, Link, ListedClient, Mirror, Practice, Run

PAGE_SIZE = 50
MANY = ("link_many", "unlink_many")


class Tab(StrEnum):
    """A part of the page: a pile of suggestions, or those of one side to whom nobody belongs."""

    SAFE = "safe"
    LOOK = "look"
    HERE = "here"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of it, in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Other:
    """A record that the client may be instead. `facts` are what tells it apart: label and value."""

    id: int
    mirror_id: int
    name: str
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    archived: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion: both records side by side, why, and what speaks against it.

    `gone` says that the record is no longer in XPM, so that nobody can link it.
    """

    id: int
    client_id: int
    client_name: str
    mirror_id: int
    remote_name: str
    pile: str
    facts: tuple[Telling, ...]
    reasons: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    others: tuple[Other, ...]
    archived: bool
    gone: bool

    @property
    def differing(self) -> tuple[Telling, ...]:
        """The facts that are on both sides and differ."""
        return tuple(each for each in self.facts if each.standing == "differs")


@dataclass(frozen=True, slots=True)
class Alone:
    """A record without a counterpart. `likely` says that it may be somebody all the same, less probably."""

    id: int
    name: str
    kind: ClientKind | None
    facts: tuple[tuple[str, str], ...]
    likely: bool = False


@dataclass(frozen=True)
class LinksPage:
    """One part of the page, and how many each holds. `more` is the card after which the next page begins, else 0."""

    remote: Remote
    tab: Tab
    counts: Mapping[Tab, int]
    cards: tuple[Card, ...] = ()
    alone: tuple[Alone, ...] = ()
    page: int = 1
    more: int = 0
    begun: bool = False
    matched_at: datetime | None = None
    running: RunLine | None = None
    undoable: RunLine | None = None
    matching: bool = field(default=False)

    @property
    def suggested(self) -> int:
        """How many suggestions wait, in both piles."""
        return self.counts[Tab.SAFE] + self.counts[Tab.LOOK]

    @property
    def pages(self) -> int:
        """How many pages of lone records there are."""
        return max(1, -(-self.counts[self.tab] // PAGE_SIZE))


def load_links(practice_id: int, tab: Tab, *, after: int = 0, page: int = 1) -> LinksPage:
    """One part of the page: the cards that follow the suggestion `after`, or the lone records of a page.

    The same number of queries however long the lists are.
    """
    remote = load_remote(practice_id)
    counts = count_links(practice_id, remote.connection_id)
    common = {"remote": remote, "tab": tab, "counts": counts, **_runs(practice_id, remote.connection_id)}
    if tab in (Tab.SAFE, Tab.LOOK):
        rows, begun = _following(practice_id, remote.connection_id, tab, after)
        cards = load_cards(practice_id, rows[:PAGE_SIZE])
        more = rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else 0
        return LinksPage(**common, cards=cards, more=more, begun=begun)
    page = min(max(1, page), max(1, -(-counts[tab] // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    found = _alone_here(practice_id, remote, start) if tab is Tab.HERE else _alone_there(practice_id, remote, start)
    return LinksPage(**common, alone=found, page=page)


def count_links(practice_id: int, connection_id: int) -> dict[Tab, int]:
    """How many suggestions are in each pile, and how many clients are alone on either side."""
    there = _lone_mirrors(practice_id, connection_id).count()
    return {**count_piles(practice_id, connection_id), Tab.THERE: there}


def count_piles(practice_id: int, connection_id: int) -> dict[Tab, int]:
    """The same but for those who are only in XPM: what a decision changes, in two small queries."""
    piles = proposals(practice_id, connection_id).values_list("pile").annotate(n=Count("pk")).order_by()
    found = {Tab.SAFE: 0, Tab.LOOK: 0} | {Tab(pile): n for pile, n in piles if pile in (Tab.SAFE, Tab.LOOK)}
    # A client has one proposal at most, so that nobody has to be counted one by one.
    unlinked = count_states(practice_id)[LinkState.UNLINKED]
    return {**found, Tab.HERE: max(0, unlinked - sum(found.values()))}


def load_card(practice_id: int, candidate_id: int) -> Card | None:
    """One suggestion, open or not; None where there is none of this id."""
    rows = _wide(Candidate.rows.of(practice_id).filter(pk=candidate_id))
    return next(iter(load_cards(practice_id, list(rows))), None)


def suggestions_for(practice_id: int, client_id: int) -> tuple[Other, ...]:
    """Whom one client may be, most probable first: what is open of its candidates."""
    remote = load_remote(practice_id)
    rows = open_candidates(practice_id, remote.connection_id).filter(client_id=client_id)
    return tuple(_other(row) for row in _wide(rows).order_by("rank", "-score")[:5])


def _runs(practice_id: int, connection_id: int) -> dict[str, Any]:
    """The matching and the bulk runs: what is under way, and the last bulk that may be taken back."""
    runs = Run.rows.of(practice_id).filter(connection_id=connection_id)
    live = list(runs.filter(kind__in=("match", *MANY), state__in=UNDER_WAY).values_list("pk", "kind"))
    many = runs.filter(kind__in=MANY).order_by("-asked_at", "-pk").values_list("pk", "kind", "state").first()
    last = last_match(practice_id, connection_id)
    wanted = [key for key, kind in live if kind in MANY][:1] or [key for key, _ in live][:1]
    undoable = [many[0]] if many and many[1] == "link_many" and many[2] in ("done", "cancelled") else []
    lines = {line.id: line for line in load_runs(practice_id, run_ids=[*wanted, *undoable])}
    return {
        "matched_at": last.finished_at if last else None,
        "running": lines.get(wanted[0]) if wanted else None,
        "undoable": next((lines[key] for key in undoable if lines[key].changed), None),
        "matching": any(kind == "match" for _, kind in live),
    }


def _following(practice_id: int, connection_id: int, tab: Tab, after: int) -> tuple[list[Any], bool]:
    """The suggestions of a pile after one of them, by name, one more than a page; whether any come before."""
    rows = proposals(practice_id, connection_id).filter(pile=tab.value)
    last = (
        Candidate.rows.of(practice_id).filter(pk=after).values_list("sort_name", flat=True).first() if after else None
    )
    if last is not None:
        rows = rows.filter(Q(sort_name__gt=last) | Q(sort_name=last, pk__gt=after), sort_name__gte=last)
    ids = list(rows.order_by("sort_name", "pk").values_list("pk", flat=True)[: PAGE_SIZE + 1])
    wide = {row.pk: row for row in _wide(Candidate.rows.among(practice_id, ids))}
    return [wide[key] for key in ids if key in wide], last is not None


def _wide(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows.select_related("client", "mirror")


def load_cards(practice_id: int, rows: Sequence[Any]) -> tuple[Card, ...]:
    """These suggestions with all that they show, in four queries however many."""
    clients = [row.client_id for row in rows]
    country = Practice.objects.values_list("country", flat=True).get(pk=practice_id)
    contacts = _grouped(
        Contact.rows.of(practice_id).filter(client_id__in=clients, removed_at=None).values_list("client_id", "values")
    )
    members = GroupMember.rows.of(practice_id).filter(client_id__in=clients, group__removed_at=None)
    groups = _grouped(members.values_list("client_id", "group__name"))
    others: defaultdict[int, list[Other]] = defaultdict(list)
    if rows:
        found = open_candidates(practice_id, rows[0].connection_id).filter(client_id__in=clients, rank__gt=PROPOSED)
        for row in _wide(found).order_by("rank", "-score"):
            others[row.client_id].append(_other(row))
    return tuple(
        _card(
            row,
            [each.get("name", "") for each in contacts[row.client_id]],
            groups[row.client_id],
            others[row.client_id],
            country,
        )
        for row in rows
    )


def _card(row: Any, contacts: list[str], groups: list[str], others: list[Other], country: str) -> Card:
    client, mirror = row.client, row.mirror
    local = Record(
        client.values, client.country, ClientKind(client.kind), contacts=tuple(contacts), groups=tuple(groups)
    )
    theirs = [each["values"] for each in mirror.contacts or ()]
    remote = remote_record(mirror.values, country, theirs, [each["name"] for each in mirror.groups or ()])
    return Card(
        id=row.pk,
        client_id=row.client_id,
        client_name=client.name,
        mirror_id=row.mirror_id,
        remote_name=mirror.name,
        pile=row.pile,
        facts=compare_records(local, remote),
        reasons=_evidence(row.reasons),
        against=_evidence(row.against),
        others=tuple(others),
        archived=mirror.archived,
        gone=mirror.deleted or mirror.gone_at is not None,
    )


def _other(row: Any) -> Other:
    return Other(
        id=row.pk,
        mirror_id=row.mirror_id,
        name=row.mirror.name,
        facts=tuple(telling_facts(row.mirror.values)),
        reasons=_evidence(row.reasons),
        against=_evidence(row.against),
        archived=row.mirror.archived,
    )


def _evidence(told: Iterable[Mapping[str, str]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(each["text"]) for each in told)


def _grouped(rows: Iterable[tuple[int, Any]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for key, value in rows:
        found[key].append(value)
    return found


# Those who are alone


def _lone_clients(practice_id: int, connection_id: int) -> QuerySet[Any, Any]:
    suggested = proposals(practice_id, connection_id).filter(client_id=OuterRef("pk"))
    rows: QuerySet[Any, Any] = ListedClient.rows.of(practice_id)
    return rows.filter(~Exists(suggested), rank=list(LinkState).index(LinkState.UNLINKED))


def _lone_mirrors(practice_id: int, connection_id: int) -> QuerySet[Any, Any]:
    live = Link.rows.of(practice_id).filter(connection_id=connection_id, ended_at=None, mirror_id=OuterRef("pk"))
    suggested = proposals(practice_id, connection_id).filter(mirror_id=OuterRef("pk"))
    rows: QuerySet[Any, Any] = Mirror.rows.of(practice_id).filter(connection_id=connection_id)
    return rows.filter(~Exists(live), ~Exists(suggested), gone_at=None, deleted=False, archived=False)


def _alone_here(practice_id: int, remote: Remote, start: int) -> tuple[Alone, ...]:
    rows = _lone_clients(practice_id, remote.connection_id).order_by("sort_name", "pk")
    ids = list(rows.values_list("pk", flat=True)[start : start + PAGE_SIZE])
    maybe = open_candidates(practice_id, remote.connection_id).filter(client_id__in=ids)
    likely = set(maybe.values_list("client_id", flat=True))
    clients = {each.pk: each for each in Client.rows.among(practice_id, ids)}
    return tuple(
        Alone(key, each.name, ClientKind(each.kind), tuple(telling_facts(each.values)), likely=key in likely)
        for key in ids
        if (each := clients.get(key)) is not None
    )


def _alone_there(practice_id: int, remote: Remote, start: int) -> tuple[Alone, ...]:
    rows = _lone_mirrors(practice_id, remote.connection_id).order_by("sort_name", "pk")[start : start + PAGE_SIZE]
    columns = rows.values_list("pk", F("name"), "values")
    return tuple(Alone(key, name, remote_kind(values), tuple(telling_facts(values))) for key, name, values in columns)
