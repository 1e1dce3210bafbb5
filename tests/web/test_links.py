"""Links to review: piles with counts, decisions with a way back, many at once, and what is stale said in words."""

import re
from collections.abc import Iterator

import pytest

from practicesync.operations import linking, matching
from practicesync.store.models import Candidate, Link, Rejection, Run
from web.desk import HTMX, Desk, a_desk, text_of
from web.forms import words_of_page
from web.matched import NAMES, Matched, match, matched

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


@pytest.fixture
def pile(desk: Desk) -> Matched:
    return matched(desk)


def words(desk: Desk, query: str = "") -> str:
    return words_of_page(text_of(desk.standard.get(f"/sync/links/{query}")))


def links(desk: Desk) -> int:
    return int(Link.rows.of(desk.firm.practice.pk).filter(ended_at=None).count())


def decide(desk: Desk, pile: Matched, decision: str) -> str:
    """A decision on the safe one, by htmx; the answer."""
    sent = {"candidate": pile.card(pile.safe).pk, "decision": decision, "pile": "safe"}
    return text_of(desk.standard.post("/sync/links/decide/", sent, headers=HTMX))


def told_of_safe(answer: str) -> int:
    """How many safe suggestions an answer tells the tabs."""
    found = re.search(r'id="count-safe" hx-swap-oob="true">(\d+)<', answer)
    assert found is not None
    return int(found[1])


def test_each_pile_tells_how_many_it_holds(desk: Desk, pile: Matched) -> None:
    page = words(desk)
    assert f"Safe to accept {len(NAMES)}" in page
    assert "Look at 1" in page
    assert "Only in the register 1" in page
    assert "Only in XPM 2" in page
    assert "Kauri Joinery Limited" in page
    assert "Same business number" in page


def test_nothing_is_ticked_beforehand(desk: Desk, pile: Matched) -> None:
    page = text_of(desk.standard.get("/sync/links/"))
    assert page.count('class="form-check-input suggestion-tick"') == len(NAMES)
    assert not re.search(r"<input[^>]*suggestion-tick[^>]*checked", page)


def test_a_suggestion_to_look_at_offers_whom_it_may_be_instead(desk: Desk, pile: Matched) -> None:
    page = words(desk, "?pile=look")
    assert "Pohutukawa Nurseries Limited" in page
    assert "1 other candidate" in page
    assert "Pohutukawa Nursery Ltd" in page


def test_those_who_are_alone_are_listed_with_their_next_step(desk: Desk, pile: Matched) -> None:
    assert "Zealandia Vessels Limited" in words(desk, "?pile=here")
    there = words(desk, "?pile=there")
    assert pile.only_there in there
    assert "Import" in there


def test_a_firm_that_was_never_compared_is_told_what_to_do(desk: Desk) -> None:
    assert "Nothing was compared yet" in words(desk)
    desk.standard.post("/sync/links/find/")
    assert Run.rows.of(desk.firm.practice.pk).filter(kind="match", state="queued").count() == 1


def test_an_accepted_one_is_linked_and_its_place_offers_the_way_back(desk: Desk, pile: Matched) -> None:
    answer = decide(desk, pile, "link")
    assert "Kauri Joinery Limited and Kauri Joinery Ltd in XPM are linked. Undo" in words_of_page(answer)
    assert told_of_safe(answer) == len(NAMES) - 1
    assert links(desk) == 1
    back = decide(desk, pile, "unlink")
    assert "Not the same" in back
    assert told_of_safe(back) == len(NAMES)
    assert links(desk) == 0


def test_a_rejected_one_is_gone_until_it_is_taken_back(desk: Desk, pile: Matched) -> None:
    assert "are two clients. Undo" in words_of_page(decide(desk, pile, "reject"))
    assert "Kauri Joinery" not in words(desk)
    match(desk)
    assert "Kauri Joinery" not in words(desk)
    candidate = Candidate.rows.of(desk.firm.practice.pk)
    assert not candidate.filter(client=pile.safe, settled=False).exists()


def test_without_a_script_a_decision_ends_on_the_page_with_its_way_back(desk: Desk, pile: Matched) -> None:
    sent = {"candidate": pile.card(pile.safe).pk, "decision": "reject", "pile": "safe"}
    answer = desk.standard.post("/sync/links/decide/", sent, follow=True)
    page = words_of_page(text_of(answer))
    assert "are two clients. Undo" in page
    sent["decision"] = "unreject"
    desk.standard.post("/sync/links/decide/", sent)
    assert not Rejection.rows.of(desk.firm.practice.pk).exists()


