"""THE table of synced fields: one row a field, and no other edit anywhere for a new one.

Element names of Xero Practice Manager are those of its API 3.1 (Xero developer documentation, Practice Manager 3.1,
Clients): it reads `Website` and writes `WebSite`, nests a manager on reading and takes a flat id on writing.
"""

from practicesync.core.fields import (
    EVERY_KIND,
    PEOPLE,
    At,
    Catalogue,
    ClientKind,
    Field,
    Level,
    Section,
    Sensitivity,
    Subject,
)
from practicesync.core.kinds import (
    ADDRESS,
    BUSINESS_NUMBER,
    CHOICE,
    CODE,
    COMPANY_NUMBER,
    COUNTRY,
    DATE,
    EMAIL,
    FLAG,
    LINE,
    NAME,
    PERCENTAGE,
    PERSON_PART,
    PERSON_REF,
    PHONE,
    QUANTITY,
    STRUCTURE,
    TAX_NUMBER,
    TITLE,
    WEBSITE,
)


def _xpm(*paths: str, write: tuple[str, ...] | None = None, through: str = "", always: bool = False) -> dict[str, At]:
    """The places of a field in XPM; written under the names it is read by, unless said."""
    written = tuple(path.split("|")[0] for path in paths) if write is None else write
    return {"xpm": At(read=paths, write=written, through=through, always=always)}


COMPANY = frozenset({ClientKind.COMPANY})
TRUST = frozenset({ClientKind.TRUST})
FUND = frozenset({ClientKind.SUPER_FUND})
TRADERS = EVERY_KIND - {ClientKind.INDIVIDUAL}

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _dated(name: str, label: str, applies: frozenset[ClientKind]) -> Field:
    """A date that the register alone keeps."""
    return Field(name, label, DATE, Section.PROFILE, {}, applies=applies, length=30)


def _chosen(
    name: str,
    label: str,
    applies: frozenset[ClientKind],
    choices: tuple[str, ...] = (),
    hint: str = "",
    firm_list: str = "",
) -> Field:
    """A word out of a list that the register alone keeps."""
    return Field(
        name,
        label,
        CHOICE,
        Section.PROFILE,
        {},
        applies=applies,
        length=100,
        hint=hint,
        choices=choices,
        firm_list=firm_list,
    )


