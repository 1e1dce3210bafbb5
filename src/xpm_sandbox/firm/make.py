"""Families and their entities, until a firm is full: couples, companies, trusts, funds, sole traders, clubs.

The result is plain JSON-ready data. A client holds the values that XPM would show, under the element names of its
replies, the tax number in full; `Contacts`, `Groups` and `Relationships` as lists; relationships from the owning
client's side only.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from xpm_sandbox import fields
from xpm_sandbox.firm import parties, words, work
from xpm_sandbox.firm.chance import Chance
from xpm_sandbox.firm.parties import Record
from xpm_sandbox.firm.shape import MADE_ON, Firm

_FIRST_CLIENT = 21_000_000
_FIRST_CONTACT = 12_000_000


def make_firm(*, seed: int, clients: int, region: str, name: str | None = None) -> Firm:
    """Make a firm of exactly so many clients, and their work. Same arguments, same firm."""
    firm = make_clients(bare_firm(seed=seed, region=region, name=name), clients)
    work.add_work(firm)
    return firm


def bare_firm(*, seed: int, region: str, name: str | None = None) -> Firm:
    """A firm's name and settings, without anybody in it."""
    structures, tax_agents = words.STRUCTURES[region], words.TAX_AGENTS[region]
    return Firm(region, seed, name or words.PRACTICES[region], list(structures), list(tax_agents))


def make_clients(firm: Firm, clients: int) -> Firm:
    """Give a bare firm its staff and so many clients, with contacts, groups, relationships and notes."""
    maker = _Maker(firm, Chance(f"{firm.seed} {firm.region} {firm.name}"))
    maker.hire()
    while len(firm.clients) < clients:
        maker.take_on()
    del firm.clients[clients:]
    _drop_dangling(firm)
    maker.age_records()
    return firm


def _drop_dangling(firm: Firm) -> None:
    kept = {client["UUID"] for client in firm.clients}
    for client in firm.clients:
        ties = client["Relationships"]
        client["Relationships"] = [tie for tie in ties if tie["RelatedClient"]["UUID"] in kept]
    used = {group["UUID"] for client in firm.clients for group in client["Groups"]}
    firm.groups = [group for group in firm.groups if group["UUID"] in used]


