"""Roles and what they may do."""

import pytest

from practicesync.core.actor import ABILITIES, Ability, Actor, ActorKind, Role, worker
from practicesync.core.errors import Forbidden


def somebody(role: Role) -> Actor:
    return Actor(ActorKind.PERSON, "7", "Ana Lee", 3, ABILITIES[role])


def test_every_role_may_look_and_each_may_more_than_the_one_before() -> None:
    assert set(ABILITIES) == set(Role)
    assert {Ability.VIEW} <= ABILITIES[Role.READ_ONLY] < ABILITIES[Role.STANDARD] < ABILITIES[Role.ADMIN]
    assert ABILITIES[Role.ADMIN] == set(Ability)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("ability", Ability)
def test_what_an_actor_may_is_what_it_is_let_do(role: Role, ability: Ability) -> None:
    actor = somebody(role)
    if actor.may(ability):
        actor.require(ability)
    else:
        with pytest.raises(Forbidden) as refusal:
            actor.require(ability)
        assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("ability", [Ability.EDIT, Ability.SYNC, Ability.MANAGE])
def test_who_only_reads_changes_nothing(ability: Ability) -> None:
    assert not somebody(Role.READ_ONLY).may(ability)


def test_background_work_acts_for_one_practice_under_a_name() -> None:
    actor = worker(3)
    assert (actor.kind, actor.practice_id, actor.name) == (ActorKind.WORKER, 3, "practicesync")
    assert actor.may(Ability.SYNC)
