"""An import of many clients of the remote: what it holds row by row, before and after it was carried out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from practicesync.core.fields import ClientKind
from practicesync.core.wizard import lacking
from practicesync.queries.checklist import Completeness, completeness_of
from practicesync.queries.import_form import Detail, load_details
from practicesync.queries.link_search import telling_facts
from practicesync.queries.run_page import RunLine, load_run
from practicesync.store.models import Client, Import, ImportRow, Mirror

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Twin:
    """The register client that a row looks like, and why."""

    client_id: int
    name: str
    reasons: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ManyRow:
    """One row. `outcome` is "" until it is carried out, then created, linked, taken, refused or left.

    `client_id` and `client_name` are what it became or was found to be; `problem` is why it was refused, or what is
    still needed.
    """

    number: int
    name: str
    structure: str
    facts: tuple[tuple[str, str], ...]
    archived: bool
    gone: bool
    kind: ClientKind
    details: Mapping[str, str]
    choice: str
    twin: Twin | None
    outcome: str = ""
    client_id: int = 0
    client_name: str = ""
    completeness: Completeness | None = None
    relationships: int = 0
    problem: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether nothing is needed of it any more."""
        if self.choice in ("leave", "link"):
            return True
        return not lacking(self.kind, self.details) and not (self.twin and self.choice != "new")


@dataclass(frozen=True, slots=True)
class ManyPage:
    """One page of an import of many. `counts` are by outcome, over all rows."""

    id: int
    revision: int
    state: str
    made_by: str
    made_at: datetime
    details: tuple[Detail, ...]
    rows: tuple[ManyRow, ...]
    total: int
    counts: Mapping[str, int]
    page: int
    run: RunLine | None

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def under_way(self) -> bool:
        """Whether it is being carried out, or taken back, just now."""
        return self.run is not None and self.run.under_way

    @property
    def is_open(self) -> bool:
        """Whether somebody may still say what becomes of its rows: a draft, or one that was cancelled half-way."""
        return self.state in ("draft", "applying") and not self.under_way

    @property
    def empty_lists(self) -> tuple[str, ...]:
        """The firm's lists that have no word to choose."""
        return tuple(each.list_title for each in self.details if not each.options)


def load_import_many(practice_id: int, import_id: int, *, page: int = 1) -> ManyPage | None:
    """One page of an import of many; None where the practice has no such import of the remote."""
    found = Import.rows.of(practice_id).filter(pk=import_id, source="remote").first()
    if found is None:
        return None
    rows = ImportRow.rows.of(practice_id).filter(batch=found).order_by("number")
    outcomes = Counter(rows.values_list("facts__outcome", flat=True))
    total = sum(outcomes.values())
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    lines = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return ManyPage(
        id=found.pk,
        revision=found.revision,
        state=found.state,
        made_by=found.made_by,
        made_at=found.made_at,
        details=load_details(practice_id),
        rows=_rows(found, lines),
        total=total,
        counts={key: number for key, number in outcomes.items() if key},
        page=page,
        run=load_run(practice_id, found.run_id) if found.run_id else None,
    )


def _rows(found: Import, lines: Sequence[ImportRow]) -> tuple[ManyRow, ...]:
    practice_id = found.practice_id
    ids = {line.remote_id for line in lines}
    known = Mirror.rows.of(practice_id).filter(connection_id=found.connection_id or 0, remote_id__in=ids)
    mirrors = {mirror.remote_id: mirror for mirror in known}
    wanted = {_client_of(line) for line in lines} | {line.twin_id for line in lines if line.twin_id}
    names = dict(Client.rows.among(practice_id, wanted - {0}).values_list("pk", "name"))
    made = completeness_of(practice_id, [line.client_id for line in lines if line.client_id is not None])
    return tuple(_row(line, mirrors[line.remote_id], names, made) for line in lines)


def _client_of(line: ImportRow) -> int:
    """The client that a row became, or was found to be."""
    return int(line.client_id or line.facts.get("client") or 0)


def _row(line: ImportRow, mirror: Mirror, names: Mapping[int, str], made: Mapping[int, Completeness]) -> ManyRow:
    client_id, outcome = _client_of(line), str(line.facts.get("outcome", ""))
    evidence = line.evidence[0] if line.evidence else {}
    twin = None
    if line.twin_id:
        reasons, against = (tuple(evidence.get(key, ())) for key in ("reasons", "against"))
        twin = Twin(line.twin_id, names.get(line.twin_id, ""), reasons, against)
    return ManyRow(
        number=line.number,
        name=mirror.name,
        structure=mirror.values.get("business_structure", ""),
        facts=tuple(telling_facts(mirror.values)),
        archived=mirror.archived,
        gone=mirror.deleted or mirror.gone_at is not None,
        kind=ClientKind(line.kind),
        details=line.values,
        choice=line.choice,
        twin=twin,
        outcome=outcome,
        client_id=client_id,
        client_name=names.get(client_id, ""),
        completeness=made.get(line.client_id or 0),
        relationships=int(line.facts.get("relationships", 0)),
        problem=" ".join([*line.problems.values(), *line.facts.get("left_out", ())]),
    )
