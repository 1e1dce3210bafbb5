"""The bugs of the board: what each breaks, the text of the program that it replaces, and what is asked to find it.

What is asked are whole files of `./run test`, or schedules of the simulation: never a test written for one bug alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suite:
    """Files of tests, run to the first failure."""

    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedules:
    """Schedules of the simulation from the first seed on, run to the first broken promise."""

    count: int


Detector = Suite | Schedules


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug. `file` is below src/practicesync and holds `text` exactly once; `asked` are its detectors in order."""

    name: str
    breaks: str
    file: str
    text: str
    replacement: str
    asked: Sequence[Detector]


def _tests(*files: str) -> Suite:
    return Suite(tuple(f"tests/{file}.py" for file in files))


SCHEDULES = Schedules(16)
LOST = _tests("faults/test_lost_replies", "flows/test_push_creates")
REFUSALS = _tests("faults/test_refusals", "flows/test_push_faults")
READING = _tests("flows/test_refresh", "faults/test_reading")
BOTH = _tests("faults/test_both_sides", "flows/test_undo")
WORKERS = _tests("faults/test_workers", "flows/test_push_at_once")
FORMS = _tests("faults/test_masks_and_forms")
ACCESS = _tests("operations/test_tokens", "flows/test_line")
LIMITS = _tests("core/test_budget", "connectors/test_xpm_faults")
PLANNER = _tests("core/test_plan", "core/test_push", "core/test_policy")
BRAKES = _tests("core/test_brake", "flows/test_automatic_brake")
LOG = _tests("operations/test_activity")
SHEETS = _tests("operations/test_sheets", "flows/test_apply")
PUSHES = _tests("operations/test_pushing", "flows/test_push")
DISK = _tests("processes/test_flushed")

