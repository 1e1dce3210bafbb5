"""Two exports of an invented firm's clients, with the truth about every cell that is not equal: real or format.

It shares nothing with the program: a client is facts, a fact is written in one of the ways in which people and programs
write it, and a real difference is another fact, often the smallest slip of a finger away. Run as a script it writes
`left.csv`, `right.csv` and `truth.csv` (client_code, field, kind) into a folder.
"""

import argparse
import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random


def words(text: str) -> tuple[str, ...]:
    """The words of a list; an underscore stays for a blank."""
    return tuple(text.split())


FIELDS = words(
    "client_code name title first_name other_name last_name date_of_birth email phone mobile fax website address city "
    "region postcode country postal_address postal_city postal_postcode abn acn tax_number structure manager"
)

Fact = tuple[str, ...]
"""What a cell says, taken apart; () where it says nothing."""

EQUAL, REAL = 0.72, 0.16
"""How many cells are written alike, and how many of the others really differ."""


@dataclass
class Files:
    """Two files and the truth: `kinds` has each unequal cell as (client_code, field) → real or format."""

    left: list[list[str]] = field(default_factory=list)
    right: list[list[str]] = field(default_factory=list)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)


def make(clients: int, seed: int) -> Files:
    """The files of so many clients; the right one in another order."""
    chance = Random(seed)
    files = Files()
    for number in range(clients):
        _client(files, f"C{number:05}", chance)
    chance.shuffle(files.right)
    return files


def _client(files: Files, code: str, chance: Random) -> None:
    facts, region = _facts(chance)
    left, right = [code], [code]
    for name in FIELDS[1:]:
        ours, theirs, kind = _cell(facts.get(name, ()), _SORTS[name], region, chance)
        left.append(ours)
        right.append(theirs)
        if ours != theirs:
            files.kinds[code, name] = kind
    files.left.append(left)
    files.right.append(right)


def _cell(fact: Fact, sort: "Sort", region: str, chance: Random) -> tuple[str, str, str]:
    """Both writings of one fact, or of two, and what their difference is."""
    written = sort.write(fact, region, chance) if fact else ""
    if chance.random() < EQUAL:
        return written, written, "format"
    if chance.random() >= REAL:
        return written, sort.write(fact, region, chance) if fact else _blank(chance), "format"
    other = sort.slip(fact, chance) if fact and chance.random() < 0.85 else () if fact else None
    if other is None or other == fact:
        return written, written, "format"
    theirs = sort.write(other, region, chance) if other else _blank(chance)
    return (theirs, written, "real") if chance.random() < 0.5 else (written, theirs, "real")


def _blank(chance: Random) -> str:
    return " " if chance.random() < 0.05 else ""


# --- the firm's clients

