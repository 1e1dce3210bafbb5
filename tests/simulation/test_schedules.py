"""A tenth of the schedules that `./run simulate` is there for, and that a seed is one story."""

import pytest

from simulation.many import Hands
from simulation.report import Report
from simulation.schedule import STEPS, run_schedule

pytestmark = pytest.mark.serial

TENTH, TENTH_ON_POSTGRES = 100, 20


def _kept(hands: Hands, seeds: range) -> Report:
    report = Report(hands.store.name, STEPS)
    for seed in seeds:
        report.add(run_schedule(seed, hands.store, hands.xpm))
        assert not report.broken, report.as_text()
    return report


def test_every_promise_is_kept(hands: Hands) -> None:
    report = _kept(hands, range(1, TENTH + 1))
    assert report.numbers["kills"] > TENTH / 2
    assert report.numbers["writes"] > TENTH
    assert report.numbers["choices refused as stale"] > TENTH / 10


@pytest.mark.pg
def test_every_promise_is_kept_on_postgresql(hands_on_postgres: Hands) -> None:
    report = _kept(hands_on_postgres, range(2001, 2001 + TENTH_ON_POSTGRES))
    assert report.numbers["writes"] > TENTH_ON_POSTGRES


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_a_seed_is_one_story(hands: Hands, seed: int) -> None:
    first, second = (run_schedule(seed, hands.store, hands.xpm) for _ in range(2))
    assert first.trace == second.trace
    assert first.numbers == second.numbers


def test_two_seeds_are_two_stories(hands: Hands) -> None:
    first, second = (run_schedule(seed, hands.store, hands.xpm, steps=10) for seed in (1, 2))
    assert first.trace != second.trace
