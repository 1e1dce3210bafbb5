"""S28-S35: what XPM hides, leaves out, rewrites, cuts or does not know is never taken for what somebody meant."""

from datetime import timedelta

import pytest

from faults.scenes import (
    LIST,
    NEW,
    OLD,
    OTHER,
    UPDATE,
    agreed,
    base,
    conflicts,
    every,
    here,
    masked,
    on_the_road,
    refusing,
    reread,
    save,
    sent,
    settle,
    switch,
    there,
    why,
)
from firms import Firm
from flows.unasked import let, pairs
from practicesync.core.client_reasons import Mend
from practicesync.core.errors import Invalid
from practicesync.core.policy import FieldRule, Passage
from practicesync.operations import scheduling
from practicesync.operations.scheduling import Rhythm
from practicesync.queries.automatic import stopped
from practicesync.store.models import Client, Contact, Run, StaffMirror

NUMBER, ANOTHER = "49091850", "136410132"
RHYTHM = Rhythm(timedelta(minutes=15), timedelta(hours=24))


@pytest.mark.parametrize("sees", every("modifiedsince_sees_contacts"))
def test_s28_what_the_list_of_changes_does_not_tell_is_found_by_the_full_reading_within_a_day(
    firm: Firm, sees: str
) -> None:
    """Custom fields are read one client at a time by XPM's design; contacts are what is synced and may hide so."""
    switch(firm, modifiedsince_sees_contacts=sees)
    remote_id = firm.xpm_add(Name="Kauri Limited", Contacts=[{"Name": "Mere Tahu", "Mobile": OLD}])
    client = firm.add("Kauri Limited")
    firm.refresh()
    firm.link(client, remote_id)
    firm.decide(client, {firm.plan(client).plan.contacts[0].ref: "pull"})
    let(firm)
    reread(firm, "sweep")
    contact_id = firm.xpm(remote_id)["Contacts"][0]["UUID"]
    firm.control("PATCH", f"contacts/{contact_id}", json={"Mobile": NEW})
    edited = firm.clock.now()
    while Contact.rows.of(firm.practice.pk).get().values["mobile"] != NEW:
        firm.clock.advance(900)
        for run in scheduling.ask_due(RHYTHM, firm.clock.now()):
            firm.run(run)
        settle(firm)
        assert firm.clock.now() - edited <= timedelta(hours=25), "found by the whole reading of each day"
    found_by = Run.rows.of(firm.practice.pk).filter(kind__in=("refresh", "sweep")).order_by("-pk")[0].kind
    assert found_by == ("refresh" if sees == "yes" else "sweep")


@pytest.mark.parametrize("shown", every("tax_number_shown"))
@pytest.mark.parametrize("mask", every("tax_number_mask"))
def test_s29_a_masked_number_with_the_same_last_digits_is_the_same_and_nothing_is_written(
    firm: Firm, mask: str, shown: str
) -> None:
    switch(firm, tax_number_mask=mask, tax_number_shown=shown)
    remote_id = firm.xpm_add(Name="Kauri Limited", TaxNumber=NUMBER)
    firm.refresh()
    client = firm.add("Kauri Limited", tax_number=NUMBER)
    firm.link(client, remote_id)
    let(firm)
    for _ in range(3):
        reread(firm, "sweep")
        settle(firm)
    assert (firm.writes(), here(firm, client, "tax_number")) == (0, NUMBER)
    assert conflicts(firm) == ()
    if shown != "absent":
        assert firm.states(client) == {}
    assert masked(firm) == []


@pytest.mark.parametrize("mask", every("tax_number_mask"))
@pytest.mark.parametrize("shown", ["masked", "full"])
def test_s30_a_number_changed_here_is_written_once_in_full_and_known_again_by_its_last_digits(
    firm: Firm, shown: str, mask: str
) -> None:
    switch(firm, tax_number_mask=mask, tax_number_shown=shown)
    client, remote_id = agreed(firm, tax_number=NUMBER)
    firm.edit(client, tax_number=ANOTHER)
    run = firm.sync(client, tax_number="push")
    assert firm.outcomes(run) == {"tax_number": "done"}
    assert there(firm, remote_id, "tax_number") == ANOTHER
    for _ in range(3):
        reread(firm, "sweep")
    assert (firm.states(client), len(sent(firm, UPDATE)), masked(firm)) == ({}, 1, [])


