"""An invented firm of any length, told from numbers: the values of each client on both sides, and who is whose.

Seven clients make a family: a company, a trust, a partnership, a super fund and their people, who hang together in nine
ways, all of them known on both sides, and share a group. Everybody has a tax number, which XPM masks.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

from benchmarks.client_list import words
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import ClientKind, Subject
from practicesync.core.record import RemoteContact, RemoteGroup, RemoteRecord, RemoteRelationship
from practicesync.core.relationships import BY_KEY

FAMILY = tuple(ClientKind)
"""The kinds of the clients of one family, in their order."""

COMPANY, TRUST, PERSON, PARTNERSHIP, TRADER, FUND = (
    FAMILY.index(kind)
    for kind in (
        ClientKind.COMPANY,
        ClientKind.TRUST,
        ClientKind.INDIVIDUAL,
        ClientKind.PARTNERSHIP,
        ClientKind.SOLE_TRADER,
        ClientKind.SUPER_FUND,
    )
)
TIES: tuple[tuple[int, str, int, dict[str, str]], ...] = (
    (COMPANY, "director", PERSON, {}),
    (COMPANY, "shareholder", PERSON, {"shares": "60"}),
    (COMPANY, "shareholder", TRUST, {"shares": "40"}),
    (TRUST, "trustee", COMPANY, {}),
    (TRUST, "beneficiary", PERSON, {}),
    (PARTNERSHIP, "partner", PERSON, {"percentage": "50"}),
    (PARTNERSHIP, "partner", TRADER, {"percentage": "50"}),
    (FUND, "trustee", COMPANY, {}),
    (FUND, "member", PERSON, {}),
)
"""Who is what to whom in a family, by their places in it."""

FIRST = words("Aroha Ben Chloe Daniel Emma Finn Grace Hemi Isla Jack Kiri Liam Mia Nikau Olivia Priya Quinn Ruby")
LAST = words("Smith Ngata Brown Wilson Patel Chen Taylor Walker Harris Singh Kaur Martin Reid Tāmati Young Zhang")

Values = dict[str, str]
UNSAID: Values = {"shares": "", "percentage": "", "start_date": "2015-07-01", "end_date": ""}
"""What is told of every relationship, where nothing else is."""


SHARED = CATALOGUE.synced_keys(Subject.CLIENT, "xpm")


def values_of(number: int) -> Values:
    """A client's values, the same each time."""
    chance = Random(number)
    last = chance.choice(LAST)
    name = f"{last} {chance.choice(('Holdings', 'Farms', 'Dental', 'Motors'))} {number} Limited"
    street = f"{chance.randrange(1, 300)} Rata Street"
    address = {"street": street, "city": "Sydney", "region": "NSW", "postcode": "2000", "country": "Australia"}
    told = {
        "name": name,
        "first_name": chance.choice(FIRST),
        "last_name": last,
        "email": f"office{number}@{last.lower()}.example",
        "phone": f"(02) 9{chance.randrange(1000):03} {chance.randrange(10_000):04}",
        "website": f"www.{last.lower()}{number}.example",
        **{f"physical_address.{part}": text for part, text in address.items()},
        **{f"postal_address.{part}": text for part, text in address.items()},
        "business_structure": "Company",
        "tax_number": f"{chance.randrange(10**9):09}",
        "company_number": f"{chance.randrange(10**9):09}",
        "business_number": f"{chance.randrange(10**11):011}",
        "client_code": f"{last[:3].upper()}{number:05}",
        "manager": f"{chance.choice(FIRST)} Partner",
    }
    return {key: told.get(key, "") for row in CATALOGUE.of(Subject.CLIENT) for key in row.keys}


def agreed_of(number: int) -> Values:
    """Those of them that XPM has a place for."""
    return {key: value for key, value in values_of(number).items() if key in SHARED}


def contact_of(number: int, place: int) -> Values:
    """The values of one of a client's contacts."""
    name = f"{FIRST[(number + place) % len(FIRST)]} {LAST[number % len(LAST)]} {place}"
    told = {"name": name, "email": f"person{number}.{place}@firm.example", "is_primary": "No" if place else "Yes"}
    return {key: told.get(key, "") for row in CATALOGUE.of(Subject.CONTACT) for key in row.keys}


def uuid(sort: int, number: int, place: int = 0) -> str:
    """An id of XPM's: `sort` tells clients, contacts, relationships and groups apart."""
    return str(UUID(int=sort << 96 | number << 32 | place, version=4))


