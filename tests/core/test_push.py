"""Look before you write, and what a reply tells: for any three values, every field of a push has one fate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject
from practicesync.core.kinds import Place
from practicesync.core.presence import Sort
from practicesync.core.push import (
    CALL_ENDS,
    NEXT,
    OPEN,
    Act,
    Outcome,
    PushState,
    Sent,
    due_after,
    look,
    outcome_in,
    target_of,
    verify,
)

HERE = Place("NZ")
VALUES = st.sampled_from(["", "09 555 0101", "+64 9 555 0101", "09 555 0102", "09 555 0103"])


def named(name: str) -> Field:
    row = CATALOGUE.get(Subject.CLIENT, name)
    assert row is not None
    return row


PHONE = named("phone")
TAX = named("tax_number")


def fate(value: str, seen: str, now: str) -> str:
    found = look([Sent(PHONE, (value,), (seen,))], {"phone": now}, HERE)
    (only,) = [name for name in ("send", "arrived", "overtaken") if getattr(found, name)]
    return only


@given(VALUES, VALUES, VALUES)
def test_a_field_is_sent_only_over_what_was_seen(value: str, seen: str, now: str) -> None:
    same = PHONE.kind.same
    expected = "arrived" if same((value,), (now,), HERE) else "send" if same((seen,), (now,), HERE) else "overtaken"
    assert fate(value, seen, now) == expected


def test_what_xpm_leaves_out_counts_as_blank() -> None:
    sent = Sent(PHONE, ("09 555 0101",), None)
    assert look([sent], {}, HERE).send == (sent,)
    assert look([sent], {"phone": ""}, HERE).send == (sent,)
    assert look([sent], {"phone": "09 555 0102"}, HERE).overtaken == (sent,)


def test_a_masked_number_is_looked_at_by_its_visible_digits() -> None:
    sent = Sent(TAX, ("136410132",), ("******850",))
    assert look([sent], {"tax_number": "******850"}, HERE).send == (sent,)
    assert look([sent], {"tax_number": "******132"}, HERE).arrived == (sent,)
    assert look([sent], {"tax_number": "******999"}, HERE).overtaken == (sent,)


@pytest.mark.parametrize(
    ("value", "seen", "reply", "outcome"),
    [
        pytest.param("09 555 0101", "", "09 555 0101", Outcome.DONE, id="there"),
        pytest.param("09 555 0101", "", "(09) 555-0101", Outcome.DONE, id="there, written otherwise"),
        pytest.param("09 555 0101", "09 555 0102", "09 555 0102", Outcome.IGNORED, id="left as it was"),
        pytest.param("09 555 0101", "09 555 0102", "09 555 0", Outcome.STORED_DIFFERENTLY, id="cut"),
        pytest.param("", "09 555 0102", "09 555 0102", Outcome.IGNORED, id="not cleared"),
        pytest.param("", "09 555 0102", "", Outcome.DONE, id="cleared"),
        pytest.param("", "09 555 0102", None, Outcome.DONE, id="cleared, and left out of the reply"),
        pytest.param("09 555 0101", "", None, Outcome.IGNORED, id="left out of the reply"),
    ],
)
def test_what_the_reply_tells(value: str, seen: str, reply: str | None, outcome: Outcome) -> None:
    told = {} if reply is None else {"phone": reply}
    assert verify(Sent(PHONE, (value,), (seen,)), told, HERE) is outcome


@given(VALUES, VALUES, VALUES)
def test_nothing_is_called_done_that_is_not_there(value: str, seen: str, reply: str) -> None:
    done = verify(Sent(PHONE, (value,), (seen,)), {"phone": reply}, HERE) is Outcome.DONE
    assert done == PHONE.kind.same((value,), (reply,), HERE)


def test_a_push_that_has_ended_stays_ended_and_every_open_one_can_end() -> None:
    assert {state for state, after in NEXT.items() if not after} == set(PushState) - OPEN
    for state in OPEN:
        assert NEXT[state] - OPEN, state


def test_an_unsure_push_is_never_sent_straight_away() -> None:
    assert PushState.SENDING not in NEXT[PushState.UNSURE]


@pytest.mark.parametrize(
    ("ref", "target"),
    [
        ("", (None, "", "")),
        ("contact:12:ab", (Sort.CONTACT, "12", "ab")),
        ("contact:12:", (Sort.CONTACT, "12", "")),
        ("relationship::director ab", (Sort.RELATIONSHIP, "", "director ab")),
        ("group:lee: family", (Sort.GROUP, "lee: family", "")),
        ("archived", (Sort.ARCHIVED, "", "")),
    ],
)
def test_a_ref_tells_what_is_written(ref: str, target: tuple[Sort | None, str, str]) -> None:
    assert target_of(ref) == target


def test_what_is_not_repeatable_is_waited_for_longest_while_its_call_may_go_on() -> None:
    assert due_after(Act.UPDATE, PushState.SENDING) < due_after(Act.CREATE, PushState.UNSURE)
    assert due_after(Act.CREATE, PushState.SENDING) == due_after(Act.CREATE, PushState.UNSURE) + CALL_ENDS


def test_what_has_no_outcome_of_its_own_has_that_of_the_whole() -> None:
    assert outcome_in(PushState.WAITING, {}, "phone") is Outcome.WAITING
    assert outcome_in(PushState.CONFIRMED, {}, "archived") is Outcome.DONE
    assert outcome_in(PushState.REFUSED, {"archived": "ignored"}, "archived") is Outcome.IGNORED