CATALOGUE = Catalogue(
    (
        Field(
            "name",
            "Name",
            NAME,
            Section.IDENTITY,
            _xpm("Name", always=True),
            identifies=2,
            required=True,
            level=Level.NAMES,
        ),
        Field("title", "Title", TITLE, Section.IDENTITY, _xpm("Title"), applies=PEOPLE, length=20),
        Field("first_name", "First name", PERSON_PART, Section.IDENTITY, _xpm("FirstName"), applies=PEOPLE, length=100),
        Field(
            "middle_name",
            "Middle name",
            PERSON_PART,
            Section.IDENTITY,
            _xpm("MiddleName|OtherName"),
            applies=PEOPLE,
            length=100,
        ),
        Field("last_name", "Last name", PERSON_PART, Section.IDENTITY, _xpm("LastName"), applies=PEOPLE, length=100),
        Field(
            "date_of_birth",
            "Date of birth",
            DATE,
            Section.IDENTITY,
            _xpm("DateOfBirth"),
            applies=PEOPLE,
            sensitivity=Sensitivity.PERSONAL,
            identifies=2,
            length=30,
        ),
        Field("email", "Email", EMAIL, Section.REACH, _xpm("Email"), identifies=1),
        Field("phone", "Phone", PHONE, Section.REACH, _xpm("Phone"), identifies=1, length=50, level=Level.EVERYTHING),
        Field("fax", "Fax", PHONE, Section.REACH, _xpm("Fax"), length=50, level=Level.EVERYTHING),
        Field(
            "website",
            "Website",
            WEBSITE,
            Section.REACH,
            _xpm("Website", write=("WebSite",)),
            level=Level.EVERYTHING,
            remote_only=True,
        ),
        Field(
            "physical_address",
            "Physical address",
            ADDRESS,
            Section.ADDRESSES,
            _xpm("Address", "City", "Region", "PostCode", "Country"),
            level=Level.EVERYTHING,
        ),
        Field(
            "postal_address",
            "Postal address",
            ADDRESS,
            Section.ADDRESSES,
            _xpm("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry"),
            level=Level.EVERYTHING,
        ),
        *(
            Field(name, label, ADDRESS, Section.ADDRESSES, {}, applies=applies, hint="Kept in the register alone.")
            for name, label, applies in (
                ("principal_place", "Principal place of business", EVERY_KIND - {ClientKind.INDIVIDUAL}),
                ("residential_address", "Residential address", PEOPLE),
                ("registered_office", "Registered office", EVERY_KIND - PEOPLE),
                ("mailing_address", "Mailing address", EVERY_KIND),
                ("service_address", "Address for service", EVERY_KIND),
                ("previous_address", "Previous address", EVERY_KIND),
            )
        ),
        Field(
            "business_structure",
            "Business structure",
            STRUCTURE,
            Section.TAX,
            _xpm("BusinessStructure"),
            length=100,
            hint="One of the labels that your firm uses for kinds of clients.",
            level=Level.EVERYTHING,
            remote_only=True,
        ),
        Field(
            "tax_number",
            "Tax number",
            TAX_NUMBER,
            Section.TAX,
            _xpm("TaxNumber"),
            sensitivity=Sensitivity.SEALED,
            identifies=3,
            length=20,
            hint="Shown by its last three digits alone.",
        ),
        Field(
            "company_number",
            "Company number",
            COMPANY_NUMBER,
            Section.TAX,
            _xpm("CompanyNumber"),
            identifies=3,
            length=20,
        ),
        Field(
            "business_number",
            "Business number",
            BUSINESS_NUMBER,
            Section.TAX,
            _xpm("BusinessNumber"),
            identifies=3,
            length=20,
            level=Level.EVERYTHING,
            remote_only=True,
        ),
        Field("client_code", "Client code", CODE, Section.PRACTICE, _xpm("ClientCode"), identifies=3, length=50),
        Field("export_code", "Export code", CODE, Section.PRACTICE, _xpm("ExportCode"), identifies=2, length=50),
        Field(
            "manager",
            "Manager",
            PERSON_REF,
            Section.PRACTICE,
            _xpm("JobManager/Name", write=("JobManagerUUID",), through="staff"),
            hint="Somebody on your firm's staff list.",
        ),
        Field(
            "partner",
            "Partner",
            PERSON_REF,
            Section.PRACTICE,
            _xpm("AccountManager/Name", write=("AccountManagerUUID",), through="staff"),
            hint="Somebody on your firm's staff list.",
        ),
        Field(
            "subscription_plan",
            "Subscription plan",
            CHOICE,
            Section.PRACTICE,
            {},
            length=100,
            firm_list="subscription_plan",
            hint="A client has one; an associate has none.",
        ),
        Field("trading_name", "Trading name", NAME, Section.PROFILE, {}, applies=TRADERS),
        _chosen("company_type", "Company type", COMPANY, firm_list="company_type"),
        _dated("incorporation_date", "Incorporation date", COMPANY),
        _chosen(
            "annual_return_month", "Annual return month", COMPANY, MONTHS, "When the companies office asks for it."
        ),
        Field("has_constitution", "Has a constitution", FLAG, Section.PROFILE, {}, applies=COMPANY, length=5),
        Field(
            "signing_policy",
            "Signing policy",
            LINE,
            Section.PROFILE,
            {},
            applies=COMPANY,
            hint="Who signs for it, such as: two directors jointly.",
        ),
        Field(
            "register_page",
            "Companies register page",
            WEBSITE,
            Section.PROFILE,
            {},
            applies=COMPANY,
            hint="The address of its page at the companies office.",
        ),
        _chosen("trust_type", "Trust type", TRUST, firm_list="trust_type"),
        _dated("deed_date", "Deed date", TRUST | FUND),
        _dated("settlement_date", "Settlement date", TRUST),
        _dated("vesting_date", "Vesting date", TRUST),
        _chosen("decision_rule", "Trustees decide", TRUST, ("Unanimously", "By majority", "As the deed says")),
        Field(
            "beneficiary_classes",
            "Beneficiary classes",
            LINE,
            Section.PROFILE,
            {},
            applies=TRUST,
            hint="Beneficiaries who are not named, such as: children of the settlors.",
        ),
        _dated("established_date", "Established", FUND),
        _chosen("fund_status", "Fund status", FUND, ("Proposed", "Active", "Passive", "Dormant", "Vested", "Wound up")),
        _dated("agreement_date", "Partnership agreement", frozenset({ClientKind.PARTNERSHIP})),
        _chosen("balance_month", "Balance month", EVERY_KIND, MONTHS, "The month in which its tax year ends."),
        Field("place_of_birth", "Place of birth", LINE, Section.PROFILE, {}, applies=PEOPLE, length=100),
        Field("country_of_birth", "Country of birth", COUNTRY, Section.PROFILE, {}, applies=PEOPLE, length=100),
        _dated("date_of_death", "Date of death", PEOPLE),
        Field("occupation", "Occupation", LINE, Section.PROFILE, {}, applies=PEOPLE, length=100),
        Field(
            "name",
            "Name",
            NAME,
            Section.CONTACT,
            _xpm("Name"),
            Subject.CONTACT,
            identifies=2,
            required=True,
            level=Level.EVERYTHING,
        ),
        Field(
            "salutation",
            "Salutation",
            LINE,
            Section.CONTACT,
            _xpm("Salutation"),
            Subject.CONTACT,
            level=Level.EVERYTHING,
        ),
        Field("addressee", "Addressee", LINE, Section.CONTACT, _xpm("Addressee"), Subject.CONTACT),
        Field(
            "email",
            "Email",
            EMAIL,
            Section.CONTACT,
            _xpm("Email"),
            Subject.CONTACT,
            identifies=2,
            level=Level.EVERYTHING,
        ),
        Field(
            "phone",
            "Phone",
            PHONE,
            Section.CONTACT,
            _xpm("Phone"),
            Subject.CONTACT,
            identifies=1,
            length=50,
            level=Level.EVERYTHING,
        ),
        Field(
            "mobile",
            "Mobile",
            PHONE,
            Section.CONTACT,
            _xpm("Mobile"),
            Subject.CONTACT,
            identifies=1,
            length=50,
            level=Level.EVERYTHING,
        ),
        Field("position", "Position", LINE, Section.CONTACT, _xpm("Position"), Subject.CONTACT),
        Field(
            "is_primary",
            "Primary contact",
            FLAG,
            Section.CONTACT,
            _xpm("IsPrimary"),
            Subject.CONTACT,
            length=5,
            default="No",
        ),
        Field(
            "shares", "Shares", QUANTITY, Section.RELATIONSHIP, _xpm("NumberOfShares"), Subject.RELATIONSHIP, length=30
        ),
        Field("share_class", "Share class", LINE, Section.RELATIONSHIP, {}, Subject.RELATIONSHIP, length=50),
        Field(
            "percentage",
            "Percentage",
            PERCENTAGE,
            Section.RELATIONSHIP,
            _xpm("Percentage"),
            Subject.RELATIONSHIP,
            length=30,
        ),
        Field("start_date", "Since", DATE, Section.RELATIONSHIP, _xpm("StartDate"), Subject.RELATIONSHIP, length=30),
        Field("end_date", "Until", DATE, Section.RELATIONSHIP, _xpm("EndDate"), Subject.RELATIONSHIP, length=30),
        Field("note", "Note", LINE, Section.RELATIONSHIP, {}, Subject.RELATIONSHIP, length=255),
    )
)

STRUCTURE_KINDS: tuple[tuple[str, ClientKind], ...] = (
    ("individual", ClientKind.INDIVIDUAL),
    ("sole trader", ClientKind.SOLE_TRADER),
    ("partnership", ClientKind.PARTNERSHIP),
    ("super", ClientKind.SUPER_FUND),
    ("smsf", ClientKind.SUPER_FUND),
    ("trustee company", ClientKind.COMPANY),
    ("company", ClientKind.COMPANY),
    ("trust", ClientKind.TRUST),
    ("estate", ClientKind.TRUST),
)
"""How a structure's label, read from the left, tells the kind of client; what none covers is `other`."""


def kind_of_structure(label: str) -> ClientKind:
    """The kind of client that a business structure's label speaks of."""
    folded = label.casefold()
    return next((kind for word, kind in STRUCTURE_KINDS if word in folded), ClientKind.OTHER)
