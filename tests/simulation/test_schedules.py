"""A tenth of the schedules that `./run simulate` is there for, and that a seed is one story."""

import pytest

from simulation.many import Hands, cluster_for, results_of
from simulation.report import Report
from simulation.schedule import run_schedule

pytestmark = pytest.mark.serial

TENTH, TENTH_ON_POSTGRES = 100, 20
JOBS = 2
STEPS = 30
"""Half of what `./run simulate` takes: the quiet end of a schedule, where most is judged, is the same."""


def _kept(seeds: range, database: str) -> Report:
    report = Report(database, STEPS)
    with cluster_for(database) as cluster:
        for result in results_of(seeds, STEPS, JOBS, cluster):
            report.add(result)
    assert not report.broken, report.as_text()
    return report


def test_every_promise_is_kept() -> None:
    report = _kept(range(1, TENTH + 1), "sqlite")
    assert report.numbers["kills"] > TENTH / 2
    assert report.numbers["writes"] > TENTH
    assert report.numbers["lines of automatic sheets"] > TENTH / 10
    assert report.numbers["choices refused as stale"] > TENTH / 10


@pytest.mark.pg
def test_every_promise_is_kept_on_postgresql() -> None:
    report = _kept(range(2001, 2001 + TENTH_ON_POSTGRES), "postgres")
    assert report.numbers["writes"] > TENTH_ON_POSTGRES


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_a_seed_is_one_story(hands: Hands, seed: int) -> None:
    first, second = (run_schedule(seed, hands.store, hands.xpm, STEPS) for _ in range(2))
    assert first.trace == second.trace
    assert first.numbers == second.numbers


def test_two_seeds_are_two_stories(hands: Hands) -> None:
    first, second = (run_schedule(seed, hands.store, hands.xpm, steps=10) for seed in (1, 2))
    assert first.trace != second.trace
