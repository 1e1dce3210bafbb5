"""What writing costs in calls, and for how many days the budget makes it last."""

import pytest

from practicesync.core.calls import FEW, Affordable, Writes
from practicesync.core.push import BATCH


def test_nothing_costs_nothing() -> None:
    assert Writes().calls == 0


def test_a_few_clients_are_read_each() -> None:
    assert Writes(clients=FEW).calls == 2 * FEW


def test_many_clients_share_their_reads() -> None:
    assert Writes(clients=BATCH + 1).calls == (BATCH + 1) + 1 + 1
    assert Writes(clients=1000).calls <= 1.1 * (1000 + 1)


def test_what_hangs_on_a_client_is_written_by_itself_after_one_read_of_it() -> None:
    assert Writes(parts=5, clients_of_parts=2).calls == 7


@pytest.mark.parametrize(("calls", "left", "fits", "days"), [(0, 0, True, 1), (10, 10, True, 1), (11, 10, False, 2)])
def test_what_does_not_fit_today_takes_days(calls: int, left: int, fits: bool, days: int) -> None:
    found = Affordable(calls, left, 100)
    assert (found.fits, found.days) == (fits, days)


def test_every_further_day_takes_its_share() -> None:
    assert Affordable(1000, 100, 300).days == 4
