"""One remote client about to be imported: what the remote gives, what it looks like here, and who is tied to it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import PEOPLE, ClientKind, Field, Section, Values
from practicesync.core.kinds import Place
from practicesync.core.lists import BY_KEY, FIRM_LISTS
from practicesync.core.wizard import Party, Tie, Ties, kind_of, mandatory, parties
from practicesync.queries.frame import UNDER_WAY
from practicesync.queries.link_search import telling_facts
from practicesync.queries.lists import labels_of
from practicesync.queries.lookalikes import LookalikeIndex, nearby_index
from practicesync.queries.remote_parties import relationships_of, ties_of
from practicesync.queries.showing import show
from practicesync.store.models import Link, Mirror, Practice, Run
from practicesync.store.secrets import mark, to_json

MOST_COMPARED = 40
"""So many parties are looked for in the register; a list that is longer is chosen by hand."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the remote gives under one heading: labels and values."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """A field to fill in. `kinds` are those for which it is mandatory; `options` the words of the firm's list."""

    name: str
    label: str
    kinds: tuple[ClientKind, ...]
    options: tuple[str, ...]
    list_title: str


@dataclass(frozen=True, slots=True)
class Known:
    """A register client that a party is (`sure`), or may be, with the reasons in words."""

    client_id: int
    name: str
    sure: bool
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def choice(self) -> str:
        """Names the choice of this client in a form."""
        return f"client:{self.client_id}"


@dataclass(frozen=True, slots=True)
class Role:
    """One tie of a party, in words. `kept` is False where the register does not keep it, with the reason in `why`."""

    text: str
    ended: bool
    kept: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One party: who, in which roles, and what may become of it.

    `preset` is the choice that stands until a person chooses: "client:<id>", "new", "leave", or "" where somebody has
    to. `mirror_id` is 0 for one whose record was never read: it cannot come along.
    """

    mirror_id: int
    remote_id: str
    name: str
    kind: ClientKind
    facts: tuple[tuple[str, str], ...]
    roles: tuple[Role, ...]
    known: tuple[Known, ...]
    preset: str
    level: int
    through: str
    archived: bool = False
    former: bool = False
    can_open: bool = False
    opened: bool = False

    @property
    def sure(self) -> bool:
        """Whether the register has this very record."""
        return any(each.sure for each in self.known)


@dataclass(frozen=True, slots=True)
class ImportForm:
    """All that the import form of one remote client shows. `seen` is the mark of what the remote gives."""

    mirror_id: int
    seen: str
    name: str
    kind: ClientKind
    archived: bool
    gone: bool
    taken_by: int
    read_at: datetime
    told: tuple[Told, ...]
    contacts: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    details: tuple[Detail, ...]
    looks_like: tuple[Known, ...]
    parties: tuple[PartyRow, ...]
    untold: tuple[str, ...]
    reading: bool

    @property
    def empty_lists(self) -> tuple[str, ...]:
        """The lists without a word to choose, which this kind of client needs."""
        return tuple(each.list_title for each in self.details if self.kind in each.kinds and not each.options)


def load_import_form(
    practice_id: int, mirror_id: int, *, today: date, opened: Collection[int] = (), kind: ClientKind | None = None
) -> ImportForm | None:
    """The form of one remote client; `opened` are the parties to be looked at one level further, by mirror id.

    `kind` is what a person says that it is. None where the practice has no such record.
    """
    root = Mirror.rows.of(practice_id).select_related("connection").filter(pk=mirror_id).first()
    if root is None:
        return None
    place = Place(Practice.objects.values_list("country", flat=True).get(pk=practice_id))
    chosen = kind or kind_of(root.values)
    taken = _linked(practice_id, [root.pk]).get(root.pk)
    web = _Web(practice_id, place, root, chosen, _around(root, opened), frozenset(opened), today)
    return ImportForm(
        mirror_id=root.pk,
        seen=mark(to_json([root.values, root.contacts, root.relationships, root.groups, root.archived])),
        name=root.name,
        kind=chosen,
        archived=root.archived,
        gone=root.deleted or root.gone_at is not None or is_missed(root),
        taken_by=taken.client_id if taken else 0,
        read_at=root.read_at,
        told=_told(root.values, place),
        contacts=tuple(_contact(each["values"]) for each in root.contacts or ()),
        groups=tuple(str(each["name"]) for each in root.groups or ()),
        details=load_details(practice_id),
        looks_like=web.looks_like(),
        parties=web.rows(),
        untold=tuple(f"{each.other_name}: {each.label}" for each in web.ties.untold),
        reading=Run.rows.of(practice_id).filter(kind="look", subject=mirror_id, state__in=UNDER_WAY).exists(),
    )


def is_missed(mirror: Mirror) -> bool:
    """Whether the last look at the record, later than what is stored of it, found none."""
    looks = Run.rows.of(mirror.practice_id).filter(kind="look", subject=mirror.pk, state="failed", problem="gone")
    return looks.filter(finished_at__gte=mirror.read_at).exists()


def index_near(practice_id: int, mirrors: Iterable[Mirror]) -> LookalikeIndex:
    """The register's clients that may be one of these remote records, ready to be asked."""
    return nearby_index(practice_id, (_asked(kind_of(mirror.values), mirror) for mirror in mirrors))


