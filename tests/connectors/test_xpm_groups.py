"""Groups are told, made with their first client, joined and left; what a reply shows has to be what was asked."""

from itertools import product

import pytest

from connectors.doors import Door, error_of
from practicesync.core.errors import BadAnswer, Gone, Refused, Unsure
from practicesync.core.record import RemoteGroup

UNKNOWN = "00000000-0000-4000-8000-000000000000"
XML = {"Content-Type": "text/xml"}


def clients(door: Door, count: int) -> list[str]:
    return [str(door.post("clients", Name=f"Member {number}")["UUID"]) for number in range(count)]


def group(door: Door, *members: str, name: str = "Kōwhai & Co") -> str:
    return str(door.post("groups", Name=name, Clients=list(members))["UUID"])


def members(door: Door, group_id: str) -> set[str]:
    return {each["UUID"] for each in door.get(f"groups/{group_id}")["Clients"]}


def test_every_group_is_told(either_door: Door) -> None:
    door = either_door
    (one,) = clients(door, 1)
    ids = [group(door, one), group(door, one), group(door, one, name="<Ōrewa>")]
    told = door.connector.groups(door.line())
    assert {each.remote_id: each.name for each in told} == {
        each["UUID"]: each["Name"] for each in door.get("groups", limit="500")["groups"]
    }
    assert [each.name for each in told if each.remote_id in ids] == ["<Ōrewa>", "Kōwhai & Co", "Kōwhai & Co"]


def test_a_practice_may_have_no_groups(door: Door) -> None:
    for each in door.get("groups", limit="500")["groups"]:
        door.control.delete(f"/control/groups/{each['UUID']}")
    assert list(door.connector.groups(door.line())) == []


@pytest.mark.parametrize(
    "rows",
    [
        "<Groups><Group><Name>no id</Name></Group></Groups>",
        "<Groups><Client><UUID>c-1</UUID></Client></Groups>",
        "<Groups/><Groups/>",
        "",
    ],
)
def test_a_list_that_is_none_of_groups_is_not_believed(door: Door, rows: str) -> None:
    body = f"<Response><Status>OK</Status>{rows}</Response>"
    door.fault("status", path="clientgroup.api/list", status=200, body=body, headers=XML)
    assert isinstance(error_of(door.connector.groups, door.line()), BadAnswer)


def test_a_group_is_made_with_its_first_client(either_door: Door) -> None:
    door, line = either_door, either_door.line()
    (one,) = clients(door, 1)
    made = door.connector.add_group(line, "  Kōwhai & Co ", one)
    assert made.name == "Kōwhai & Co"
    assert members(door, made.remote_id) == {one}
    assert door.connector.read(line, one).groups == (made,)
    (call,) = door.calls("clientgroup.api/add")
    assert call["request_body"] == f"<Group><Name>Kōwhai &amp; Co</Name><ClientUUID>{one}</ClientUUID></Group>"
    assert door.connector.add_group(line, "Kōwhai & Co", one) != made


@pytest.mark.parametrize("name", ["", "  ", "****", "A\x00", "x" * 256, "a\ufffe"])
def test_a_group_of_such_a_name_is_not_sent(door: Door, name: str) -> None:
    (one,) = clients(door, 1)
    error = error_of(door.connector.add_group, door.line(), name, one)
    assert isinstance(error, Refused)
    assert error.detail.endswith(".")
    assert door.calls("clientgroup.api") == []


def test_clients_join_and_leave_in_one_call(either_door: Door) -> None:
    door, line = either_door, either_door.line()
    one, two, three, four = clients(door, 4)
    group_id = group(door, one, two)
    door.connector.change_group(line, group_id.upper(), [three.upper(), four], [one])
    assert members(door, group_id) == {two, three, four}
    (call,) = door.calls("clientgroup.api/members")
    assert call["request_body"] == (
        f'<Group><UUID>{group_id.upper()}</UUID><add uuid="{three.upper()}"/><add uuid="{four}"/>'
        f'<remove uuid="{one}"/></Group>'
    )


def test_nothing_is_asked_where_nobody_moves(door: Door) -> None:
    line = door.line()
    door.connector.change_group(line, UNKNOWN)
    assert line.calls == 0


def test_a_client_does_not_join_and_leave_at_once(door: Door) -> None:
    (one,) = clients(door, 1)
    line = door.line()
    assert isinstance(error_of(door.connector.change_group, line, group(door, one), [one], [one.upper()]), Refused)
    assert line.calls == 0


