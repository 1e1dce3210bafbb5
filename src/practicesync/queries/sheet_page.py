"""A sheet as its page shows it: what it would do or did, in numbers, and its lines by client."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from practicesync.core.calls import Affordable, Writes
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.compare import State
from practicesync.core.fields import Field
from practicesync.core.kinds import Place
from practicesync.core.push import Act, Outcome
from practicesync.core.verdict import RISKS, Move, Risk
from practicesync.queries.differences import policy_for, row_of
from practicesync.queries.firm_plan import affordable
from practicesync.queries.run_page import RunLine, load_run
from practicesync.queries.sheet_outcomes import count_outcomes, line_outcome
from practicesync.queries.showing import Piece, Shown, mark, show
from practicesync.store.models import Connection, Sheet, SheetLine

PAGE_SIZE = 50
LATEST = 8

FAILED = tuple(
    outcome.value
    for outcome in (Outcome.REFUSED, Outcome.IGNORED, Outcome.STORED_DIFFERENTLY, Outcome.OVERTAKEN, Outcome.STALE)
)
"""What became of lines that may be tried again, once somebody has seen how they stand now."""

REST = (Outcome.WITHDRAWN.value,)
"""What became of lines that a cancelled run left undone."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line: what the side that is written holds `before` and is to hold `after`, and what became of it.

    `facts` are what a client that is made in the remote holds, by label.
    """

    id: int
    label: str
    move: Move
    act: Act
    before: Shown
    after: Shown
    state: State | None
    why: str
    risk: Risk
    outcome: Outcome | None
    detail: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def blanks(self) -> bool:
        """Whether it takes a value or a thing away."""
        return not self.after


@dataclass(frozen=True, slots=True)
class ClientLines:
    """The lines of one client that stand together on a page."""

    client_id: int
    name: str
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A sheet in a list of sheets."""

    id: int
    kind: str
    state: str
    made_at: datetime
    made_by: str
    lines: int


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet: numbers over all of it, and a page of its lines, filtered by `outcome` if one is told."""

    id: int
    connection_id: int
    kind: str
    state: str
    made_at: datetime
    made_by: str
    lines: int
    clients: int
    pushes: int
    pulls: int
    blanks: int
    risky: int
    outcomes: Mapping[Outcome, int]
    untold: int
    budget: Affordable
    current: bool
    connected: bool
    run: RunLine | None
    undoes: int | None
    again_of: int | None
    outcome: str
    groups: tuple[ClientLines, ...]
    number: int
    last: int

    @property
    def can_be_applied(self) -> bool:
        """Whether it is still to be applied or put away."""
        return self.state in ("draft", "braked")

    @property
    def under_way(self) -> bool:
        """Whether it is being applied."""
        return self.run is not None and self.run.under_way

    @property
    def done(self) -> int:
        """How many lines are done."""
        return self.outcomes.get(Outcome.DONE, 0)

    @property
    def ended(self) -> int:
        """How many lines have ended, one way or another."""
        return sum(count for outcome, count in self.outcomes.items() if outcome is not Outcome.WAITING)

    @property
    def failed(self) -> int:
        """How many lines may be tried again."""
        return sum(self.outcomes.get(Outcome(each), 0) for each in FAILED)

    @property
    def rest(self) -> int:
        """How many lines were taken back before they were done."""
        return sum(self.outcomes.get(Outcome(each), 0) for each in REST)


def load_sheet(
    practice_id: int, sheet_id: int, now: datetime, *, number: int = 1, outcome: str = ""
) -> SheetPage | None:
    """One page of a sheet; None where the practice has no such sheet."""
    drawn = Sheet.rows.of(practice_id).exclude(state="drawing")
    sheet = drawn.select_related("connection").filter(pk=sheet_id).first()
    if sheet is None:
        return None
    counts = count_outcomes(sheet)
    rows = SheetLine.rows.of(practice_id).filter(sheet=sheet)
    numbers = _numbers(rows)
    shown = rows.filter(outcome=outcome) if outcome else rows
    last = max(1, -(-shown.count() // PAGE_SIZE))
    number = min(max(1, number), last)
    connection: Connection = sheet.connection
    return SheetPage(
        id=sheet.pk,
        connection_id=connection.pk,
        kind=sheet.kind,
        state=sheet.state,
        made_at=sheet.made_at,
        made_by=sheet.made_by,
        lines=numbers["lines"],
        clients=numbers["clients"],
        pushes=numbers["pushes"],
        pulls=numbers["pulls"],
        blanks=numbers["blanks"],
        risky=numbers["risky"],
        outcomes={Outcome(each): count for each, count in counts.items() if each},
        untold=counts[""],
        budget=affordable(practice_id, connection.pk, _writes(rows.filter(outcome="")), now),
        current=sheet.policy_version == policy_for(practice_id, connection.pk).version,
        connected=connection.state == "connected",
        run=None if sheet.applied_by_id is None else load_run(practice_id, sheet.applied_by_id),
        undoes=sheet.undoes_id,
        again_of=sheet.notes.get("again"),
        outcome=outcome,
        groups=tuple(_groups(shown, number)),
        number=number,
        last=last,
    )


def sheet_drawn_by(practice_id: int, run_id: int) -> int | None:
    """The sheet that this run drew up, once it has."""
    drawn = Sheet.rows.of(practice_id).filter(run_id=run_id).exclude(state="drawing")
    return drawn.values_list("pk", flat=True).first()


def latest_sheets(practice_id: int, connection_id: int) -> list[SheetLink]:
    """The latest sheets of a connection, newest first."""
    rows = Sheet.rows.of(practice_id).filter(connection_id=connection_id).exclude(state__in=("left", "drawing"))
    found = list(rows.order_by("-made_at", "-pk")[:LATEST])
    counted = SheetLine.rows.of(practice_id).filter(sheet__in=found).values_list("sheet_id").annotate(n=Count("pk"))
    counts = dict(counted.order_by())
    return [
        SheetLink(sheet.pk, sheet.kind, sheet.state, sheet.made_at, sheet.made_by, counts.get(sheet.pk, 0))
        for sheet in found
    ]


def _numbers(rows: QuerySet[SheetLine]) -> dict[str, int]:
    risky = [rank for rank, risk in enumerate(RISKS) if risk is not Risk.NONE]
    blanking = [RISKS.index(Risk.BLANKS)]
    found: dict[str, int] = rows.aggregate(
        lines=Count("pk"),
        clients=Count("client_id", distinct=True),
        pushes=Count("pk", filter=Q(move=Move.PUSH.value)),
        pulls=Count("pk", filter=Q(move=Move.PULL.value)),
        blanks=Count("pk", filter=Q(rank__in=blanking)),
        risky=Count("pk", filter=Q(rank__in=risky)),
    )
    return found


def _writes(rows: QuerySet[SheetLine]) -> Writes:
    """What applying these lines writes: one write a record, with all its fields."""
    pushes = rows.filter(move=Move.PUSH.value)
    told = pushes.aggregate(
        clients=Count("client_id", distinct=True, filter=Q(ref="")),
        owners=Count("client_id", distinct=True, filter=~Q(ref="")),
    )
    parts = pushes.exclude(ref="").order_by().values("client_id", "ref").distinct().count()
    return Writes(told["clients"], parts, told["owners"])


def _groups(rows: QuerySet[SheetLine], number: int) -> Iterable[ClientLines]:
    ordered = rows.select_related("client", "push").order_by("rank", "sort_name", "pk")
    page = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    for client, lines in groupby(page, key=lambda line: line.client):
        place = Place(client.country)
        yield ClientLines(client.pk, client.name, tuple(_line(line, place) for line in lines))


def _line(line: SheetLine, place: Place) -> ShownLine:
    row = row_of(line.subject, line.field)
    outcome = line_outcome(line)
    before, after = _shown(line, row, place) if isinstance(row, Field) else _whole(line)
    return ShownLine(
        id=line.pk,
        label=line.label or (line.field if row is None else row.label),
        move=Move(line.move),
        act=Act(line.act),
        before=before,
        after=after,
        state=State(line.state) if line.state else None,
        why=line.why,
        risk=RISKS[line.rank] if line.rank < len(RISKS) else Risk.NONE,
        outcome=Outcome(outcome) if outcome else None,
        detail=line.detail or ("" if line.push is None else line.push.detail),
        facts=tuple(_facts(line, place)) if line.act == Act.CREATE else (),
    )


def _facts(line: SheetLine, place: Place) -> Iterable[tuple[str, str]]:
    for row in CATALOGUE.client:
        shown = show(row, row.told(line.after), place)
        if shown:
            yield row.label, shown


def _shown(line: SheetLine, row: Field, place: Place) -> tuple[Shown, Shown]:
    return mark(show(row, row.told(line.before), place), show(row, row.told(line.after), place))


def _whole(line: SheetLine) -> tuple[Shown, Shown]:
    """What is whole: its name on the side of time on which it is there."""
    name = line.after.get("name") or line.before.get("name") or line.label
    there = Act(line.act) is not Act.REMOVE
    return () if there else (Piece(name),), (Piece(name),) if there else ()
