"""The table of client fields: what each element is called in replies and requests, and when it is shown.

Names, order and codings are those of Xero's developer documentation (Practice Manager 3.1, "Clients") and of recorded
3.0 exchanges. One row here makes a field readable, writable, editable on the pages and through the control API.
"""

from dataclasses import dataclass
from enum import StrEnum

AU = "AU"
NZ = "NZ"
UK = "UK"
REGIONS = (AU, NZ, UK)


class Shown(StrEnum):
    """When an element stands in a reply."""

    ALWAYS = "always, and empty when unset"
    WHEN_SET = "only when set"
    TAX = "with the tax block, and empty when unset"
    TAX_WHEN_SET = "with the tax block, only when set"


class Kind(StrEnum):
    """How a value is read from a request and checked."""

    TEXT = "text"
    DATE = "date"
    YES_NO = "Yes or No"
    MONTH = "month"
    GST_PERIOD = "GST period"
    CHOICE = "choice"
    DECIMAL = "decimal"
    TAX_NUMBER = "tax number"
    STRUCTURE = "business structure"
    TAX_AGENT = "tax agent"


@dataclass(frozen=True)
class Field:
    """One client field. `name` is the element in replies, `into` the one in requests (None: cannot be written).

    A dot in them parts an element from the one that it stands in.
    """

    name: str
    shown: Shown
    kind: Kind = Kind.TEXT
    into: str | None = None
    regions: tuple[str, ...] = REGIONS
    choices: tuple[str, ...] = ()
    unset: str = ""
    multiline: bool = False

    @property
    def in_tax_block(self) -> bool:
        return self.shown in (Shown.TAX, Shown.TAX_WHEN_SET)


def _field(
    name: str,
    shown: Shown,
    kind: Kind = Kind.TEXT,
    *,
    into: str | None = "",
    regions: tuple[str, ...] = REGIONS,
    choices: tuple[str, ...] = (),
    unset: str = "",
    multiline: bool = False,
) -> Field:
    return Field(name, shown, kind, name if into == "" else into, regions, choices, unset, multiline=multiline)


def _flag(name: str, regions: tuple[str, ...] = REGIONS) -> Field:
    return _field(name, Shown.TAX, Kind.YES_NO, regions=regions, unset="No")


_AU = (AU,)
_NZ = (NZ,)

PERSON = (
    _field("Title", Shown.WHEN_SET),
    _field("Gender", Shown.WHEN_SET),
    _field("FirstName", Shown.WHEN_SET),
    _field("MiddleName", Shown.WHEN_SET),
    _field("LastName", Shown.WHEN_SET),
    _field("OtherName", Shown.WHEN_SET),
    _field("Email", Shown.WHEN_SET),
    _field("DateOfBirth", Shown.WHEN_SET, Kind.DATE),
    _field("DateOfDeath", Shown.WHEN_SET, Kind.DATE),
    _field("PlaceOfBirthCity", Shown.WHEN_SET),
    _field("PlaceOfBirthCountryCode", Shown.WHEN_SET),
)

PLACE = (
    _field("Address", Shown.ALWAYS, multiline=True),
    _field("City", Shown.ALWAYS),
    _field("Region", Shown.ALWAYS),
    _field("PostCode", Shown.ALWAYS),
    _field("Country", Shown.ALWAYS),
    _field("PostalAddress", Shown.ALWAYS, multiline=True),
    _field("PostalCity", Shown.ALWAYS),
    _field("PostalRegion", Shown.ALWAYS),
    _field("PostalPostCode", Shown.ALWAYS),
    _field("PostalCountry", Shown.ALWAYS),
    _field("Phone", Shown.ALWAYS),
    _field("Fax", Shown.ALWAYS),
    _field("Website", Shown.ALWAYS, into="WebSite"),
    _field("ReferralSource", Shown.ALWAYS),
    _field("ExportCode", Shown.ALWAYS),
    _field("ClientCode", Shown.WHEN_SET, regions=_AU),
    _field("Industry", Shown.WHEN_SET, into=None),
)

TAX = (
    _field("TaxNumber", Shown.TAX, Kind.TAX_NUMBER),
    _field("CompanyNumber", Shown.TAX),
    _field("BusinessNumber", Shown.TAX),
    _field("BranchNumber", Shown.TAX, regions=_AU),
    _field("BusinessStructure", Shown.TAX_WHEN_SET, Kind.STRUCTURE),
    _field("BalanceMonth", Shown.TAX_WHEN_SET, Kind.MONTH),
    _flag("GSTRegistered"),
    _field("GSTPeriod", Shown.TAX_WHEN_SET, Kind.GST_PERIOD),
    _field("GSTBasis", Shown.TAX_WHEN_SET, Kind.CHOICE, choices=("Invoice", "Payment", "Hybrid")),
    _flag("PrepareGST"),
    _field(
        "ProvisionalTaxBasis",
        Shown.TAX_WHEN_SET,
        Kind.CHOICE,
        regions=_NZ,
        choices=("Standard Option", "Estimate Option", "Ratio Option"),
    ),
    _field("ProvisionalTaxRatio", Shown.TAX_WHEN_SET, Kind.DECIMAL, regions=_NZ),
    # Shown on Australian clients too, where it means nothing: recorded exchanges have it.
    _flag("SignedTaxAuthority"),
    _field("TaxAgent", Shown.TAX_WHEN_SET, Kind.TAX_AGENT, regions=_NZ),
    _field("AgencyStatus", Shown.TAX, Kind.CHOICE, choices=("With EOT", "Without EOT", "Unlinked"), unset="Unlinked"),
    _field(
        "ReturnType",
        Shown.TAX_WHEN_SET,
        Kind.CHOICE,
        regions=_NZ,
        choices=("IR3", "IR3NR", "IR4", "IR6", "IR7", "IR9", "PTS"),
    ),
    _flag("PrepareActivityStatement", _AU),
    _flag("PrepareTaxReturn", _AU),
    _flag("ActiveAtoClient", _AU),
)

# Known from Xero's description of the JSON form alone, which names no values.
AUTO_BAS = tuple(
    _field(f"AutoBasOptInCriteria.{when}", Shown.TAX_WHEN_SET, regions=_AU)
    for when in ("Annually", "Monthly", "Quarterly", "opt-out")
)

FIELDS = PERSON + PLACE + TAX + AUTO_BAS
BY_NAME = {field.name: field for field in FIELDS}

CONTACT_FIELDS = ("Name", "Salutation", "Addressee", "Mobile", "Email", "Phone")
CONTACT_TIE_FIELDS = ("Position", "IsPrimary")


def fields_of(region: str) -> tuple[Field, ...]:
    """The fields that a practice of this region has."""
    return tuple(field for field in FIELDS if region in field.regions)
