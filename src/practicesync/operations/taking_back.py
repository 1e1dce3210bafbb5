"""What else comes back when a value is taken back: what both sides had agreed on, and their leave to differ.

After the values themselves stand as they stood, base does too, and what differs by that is held, so that no automatic
run does again what somebody took back.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from practicesync.core.fields import Field
from practicesync.core.presence import Sort
from practicesync.core.push import Outcome, target_of
from practicesync.core.undo import Deed
from practicesync.operations.reconciling import reconcile
from practicesync.queries.deeds import Told, deed_of, deeds_of_run, record_of
from practicesync.queries.plans import plans_of, stamp_of
from practicesync.queries.undo_lines import UNDONE
from practicesync.store.models import Change, ContactTie, Link, RelationshipTie, Sheet, SheetLine

BATCH = 200

Mark = tuple[int, bool, str, str]


def take_back(sheet: Sheet, lines: Iterable[SheetLine], now: datetime) -> None:
    """These lines of a sheet that takes something back are done: give their links what they had. Twice is fine.

    The caller holds the transaction.
    """
    done = [line for line in lines if line.outcome == Outcome.DONE and line.link_id is not None]
    links = sorted({line.link_id for line in done if line.link_id is not None})
    for start in range(0, len(links), BATCH):
        batch = set(links[start : start + BATCH])
        some = [line for line in done if line.link_id in batch]
        _agree(sheet, some)
        reconcile(sheet.practice_id, sorted(batch), now)
        _hold(sheet.practice_id, some)
        reconcile(sheet.practice_id, sorted(batch), now)


def _agree(sheet: Sheet, lines: Sequence[SheetLine]) -> None:
    """Set base, and who is known on both sides, to what they were."""
    known = _deeds(sheet, sorted({line.client_id for line in lines}))
    ids = {line.link_id for line in lines if line.link_id is not None}
    links = Link.rows.among(sheet.practice_id, ids).order_by("pk").select_for_update(no_key=True)
    by_id = {link.pk: link for link in links}
    for line in lines:
        deed = known.get(_mark(line))
        link = by_id.get(line.link_id or 0)
        if deed is None or link is None or line.why != UNDONE:
            continue
        if isinstance(deed.row, Field):
            _agree_field(link, line.ref, deed, deed.row)
        else:
            _agree_presence(link, line.ref, deed, Sort(deed.row.name))
    for link in by_id.values():
        link.save(update_fields=["base", "together"])


def _deeds(sheet: Sheet, clients: Sequence[int]) -> Mapping[Mark, Deed]:
    """What is taken back, by what it is about."""
    told: list[Told] = []
    if "change" in sheet.notes:
        change = Change.rows.of(sheet.practice_id).select_related("activity").get(pk=sheet.notes["change"])
        found = deed_of(change)
        told = [] if found is None else [found]
    elif sheet.undoes_id is not None:
        told = deeds_of_run(sheet.practice_id, sheet.undoes_id, clients)
    return {each.mark: each.deed for each in told}


def _mark(line: SheetLine) -> Mark:
    return (line.client_id, line.move == "pull", record_of(line.ref), line.field)


def _agree_field(link: Link, ref: str, deed: Deed, row: Field) -> None:
    target = target_of(ref)
    if target.sort is None:
        link.base = _with(link.base, row, deed)
        return
    tie = _tie(link, target.sort, target.local)
    if tie is not None:
        tie.base = _with(tie.base, row, deed)
        tie.save(update_fields=["base"])


def _with(base: Mapping[str, str], row: Field, deed: Deed) -> dict[str, str]:
    return {**{key: value for key, value in base.items() if key not in row.keys}, **deed.agreed}


def _agree_presence(link: Link, ref: str, deed: Deed, sort: Sort) -> None:
    """Whether both sides had it. Of a contact or a relationship its tie tells that, of the others the link."""
    if sort in (Sort.GROUP, Sort.ARCHIVED):
        kept = {each for each in link.together if each != ref}
        link.together = sorted(kept | ({ref} if deed.agreed else set()))
        return
    target = target_of(ref)
    tie = _tie(link, sort, target.local)
    if tie is not None and not deed.agreed:
        tie.delete()
    elif tie is None and deed.agreed and target.local.isdecimal():
        _tie_again(link, sort, int(target.local), target_of(deed.ref).remote or target.remote)


def _tie(link: Link, sort: Sort, local: str) -> ContactTie | RelationshipTie | None:
    if not local.isdecimal():
        return None
    found: ContactTie | RelationshipTie | None = (
        ContactTie.rows.of(link.practice_id).filter(link=link, contact_id=int(local)).first()
        if sort is Sort.CONTACT
        else RelationshipTie.rows.of(link.practice_id).filter(link=link, relationship_id=int(local)).first()
    )
    return found


def _tie_again(link: Link, sort: Sort, local: int, remote_id: str) -> None:
    """Tie it once more to what it was tied to. A remote contact that is somebody else by now stays with that one."""
    if sort is Sort.RELATIONSHIP:
        RelationshipTie.rows.create(practice_id=link.practice_id, link=link, relationship_id=local, remote_id=remote_id)
    elif remote_id and not ContactTie.rows.of(link.practice_id).filter(link=link, remote_id=remote_id).exists():
        ContactTie.rows.create(practice_id=link.practice_id, link=link, contact_id=local, remote_id=remote_id)


def _hold(practice_id: int, lines: Sequence[SheetLine]) -> None:
    """What was taken back is left as it stands now."""
    back = {(line.client_id, record_of(line.ref), line.field) for line in lines}
    ids = sorted({line.link_id for line in lines if line.link_id is not None})
    for loaded in plans_of(practice_id, ids).values():
        link = loaded.link
        stamps = {
            row.key: stamp_of(row)
            for row in loaded.plan.differences()
            if (link.client_id, record_of(row.ref), row.row.name) in back
        }
        if stamps:
            Link.rows.of(practice_id).filter(pk=link.pk).update(held={**link.held, **stamps})
