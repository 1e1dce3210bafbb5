"""The lists of words that each firm keeps for itself, and what a new firm finds in them.

The types of companies and trusts are those that ASIC, the New Zealand Companies Office, the ATO and Inland Revenue tell
apart, with the ones that firms there commonly add.
"""

from collections.abc import Mapping
from dataclasses import dataclass

OTHERWISE = ""
"""The country whose words a firm gets where its own has none here."""


@dataclass(frozen=True, slots=True)
class FirmList:
    """One list: what it is called, what one of its words is, and the first words by country."""

    key: str
    title: str
    one: str
    about: str
    first: Mapping[str, tuple[str, ...]]

    def words(self, country: str) -> tuple[str, ...]:
        """What a new firm of this country starts with."""
        return self.first.get(country, self.first[OTHERWISE])


_PLANS = ("Annual accounts and tax", "Monthly accounting", "Advisory", "Tax return only", "Registered office only")

FIRM_LISTS: tuple[FirmList, ...] = (
    FirmList(
        "subscription_plan",
        "Subscription plans",
        "plan",
        "What a client has engaged your firm for. A client has one; an associate has none.",
        {OTHERWISE: _PLANS},
    ),
    FirmList(
        "company_type",
        "Company types",
        "company type",
        "What sort of company a company is.",
        {
            "AU": (
                "Proprietary limited, small",
                "Proprietary limited, large",
                "Public limited by shares",
                "Public limited by guarantee",
                "Unlimited with share capital",
                "No liability",
                "Trustee company",
                "Special purpose (super fund trustee)",
                "Indigenous corporation",
                "Foreign company",
            ),
            "NZ": (
                "Limited liability, small",
                "Limited liability, large",
                "Look-through company (LTC)",
                "Unlimited",
                "Co-operative",
                "Trustee company",
                "Overseas (ASIC)",
                "Overseas (non-ASIC)",
            ),
            OTHERWISE: ("Private limited", "Public limited", "Limited by guarantee", "Unlimited", "Overseas company"),
        },
    ),
    FirmList(
        "trust_type",
        "Trust types",
        "trust type",
        "What sort of trust a trust is.",
        {
            "AU": (
                "Discretionary (family)",
                "Unit",
                "Hybrid",
                "Fixed",
                "Testamentary",
                "Deceased estate",
                "Bare",
                "Special disability",
                "Charitable",
                "Private ancillary fund",
            ),
            "NZ": (
                "Family",
                "Trading",
                "Investment",
                "Property",
                "Farming",
                "Estate",
                "Testamentary",
                "Living",
                "Unit",
                "Charitable",
                "Māori land",
            ),
            OTHERWISE: ("Discretionary", "Unit", "Bare", "Testamentary", "Estate", "Charitable"),
        },
    ),
)

BY_KEY: Mapping[str, FirmList] = {each.key: each for each in FIRM_LISTS}
