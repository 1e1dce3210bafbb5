"""What sheets let happen: each line is a leave to move one value, given by a person or by the policy that then held.

A line that a policy drew up is held against a plain table of what a policy lets pass, before anything of it is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from practicesync.core.fields import Level
from practicesync.core.policy import Direction, FieldRule, Passage, Policy
from practicesync.core.push import target_of
from practicesync.store.models import SheetLine
from simulation.cells import CONTACT as CONTACT_CELLS
from simulation.cells import Cell, cell_of
from simulation.history import CLIENT, CONTACT, REGISTER, XPM, Choice, History, Violation, Where


@dataclass
class Leaves:
    """Reads the lines of new sheets, and knows every policy that held."""

    history: History
    remote_of: Callable[[int], str]
    policies: dict[int, Policy]
    last: int = 0

    def read(self) -> None:
        """Take note of the lines that are new."""
        rows = SheetLine.rows.everywhere().filter(pk__gt=self.last).select_related("sheet").order_by("pk")
        for line in rows:
            self.last = line.pk
            if line.outcome == "":
                self.history.numbers[f"lines of {line.sheet.kind} sheets"] += 1
                self._take(line)

    def _take(self, line: SheetLine) -> None:
        if line.act == "create":
            name = CONTACT_CELLS[0].plain((str(line.after.get("name", line.sort_name)),))
            self.history.choices.append(Choice("add", "", "", name, self.history.count, contact=str(line.client_id)))
            return
        uuid = self.remote_of(line.client_id)
        if line.act == "update":
            self._take_value(line, uuid)
        else:
            self._take_whole(line, uuid)

    def _take_value(self, line: SheetLine, uuid: str) -> None:
        cell = cell_of(line.subject, line.field)
        if cell is None:
            return
        target = target_of(line.ref)
        of_contact = line.subject == CONTACT
        here, there = (target.local, target.remote) if of_contact else (str(line.client_id), uuid)
        before, after = cell.plain(cell.here(line.before)), cell.plain(cell.here(line.after))
        place: tuple[Where, Where] = (
            (REGISTER, line.subject, here, cell.name),
            (XPM, line.subject, there, cell.name),
        )
        if line.sheet.kind == "automatic":
            _judge_unasked(self._policy(line), line.move, cell, before, after, place, self.history)
        if line.move == "pull":
            self.history.grant(line.subject, here, cell.name, before, after)
        else:
            does = "update contact" if of_contact else "update"
            self.history.choices.append(Choice(does, uuid, there, after, self.history.count, cell.name, before, here))

    def _take_whole(self, line: SheetLine, uuid: str) -> None:
        target = target_of(line.ref)
        unasked = line.sheet.kind == "automatic"
        if unasked and line.act in ("remove", "archive"):
            raise Violation("P05", f"a sheet that nobody asked for would {line.act} {line.ref}")
        name = CONTACT_CELLS[0].plain((str(line.after.get("name", "")),))
        if line.field == "archived":
            self._take_archive(line, uuid)
        elif line.field != "contact":
            return
        elif line.move == "push" and line.act == "add":
            self.history.choices.append(Choice("add contact", uuid, "", name, self.history.count, contact=target.local))
        elif line.move == "push":
            self.history.choices.append(Choice("remove contact", uuid, target.remote, "", self.history.count))
        elif line.act == "remove":
            self.history.grant(CONTACT, target.local, "gone", None, "yes")
        elif target.local:
            self.history.grant(CONTACT, target.local, "gone", None, "no")
            for cell in CONTACT_CELLS:
                self.history.grant(CONTACT, target.local, cell.name, None, cell.plain(cell.here(line.after)))
        else:
            self.history.grant(CONTACT, f"new of {line.client_id}", name, None, "")

    def _take_archive(self, line: SheetLine, uuid: str) -> None:
        if line.move == "push":
            self.history.choices.append(Choice("archive", uuid, "", "", self.history.count))
        else:
            for gone in ("yes", "no"):
                self.history.grant(CLIENT, str(line.client_id), "gone", None, gone)

    def _policy(self, line: SheetLine) -> Policy:
        found = self.policies.get(line.sheet.policy_version)
        if found is None or not found.on:
            raise Violation("P01", "an automatic sheet was drawn up while client sync is off")
        return found


def _judge_unasked(
    policy: Policy,
    move: str,
    cell: Cell,
    before: str,
    after: str,
    place: tuple[Where, Where],
    history: History,
) -> None:
    """A value that moves unasked: its field may, its way is open, nothing is blanked, no news is overwritten."""
    written = place[0] if move == "pull" else place[1]
    if not cell.unasked or policy.level is not Level.EVERYTHING:
        raise Violation(
            "P01", f"a sheet that nobody asked for would {move} {after!r}, which its level leaves out", written
        )
    if before and not after:
        raise Violation("P05", f"a sheet that nobody asked for would blank {before!r}", written)
    rule = policy.rules.get(f"{place[0][1]}.{cell.name}", FieldRule())
    passage = rule.inward if move == "pull" else rule.outward
    if passage in (Passage.NEVER, Passage.ASK) or (passage is Passage.FILL_BLANK and before):
        raise Violation(
            "P01", f"a sheet that nobody asked for would {move} {after!r} against the field's rule", written
        )
    if passage is None and move not in _ways(policy, cell, before):
        raise Violation("P01", f"a sheet that nobody asked for would {move} {after!r} against the direction", written)
    # Whoever makes the register primary says that it wins: only where no side does must both have agreed before.
    agreeing = policy.direction is Direction.TWO_WAY and not policy.register_primary
    if agreeing and not cell.inward_only and before:
        other = place[1] if move == "pull" else place[0]
        if before not in history.ever(other):
            story = f"{before!r} was never on the other side, and a sheet that nobody asked for would {move} {after!r}"
            raise Violation("P01", story, written)


def _ways(policy: Policy, cell: Cell, before: str) -> tuple[str, ...]:
    """The ways that are open unasked."""
    if cell.inward_only:
        return ("pull",)
    ways: Mapping[Direction, tuple[str, ...]] = {
        Direction.FROM_REMOTE: ("pull",),
        Direction.TO_REMOTE: ("push",),
        Direction.TWO_WAY: ("pull", "push"),
    }
    found = ways[policy.direction]
    return tuple(way for way in found if not (way == "pull" and policy.register_primary and before))
