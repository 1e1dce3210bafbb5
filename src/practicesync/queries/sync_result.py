"""What a person sees after a sync: each value they chose, what became of it, and what both sides hold now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Subject
from practicesync.core.presence import PRESENCES, Sort, sort_of
from practicesync.core.push import Outcome, target_of
from practicesync.core.relationships import BY_KEY
from practicesync.queries.client_panel import ClientPanel, load_panel
from practicesync.queries.panel_rows import PanelGroup, PanelRow
from practicesync.queries.showing import Shown
from practicesync.queries.sync_outcome import SyncOutcome, ValueOutcome, outcome_of
from practicesync.store.models import Relationship, Run


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One value: its name, which way it went, what became of it, and both sides as they stand now."""

    label: str
    contact: str
    value: ValueOutcome
    local: Shown
    remote: Shown


@dataclass(frozen=True, slots=True)
class SyncResult:
    """One sync of one client, line by line."""

    panel: ClientPanel
    outcome: SyncOutcome
    lines: tuple[ResultLine, ...]

    @property
    def done(self) -> int:
        """How many values arrived, verified."""
        return sum(line.value.outcome is Outcome.DONE for line in self.lines)

    @property
    def held(self) -> int:
        """How many ended otherwise, and need a look."""
        return sum(line.value.outcome not in (Outcome.DONE, Outcome.WAITING) for line in self.lines)


def load_sync_result(practice_id: int, client_id: int, run_id: int) -> SyncResult | None:
    """The result of one sync of this client; None where there is no such run."""
    run = Run.rows.of(practice_id).filter(pk=run_id, kind="sync", subject=client_id).first()
    panel = None if run is None else load_panel(practice_id, client_id)
    if run is None or panel is None:
        return None
    outcome = outcome_of(practice_id, run)
    names = _names_of_ties(practice_id, outcome.values)
    lines = tuple(_line(value, panel, names) for value in outcome.values.values())
    return SyncResult(panel, outcome, lines)


def _names_of_ties(practice_id: int, keys: Iterable[str]) -> Mapping[str, str]:
    """What the register's relationships are called, by id: one that was removed is on no panel any more."""
    wanted = [int(name) for key in keys if sort_of(key) is Sort.RELATIONSHIP and (name := target_of(key).local)]
    rows = Relationship.rows.among(practice_id, wanted).values_list("pk", "type", "party__name") if wanted else ()
    return {str(pk): f"{BY_KEY[kind].label} {name}" for pk, kind, name in rows}


def _line(value: ValueOutcome, panel: ClientPanel, names: Mapping[str, str]) -> ResultLine:
    if sort_of(value.key) not in (None, Sort.CONTACT):
        return _structure_line(value, panel, names)
    ref, _, name = value.key.rpartition("/") if "/" in value.key else ("", "", value.key)
    if value.key.startswith("contact:") and not ref:
        return _contact_line(value, _contact(value.key, panel))
    contact = _contact(ref, panel) if ref else None
    rows: Iterable[PanelRow] = contact.rows if contact else (row for group in panel.groups for row in group.rows)
    row = next((row for row in rows if row.key.rpartition("/")[2] == name), None)
    field = CATALOGUE.get(Subject.CONTACT if ref else Subject.CLIENT, name)
    return ResultLine(
        label=field.label if field else name,
        contact=contact.title if contact else "",
        value=value,
        local=row.local if row else (),
        remote=row.remote if row else (),
    )


def _structure_line(value: ValueOutcome, panel: ClientPanel, names: Mapping[str, str]) -> ResultLine:
    """A relationship, one of its fields, a place in a group, or the archive."""
    sort = Sort(value.key.partition(":")[0])
    ref, name = (value.key.rpartition("/")[::2]) if _is_field(value.key) else (value.key, "")
    field = CATALOGUE.get(Subject.RELATIONSHIP, name) if name else None
    rows = (row for group in panel.structure for row in group.rows)
    row = next((row for row in rows if row.key == ref or _same_half(row.key, ref)), None)
    return ResultLine(
        label=field.label if field else PRESENCES[sort].one,
        contact=names.get(target_of(ref).local, row.label if row else "") if sort is Sort.RELATIONSHIP else "",
        value=value,
        local=row.local if row else (),
        remote=row.remote if row else (),
    )


def _is_field(key: str) -> bool:
    return sort_of(key) is Sort.RELATIONSHIP and CATALOGUE.get(Subject.RELATIONSHIP, key.rpartition("/")[2]) is not None


def _same_half(one: str, other: str) -> bool:
    """Whether two refs name one relationship: adding it gives it its other half, and so another ref."""
    first, second = target_of(one), target_of(other)
    if not first.sort is second.sort is Sort.RELATIONSHIP:
        return False
    return (first.local != "" and first.local == second.local) or (first.remote != "" and first.remote == second.remote)


def _contact_line(value: ValueOutcome, contact: PanelGroup | None) -> ResultLine:
    name = contact.rows[0] if contact and contact.rows else None
    title = contact.title if contact else "removed since"
    return ResultLine("Contact", title, value, name.local if name else (), name.remote if name else ())


def _contact(ref: str, panel: ClientPanel) -> PanelGroup | None:
    """The contact that this ref named: adding a contact gives it its other half, and so another ref."""
    _, here, there = (*ref.split(":", 2), "", "")[:3]
    for group in panel.contacts:
        _, local, remote = (*group.ref.split(":", 2), "", "")[:3]
        if (here and here == local) or (there and there == remote):
            return group
    return None