@pytest.mark.parametrize("mask", every("tax_number_mask"))
def test_s31_other_last_digits_are_a_change_whose_value_is_hidden_and_a_person_must_enter_it(
    firm: Firm, mask: str
) -> None:
    switch(firm, tax_number_mask=mask)
    client, remote_id = agreed(firm, tax_number=NUMBER)
    let(firm)
    firm.xpm_edit(remote_id, TaxNumber=ANOTHER)
    reread(firm)
    assert settle(firm) is None
    (row,) = firm.plan(client).plan.differing
    assert (row.field.name, row.comparison.hidden, row.can_pull, row.why) == ("tax_number", True, False, "hidden")
    assert (why(firm, client).reason, why(firm, client).mend) == ("hidden", Mend.EDIT)
    with pytest.raises(Invalid):
        firm.choose(client, tax_number="pull")
    assert (here(firm, client, "tax_number"), there(firm, remote_id, "tax_number")) == (NUMBER, ANOTHER)
    save(firm, client, tax_number=ANOTHER)
    assert (firm.states(client), firm.writes(), masked(firm)) == ({}, 0, [])


def without_phone(body: bytes) -> bytes:
    """The list as it would be if XPM left an element out that it normally has."""
    head, *rest = body.split(b"<Phone>")
    return head + b"".join(part.partition(b"</Phone>")[2] for part in rest)


