"""The ways in which people and programs write one fact."""

from collections.abc import Callable
from datetime import date
from random import Random

from labelled.facts import AREAS, AUSTRALIA, STREET_TYPES, Fact


def _habit(text: str, chance: Random) -> str:
    """What hands and programs do to any text."""
    dice = chance.random()
    if dice < 0.55:
        return text
    if dice < 0.7:
        return text.upper()
    if dice < 0.78:
        return text.lower()
    if dice < 0.84:
        return f" {text}" if dice < 0.81 else f"{text}  "
    if dice < 0.89:
        return text.replace(" ", "  ", 1)
    if dice < 0.94:
        return text.replace(" ", "\u00a0")
    return text.replace("'", "’").replace("-", "‐")


def _bare(text: str) -> str:
    return text.translate(str.maketrans("āēīōūïéëüáóễ", "aeiouieeuaoe"))


def write_word(fact: Fact, region: str, chance: Random) -> str:
    text = fact[0]
    if chance.random() < 0.3:
        text = _bare(text)
    if text.startswith(("Mc", "Mac")) and chance.random() < 0.15:
        text = text.replace("Mc", "Mc ").replace("Mac", "Mac ") if text[:3] in ("McD", "McK", "Mac") else text
    if "'" in text and chance.random() < 0.2:
        text = text.replace("'", chance.choice(["", " ", "’"]))
    if "-" in text and chance.random() < 0.2:
        text = text.replace("-", " ")
    return _habit(text, chance)


PTY = ("Pty Ltd", "Pty Limited", "Pty. Ltd.", "Pty. Limited", "Proprietary Limited", "P/L", "PTY LTD")
FAMILY_TRUST = ("Family Trust", "Fam Trust", "Family Tst", "FAMILY TRUST")


def write_name(fact: Fact, region: str, chance: Random) -> str:
    if fact[0] == "person":
        _, first, other, last = fact
        given = " ".join(filter(None, (first, other)))
        text = f"{last}, {given}" if chance.random() < 0.4 else f"{given} {last}"
        return write_word((text,), region, chance)
    sort, words, number, last = fact
    numbered = f"{chance.choice(['No ', 'No. ', 'No.', 'Number ', '#'])}{number}" if number else ""
    company = " ".join(filter(None, (words, numbered, chance.choice(PTY))))
    trust = f"{chance.choice(['The ', '', ''])}{last} {chance.choice(FAMILY_TRUST)} {numbered}".strip()
    text = {
        "company": company,
        "trust": trust,
        "atf": f"{company} {chance.choice(['ATF', 'atf', 'as trustee for', 'A.T.F.', 'as trustee for the'])} "
        f"{last} {chance.choice(FAMILY_TRUST)}",
        "fund": f"{last} {numbered} {chance.choice(['Superannuation Fund', 'Super Fund', 'SUPER FUND', 'Superfund'])}",
        "partners": f"{last} {chance.choice(['&', 'and', '+'])} {words.split()[0]} {numbered}".strip(),
        "trading": f"{last} {numbered} {chance.choice(['t/a', 'T/A', 'trading as', 't/as'])} {words}",
    }[sort]
    return write_word((" ".join(text.split()),), region, chance)


def write_date(fact: Fact, region: str, chance: Random) -> str:
    day = date.fromisoformat(fact[0])
    form = chance.choice(
        ["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%Y-%m-%dT00:00:00", "%Y%m%d"]
    )
    text = day.strftime(form)
    return text.lstrip("0") if chance.random() < 0.2 and form.startswith("%d") else text


def write_email(fact: Fact, region: str, chance: Random) -> str:
    text = f"{fact[0]}@{fact[1]}"
    return chance.choice([text, text.title(), text.upper(), text.lower(), f" {text}", f"{fact[0]}@{fact[1].upper()}"])


def write_website(fact: Fact, region: str, chance: Random) -> str:
    host, path = fact
    start = chance.choice(["https://www.", "http://www.", "www.", "", "https://", "HTTP://", "http://"])
    return f"{start}{host if chance.random() < 0.8 else host.upper()}{path}{chance.choice(['', '/'])}"


def _grouped(number: str, gap: str) -> str:
    sizes = {9: (3, 3, 3), 8: (4, 4), 7: (3, 4), 6: (3, 3)}[len(number)]
    pieces, at = [], 0
    for size in sizes:
        pieces.append(number[at : at + size])
        at += size
    return gap.join(pieces)


