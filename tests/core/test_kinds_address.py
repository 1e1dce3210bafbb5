"""Addresses: which ways of writing are one place, and which are not."""

import pytest

from practicesync.core.kinds import ADDRESS, Parts, Place

AU, NZ, GB = Place("AU"), Place("NZ"), Place("GB")


def _address(text: str) -> Parts:
    """An address of the tables below: five parts divided by |, the last of them may be left out."""
    parts = [part.strip(" ").replace("/n/", "\n") for part in text.split("|")]
    return (*parts, *[""] * (5 - len(parts)))


SAME = [
    (AU, "Unit 4, 12 Harbour Rd|Hobart|TAS|7000", "4/12 Harbour Road|Hobart|TAS|7000"),
    (AU, "Unit 4, 12 Harbour Rd|Hobart|TAS|7000", "U4 12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "Unit 4/n/12 Harbour Rd/n/|Hobart|TAS|7000", "Unit 4/12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "12 Harbour Rd, Unit 4|Hobart|TAS|7000", "U4/12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "Flat 4, 12 Harbour Rd|Hobart||7000", "Apt 4 12 Harbour Rd|Hobart||7000"),
    (AU, "Suite 4, 12 George St|Sydney||2000", "4/12 George St|Sydney||2000"),
    (AU, "Shop 4/12 George St|Sydney||2000", "4 / 12 George Street|Sydney||2000"),
    (AU, "Ste 4 12 George St|Sydney", "Suite 4, 12 George St|Sydney"),
    (AU, "Unit B, 12 George St|Sydney", "B/12 George St|Sydney"),
    (AU, "#4 12 George St|Sydney", "4/12 George St|Sydney"),
    (AU, "Level 3, Suite 5, 12 George St|Sydney", "Suite 5 Level 3 12 George St|Sydney"),
    (AU, "L3, 12 George St|Sydney", "Lvl 3 12 George Street|Sydney"),
    (AU, "L3/12 George St|Sydney", "Level 3, 12 George St|Sydney"),
    (AU, "Unit #4, 12 George St|Sydney", "4/12 George St|Sydney"),
    (AU, "PO Box #12|Yass", "PO Box 12|Yass"),
    (AU, "POB 12|Yass", "PO Box 12|Yass"),
    (AU, "12 Rata Valley|Yass", "12 Rata Vly|Yass"),
    (AU, "3rd Floor, 12 George St|Sydney", "Floor 3, 12 George St|Sydney"),
    (AU, "3rd Floor, 12 George St|Sydney", "Level 3, 12 George St|Sydney"),
    (AU, "Ground Floor, 12 George St|Sydney", "Gnd Flr 12 George St|Sydney"),
    (AU, "12 Harbour Rd|Hobart|Tasmania|7000", "12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "12 Harbour Rd|Hobart||7000", "12 Harbour Rd|Hobart|Tas.|7000"),
    (AU, "12 King St|Sydney|N.S.W.|2000", "12 King St|Sydney|New South Wales|2000"),
    (AU, "12 King St|Perth|W.A.|6000", "12 King St|Perth|Western Australia|6000|Australia"),
    (AU, "12 King St|Perth WA|", "12 King St|Perth|WA"),
    (AU, "12 King St|Perth WA 6000", "12 King St|Perth|WA|6000"),
    (AU, "12 King St, Perth WA 6000, Australia", "12 King St|Perth|WA|6000|AU"),
    (AU, "12 King St/n/Perth/n/Western Australia/n/6000", "12 King St|Perth|WA|6000"),
    (AU, "12 King St, Perth WA 6000|Perth|WA|6000", "12 King St|Perth|WA|6000"),
    (AU, "12 King St|Perth||WA 6000", "12 King St|Perth|WA 6000|"),
    (AU, "12 King St, Sandy Bay|Hobart|TAS|7005", "12 King St|Sandy Bay, Hobart|TAS|7005"),
    (AU, "12 King St|Sandy Bay|TAS|7005", "12 King St, Sandy Bay||TAS|7005"),
    (AU, "12 King St|Hobart|TAS|7000|Australia", "12 King St|Hobart|TAS|7000"),
    (AU, "12 King St|Hobart|TAS|7000|AUS", "12 King St|Hobart|TAS|7000|au"),
    (AU, "12 King St|Darwin|NT|0800", "12 King St|Darwin|NT|800"),
    (AU, "12 KING STREET|HOBART|TAS|7000", "12 King St.|Hobart|Tas|7000"),
    (AU, "12 Smith Ave|Yass", "12 Smith Avenue|Yass"),
    (AU, "12 Smith Av|Yass", "12 Smith Av.|Yass"),
    (AU, "12 Smith Cres|Yass", "12 Smith Crescent|Yass"),
    (AU, "12 Smith Tce|Yass", "12 Smith Terrace|Yass"),
    (AU, "12 Smith Blvd|Yass", "12 Smith Boulevard|Yass"),
    (AU, "12 Smith Pde|Yass", "12 Smith Parade|Yass"),
    (AU, "12 Pacific Hwy|Yass", "12 Pacific Highway|Yass"),
    (AU, "12 Smith Ct|Yass", "12 Smith Court|Yass"),
    (AU, "12 St Kilda Rd|St Kilda", "12 Saint Kilda Road|Saint Kilda"),
    (AU, "12 George St, St Kilda", "12 George Street St Kilda"),
    (AU, "12 St George's Tce|Perth", "12 St Georges Terrace|Perth"),
    (AU, "12 Smith St N|Yass", "12 Smith Street North|Yass"),
    (AU, "12 Smith St|Nth Sydney", "12 Smith St|North Sydney"),
    (AU, "12 Smith St|Mt Gambier|SA", "12 Smith St|Mount Gambier|SA"),
    (AU, "12-14 Smith St|Yass", "12 – 14 Smith St|Yass"),
    (AU, "12 A Smith St|Yass", "12a Smith St|Yass"),
    (AU, "No. 12 Smith St|Yass", "12 Smith St|Yass"),
    (AU, "Cnr High & Low Sts|Yass", "Corner High and Low Sts|Yass"),
    (AU, "Lot 5 Smith Rd|Yass", "lot5 Smith Road|Yass"),
    (AU, "PO Box 12|Yass|NSW|2582", "P.O. Box 12|Yass|NSW|2582"),
    (AU, "P O BOX 12|Yass|NSW|2582", "Post Office Box 12|Yass|NSW|2582"),
    (AU, "POBox12|Yass|NSW|2582", "PO Box12|Yass|NSW|2582"),
    (AU, "GPO Box 12|Sydney|NSW|2001", "G.P.O. Box 12|Sydney|NSW|2001"),
    (AU, "C/- J R Smith, 1 High St|Yass", "c/o JR Smith/n/1 High Street|Yass"),
    (AU, "1 Third Ave|Yass", "1 3rd Avenue|Yass"),
    (AU, "Unit No. 4, 12 Harbour Rd|Hobart", "Units 4/12 Harbour Rd|Hobart"),
    (AU, "Ground Floor/12 High St|Yass", "Ground Flr, 12 High St|Yass"),
    (AU, "12 O'Connell St|Yass", "12 O Connell St|Yass"),
    (AU, "12 McDonald St|Yass", "12 Mc Donald St|Yass"),
    (AU, "12 King St|Sydney, NSW|Australia|2000", "12 King St|Sydney|NSW|2000|Australia"),
    (AU, "12 King St||Sydney NSW|2000", "12 King St|Sydney|NSW|2000"),
    (AU, "12 King St|Sydney 2000|NSW|2000", "12 King St|Sydney|NSW|2000"),
    (AU, "PO Box: 12|Yass", "P. O. Box No. 12|Yass"),
    (AU, "Units 1 & 2, 12 High St|Yass", "Unit 1 and 2, 12 High Street|Yass"),
    (AU, "1 Raffles Place|Singapore||048616|Singapore", "1 Raffles Pl|||048616|SG"),
    (AU, "1 Queen St|Auckland||1010|NZ", "1 Queen Street|Auckland||1010|New Zealand"),
    (NZ, "1 Queen St|Auckland||1010", "1 Queen Street|Auckland|Auckland|1010|New Zealand"),
    (NZ, "1 Queen St|Auckland 1010", "1 Queen St/n/Auckland||1010||"),
    (NZ, "1 Marae Rd|Whangārei|Northland|0110", "1 Marae Road|Whangarei|NTL|110"),
    (NZ, "1 High St|Napier|Hawke's Bay|4110", "1 High St|Napier||4110"),
    (NZ, "1 High St|Petone|Wellington Region|5012", "1 High St|Petone|WGN|5012"),
    (GB, "1 High St|Leeds|West Yorkshire|LS1 1AA", "1 High St|Leeds||LS1 1AA"),
    (NZ, "RD 2|Kaikohe||0472", "R.D. 2|Kaikohe||0472"),
    (NZ, "Rural Delivery 2|Kaikohe||0472", "RD2|Kaikohe||0472"),
    (NZ, "PO Box 12-345|Auckland||1061", "PO Box 12345|Auckland||1061"),
    (NZ, "Private Bag 92019|Auckland||1142", "Pvt Bag 92019|Auckland||1142"),
    (NZ, "1 High St|Napier|Hawke's Bay|4110", "1 High St|Napier|HKB|4110|Aotearoa"),
    (GB, "10 Downing St|London||SW1A 2AA", "10 Downing Street|London||sw1a2aa|United Kingdom"),
    (GB, "10 Downing St|London SW1A 2AA", "10 Downing St, London||| SW1A2AA |UK"),
    (GB, "1 Water Ln|Liverpool||L1 4AB|England", "1 Water Lane|Liverpool||L14AB|GB"),
    (GB, "Flat 2, 9 Gt Portland St|London||W1W 8QQ", "2/9 Great Portland Street|London||W1W 8QQ"),
]
DIFFERENT = [
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "13 Harbour Rd|Hobart|TAS|7000"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harbour Rd|Hobart|TAS|7001"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harbour Rd|Hobart|TAS|"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harbour Rd|Hobart|VIC|7000"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harbour Rd||TAS|7000"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harbour Rd|Hobart|TAS|7000|New Zealand"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harbour St|Hobart|TAS|7000"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12 Harper Rd|Hobart|TAS|7000"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "12a Harbour Rd|Hobart|TAS|7000"),
    (AU, "12 Harbour Rd|Hobart|TAS|7000", "4/12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "4/12 Harbour Rd|Hobart|TAS|7000", "5/12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "4/12 Harbour Rd|Hobart|TAS|7000", "12/4 Harbour Rd|Hobart|TAS|7000"),
    (AU, "4/12 Harbour Rd|Hobart|TAS|7000", "4-12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "4/12 Harbour Rd|Hobart|TAS|7000", "412 Harbour Rd|Hobart|TAS|7000"),
    (AU, "4/12 Harbour Rd|Hobart|TAS|7000", "Level 4, 12 Harbour Rd|Hobart|TAS|7000"),
    (AU, "Unit 4, 12 George St|Sydney", "Suite 4, 12 George St|Sydney"),
    (AU, "Unit 4, Level 2, 12 George St", "Unit 2, Level 4, 12 George St"),
    (AU, "Suite 4.02, 12 George St|Sydney", "Suite 402, 12 George St|Sydney"),
    (AU, "12-14 Smith St|Yass", "12 Smith St|Yass"),
    (AU, "12 Smith St N|Yass", "12 Smith St S|Yass"),
    (AU, "12 Smith St N|Yass", "12 Smith St|Yass"),
    (AU, "12 Smith Ct|Yass", "12 Smith Cct|Yass"),
    (AU, "12 Smith Cl|Yass", "12 Smith Cres|Yass"),
    (AU, "PO Box 12|Yass", "GPO Box 12|Yass"),
    (AU, "PO Box 12|Yass", "PO Box 21|Yass"),
    (AU, "PO Box 12|Yass", "12 Box St|Yass"),
    (AU, "Lot 5 Smith Rd|Yass", "5 Smith Rd|Yass"),
    (AU, "12 Port Rd|Yass", "12 Point Rd|Yass"),
    (AU, "12 King St|Newcastle|NSW|", "12 King St|Newcastle|VIC|"),
    (AU, "12 King St|Newcastle|NSW|", "12 King St|Newcastle"),
    (AU, "C/- Smith, 1 High St|Yass", "1 High St|Yass"),
    (AU, "", "12 King St"),
    (AU, "||||Australia", ""),
    (NZ, "1 Queen St|Auckland||1010", "1 Queen St|Wellington||1010"),
    (NZ, "1 Queen St|Auckland||1010", "1 Queen St|Auckland||1010|Australia"),
    (NZ, "RD 2|Kaikohe||0472", "RD 3|Kaikohe||0472"),
    (NZ, "1 High St|Napier|Hawke's Bay", "1 High St|Napier"),
    (AU, "12 King St|Sydney|VIC|2000", "12 King St|Sydney||2000"),
    (AU, "12 Main North Rd|Yass", "12 Main South Rd|Yass"),
    (AU, "Box 12|Yass", "PO Box 12|Yass"),
    (NZ, "1 High St|Nelson|Tasman|7010", "1 High St|Nelson|Otago|7010"),
    (GB, "10 Downing St|London||SW1A 2AA", "10 Downing St|London||SW1A 2AB"),
    (GB, "10 Downing St|London||SW1A 2AA", "11 Downing St|London||SW1A 2AA"),
]


@pytest.mark.parametrize(("place", "a", "b"), SAME, ids=[f"{p.country} {a} = {b}" for p, a, b in SAME])
def test_one_address_in_two_forms_is_the_same(place: Place, a: str, b: str) -> None:
    assert ADDRESS.same(_address(a), _address(b), place)
    assert ADDRESS.same(_address(b), _address(a), place)


@pytest.mark.parametrize(("place", "a", "b"), DIFFERENT, ids=[f"{p.country} {a} / {b}" for p, a, b in DIFFERENT])
def test_two_addresses_differ(place: Place, a: str, b: str) -> None:
    assert not ADDRESS.same(_address(a), _address(b), place)
    assert not ADDRESS.same(_address(b), _address(a), place)


def test_it_is_shown_on_one_line_as_on_an_envelope() -> None:
    value = ("Unit 4\n12 Harbour Rd\n", "Hobart", "TAS", "7000", "Australia")
    assert ADDRESS.show(value, AU) == "Unit 4, 12 Harbour Rd, Hobart TAS 7000, Australia"
    assert ADDRESS.show(_address("||||"), AU) == ""


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (AU, "12 King St|Hobart|TAS|70000"),
        (AU, "12 King St|Hobart|TAS|7OOO"),
        (NZ, "1 Queen St|Auckland||10"),
        (AU, "1 Queen St|Auckland||101000|NZ"),
        (GB, "1 High St|London||12345"),
        (AU, "x" * 501),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_with_a_sentence(place: Place, text: str) -> None:
    problem = ADDRESS.problem(_address(text), place)
    assert problem
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (AU, ""),
        (AU, "12 King St|Hobart|TAS|7000"),
        (AU, "12 King St|Darwin|NT|800"),
        (AU, "12 King St|Hobart||TAS 7000"),
        (AU, "1 Raffles Place|||048616|Singapore"),
        (GB, "10 Downing St|London||SW1A 2AA"),
        (AU, "10 Downing St|London||SW1A 2AA|UK"),
    ],
)
def test_an_address_that_may_be_right_is_accepted(place: Place, text: str) -> None:
    assert ADDRESS.problem(_address(text), place) is None