@pytest.mark.parametrize(
    ("again", "stranger", "last"),
    list(product(("accepted", "error"), ("error", "accepted"), ("accepted", "error", "group_goes"))),
)
def test_whatever_xpm_does_at_the_edges_is_named(door: Door, again: str, stranger: str, last: str) -> None:
    door.switch(group_member_again=again, group_stranger_removed=stranger, group_last_removed=last)
    one, two = clients(door, 2)
    group_id, line = group(door, one), door.line()
    edges: list[tuple[str, list[str], list[str]]] = [(again, [one], []), (stranger, [], [two]), (last, [], [one])]
    for way, joining, leaving in edges:
        if way == "error":
            assert isinstance(error_of(door.connector.change_group, line, group_id, joining, leaving), Refused)
            assert members(door, group_id) == {one}
        else:
            door.connector.change_group(line, group_id, joining, leaving)
    told = {each.remote_id for each in door.connector.groups(line)}
    assert (group_id in told) is (last != "group_goes")


@pytest.mark.parametrize("answer", ["error", "not_found"])
def test_who_is_not_there_is_gone(door: Door, answer: str) -> None:
    door.switch(unknown_id=answer)
    (one,) = clients(door, 1)
    group_id, line = group(door, one), door.line()
    for error in (
        error_of(door.connector.add_group, line, "New", UNKNOWN),
        error_of(door.connector.change_group, line, UNKNOWN, [one]),
        error_of(door.connector.change_group, line, group_id, [UNKNOWN]),
        error_of(door.connector.change_group, line, group_id, [], [UNKNOWN]),
    ):
        assert isinstance(error, Gone)
    assert members(door, group_id) == {one}


@pytest.mark.parametrize("remote_id", ["", "a b", '"/><remove uuid="x', "../staff.api/list"])
def test_an_id_that_is_none_is_not_sent(door: Door, remote_id: str) -> None:
    (one,) = clients(door, 1)
    group_id, line = group(door, one), door.line()
    for error in (
        error_of(door.connector.add_group, line, "New", remote_id),
        error_of(door.connector.change_group, line, remote_id, [one]),
        error_of(door.connector.change_group, line, group_id, [remote_id]),
        error_of(door.connector.change_group, line, group_id, [], [remote_id]),
    ):
        assert isinstance(error, Gone)
    assert line.calls == 0


@pytest.mark.parametrize(
    ("inside", "is_believed"),
    [
        ("<Clients><Client><UUID>{two}</UUID><Name>B</Name></Client></Clients>", True),
        ("", True),
        ("<Clients />", False),
        ("<Clients><Client><UUID>{one}</UUID></Client><Client><UUID>{two}</UUID></Client></Clients>", False),
    ],
)
def test_a_reply_has_to_show_who_joined_and_who_left(door: Door, inside: str, is_believed: bool) -> None:
    one, two = clients(door, 2)
    group_id, line = group(door, one), door.line()
    told = f"<Group><UUID>{group_id}</UUID><Name>G</Name>{inside.format(one=one, two=two)}</Group>"
    body = f"<Response><Status>OK</Status>{told}</Response>"
    door.fault("status", path="clientgroup.api/members", status=200, body=body, headers=XML)
    if is_believed:
        door.connector.change_group(line, group_id, [two], [one])
    else:
        assert isinstance(error_of(door.connector.change_group, line, group_id, [two], [one]), Unsure)


def test_a_reply_about_another_group_is_not_believed(door: Door) -> None:
    one, two = clients(door, 2)
    told = f"<Group><UUID>{UNKNOWN}</UUID><Name>G</Name></Group>"
    body = f"<Response><Status>OK</Status>{told}</Response>"
    door.fault("status", path="clientgroup.api/members", status=200, body=body, headers=XML)
    assert isinstance(error_of(door.connector.change_group, door.line(), group(door, one), [two]), Unsure)


def test_a_lost_group_is_seen_in_the_list_and_at_its_client(door: Door) -> None:
    (one,) = clients(door, 1)
    line = door.line()
    door.fault("drop_after", path="clientgroup.api/add")
    assert isinstance(error_of(door.connector.add_group, line, "New", one), Unsure)
    (seen,) = (each for each in door.connector.groups(line) if each.name == "New")
    assert door.connector.read(line, one).groups == (RemoteGroup(seen.remote_id, "New"),)
