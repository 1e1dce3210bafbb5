"""An import from a file as its screens show it: the columns with samples, the rows with what they would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Sensitivity, Subject, Values
from practicesync.core.import_columns import KIND, MORE, Column, columns
from practicesync.core.import_rows import CHOICES, Choice, Row, Verdict, against, outcome
from practicesync.core.kinds import Place
from practicesync.core.kinds.spelling import plain
from practicesync.core.words import KIND_WORDS
from practicesync.queries.frame import UNDER_WAY
from practicesync.queries.import_rows import Held, country_of_practice, kept_row, load_held, open_cells, reading_of
from practicesync.queries.run_page import RunLine, load_run
from practicesync.queries.showing import masked, show
from practicesync.store.models import Import, ImportRow

PAGE: Final = 50
SAMPLES: Final = 3
SUMMARY: Final = (
    "email",
    "phone",
    "date_of_birth",
    "business_number",
    "company_number",
    "tax_number",
    "physical_address",
)
"""What tells a new client at a glance, beside its name and code."""


@dataclass(frozen=True, slots=True)
class ImportHead:
    """One import. `working` is the run under way, `stopped` whether it was cut off half-way."""

    id: int
    name: str
    state: str
    revision: int
    made_by: str
    made_at: datetime
    header: tuple[str, ...]
    columns: Mapping[int, str]
    options: Mapping[str, Any]
    counts: Mapping[str, int]
    run: RunLine | None
    checked: bool

    @property
    def working(self) -> RunLine | None:
        """The run under way, if there is one."""
        return self.run if self.run is not None and self.run.state in UNDER_WAY else None

    @property
    def kind(self) -> ClientKind:
        """The kind of clients whose row tells none."""
        return ClientKind(self.options.get("kind", ClientKind.COMPANY.value))

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return int(self.options.get("rows", 0))


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of the file: what it is called, what is in its first rows, and what it means ("" for nothing)."""

    at: int
    header: str
    samples: tuple[str, ...]
    key: str
    clears: bool

    @property
    def input_id(self) -> str:
        """The id of the input that says what it means."""
        return f"column-{self.at}"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that a row moves, as shown; a new client's have no `before`."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why a row cannot be taken: the column, the cell as it stands, the sentence."""

    label: str
    cell: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of the preview or of the result. `outcome` is what becomes of it, `choices` what may."""

    number: int
    name: str
    code: str
    kind: ClientKind
    verdict: Verdict
    outcome: Choice
    chosen: bool
    choices: tuple[Choice, ...]
    client_id: int | None
    client_name: str
    changes: tuple[Change, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    evidence: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    became: str = ""
    stays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of rows."""

    rows: tuple[RowLine, ...]
    verdict: Verdict | None
    total: int
    page: int
    pages: int
    totals: "Totals"
    offered: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What the import would do now: so many clients added and updated, twins that nobody decided about."""

    creates: int
    updates: int
    undecided: int

    @property
    def writes(self) -> int:
        """How many rows would be carried out."""
        return self.creates + self.updates


def load_import(practice_id: int, import_id: int) -> ImportHead:
    """One import from a file. Raises `Import.DoesNotExist` where the practice has none of this id."""
    return _head(Import.rows.of(practice_id).get(pk=import_id, source="file"))


def load_imports(practice_id: int, latest: int = 20) -> tuple[ImportHead, ...]:
    """The latest imports from files."""
    rows = Import.rows.of(practice_id).filter(source="file").exclude(state="discarded").order_by("-made_at", "-pk")
    return tuple(map(_head, rows[:latest]))


def _head(found: Import) -> ImportHead:
    run = None if found.run_id is None else load_run(found.practice_id, found.run_id)
    return ImportHead(
        id=found.pk,
        name=found.name,
        state=found.state,
        revision=found.revision,
        made_by=found.made_by,
        made_at=found.made_at,
        header=tuple(found.header),
        columns={int(at): key for at, key in found.columns.items()},
        options=found.options,
        counts=found.counts,
        run=run,
        checked=bool(found.counts) and not _rows(found.practice_id, found.pk).filter(verdict="").exists(),
    )


def _rows(practice_id: int, import_id: int) -> Any:
    return ImportRow.rows.of(practice_id).filter(batch_id=import_id)


def load_columns(practice_id: int, head: ImportHead) -> tuple[ColumnLine, ...]:
    """The columns with what stands in their first rows; what may be a tax number is masked."""
    first = [open_cells(row) for row in _rows(practice_id, head.id).order_by("number")[:SAMPLES]]
    clears = set(head.options.get("clears", ()))
    return tuple(
        ColumnLine(
            at=at,
            header=name,
            samples=tuple(_sample(cells[at], head.columns.get(at, "")) for cells in first if at < len(cells)),
            key=head.columns.get(at, ""),
            clears=head.columns.get(at, "") in clears,
        )
        for at, name in enumerate(head.header)
    )


_TAX_DIGITS: Final = range(8, 11)


def _sample(cell: str, key: str) -> str:
    """A cell as shown before anybody has said what it is: a bare number as long as a tax number may be one."""
    bare = "".join(sign for sign in cell if not sign.isspace() and sign not in "-.")
    unknown = not key and bare.isdigit() and len(bare) in _TAX_DIGITS
    return masked(cell) if cell and (unknown or is_sealed(key)) else cell[:80]


def is_sealed(key: str) -> bool:
    """Whether the values of this column are shown by their end alone."""
    row = CATALOGUE.get(Subject.CLIENT, key.partition(".")[0])
    return row is not None and row.sensitivity is Sensitivity.SEALED


def load_rows(practice_id: int, head: ImportHead, verdict: Verdict | None, page: int) -> RowsPage:
    """One page of the rows, all or those of a verdict."""
    every = _rows(practice_id, head.id)
    chosen = every if verdict is None else every.filter(verdict=verdict.value)
    total = chosen.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    lines = list(chosen.order_by("number")[(page - 1) * PAGE : page * PAGE])
    ids = {key for line in lines for key in (line.twin_id, line.client_id) if key is not None}
    showing = _Showing(head, country_of_practice(practice_id), load_held(practice_id, ids))
    return RowsPage(
        rows=tuple(map(showing.line, lines)),
        verdict=verdict,
        total=total,
        page=page,
        pages=pages,
        totals=load_totals(practice_id, head.id),
        offered=CHOICES[verdict] if verdict is not None and len(CHOICES[verdict]) > 1 else (),
    )


def load_totals(practice_id: int, import_id: int) -> Totals:
    """What the import would do now, in one query."""
    waiting = _rows(practice_id, import_id).filter(done_at=None).values_list("verdict", "choice")
    counts = Counter[str]()
    for verdict, choice, number in waiting.annotate(number=Count("pk")).order_by():
        if verdict:
            told = "undecided" if verdict == Verdict.TWIN and not choice else outcome(verdict, choice).value
            counts[told] += number
    return Totals(counts[Choice.CREATE.value], counts[Choice.UPDATE.value], counts["undecided"])


class _Showing:
    """How the rows of one page are put into words."""

    def __init__(self, head: ImportHead, country: str, held: Mapping[int, Held]) -> None:
        self._head = head
        self._held = held
        self._labels = {column.key: column.label for column in columns(CATALOGUE)}
        self._places = {key: at for at, key in head.columns.items()}
        found = Import(columns={str(at): key for at, key in head.columns.items()}, options=dict(head.options))
        self._reading = reading_of(found, country)

    def line(self, line: ImportRow) -> RowLine:
        """One row."""
        row = kept_row(line)
        verdict = Verdict(line.verdict or Verdict.ERROR.value)
        client = self._held.get(line.client_id or line.twin_id or 0)
        choices = CHOICES[verdict]
        return RowLine(
            number=line.number,
            name=row.values.get("name", "") or (client.name if client else ""),
            code=row.values.get("client_code", ""),
            kind=client.known.kind if client and verdict is not Verdict.NEW else row.likely,
            verdict=verdict,
            outcome=outcome(verdict.value, line.choice),
            chosen=bool(line.choice),
            choices=tuple(each for each in choices if each is not Choice.UPDATE or line.twin_id is not None),
            client_id=client.known.id if client else None,
            client_name=client.name if client else "",
            changes=self._changes(line, row, client, verdict),
            problems=self._problems(line),
            evidence=tuple(each["text"] for each in line.evidence),
            notes=tuple(row.notes.values()),
            became=str(line.facts.get("undone") or line.facts.get("outcome") or ""),
            stays=tuple(line.facts.get("stays", ())),
        )

    def _changes(self, line: ImportRow, row: Row, client: Held | None, verdict: Verdict) -> tuple[Change, ...]:
        if line.done_at is not None:
            return _told(line.before, line.values) if line.before else ()
        if verdict in (Verdict.ERROR, Verdict.UNCHANGED):
            return ()
        if client is None or verdict is Verdict.NEW:
            return self._summary(row)
        moves, _ = against(row, client.known, self._reading)
        found = list(_fields(client.known.values, moves.values, client.known.place))
        for contact_id, values in moves.contacts:
            before = client.known.contacts.get(contact_id, {}) if contact_id else {}
            name = {**before, **values}.get("name", "")
            found += [
                Change(f"{name}: {label.casefold()}", was, will)
                for label, was, will in _shown(Subject.CONTACT, before, values, client.known.place)
            ]
        if moves.kind:
            found.append(Change("Kind", KIND_WORDS[client.known.kind], KIND_WORDS[moves.kind]))
        if moves.standing:
            found.append(Change("Standing", client.known.standing, moves.standing))
        found += [Change("Group", "", name) for name in row.groups if plain(name) not in client.groups]
        return tuple(found)

    def _summary(self, row: Row) -> tuple[Change, ...]:
        place = Place(row.country or self._reading.country)
        told = [Change(label, "", will) for label, _, will in _shown(Subject.CLIENT, {}, row.values, place, SUMMARY)]
        told += [Change("Contact", "", each.get("name", "")) for each in row.contacts]
        return (*told, *(Change("Group", "", name) for name in row.groups))

    def _problems(self, line: ImportRow) -> tuple[CellProblem, ...]:
        cells = open_cells(line)
        found = []
        for key, sentence in line.problems.items():
            at = self._places.get(key, self._places.get(key + MORE))
            cell = cells[at] if at is not None and at < len(cells) else ""
            shown = masked(cell) if cell and is_sealed(key) else cell[:200]
            found.append(CellProblem(self._label(key, at), shown, sentence))
        return tuple(found)

    def _label(self, key: str, at: int | None) -> str:
        return self._head.header[at] if at is not None else self._labels.get(key, "")


def _told(before: Values, after: Values) -> tuple[Change, ...]:
    """What was written, by the keys under which a row keeps it."""
    own = {key: value for key, value in before.items() if "contact:" not in key}
    return tuple(_fields(own, {key: after.get(key, "") for key in own}, Place()))


def _fields(before: Values, moved: Values, place: Place) -> list[Change]:
    found = [Change(*each) for each in _shown(Subject.CLIENT, before, moved, place)]
    if KIND in moved and KIND in before:
        found.append(Change("Kind", before[KIND], moved[KIND]))
    return found


def _shown(
    subject: Subject, before: Values, moved: Values, place: Place, only: Sequence[str] = ()
) -> list[tuple[str, str, str]]:
    """Each field that moves: its label, what is there and what comes, as shown."""
    found = []
    for row in CATALOGUE.of(subject):
        if any(key in moved for key in row.keys) and (not only or row.name in only):
            will = show(row, row.held({**before, **moved}), place)
            found.append((row.label, show(row, row.held(before), place), will))
    return found


def column_choices() -> tuple[tuple[str, tuple[Column, ...]], ...]:
    """Everything that a column can mean, by section."""
    found: dict[str, list[Column]] = {}
    for column in columns(CATALOGUE):
        found.setdefault(column.section, []).append(column)
    return tuple((section, tuple(each)) for section, each in found.items())
