"""How a clerk writes a client down: in the style of the house, with slips, short forms, and what was true years ago."""

from __future__ import annotations

from random import Random

from matched_firm import words
from matched_firm.clients import COMPANY, FUND, INDIVIDUAL, PARTNERSHIP, SOLE_TRADER, TRUST, Client
from matched_firm.habits import Habits, Side

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KEYS = "abcdefghijklmnopqrstuvwxyz"
NEXT_TO = {"a": "s", "e": "r", "i": "o", "n": "m", "t": "y", "o": "p", "s": "d", "r": "t", "l": "k", "u": "i"}


def slip(text: str, random: Random) -> str:
    """The text with one letter wrong, gone, doubled, or changed with the next."""
    letters = [place for place, letter in enumerate(text) if letter.isalpha() and place]
    if len(letters) < 3:
        return text
    place = random.choice(letters)
    how = random.randrange(5)
    if how == 0:
        return text[:place] + text[place + 1 :]
    if how == 1:
        return text[:place] + text[place] + text[place:]
    if how == 2 and place + 1 < len(text) and text[place + 1].isalpha():
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if how == 3:
        return text[:place] + NEXT_TO.get(text[place], random.choice(KEYS)) + text[place + 1 :]
    return text[:place] + random.choice(KEYS) + text[place + 1 :]


def wrong_digit(text: str, random: Random) -> str:
    """The number with a digit changed, or two changed round."""
    places = [place for place, letter in enumerate(text) if letter.isdecimal()]
    if not places:
        return text
    place = random.choice(places)
    if random.random() < 0.4 and place + 1 < len(text) and text[place + 1].isdecimal():
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + random.choice("0123456789") + text[place + 1 :]