FIRST = words(
    "James Mary Wiremu Aroha Liam Olivia Noah Charlotte Jack Amelia Hēmi Mere Nikau Anaïs José Zoë Siobhán Ngaire Kate "
    "Rāwiri Mary-Ann Jean-Paul Priya Wei Nguyễn Ahmed Fatima Giuseppe Dimitri Catherine Ann Anne Jon John Sara Sarah"
)
LAST = words(
    "Smith Jones Williams Brown Wilson Taylor Ngata Tāwhiri McDonald MacDonald McKenzie MacGregor O'Brien O'Connor "
    "Nguyen Patel Singh Chen Müller Fernández D'Souza Smith-Jones Parata Te_Rangi van_der_Berg Kelly Walker White Hall "
    "Young King Wright Lee Martin Clarke Clark Reid Reed Stewart Stuart Brooke Brooks"
)
WORDS = words(
    "Rata Kauri Southern Northern Harbour Pacific Alpine Golden Silver Riverside Summit Coastal Tasman Banksia Wattle "
    "Acacia Kōwhai Heritage Premier Apex Zenith Horizon Blue Red Green Stone Iron Cedar Maple Falcon Eagle Kiwi Emu"
)
TRADES = words(
    "Plumbing Electrical Builders Holdings Investments Properties Consulting Engineering Transport Dairy Farms "
    "Nominees Holdings_Group Developments Services Enterprises Management Dental Medical Motors Constructions Trading"
)
TOWNS = {
    "NSW": (("Sydney", "2000"), ("Parramatta", "2150"), ("Wagga Wagga", "2650"), ("North Sydney", "2060")),
    "VIC": (("Melbourne", "3000"), ("St Kilda", "3182"), ("Geelong", "3220"), ("Mount Waverley", "3149")),
    "QLD": (("Brisbane", "4000"), ("Cairns", "4870"), ("Mount Isa", "4825"), ("Surfers Paradise", "4217")),
    "SA": (("Adelaide", "5000"), ("Mount Gambier", "5290"), ("Port Lincoln", "5606")),
    "WA": (("Perth", "6000"), ("Fremantle", "6160"), ("Broome", "6725")),
    "TAS": (("Hobart", "7000"), ("Launceston", "7250"), ("St Helens", "7216")),
    "NT": (("Darwin", "0800"), ("Alice Springs", "0870")),
    "ACT": (("Canberra", "2601"), ("Kingston", "2604")),
    "AUK": (("Auckland", "1010"), ("Takapuna", "0622"), ("Mount Eden", "1024")),
    "WKO": (("Hamilton", "3204"), ("Cambridge", "3434")),
    "BOP": (("Tauranga", "3110"), ("Mount Maunganui", "3116"), ("Whakatāne", "3120")),
    "WGN": (("Wellington", "6011"), ("Lower Hutt", "5010"), ("Petone", "5012")),
    "CAN": (("Christchurch", "8011"), ("Timaru", "7910"), ("Rangiora", "7400")),
    "OTA": (("Dunedin", "9016"), ("Queenstown", "9300")),
    "NTL": (("Whangārei", "0110"), ("Kerikeri", "0230")),
    "HKB": (("Napier", "4110"), ("Hastings", "4122")),
}
REGIONS = {
    "NSW": ("NSW", "New South Wales", "N.S.W.", "nsw"),
    "VIC": ("VIC", "Victoria", "Vic.", "Vic"),
    "QLD": ("QLD", "Queensland", "Qld", "Qld."),
    "SA": ("SA", "South Australia", "S.A.", "Sth Australia"),
    "WA": ("WA", "Western Australia", "W.A.", "West Australia"),
    "TAS": ("TAS", "Tasmania", "Tas", "Tas."),
    "NT": ("NT", "Northern Territory", "N.T."),
    "ACT": ("ACT", "Australian Capital Territory", "A.C.T.", "act"),
    "AUK": ("Auckland", "AUK", "AUCKLAND", "Auckland Region"),
    "WKO": ("Waikato", "WKO", "waikato", "Waikato Region"),
    "BOP": ("Bay of Plenty", "BOP", "Bay Of Plenty", "BAY OF PLENTY"),
    "WGN": ("Wellington", "WGN", "Wellington Region"),
    "CAN": ("Canterbury", "CAN", "CANTERBURY"),
    "OTA": ("Otago", "OTA", "Otago Region"),
    "NTL": ("Northland", "NTL", "NORTHLAND"),
    "HKB": ("Hawke's Bay", "Hawkes Bay", "Hawke’s Bay", "HKB"),
}
AREAS = {
    **dict.fromkeys(("NSW", "ACT"), "2"),
    **dict.fromkeys(("VIC", "TAS"), "3"),
    "QLD": "7",
    **dict.fromkeys(("SA", "WA", "NT"), "8"),
    **dict.fromkeys(("AUK", "NTL"), "9"),
    **dict.fromkeys(("WKO", "BOP"), "7"),
    "HKB": "6",
    "WGN": "4",
    **dict.fromkeys(("CAN", "OTA"), "3"),
}
AUSTRALIA = ("NSW", "VIC", "QLD", "SA", "WA", "TAS", "NT", "ACT")
STREETS = words(
    "King Queen Rata George Victoria Albert Station Church Mill Beach St_Georges Mount_Eden High Park Short"
)
STREET_TYPES = {
    "street": ("Street", "St", "St.", "ST", "STREET"),
    "road": ("Road", "Rd", "Rd.", "RD"),
    "avenue": ("Avenue", "Ave", "Ave.", "Av"),
    "drive": ("Drive", "Dr", "Dr.", "Drv"),
    "place": ("Place", "Pl", "Pl."),
    "crescent": ("Crescent", "Cres", "Cr", "CRES"),
    "terrace": ("Terrace", "Tce", "Terr"),
    "parade": ("Parade", "Pde", "Pde."),
    "court": ("Court", "Ct", "Crt"),
    "highway": ("Highway", "Hwy", "HWY"),
    "lane": ("Lane", "Ln", "La"),
    "close": ("Close", "Cl"),
    "boulevard": ("Boulevard", "Blvd", "Bvd"),
    "grove": ("Grove", "Gr", "Gve"),
    "way": ("Way", "Wy"),
}
STAFF = [
    (first, last) for first in ("Lee", "Anna", "Tom", "Mere", "Priya") for last in ("Park", "O'Neill", "Singh", "McRae")
]
STRUCTURES = {
    "company": ("Company", "Pty Ltd", "Proprietary Company", "company", "Private Company", "Pty Ltd Company"),
    "trust": ("Trust", "TRUST", "trust"),
    "discretionary trust": ("Discretionary Trust", "Trust - Discretionary", "discretionary trust"),
    "unit trust": ("Unit Trust", "Trust (Unit)", "UNIT TRUST"),
    "smsf": ("SMSF", "Self Managed Super Fund", "Self-Managed Superannuation Fund", "Self Managed Superannuation Fund"),
    "individual": ("Individual", "INDIVIDUAL", "Person", "individual"),
    "sole trader": ("Sole Trader", "Sole trader", "Sole Proprietor", "SOLE TRADER"),
    "partnership": ("Partnership", "partnership", "PARTNERSHIP", "P'ship"),
}


