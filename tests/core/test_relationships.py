"""The table of relationship types: labels read both ways, kinds that fit, and what each type holds."""

import pytest

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Subject
from practicesync.core.relationships import BY_KEY, TYPES, RelationshipType, read_label

each_type = pytest.mark.parametrize("kind", TYPES, ids=lambda each: each.key)
NAMES = {row.name for row in CATALOGUE.of(Subject.RELATIONSHIP)}


@each_type
def test_a_type_is_complete(kind: RelationshipType) -> None:
    assert kind.label
    assert kind.inverse
    assert kind.of
    assert kind.by
    assert set(kind.fields) <= NAMES
    assert not kind.symmetric or (kind.of == kind.by or kind.key == "associate")


@each_type
def test_the_remote_labels_of_a_type_are_read_as_that_type(kind: RelationshipType) -> None:
    for on_client, on_party in kind.remote.values():
        here, there = read_label(on_client.upper()), read_label(f" {on_party} ")
        assert here is not None
        assert here.type is kind
        assert not here.reversed
        assert there is not None
        assert there.type is kind
        assert there.reversed or kind.symmetric


def test_keys_and_labels_tell_types_apart() -> None:
    assert len(BY_KEY) == len(TYPES)
    assert len({each.label for each in TYPES}) == len(TYPES)


def test_what_the_remote_has_no_type_for_stays_here() -> None:
    staying = {each.key for each in TYPES if each.stays_here("xpm")}
    assert staying >= {"unit_holder", "guardian", "protector", "executor", "nominee", "attorney", "joint_holder"}
    assert not staying & {"director", "shareholder", "trustee", "beneficiary", "partner", "settlor", "appointor"}


@pytest.mark.parametrize(
    ("key", "client", "party", "sentence"),
    [
        ("director", ClientKind.COMPANY, ClientKind.INDIVIDUAL, None),
        ("director", ClientKind.TRUST, ClientKind.INDIVIDUAL, "A trust has no director."),
        ("director", ClientKind.COMPANY, ClientKind.TRUST, "A trust cannot be a director."),
        ("trustee", ClientKind.TRUST, ClientKind.COMPANY, None),
        ("spouse", ClientKind.COMPANY, ClientKind.INDIVIDUAL, "A company has no spouse."),
        ("director", ClientKind.OTHER, ClientKind.OTHER, None),
        ("partner", ClientKind.OTHER, ClientKind.OTHER, None),
    ],
)
def test_kinds_that_do_not_fit_are_refused_in_words(
    key: str, client: ClientKind, party: ClientKind, sentence: str | None
) -> None:
    assert BY_KEY[key].misfit(client, party) == sentence