def like_known(index: LookalikeIndex, kind: ClientKind, mirror: Mirror, limit: int = 5) -> tuple[Known, ...]:
    """The register clients that a remote record looks like, best first."""
    told, values, contacts = _asked(kind, mirror)
    return tuple(
        Known(
            client_id=found.id,
            name=found.name,
            sure=False,
            reasons=tuple(each.text for each in found.reasons),
            against=tuple(each.text for each in found.against),
        )
        for found in index.like(told, values, contacts=contacts, limit=limit)
    )


def _asked(kind: ClientKind, mirror: Mirror) -> tuple[ClientKind | None, Values, list[Values]]:
    """What is known of a remote record, as a client that is about to be made."""
    contacts = [each["values"] for each in mirror.contacts or ()]
    return (None if kind is ClientKind.OTHER else kind), mirror.values, contacts


def _linked(practice_id: int, mirror_ids: Iterable[int]) -> dict[int, Link]:
    """The live links of these mirrors, with their clients."""
    links = Link.rows.of(practice_id).filter(mirror_id__in=list(mirror_ids), ended_at=None)
    return {link.mirror_id: link for link in links.select_related("client")}


def _around(root: Mirror, opened: Collection[int]) -> dict[str, Mirror]:
    """The stored records beside this one, and beside each opened one that is reached, by remote id."""
    rows = Mirror.rows.of(root.practice_id).filter(connection_id=root.connection_id)
    held, queue = {root.remote_id: root}, [root]
    while queue:
        told = {each.other_id for mirror in queue for each in relationships_of(mirror.relationships)}
        fresh = {mirror.remote_id: mirror for mirror in rows.filter(remote_id__in=told - held.keys())}
        held |= fresh
        queue = [mirror for mirror in fresh.values() if mirror.pk in opened]
    return held


