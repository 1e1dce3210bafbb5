"""Workers killed at every named step of real work, before it or after its effect: it ends as if nobody had died.

Each named step kills once here; `./run simulate --kills` tries five seeds of all work on both databases.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kills.cases import SEEDS, Case, Result
from kills.lives import MOMENTS, Fate
from kills.report import Report
from kills.work import LIKE_OTHERS, SORTS
from practicesync.flows.registry import FLOWS

TESTS = Path(__file__).parents[1]
ON_POSTGRESQL = ("sync", "apply")
CASES = [f"sqlite-{sort}-1" for sort in SORTS if sort not in LIKE_OTHERS]
CASES_ON_POSTGRESQL = [f"postgres-{sort}-1" for sort in ON_POSTGRESQL]


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What became of the cases that are asked about: all tried beside each other, by a process that has no threads."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function) and item.path == request.path]
    names = [str(item.callspec.params["case"]) for item in items if "results" in item.fixturenames]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])}
    done = subprocess.run(
        [sys.executable, "-m", "kills", "--once", "--json", *names],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return {result["case"]: result for result in json.loads(done.stdout)["results"]}


@pytest.mark.serial
@pytest.mark.parametrize("case", [*CASES, *(pytest.param(name, marks=pytest.mark.pg) for name in CASES_ON_POSTGRESQL)])
def test_killed_at_every_step_it_ends_as_if_nobody_had_died(case: str, results: dict[str, Any]) -> None:
    assert not results[case]["problem"], results[case]["problem"]


def test_every_flow_is_killed_in_some_work() -> None:
    assert set(FLOWS) <= set(SORTS)


def test_what_is_left_to_the_whole_run_has_the_steps_of_work_that_is_not() -> None:
    assert set(LIKE_OTHERS) < set(SORTS)
    assert set(LIKE_OTHERS.values()) <= set(SORTS) - set(LIKE_OTHERS)


@pytest.mark.parametrize("once", [True, False])
def test_every_seed_kills_at_every_named_step_before_it_or_after_its_effect(once: bool) -> None:
    killed = [
        [moment for moment in MOMENTS if Fate("sync", seed, once).kills("sync", "begin", 1, moment)] for seed in SEEDS
    ]
    assert all(killed)
    assert {moment for moments in killed for moment in moments} == set(MOMENTS)


def test_once_spares_everything_but_one_moment_of_each_step() -> None:
    fate = Fate("sync", 1, once=True)
    assert sum(fate.kills("sync", "push n", number, moment) for number in (1, 2) for moment in MOMENTS) == 1
    assert not any(fate.kills("match", "begin", 1, moment) for moment in MOMENTS)


def test_the_first_seed_spares_no_moment_of_the_work() -> None:
    fate = Fate("sync", 1, once=False)
    assert all(fate.kills("sync", "push n", number, moment) for number in (1, 2) for moment in MOMENTS)
    assert len({fate.kills("match", f"step {number}", 1, "before") for number in range(20)}) == 2


def test_a_report_tells_what_was_killed_and_how_to_see_a_failure_again() -> None:
    good = Result(Case("sqlite", "sync", 1), "sync", {"begin": 2}, others=1, slowest=1.5)
    bad = Result(Case("postgres", "sync", 2), "sync", {"begin": 1}, slowest=2.5, problem="it came to another end")
    report = Report(seconds=9.0, results=[good, bad])
    told = report.as_text()
    assert "4 workers killed in 2 cases; 1 ended as if nobody had" in told
    assert "sync              4       1/2    2.5 s  begin 3" in told
    assert "postgres-sync-2: it came to another end\n  again: ./run simulate --kills postgres-sync-2" in told
    assert json.loads(report.as_json())["failed"] == 1
