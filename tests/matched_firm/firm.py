"""An invented firm: a register and a Practice Manager list of mostly the same clients, and who is who.

It is written apart from the matcher and knows nothing of it: its words are lists of its own, its habits are drawn anew
for every seed, and whatever is easily mistaken in a firm (father and son, the second of two numbered companies, a
company and its trust) is planted on purpose, half of it with one of the two on each side alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from matched_firm import words
from matched_firm.clients import (
    BOTH,
    COMPANY,
    FUND,
    INDIVIDUAL,
    LEFT,
    PARTNERSHIP,
    RIGHT,
    SOLE_TRADER,
    TRUST,
    Client,
    Families,
)
from matched_firm.habits import Habits, draw_habits
from matched_firm.writing import PERSONS, Clerk

Row = dict[str, str]

LEFT_COLUMNS = (
    *("register_id", "client_code", "name", "entity_type", "title", "first_name", "middle_names", "last_name"),
    *("date_of_birth", "abn", "acn", "tax_number", "email", "phone", "mobile", "address_line1", "address_line2"),
    *("suburb", "state", "postcode", "country", "client_group", "manager", "status"),
)
RIGHT_COLUMNS = (
    *("xpm_id", "name", "first_name", "last_name", "other_name", "email", "date_of_birth", "address", "city", "region"),
    *("postcode", "country", "postal_address", "postal_city", "postal_region", "postal_postcode", "postal_country"),
    *("phone", "business_structure", "business_number", "company_number", "tax_number", "client_code", "export_code"),
    *("account_manager", "groups", "contact_name", "contact_email", "contact_mobile", "is_archived", "is_deleted"),
)


@dataclass
class Firm:
    """Both lists, and which client each row is. `alike` holds look-alikes (left's client, right's client, which trap)
    of whom one is on the left alone and the other on the right alone."""

    left: list[Row]
    right: list[Row]
    left_client: dict[str, int] = field(default_factory=dict)
    right_client: dict[str, int] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    alike: list[tuple[int, int, str]] = field(default_factory=list)
    related: dict[tuple[int, int], str] = field(default_factory=dict)


def make_firm(seed: int, count: int) -> Firm:
    """A firm of about this many clients on each side; the same seed gives the same firm."""
    random = Random(seed)
    habits = draw_habits(random)
    clients = Families(random, habits).make(int(count * 1.13))
    return _Lists(random, habits).write(clients)


class _Lists:
    def __init__(self, random: Random, habits: Habits) -> None:
        self.random = random
        self.habits = habits
        self.here = Clerk(random, habits, habits.left)
        self.there = Clerk(random, habits, habits.right)
        self.firm = Firm([], [])
        self.own_email = f"admin@{random.choice(words.SYLLABLES)}accountants.com.au"
        self.group_style = random.randrange(3)
        self._codes = 0

    def write(self, clients: list[Client]) -> Firm:
        """Write every client down where it is known."""
        firm, habits, chance = self.firm, self.habits, self.random.random
        for client in clients:
            firm.kinds[client.uid] = client.kind
            code = self._code(client)
            if client.where in (BOTH, LEFT):
                for _ in range(1 + (chance() < habits.left_copy)):
                    self._left(client, code)
            if client.where in (BOTH, RIGHT):
                self._right(client, code)
                if chance() < habits.archived_copy:
                    self._right(client, code, archived=True)
                if chance() < habits.live_copy:
                    self._right(client, code, copy=True)
                if chance() < habits.deleted:
                    self._right(client, code, deleted=True)
            elif chance() < 0.1:
                self._right(client, code, archived=True)
            self._note_look_alikes(client, clients)
        self.random.shuffle(firm.left)
        self.random.shuffle(firm.right)
        return firm

    def _note_look_alikes(self, client: Client, clients: list[Client]) -> None:
        for trap, other in client.traps:
            self.firm.related[client.uid, other] = self.firm.related[other, client.uid] = trap
            pair = (client.uid, other) if client.where == LEFT else (other, client.uid)
            if {client.where, clients[other].where} == {LEFT, RIGHT}:
                self.firm.alike.append((*pair, trap))

    def _code(self, client: Client) -> str:
        self._codes += 1
        letters = "".join(filter(str.isalpha, client.last or client.stem))[:4].upper()
        return f"{letters}{self._codes % 10_000:04}"

    def _told_kind(self, client: Client, clerk: Clerk) -> str:
        chance = self.random.random
        if chance() < clerk.side.no_kind:
            return self.random.choice(("", "", "Other"))
        if chance() < clerk.side.wrong_kind:
            return self.random.choice((INDIVIDUAL, COMPANY, TRUST, PARTNERSHIP))
        return client.kind

    def _person_parts(self, client: Client, clerk: Clerk) -> tuple[str, str, str]:
        return clerk.first_name(client), clerk.middle_name(client), clerk.last_name(client)

    def _name(self, client: Client, clerk: Clerk, parts: tuple[str, str, str]) -> str:
        if client.kind not in PERSONS:
            return clerk.organisation(client)
        name = clerk.person(*parts, client.generation)
        if client.kind == SOLE_TRADER and client.trading:
            chance = self.random.random()
            if chance < 0.15:
                return f"{name} t/a {client.trading}"
            if chance < 0.15 + self.habits.trading_name:
                return client.trading
        return name

    def _moved(self, client: Client, clerk: Clerk) -> tuple[str, str, str, str]:
        """The address, or an older one."""
        random = self.random
        if random.random() < clerk.side.stale:
            street = f"{random.randrange(1, 240)} {random.choice(words.STREETS)} {random.choice(words.TYPES)[0]}"
            places = words.NZ_PLACES if clerk.is_nz else words.AU_PLACES
            return (street, *self.random.choice(places))
        return client.address

    def _email(self, client: Client, clerk: Clerk) -> str:
        if self.random.random() < self.habits.accountants_email:
            return self.own_email
        if self.random.random() < clerk.side.stale:
            name = "".join(filter(str.isalpha, client.first or client.stem)).lower()
            return f"{name}{self.random.randrange(1000)}@{self.random.choice(words.HOSTS)}"
        return client.email

    def _number_of(self, client: Client, clerk: Clerk, number: str) -> str:
        stale = number and self.random.random() < clerk.side.stale
        return f"{number[:2]}{self.random.randrange(10**7, 10**8)}" if stale else number

    def _left(self, client: Client, code: str) -> None:
        clerk, random = self.here, self.random
        first, middle, last = parts = self._person_parts(client, clerk)
        person = client.kind in PERSONS
        street, suburb, state, postcode = (
            clerk.address(self._moved(client, clerk)) if random.random() < clerk.side.address else ("",) * 4
        )
        keep_parts = person and random.random() < clerk.side.parts
        register_id = f"R{random.randrange(16**10):010x}"
        self.firm.left.append(
            {
                "register_id": register_id,
                "client_code": clerk.kept(clerk.side.code, code),
                "name": self._name(client, clerk, parts),
                "entity_type": self._told_kind(client, clerk),
                "title": ("Mrs" if client.woman else "Mr") if person and random.random() < 0.5 else "",
                "first_name": first if keep_parts else "",
                "middle_names": middle if keep_parts else "",
                "last_name": last if keep_parts else "",
                "date_of_birth": clerk.born(client),
                "abn": clerk.number(clerk.side.business, client.business),
                "acn": clerk.number(clerk.side.company, client.company),
                "tax_number": clerk.number(clerk.side.tax, client.tax),
                "email": clerk.kept(clerk.side.email, self._email(client, clerk)),
                "phone": clerk.kept(clerk.side.phone, clerk.phone(self._number_of(client, clerk, client.phone))),
                "mobile": clerk.kept(clerk.side.phone, clerk.phone(self._number_of(client, clerk, client.mobile))),
                "address_line1": street,
                "address_line2": "",
                "suburb": suburb,
                "state": state,
                "postcode": postcode,
                "country": random.choice(("", "New Zealand" if clerk.is_nz else "Australia")),
                "client_group": clerk.kept(clerk.side.group, client.group),
                "manager": client.manager,
                "status": "Active",
            }
        )
        self.firm.left_client[register_id] = client.uid

    def _right(
        self, client: Client, code: str, *, archived: bool = False, copy: bool = False, deleted: bool = False
    ) -> None:
        clerk, random, habits = self.there, self.random, self.habits
        first, middle, last = parts = self._person_parts(client, clerk)
        person = client.kind in PERSONS
        address = clerk.address(self._moved(client, clerk)) if random.random() < clerk.side.address else ("",) * 4
        postal = clerk.address(client.address) if random.random() < 0.5 else ("",) * 4
        keep_parts = person and random.random() < clerk.side.parts
        own_code = code if random.random() < habits.same_code and not copy else f"{code[:3]}{random.randrange(1000):03}"
        tax = clerk.number(clerk.side.tax, client.tax)
        xpm_id = f"{random.randrange(16**12):012x}"
        told = self._told_kind(client, clerk)
        if told == SOLE_TRADER and random.random() < habits.sole_trader_as_individual:
            told = INDIVIDUAL
        elif told == FUND:
            told = (
                TRUST
                if random.random() < habits.fund_as_trust
                else random.choice(("Superannuation Fund", "SMSF", "Self Managed Super Fund"))
            )
        contact = f"{first} {last}" if person else client.director
        self.firm.right.append(
            {
                "xpm_id": xpm_id,
                "name": self._name(client, clerk, parts),
                "first_name": first if keep_parts else "",
                "last_name": last if keep_parts else "",
                "other_name": middle if keep_parts else "",
                "email": clerk.kept(clerk.side.email, self._email(client, clerk)),
                "date_of_birth": clerk.born(client),
                **dict(zip(("address", "city", "region", "postcode"), address, strict=True)),
                "country": random.choice(("", "New Zealand" if clerk.is_nz else "Australia")),
                **dict(zip(("postal_address", "postal_city", "postal_region", "postal_postcode"), postal, strict=True)),
                "postal_country": "",
                "phone": clerk.kept(clerk.side.phone, clerk.phone(self._number_of(client, clerk, client.phone))),
                "business_structure": told,
                "business_number": clerk.number(clerk.side.business, client.business),
                "company_number": clerk.number(clerk.side.company, client.company),
                "tax_number": "*" * 6 + tax[-3:] if tax else "",
                "client_code": clerk.kept(clerk.side.code, own_code),
                "export_code": code if random.random() < habits.export_is_code else "",
                "account_manager": client.manager,
                "groups": self._group(client, clerk),
                "contact_name": contact if random.random() < 0.6 else "",
                "contact_email": self._email(client, clerk) if random.random() < 0.4 else "",
                "contact_mobile": clerk.phone(client.mobile) if random.random() < 0.5 else "",
                "is_archived": "true" if archived else "false",
                "is_deleted": "true" if deleted else "false",
            }
        )
        self.firm.right_client[xpm_id] = client.uid

    def _group(self, client: Client, clerk: Clerk) -> str:
        if self.random.random() > clerk.side.group:
            return ""
        if self.random.random() < self.habits.group_names_agree:
            return client.group
        name = client.group.split()[0]
        return (f"{name} Group", f"{name.upper()} - {client.family}", f"{name} Family & Associates")[self.group_style]
