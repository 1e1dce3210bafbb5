"""The checklist's table: every item says where it is seen to, and what proves it."""

import pytest

from practicesync.core.catalogue import CATALOGUE
from practicesync.core.checklist import BY_KEY, ITEMS, Facts, Item, items_for, proven
from practicesync.core.fields import ClientKind

KEYS = {key for row in CATALOGUE.client for key in row.keys}
PLACES = {"relationships", "standing", ""}


def facts(kind: ClientKind = ClientKind.COMPANY, **given: object) -> Facts:
    return Facts(kind, "client", **({"values": {}} | given))  # type: ignore[arg-type]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.key)
def test_an_item_leads_to_a_field_or_a_part_of_the_profile(item: Item) -> None:
    assert item.fix in KEYS | PLACES
    assert bool(item.fix) is (item.proof is not None)
    assert item.of


def test_items_are_told_apart_by_their_keys() -> None:
    assert len(BY_KEY) == len(ITEMS)


@pytest.mark.parametrize("kind", ClientKind)
def test_nothing_is_proven_of_a_client_of_whom_nothing_is_known(kind: ClientKind) -> None:
    assert not any(proven(item, facts(kind)) for item in items_for(kind, "client"))


def test_an_associate_needs_no_plan_and_no_tax_number() -> None:
    asked = {item.key for item in items_for(ClientKind.INDIVIDUAL, "associate")}
    assert "birth" in asked
    assert not asked & {"plan", "tax_number"}


def test_a_share_register_is_complete_when_every_shareholder_has_a_number() -> None:
    item = BY_KEY["share_register"]
    assert not proven(item, facts())
    assert not proven(item, facts(parties={"shareholder": 2}, held={"shareholder": 1}))
    assert proven(item, facts(parties={"shareholder": 2}, held={"shareholder": 2}))


def test_beneficiaries_may_be_told_by_class() -> None:
    item = BY_KEY["beneficiaries"]
    trust = ClientKind.TRUST
    assert proven(item, facts(trust, parties={"unit_holder": 1}))
    assert proven(item, facts(trust, values={"beneficiary_classes": "Children of the settlors"}))
    assert not proven(item, facts(trust, values={"beneficiary_classes": " "}))
