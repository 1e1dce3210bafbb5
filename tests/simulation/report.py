"""What the schedules came to, for people and as JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulation.schedule import Result

PROMISES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("P01", "no lost update", ("values accepted", "values pulled", "values to push")),
    ("P03", "quiet: both sides as shown, nothing sent in the third cycle", ("schedules kept",)),
    ("P04", "nothing gone that is there", ("did: empty list", "did: half a list", "did: archive in XPM")),
    (
        "P05",
        "nothing blanked or taken away unasked",
        ("lines of automatic sheets", "stopped by the brake", "automatic sheets held against the brake"),
    ),
    (
        "P06",
        "one record in XPM for one here",
        ("contacts made in XPM", "clients made in XPM", "did: lost after", "did: hangs"),
    ),
    ("P07", "runs twice, late or out of order", ("executions delivered again",)),
    ("P08", "no write of what is there", ("writes", "writes that changed XPM")),
    ("P09", "killed anywhere, carries on", ("kills", "points")),
    ("P10", "intent before write", ("writes",)),
    ("P12", "no limit broken by ourselves", ("calls",)),
    ("P15", "nothing skipped", ("copies compared with XPM",)),
    ("P16", "no mask written anywhere", ("writes",)),
    ("P18", "every change told, chain whole", ("lines of activity", "undone")),
    (
        "P26",
        "what was shown is what happens",
        ("sheets applied", "sheets refused as stale", "choices refused as stale", "drawn up again", "tried again"),
    ),
)
TOLD = (
    "overwritten in XPM's one-request gap",
    "values that XPM cleared by itself",
    "bases that met only in our copy",
    "schedules with a list that lied",
    "copies that are said to be unreadable",
    "syncs whose values another one carried",
)
"""What is counted and is no broken promise."""


@dataclass
class Report:
    """All schedules so far."""

    database: str
    steps: int
    seconds: float = 0.0
    schedules: int = 0
    numbers: Counter[str] = field(default_factory=Counter)
    broken: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """One schedule more."""
        self.schedules += 1
        self.numbers.update(result.numbers)
        self.numbers["schedules kept"] += not result.violation
        if result.violation:
            self.broken.append(result)

    def as_json(self) -> str:
        """The same for programs."""
        return json.dumps(
            {
                "database": self.database,
                "schedules": self.schedules,
                "seconds": round(self.seconds, 1),
                "broken": [
                    {"seed": each.seed, "promise": each.violation, "command": self.command(each.seed)}
                    for each in self.broken
                ],
                "numbers": dict(sorted(self.numbers.items())),
            },
            ensure_ascii=False,
        )

    def as_text(self) -> str:
        """The promises with their numbers, and what broke first."""
        lines = ["", f"{self.schedules:,} schedules on {self.database} in {self.seconds:,.0f} s"]
        for promise, words, counted in PROMISES:
            failed = sum(each.violation.startswith(f"{promise}:") for each in self.broken)
            told = ", ".join(f"{self.numbers[name]:,} {name.removeprefix('did: ')}" for name in counted)
            lines.append(f"  {promise}  {f'BROKEN in {failed}' if failed else 'kept':<12} {words} ({told})")
        lines += [f"       {self.numbers[name]:,} {name}" for name in TOLD]
        for each in self.broken[:3]:
            lines += ["", *self.story(each)]
        if len(self.broken) > 3:
            lines += ["", f"and {len(self.broken) - 3} more: seeds {_few([each.seed for each in self.broken[3:]])}"]
        return "\n".join(lines)

    def story(self, result: Result) -> list[str]:
        """One schedule that broke a promise."""
        return [
            f"seed {result.seed} broke a promise. {result.violation}",
            *(f"    {line}" for line in result.story),
            f"  again: {self.command(result.seed)}",
        ]

    def command(self, seed: int) -> str:
        """What repeats one schedule."""
        return f"./run simulate --seed {seed} --schedules 1 --db {self.database} --steps {self.steps}"


def _few(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds[:20])) + (" …" if len(seeds) > 20 else "")
