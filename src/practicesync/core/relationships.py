"""THE table of relationship types: one row a type, and no other edit anywhere for a new one.

A relationship stands on a client and names its party: the party is the client's director. It is kept once; the party's
page shows it the other way round. The types that Xero Practice Manager takes, and the labels under which each of the
two clients shows one, are those of Xero's developer documentation (Practice Manager 3.1, Clients, add relationship) and
of the replies that public importers read. Types without such labels stay in the register.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from practicesync.core.fields import ClientKind

K = ClientKind
PEOPLE = frozenset({K.INDIVIDUAL, K.SOLE_TRADER})
ANYONE = frozenset(ClientKind)
COMPANIES = frozenset({K.COMPANY, K.OTHER})
TRUSTS = frozenset({K.TRUST, K.SUPER_FUND})
BODIES = ANYONE - PEOPLE


class Holding(StrEnum):
    """What a party may hold: the number that goes with the relationship."""

    NONE = "none"
    SHARES = "shares"
    UNITS = "units"
    PERCENTAGE = "percentage"


HOLDING_FIELDS: Mapping[Holding, tuple[str, ...]] = {
    Holding.NONE: (),
    Holding.SHARES: ("shares", "share_class"),
    Holding.UNITS: ("shares", "share_class"),
    Holding.PERCENTAGE: ("percentage",),
}

KIND_NOUNS: Mapping[ClientKind, str] = {
    K.COMPANY: "A company",
    K.TRUST: "A trust",
    K.INDIVIDUAL: "An individual",
    K.PARTNERSHIP: "A partnership",
    K.SOLE_TRADER: "A sole trader",
    K.SUPER_FUND: "A super fund",
    K.OTHER: "A client of another kind",
}


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """One type.

    `label` is what the party is to the client, `inverse` what the client is to the party. `of` are the kinds of clients
    that have such a party, `by` the kinds of the parties. `remote` gives a connector's labels: the one on the client,
    the one on the party; `also` more labels that are understood, in the same order. `about` says what the label leaves
    open.
    """

    key: str
    label: str
    inverse: str
    of: frozenset[ClientKind]
    by: frozenset[ClientKind] = ANYONE
    holding: Holding = Holding.NONE
    remote: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    also: tuple[tuple[str, str], ...] = ()
    symmetric: bool = False
    about: str = ""

    def stays_here(self, connector: str) -> bool:
        """Whether the remote has no such type."""
        return connector not in self.remote

    def misfit(self, client: ClientKind, party: ClientKind) -> str | None:
        """Why such a party cannot be this to such a client, as a sentence, or None.

        Of a client whose kind is `other` nothing is known, so that anything fits it.
        """
        if client not in self.of and client is not K.OTHER:
            return f"{KIND_NOUNS[client]} has no {self.label.lower()}."
        if party not in self.by and party is not K.OTHER:
            return f"{KIND_NOUNS[party]} cannot be a {self.label.lower()}."
        return None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the catalogue's relationship fields that say something of this type."""
        return (*HOLDING_FIELDS[self.holding], "start_date", "end_date", "note")


def _xpm(on_client: str, on_party: str) -> dict[str, tuple[str, str]]:
    return {"xpm": (on_client, on_party)}


