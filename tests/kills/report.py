"""What the cases came to, for people and as JSON."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field

from kills.cases import RESUMES, Result


@dataclass
class Report:
    """All cases so far."""

    seconds: float = 0.0
    results: list[Result] = field(default_factory=list)

    @property
    def failed(self) -> list[Result]:
        """The cases that did not end as if nobody had died."""
        return [each for each in self.results if each.problem]

    @property
    def kills(self) -> int:
        """How many workers were killed."""
        return sum(sum(each.kills.values()) + each.others for each in self.results)

    def as_json(self) -> str:
        """The same for programs."""
        results = [{**asdict(each), "case": each.case.name} for each in self.results]
        told = {"seconds": round(self.seconds, 1), "kills": self.kills, "failed": len(self.failed), "results": results}
        return json.dumps(told, ensure_ascii=False)

    def as_text(self) -> str:
        """A row for each sort of work, and what went wrong."""
        sorts = list(dict.fromkeys(each.case.sort for each in self.results))
        lines = ["", f"{'work':<13} {'kills':>5} {'recovered':>9} {'slowest':>8}  kills at each named step"]
        lines += [self._row(sort) for sort in sorts]
        recovered = len(self.results) - len(self.failed)
        slowest = max((each.slowest for each in self.results), default=0.0)
        told = (
            f"{self.kills:,} workers killed in {len(self.results):,} cases; {recovered:,} ended as if nobody had died"
        )
        again = f"at work again within {slowest:.1f} s (allowed: {RESUMES:.0f} s); {self.seconds:,.0f} s in all"
        lines += ["", f"{told}; {again}"]
        for each in self.failed:
            lines += ["", f"{each.case.name}: {each.problem}", f"  again: ./run simulate --kills {each.case.name}"]
        return "\n".join(lines)

    def _row(self, sort: str) -> str:
        found = [each for each in self.results if each.case.sort == sort]
        steps = Counter[str]()
        for each in found:
            steps.update(each.kills)
        kills = steps.total() + sum(each.others for each in found)
        recovered = f"{sum(not each.problem for each in found)}/{len(found)}"
        slowest = max(each.slowest for each in found)
        told = ", ".join(f"{step} {count}" for step, count in steps.items())
        return f"{sort:<13} {kills:>5} {recovered:>9} {slowest:>6.1f} s  {told}"
