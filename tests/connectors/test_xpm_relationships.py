"""A relationship stands at two clients: what is sent of it, and under which label each of them shows it."""

from typing import Any

import pytest
from lxml import etree

from connectors.doors import Door, error_of
from practicesync.connectors.xpm.answers import Envelope, Tie, tie
from practicesync.connectors.xpm.relating import TYPES, sent_as
from practicesync.core.errors import Gone, Refused, Unsure
from practicesync.core.record import RemoteRelationship
from practicesync.core.relationships import TYPES as OURS
from practicesync.core.relationships import RelationshipType, read_label

UNKNOWN = "00000000-0000-4000-8000-000000000000"
REMOTE = [each for each in OURS if "xpm" in each.remote]
XML = {"Content-Type": "text/xml"}


class Pair:
    """A trust and a holder, new in XPM, and what the records of both show of what ties them."""

    def __init__(self, door: Door) -> None:
        self.connector, self.line = door.connector, door.line()
        self.one, self.other = (
            str(door.post("clients", Name=name, HasTaxRecord=True)["UUID"]) for name in ("Trust", "Holder")
        )

    def add(self, label: str, **values: str) -> str:
        return self.connector.add_relationship(self.line, self.one, self.other, label, values)

    def write(self, remote_id: str, label: str, **values: str) -> None:
        self.connector.write_relationship(self.line, remote_id, self.one, self.other, label, values)

    def at(self, remote_id: str) -> tuple[RemoteRelationship, ...]:
        told = self.connector.read(self.line, remote_id).relationships
        assert told is not None
        return told


@pytest.fixture
def pair(door: Door) -> Pair:
    return Pair(door)


@pytest.mark.parametrize("keys", ["one", "two"])
@pytest.mark.parametrize("kind", REMOTE, ids=[each.key for each in REMOTE])
def test_each_type_stands_at_both_clients_under_its_two_labels(
    door: Door, pair: Pair, kind: RelationshipType, keys: str
) -> None:
    door.switch(relationship_keys=keys)
    on_client, on_party = kind.remote["xpm"]
    remote_id = pair.add(on_client)
    (here,), (there,) = pair.at(pair.one), pair.at(pair.other)
    assert (here.remote_id, here.label, here.other_id, here.other_name) == (remote_id, on_client, pair.other, "Holder")
    assert (there.label, there.other_id, there.other_name) == (on_party, pair.one, "Trust")
    assert (there.remote_id == remote_id) is (keys == "one")
    for label, is_reversed in ((here.label, False), (there.label, not kind.symmetric)):
        read = read_label(label)
        assert read is not None
        assert (read.type, read.reversed) == (kind, is_reversed)


@pytest.mark.parametrize("kind", REMOTE, ids=[each.key for each in REMOTE])
def test_the_label_of_the_other_end_makes_the_same_relationship_from_there(pair: Pair, kind: RelationshipType) -> None:
    on_client, on_party = kind.remote["xpm"]
    pair.add(on_party)
    (here,), (there,) = pair.at(pair.one), pair.at(pair.other)
    assert (here.label, there.label) == (on_party, on_client)


def test_every_label_that_is_understood_is_sent_as_a_type_that_xpm_takes() -> None:
    labels = [label for kind in REMOTE for pair in (*kind.remote.values(), *kind.also) for label in pair]
    for label in labels:
        sent = sent_as(f" {label.upper()} ")
        assert sent is not None
        assert sent.type in TYPES
        assert read_label(sent.type) is not None
    assert all(sent_as(name) is not None for name in TYPES)


def test_a_relationship_goes_out_with_what_is_held_and_since_when(pair: Pair) -> None:
    values = {"shares": "1,200", "start_date": "1 July 2020", "end_date": "", "percentage": "0"}
    pair.add("Shareholder", **values)
    (here,) = pair.at(pair.one)
    assert here.values == {"shares": "1200", "percentage": "0", "start_date": "2020-07-01"}


def test_what_is_sent_of_a_relationship_is_what_xpm_describes(door: Door, pair: Pair) -> None:
    remote_id = pair.add("Partner Of", percentage="33.3 %", start_date="2020-07-01")
    pair.write(remote_id, "Partner Of", percentage="", end_date="2024-06-30")
    pair.connector.remove_relationship(pair.line, remote_id)
    added, changed, removed = (call["request_body"] for call in door.calls("relationship"))
    assert added == (
        f"<Relationship><ClientUUID>{pair.other}</ClientUUID><RelatedClientUUID>{pair.one}</RelatedClientUUID>"
        "<Type>Partner</Type><Percentage>33.3</Percentage><StartDate>2020-07-01</StartDate></Relationship>"
    )
    told = f"<UUID>{remote_id}</UUID><Percentage>0</Percentage><EndDate>2024-06-30</EndDate>"
    assert changed == f"<Relationship>{told}</Relationship>"
    assert removed == f"<Relationship><UUID>{remote_id}</UUID></Relationship>"


