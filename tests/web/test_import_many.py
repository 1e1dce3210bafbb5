"""Importing many clients of XPM without a script: tick, complete, carry out, see what became of each, take it back."""

import re
from collections.abc import Iterator

import pytest

from practicesync.store.models import Client, Import, ListItem, Mirror
from web.desk import Desk, a_desk, text_of
from web.families import a_company, a_trust
from web.forms import form_of, words_of_page

pytestmark = pytest.mark.django_db

MANY = "/clients/import-from-xpm/many/"
ALL = {"all:subscription_plan": "Advisory", "all:company_type": "Trustee company", "all:trust_type": "Family"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def draft(desk: Desk, remote_ids: list[str]) -> str:
    """The address of a draft of these clients."""
    rows = Mirror.rows.of(desk.firm.practice.pk).filter(remote_id__in=remote_ids)
    return str(desk.standard.post(MANY, {"mirror": list(rows.values_list("pk", flat=True))})["Location"])


def carried_out(desk: Desk, here: str) -> str:
    """The page of a draft that was completed for all and carried out."""
    sent = form_of(text_of(desk.standard.get(here)), "many").having(ALL)
    assert desk.standard.post(here, sent)["Location"] == here
    sent = form_of(text_of(desk.standard.get(here)), "many").having({"go": "1"})
    assert desk.standard.post(here, sent)["Location"] == here
    desk.run_all()
    return text_of(desk.standard.get(here))


def test_the_panel_lets_several_be_chosen(desk: Desk) -> None:
    a_company(desk)
    page = text_of(desk.standard.get("/clients/import-from-xpm/"))
    assert page.count('class="form-check-input remote-tick"') == 5


def test_many_are_completed_for_all_and_come_with_their_ties(desk: Desk) -> None:
    ids = a_company(desk) | a_trust(desk)
    page = words_of_page(carried_out(desk, draft(desk, list(ids.values()))))
    assert "Imported: 9" in page
    assert "with 2 relationships" in page
    assert Client.rows.of(desk.firm.practice.pk).count() == 9
    assert re.search(r"Kauri Trading Ltd\s*\d+ of \d+", page)


def test_what_is_needed_is_said_row_by_row_and_nothing_is_imported(desk: Desk) -> None:
    here = draft(desk, list(a_company(desk).values()))
    sent = form_of(text_of(desk.standard.get(here)), "many").having({"go": "1"})
    page = words_of_page(text_of(desk.standard.post(here, sent), 422))
    assert "5 clients need something first" in page
    assert "Company type is needed. Subscription plan is needed." in page
    assert not Client.rows.of(desk.firm.practice.pk).exists()


def test_a_row_is_completed_and_another_left_out(desk: Desk) -> None:
    ids = a_company(desk)
    here = draft(desk, [ids["Kauri Trading Ltd"], ids["Ann Lee"]])
    sent = form_of(text_of(desk.standard.get(here)), "many").having(
        {"detail:1:subscription_plan": "Advisory", "choice:2": "leave", "go": "1"}
    )
    desk.standard.post(here, sent)
    desk.run_all()
    assert list(Client.rows.of(desk.firm.practice.pk).values_list("name", flat=True)) == ["Ann Lee"]
    assert "Imported: 1 Left out: 1" in words_of_page(text_of(desk.standard.get(here)))


def test_progress_is_shown_and_ends_with_the_whole_page(desk: Desk) -> None:
    here = draft(desk, list(a_trust(desk).values()))
    desk.standard.post(here, form_of(text_of(desk.standard.get(here)), "many").having(ALL))
    desk.standard.post(here, form_of(text_of(desk.standard.get(here)), "many").having({"go": "1"}))
    assert "Importing 4 clients" in words_of_page(text_of(desk.standard.get(here)))
    assert "HX-Refresh" not in desk.standard.get(f"{here}progress/").headers
    desk.run_all()
    assert desk.standard.get(f"{here}progress/").headers["HX-Refresh"] == "true"


def test_the_import_is_taken_back(desk: Desk) -> None:
    here = draft(desk, list(a_trust(desk).values()))
    carried_out(desk, here)
    desk.firm.clock.advance(60)
    page = text_of(desk.standard.get(f"{here}undo/"))
    assert "4 clients that it made are archived" in words_of_page(page)
    revision = Import.rows.of(desk.firm.practice.pk).get().revision
    desk.standard.post(f"{here}undo/", {"revision": revision})
    desk.run_all()
    assert "Import taken back" in words_of_page(text_of(desk.standard.get(here)))
    assert not Client.rows.of(desk.firm.practice.pk).filter(archived_at=None).exists()


def test_a_draft_is_discarded(desk: Desk) -> None:
    here = draft(desk, list(a_trust(desk).values()))
    fields = form_of(text_of(desk.standard.get(here)), "discard").fields
    desk.standard.post(f"{here}discard/", fields)
    assert desk.standard.get(here).status_code == 404


def test_ticking_nobody_says_so(desk: Desk) -> None:
    answer = desk.standard.post(MANY, {}, follow=True)
    assert "Choose at least one client" in words_of_page(text_of(answer))


def test_an_old_page_overwrites_nothing(desk: Desk) -> None:
    here = draft(desk, list(a_trust(desk).values()))
    sent = form_of(text_of(desk.standard.get(here)), "many")
    desk.standard.post(here, sent.having(ALL))
    answer = desk.standard.post(here, sent.fields, follow=True)
    assert "Somebody else went on with this import meanwhile" in words_of_page(text_of(answer))


def test_a_firm_without_plans_is_told_what_to_do(desk: Desk) -> None:
    here = draft(desk, list(a_trust(desk).values()))
    plans = ListItem.rows.of(desk.firm.practice.pk).filter(list="subscription_plan")
    plans.update(retired_at=desk.firm.clock.now())
    assert "Your firm has no subscription plans yet." in words_of_page(text_of(desk.standard.get(here)))
    assert "Add one under Lists" in words_of_page(text_of(desk.admin.get(here)))