def write_phone(fact: Fact, region: str, chance: Random) -> str:
    country, area, number, sort = fact
    code = "61" if country == "AU" else "64"
    gap = chance.choice([" ", " ", "", "-", ".", "\u00a0"])
    if sort == "mobile" and country == "AU":
        area, number = area + number[:2], number[2:]
    local = _grouped(number, gap)
    forms = [
        f"0{area}{gap}{local}",
        f"(0{area}) {local}",
        f"(0{area}){local}",
        f"+{code} {area}{gap}{local}",
        f"+{code}{area}{number}",
        f"+{code} (0){area} {local}",
        f"+{code}(0){area}{gap}{local}",
        f"00{code} {area} {local}",
        f"{code} {area} {local}",
        f"0{area}{number}",
        f"{area}{number}",
        f"(+{code}) {area} {local}",
        f"0{area}/{number}",
    ]
    if sort == "landline" and AREAS[region] == area and (country == "AU") == (region in AUSTRALIA):
        forms.append(local)
    text = chance.choice(forms)
    return f"{chance.choice(['Ph: ', 'T ', 'ph '])}{text}" if chance.random() < 0.04 else text


def write_address(fact: Fact, region: str, chance: Random) -> str:
    if fact[0] != "street":
        box, number = fact
        forms = {
            "po box": ("PO Box", "P.O. Box", "P O Box", "PO BOX", "Post Office Box", "P.O.Box"),
            "gpo box": ("GPO Box", "G.P.O. Box", "GPO BOX"),
            "private bag": ("Private Bag", "PRIVATE BAG", "Pvt Bag"),
        }[box]
        return f"{chance.choice(forms)} {number}"
    _, inside, number, house, street, sort = fact
    line = f"{house} {street} {chance.choice(STREET_TYPES[sort])}"
    fronts = {
        "": ("",),
        "unit": (
            f"Unit {number}, ",
            f"{number}/",
            f"U{number}/",
            f"Unit {number}/",
            f"Flat {number}, ",
            f"U {number}, ",
        ),
        "suite": (f"Suite {number}, ", f"Ste {number}, ", f"{number}/", f"SUITE {number} "),
        "level": (f"Level {number}, ", f"L{number}, ", f"Lvl {number}, ", f"Level {number}\n", f"Floor {number}, "),
        "shop": (f"Shop {number}, ", f"{number}/", f"Shop {number}/"),
    }[inside]
    return _habit(chance.choice(fronts) + line, chance)


def write_city(fact: Fact, region: str, chance: Random) -> str:
    text = fact[0]
    for long, short in (("Mount ", "Mt "), ("North ", "Nth "), ("St ", "Saint "), ("Mount ", "Mt. "), ("St ", "St. ")):
        if text.startswith(long) and chance.random() < 0.3:
            text = short + text.removeprefix(long)
    return write_word((text,), region, chance)


def write_postcode(fact: Fact, region: str, chance: Random) -> str:
    return chance.choice([fact[0], fact[0], f"{fact[0]} ", fact[0].lstrip("0"), f" {fact[0]}"])


def write_choice(words: dict[str, tuple[str, ...]]) -> Callable[[Fact, str, Random], str]:
    return lambda fact, region, chance: chance.choice(words[fact[0]])


def write_number(label: str, *sizes: tuple[int, ...]) -> Callable[[Fact, str, Random], str]:
    groups = {sum(each): each for each in sizes}

    def write(fact: Fact, region: str, chance: Random) -> str:
        number, at, pieces = fact[0], 0, []
        for size in groups.get(len(number), (len(number),)):
            pieces.append(number[at : at + size])
            at += size
        text = chance.choice([" ", "", "-", "\u00a0", " "]).join(pieces)
        return f"{label} {text}" if chance.random() < 0.08 else text

    return write


def write_tax_number(fact: Fact, region: str, chance: Random) -> str:
    number = fact[0]
    if chance.random() < 0.25:
        return chance.choice(["******", "*** *** ", "XXXXXX", "xxx xxx "]) + number[-3:]
    return write_number("TFN", (3, 3, 3))(fact, region, chance)


def write_manager(fact: Fact, region: str, chance: Random) -> str:
    first, last = fact
    return _habit(f"{last}, {first}" if chance.random() < 0.4 else f"{first} {last}", chance)
