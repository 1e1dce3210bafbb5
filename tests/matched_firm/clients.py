"""The clients of an invented firm: families with their companies, trusts, funds and partnerships, and look-alikes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from matched_firm import words
from matched_firm.habits import Habits

INDIVIDUAL, SOLE_TRADER, COMPANY, TRUST, FUND, PARTNERSHIP = (
    *("Individual", "Sole Trader", "Company"),
    *("Trust", "SMSF", "Partnership"),
)
BOTH, LEFT, RIGHT = "both", "left", "right"


@dataclass(slots=True)
class Client:
    """One real client, as it is. `look_alike` is who it is easily mistaken for, and by what."""

    uid: int
    kind: str
    family: int
    stem: str = ""
    described: str = ""
    number: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    maiden: str = ""
    generation: str = ""
    partners: tuple[str, str] = ("", "")
    trading: str = ""
    trustee: str = ""
    director: str = ""
    woman: bool = False
    born: tuple[int, int, int] = (0, 0, 0)
    tax: str = ""
    business: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address: tuple[str, str, str, str] = ("", "", "", "")
    group: str = ""
    manager: str = ""
    where: str = BOTH
    traps: list[tuple[str, int]] = field(default_factory=list)


def acn(random: Random) -> str:
    """A company number with its check digit."""
    digits = [random.randrange(10) for _ in range(8)]
    total = sum(digit * weight for digit, weight in zip(digits, range(8, 0, -1), strict=True))
    return "".join(map(str, digits)) + str((10 - total % 10) % 10)


def abn(random: Random, company: str = "") -> str:
    """A business number with its check digits; a company's ends with its company number."""
    tail = company or "".join(str(random.randrange(10)) for _ in range(9))
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    total = sum(int(digit) * weight for digit, weight in zip("00" + tail, weights, strict=True))
    for check in range(10, 100):
        head = (check // 10 - 1) * 10 + check % 10
        if (total + head) % 89 == 0:
            return f"{check}{tail}"
    return "51" + tail


class Families:
    """Makes families one after the other until there are enough clients."""

    def __init__(self, random: Random, habits: Habits) -> None:
        self.random = random
        self.habits = habits
        self.clients: list[Client] = []
        self._family = 0
        places = words.AU_PLACES if habits.country == "AU" else words.NZ_PLACES
        self._places = random.sample(places, min(len(places), 8))
        self._managers = [f"{random.choice(words.MEN)} {self._last()}" for _ in range(6)]

    def make(self, count: int) -> list[Client]:
        """At least this many clients, with where they are known, and their look-alikes."""
        while len(self.clients) < count:
            self._family += 1
            self._make_family()
        habits = self.habits
        for client in self.clients:
            chance = self.random.random()
            if chance < habits.left_only:
                client.where = LEFT
            elif chance < habits.left_only + habits.right_only:
                client.where = RIGHT
        self._split_look_alikes()
        return self.clients

    def _split_look_alikes(self) -> None:
        """Of some that are alike, one is known here alone and the other there alone."""
        for client in self.clients:
            for _, other in client.traps:
                if self.random.random() < 0.15:
                    client.where, self.clients[other].where = self.random.choice(((LEFT, RIGHT), (RIGHT, LEFT)))

    # --- parts

    def _last(self) -> str:
        random = self.random
        if random.random() < 0.35:
            made = random.choice(words.SYLLABLES) + random.choice(words.SYLLABLES) * (random.random() < 0.5)
            return (made + random.choice(words.ENDINGS)).capitalize()
        return words.LAST_NAMES[int(len(words.LAST_NAMES) * random.random() ** 1.8)]

    def _address(self) -> tuple[str, str, str, str]:
        random = self.random
        street = f"{random.randrange(1, 240)} {random.choice(words.STREETS)} {random.choice(words.TYPES)[0]}"
        if random.random() < 0.15:
            street = f"Unit {random.randrange(1, 30)}, {street}"
        elif random.random() < 0.06:
            street = f"PO Box {random.randrange(10, 9999)}"
        return (street, *random.choice(self._places))

    def _landline(self) -> str:
        area = self.random.choice("2378") if self.habits.country == "AU" else self.random.choice("34679")
        length = 8 if self.habits.country == "AU" else 7
        return "0" + area + "".join(self.random.choice("23456789") for _ in range(length))

    def _mobile(self) -> str:
        if self.habits.country == "AU":
            return "04" + "".join(str(self.random.randrange(10)) for _ in range(8))
        return "02" + self.random.choice("1279") + "".join(str(self.random.randrange(10)) for _ in range(7))

    def _tax(self) -> str:
        return "".join(str(self.random.randrange(10)) for _ in range(9)).replace("0", "1", 1)

    def _business(self, company: str = "") -> str:
        if self.habits.country == "AU":
            return abn(self.random, company)
        return "9429" + "".join(str(self.random.randrange(10)) for _ in range(9))

    def _company_number(self) -> str:
        return acn(self.random) if self.habits.country == "AU" else str(self.random.randrange(10**6, 10**7))

    def _email(self, first: str, last: str) -> str:
        random = self.random
        plain = "".join(filter(str.isascii, last.replace("'", "").replace(" ", ""))).lower()
        first = "".join(filter(str.isascii, first)).lower()
        local = random.choice(
            (
                f"{first}.{plain}",
                f"{first[:1]}{plain}",
                f"{first}{random.randrange(99)}",
                f"{plain}{random.randrange(99)}",
            )
        )
        return f"{local}@{random.choice(words.HOSTS)}"

    def _add(self, kind: str, **facts: object) -> Client:
        client = Client(len(self.clients), kind, self._family)
        for name, value in facts.items():
            setattr(client, name, value)
        client.tax = client.tax or self._tax()
        self.clients.append(client)
        return client

    def _alike(self, trap: str, one: Client, two: Client) -> None:
        one.traps.append((trap, two.uid))

    # --- a family

    def _make_family(self) -> None:
        random = self.random
        last = self._last()
        home = {
            "address": self._address(),
            "phone": self._landline(),
            "group": f"{last} {random.choice(('Family', 'Group', 'Family Group', 'Family'))}",
            "manager": random.choice(self._managers),
        }
        email = self._email("", last) if random.random() < 0.5 else self._email("family", last)
        people = list(self._people(last, home, email))
        shared = {
            **home,
            "email": email if random.random() < 0.6 else people[0].email,
            "director": f"{people[0].first} {last}",
        }
        if random.random() < 0.12:
            self._sole_trader(people[-1], last)
        if len(people) > 1 and people[1].woman and random.random() < 0.15:
            couple = self._add(
                PARTNERSHIP,
                stem=last,
                last=last,
                partners=(people[0].first, people[1].first),
                business=self._business(),
                **shared,
            )
            self._alike("couple and one of them", couple, people[0])
        companies = list(self._companies(last, people, shared))
        trusts = list(self._trusts(last, people, shared, companies))
        if random.random() < 0.3:
            self._fund(last, people, shared, companies)
        for company in companies:
            for trust in trusts:
                if company.stem == trust.stem:
                    self._alike("company and trust", company, trust)

    def _people(self, last: str, home: Mapping[str, object], email: str) -> Iterator[Client]:
        random, habits = self.random, self.habits
        year = random.randrange(1935, 1990)
        count = random.choice((1, 1, 2, 2, 2, 3, 4))
        grown: list[Client] = []
        for place in range(count):
            woman = random.random() < (0.08, 0.92, 0.5, 0.5)[place]
            first = random.choice(words.WOMEN if woman else words.MEN)
            older = year + random.randrange(-3, 4) if place < 2 else year + random.randrange(22, 36)
            generation = ""
            son_of = place >= 2 and not woman and random.random() < 0.35
            if son_of:
                first, generation = grown[0].first, random.choice(("", "", "", "Jnr"))
            twin_of = place == 3 and random.random() < 0.15
            born = grown[2].born if twin_of else (older, random.randrange(1, 13), random.randrange(1, 29))
            own = random.random()
            person = self._add(
                INDIVIDUAL,
                first=first,
                middle=random.choice(words.WOMEN if woman else words.MEN) if random.random() < 0.75 else "",
                last=last,
                maiden=self._last() if woman and place == 1 else "",
                generation=generation,
                woman=woman,
                born=born,
                email=email if own < habits.shared_email * 0.6 else self._email(first, last),
                mobile=self._mobile(),
                **(
                    {**home, "address": self._address(), "phone": self._landline()}
                    if place >= 2 and random.random() < 0.5
                    else home
                ),
            )
            if random.random() > habits.shared_phone:
                person.phone = ""
            for other in grown:
                if son_of and other is grown[0]:
                    self._alike("father and son", person, other)
                elif twin_of and other is grown[2]:
                    self._alike("twins", person, other)
                elif other.first[0] == first[0]:
                    self._alike("same initial", person, other)
            grown.append(person)
            yield person

    def _sole_trader(self, person: Client, last: str) -> None:
        person.kind = SOLE_TRADER
        person.business = self._business()
        trade = self.random.choice(words.TRADES)
        person.trading = self.random.choice(
            (f"{last} {trade}", f"{person.first}'s {trade}", f"{self.random.choice(words.FANCIES)} {trade}")
        )

    def _companies(self, last: str, people: list[Client], shared: Mapping[str, object]) -> Iterator[Client]:
        random = self.random
        before: Client | None = None
        for _ in range(random.choice((0, 0, 0, 1, 1, 1, 2, 3))):
            chance = random.random()
            stem, described, number = last, "", ""
            if chance < 0.3:
                stem = f"{random.choice(words.FANCIES)} {random.choice(words.TRADES)}"
            elif chance < 0.5:
                stem = f"{last} {random.choice(words.TRADES)}"
            elif chance < 0.6:
                stem = f"{people[0].first[0]}{people[-1].first[0]}{last[0]}"
                described = random.choice(words.DESCRIBED)
            else:
                described = random.choice(words.DESCRIBED)
            if before is not None and random.random() < 0.35:
                stem, described, number = before.stem, before.described, random.choice(("2", "3"))
            company = self._company_number()
            made = self._add(
                COMPANY,
                stem=stem,
                described=described,
                number=number,
                company=company,
                business=self._business(company),
                **shared,
            )
            if random.random() < 0.3:
                made.phone, made.email = self._landline(), self._email("admin", stem)
            if before is not None and before.stem == stem:
                self._alike("No 2" if number else "sibling companies", made, before)
            before = made
            yield made

    def _trusts(
        self, last: str, people: list[Client], shared: Mapping[str, object], companies: list[Client]
    ) -> Iterator[Client]:
        random = self.random
        before: Client | None = None
        for _ in range(random.choice((0, 0, 0, 1, 1, 1, 2, 2))):
            stem = random.choice(
                (last, last, last, f"{people[0].first[0]} & {people[-1].first[0]} {last}", f"{people[0].first} {last}")
            )
            if companies and random.random() < 0.25:
                stem = random.choice(companies).stem
            described, number = random.choice(words.TRUSTS), ""
            if before is not None:
                stem = before.stem
                if random.random() < 0.3:
                    described, number = before.described, "2"
            if random.random() < 0.1:
                described = ""
            made = self._add(
                TRUST,
                stem=stem,
                described=described,
                number=number,
                business=self._business() if random.random() < 0.8 else "",
                **shared,
            )
            made.trustee = self._trustee(companies, people)
            if before is not None and (before.described, before.number) != (described, number):
                self._alike("No 2" if number else "sibling trusts", made, before)
            before = made
            yield made

    def _trustee(self, companies: list[Client], people: list[Client]) -> str:
        if companies and self.random.random() < 0.6:
            company = self.random.choice(companies)
            return " ".join(
                filter(None, (company.stem, company.described, "Pty Ltd" if self.habits.country == "AU" else "Limited"))
            )
        return f"{people[0].first} {people[0].last}"

    def _fund(self, last: str, people: list[Client], shared: Mapping[str, object], companies: list[Client]) -> None:
        random = self.random
        stem = random.choice(
            (last, last, f"{people[0].first} {last}", f"{people[0].first[0]} & {people[-1].first[0]} {last}")
        )
        described = random.choice(("", "", "", "Family", "Retirement"))
        made = self._add(FUND, stem=stem, described=described, business=self._business(), **shared)
        made.trustee = self._trustee(companies, people)
        for other in self.clients[-24:]:
            if other.family == self._family and other.kind == TRUST and other.stem == stem:
                self._alike("fund and trust", made, other)