TYPES: tuple[RelationshipType, ...] = (
    RelationshipType("director", "Director", "Director of", COMPANIES, PEOPLE, remote=_xpm("Director", "Director Of")),
    RelationshipType(
        "shareholder",
        "Shareholder",
        "Shareholder of",
        COMPANIES,
        holding=Holding.SHARES,
        remote=_xpm("Shareholder", "Shareholder Of"),
    ),
    RelationshipType(
        "secretary", "Secretary", "Secretary of", BODIES, PEOPLE, remote=_xpm("Secretary", "Secretary Of")
    ),
    RelationshipType(
        "public_officer",
        "Public officer",
        "Public officer of",
        BODIES,
        PEOPLE,
        remote=_xpm("Public Officer", "Public Officer Of"),
    ),
    RelationshipType("trustee", "Trustee", "Trustee of", TRUSTS, remote=_xpm("Trustee", "Trustee Of")),
    RelationshipType(
        "beneficiary", "Beneficiary", "Beneficiary of", TRUSTS, remote=_xpm("Beneficiary", "Beneficiary Of")
    ),
    RelationshipType("settlor", "Settlor", "Settlor of", TRUSTS, remote=_xpm("Settlor", "Settlor Of")),
    RelationshipType(
        "appointor",
        "Appointor",
        "Appointor of",
        TRUSTS,
        remote=_xpm("Appointer", "Appointer Of"),
        also=(("Appointor", "Appointor Of"),),
    ),
    RelationshipType("member", "Member", "Member of", BODIES, remote=_xpm("Member", "Member Of")),
    RelationshipType(
        "partner",
        "Partner",
        "Partner of",
        frozenset({K.PARTNERSHIP, K.OTHER}),
        holding=Holding.PERCENTAGE,
        remote=_xpm("Partner", "Partner Of"),
    ),
    RelationshipType("owner", "Owner", "Owner of", BODIES, holding=Holding.SHARES, remote=_xpm("Owner", "Owner Of")),
    RelationshipType("auditor", "Auditor", "Auditor of", BODIES, remote=_xpm("Auditor", "Auditor Of")),
    RelationshipType(
        "spouse",
        "Spouse",
        "Spouse",
        PEOPLE,
        PEOPLE,
        remote=_xpm("Spouse", "Spouse"),
        also=(("Spouse", "Spouse Of"),),
        symmetric=True,
    ),
    RelationshipType("husband", "Husband", "Wife", PEOPLE, PEOPLE, remote=_xpm("Husband", "Wife")),
    RelationshipType(
        "parent",
        "Parent",
        "Child",
        PEOPLE,
        PEOPLE,
        remote=_xpm("Child Of", "Parent Of"),
        also=(("Parent", "Child"),),
    ),
    RelationshipType(
        "associate",
        "Associate",
        "Associate",
        ANYONE,
        remote=_xpm("Associate", "Associate"),
        also=(("Associate", "Associate Of"),),
        symmetric=True,
    ),
    RelationshipType(
        "unit_holder",
        "Unit holder",
        "Unit holder of",
        TRUSTS,
        holding=Holding.UNITS,
        also=(("Unit Holder", "Unit Holder Of"), ("Unitholder", "Unitholder Of")),
    ),
    RelationshipType("guardian", "Guardian", "Guardian of", TRUSTS | PEOPLE, PEOPLE),
    RelationshipType("protector", "Protector", "Protector of", TRUSTS),
    RelationshipType("executor", "Executor", "Executor of", TRUSTS | PEOPLE, PEOPLE | COMPANIES),
    RelationshipType("nominee", "Nominee", "Nominee of", ANYONE),
    RelationshipType("attorney", "Attorney", "Attorney of", ANYONE, PEOPLE),
    RelationshipType("alternate_director", "Alternate director", "Alternate director of", COMPANIES, PEOPLE),
    RelationshipType("chief_executive", "Chief executive", "Chief executive of", BODIES, PEOPLE),
    RelationshipType("ultimate_holding", "Ultimate holding company", "Ultimate holding company of", BODIES, COMPANIES),
    RelationshipType(
        "joint_holder",
        "Joint holder",
        "Joint holder of",
        COMPANIES | TRUSTS,
        holding=Holding.SHARES,
        about="Holders of the same number of the same class since the same day hold one parcel together.",
    ),
    RelationshipType("trades_as", "Trades as", "Trading name of", ANYONE, also=(("Trades As", "Trading Name Of"),)),
)

BY_KEY: Mapping[str, RelationshipType] = {each.key: each for each in TYPES}


@dataclass(frozen=True, slots=True)
class Read:
    """A remote label understood. `reversed`: the record that shows it is the party, not the client."""

    type: RelationshipType
    reversed: bool

    @property
    def stands_here(self) -> bool:
        """Whether it counts on the record that shows it: on the client's, and without sides on either."""
        return not self.reversed or self.type.symmetric

    @property
    def stands_there(self) -> bool:
        """Whether it counts on the record that it names."""
        return self.reversed or self.type.symmetric


def _labels() -> dict[str, Read]:
    found: dict[str, Read] = {}
    for each in TYPES:
        for on_client, on_party in (*each.remote.values(), *each.also):
            found.setdefault(on_client.casefold(), Read(each, reversed=False))
            found.setdefault(on_party.casefold(), Read(each, reversed=True))
    return found


_BY_LABEL = _labels()


@lru_cache(maxsize=1024)
def read_label(label: str) -> Read | None:
    """The type that a remote label speaks of, whatever its case and spacing; None for one that nobody knows."""
    return _BY_LABEL.get(" ".join(label.split()).casefold())
