"""The demo knows who hangs on whom as Practice Manager does, but for a few families that are left to be tried."""

import pytest

from firms import a_firm
from practicesync.cli.demo_firm import link_known, make_register
from practicesync.cli.demo_structure import LATER, tie_families
from practicesync.queries.plans import load_plan

pytestmark = pytest.mark.django_db


def test_who_hangs_on_whom_agrees_but_for_the_families_that_are_left_to_be_tried() -> None:
    with a_firm(clients=150, country="AU") as firm:
        pairs = make_register(firm.actor, firm.control("GET", "clients?limit=1000")["clients"])
        assert tie_families(firm.actor, pairs) > 100
        firm.connect()
        firm.refresh()
        link_known(firm.actor, pairs)
        plans = [loaded for pair in pairs if (loaded := load_plan(firm.practice.pk, pair.client_id)) is not None]
        moving = {row.ref: row for loaded in plans for row in loaded.plan.differences() if row.move != "leave"}
        assert len([ref for ref in moving if ref.startswith("group:")]) == LATER
        ties = [row for ref, row in moving.items() if ref.startswith("relationship:")]
        assert 0 < len(ties) < 10
        assert {row.move for row in ties} == {"pull"}