CLIENT, CONTACT, RELATIONSHIP, GROUP = range(1, 5)


@dataclass(frozen=True, slots=True)
class Families:
    """How a firm's clients fall into families. Relatives stand far apart, as in a list that is sorted by name."""

    clients: int

    @property
    def count(self) -> int:
        """How many families there are; the last may lack some."""
        return -(-self.clients // len(FAMILY))

    def of(self, number: int) -> int:
        """The family of a client."""
        return number % self.count

    def place(self, number: int) -> int:
        """A client's place in its family."""
        return number // self.count

    def member(self, family: int, place: int) -> int | None:
        """The client at a place of a family, if there is one."""
        number = family + place * self.count
        return number if number < self.clients else None

    def members(self, family: int) -> Iterator[int]:
        """The clients of a family."""
        return iter(range(family, self.clients, self.count))

    def ties(self, family: int) -> Iterator["Tie"]:
        """The relationships of those that are there."""
        for place, (client, kind, party, values) in enumerate(TIES):
            owner, other = self.member(family, client), self.member(family, party)
            if owner is not None and other is not None:
                ids = (uuid(RELATIONSHIP, family, 2 * place), uuid(RELATIONSHIP, family, 2 * place + 1))
                yield Tie(owner, kind, other, {**UNSAID, **values}, ids)

    def group(self, number: int) -> str:
        """The name of the group of a client's family."""
        return f"{LAST[self.of(number) % len(LAST)]} family {self.of(number)}"


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship: a client, what the party is to it, and the ids under which XPM shows it on the two records."""

    client: int
    kind: str
    party: int
    values: Values
    ids: tuple[str, str]

    def seen_by(self, number: int) -> RemoteRelationship:
        """It as the record of one of the two tells it."""
        side = 0 if number == self.client else 1
        other = self.party if side == 0 else self.client
        label = BY_KEY[self.kind].remote["xpm"][side]
        return RemoteRelationship(self.ids[side], label, uuid(CLIENT, other), values_of(other)["name"], self.values)


@dataclass(frozen=True, slots=True)
class Habit:
    """How the two sides of a firm stand to each other: functions of a client's number.

    `moved_there` and `agreed` are what XPM and the base hold otherwise than the register, `contacts` how many there
    are, `contact_there` what XPM holds otherwise of each of them.
    """

    linked: Callable[[int], bool]
    moved_there: Callable[[int], Values]
    agreed: Callable[[int], Values]
    contacts: Callable[[int], int]
    contact_there: Values


def _restless_there(number: int) -> Values:
    blank = {"client_code": "", "email": ""} if number % 3 == 0 else {}
    return {
        "phone": "(03) 5550 0000",
        "website": f"www.other{number}.example",
        "physical_address.street": f"{number % 200 + 300} Mill Road",
        **blank,
    }


def _restless_base(number: int) -> Values:
    return {"email": f"former{number}@firm.example", "website": f"www.other{number}.example"}


HABITS: Mapping[str, Habit] = {
    # One client in ten is not linked, and of one in eight the phone moved in XPM.
    "calm": Habit(
        linked=lambda number: number % 10 != 0,
        moved_there=lambda number: {"phone": "(03) 5550 0000"} if number % 8 == 0 else {},
        agreed=lambda number: {},
        contacts=lambda number: 1,
        contact_there={},
    ),
    # Everybody is linked and differs in six or seven things, with two or three contacts: forty fields are planned.
    "restless": Habit(
        linked=lambda number: True,
        moved_there=_restless_there,
        agreed=_restless_base,
        contacts=lambda number: 2 + number % 2,
        contact_there={"mobile": "021 555 0100"},
    ),
}


def record_of(number: int, habit: Habit, families: Families) -> RemoteRecord:
    """What XPM holds of a client."""
    values = agreed_of(number) | habit.moved_there(number)
    values["tax_number"] = f"******{values['tax_number'][-3:]}"
    family = families.of(number)
    return RemoteRecord(
        uuid(CLIENT, number),
        values,
        tuple(
            RemoteContact(uuid(CONTACT, number, place), contact_of(number, place) | habit.contact_there)
            for place in range(habit.contacts(number))
        ),
        tuple(tie.seen_by(number) for tie in families.ties(family) if number in (tie.client, tie.party)),
        (RemoteGroup(uuid(GROUP, family), families.group(number)),),
        digest=number.to_bytes(16),
    )
