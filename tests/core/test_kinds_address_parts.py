"""The parts of an address, each on its own."""

import pytest

from practicesync.core.kinds import CITY, COUNTRY, POSTCODE, REGION, STREET, Kind, Place

AU, NZ, GB = Place("AU"), Place("NZ"), Place("GB")

SAME: list[tuple[Kind, Place, str, str]] = [
    (STREET, NZ, "2/14 Rata St", "Unit 2, 14 Rata Street"),
    (STREET, AU, "Level 3/100 King St", "3rd Floor, 100 King Street"),
    (STREET, AU, "Level 3, Suite 5, 100 King St", "Suite 5, L3, 100 King Street"),
    (STREET, AU, "5/14 Rata St, Level 2", "Level 2, Unit 5, 14 Rata St"),
    (STREET, AU, "P.O. Box 12", "PO BOX 12"),
    (STREET, AU, "POB 12", "PO Box 12"),
    (STREET, AU, "12 King St\nYass", "12 King Street, Yass"),
    (CITY, AU, "St Kilda", "SAINT KILDA"),
    (CITY, NZ, "Whangārei", "Whangarei"),
    (CITY, AU, "Mt. Gambier", "Mount Gambier"),
    (REGION, AU, "NSW", "New South Wales"),
    (REGION, AU, "N.S.W.", "nsw"),
    (REGION, AU, "AU-NSW", "NSW"),
    (REGION, AU, "N S W", "NSW"),
    (CITY, AU, "N. Sydney", "North Sydney"),
    (CITY, NZ, "Palmerston N", "Palmerston North"),
    (REGION, NZ, "Hawke’s Bay", "HKB"),
    (REGION, NZ, "Wellington Region", "WGN"),
    (POSTCODE, AU, "0800", "800"),
    (POSTCODE, AU, "2000.0", "2000"),
    (POSTCODE, GB, "SW1A 2AA", "sw1a2aa"),
    (COUNTRY, AU, "Australia", "AU"),
    (COUNTRY, AU, "N.Z.", "New Zealand"),
    (COUNTRY, AU, "AUS", "australia"),
]
DIFFERENT: list[tuple[Kind, Place, str, str]] = [
    (STREET, NZ, "2/14 Rata St", "2/15 Rata St"),
    (STREET, NZ, "Unit 2, 14 Rata St", "Suite 2, 14 Rata St"),
    (STREET, AU, "12 King St", ""),
    (STREET, AU, "-", "."),
    (STREET, AU, "", ","),
    (CITY, AU, "Sydney", "North Sydney"),
    (CITY, AU, "N Sydney", "S Sydney"),
    (REGION, AU, "NSW", "VIC"),
    (REGION, NZ, "TAS", "Tasmania"),
    (POSTCODE, AU, "2000", "2001"),
    (POSTCODE, GB, "0800", "800"),
    (COUNTRY, AU, "AU", "AT"),
    (COUNTRY, AU, "Australia", ""),
]


@pytest.mark.parametrize(("kind", "place", "a", "b"), SAME, ids=[f"{k.name} {a} = {b}" for k, _, a, b in SAME])
def test_one_part_in_two_forms_is_the_same(kind: Kind, place: Place, a: str, b: str) -> None:
    assert kind.same((a,), (b,), place)
    assert kind.same((b,), (a,), place)


@pytest.mark.parametrize(
    ("kind", "place", "a", "b"), DIFFERENT, ids=[f"{k.name} {a} / {b}" for k, _, a, b in DIFFERENT]
)
def test_two_parts_differ(kind: Kind, place: Place, a: str, b: str) -> None:
    assert not kind.same((a,), (b,), place)
    assert not kind.same((b,), (a,), place)