def _facts(chance: Random) -> tuple[dict[str, Fact], str]:
    """What is true of one client, by field, and the region that it lives in."""
    region = chance.choice(AUSTRALIA if chance.random() < 0.65 else tuple(set(TOWNS) - set(AUSTRALIA)))
    country = "AU" if region in AUSTRALIA else "NZ"
    town, postcode = chance.choice(TOWNS[region])
    postal_town, postal_code = (town, postcode) if chance.random() < 0.7 else chance.choice(TOWNS[region])
    person = chance.random() < 0.45
    first, other, last = chance.choice(FIRST), chance.choice(FIRST), chance.choice(LAST).replace("_", " ")
    host = f"{chance.choice(WORDS)}{chance.choice(TRADES)}".lower().replace("ō", "o").replace("_", "")
    host += ".com.au" if country == "AU" else ".co.nz"
    facts: dict[str, Fact] = {
        "name": ("person", first, other if chance.random() < 0.4 else "", last) if person else _organisation(chance),
        "email": (chance.choice(["info", "accounts", f"{first[0]}.{last[-4:]}", "office"]).replace("'", ""), host),
        "phone": _landline(country, region, chance),
        "mobile": _mobile(country, chance),
        "fax": _landline(country, region, chance),
        "website": (host, chance.choice(["", "", "/about", "/nz/Contact"])),
        "address": _street(chance),
        "city": (town,),
        "region": (region,),
        "postcode": (postcode,),
        "country": (country,),
        "postal_address": _box(chance) if chance.random() < 0.5 else _street(chance),
        "postal_city": (postal_town,),
        "postal_postcode": (postal_code,),
        "abn": (_digits(chance, 11),) if country == "AU" else ("94" + _digits(chance, 11),),
        "acn": (_digits(chance, 9 if country == "AU" else 7),),
        "tax_number": (_digits(chance, 9),),
        "structure": (chance.choice(("individual", "sole trader") if person else tuple(STRUCTURES)[:5]),),
        "manager": chance.choice(STAFF),
    }
    if person:
        facts |= {
            "title": (chance.choice(tuple(TITLES)),),
            "first_name": (first,),
            "other_name": (other,),
            "last_name": (last,),
            "date_of_birth": ((date(1930, 1, 1) + timedelta(chance.randrange(27_000))).isoformat(),),
        }
    sparse = {"fax": 0.7, "website": 0.5, "other_name": 0.5, "country": 0.3, "acn": 0.4, "mobile": 0.3, "region": 0.1}
    return {name: fact for name, fact in facts.items() if chance.random() >= sparse.get(name, 0.08)}, region


def _digits(chance: Random, length: int) -> str:
    return str(chance.randrange(1, 10)) + "".join(str(chance.randrange(10)) for _ in range(length - 1))


def _organisation(chance: Random) -> Fact:
    sort = chance.choice(("company", "company", "trust", "atf", "fund", "partners", "trading"))
    words = f"{chance.choice(WORDS)} {chance.choice(TRADES)}".replace("_", " ")
    number = str(chance.randrange(2, 9)) if chance.random() < 0.15 else ""
    last = chance.choice(LAST).replace("_", " ")
    return sort, words, number, last


def _landline(country: str, region: str, chance: Random) -> Fact:
    length = 8 if country == "AU" else 7
    return country, AREAS[region], str(chance.randrange(2, 10)) + _digits(chance, length - 1), "landline"


def _mobile(country: str, chance: Random) -> Fact:
    if country == "AU":
        return country, "4", _digits(chance, 8), "mobile"
    return country, chance.choice(["21", "22", "27", "29"]), _digits(chance, chance.choice([6, 7, 7])), "mobile"


def _street(chance: Random) -> Fact:
    house = str(chance.randrange(1, 400)) + (chance.choice("ab") if chance.random() < 0.1 else "")
    inside = chance.choice(["", "", "", "unit", "unit", "suite", "level", "shop"])
    number = str(chance.randrange(1, 40)) if inside else ""
    return "street", inside, number, house, chance.choice(STREETS).replace("_", " "), chance.choice(tuple(STREET_TYPES))


