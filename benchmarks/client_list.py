"""A detailed client list as Practice Manager writes it, from a number alone: the same number, the same bytes.

One line without a declaration, 3.1's order of elements (Xero developer documentation, Practice Manager 3.1, Clients);
a client has 111 elements and about 4.4 kB with its contacts, notes, groups and relationships.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

CLIENTS = 11_400
"""So many make 50 MB."""

EDITED_EVERY = 100
"""One client in so many has another phone number in the edited list."""


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


_FIRST = words(
    "Aroha Ben Chloe Daniel Emma Finn Grace Hemi Isla Jack Kiri Liam Mia Nikau Olivia Priya Quinn Ruby Sam Tui"
)
_LAST = words("Smith Ngata Brown O'Neil Wilson Patel Chen Taylor Walker Müller Harris Singh Kaur Martin Reid Tāmati")
_STREETS = words("Queen George Victoria Rata Kowhai Collins Bourke Elizabeth Albert Station Church High Mill Beach")
_PLACES = (
    ("Sydney", "NSW", "2000"),
    ("Melbourne", "VIC", "3000"),
    ("Brisbane", "QLD", "4000"),
    ("Perth", "WA", "6000"),
    ("Hobart", "TAS", "7000"),
    ("Wagga Wagga", "New South Wales", "2650"),
)
_TRADES = words("Holdings Builders Plumbing Farms Dental Logistics Café Motors Design Orchards Fishing Nominees")
_STRUCTURES = words("Individual Company Trust Partnership")
_WORDS = words(
    "client called about the activity statement and asked whether the instalment may be varied before the due date we"
    " agreed to look at last year's figures send a draft and ring back on the trust deed is still to be signed copies"
    " of the dividend statements & bank interest letters were left at the front desk see the file for the lease"
)
_TIES = words("Director Shareholder Trustee Beneficiary Partner Spouse")


def write_list(path: Path, clients: int, *, edited: bool = False) -> None:
    """Write a list of so many clients; `edited` gives every hundredth another phone number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write('<Response api-method="List"><Status>OK</Status><Clients>')
        for number in range(clients):
            file.write("".join(_client(number, edited=edited and number % EDITED_EVERY == 0)))
        file.write("</Clients></Response>")


def _client(number: int, *, edited: bool) -> Iterator[str]:
    chance = Random(number)
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    structure = chance.choice(_STRUCTURES)
    mail = f"{first}.{number}@{last.replace(chr(39), '').lower()}.example"
    yield f"<Client><UUID>{_uuid(chance)}</UUID><Name>{_name(chance, structure, first, last, number)}</Name>"
    yield f"<Title>{chance.choice(('Mr', 'Ms', 'Dr'))}</Title><FirstName>{first}</FirstName>"
    yield f"<MiddleName>{chance.choice(_FIRST)}</MiddleName><LastName>{last}</LastName><Email>{mail}</Email>"
    yield f"<DateOfBirth>{_day(chance, 1940, 2004)}T00:00:00</DateOfBirth>"
    yield _address(chance, "", "Address")
    yield _address(chance, "Postal", "PostalAddress")
    yield f"<Phone>{_phone(chance) if not edited else '(02) 5550 0000'}</Phone><Fax></Fax>"
    yield f"<Website>https://www.{last.replace(chr(39), '').lower()}{number}.example/</Website>"
    yield f"<ReferralSource></ReferralSource><ExportCode>EX{number:06}</ExportCode>"
    yield f"<ClientCode>{last[:3].upper()}{number:05}</ClientCode><IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>"
    yield f"<AccountManager>{_ref(chance, f'{chance.choice(_FIRST)} Partner')}</AccountManager>"
    yield "<Type><Name>Standard</Name><CostMarkup>0</CostMarkup><PaymentTerm>DaysAfter</PaymentTerm>"
    yield "<PaymentDay>20</PaymentDay></Type>"
    yield f"<Contacts>{_contact(chance, number, 1)}{_contact(chance, number, 2)}</Contacts>"
    yield f"<Notes>{_note(chance)}{_note(chance)}</Notes>"
    yield f"<JobManager>{_ref(chance, f'{chance.choice(_FIRST)} Manager')}</JobManager>"
    yield from _tax(chance, structure)
    yield f"<Groups><Group>{_ref(chance, f'{last} family {number // 4}')}</Group></Groups>"
    yield f"<Relationships>{_tie(chance)}{_tie(chance)}</Relationships></Client>"