class Clerk:
    """Writes the clients of one side."""

    def __init__(self, random: Random, habits: Habits, side: Side) -> None:
        self.random = random
        self.habits = habits
        self.side = side
        self.is_nz = habits.country == "NZ"
        self.date_style = random.randrange(4)
        self.phone_style = random.randrange(4)
        self.number_style = random.randrange(2)
        self.street_style = random.randrange(3)

    def kept(self, share: float, value: str) -> str:
        """The value, where the side has it at all."""
        return value if self.random.random() < share else ""

    def slipped(self, text: str) -> str:
        """The text, seldom with a slip."""
        return slip(text, self.random) if self.random.random() < self.side.typo else text

    # --- names

    def first_name(self, client: Client) -> str:
        """The first name, or what everybody calls them."""
        if not client.first:
            return ""
        shorts = words.SHORT.get(client.first, ())
        chance = self.random.random()
        if shorts and chance < self.side.short:
            return self.random.choice(shorts)
        if chance > 1 - self.side.short * 0.15:
            return client.first[0]
        if client.middle and chance > 1 - self.side.short * 0.25:
            return client.middle
        return self.slipped(client.first)

    def last_name(self, client: Client) -> str:
        """The last name, seldom the one before a marriage."""
        if client.maiden and self.random.random() < self.habits.maiden:
            return client.maiden
        name = client.last
        if self.random.random() < 0.3:
            name = name.translate(str.maketrans("āēīōūü", "aeiouu"))
        if self.random.random() < 0.1:
            name = name.replace("'", "").replace("-", " ")
        return self.slipped(name)

    def middle_name(self, client: Client) -> str:
        """The middle name, its initial, or nothing."""
        if self.random.random() > self.side.middle:
            return ""
        return client.middle[:1] if self.random.random() < 0.3 else client.middle

    def person(self, first: str, middle: str, last: str, generation: str) -> str:
        """A person's name in one field."""
        style = self.side.person_style if self.random.random() > self.side.untidy else self.random.randrange(5)
        firsts = " ".join(filter(None, (first, middle)))
        tail = f" {generation}" if generation and self.random.random() < 0.7 else ""
        if style == 0:
            return f"{firsts} {last}{tail}"
        if style == 1:
            return f"{last}{tail}, {firsts}"
        if style == 2:
            return f"{last.upper()}, {firsts}{tail}"
        if style == 3:
            return f"{firsts} {last.upper()}{tail}"
        return f"{first} {last}{tail}"

    def organisation(self, client: Client) -> str:
        """The name of a company, trust, fund or partnership."""
        random = self.random
        if client.trading and random.random() < self.habits.trading_name:
            return client.trading
        name = {COMPANY: self._company, TRUST: self._trust, FUND: self._fund, PARTNERSHIP: self._partnership}[
            client.kind
        ](client)
        name = self.slipped(name)
        chance = random.random()
        if chance < self.side.untidy * 0.3:
            name = name.upper()
        elif chance < self.side.untidy * 0.5:
            name = name.replace(" & ", " and ") if " & " in name else name.replace(" ", "  ", 1)
        return name

    def _described(self, client: Client) -> str:
        described = client.described
        if self.random.random() < self.side.untidy * 0.5:
            described = {
                "Investments": "Invest",
                "Holdings": "Hldgs",
                "Properties": "Property",
                "Family": "Fam",
                "Discretionary": "Disc",
                "Services": "Svcs",
                "Group": "Grp",
            }.get(described, described)
        if described and self.random.random() < self.side.untidy * 0.15:
            described = ""
        return described

    def _number(self, client: Client) -> str:
        if not client.number:
            return ""
        return self.random.choice(("No {}", "No. {}", "Number {}", "{}", "No{}")).format(client.number)

    def _company(self, client: Client) -> str:
        if self.is_nz:
            suffix = ("Limited", "Ltd", "Limited", "Ltd", "LTD", "Limited")[self.side.suffix_style]
        else:
            suffix = ("Pty Ltd", "Pty. Ltd.", "P/L", "Pty Limited", "Proprietary Limited", "Pty Ltd")[
                self.side.suffix_style
            ]
        if self.random.random() < self.side.untidy * 0.4:
            suffix = self.random.choice(("", "Pty Ltd", "P/L", "Pty. Ltd."))
        return " ".join(filter(None, (client.stem, self._described(client), self._number(client), suffix)))

    def _trust(self, client: Client) -> str:
        described = self._described(client)
        if described == "Family" and self.random.random() < self.side.untidy * 0.3:
            described = "Family Discretionary"
        core = " ".join(filter(None, (client.stem, described, "Trust", self._number(client))))
        return self._under_trustee(client, core)

    def _under_trustee(self, client: Client, core: str) -> str:
        chance = self.random.random()
        if chance < self.habits.trustee_named * 0.5:
            trustee_for = self.random.choice(("ATF", "as trustee for", "atf the", "as trustee for the"))
            return f"{client.trustee} {trustee_for} {core}"
        if chance < self.habits.trustee_named * 0.8:
            return f"The Trustee for {core}"
        return f"The {core}" if chance > 0.8 else core

    def _fund(self, client: Client) -> str:
        ending = self.random.choice(
            ("Superannuation Fund", "Super Fund", "SMSF", "Superannuation Fund", "S/F", "Super")
        )
        core = " ".join(filter(None, (client.stem, self._described(client), ending)))
        return self._under_trustee(client, core)

    def _partnership(self, client: Client) -> str:
        one, two = client.partners
        style = self.random.randrange(5)
        if style == 0:
            return f"{one[0]} & {two[0]} {client.last}"
        if style == 1:
            return f"{one} & {two} {client.last}"
        if style == 2:
            return f"{client.last}, {one[0]} & {two[0]}"
        if style == 3:
            return f"{one[0]} {client.last} & {two[0]} {client.last}"
        return f"{one[0]} & {two[0]} {client.last} Partnership"

    # --- values

    def born(self, client: Client) -> str:
        """The date of birth in the form of the house; seldom wrong, or 1 January 1900."""
        year, month, day = client.born
        if not year or self.random.random() > self.side.born:
            return "01/01/1900" if year and self.random.random() < self.side.untidy * 0.1 else ""
        chance = self.random.random()
        if chance < self.side.typo * 0.4 and day <= 12:
            month, day = day, month
        elif chance < self.side.typo * 0.7:
            day = min(28, day + self.random.choice((-1, 1, 10))) if day > 1 else day
        elif chance < self.side.typo * 0.9:
            year += self.random.choice((-1, 1, -10, 10))
        return (
            f"{year:04}-{month:02}-{day:02}",
            f"{day:02}/{month:02}/{year:04}",
            f"{day} {MONTHS[month - 1]} {year}",
            f"{year:04}-{month:02}-{day:02}T00:00:00",
        )[self.date_style]

    def number(self, share: float, number: str) -> str:
        """A number as this house spaces it, seldom with a wrong digit."""
        if not number or self.random.random() > share:
            return ""
        if self.random.random() < self.side.typo * 0.4:
            number = wrong_digit(number, self.random)
        if self.number_style and len(number) in (9, 11):
            head = len(number) % 3
            return " ".join(filter(None, (number[:head], *(number[at : at + 3] for at in range(head, len(number), 3)))))
        return number

    def phone(self, number: str) -> str:
        """A phone number as this house writes it."""
        if not number:
            return ""
        if self.random.random() < self.side.typo * 0.5:
            number = wrong_digit(number, self.random)
        style = self.phone_style if self.random.random() > self.side.untidy else self.random.randrange(4)
        code = "64" if self.is_nz else "61"
        if style == 0:
            return number
        if style == 1:
            return f"+{code} {number[1:4]} {number[4:7]} {number[7:]}".strip()
        if style == 2:
            return (
                f"({number[:2]}) {number[2:6]} {number[6:]}"
                if number[:2] not in ("04", "02") or not self.is_nz
                else number
            )
        return f"{number[:4]} {number[4:7]} {number[7:]}".strip()

    def address(self, address: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
        """Street, suburb, region and postcode as this house writes them."""
        street, suburb, state, postcode = address
        if self.street_style == 1:
            for long, short in words.TYPES:
                street = street.replace(f" {long}", f" {short}")
        if self.street_style != 2 and street.startswith("Unit "):
            unit, _, rest = street[5:].partition(", ")
            street = f"{unit}/{rest}"
        if self.random.random() < self.side.typo:
            street = slip(street, self.random)
        return street, suburb.upper() if self.random.random() < self.side.untidy else suburb, state, postcode


PERSONS = (INDIVIDUAL, SOLE_TRADER)
