"""S09, S10: an answer that is no agreement, however well its status looks."""

import pytest

from faults.scenes import (
    NEW,
    OLD,
    OTHER,
    UPDATE,
    agreed,
    base,
    conflicts,
    every,
    here,
    on_the_road,
    reread,
    save,
    sent,
    settle,
    switch,
    there,
    why,
)
from firms import Firm
from flows.unasked import let
from practicesync.core.client_reasons import Mend
from practicesync.core.policy import FieldRule, Passage
from practicesync.queries.conflicts import Pile
from practicesync.store.models import Link


def test_s09_an_update_answered_by_an_error_in_a_good_status_is_refused_and_not_sent_again(each_firm: Firm) -> None:
    client, remote_id = agreed(each_firm, phone=OLD)
    let(each_firm)
    (run,) = save(each_firm, client, phone=NEW)
    each_firm.fault("error", text="Phone is not to our taste", times=None, **UPDATE)
    each_firm.run(run)
    assert each_firm.outcomes(run) == {"phone": "refused"}
    assert (base(each_firm, client, "phone"), there(each_firm, remote_id, "phone")) == (OLD, OLD)
    told = why(each_firm, client)
    assert (told.reason, told.detail, told.mend) == ("refused", "Phone is not to our taste", Mend.EDIT)
    for _ in range(3):
        reread(each_firm)
        settle(each_firm)
    assert len(sent(each_firm, UPDATE)) == 1, "the same is not sent again unasked"
    each_firm.control("DELETE", "faults")
    (again,) = save(each_firm, client, phone=OTHER)
    each_firm.run(again)
    assert (there(each_firm, remote_id, "phone"), why(each_firm, client).state) == (OTHER, "in_sync")


@pytest.mark.parametrize("taken", every("export_code_on_update"))
def test_s10_a_field_that_xpm_passes_over_is_named_and_parked_and_the_others_arrive(firm: Firm, taken: str) -> None:
    client, remote_id = agreed(firm, phone=OLD, export_code="K1")
    switch(firm, export_code_on_update=taken)
    let(firm, rules={"client.export_code": FieldRule(outward=Passage.FREE)})
    (run,) = save(firm, client, phone=NEW, export_code="K2")
    firm.run(run)
    assert there(firm, remote_id, "phone") == NEW
    if taken == "writable":
        assert firm.outcomes(run) == {"phone": "done", "export_code": "done"}
        return
    assert firm.outcomes(run) == {"phone": "done", "export_code": "ignored"}
    assert Link.rows.of(firm.practice.pk).get().failed == ["export_code"]
    told = why(firm, client)
    assert (told.reason, told.mend, "Export code" in told.detail) == ("ignored", Mend.COMPARE, True)
    assert [row.field_key for row in conflicts(firm, Pile.HELD)] == ["client.export_code"]
    for _ in range(3):
        reread(firm)
        settle(firm)
    assert len(sent(firm, UPDATE)) == 1
    assert (here(firm, client, "export_code"), base(firm, client, "export_code")) == ("K2", "K1")


def test_s10_a_field_that_never_reaches_xpm_is_told_apart_from_one_that_is_stored_otherwise(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW)
    on_the_road(firm, UPDATE, request=lambda body: body.replace(NEW.encode(), b"09 555"))
    run = firm.sync(client, phone="push")
    assert firm.outcomes(run) == {"phone": "stored_differently"}
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone")) == (NEW, "09 555")
    assert why(firm, client).reason == "stored_differently"