def test_another_candidate_is_linked_instead_and_answers_in_the_place_of_the_first(desk: Desk, pile: Matched) -> None:
    shown = pile.card(pile.look)
    other = Candidate.rows.of(desk.firm.practice.pk).get(client=pile.look, rank=2)
    sent = {"candidate": other.pk, "place": shown.pk, "decision": "link", "pile": "look"}
    answer = text_of(desk.standard.post("/sync/links/decide/", sent, headers=HTMX))
    assert f'id="suggestion-{shown.pk}"' in answer
    assert Link.rows.of(desk.firm.practice.pk).get(ended_at=None).mirror.name == "Pohutukawa Nursery Ltd"


def test_who_comes_second_is_told_so(desk: Desk, pile: Matched) -> None:
    card = pile.card(pile.safe)
    linking.link(desk.firm.actor, card.client_id, card.mirror_id, desk.firm.clock.now())
    sent = {"candidate": card.pk, "decision": "link", "pile": "safe"}
    answer = words_of_page(text_of(desk.admin.post("/sync/links/decide/", sent, headers=HTMX), 409))
    assert "is linked already" in answer
    assert links(desk) == 1


def test_a_suggestion_that_was_made_anew_is_told_so(desk: Desk, pile: Matched) -> None:
    sent = {"candidate": 999_999_999, "decision": "link"}
    assert "no longer there" in words_of_page(text_of(desk.admin.post("/sync/links/decide/", sent, headers=HTMX), 409))
    assert "no longer there" in words_of_page(text_of(desk.admin.post("/sync/links/decide/", sent, follow=True)))


def test_the_ticked_ones_are_linked_together(desk: Desk, pile: Matched) -> None:
    rows = Candidate.rows.of(desk.firm.practice.pk).filter(rank=1, pile="safe").order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:3])
    page = words_of_page(
        text_of(desk.standard.post("/sync/links/several/", {"candidate": ids, "pile": "safe"}, follow=True))
    )
    assert "3 clients are linked." in page
    assert "3 clients were linked at once" in page
    assert links(desk) == 3
    again = desk.standard.post("/sync/links/several/", {"candidate": ids}, follow=True)
    assert "3 had been settled meanwhile" in words_of_page(text_of(again))


def test_the_whole_safe_pile_is_named_linked_and_taken_back(desk: Desk, pile: Matched) -> None:
    preview = text_of(desk.standard.get("/sync/links/all/"))
    assert f"Link {len(NAMES)} clients?" in words_of_page(preview)
    assert "Kauri Joinery Limited is Kauri Joinery Ltd in XPM" in words_of_page(preview)
    seen_at = re.search(r'name="seen_at" value="([^"]+)"', preview)
    assert seen_at is not None
    desk.standard.post("/sync/links/all/", {"seen_at": seen_at[1]})
    assert "Linking" in words(desk)
    assert links(desk) == 0
    desk.run_all()
    assert links(desk) == len(NAMES)
    assert "No safe suggestion is left" in words(desk, "?pile=safe")
    run = Run.rows.of(desk.firm.practice.pk).get(kind="link_many")
    assert f"Take back {len(NAMES)} links?" in words_of_page(text_of(desk.standard.get(f"/sync/links/undo/{run.pk}/")))
    desk.standard.post(f"/sync/links/undo/{run.pk}/")
    desk.run_all()
    assert links(desk) == 0
    assert f"Safe to accept {len(NAMES)}" in words(desk)


def test_the_page_asks_for_itself_while_something_runs_and_begins_anew_when_it_ends(desk: Desk, pile: Matched) -> None:
    matching.request_match(desk.firm.actor, desk.firm.connection.pk, desk.firm.clock.now())
    going = desk.standard.get("/sync/links/progress/", headers=HTMX)
    assert "every 2s" in text_of(going)
    desk.run_all()
    assert desk.standard.get("/sync/links/progress/", headers=HTMX)["HX-Refresh"] == "true"


def test_who_may_only_read_sees_no_buttons(desk: Desk, pile: Matched) -> None:
    page = text_of(desk.read_only.get("/sync/links/"))
    assert "Kauri Joinery Limited" in page
    assert "data-does" not in page
    assert "suggestion-tick" not in page


def test_suggestions_stand_above_the_search_of_connect_now(desk: Desk, pile: Matched) -> None:
    page = words_of_page(text_of(desk.standard.get(f"/clients/{pile.look.pk}/connect/")))
    assert page.index("2 suggestions") < page.index("Or search for another")
    assert "Spelled alike" in page or "Same name" in page
    found = text_of(desk.standard.get(f"/clients/{pile.look.pk}/connect/?q=weka"))
    assert "Or search for another" not in found


def test_tax_numbers_are_masked(desk: Desk) -> None:
    firm = desk.firm
    firm.add("Kauri Joinery Limited", client_code="K1", tax_number="049-091-850")
    firm.xpm_add(Name="Kauri Joinery Limited", ClientCode="K1", TaxNumber="049-091-850")
    firm.refresh()
    match(desk)
    page = text_of(desk.standard.get("/sync/links/"))
    assert "••• ••• 850" in page
    assert "049" not in words_of_page(page)
