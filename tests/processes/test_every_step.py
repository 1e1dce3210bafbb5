"""Workers killed at every named step of real work, before it and after its effect: it ends as if nobody had died.

`./run test` tries one seed of each sort of work on SQLite and one sort on PostgreSQL, `./run simulate --kills` five of
all on both.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from databases import template_database, template_file, using
from offices import Office, an_office
from practicesync.flows import engine, start
from practicesync.store.models import Run
from processes.killed_offices import SORTS, Recording, begun, came_to, carry_out_the_rest
from processes.workers import wait_until

pytestmark = pytest.mark.serial

WHOLE = bool(os.environ.get("KILL_EVERYTHING"))
SEEDS = range(1, 6 if WHOLE else 2)
ON_POSTGRESQL = tuple(SORTS) if WHOLE else ("apply",)
PROGRAM = Path(__file__).parent / "dying_worker.py"
RESUMES = 30.0
"""Seconds in which work goes on after a kill."""

CASES = [
    *[("sqlite", sort, seed) for sort in SORTS for seed in SEEDS],
    *[pytest.param("postgresql", sort, seed, marks=pytest.mark.pg) for sort in ON_POSTGRESQL for seed in SEEDS],
]


@contextmanager
def a_database(vendor: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """A fresh database of this sort, on which Django is."""
    if vendor == "sqlite":
        path = folder / "practicesync.sqlite3"
        shutil.copyfile(template_file(), path)
        address = f"sqlite:///{path}"
    else:
        cluster = request.getfixturevalue("cluster")
        address = cluster.new_database(like=template_database(cluster))
    with using(address):
        yield


@contextmanager
def dying_workers(office: Office, seed: int) -> Iterator[None]:
    """Workers that are killed one after the other; the first seed spares no moment."""
    (office.data / "chances").write_text(json.dumps({"seed": seed, "chance": 1.0 if seed == 1 else 0.5}))
    (office.data / "met").touch()
    with (office.data / "worker-0.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(office.data)], env=office.environment, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def undisturbed(vendor: str, sort: str, seed: int, folder: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the work comes to where nobody dies, and the names of its steps."""
    folder.mkdir()
    with a_database(vendor, folder, request), an_office(folder, clients=0) as office:
        run = begun(office.firm, sort, seed)
        office.firm.steps = steps = Recording(office.firm.clock)
        office.firm.run(run)
        met = set(steps.met)
        carry_out_the_rest(office.firm)
        return {**came_to(office.firm, run), "steps": met}


def _names(steps: Iterable[str]) -> set[str]:
    """The names without their numbers: what died with its effect done finds the next batch when it runs again."""
    return {re.sub(r"\d+", "n", step) for step in steps}


def _under_way(office: Office) -> bool:
    """Whether a run waits or is carried out; a flow may have steps after its run is done."""
    runs = Run.rows.of(office.firm.practice.pk)
    if runs.filter(state__in=("queued", "running")).exists():
        return True
    known = engine.executions([f"run-{key}" for key in runs.values_list("key", flat=True)])
    return any(is_open for executions in known.values() for is_open in executions)


@pytest.mark.parametrize(("vendor", "sort", "seed"), CASES)
def test_killed_at_every_step_it_ends_as_if_nobody_had_died(
    vendor: str,
    sort: str,
    seed: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with django_db_blocker.unblock():
        calm = undisturbed(vendor, sort, seed, tmp_path / "calm", request)
        folder = tmp_path / "killed"
        folder.mkdir()
        with a_database(vendor, folder, request), an_office(folder, clients=0) as office:
            run = begun(office.firm, sort, seed)
            start.enqueue(run)
            with dying_workers(office, seed):
                wait_until(lambda: not _under_way(office), "all is done", 180)
                ended = time.time()
            lives = [json.loads(line) for line in (folder / "lives").read_text().splitlines()]
            own = [life for life in lives if life[1] == run.kind]
            died = [life for life in own if life[4]]
            assert _names(life[2] for life in own) == _names(calm.pop("steps")), "each step was met"
            assert died
            if seed == 1:
                assert len(died) == len(own), "each moment killed a worker"
            moments = [life[0] for life in lives] + [ended]
            waits = [after - before for before, after in pairwise(moments)]
            assert max(waits) <= RESUMES
            assert came_to(office.firm, run) == calm
            print(f"{len(died)} kills, at work again within {max(waits):.1f} s")  # noqa: T201 - pytest shows it with -rP
