"""Which contact is which: a wrong pair would carry one person's data to another."""

from hypothesis import given, settings
from hypothesis import strategies as st

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.contacts import LocalContact, pair_contacts
from practicesync.core.kinds import Place
from practicesync.core.record import RemoteContact

MERE, TAMA = {"name": "Mere Tahu"}, {"name": "Tama Ngata"}


def pairs(local: list[LocalContact], remote: list[RemoteContact]) -> set[tuple[int | None, str | None]]:
    found = pair_contacts(CATALOGUE, local, remote, Place("NZ"))
    return {(each.local.id if each.local else None, each.remote.remote_id if each.remote else None) for each in found}


def test_the_same_name_however_written_is_the_same_person() -> None:
    assert pairs([LocalContact(1, MERE)], [RemoteContact("a", {"name": "mere  TAHU"})]) == {(1, "a")}


def test_one_equal_address_pairs_people_whose_names_differ() -> None:
    here = LocalContact(1, {"name": "M Tahu", "email": "Mere@kauri.example"})
    there = RemoteContact("a", {"name": "Mere Tahu", "email": "mere@kauri.example"})
    assert pairs([here], [there]) == {(1, "a")}


def test_an_equal_name_counts_before_an_equal_address() -> None:
    here = LocalContact(1, {**MERE, "email": "office@kauri.example"})
    there = [RemoteContact("a", {**TAMA, "email": "office@kauri.example"}), RemoteContact("b", MERE)]
    assert pairs([here], there) == {(1, "b"), (None, "a")}


def test_a_name_that_stands_twice_on_a_side_pairs_nobody() -> None:
    assert pairs([LocalContact(1, MERE)], [RemoteContact("a", MERE), RemoteContact("b", MERE)]) == {
        (1, None),
        (None, "a"),
        (None, "b"),
    }
    assert pairs([LocalContact(1, MERE), LocalContact(2, MERE)], [RemoteContact("a", MERE)]) == {
        (1, None),
        (2, None),
        (None, "a"),
    }


def test_blank_names_and_addresses_pair_nobody() -> None:
    assert pairs([LocalContact(1, {"name": "", "email": ""})], [RemoteContact("a", {"name": " ", "email": ""})]) == {
        (1, None),
        (None, "a"),
    }


def test_a_shared_phone_number_pairs_nobody() -> None:
    here, there = (
        LocalContact(1, {**MERE, "phone": "09 555 0101"}),
        RemoteContact("a", {**TAMA, "phone": "09 555 0101"}),
    )
    assert pairs([here], [there]) == {(1, None), (None, "a")}


def test_who_was_known_stays_known_whatever_the_names() -> None:
    here = [LocalContact(1, MERE, tied_to="b"), LocalContact(2, TAMA)]
    assert pairs(here, [RemoteContact("a", MERE), RemoteContact("b", TAMA)]) == {(1, "b"), (2, None), (None, "a")}


def test_one_whose_remote_contact_is_gone_is_not_given_to_another() -> None:
    assert pairs([LocalContact(1, MERE, tied_to="gone")], [RemoteContact("a", MERE)]) == {(1, None), (None, "a")}


NAMES = st.sampled_from([MERE, TAMA, {"name": ""}, {**MERE, "email": "m@kauri.example"}, {"email": "m@kauri.example"}])


@settings(deadline=None)
@given(
    local=st.lists(st.tuples(NAMES, st.sampled_from(["", "r0", "r1", "gone"])), max_size=5),
    remote=st.lists(NAMES, max_size=5),
)
def test_everybody_appears_once(local: list[tuple[dict[str, str], str]], remote: list[dict[str, str]]) -> None:
    ties: set[str] = set()
    here = []
    for number, (values, tied) in enumerate(local):
        here.append(LocalContact(number, values, "" if tied in ties else tied))
        ties.add(tied)
    there = [RemoteContact(f"r{number}", values) for number, values in enumerate(remote)]
    found = pair_contacts(CATALOGUE, here, there, Place("NZ"))
    assert sorted(each.local.id for each in found if each.local) == list(range(len(here)))
    assert sorted(each.remote.remote_id for each in found if each.remote) == sorted(each.remote_id for each in there)
    assert len({each.ref for each in found}) == len(found)
