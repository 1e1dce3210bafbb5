"""How one fact comes to be another, often by the smallest slip of a finger."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from labelled.facts import LAST, STAFF, STREET_TYPES, TOWNS, Fact, digits


def _typo(text: str, chance: Random) -> str:
    """The text with one letter lost, doubled, changed or exchanged for its neighbour."""
    places = [at for at, letter in enumerate(text) if letter.isascii() and letter.isalpha() and at > 0] or [0]
    at = chance.choice(places)
    kind = chance.randrange(4)
    if kind == 0 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2 and at + 1 < len(text) and text[at + 1].isalpha() and text[at].lower() != text[at + 1].lower():
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice([letter for letter in "bdkmnpvz" if letter != text[at].lower()]) + text[at + 1 :]


def _slip_digit(text: str, chance: Random, least: int = 0) -> str:
    """The digits with one changed, or two neighbours exchanged, from place `least` on."""
    at = chance.randrange(least, len(text))
    if chance.random() < 0.3 and at + 1 < len(text) and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice("0123456789".replace(text[at], "")) + text[at + 1 :]


def slip_word(fact: Fact, chance: Random) -> Fact:
    return (_typo(fact[0], chance),) if chance.random() < 0.6 else (chance.choice(LAST).replace("_", " "),)


def slip_name(fact: Fact, chance: Random) -> Fact:
    if fact[0] == "person":
        sort, first, other, last = fact
        return chance.choice([(sort, first, other, _typo(last, chance)), (sort, _typo(first, chance), other, last)])
    sort, words, number, last = fact
    others = [
        (sort, words, "" if number else "2", last),
        (sort, words, str(int(number or "2") + 1), last),
        (sort, _typo(words, chance), number, last)
        if sort in ("company", "atf", "trading")
        else (sort, words, "7", last),
    ]
    return chance.choice(others)


def slip_date(fact: Fact, chance: Random) -> Fact:
    day = date.fromisoformat(fact[0])
    if day.day <= 12 and chance.random() < 0.5:
        return (day.replace(month=day.day, day=day.month).isoformat(),)
    return ((day + timedelta(chance.choice([1, -1, 10, 30, 365, 3652]))).isoformat(),)


def slip_email(fact: Fact, chance: Random) -> Fact:
    name, host = fact
    return chance.choice(
        [(_typo(name, chance), host), (f"{name}2", host), (name, _typo(host, chance)), ("admin", host)]
    )


def slip_website(fact: Fact, chance: Random) -> Fact:
    host, path = fact
    changed = host.replace(".com.au", ".net.au") if host.endswith(".com.au") else host.replace(".co.nz", ".nz")
    return chance.choice([(changed, path), (_typo(host.split(".")[0], chance) + ".com", path), (host, path + "/team")])


def slip_phone(fact: Fact, chance: Random) -> Fact:
    country, area, number, sort = fact
    dice = chance.random()
    if dice < 0.1 and sort == "landline":
        return country, chance.choice([each for each in "3678" if each != area]), number, sort
    if dice < 0.3:
        return country, area, str(chance.randrange(2, 10)) + digits(chance, len(number) - 1), sort
    return country, area, _slip_digit(number, chance, 1), sort


def slip_address(fact: Fact, chance: Random) -> Fact:
    if fact[0] != "street":
        box, number = fact
        return chance.choice(
            [(box, _slip_digit(number, chance)), ("private bag" if box == "po box" else "po box", number)]
        )
    sort, inside, number, house, street, end = fact
    other = chance.choice([each for each in STREET_TYPES if each != end])
    return chance.choice(
        [
            (sort, inside, number, str(int(house.rstrip("ab")) + chance.choice([1, 2, 10])), street, end),
            (sort, inside, str(int(number) + 1), house, street, end)
            if inside
            else (sort, "unit", "3", house, street, end),
            (sort, inside, number, house, street, other),
            (sort, inside, number, house, _typo(street, chance), end),
            (sort, "", "", house + ("" if house[-1] in "ab" else "b"), street, end),
        ]
    )


def slip_choice(values: Sequence[str]) -> Callable[[Fact, Random], Fact]:
    return lambda fact, chance: (chance.choice([each for each in values if each != fact[0]]),)


def slip_number(fact: Fact, chance: Random) -> Fact:
    return (_slip_digit(fact[0], chance, 1),)


def slip_tax_number(fact: Fact, chance: Random) -> Fact:
    """In the last three digits, which every mask shows."""
    return (fact[0][:-3] + _slip_digit(fact[0][-3:], chance),)


def slip_city(fact: Fact, chance: Random) -> Fact:
    towns = [town for region in TOWNS.values() for town, _ in region if town != fact[0]]
    return (_typo(fact[0], chance),) if chance.random() < 0.4 else (chance.choice(towns),)


def slip_manager(fact: Fact, chance: Random) -> Fact:
    return chance.choice([each for each in STAFF if each != fact])