BUGS: tuple[Bug, ...] = (
    Bug(
        "watermark before the end of the list",
        "P15",
        "flows/refresh.py",
        "    count = _store(reading, there.connector,",
        "    mirroring.advance(connection, watermark=reading.server_time - OVERLAP, full=full, now=steps.clock.now())\n"
        "    count = _store(reading, there.connector,",
        (READING,),
    ),
    Bug(
        "next reading begins where this one ended",
        "P15",
        "flows/refresh.py",
        "OVERLAP = timedelta(minutes=10)",
        "OVERLAP = timedelta(0)",
        (READING,),
    ),
    Bug(
        "our own clock for the watermark",
        "P15",
        "flows/refresh.py",
        "watermark=reading.server_time - OVERLAP",
        "watermark=steps.clock.now() - OVERLAP",
        (READING,),
    ),
    Bug(
        "gone because a list of changes lacks it",
        "P04",
        "flows/refresh.py",
        "if full and not count.nameless else 0",
        "if not count.nameless else 0",
        (READING,),
    ),
    Bug(
        "an empty list is believed",
        "P05",
        "core/brake.py",
        "return Halt(Cause.FALL, missed, held, bound) if missed > bound else None",
        "return None",
        (READING,),
    ),
    Bug(
        "one bad record ends the reading",
        "P14",
        "flows/refresh.py",
        "            count.set_aside += 1\n",
        "            raise\n",
        (READING,),
    ),
    Bug(
        "a list read before a record overwrites it",
        "P07",
        "operations/mirroring.py",
        "WHERE {table}.{read} <= excluded.{read} OR {table}.{read} > %s",
        "WHERE {table}.{read} IS NOT NULL OR {table}.{read} > %s",
        (READING,),
    ),
    Bug(
        "base is what was seen last, not what was agreed on",
        "P01",
        "core/plan.py",
        "        if row.move is Move.SETTLE and row.base != row.local and not row.pending:\n"
        "            result.setdefault(row.ref, {}).update(row.field.spread(row.local))",
        "        if row.remote is not None and row.base != row.remote and not row.pending:\n"
        "            result.setdefault(row.ref, {}).update(row.field.spread(row.remote))",
        (SCHEDULES, PLANNER),
    ),
    Bug(
        "both changed, and the register wins in silence",
        "P02",
        "core/compare.py",
        "        return State.BOTH_CHANGED",
        "        return State.LOCAL_CHANGED",
        (BOTH, PLANNER),
    ),
    Bug(
        "a value that was not told counts as empty",
        "P01",
        "core/fields.py",
        "            return None if value is None else (value,)",
        '            return ("",) if value is None else (value,)',
        (PLANNER, SCHEDULES),
    ),
    Bug(
        "the mask of a tax number counts as a number",
        "P16",
        "core/kinds/numbers.py",
        "        return MASK in _starred(value[0])",
        "        return False",
        (FORMS, PLANNER),
    ),
    Bug(
        "incoming values are laid over what waits to be sent",
        "P01",
        "core/verdict.py",
        '    if facts & PENDING:\n        return Move.LEAVE, Passage.NEVER, "pending", held.truth_by\n',
        "",
        (PLANNER, BOTH),
    ),
    Bug(
        "written over what somebody changed since",
        "P01",
        "core/push.py",
        "        elif _equal(sent.field, sent.seen, now, place):\n            send.append(sent)",
        "        elif now is None or sent.value:\n            send.append(sent)",
        (SCHEDULES, PLANNER),
    ),
    Bug(
        "our own write compared letter by letter",
        "P08",
        "core/push.py",
        "    return row.kind.same(left or blank, right or blank, place)",
        "    return (left or blank) == (right or blank)",
        (FORMS, PLANNER),
    ),
    Bug(
        "a refusal in a good status counts as done",
        "P01",
        "flows/push_calls.py",
        "        except SyncError as problem:\n            return self._reply(write, Fate.REFUSED, problem.detail)",
        "        except SyncError:\n            return self._reply(write, Fate.ANSWERED)",
        (REFUSALS,),
    ),
    Bug(
        "a write answered 500 counts as not done",
        "P06",
        "connectors/xpm/faults.py",
        "    error = Unsure if answer.endpoint.writes else Unavailable",
        "    error = Unavailable",
        (LIMITS, LOST),
    ),
    Bug(
        "no look-up before a create is sent again",
        "P06",
        "flows/push_reading.py",
        "{push.push_id: _made_before(connector, line, push) for push in creates if push.tried}",
        "{push.push_id: () for push in creates if push.tried}",
        (LOST,),
    ),
    Bug(
        "a lost create is sent again while lists lag",
        "P06",
        "core/push.py",
        "SHOWN_AFTER = 90.0",
        "SHOWN_AFTER = 0.0",
        (LOST,),
    ),
    Bug(
        "the intent is not stored before the write",
        "P10",
        "operations/sending.py",
        '    push.save(update_fields=["state", "attempts", "sent_at", "outcomes", "remote_id", "detail", "reference"])',
        '    push.save(update_fields=["outcomes", "remote_id", "detail", "reference"])',
        (SCHEDULES, LOST),
    ),
    Bug(
        "a late answer counts for a later try",
        "P09",
        "operations/sending.py",
        "            if push.attempts == reply.attempt and push.state in (PushState.SENDING, PushState.UNSURE):",
        "            if push.state in (PushState.SENDING, PushState.UNSURE):",
        (WORKERS, SCHEDULES),
    ),
    Bug(
        "a worker that was frozen writes when it wakes",
        "P09",
        "flows/push_calls.py",
        "FRESH = 15.0",
        "FRESH = 1e9",
        (WORKERS,),
    ),
    Bug(
        "what XPM did not take counts as agreed",
        "P01",
        "operations/push_closing.py",
        "            key: value for sent in _with(push, Outcome.DONE) for key, value",
        "            key: value for sent in _with(push, *Outcome) for key, value",
        (REFUSALS, SCHEDULES),
    ),
    Bug(
        "what XPM refused is sent again unasked",
        "P08",
        "operations/push_closing.py",
        "        if stamps:\n",
        "        if not stamps:\n",
        (REFUSALS,),
    ),
    Bug(
        "the loser of a conflict is not kept",
        "P02",
        "operations/push_closing.py",
        "    before = {} if sent.seen is None else sent.field.spread(sent.seen)",
        "    before: dict[str, str] = {}",
        (BOTH,),
    ),
    Bug(
        "two rotate one refresh token",
        "P11",
        "operations/tokens.py",
        "        if row.renewing_until is not None and row.renewing_until > now:",
        "        if row.renewing_until is not None and row.renewing_until > now + LEASE:",
        (ACCESS,),
    ),
    Bug(
        "the new refresh token is not stored",
        "P10",
        "operations/tokens.py",
        'row.save(update_fields=["access_token", "refresh_token", "expires_at", "generation", "renewing_until"])',
        'row.save(update_fields=["access_token", "expires_at", "generation", "renewing_until"])',
        (ACCESS,),
    ),
    Bug(
        "told to wait, the others go on",
        "P13",
        "connectors/xpm/gateway.py",
        "            line.blocked(error.after, error.limit)",
        "            line.blocked(0.0, error.limit)",
        (LIMITS,),
    ),
    Bug(
        "one call too many a minute",
        "P12",
        "core/budget.py",
        "    if len(ledger.minute) >= limits.minute - 1:",
        "    if len(ledger.minute) >= limits.minute + 1:",
        (LIMITS,),
    ),
    Bug(
        "the plan is not looked at again when it is applied",
        "P26",
        "operations/sheet_batches.py",
        "    if row is None or stamp_of(row) != line.stamp:",
        "    if row is None:",
        (SHEETS,),
    ),
    Bug(
        "a sheet of another firm can be applied",
        "P17",
        "operations/sheets.py",
        "    sheet: Sheet = Sheet.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=sheet_id)",
        "    sheet: Sheet = Sheet.rows.everywhere().select_for_update(no_key=True).get(pk=sheet_id)",
        (_tests("operations/test_abilities"), _tests("web/test_url_matrix")),
    ),
    Bug(
        "the log is written outside the transaction",
        "P18",
        "operations/sheets.py",
        '        write(actor, Entry("apply_asked"',
        '    write(actor, Entry("apply_asked"',
        (SCHEDULES, _tests("flows/test_apply_on_databases")),
    ),
    Bug(
        "the log's chain is not bound to its practice",
        "P19",
        "operations/activity.py",
        "        line.practice_id,\n        line.seq,\n",
        "        line.seq,\n",
        (LOG,),
    ),
    Bug(
        "archived counts as deleted",
        "P04",
        "operations/sending.py",
        "    if there.deleted or there.gone_at is not None:",
        "    if there.deleted or there.archived or there.gone_at is not None:",
        (PUSHES,),
    ),
    Bug(
        "the brake lets everything pass",
        "P05",
        "core/brake.py",
        "        if count > bound:",
        "        if count > bound + load.linked:",
        (BRAKES,),
    ),
    Bug(
        "two pushes of one record at a time",
        "P09",
        "operations/sending.py",
        "            if (push.client_id, push.ref) in busy or push.run_id != run.pk",
        "            if push.run_id != run.pk",
        (WORKERS, SCHEDULES),
    ),
    Bug(
        "an intent is not flushed to disk",
        "P10",
        "config/settings.py",
        "PRAGMA synchronous=FULL",
        "PRAGMA synchronous=NORMAL",
        (DISK,),
    ),
)
