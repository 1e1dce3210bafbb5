"""The board as a table: for people, for programs, and for the reference."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from board.asking import Finding
from board.trying import Clean, Trial

NEEDED = 24 / 25
"""The part of the bugs that has to be found."""

HEAD = """\
# The board of planted bugs

Written by `./run board --write`. Each bug is planted into a copy of the program, one at a time. What is asked to find
it are tests of `./run test` by their names, the fewest that should see it, or schedules of the
[simulation](../explanation/simulation.md). All that is asked is asked of a copy without a bug too, where it must be
good. The seconds are those of two cores.

"""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all bugs, and of the program without one."""

    trials: Sequence[Trial]
    clean: Clean
    seconds: float

    def found(self, trial: Trial) -> Finding | None:
        """What found a bug, if it tells anything."""
        return None if trial.finding is None or trial.finding in self.clean.alarms else trial.finding

    @property
    def count(self) -> int:
        """How many bugs were found."""
        return sum(self.found(trial) is not None for trial in self.trials)

    @property
    def is_good(self) -> bool:
        """Whether enough were found, by detectors that find nothing where nothing is."""
        return self.clean.is_good and self.count >= len(self.trials) * NEEDED

    @property
    def line(self) -> str:
        """The whole in a sentence or two."""
        found = f"{self.count} of {len(self.trials)} bugs were found in {self.seconds:,.0f} s."
        return f"{found} {self._without}"

    @property
    def _without(self) -> str:
        clean = self.clean
        told = [alarm.told for alarm in clean.alarms] + [f"no answer ({fault})" for fault in clean.faults]
        if told:
            return f"Without a bug, not good: {'; '.join(told)}."
        asked = [f"{count} {what}" for count, what in ((clean.tests, "tests"), (clean.schedules, "schedules")) if count]
        return f"Without a bug, all of it was good: {' and '.join(asked)}."

    def as_text(self) -> str:
        """A line for each bug."""
        rows = [f"{self._told(trial)[:110]}  {trial.seconds:4.0f} s" for trial in self.trials]
        names = [f"{trial.bug.breaks}  {trial.bug.name}" for trial in self.trials]
        wide = max(map(len, names))
        return "\n".join([*(f"{name:<{wide}}  {row}" for name, row in zip(names, rows, strict=True)), "", self.line])

    def as_json(self) -> str:
        """The same for programs."""
        rows = [
            {
                "bug": trial.bug.name,
                "breaks": trial.bug.breaks,
                "file": trial.bug.file,
                "found": self.found(trial) is not None,
                "by": self._told(trial),
                "seed": (self.found(trial) or Finding()).seed or None,
                "seconds": round(trial.seconds, 1),
            }
            for trial in self.trials
        ]
        clean = {"ok": self.clean.is_good, "tests": self.clean.tests, "schedules": self.clean.schedules}
        told = {"bugs": len(rows), "found": self.count, "ok": self.is_good, "seconds": round(self.seconds, 1)}
        return json.dumps({**told, "without": clean, "rows": rows}, ensure_ascii=False)

    def as_page(self) -> str:
        """The same as a page of the reference."""
        rows = ["| bug | breaks | in | found by | s |", "| --- | --- | --- | --- | ---: |"]
        rows += [
            f"| {each.bug.name} | {each.bug.breaks} | `{each.bug.file}` | {self._told(each)} | {each.seconds:.0f} |"
            for each in self.trials
        ]
        return HEAD + "\n".join([*rows, "", self.line, ""])

    def _told(self, trial: Trial) -> str:
        found = self.found(trial)
        if found is not None:
            return found.told
        if trial.finding is not None:
            return f"not found: {trial.finding.told} fails without it too"
        return f"no answer ({trial.fault})" if trial.fault else "not found"
