"""The history of values: every one that was written on either side, who by, when, from, to, why, and in which run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject
from practicesync.core.kinds import Place
from practicesync.core.presence import PRESENCES, Presence, Sort, sort_of
from practicesync.core.push import target_of
from practicesync.core.words import LOCAL, REMOTE, WHY_WORDS, say
from practicesync.queries.deeds import deeds, record_of
from practicesync.queries.showing import Piece, Shown, mark, show
from practicesync.store.models import Activity, Change, Client, Contact, Practice, Run, Sheet, SheetLine

PAGE_SIZE = 50
BATCH = 500
SIDES = ("local", "remote")


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which values: those of a client, or those that a run wrote; "" and None leave a part open.

    `field` is a `core.policy.row_key`, `person` stands in the name of who acted, `since` and `until` are whole days.
    """

    client_id: int | None = None
    run_id: int | None = None
    field: str = ""
    side: str = ""
    person: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.field or self.side or self.person or self.since or self.until)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One value that was written. `before` and `after` are in pieces, what is not common marked.

    `agreed` is what both sides had agreed on, where that was a third value. `why` is a sentence, `sentence` what
    happened as a whole; `policy` is the version that decided, 0 where a person did.
    """

    id: int
    at: datetime
    by: str
    client_id: int
    client_name: str
    here: bool
    label: str
    before: Shown
    after: Shown
    agreed: str | None
    why: str
    sentence: str
    policy: int
    run_id: int | None
    run_kind: str
    can_set_back: bool

    @property
    def side(self) -> str:
        """The side that was written."""
        return LOCAL if self.here else REMOTE


@dataclass(frozen=True, slots=True)
class History:
    """One page of a history, newest first, and what it can be filtered by."""

    asked: HistoryFilter
    title: str
    rows: tuple[HistoryRow, ...]
    fields: tuple[tuple[str, str], ...]
    count: int
    number: int
    last: int


def load_history(practice_id: int, asked: HistoryFilter, *, number: int = 1) -> History | None:
    """One page; None where the practice has no such client, or no such run."""
    title = _title(practice_id, asked)
    if title is None:
        return None
    rows = _rows(practice_id, asked)
    count = rows.count()
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, number), last)
    page = list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    fields = tuple(_fields(practice_id, asked))
    return History(asked, title, tuple(_shown(practice_id, page)), fields, count, number, last)


def every_row(practice_id: int, asked: HistoryFilter) -> Iterator[HistoryRow]:
    """All rows, newest first, some hundred at a time."""
    rows = _rows(practice_id, asked)
    last: Change | None = None
    while batch := list((rows if last is None else rows.filter(_after(last)))[:BATCH]):
        yield from _shown(practice_id, batch)
        last = batch[-1]


HEADER = ("When", "Who", "Client", "Field", "Side", "From", "To", "Agreed before", "Why", "What happened", "Run")


def cells(row: HistoryRow, zone: ZoneInfo) -> tuple[str, ...]:
    """A row as a file tells it, in the order of `HEADER`."""
    return (
        row.at.astimezone(zone).isoformat(" ", "seconds"),
        row.by,
        row.client_name,
        row.label,
        row.side,
        text_of(row.before),
        text_of(row.after),
        row.agreed or "",
        row.why,
        row.sentence,
        str(row.run_id or ""),
    )


def text_of(shown: Shown) -> str:
    """A shown value as plain text."""
    return "".join(piece.text for piece in shown)


def _title(practice_id: int, asked: HistoryFilter) -> str | None:
    if asked.run_id is not None:
        return Run.rows.of(practice_id).filter(pk=asked.run_id).values_list("kind", flat=True).first()
    return Client.rows.of(practice_id).filter(pk=asked.client_id or 0).values_list("name", flat=True).first()


def _all(practice_id: int, asked: HistoryFilter) -> QuerySet[Change]:
    rows = Change.rows.of(practice_id).filter(side__in=SIDES, activity__client_id__isnull=False)
    if asked.run_id is not None:
        return rows.filter(activity__run_id=asked.run_id)
    return rows.filter(activity__client_id=asked.client_id or 0)


def _rows(practice_id: int, asked: HistoryFilter) -> QuerySet[Change]:
    rows = _all(practice_id, asked)
    if asked.field:
        subject, _, name = asked.field.partition(".")
        rows = rows.filter(_of_field(subject, name))
    if asked.side in SIDES:
        rows = rows.filter(side=asked.side)
    if asked.person:
        by_run = Q(activity__actor_kind="worker", activity__run__asked_by__icontains=asked.person)
        rows = rows.filter(Q(activity__actor_name__icontains=asked.person) | by_run)
    zone = _zone(practice_id)
    if asked.since:
        rows = rows.filter(activity__at__gte=datetime.combine(asked.since, time(), zone))
    if asked.until:
        rows = rows.filter(activity__at__lt=datetime.combine(asked.until + timedelta(days=1), time(), zone))
    return rows.select_related("activity__client", "activity__run").order_by("-activity__seq", "-pk")


def _of_field(subject: str, name: str) -> Q:
    """Of a presence also what tells of it by the fields that it brought, or took with it."""
    if subject != Subject.CLIENT.value:
        return Q(field=name, ref__startswith=f"{subject}:")
    if name in set(Sort):
        return Q(field=name) | Q(ref__startswith=f"{name}:", why__in=("added", "removed"))
    return Q(field=name, ref="")


def _after(last: Change) -> Q:
    return Q(activity__seq__lt=last.activity.seq) | Q(activity__seq=last.activity.seq, pk__lt=last.pk)


def _zone(practice_id: int) -> ZoneInfo:
    return ZoneInfo(Practice.objects.values_list("time_zone", flat=True).get(pk=practice_id))


def _fields(practice_id: int, asked: HistoryFilter) -> Iterable[tuple[str, str]]:
    """The fields that the history tells of, by key and label."""
    told = _all(practice_id, asked).order_by().values_list("ref", "field").distinct()[:2000]
    found = {(key, label) for ref, name in told if (key := _key(ref, name)) and (label := _name(key))}
    return sorted(found, key=lambda each: each[1])


def _key(ref: str, name: str) -> str:
    sort = sort_of(ref)
    if sort is not None and name == sort.value:
        return f"client.{name}"
    return f"{'client' if sort in (None, Sort.GROUP, Sort.ARCHIVED) else sort.value}.{name}"


def _name(key: str) -> str:
    row = _row(key)
    if row is None:
        return ""
    of = key.partition(".")[0]
    return row.label if of == "client" else f"{of.capitalize()}: {row.label}"


def _row(key: str) -> Field | Presence | None:
    subject, _, name = key.partition(".")
    if subject == "client" and name in set(Sort):
        return PRESENCES[Sort(name)]
    return CATALOGUE.get(Subject(subject), name) if subject in set(Subject) else None


def _shown(practice_id: int, page: Sequence[Change]) -> Iterator[HistoryRow]:
    """The rows of these changes, with what is beside them in the log and on the sheets of their runs."""
    bases = _bases(practice_id, page)
    names = _contact_names(practice_id, page)
    reasons = _reasons(practice_id, page)
    for change in page:
        row = _row(_key(change.ref, change.field))
        if row is not None:
            record = record_of(change.ref)
            told = (change.activity_id, record, change.field)
            why = reasons.get((change.activity.run_id or 0, change.activity.client_id or 0, record, change.field), "")
            yield _history_row(change, row, bases.get(told), names.get(record, ""), why or change.why)


def _bases(practice_id: int, page: Sequence[Change]) -> Mapping[tuple[int, str, str], Change]:
    rows = Change.rows.of(practice_id).filter(side="base", activity_id__in={change.activity_id for change in page})
    return {(row.activity_id, record_of(row.ref), row.field): row for row in rows}


def _contact_names(practice_id: int, page: Sequence[Change]) -> Mapping[str, str]:
    """What the contacts are called that these changes are about, by record."""
    targets = {target_of(change.ref) for change in page if change.ref}
    ids = {int(each.local) for each in targets if each.sort is Sort.CONTACT and each.local.isdecimal()}
    contacts = Contact.rows.among(practice_id, ids) if ids else ()
    return {f"contact:{contact.pk}": str(contact.values.get("name", "")) for contact in contacts}


def _reasons(practice_id: int, page: Sequence[Change]) -> Mapping[tuple[int, int, str, str], str]:
    """Why each line of the sheets stood there that these runs applied."""
    runs = {change.activity.run_id for change in page if change.activity.run_id}
    clients = {change.activity.client_id or 0 for change in page}
    sheets = dict(Sheet.rows.of(practice_id).filter(applied_by_id__in=runs).values_list("pk", "applied_by_id"))
    rows = SheetLine.rows.of(practice_id).filter(sheet_id__in=sheets, client_id__in=clients)
    told = rows.values_list("sheet_id", "client_id", "ref", "field", "why")
    return {
        (sheets[sheet_id] or 0, client_id, record_of(ref), name): why for sheet_id, client_id, ref, name, why in told
    }


def _history_row(change: Change, row: Field | Presence, base: Change | None, name: str, why: str) -> HistoryRow:
    line, client = change.activity, change.activity.client
    place = Place(client.country if client is not None else "NZ")
    before, after = _values(change, row, place)
    return HistoryRow(
        id=change.pk,
        at=line.at,
        by=_by(line),
        client_id=line.client_id or 0,
        client_name=client.name if client is not None else "",
        here=change.side == "local",
        label=f"{name}: {row.label}" if name and isinstance(row, Field) else row.label,
        before=before,
        after=after,
        agreed=_agreed(base, row, place),
        why=WHY_WORDS.get(why, ""),
        sentence=say(line.verb, line.facts),
        policy=int(line.facts.get("policy", 0)),
        run_id=line.run_id,
        run_kind="" if line.run is None else line.run.kind,
        can_set_back=next(iter(deeds([change])), None) is not None and change.before != change.after,
    )


def _by(line: Activity) -> str:
    """Who had it done: the person behind a run, not the worker."""
    return line.run.asked_by if line.actor_kind == "worker" and line.run is not None else line.actor_name


def _values(change: Change, row: Field | Presence, place: Place) -> tuple[Shown, Shown]:
    if isinstance(row, Field) and change.why not in ("added", "removed"):
        return mark(show(row, row.told(change.before), place), show(row, row.told(change.after), place))
    before, after = (values.get("name") or values.get("group") or "" for values in (change.before, change.after))
    if isinstance(row, Presence):
        before = before or (row.one if change.before else "")
        after = after or (row.one if change.after else "")
    return (Piece(before),) if before else (), (Piece(after),) if after else ()


def _agreed(base: Change | None, row: Field | Presence, place: Place) -> str | None:
    """What both sides had agreed on, where that is told; None where they never had."""
    if base is None or not isinstance(row, Field) or row.told(base.before) is None:
        return None
    return show(row, row.told(base.before), place)


def day_of(text: str) -> date | None:
    """A day as a form sends it; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