@dataclass
class _Web:
    """The record and all who are around it."""

    practice_id: int
    place: Place
    root: Mirror
    kind: ClientKind
    held: Mapping[str, Mirror]
    opened: frozenset[int]
    today: date

    def __post_init__(self) -> None:
        self.ties: Ties = ties_of(self.held.values(), self.today)
        self._open = {each.remote_id for each in self.held.values() if each.pk in self.opened}
        self._linked = _linked(self.practice_id, [each.pk for each in self.held.values()])
        self._kinds = {remote_id: self._kind(remote_id) for remote_id in self.held}

        self._found = parties(self.root.remote_id, self._open, self.ties)
        near = [self.root, *(self.held[each.remote_id] for each in self._found if each.remote_id in self.held)]
        self._compared = [each for each in near if each.pk not in self._linked][:MOST_COMPARED]
        self._index = index_near(self.practice_id, self._compared)

    def looks_like(self) -> tuple[Known, ...]:
        """The register clients that the record itself may be; none where it is linked."""
        return self._like(self.kind, self.root)

    def rows(self) -> tuple[PartyRow, ...]:
        """Everybody around the record, nearest first."""
        return tuple(self._row(party) for party in self._found)

    def _like(self, kind: ClientKind, mirror: Mirror) -> tuple[Known, ...]:
        return like_known(self._index, kind, mirror) if mirror in self._compared else ()

    def _kind(self, remote_id: str) -> ClientKind:
        if remote_id == self.root.remote_id:
            return self.kind
        mirror = self.held[remote_id]
        link = self._linked.get(mirror.pk)
        return ClientKind(link.client.kind) if link else kind_of(mirror.values, self.ties.ties, remote_id)

    def _name(self, remote_id: str) -> str:
        return self.held[remote_id].name if remote_id in self.held else self.ties.names.get(remote_id, "")

    def _row(self, party: Party) -> PartyRow:
        mirror = self.held.get(party.remote_id)
        if mirror is None or mirror.deleted or mirror.gone_at is not None:
            return self._unread(party)
        kind = self._kinds[party.remote_id]
        link = self._linked.get(mirror.pk)
        if link is not None:
            known: tuple[Known, ...] = (Known(link.client_id, link.client.name, sure=True),)
        else:
            known = self._like(kind, mirror)
        return PartyRow(
            mirror_id=mirror.pk,
            remote_id=party.remote_id,
            name=mirror.name,
            kind=kind,
            facts=tuple(telling_facts(mirror.values)),
            roles=tuple(self._role(tie, party.remote_id) for tie in party.ties),
            known=known,
            preset=self._preset(party, mirror, known),
            level=party.level,
            through=self._name(party.through),
            archived=mirror.archived,
            former=party.is_former,
            can_open=self._has_more(mirror, kind),
            opened=mirror.pk in self.opened,
        )

    def _unread(self, party: Party) -> PartyRow:
        """Somebody whom the remote names and whose record was never read, or is gone."""
        roles = tuple(self._role(tie, party.remote_id) for tie in party.ties)
        return PartyRow(
            mirror_id=0,
            remote_id=party.remote_id,
            name=party.name or self._name(party.remote_id),
            kind=ClientKind.OTHER,
            facts=(),
            roles=roles,
            known=(),
            preset="leave",
            level=party.level,
            through=self._name(party.through),
        )

    def _preset(self, party: Party, mirror: Mirror, known: Sequence[Known]) -> str:
        """What stands until somebody chooses: only what is certain brings a register client, or nobody, along."""
        sure = next((each for each in known if each.sure), None)
        if sure is not None:
            return sure.choice
        aside = self.kind in PEOPLE or mirror.archived or party.is_former or not party.is_party
        return "leave" if aside else "" if known else "new"

    def _has_more(self, mirror: Mirror, kind: ClientKind) -> bool:
        """Whether it has ties of its own that are not told here yet."""
        if kind in PEOPLE or mirror.pk in self.opened:
            return False
        return any(each.other_id not in self.held for each in relationships_of(mirror.relationships))

    def _role(self, tie: Tie, remote_id: str) -> Role:
        told = [row for row in CATALOGUE.relationship if row.name in tie.type.fields and self._says(row, tie)]
        facts = ", ".join(f"{row.label.lower()} {show(row, row.held(tie.values), self.place)}" for row in told)
        other = self._name(tie.client if tie.party == remote_id else tie.party)
        of = f"{tie.type.label} of {other}" if tie.party == remote_id else f"{other} is its {tie.type.label.lower()}"
        client, party = (self._kinds.get(each, ClientKind.OTHER) for each in (tie.client, tie.party))
        why = tie.type.misfit(client, party) or ""
        return Role(f"{of} ({facts})" if facts else of, tie.ended, not why, why)

    def _says(self, row: Field, tie: Tie) -> bool:
        """Whether the value means more than blank: the remote writes 0 for what it does not know."""
        return not row.kind.same(row.held(tie.values), ("",), self.place)


def _told(values: Values, place: Place) -> tuple[Told, ...]:
    """What the remote gives, by section; hidden numbers by their last digits."""
    sections: dict[Section, list[tuple[str, str]]] = {}
    for row in CATALOGUE.client:
        shown = show(row, row.told(values), place)
        if shown:
            sections.setdefault(row.section, []).append((row.label, shown))
    return tuple(Told(section.value, tuple(rows)) for section, rows in sections.items())


def _contact(values: Values) -> tuple[str, str]:
    """A contact's name, and how to reach them."""
    reach = [values.get(key, "") for key in ("position", "email", "phone", "mobile")]
    return values.get("name") or "Contact without a name", " · ".join(each for each in reach if each)


def load_details(practice_id: int) -> tuple[Detail, ...]:
    """The fields that an import asks for, with the words of the firm's lists."""
    options = labels_of(practice_id, [each.key for each in FIRM_LISTS])
    found = []
    for row in CATALOGUE.client:
        kinds = tuple(kind for kind in ClientKind if row.name in mandatory(kind))
        if kinds:
            found.append(Detail(row.name, row.label, kinds, options[row.firm_list], BY_KEY[row.firm_list].title))
    return tuple(sorted(found, key=lambda each: len(each.kinds)))