@pytest.mark.parametrize("keys", ["one", "two"])
def test_a_relationship_is_changed_and_cleared_from_whichever_end_it_was_read(
    door: Door, pair: Pair, keys: str
) -> None:
    door.switch(relationship_keys=keys)
    pair.add("Shareholder", shares="5", start_date="2020-07-01")
    (there,) = pair.at(pair.other)
    pair.connector.write_relationship(
        pair.line, there.remote_id, pair.other, pair.one, there.label, {"shares": "8", "end_date": "2024-06-30"}
    )
    (here,) = pair.at(pair.one)
    assert here.values == {"shares": "8", "percentage": "0", "start_date": "2020-07-01", "end_date": "2024-06-30"}
    pair.write(here.remote_id, here.label, shares="", start_date="", end_date="")
    (here,) = pair.at(pair.one)
    assert here.values == {"shares": "0", "percentage": "0"}


@pytest.mark.parametrize("keys", ["one", "two"])
def test_a_relationship_goes_from_both_clients(door: Door, pair: Pair, keys: str) -> None:
    door.switch(relationship_keys=keys)
    pair.add("Settlor")
    (there,) = pair.at(pair.other)
    pair.connector.remove_relationship(pair.line, there.remote_id)
    assert pair.at(pair.one) == pair.at(pair.other) == ()
    assert isinstance(error_of(pair.connector.remove_relationship, pair.line, there.remote_id), Gone)


def test_a_lost_addition_is_seen_at_the_client(door: Door, pair: Pair) -> None:
    door.fault("drop_after", path="addrelationship")
    assert isinstance(error_of(pair.add, "Trustee"), Unsure)
    (here,) = pair.at(pair.one)
    assert here.label == "Trustee"


def test_a_repeated_addition_makes_a_second_one_or_is_refused(door: Door, pair: Pair) -> None:
    assert pair.add("Trustee") != pair.add("Trustee")
    door.switch(relationship_again="error")
    assert isinstance(error_of(pair.add, "Trustee"), Refused)
    assert len(pair.at(pair.one)) == 2


BLOCKED: list[tuple[str, dict[str, str], str]] = [
    ("Unit Holder", {}, ""),
    ("Guardian", {}, ""),
    ("Best Friend", {}, ""),
    ("", {}, ""),
    ("Director", {"shares": "10"}, "shares"),
    ("Shareholder", {"percentage": "50"}, "percentage"),
    ("Partner", {"shares": "1"}, "shares"),
    ("Partner", {"percentage": "100.5"}, "percentage"),
    ("Partner", {"percentage": "half"}, "percentage"),
    ("Owner", {"shares": "12.5"}, "shares"),
    ("Owner", {"shares": "-1"}, "shares"),
    ("Owner", {"shares": "2147483648"}, "shares"),
    ("Shareholder", {"share_class": "A"}, "share_class"),
    ("Director", {"note": "since the merger"}, "note"),
    ("Director", {"start_date": "31 February 2020"}, "start_date"),
    ("Director", {"start_date": "2020-07-01", "end_date": "30/06/2020"}, "end_date"),
    ("Director", {"email": "a@b.test"}, "email"),
]


@pytest.mark.parametrize(("label", "values", "where"), BLOCKED)
def test_a_relationship_that_xpm_cannot_keep_is_not_sent(
    door: Door, pair: Pair, label: str, values: dict[str, str], where: str
) -> None:
    told = pair.connector.relationship_problem(label, values)
    assert list(told) == [where]
    attempts = [lambda: pair.add(label, **values), lambda: pair.write(UNKNOWN, label, **values)]
    for attempt in attempts if where else attempts[:1]:
        error = error_of(attempt)
        assert isinstance(error, Refused)
        assert error.detail == told[where]
        assert error.detail.endswith(".")
    assert door.calls("relationship") == []


@pytest.mark.parametrize("label", ["Unit Holder Of", "Trades As", "A label of tomorrow"])
def test_one_that_is_there_is_changed_whatever_its_label(pair: Pair, label: str) -> None:
    remote_id = pair.add("Member")
    values = {"end_date": "2024-06-30"}
    assert list(pair.connector.relationship_problem(label, values)) == [""]
    assert pair.connector.relationship_problem(label, values, new=False) == {}
    pair.write(remote_id, label, **values)
    (here,) = pair.at(pair.one)
    assert here.values["end_date"] == "2024-06-30"


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("Director", {"shares": "0", "percentage": ""}),
        ("appointor of", {"start_date": "2020-07-01", "end_date": "2020-07-01"}),
        ("Owner Of", {"shares": "2 147 483 647"}),
    ],
)
def test_what_xpm_can_keep_is_no_problem(door: Door, label: str, values: dict[str, str]) -> None:
    assert door.connector.relationship_problem(label, values) == {}


