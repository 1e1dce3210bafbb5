"""Companies and trusts of XPM with those who are tied to them, as firms have them."""

from web.desk import Desk


def tie(desk: Desk, client: str, party: str, kind: str, **values: object) -> None:
    """In XPM, the party becomes this of the client."""
    told = {"Client": {"UUID": client}, "RelatedClient": {"UUID": party}, "Type": kind, **values}
    desk.firm.control("POST", "relationships", json=told)


def a_company(desk: Desk) -> dict[str, str]:
    """A company with a director who holds shares, a former one, and a holding company with a director of its own.

    Returns XPM's ids by name. They are read.
    """
    add = desk.firm.xpm_add
    ids = {
        "Kauri Trading Ltd": add(
            Name="Kauri Trading Ltd", BusinessStructure="Company", Email="office@kauri.example", Phone="09 555 0101"
        ),
        "Ann Lee": add(Name="Ann Lee", FirstName="Ann", LastName="Lee", BusinessStructure="Individual"),
        "Carl Old": add(Name="Carl Old", FirstName="Carl", LastName="Old", BusinessStructure="Individual"),
        "Rata Holdings Ltd": add(Name="Rata Holdings Ltd", BusinessStructure="Company"),
        "Bob Totara": add(Name="Bob Totara", FirstName="Bob", LastName="Totara", BusinessStructure="Individual"),
    }
    company, holding = ids["Kauri Trading Ltd"], ids["Rata Holdings Ltd"]
    tie(desk, company, ids["Ann Lee"], "Director", StartDate="2010-05-03T00:00:00")
    tie(desk, company, ids["Ann Lee"], "Shareholder", NumberOfShares=60)
    tie(desk, company, ids["Carl Old"], "Director", EndDate="2015-01-01T00:00:00")
    tie(desk, company, holding, "Shareholder", NumberOfShares=40)
    tie(desk, holding, ids["Bob Totara"], "Director")
    tie(desk, holding, ids["Ann Lee"], "Shareholder", NumberOfShares=100)
    desk.firm.refresh()
    return ids


def a_trust(desk: Desk) -> dict[str, str]:
    """A trust with a corporate trustee, whose director is a beneficiary too. Returns XPM's ids by name."""
    add = desk.firm.xpm_add
    ids = {
        "Lee Family Trust": add(Name="Lee Family Trust", BusinessStructure="Trust"),
        "Lee Trustees Ltd": add(Name="Lee Trustees Ltd", BusinessStructure="Company"),
        "Dora Lee": add(Name="Dora Lee", FirstName="Dora", LastName="Lee", BusinessStructure="Individual"),
        "Eve Lee": add(Name="Eve Lee", FirstName="Eve", LastName="Lee", BusinessStructure="Individual"),
    }
    trust, trustee = ids["Lee Family Trust"], ids["Lee Trustees Ltd"]
    tie(desk, trust, trustee, "Trustee")
    tie(desk, trust, ids["Dora Lee"], "Beneficiary")
    tie(desk, trust, ids["Eve Lee"], "Settlor")
    tie(desk, trustee, ids["Dora Lee"], "Director")
    desk.firm.refresh()
    return ids