def test_s32_an_element_that_a_reply_lacks_was_not_observed_and_what_is_here_is_kept(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    firm.xpm_edit(remote_id, Fax=OTHER)
    on_the_road(firm, LIST, answer=without_phone)
    reread(firm)
    settle(firm)
    assert (here(firm, client, "phone"), there(firm, remote_id, "phone"), firm.writes()) == (OLD, OLD, 0)
    assert base(firm, client, "phone") == OLD
    firm.xpm_edit(remote_id, Fax=NEW)
    reread(firm)
    settle(firm)
    assert firm.states(client) == {}, "the next reading tells it again"


def test_s32_an_element_that_is_lacking_for_many_clients_stops_the_run_and_asks(firm: Firm) -> None:
    found = pairs(firm, 6, phone=OLD)
    let(firm)
    for _, remote_id in found:
        firm.xpm_edit(remote_id, Fax=OTHER)
    on_the_road(firm, LIST, answer=without_phone)
    reread(firm)
    run = settle(firm)
    assert run is not None
    assert (run.state, run.problem) == ("failed", "braked")
    assert "Phone" in run.detail
    assert stopped(firm.practice.pk, firm.connection.pk) is not None
    assert {here(firm, client, "phone") for client, _ in found} == {OLD}
    assert firm.writes() == 0


OUT = FieldRule(outward=Passage.FREE)
WRITINGS = {"phone": "  +64 9 555 0102", "email": " Office@Kauri.example "}


@pytest.mark.parametrize("form", every("stored_form"))
def test_s33_what_xpm_writes_otherwise_is_the_same_and_never_goes_to_and_fro(firm: Firm, form: str) -> None:
    switch(firm, stored_form=form)
    client, remote_id = agreed(firm, phone=OLD, email="info@kauri.example")
    let(firm, rules={"client.email": OUT})
    (run,) = save(firm, client, **WRITINGS)
    firm.run(run)
    assert set(firm.outcomes(run).values()) == {"done"}
    for cycle in range(10):
        firm.xpm_edit(remote_id, Fax=f"09 555 02{cycle:02}")
        reread(firm)
        settle(firm)
        assert firm.states(client) == {}
    assert len(sent(firm, UPDATE)) == 1
    assert here(firm, client, "phone").strip() == WRITINGS["phone"].strip(), "ours stays as it was typed"


@pytest.mark.parametrize("form", every("stored_form"))
def test_s33_a_code_of_which_xpm_drops_a_blank_is_the_same_and_goes_once(firm: Firm, form: str) -> None:
    switch(firm, stored_form=form)
    client, remote_id = agreed(firm, export_code="KAURI-1")
    let(firm, rules={"client.export_code": OUT})
    (run,) = save(firm, client, export_code="KAURI  2")
    firm.run(run)
    assert firm.outcomes(run) == {"export_code": "done"}
    for _ in range(3):
        reread(firm, "sweep")
        settle(firm)
        assert firm.states(client) == {}
    assert (len(sent(firm, UPDATE)), there(firm, remote_id, "export_code").split()) == (1, ["KAURI", "2"])
    assert here(firm, client, "export_code") == "KAURI  2"


@pytest.mark.parametrize("length", every("max_length"))
def test_s34_what_is_known_to_be_too_long_is_parked_before_it_is_sent_and_the_rest_goes(
    firm: Firm, length: str
) -> None:
    switch(firm, max_length=length)
    client, remote_id = agreed(firm, phone=OLD, email="info@kauri.example")
    long = "x" * 300 + "@kauri.example"
    Client.rows.of(firm.practice.pk).filter(pk=client.pk).update(values={**client.values, "email": long, "phone": NEW})
    run = firm.sync(client, phone="push", email="push")
    assert firm.outcomes(run) == {"phone": "done", "email": "refused"}
    assert not any("xxx" in body for body in sent(firm, UPDATE))
    assert there(firm, remote_id, "email") == "info@kauri.example"
    assert (here(firm, client, "phone"), here(firm, client, "email")) == (NEW, long)
    told = why(firm, client)
    assert (told.reason, told.mend, "too long" in told.detail) == ("refused", Mend.EDIT, True)


def test_s34_a_cut_that_nobody_foresaw_is_seen_and_does_not_come_back_over_ours(firm: Firm) -> None:
    client, remote_id = agreed(firm, email="info@kauri.example")
    let(firm, rules={"client.email": OUT})
    (run,) = save(firm, client, email="accounts.payable@kauri.example")
    on_the_road(firm, UPDATE, request=lambda body: body.replace(b"accounts.payable@kauri.example", b"accounts.pay"))
    firm.run(run)
    assert firm.outcomes(run) == {"email": "stored_differently"}
    assert why(firm, client).mend is Mend.COMPARE
    for _ in range(3):
        reread(firm, "sweep")
        settle(firm)
    assert here(firm, client, "email") == "accounts.payable@kauri.example"
    assert (there(firm, remote_id, "email"), len(sent(firm, UPDATE))) == ("accounts.pay", 1)


def test_s35_a_manager_whom_xpm_does_not_know_is_parked_and_the_other_fields_go(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW, manager="Nobody At All")
    run = firm.sync(client, phone="push", manager="push")
    assert firm.outcomes(run) == {"phone": "done", "manager": "refused"}
    assert (there(firm, remote_id, "phone"), "JobManager" in firm.xpm(remote_id)) == (NEW, False)
    assert (why(firm, client).reason, why(firm, client).mend) == ("refused", Mend.EDIT)


def test_s35_a_manager_who_left_the_firm_is_parked_and_the_other_fields_go(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD)
    staff = StaffMirror.rows.of(firm.practice.pk).order_by("-name")[0]
    firm.edit(client, phone=NEW, manager=staff.name)
    firm.control("DELETE", f"staff/{staff.remote_id}")
    assert reread(firm).state == "done"
    run = firm.sync(client, phone="push", manager="push")
    assert firm.outcomes(run) == {"phone": "done", "manager": "refused"}
    assert (there(firm, remote_id, "phone"), here(firm, client, "manager")) == (NEW, staff.name)
    assert (why(firm, client).reason, why(firm, client).mend) == ("refused", Mend.EDIT)


@pytest.mark.parametrize("answer", every("bad_business_structure"))
def test_s35_an_option_that_only_xpm_keeps_never_goes_out_while_client_sync_is_on(firm: Firm, answer: str) -> None:
    switch(firm, bad_business_structure=answer)
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (run,) = save(firm, client, phone=NEW, business_structure="Guild of Weavers")
    firm.run(run)
    assert firm.outcomes(run) == {"phone": "done"}
    with pytest.raises(Invalid):
        firm.choose(client, business_structure="push")
    assert (there(firm, remote_id, "phone"), here(firm, client, "business_structure")) == (NEW, "Guild of Weavers")


@pytest.mark.parametrize("answer", every("bad_business_structure"))
def test_s35_an_option_that_xpm_does_not_have_is_parked_and_the_other_fields_go(firm: Firm, answer: str) -> None:
    switch(firm, bad_business_structure=answer)
    client, remote_id = agreed(firm, phone=OLD)
    firm.edit(client, phone=NEW, business_structure="Guild of Weavers")
    run = firm.sync(client, phone="push", business_structure="push")
    came = "refused" if answer == "error" else "ignored"
    assert firm.outcomes(run) == {"phone": "done", "business_structure": came}
    assert (there(firm, remote_id, "phone"), base(firm, client, "phone")) == (NEW, NEW)
    told = why(firm, client)
    assert (told.reason, told.mend) == (came, Mend.EDIT if came == "refused" else Mend.COMPARE)
    assert ("structure" in told.detail.lower(), here(firm, client, "business_structure")) == (True, "Guild of Weavers")
    assert len(sent(firm, UPDATE)) == (2 if answer == "error" else 1)


def test_s35_an_option_that_no_client_there_has_is_parked_before_it_is_sent(each_firm: Firm) -> None:
    each_firm.xpm_add(Name="Rimu Limited", BusinessStructure="Company")
    client, remote_id = agreed(each_firm, phone=OLD)
    each_firm.edit(client, phone=NEW, business_structure="Guild of Weavers")
    run = each_firm.sync(client, phone="push", business_structure="push")
    assert each_firm.outcomes(run) == {"phone": "done", "business_structure": "refused"}
    assert (there(each_firm, remote_id, "phone"), len(sent(each_firm, UPDATE))) == (NEW, 1)
    assert "none of the labels that your firm uses" in why(each_firm, client).detail


def test_s35_an_option_goes_as_the_firm_writes_it_there(firm: Firm) -> None:
    firm.xpm_add(Name="Rimu Limited", BusinessStructure="Company")
    client, remote_id = agreed(firm)
    firm.edit(client, business_structure="Pty Ltd")
    firm.sync(client, business_structure="push")
    assert firm.xpm(remote_id)["BusinessStructure"] == "Company"


@pytest.mark.parametrize("words", ["This will not do", "Fax is no number", "Something about a phone"])
def test_s35_whatever_xpm_says_of_it_the_value_at_fault_is_found_and_the_others_go(firm: Firm, words: str) -> None:
    client, remote_id = agreed(firm, phone=OLD, fax=OLD, email="info@kauri.example", export_code="K1")
    let(firm, rules={"client.email": OUT, "client.export_code": OUT})
    (run,) = save(firm, client, phone=NEW, fax=NEW, email="office@kauri.example", export_code="K2")
    refusing(firm, "<Fax>", words)
    firm.run(run)
    assert (run.state, firm.outcomes(run)) == (
        "done",
        {"phone": "done", "fax": "refused", "email": "done", "export_code": "done"},
    )
    assert (there(firm, remote_id, "phone"), there(firm, remote_id, "fax")) == (NEW, OLD)
    told = why(firm, client)
    assert (told.reason, told.mend) == ("refused", Mend.EDIT)
    assert told.detail == (words if words.startswith("Fax") else f"Fax: {words}")
    reread(firm)
    assert settle(firm) is None, "what was refused is not sent again by itself"
    assert list(firm.states(client)) == ["fax"]


def test_s35_an_answer_lost_between_the_parts_of_a_write_ends_as_it_would_have(firm: Firm) -> None:
    client, remote_id = agreed(firm, phone=OLD, fax=OLD, email="info@kauri.example")
    let(firm, rules={"client.email": OUT})
    (run,) = save(firm, client, phone=NEW, fax=NEW, email="office@kauri.example")
    refusing(firm, "<Fax>", "This will not do")
    firm.fault("drop_after", nth=2, **UPDATE)
    firm.run(run)
    assert firm.outcomes(run) == {"phone": "done", "fax": "refused", "email": "done"}
    assert (there(firm, remote_id, "phone"), there(firm, remote_id, "fax")) == (NEW, OLD)