def test_a_client_is_not_tied_to_itself(door: Door, pair: Pair) -> None:
    attempt = pair.connector.add_relationship
    assert isinstance(error_of(attempt, pair.line, pair.one, pair.one.upper(), "Associate", {}), Refused)
    assert door.calls("relationship") == []


@pytest.mark.parametrize("answer", ["error", "not_found"])
def test_who_is_not_there_is_gone(door: Door, pair: Pair, answer: str) -> None:
    door.switch(unknown_id=answer)
    connector, line = pair.connector, pair.line
    for error in (
        error_of(connector.add_relationship, line, UNKNOWN, pair.other, "Director", {}),
        error_of(connector.add_relationship, line, pair.one, UNKNOWN, "Director", {}),
        error_of(connector.write_relationship, line, UNKNOWN, pair.one, pair.other, "Director", {"end_date": ""}),
        error_of(connector.remove_relationship, line, UNKNOWN),
    ):
        assert isinstance(error, Gone)


@pytest.mark.parametrize("remote_id", ["", "a b", "../staff.api/list"])
def test_an_id_that_is_none_is_not_asked_about(pair: Pair, remote_id: str) -> None:
    connector, line = pair.connector, pair.line
    before = line.calls
    for error in (
        error_of(connector.add_relationship, line, remote_id, pair.other, "Director", {}),
        error_of(connector.add_relationship, line, pair.one, remote_id, "Director", {}),
        error_of(connector.write_relationship, line, remote_id, pair.one, pair.other, "Director", {}),
        error_of(connector.remove_relationship, line, remote_id),
    ):
        assert isinstance(error, Gone)
    assert line.calls == before


ID = "a1a1a1a1-6f0e-4a51-9f57-2f6a3f6b9d10"
ENDS = "<{0}><UUID>C-1</UUID><Name>T</Name></{0}><{1}><UUID>c-2</UUID><Name>H</Name></{1}>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"<ClientRelationship><UUID>{ID}</UUID></ClientRelationship>", Tie(ID, frozenset())),
        (f"<Relationship><UUID>{ID.upper()}</UUID></Relationship>", Tie(ID, frozenset())),
        (f"<UUID>{ID}</UUID>", Tie(ID, frozenset())),
        ("<Relationship><ID>31000001</ID></Relationship>", Tie("31000001", frozenset())),
        (
            f"<Whatever><UUID>{ID}</UUID>{ENDS.format('Client', 'RelatedClient')}</Whatever>",
            Tie(ID, frozenset({"c-1", "c-2"})),
        ),
        (
            f"<Whatever>{ENDS.format('relatedClient', 'client')}<UUID>{ID}</UUID></Whatever>",
            Tie(ID, frozenset({"c-1", "c-2"})),
        ),
        ("", Tie("", frozenset())),
        ("<WebUrl>https://practicemanager.xero.com/</WebUrl><Relationship/>", Tie("", frozenset())),
        (f"<Relationship>{ENDS.format('Client', 'RelatedClient')}</Relationship>", Tie("", frozenset())),
        ("<Relationship><UUID>not an id</UUID></Relationship>", Tie("", frozenset())),
        (f"<Client><UUID>c-1</UUID></Client><Relationship><UUID>{ID}</UUID></Relationship>", Tie("", frozenset())),
    ],
)
def test_a_reply_is_read_whatever_element_holds_the_relationship(inner: str, expected: Tie) -> None:
    root = etree.fromstring(f"<Response><Status>OK</Status>{inner}</Response>")
    assert tie(Envelope(root, b"")) == expected


def test_an_addition_whose_reply_tells_no_id_is_done_all_the_same(door: Door, pair: Pair) -> None:
    body = "<Response><Status>OK</Status></Response>"
    door.fault("status", path="addrelationship", status=200, body=body, headers=XML, applied=True)
    assert pair.add("Director") == ""
    (here,) = pair.at(pair.one)
    assert here.label == "Director"


def test_a_reply_about_other_clients_is_not_believed(door: Door, pair: Pair) -> None:
    stranger = ENDS.format("Client", "RelatedClient").replace("C-1", pair.one)
    told = f"<Response><Status>OK</Status><Relationship><UUID>{ID}</UUID>{stranger}</Relationship></Response>"
    attempts: list[tuple[str, Any]] = [
        ("addrelationship", lambda: pair.add("Director")),
        ("updaterelationship", lambda: pair.write(ID, "Director", end_date="2024-06-30")),
    ]
    for path, attempt in attempts:
        door.fault("status", path=path, status=200, body=told, headers=XML)
        assert isinstance(error_of(attempt), Unsure)