class _Maker:
    def __init__(self, firm: Firm, random: Random) -> None:
        self.firm = firm
        self.random = random
        self.region = firm.region
        self.contacts = 0
        self.taken_on = 0

    def hire(self) -> None:
        area = "020" if self.region == "UK" else "03"
        for place, name in enumerate(words.STAFF[self.region]):
            first, last = name.split(" ", 1)
            self.firm.staff.append(
                {
                    "ID": 800_000 + self.random.randrange(1000) + place * 1000,
                    "UUID": parties.make_uuid(self.random),
                    "Name": name,
                    "Email": parties.email(self.random, first, last),
                    "Phone": parties.landline(self.random, self.region, area) if place % 3 == 0 else "",
                    "Mobile": parties.mobile(self.random, self.region) if place % 2 == 0 else "",
                    "Address": "",
                    "PayrollCode": f"P{place + 1:03}" if place % 4 else "",
                }
            )

    def take_on(self) -> None:
        """One engagement: a family with its entities, or somebody alone."""
        way = self.random.random()
        chosen: Callable[[], object]
        if way < 0.45:
            chosen = self._family
        elif way < 0.68:
            chosen = self._loner
        elif way < 0.86:
            chosen = self._owned_company
        elif way < 0.96:
            chosen = self._sole_trader
        else:
            chosen = self._club
        chosen()
        self.taken_on += 1
        if self.taken_on % 40 == 0:
            self._oddity()

    # People

    def _person(self, family: str, age: tuple[int, int], place: Record, *, woman: bool | None = None) -> Record:
        random = self.random
        woman = random.random() < 0.5 if woman is None else woman
        first = random.choice((words.WOMEN if woman else words.MEN)[self.region])
        middle = random.choice((words.WOMEN if woman else words.MEN)[self.region]) if random.random() < 0.4 else ""
        born = MADE_ON - timedelta(days=random.randrange(age[0] * 365, age[1] * 365))
        person = self._client(f"{family}, {first}", place)
        person |= {"FirstName": first, "LastName": family}
        if middle:
            person["MiddleName"] = middle
        if self.region == "AU" and random.random() < 0.7:
            person |= {"Title": random.choice(("MS", "MRS", "MISS", "DR") if woman else ("MR", "MR", "DR"))}
            person["Gender"] = "F" if woman else "M"
        if random.random() < 0.9:
            person["DateOfBirth"] = born.date().isoformat()
        if random.random() < 0.85:
            person["Email"] = parties.email(random, first, family)
        person["Phone"] = person["Phone"] or parties.mobile(random, self.region)
        person |= parties.tax_fields(random, self.region, "Individual")
        return person

    def _loner(self) -> Record:
        person = self._person(self._surname(), (18, 90), parties.address(self.random, self.region))
        if self.random.random() < 0.3:
            self._contact(person, person, "")
        return person

    def _sole_trader(self) -> None:
        person = self._loner()
        trade = self.random.choice(words.TRADES)
        structure = "Sole Trader"
        if self.random.random() < 0.5:
            person["Name"] += f" T/A {person['LastName']} {trade}"
        person |= parties.tax_fields(self.random, self.region, structure, business=True)
        person["Website"] = self._website(f"{person['LastName']}{trade}") if self.random.random() < 0.4 else ""

    # Families and entities

    def _family(self) -> None:
        random = self.random
        name, place = self._surname(), parties.address(random, self.region)
        shared = parties.landline(random, self.region, place["area"])
        adults = [self._person(name, (30, 80), place, woman=False), self._person(name, (30, 80), place, woman=True)]
        if random.random() < 0.6:
            for adult in adults:
                adult["Phone"] = shared
        self._tie(adults[0], "Spouse", adults[1])
        members = list(adults)
        for _ in range(random.choice((0, 0, 1, 2))):
            child = self._person(name, (18, 29), place)
            self._tie(adults[0], "Parent Of", child)
            members.append(child)
        trustee = None
        if random.random() < 0.5:
            trustee = self._company(f"{name} {random.choice(words.COMPANY_TAILS)}", place, adults)
            members.append(trustee)
        if random.random() < 0.55:
            members.append(self._trust(name, place, adults, trustee))
        if random.random() < 0.3:
            members.append(self._fund(name, place, adults))
        if random.random() < 0.15:
            members.append(self._partnership(name, place, adults))
        self._group(f"{name} Family" if random.random() < 0.8 else f"{name} Group", members)

    def _company(self, stem: str, place: Record, owners: list[Record]) -> Record:
        random = self.random
        company = self._client(f"{stem} {random.choice(words.SUFFIXES[self.region])}", place)
        company |= parties.tax_fields(random, self.region, "Company", company=True)
        company["Phone"] = parties.landline(random, self.region, place["area"])
        company["Email"] = parties.email(random, "office", stem.replace(" ", ""))
        company["Website"] = self._website(stem) if random.random() < 0.5 else ""
        shares = random.choice((2, 10, 100, 1000))
        for owner in owners:
            self._tie(company, "Director", owner)
            self._tie(company, "Shareholder", owner, shares=shares // len(owners))
            self._contact(company, owner, "Director")
        if random.random() < 0.4:
            self._contact(company, None, random.choice(words.POSITIONS))
        return company

    def _owned_company(self) -> None:
        random = self.random
        place = parties.address(random, self.region)
        owner = self._person(self._surname(), (28, 75), place)
        stem = f"{random.choice(words.FIRM_WORDS[self.region])} {random.choice(words.TRADES + words.COMPANY_TAILS)}"
        company = self._company(stem, parties.address(random, self.region), [owner])
        if random.random() < 0.3:
            self._group(stem, [owner, company])

    def _trust(self, name: str, place: Record, adults: list[Record], trustee: Record | None) -> Record:
        unit = self.region == "AU" and self.random.random() < 0.2
        trust = self._client(
            f"{'The ' if self.random.random() < 0.4 else ''}{name} {'Unit' if unit else 'Family'} Trust", place
        )
        structure = ("Unit Trust" if unit else "Discretionary Trust") if self.region == "AU" else "Trust"
        trust |= parties.tax_fields(self.random, self.region, structure, business=self.region == "AU")
        for party in [trustee] if trustee else adults:
            self._tie(trust, "Trustee", party)
        for adult in adults:
            self._tie(trust, "Beneficiary", adult)
        self._tie(trust, "Appointer", adults[0])
        self._contact(trust, adults[0], "Trustee")
        return trust

    def _fund(self, name: str, place: Record, adults: list[Record]) -> Record:
        fund = self._client(f"{name} {'Pension Scheme' if self.region == 'UK' else 'Superannuation Fund'}", place)
        structure = words.FUNDS[self.region]
        fund |= parties.tax_fields(self.random, self.region, structure, business=self.region == "AU")
        for adult in adults:
            self._tie(fund, "Member", adult)
            self._tie(fund, "Trustee", adult)
        return fund

    def _partnership(self, name: str, place: Record, adults: list[Record]) -> Record:
        firsts = " & ".join(adult["FirstName"][0] for adult in adults)
        partnership = self._client(f"{firsts} {name} Partnership", place)
        partnership |= parties.tax_fields(self.random, self.region, "Partnership", business=True)
        for adult in adults:
            self._tie(partnership, "Partner", adult, percentage="50")
            self._contact(partnership, adult, "Partner")
        return partnership

    def _club(self) -> None:
        place = parties.address(self.random, self.region)
        kind = self.random.choice(("Bowling Club", "Community Garden", "Historical Society", "Sports Association"))
        club = self._client(f"{place['City']} {kind}{' Inc' if self.random.random() < 0.6 else ''}", place)
        structure = "Incorporated Association" if self.region == "AU" else "Club or Society"
        club |= parties.tax_fields(self.random, self.region, structure, business=True)
        for position in ("Secretary", "Treasurer"):
            self._contact(club, None, position)

    def _oddity(self) -> None:
        """What real lists hold now and then: markup in names, twins, prospects, bare rows."""
        place = parties.address(self.random, self.region)
        way = self.taken_on // 40 % 4
        if way == 0:
            self._client(f"Smith & Sons <{self.random.choice(words.TRADES)}> ", place)
        elif way == 1 and self.firm.clients:
            twin = self.random.choice(self.firm.clients)
            self._client(twin["Name"], place)
        elif way == 2:
            self._client(f"{self._surname()}, {self.random.choice(words.WOMEN[self.region])}", place)["IsProspect"] = (
                "Yes"
            )
        else:
            estate = self._client(f"Estate of {self._surname()}", place)
            estate |= parties.tax_fields(self.random, self.region, self.firm.structures[-1])

    # Parts

    def _client(self, name: str, place: Record) -> Record:
        random = self.random
        client: Record = {
            "ID": _FIRST_CLIENT + len(self.firm.clients) * 37 + random.randrange(37),
            "UUID": parties.make_uuid(random),
            "Name": name,
            "IsProspect": "No", "IsArchived": "No", "IsDeleted": "No",
            **{part: value for part, value in place.items() if part != "area" and value},
            "Phone": "", "Fax": parties.landline(random, self.region, place["area"]) if random.random() < 0.08 else "",
            "ReferralSource": random.choice(words.REFERRALS) if random.random() < 0.2 else "",
            "AccountManager": self._somebody(4) if random.random() < 0.92 else None,
            "JobManager": self._somebody(12) if random.random() < 0.85 else None,
            "Contacts": [], "Groups": [], "Relationships": [], "Notes": [],
        }  # fmt: skip
        number = len(self.firm.clients) + 1
        client["ExportCode"] = f"EXP{number:05}" if random.random() < 0.3 else ""
        if self.region == "AU" and random.random() < 0.8:
            client["ClientCode"] = f"{''.join(filter(str.isalpha, name.upper()))[:4]}{number:04}"
        self.firm.clients.append(client)
        return client

    def _somebody(self, of_the_first: int) -> Record:
        person = self.random.choice(self.firm.staff[:of_the_first])
        return {"UUID": person["UUID"], "Name": person["Name"]}

    def _contact(self, client: Record, person: Record | None, position: str) -> None:
        """A contact at a client: somebody who is a client too, or nobody known."""
        random = self.random
        first = person["FirstName"] if person else random.choice(words.WOMEN[self.region] + words.MEN[self.region])
        last = person["LastName"] if person else self._surname()
        shared = person.get("as_contact") if person else None
        if shared and random.random() < 0.5:
            contact = {**shared, "Position": position, "IsPrimary": "No"}
        else:
            contact = self._new_contact(first, last, position, person)
        contact["IsPrimary"] = "No" if client["Contacts"] or random.random() < 0.2 else "Yes"
        if all(contact["UUID"] != other["UUID"] for other in client["Contacts"]):
            client["Contacts"].append(contact)

    def _new_contact(self, first: str, last: str, position: str, person: Record | None) -> Record:
        random = self.random
        contact: Record = {
            "ID": _FIRST_CONTACT + self.contacts * 3,
            "UUID": parties.make_uuid(random),
            "Name": f"{first} {last}",
            "Salutation": first if random.random() < 0.6 else "",
            "Addressee": f"{first[0]} {last}" if random.random() < 0.3 else "",
            "Mobile": parties.mobile(random, self.region) if random.random() < 0.7 else "",
            "Email": (person or {}).get("Email") or parties.email(random, first, last),
            "Phone": (person or {}).get("Phone", "") if random.random() < 0.5 else "",
            "Position": "0" if random.random() < 0.05 else position,
        }
        self.contacts += 1
        if person is not None:
            person["as_contact"] = dict(contact)
        return contact

    def _tie(self, client: Record, kind: str, related: Record, *, shares: int = 0, percentage: str = "0") -> None:
        years = self.random.randrange(365, 9000)
        client["Relationships"].append(
            {
                "UUID": parties.make_uuid(self.random),
                "Type": kind,
                "RelatedClient": {"UUID": related["UUID"], "Name": related["Name"]},
                "NumberOfShares": shares,
                "Percentage": percentage,
                "StartDate": (MADE_ON - timedelta(days=years)).date().isoformat() if years % 3 else None,
                "EndDate": None,
            }
        )

    def _group(self, name: str, members: list[Record]) -> None:
        group = {"ID": 900_000 + len(self.firm.groups), "UUID": parties.make_uuid(self.random), "Name": name}
        self.firm.groups.append({**group, "Taxable": "No"})
        for member in members:
            member["Groups"].append(dict(group))

    def _surname(self) -> str:
        return self.random.choice(words.FAMILY_NAMES[self.region])

    def _website(self, stem: str) -> str:
        name = "".join(char for char in stem.lower().translate(parties.PLAIN) if char.isalnum())
        return self.random.choice(("www.", "https://www.", "http://", "")) + name + ".example.com"

    # A firm's years

    def age_records(self) -> None:
        """Archive, delete and forget a few; stamp everybody; leave some without a tax block."""
        random = self.random
        for client in self.firm.clients:
            client.pop("as_contact", None)
            way = random.random()
            if way < 0.09:
                client["IsArchived"] = "Yes"
            elif way < 0.11:
                client["IsDeleted"] = "Yes"
            if random.random() < 0.06 or "BusinessStructure" not in client:
                for name in [name for name in client if name in _TAX_NAMES]:
                    del client[name]
            client["HasTaxRecord"] = "BusinessStructure" in client
            if random.random() < 0.1:
                client["Notes"].append(self._note(client))
            moment = MADE_ON - timedelta(seconds=random.randrange(60, 2 * 365 * 86400))
            client["Modified"] = moment.isoformat(timespec="seconds").removesuffix("+00:00")

    def _note(self, client: Record) -> Record:
        day = MADE_ON - timedelta(days=self.random.randrange(1, 700))
        return {
            "Title": self.random.choice(words.NOTE_TITLES),
            "Text": f"Spoke about {client['Name']}.",
            "Folder": "General",
            "Date": day.strftime("%Y-%m-%dT%H:%M:%S"),
            "CreatedBy": self._somebody(12)["Name"],
        }


_TAX_NAMES = frozenset(field.name for field in fields.TAX)