def _box(chance: Random) -> Fact:
    return chance.choice(["po box", "po box", "po box", "gpo box", "private bag"]), str(chance.randrange(10, 9999))


# --- ways of writing


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


TITLES = {
    "mr": ("Mr", "Mr.", "MR", "Mister", "MISTER", "mr"),
    "mrs": ("Mrs", "Mrs.", "MRS"),
    "ms": ("Ms", "Ms.", "MS"),
    "miss": ("Miss", "MISS", "miss"),
    "dr": ("Dr", "Dr.", "Doctor", "DR"),
    "prof": ("Prof", "Prof.", "Professor"),
    "rev": ("Rev", "Rev.", "Reverend"),
}
COUNTRIES = {"AU": ("Australia", "AU", "AUS", "AUSTRALIA"), "NZ": ("New Zealand", "NZ", "NZL", "N.Z.", "NEW ZEALAND")}
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


def _write_choice(words: dict[str, tuple[str, ...]]) -> Callable[[Fact, str, Random], str]:
    return lambda fact, region, chance: chance.choice(words[fact[0]])


def _write_number(label: str, *sizes: tuple[int, ...]) -> Callable[[Fact, str, Random], str]:
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
    return _write_number("TFN", (3, 3, 3))(fact, region, chance)


def write_manager(fact: Fact, region: str, chance: Random) -> str:
    first, last = fact
    return _habit(f"{last}, {first}" if chance.random() < 0.4 else f"{first} {last}", chance)


# --- slips that make another fact


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
        return country, area, str(chance.randrange(2, 10)) + _digits(chance, len(number) - 1), sort
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


def _slip_choice(values: Sequence[str]) -> Callable[[Fact, Random], Fact]:
    return lambda fact, chance: (chance.choice([each for each in values if each != fact[0]]),)


def _slip_number(fact: Fact, chance: Random) -> Fact:
    return (_slip_digit(fact[0], chance, 1),)


def slip_tax_number(fact: Fact, chance: Random) -> Fact:
    """In the last three digits, which every mask shows."""
    return (fact[0][:-3] + _slip_digit(fact[0][-3:], chance),)


def slip_city(fact: Fact, chance: Random) -> Fact:
    towns = [town for region in TOWNS.values() for town, _ in region if town != fact[0]]
    return (_typo(fact[0], chance),) if chance.random() < 0.4 else (chance.choice(towns),)


def slip_manager(fact: Fact, chance: Random) -> Fact:
    return chance.choice([each for each in STAFF if each != fact])


@dataclass(frozen=True)
class Sort:
    """How facts of a sort are written, and how they come to differ."""

    write: Callable[[Fact, str, Random], str]
    slip: Callable[[Fact, Random], Fact]


_WORD = Sort(write_word, slip_word)
_PHONE = Sort(write_phone, slip_phone)
_ADDRESS = Sort(write_address, slip_address)
_CITY = Sort(write_city, slip_city)
_POSTCODE = Sort(write_postcode, _slip_number)
_SORTS = {
    "name": Sort(write_name, slip_name),
    "title": Sort(_write_choice(TITLES), _slip_choice(tuple(TITLES))),
    "first_name": _WORD,
    "other_name": _WORD,
    "last_name": _WORD,
    "date_of_birth": Sort(write_date, slip_date),
    "email": Sort(write_email, slip_email),
    "phone": _PHONE,
    "mobile": _PHONE,
    "fax": _PHONE,
    "website": Sort(write_website, slip_website),
    "address": _ADDRESS,
    "city": _CITY,
    "region": Sort(_write_choice(REGIONS), _slip_choice(tuple(REGIONS))),
    "postcode": _POSTCODE,
    "country": Sort(_write_choice(COUNTRIES), _slip_choice(tuple(COUNTRIES))),
    "postal_address": _ADDRESS,
    "postal_city": _CITY,
    "postal_postcode": _POSTCODE,
    "abn": Sort(_write_number("ABN", (2, 3, 3, 3), (4, 4, 4, 1)), _slip_number),
    "acn": Sort(_write_number("ACN", (3, 3, 3), (1, 3, 3)), _slip_number),
    "tax_number": Sort(write_tax_number, slip_tax_number),
    "structure": Sort(_write_choice(STRUCTURES), _slip_choice(tuple(STRUCTURES))),
    "manager": Sort(write_manager, slip_manager),
}


def write_files(files: Files, folder: Path) -> None:
    """`left.csv`, `right.csv` and `truth.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("left", files.left), ("right", files.right)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([FIELDS, *rows])
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["client_code", "field", "kind"], *((*key, kind) for key, kind in files.kinds.items())]
        )


def main() -> None:
    """Write the files of so many clients into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_files(make(options.clients, options.seed), options.folder)


if __name__ == "__main__":
    main()
