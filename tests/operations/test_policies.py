"""Changing a firm's policy: a version, a line in the activity, and every link judged again."""

from dataclasses import replace

import pytest

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.actor import Role
from practicesync.core.errors import Forbidden, Invalid, Stale
from practicesync.core.fields import Level
from practicesync.core.link_state import LinkState
from practicesync.core.policy import REVIEWED, Direction, FieldRule, Passage, Policy, Truth
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.flows.replan import replan
from practicesync.flows.steps import DirectSteps
from practicesync.operations import policies
from practicesync.queries.policy import policy_of
from practicesync.store.models import Activity, Change, ListedClient, Run, SyncPolicy

TO_XPM = replace(REVIEWED, on=True, direction=Direction.TO_REMOTE)
FROM_XPM = replace(REVIEWED, on=True, direction=Direction.FROM_REMOTE)


def change(office: Office, policy: Policy, seen: int = 0) -> Policy:
    return policies.change(office.admin, "xpm", policy, NOW, seen=seen)


def state(office: Office, client: object) -> str:
    return office.link_of(client).state  # type: ignore[arg-type]


def test_a_change_is_a_version_of_its_own_and_the_former_one_stays(office: Office) -> None:
    assert policy_of(office.practice.pk, "xpm") == REVIEWED
    ruled = replace(TO_XPM, rules={"client.email": FieldRule(Truth.ASK, Passage.FILL_BLANK, Passage.NEVER_BLANK)})
    assert change(office, TO_XPM) == replace(TO_XPM, version=1)
    assert change(office, ruled, 1) == replace(ruled, version=2)
    assert policy_of(office.practice.pk, "xpm") == replace(ruled, version=2)
    assert list(SyncPolicy.rows.of(office.practice.pk).order_by("version").values_list("version", "made_by")) == [
        (1, office.admin.name),
        (2, office.admin.name),
    ]


def test_the_activity_tells_who_changed_what_from_and_to(office: Office) -> None:
    change(office, TO_XPM)
    change(office, replace(FROM_XPM, rules={"client.phone": FieldRule(None, Passage.ASK)}), 1)
    on, changed = Activity.rows.of(office.practice.pk).filter(verb__in=("client_sync_on", "policy_changed"))
    assert (on.verb, on.actor_name, on.facts["version"]) == ("client_sync_on", office.admin.name, 1)
    assert changed.facts["what"] == "Direction: From Xero Practice Manager; Phone: in: ask"
    assert on.facts["what"] == "Direction: To Xero Practice Manager"
    told = Change.rows.of(office.practice.pk).filter(activity=changed).order_by("pk")
    assert [(each.field, each.before, each.after) for each in told] == [
        ("direction", {"direction": "To Xero Practice Manager"}, {"direction": "From Xero Practice Manager"}),
        ("rule:client.phone", {"rule:client.phone": "No rule"}, {"rule:client.phone": "in: ask"}),
    ]


def test_the_policy_that_holds_already_is_no_new_version(office: Office) -> None:
    change(office, TO_XPM)
    lines = len(office.verbs())
    assert change(office, TO_XPM, 1).version == 1
    assert len(office.verbs()) == lines


def test_a_rule_that_says_nothing_is_not_kept(office: Office) -> None:
    assert change(office, replace(TO_XPM, rules={"client.email": FieldRule()})).rules == {}


def test_the_second_of_two_admins_gets_a_fresh_view(office: Office) -> None:
    change(office, TO_XPM)
    with pytest.raises(Stale):
        change(office, FROM_XPM, 0)
    assert policy_of(office.practice.pk, "xpm").direction is Direction.TO_REMOTE


def test_a_contradiction_is_refused_by_its_key_and_nothing_is_written(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        change(office, replace(FROM_XPM, rules={"client.phone": FieldRule(Truth.LOCAL)}))
    assert set(refused.value.problems) == {"client.phone"}
    assert not SyncPolicy.rows.of(office.practice.pk).exists()


def test_a_rule_that_lost_its_field_is_kept_until_it_is_taken_away(office: Office) -> None:
    change(office, TO_XPM)
    lost = {"client.pager": {"inward": "ask"}}
    SyncPolicy.rows.of(office.practice.pk).update(rules=lost)
    kept = change(office, replace(policy_of(office.practice.pk, "xpm"), direction=Direction.TWO_WAY), 1)
    assert set(kept.rules) == {"client.pager"}
    assert change(office, replace(kept, rules={}), 2).rules == {}
    with pytest.raises(Invalid):
        change(office, replace(kept, rules={"client.pager": FieldRule(None, Passage.ASK)}), 3)


@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.STANDARD])
def test_only_an_admin_changes_it(office: Office, role: Role) -> None:
    with pytest.raises(Forbidden):
        policies.change(office.actors[role], "xpm", TO_XPM, NOW, seen=0)


def test_one_firms_policy_is_nobody_elses(office: Office) -> None:
    other = an_office("Rimu & Co")
    change(office, TO_XPM)
    assert policy_of(other.practice.pk, "xpm") == REVIEWED


def test_links_stand_as_the_new_policy_has_them_at_once_in_a_small_firm(connected: Office) -> None:
    client = connected.pair(a_record(email="new@kauri.nz", phone="09 555 0134"), phone="09 555 0134")
    assert state(connected, client) == LinkState.DIFFERS
    ruled = replace(FROM_XPM, rules={"client.email": FieldRule(Truth.REMOTE, Passage.NEVER_BLANK)})
    change(connected, ruled)
    assert state(connected, client) == LinkState.DUE
    assert ListedClient.rows.of(connected.practice.pk).get(client=client).state == LinkState.DUE
    change(connected, replace(FROM_XPM, level=Level.NOTHING), 1)
    assert state(connected, client) == LinkState.LEFT_OUT
    change(connected, REVIEWED, 2)
    assert state(connected, client) == LinkState.DIFFERS
    assert not Run.rows.of(connected.practice.pk).filter(kind="replan").exists()


def test_a_large_firm_is_judged_by_a_run_that_tells_its_version(
    connected: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "AT_ONCE", 2)
    monkeypatch.setattr(policies, "BATCH", 2)
    clients = [
        connected.pair(a_record(f"r{number}", phone="09 555 0134"), f"Kauri {number} Ltd") for number in range(5)
    ]
    change(connected, TO_XPM)
    change(connected, FROM_XPM, 1)
    run = policies.replanning(connected.practice.pk, 2)
    assert run is not None
    assert (run.total, run.notes) == (5, {"connector": "xpm", "policy": 2})
    replan(DirectSteps(SYSTEM_CLOCK), run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 5)
    assert connected.verbs()[-1] == "policy_replanned"
    assert {state(connected, client) for client in clients} == {LinkState.DUE}
    assert policies.replanning(connected.practice.pk, 2) is None
