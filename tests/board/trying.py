"""Trying a program with each bug, and one without any: what is found there counts for nothing."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from board.asking import PATIENCE, Answer, Finding, ask
from board.bug import Bug, Detector, Named, Schedules
from board.copies import copy_with


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one bug, after so many seconds. `fault` says why a detector that found nothing tells nothing."""

    bug: Bug
    finding: Finding | None
    seconds: float
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Clean:
    """What the detectors told of a program without bugs: all of it good, or why a finding may mean nothing."""

    tests: int
    schedules: int
    alarms: Sequence[Finding] = ()
    faults: Sequence[str] = ()

    @property
    def is_good(self) -> bool:
        """Whether a finding means something."""
        return not self.alarms and not self.faults


def try_out(bug: Bug) -> Trial:
    """Plant the bug into a copy and ask its detectors one after the other."""
    began = time.monotonic()
    answer = Answer()
    with copy_with(bug) as copy:
        for detector in bug.asked:
            answer = ask(detector, copy)
            if answer.findings:
                break
    return Trial(bug, next(iter(answer.findings), None), time.monotonic() - began, answer.fault)


def detectors_of(bugs: Iterable[Bug]) -> list[Detector]:
    """All that these bugs' detectors ask, each test and each schedule once: what a program without bugs must pass."""
    asked = [detector for bug in bugs for detector in bug.asked]
    names = tuple(dict.fromkeys(name for each in asked if isinstance(each, Named) for name in each.names))
    count = max((each.count for each in asked if isinstance(each, Schedules)), default=0)
    return [*([Named(names)] if names else []), *([Schedules(count)] if count else [])]


def try_without(detector: Detector) -> Clean:
    """Ask all of a detector about a copy without any bug."""
    with copy_with(None) as copy:
        answer = ask(detector, copy, all_of_it=True, patience=4 * PATIENCE)
    named = isinstance(detector, Named)
    faults = [answer.fault] if answer.fault else []
    return Clean(answer.good if named else 0, 0 if named else answer.good, answer.findings, faults)


def together(parts: Sequence[Clean]) -> Clean:
    """What several detectors told, as one."""
    return Clean(
        sum(part.tests for part in parts),
        sum(part.schedules for part in parts),
        [alarm for part in parts for alarm in part.alarms],
        [fault for part in parts for fault in part.faults],
    )