def _name(chance: Random, structure: str, first: str, last: str, number: int) -> str:
    trade = chance.choice(_TRADES)
    match structure:
        case "Company":
            return f"{last} &amp; {trade} {number} Pty Ltd"
        case "Trust":
            return f"The {last} Family Trust No {number}"
        case "Partnership":
            return f"{first} &amp; {chance.choice(_FIRST)} {last} {number}"
    return f"{last}, {first} {number}"


def _address(chance: Random, before: str, street: str) -> str:
    city, region, code = chance.choice(_PLACES)
    where = f"Level {chance.randrange(1, 20)}\n{chance.randrange(1, 400)} {chance.choice(_STREETS)} Street"
    return (
        f"<{street}>{where}</{street}><{before}City>{city}</{before}City><{before}Region>{region}</{before}Region>"
        f"<{before}PostCode>{code}</{before}PostCode><{before}Country>Australia</{before}Country>"
    )


def _contact(chance: Random, number: int, place: int) -> str:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    return (
        f"<Contact><UUID>{_uuid(chance)}</UUID><Name>{first} {last}</Name><Salutation>{first}</Salutation>"
        f"<Addressee>{first} {last}</Addressee><Mobile>04{chance.randrange(10**8):08}</Mobile>"
        f"<Email>{first.lower()}{number}.{place}@office.example</Email><Phone>{_phone(chance)}</Phone>"
        f"<IsDeleted>No</IsDeleted><IsPrimary>{'Yes' if place == 1 else 'No'}</IsPrimary>"
        f"<Position>{'Director' if place == 1 else '0'}</Position></Contact>"
    )


def _note(chance: Random) -> str:
    text = " ".join(chance.choice(_WORDS) for _ in range(87)).replace("&", "&amp;")
    return (
        f"<Note><Title>Call</Title><Text>{text}</Text><Folder>General</Folder>"
        f"<Date>{_day(chance, 2018, 2025)}T00:00:00</Date><CreatedBy>{chance.choice(_FIRST)}</CreatedBy></Note>"
    )


def _tax(chance: Random, structure: str) -> Iterator[str]:
    yield f"<TaxNumber>******{chance.randrange(1000):03}</TaxNumber>"
    yield f"<CompanyNumber>{chance.randrange(10**9):09}</CompanyNumber>"
    yield f"<BusinessNumber>{chance.randrange(10**11):011}</BusinessNumber><BranchNumber>1</BranchNumber>"
    yield f"<BusinessStructure>{structure}</BusinessStructure><BalanceMonth>June</BalanceMonth>"
    yield "<GSTRegistered>Yes</GSTRegistered><GSTPeriod>3</GSTPeriod><GSTBasis>Payment</GSTBasis>"
    yield "<PrepareGST>Yes</PrepareGST><SignedTaxAuthority>No</SignedTaxAuthority><AgencyStatus>Unlinked</AgencyStatus>"
    yield "<PrepareActivityStatement>Yes</PrepareActivityStatement><PrepareTaxReturn>Yes</PrepareTaxReturn>"
    yield "<ActiveAtoClient>No</ActiveAtoClient>"


def _tie(chance: Random) -> str:
    return (
        f"<Relationship><UUID>{_uuid(chance)}</UUID><Type>{chance.choice(_TIES)}</Type>"
        f"<RelatedClient>{_ref(chance, f'{chance.choice(_LAST)} {chance.choice(_TRADES)}')}</RelatedClient>"
        f"<NumberOfShares>{chance.randrange(100)}</NumberOfShares><Percentage>0</Percentage>"
        f"<StartDate>{_day(chance, 2001, 2020)}T00:00:00</StartDate></Relationship>"
    )


def _ref(chance: Random, name: str) -> str:
    return f"<UUID>{_uuid(chance)}</UUID><Name>{name}</Name>"


def _uuid(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _day(chance: Random, first: int, last: int) -> str:
    return f"{chance.randrange(first, last)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"


def _phone(chance: Random) -> str:
    return f"(0{chance.choice((2, 3, 7, 8))}) {chance.randrange(4000, 9999)} {chance.randrange(10_000):04}"
