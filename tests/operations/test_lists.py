"""The firm's own lists: made with the practice, and clients follow a word that is renamed."""

import pytest

from operations.offices import NOW, Office
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.lists import FIRM_LISTS
from practicesync.operations import lists, practices, register
from practicesync.operations.register import NewClient
from practicesync.queries.lists import labels, load_item, load_lists
from practicesync.store.models import Change, Client, ListItem

pytestmark = pytest.mark.django_db
PLANS = "subscription_plan"


def planned(office: Office, name: str, plan: str) -> Client:
    new = NewClient(ClientKind.COMPANY, {"name": name, PLANS: plan}, country="NZ")
    return register.add_client(office.admin, new, NOW)


def item(office: Office, label: str) -> ListItem:
    found: ListItem = ListItem.rows.of(office.practice.pk).get(label=label)
    return found


def held(client: Client) -> str:
    client.refresh_from_db()
    return str(client.values.get(PLANS, ""))


@pytest.mark.parametrize("country", ["AU", "NZ", "GB", "US"])
def test_a_new_practice_has_the_words_of_its_country(db: None, country: str) -> None:
    practice = practices.create_practice(name="Kauri", country=country, time_zone="UTC", now=NOW)
    for each in FIRM_LISTS:
        assert labels(practice.pk, each.key) == each.words(country)
        assert each.words(country)


def test_typed_words_become_those_of_the_list(office: Office) -> None:
    assert held(planned(office, "A Ltd", "  monthly ACCOUNTING ")) == "Monthly accounting"


def test_a_word_that_no_list_has_is_refused_with_the_list(office: Office) -> None:
    with pytest.raises(Invalid) as problem:
        planned(office, "A Ltd", "Platinum")
    assert "no such word" in problem.value.problems[PLANS]
    assert "Monthly accounting" in problem.value.problems[PLANS]


def test_a_renamed_word_is_renamed_on_every_client(office: Office) -> None:
    mine, other = planned(office, "A Ltd", "Advisory"), planned(office, "B Ltd", "Monthly accounting")
    word = item(office, "Advisory")
    shown = load_item(office.practice.pk, word.pk)
    assert shown is not None
    assert shown.used == 1
    assert lists.rename_item(office.admin, word.pk, "Advisory Plus", NOW) == 1
    assert (held(mine), held(other)) == ("Advisory Plus", "Monthly accounting")
    assert mine.revision == 2
    change = Change.rows.of(office.practice.pk).get(field=PLANS, why="list renamed")
    assert (change.before, change.after) == ({PLANS: "Advisory"}, {PLANS: "Advisory Plus"})


def test_another_case_of_the_same_word_is_a_rename(office: Office) -> None:
    mine = planned(office, "A Ltd", "Advisory")
    assert lists.rename_item(office.admin, item(office, "Advisory").pk, "ADVISORY", NOW) == 1
    assert held(mine) == "ADVISORY"


@pytest.mark.parametrize("label", ["", " ", "x" * 101, "monthly Accounting"])
def test_a_word_that_cannot_be_or_is_there_is_refused(office: Office, label: str) -> None:
    for call in (
        lambda: lists.add_item(office.admin, PLANS, label, NOW),
        lambda: lists.rename_item(office.admin, item(office, "Advisory").pk, label, NOW),
    ):
        with pytest.raises(Invalid):
            call()


def test_a_retired_word_is_no_longer_offered_and_stays_on_its_clients(office: Office) -> None:
    mine = planned(office, "A Ltd", "Advisory")
    lists.retire_item(office.admin, item(office, "Advisory").pk, NOW)
    assert "Advisory" not in labels(office.practice.pk, PLANS)
    with pytest.raises(Invalid):
        planned(office, "B Ltd", "Advisory")
    office.edit(mine, {"phone": "09 555 0101"})
    assert held(mine) == "Advisory"
    lists.add_item(office.admin, PLANS, "advisory", NOW)
    assert labels(office.practice.pk, PLANS)[-1] == "Advisory"


def test_an_order_is_kept_and_a_stale_one_is_refused(office: Office) -> None:
    key = "trust_type"
    ids = [each.id for page in load_lists(office.practice.pk) if page.about.key == key for each in page.offered]
    before = labels(office.practice.pk, key)
    lists.order_items(office.admin, key, ids[::-1], NOW)
    assert labels(office.practice.pk, key) == before[::-1]
    lists.add_item(office.admin, key, "Sub", NOW)
    with pytest.raises(Stale):
        lists.order_items(office.admin, key, ids, NOW)


def test_empty_lists_are_filled_and_others_left_alone(office: Office) -> None:
    ListItem.rows.of(office.practice.pk).filter(list="trust_type").delete()
    lists.add_item(office.admin, PLANS, "Own plan", NOW)
    lists.begin_lists(office.admin, NOW)
    assert labels(office.practice.pk, "trust_type")
    assert labels(office.practice.pk, PLANS).count("Own plan") == 1


def test_a_client_keeps_a_plan_and_an_associate_has_none(office: Office) -> None:
    mine = planned(office, "A Ltd", "Advisory")
    with pytest.raises(Invalid, match="A client needs a subscription plan"):
        office.edit(mine, {PLANS: ""})
    register.set_standing(office.admin, mine.pk, "associate", "", NOW)
    assert held(mine) == ""
    assert mine.standing == "associate"
    with pytest.raises(Invalid, match="Make it a client first"):
        office.edit(mine, {PLANS: "Advisory"})
    with pytest.raises(Invalid, match="needs a subscription plan"):
        register.set_standing(office.admin, mine.pk, "client", "", NOW)
    with pytest.raises(Invalid, match="no such word"):
        register.set_standing(office.admin, mine.pk, "client", "Platinum", NOW)
    register.set_standing(office.admin, mine.pk, "client", "advisory", NOW)
    assert held(mine) == "Advisory"
    assert office.verbs().count("standing_changed") == 2
