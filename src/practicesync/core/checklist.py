"""What the register should hold of each kind of client: THE table, by which a profile says how complete it is.

An item is proven by what the register holds, or ticked off by a person where only a person can know. What it asks for
follows what a companies office, a trust deed and identification of a client ask for (New Zealand Companies Office and
ASIC, share register and addresses; Inland Revenue and ATO, trusts; anti-money-laundering rules, identity).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from practicesync.core.fields import EVERY_KIND, PEOPLE, ClientKind, Values

K = ClientKind
COMPANY = frozenset({K.COMPANY})
TRUST = frozenset({K.TRUST})
FUND = frozenset({K.SUPER_FUND})
PARTNERSHIP = frozenset({K.PARTNERSHIP})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one client. `parties` counts who holds each type of relationship to it now.

    `held` counts those of them whose holding is told: shares, or a percentage.
    """

    kind: ClientKind
    standing: str
    values: Values
    parties: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    contacts: int = 0


Proof = Callable[[Facts], bool]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to see to. `fix` is where: a field of the form, or a part of the profile (`relationships`, `contacts`).

    Without a `proof` a person ticks it off. `why` says what it is good for. `client_only`: an associate needs it not.
    """

    key: str
    label: str
    why: str
    of: frozenset[ClientKind]
    fix: str = ""
    proof: Proof | None = None
    client_only: bool = False

    def asked_of(self, kind: ClientKind, standing: str) -> bool:
        """Whether such a client has this item."""
        return kind in self.of and (standing == "client" or not self.client_only)


def _given(*keys: str) -> Proof:
    return lambda facts: any(facts.values.get(key, "").strip() for key in keys)


def _has(*types: str) -> Proof:
    return lambda facts: any(facts.parties.get(each) for each in types)


def _all_hold(*types: str) -> Proof:
    """Whether there are such parties, and what each of them holds is told."""
    return lambda facts: (
        _has(*types)(facts) and all(facts.held.get(each, 0) == facts.parties.get(each, 0) for each in types)
    )


def _address(*rows: str) -> Proof:
    return _given(*(f"{row}.{part}" for row in rows for part in ("street", "city")))


ITEMS: tuple[Item, ...] = (
    Item(
        "plan",
        "Subscription plan",
        "Says what the client has engaged the firm for.",
        EVERY_KIND,
        "standing",
        _given("subscription_plan"),
        client_only=True,
    ),
    Item("company_type", "Company type", "Decides its duties.", COMPANY, "company_type", _given("company_type")),
    Item(
        "company_number",
        "Company number",
        "The companies office knows the company by it.",
        COMPANY,
        "company_number",
        _given("company_number"),
    ),
    Item(
        "companies_office",
        "Companies office link",
        "A company imported from Xero Practice Manager is not tied to the companies register: keep the address of its "
        "page here, and compare.",
        COMPANY,
        "register_page",
        _given("register_page"),
    ),
    Item(
        "incorporation",
        "Incorporation date",
        "Annual returns and reviews go by it.",
        COMPANY,
        "incorporation_date",
        _given("incorporation_date"),
    ),
    Item(
        "registered_office",
        "Registered office",
        "Notices are served there.",
        COMPANY,
        "registered_office.street",
        _address("registered_office"),
    ),
    Item("directors", "Directors", "A company has at least one.", COMPANY, "relationships", _has("director")),
    Item(
        "share_register",
        "Share register",
        "Every shareholder with how many shares.",
        COMPANY,
        "relationships",
        _all_hold("shareholder"),
    ),
    Item("constitution", "Constitution on file", "Or known to have none.", COMPANY, "", None),
    Item("trust_type", "Trust type", "Decides its tax and its deed.", TRUST, "trust_type", _given("trust_type")),
    Item("deed_date", "Trust deed date", "The trust begins with it.", TRUST | FUND, "deed_date", _given("deed_date")),
    Item("trustees", "Trustees", "They act for the trust.", TRUST | FUND, "relationships", _has("trustee")),
    Item("settlor", "Settlor", "Who settled the trust.", TRUST, "relationships", _has("settlor")),
    Item(
        "appointor",
        "Appointor",
        "Who appoints and removes trustees; some deeds name none.",
        TRUST,
        "relationships",
        _has("appointor", "protector"),
    ),
    Item(
        "beneficiaries",
        "Beneficiaries",
        "By name, as unit holders, or by class.",
        TRUST,
        "relationships",
        lambda facts: (
            _has("beneficiary", "unit_holder")(facts) or bool(facts.values.get("beneficiary_classes", "").strip())
        ),
    ),
    Item("vesting_date", "Vesting date", "The trust ends with it.", TRUST, "vesting_date", _given("vesting_date")),
    Item("deed", "Deed and its variations on file", "", TRUST | FUND, "", None),
    Item("members", "Members", "A fund has one to six.", FUND, "relationships", _has("member")),
    Item(
        "established",
        "Date established",
        "The fund begins with it.",
        FUND,
        "established_date",
        _given("established_date"),
    ),
    Item(
        "partners",
        "Partners with their parts",
        "Each with a percentage.",
        PARTNERSHIP,
        "relationships",
        _all_hold("partner"),
    ),
    Item("agreement", "Partnership agreement on file", "", PARTNERSHIP, "", None),
    Item(
        "tax_number",
        "Tax number",
        "Returns are filed under it.",
        EVERY_KIND,
        "tax_number",
        _given("tax_number"),
        client_only=True,
    ),
    Item(
        "business_number",
        "Business number",
        "Invoices and the business register name it.",
        frozenset({K.COMPANY, K.SOLE_TRADER, K.PARTNERSHIP, K.SUPER_FUND}),
        "business_number",
        _given("business_number"),
        client_only=True,
    ),
    Item("birth", "Date of birth", "Tells people of one name apart.", PEOPLE, "date_of_birth", _given("date_of_birth")),
    Item(
        "residence",
        "Residential address",
        "Directors and shareholders are registered with it.",
        PEOPLE,
        "residential_address.street",
        _address("residential_address"),
    ),
    Item(
        "reach",
        "E-mail or phone",
        "Somebody can be reached: here, or by a contact.",
        EVERY_KIND,
        "email",
        lambda facts: _given("email", "phone")(facts) or facts.contacts > 0,
    ),
    Item(
        "identity",
        "Identity checked",
        "Evidence of who this is has been seen.",
        EVERY_KIND,
        "",
        None,
    ),
)

BY_KEY: Mapping[str, Item] = {each.key: each for each in ITEMS}


def items_for(kind: ClientKind, standing: str) -> tuple[Item, ...]:
    """The checklist of such a client."""
    return tuple(item for item in ITEMS if item.asked_of(kind, standing))


def proven(item: Item, facts: Facts) -> bool:
    """Whether what is known proves the item; never one that only a person can know."""
    return item.proof is not None and item.proof(facts)
