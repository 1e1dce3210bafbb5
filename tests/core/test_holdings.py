"""Parts of a class: shares added up, joint parcels counted once."""

from decimal import Decimal

from practicesync.core.holdings import Held, class_totals, part_of_class


def test_the_parts_of_a_class_are_of_that_class_alone() -> None:
    held = [
        Held(1, "shareholder", "60", "Ordinary"),
        Held(2, "shareholder", "40", " ordinary"),
        Held(3, "shareholder", "10", "B"),
    ]
    totals = class_totals(held)
    assert [part_of_class(each, totals) for each in held] == [Decimal(60), Decimal(40), Decimal(100)]


def test_joint_holders_of_one_parcel_hold_it_together() -> None:
    joint = [Held(1, "joint_holder", "50", "A", "2020-01-01"), Held(2, "joint_holder", "50", "A", "2020-01-01")]
    alone = Held(3, "shareholder", "50", "A", "2020-01-01")
    totals = class_totals([*joint, alone])
    assert totals == {"a": Decimal(100)}
    assert [part_of_class(each, totals) for each in (*joint, alone)] == [Decimal(50)] * 3


def test_two_joint_parcels_of_one_class_both_count() -> None:
    held = [Held(1, "joint_holder", "50", "A", "2020-01-01"), Held(2, "joint_holder", "30", "A", "2021-01-01")]
    assert class_totals(held) == {"a": Decimal(80)}


def test_what_is_not_told_is_no_part() -> None:
    blank, zero, odd = Held(1, "owner", ""), Held(2, "owner", "0"), Held(3, "owner", "some")
    totals = class_totals([blank, zero, odd])
    assert [part_of_class(each, totals) for each in (blank, zero, odd)] == [None, None, None]


def test_thirds_are_told_to_two_places() -> None:
    held = [Held(number, "unit_holder", "1") for number in range(3)]
    assert part_of_class(held[0], class_totals(held)) == Decimal("33.33")
