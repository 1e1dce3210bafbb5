"""One case: work at an office, once undisturbed and once by workers that are killed, and how the two compare."""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kills.grounds import Ground, Vendor
from kills.lives import LOG, Fate, Life, Place, lives_at, nursery, plain
from kills.work import Recording, begun, came_to, carry_out_the_rest
from offices import Office, an_office
from practicesync.flows import engine, start
from practicesync.store.models import Run
from processes.workers import wait_until

RESUMES = 30.0
"""Seconds in which work goes on after a kill."""

SEEDS = range(1, 6)

PATIENCE = 240.0
"""Seconds after which the work is given up on."""


@dataclass(frozen=True, slots=True)
class Case:
    """Work of one sort, drawn by a seed, on one database; `once`: killed once at each named step, and no more."""

    vendor: Vendor
    sort: str
    seed: int
    once: bool = False

    @property
    def name(self) -> str:
        """What a command calls it."""
        return f"{self.vendor}-{self.sort}-{self.seed}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case: the kills by named step of the run, those of runs that followed it, and what was wrong."""

    case: Case
    kind: str = ""
    kills: Mapping[str, int] = field(default_factory=dict)
    others: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    problem: str = ""


def tried(case: Case, ground: Ground) -> Result:
    """Try a case, in a process of its own that has no other thread yet."""
    began = time.monotonic()
    with nursery() as bring_up, TemporaryDirectory(prefix="practicesync-kills-") as name:
        logging.disable(logging.CRITICAL)
        steps, calm = _undisturbed(case, ground, Path(name, "calm"))
        with _begun(case, ground, Path(name, "killed")) as (office, run, place):
            start.enqueue(run)
            bring_up(place, Fate(run.kind, case.seed, case.once))
            problem = _waited(office)
            ended = time.time()
            lives = lives_at(place.folder)
            problem = problem or _difference(calm, came_to(office.firm, run))
            problem = problem or _missing(steps, [life for life in lives if life.kind == run.kind])
            slowest = _slowest(lives, ended)
            problem = problem or (f"at work again only after {slowest:.0f} s" if slowest > RESUMES else "")
            told = problem and f"{problem}\n{_log(place)}"
            died = [life for life in lives if life.died]
            kills = Counter(life.step for life in died if life.kind == run.kind)
            others = len(died) - kills.total()
            return Result(case, run.kind, dict(kills), others, slowest, time.monotonic() - began, told)


@contextmanager
def _begun(case: Case, ground: Ground, folder: Path) -> Iterator[tuple[Office, Run, Place]]:
    """An office with the work asked for."""
    folder.mkdir()
    with ground.fresh(case.vendor, folder) as address, an_office(folder, clients=0) as office:
        yield office, begun(office.firm, case.sort, case.seed), Place(address, office.url, folder)


def _undisturbed(case: Case, ground: Ground, folder: Path) -> tuple[set[str], dict[str, object]]:
    """The names of the work's steps where nobody dies, and what it comes to."""
    with _begun(case, ground, folder) as (office, run, _):
        office.firm.steps = steps = Recording(office.firm.clock)
        office.firm.run(run)
        met = {plain(step) for step in steps.met}
        carry_out_the_rest(office.firm)
        return met, came_to(office.firm, run)


def _waited(office: Office) -> str:
    """Wait until nothing is under way; why not, if so."""
    try:
        wait_until(lambda: not _under_way(office), "all is done", PATIENCE)
    except AssertionError as problem:
        runs = Run.rows.of(office.firm.practice.pk).order_by("pk").values_list("kind", "state", "problem", "detail")
        return f"{problem}: {list(runs)}"
    return ""


def _under_way(office: Office) -> bool:
    """Whether a run waits or is carried out; a flow may have steps after its run is done."""
    runs = Run.rows.of(office.firm.practice.pk)
    if runs.filter(state__in=("queued", "running", "paused")).exists():
        return True
    known = engine.executions([f"run-{key}" for key in runs.values_list("key", flat=True)])
    return any(is_open for executions in known.values() for is_open in executions)


def _slowest(lives: Sequence[Life], ended: float) -> float:
    """The longest that anybody waited for work to go on after a kill, in seconds."""
    following = pairwise([*lives, Life(ended, "", "", "", died=False)])
    return max((after.at - life.at for life, after in following if life.died), default=0.0)


def _missing(steps: set[str], lives: Sequence[Life]) -> str:
    """Which steps of the work nobody came to, or nobody died at."""
    met, died = {life.step for life in lives}, {life.step for life in lives if life.died}
    if met != steps:
        return f"its steps were {sorted(met)}, without kills {sorted(steps)}"
    return f"nobody died at {sorted(steps - died)}" if steps - died else ""


def _difference(calm: Mapping[str, Any], killed: Mapping[str, Any]) -> str:
    """In what the two ends differ."""
    apart = [f"{name}: {killed[name]!r} and not {calm[name]!r}" for name in calm if killed[name] != calm[name]]
    return f"it came to another end: {'; '.join(apart)}" if apart else ""


def _log(place: Place) -> str:
    """The last of what the workers said."""
    path = place.folder / LOG
    return "\n".join(path.read_text(errors="replace").splitlines()[-20:]) if path.exists() else ""
