"""What a proposal can say: its title and services, checked as typed."""

from decimal import Decimal

import pytest

from practicesync.core.errors import Invalid
from practicesync.core.money import currency_of
from practicesync.core.proposal import (
    MOST_SERVICES,
    Service,
    TypedService,
    check,
    describe,
    sum_of,
    typed_service,
)

NZD = currency_of("NZ")
RETURN = TypedService("Tax return", "450", "1")


def problems(
    title: str = "Tax 2026", notes: str = "", services: tuple[TypedService, ...] = (RETURN,)
) -> dict[str, str]:
    with pytest.raises(Invalid) as told:
        check(title, notes, services, NZD)
    return told.value.problems


def test_what_was_typed_becomes_terms_with_a_total() -> None:
    terms = check("  Tax   2026 ", " As agreed. \n", [RETURN, TypedService("GST  returns", "$120.50", "6")], NZD)
    assert (terms.title, terms.notes) == ("Tax 2026", "As agreed.")
    assert terms.services == (
        Service("Tax return", Decimal(450), Decimal(1)),
        Service("GST returns", Decimal("120.50"), Decimal(6)),
    )
    assert terms.total == Decimal("1173.00")


def test_a_row_into_which_nothing_was_typed_is_no_service() -> None:
    assert check("Tax", "", [TypedService(quantity="1"), TypedService()], NZD).services == ()


def test_a_discount_is_a_negative_price() -> None:
    assert sum_of(check("Tax", "", [RETURN, TypedService("Discount", "-50", "1")], NZD).services) == Decimal("400.00")


def test_a_blank_quantity_is_one() -> None:
    assert check("Tax", "", [TypedService("Tax return", "450", "")], NZD).services[0].quantity == 1


def test_a_title_is_needed_and_not_endless() -> None:
    assert set(problems(title="  ")) == {"title"}
    assert "201" in problems(title="x" * 201)["title"]
    assert set(problems(notes="x" * 20_001)) == {"notes"}


@pytest.mark.parametrize(
    ("service", "wrong"),
    [
        (TypedService("", "450", "1"), {"name"}),
        (TypedService("Tax return", "", "2"), {"price"}),
        (TypedService("Tax return", "12,5", "1"), {"price"}),
        (TypedService("Tax return", "1.005", "1"), {"price"}),
        (TypedService("Tax return", "10000000000", "1"), {"price"}),
        (TypedService("Tax return", "1" * 60, "1" * 60), {"price", "quantity"}),
        (TypedService("Tax return", "450", "0"), {"quantity"}),
        (TypedService("Tax return", "450", "-1"), {"quantity"}),
        (TypedService("Tax return", "450", "1.005"), {"quantity"}),
        (TypedService("Tax return", "450", "10000000"), {"quantity"}),
        (TypedService("x" * 301, "free", "many"), {"name", "price", "quantity"}),
    ],
)
def test_a_problem_names_the_row_and_its_box(service: TypedService, wrong: set[str]) -> None:
    found = problems(services=(RETURN, TypedService(), service))
    assert set(found) == {f"service:2/{key}" for key in wrong}


def test_there_is_an_end_to_services() -> None:
    assert len(check("Tax", "", [RETURN] * MOST_SERVICES, NZD).services) == MOST_SERVICES
    assert set(problems(services=(RETURN,) * (MOST_SERVICES + 1))) == {"services"}


def test_a_saved_service_reads_as_it_is_shown_in_its_form() -> None:
    service = Service("GST returns", Decimal("120.50"), Decimal("2.50"))
    assert typed_service(service) == TypedService("GST returns", "120.50", "2.5")
    assert check("Tax", "", [typed_service(service)], NZD).services == (service,)


def test_services_are_told_as_lines() -> None:
    services = [Service("Tax return", Decimal(450)), Service("GST returns", Decimal("120.5"), Decimal(6))]
    assert describe(services, NZD) == "Tax return: 1 × $450.00\nGST returns: 6 × $120.50"
