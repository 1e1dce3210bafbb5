"""Practices, their people, their add-ons, and the wall between two of them."""

from typing import Any

import pytest

from operations.offices import NOW, Office, an_office
from practicesync.core.actor import ABILITIES, Role
from practicesync.core.errors import Forbidden, Invalid
from practicesync.operations import connecting, practices
from practicesync.store.models import AddOn, Client, Membership, Person, Practice
from practicesync.store.scoped import UnscopedQuery


def add(office: Office, email: str, role: Role, password: str = "correct horse battery") -> Person:
    return practices.add_person(office.practice, email=email, name="Mere", password=password, role=role, now=NOW)


@pytest.mark.parametrize("role", Role)
def test_a_person_may_what_their_role_says(office: Office, role: Role) -> None:
    actor = office.actors[role]
    assert (actor.abilities, actor.practice_id) == (ABILITIES[role], office.practice.pk)


def test_who_is_added_again_keeps_the_password_and_gets_the_role(office: Office) -> None:
    first = add(office, "Mere@Kauri.example", Role.READ_ONLY)
    again = add(office, "mere@kauri.EXAMPLE", Role.ADMIN, password="another one")
    assert again.pk == first.pk
    assert again.check_password("correct horse battery")
    assert Membership.objects.get(person=again).role == "admin"


def test_one_login_may_have_different_roles_in_two_practices(office: Office) -> None:
    other = an_office("Rata & Co")
    mere = add(office, "mere@kauri.example", Role.ADMIN)
    add(other, "mere@kauri.example", Role.READ_ONLY)
    assert practices.actor_of(mere, office.practice.pk).abilities == ABILITIES[Role.ADMIN]
    assert practices.actor_of(mere, other.practice.pk).abilities == ABILITIES[Role.READ_ONLY]


def test_who_has_no_role_or_no_login_any_more_does_not_act(office: Office) -> None:
    mere = add(office, "mere@kauri.example", Role.ADMIN)
    with pytest.raises(Forbidden):
        practices.actor_of(mere, an_office("Rata & Co").practice.pk)
    mere.is_active = False
    mere.save()
    with pytest.raises(Forbidden):
        practices.actor_of(mere, office.practice.pk)


def test_who_was_added_without_a_password_cannot_sign_in_by_an_empty_one(office: Office) -> None:
    assert not add(office, "mere@kauri.example", Role.ADMIN, password="").check_password("")


def test_an_add_on_is_switched_on_once_and_off_once(office: Office) -> None:
    practices.enable_add_on(office.admin, "xpm", NOW)
    practices.disable_add_on(office.admin, "xpm", NOW)
    practices.disable_add_on(office.admin, "xpm", NOW)
    assert office.verbs().count("add_on_enabled") == office.verbs().count("add_on_disabled") == 1
    assert not AddOn.rows.of(office.practice.pk).exists()


def test_an_add_on_is_not_switched_off_from_under_a_connection(connected: Office) -> None:
    with pytest.raises(Invalid, match="Disconnect"):
        practices.disable_add_on(connected.admin, "xpm", NOW)
    connecting.break_connection(connected.connection.pk, "Revoked.", NOW)
    with pytest.raises(Invalid, match="Disconnect"):
        practices.disable_add_on(connected.admin, "xpm", NOW)
    connecting.disconnect(connected.admin, connected.connection.pk, NOW)
    practices.disable_add_on(connected.admin, "xpm", NOW)


def test_nobody_asks_for_rows_without_saying_whose(office: Office) -> None:
    office.add()
    for ask in (Client.rows.all, Client.rows.filter, lambda: Client.rows.get(pk=1)):
        with pytest.raises(UnscopedQuery):
            ask()


def test_rows_of_a_practice_are_its_own(office: Office) -> None:
    other = an_office("Rata & Co")
    ours, theirs = office.add("Ours Ltd"), other.add("Theirs Ltd")
    assert list(Client.rows.of(office.practice.pk)) == [ours]
    assert list(Client.rows.of(other.practice.pk)) == [theirs]
    assert set(Client.rows.everywhere()) == {ours, theirs}


def test_rows_looked_up_by_key_are_the_practices_own(office: Office, django_assert_num_queries: Any) -> None:
    theirs = an_office("Rata & Co").add("Theirs Ltd")
    ours = [office.add(f"Rata {number} Ltd") for number in range(3)]
    rows = Client.rows.among(office.practice.pk, [ours[2].pk, theirs.pk, ours[0].pk, ours[0].pk, 10**9])
    assert list(rows.order_by("pk")) == [ours[0], ours[2]]
    known = Client.rows.of(office.practice.pk).filter(name="Rata 1 Ltd").values("pk")
    assert list(Client.rows.among(office.practice.pk, known)) == [ours[1]]
    with django_assert_num_queries(0):
        assert not list(Client.rows.among(office.practice.pk, []))
    with pytest.raises(ValueError, match="Rata"):
        list(Client.rows.among(office.practice.pk, ["Rata"]))  # type: ignore[list-item]


def test_setting_a_practice_up_is_told(office: Office) -> None:
    assert office.verbs() == ["practice_made", *["person_added"] * 3, "add_on_enabled"]
    assert Practice.objects.get().name == "Kauri & Co"
