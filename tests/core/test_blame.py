"""A refused write of several fields: those to blame are found in few calls, and the others go through."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicesync.core.blame import MOST_PARTS, Blame
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Field, Subject

SILENT = "This cannot be stored."


def rows(*names: str) -> tuple[Field, ...]:
    return tuple(row for row in CATALOGUE.client if row.name in names)


def asked(blame: Blame, bad: set[str], words: str = SILENT) -> tuple[set[str], int]:
    """Send part by part to a remote that does not take `bad`: what was taken, and in how many calls."""
    taken: set[str] = set()
    calls = 0
    while blame.part:
        calls += 1
        part = {row.name for row in blame.part}
        assert not part & taken, "nothing is sent twice"
        if part & bad:
            blame.refuse(words)
        else:
            blame.take()
            taken |= part
    return taken, calls


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Invalid BusinessStructure: Guild of Weavers", "business_structure"),
        ("The tax number is already used by another client", "tax_number"),
        ("Website is not to our taste", "website"),
        ("PostalPostCode is too long", "postal_address"),
    ],
)
def test_what_the_remote_names_is_left_out_and_one_call_takes_the_rest(words: str, named: str) -> None:
    fields = rows("phone", "email", "website", "business_structure", "tax_number", "postal_address", "physical_address")
    blame = Blame(fields, words)
    taken, calls = asked(blame, {named}, words)
    assert (blame.refused, blame.detail, calls) == ((named,), words, 1)
    assert taken == {row.name for row in fields} - {named}


def test_a_name_that_says_something_else_convicts_nobody() -> None:
    words = "That is no word of a phone company"
    blame = Blame(rows("phone", "business_structure", "fax"), words)
    taken, _ = asked(blame, {"business_structure"}, words)
    assert (blame.refused, taken) == (("business_structure",), {"phone", "fax"})


def test_a_field_of_which_nothing_is_said_is_named_before_the_words() -> None:
    blame = Blame(rows("phone", "fax"), SILENT)
    asked(blame, {"fax"})
    assert blame.detail == f"Fax: {SILENT}"


def test_a_record_that_is_refused_whatever_is_sent_is_not_asked_for_ever() -> None:
    fields = CATALOGUE.synced(Subject.CLIENT, "xpm")
    blame = Blame(fields, SILENT)
    taken, calls = asked(blame, {row.name for row in fields})
    assert (taken, calls, blame.detail) == (set(), 4, SILENT)
    assert set(blame.refused) == {row.name for row in fields}


def test_one_field_alone_is_to_blame_without_another_call() -> None:
    blame = Blame(rows("phone"), SILENT)
    assert (blame.part, blame.refused, blame.detail) == ((), ("phone",), SILENT)


FIELDS = st.lists(st.sampled_from(CATALOGUE.synced(Subject.CLIENT, "xpm")), min_size=1, unique_by=lambda row: row.name)


@given(FIELDS, st.data())
def test_wherever_one_stands_it_is_found_and_all_others_go_through(
    fields: Sequence[Field], data: st.DataObject
) -> None:
    bad = data.draw(st.sampled_from([row.name for row in fields]))
    blame = Blame(fields, SILENT)
    taken, calls = asked(blame, {bad})
    assert blame.refused == (bad,)
    assert taken == {row.name for row in fields} - {bad}
    assert calls <= MOST_PARTS


@given(FIELDS, st.data())
def test_however_many_are_bad_none_is_called_taken_and_none_left_open(
    fields: Sequence[Field], data: st.DataObject
) -> None:
    names = [row.name for row in fields]
    bad = set(data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    words = data.draw(st.sampled_from([SILENT, f"{fields[0].label} cannot be stored", "Phone and Fax are wrong"]))
    blame = Blame(fields, words)
    taken, calls = asked(blame, bad, words)
    assert bad <= set(blame.refused)
    assert not taken & bad
    assert sorted([*blame.refused, *taken]) == sorted(names)
    assert calls <= MOST_PARTS
