"""Single parties of a generated firm: where they live, how they are reached, what numbers they have."""

from functools import cache
from random import Random
from typing import Any

from xpm_sandbox import numbers
from xpm_sandbox.firm import words

Record = dict[str, Any]

_NOT_VERSION = ~(0xF000 << 64 | 0xC000 << 48)
_VERSION_4 = 0x4000 << 64 | 0x8000 << 48
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"  # the letters that the second half of a British postcode may have
_MAIL_DOMAINS = ("example.com", "example.net", "example.org")


def make_uuid(random: Random) -> str:
    # What str(UUID(int=…, version=4)) gives, at a third of its time: a large firm has a hundred thousand of them.
    digits = f"{random.getrandbits(128) & _NOT_VERSION | _VERSION_4:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def mobile(random: Random, region: str) -> str:
    if region == "AU":
        return _spaced(random, f"04{random.randrange(10**7, 10**8)}", (4, 3, 3), "+61 ")
    if region == "UK":
        return _spaced(random, f"07{random.randrange(10**8, 10**9)}", (5, 6), "+44 ")
    return _spaced(random, f"02{random.choice('1279')}{random.randrange(10**6, 10**7)}", (3, 3, 4), "+64 ")


def landline(random: Random, region: str, area: str) -> str:
    if region == "AU":
        return _spaced(random, f"{area}{random.randrange(20_000_000, 99_999_999)}", (2, 4, 4), "+61 ")
    if region == "UK":
        rest = 11 - len(area)  # what a subscriber has behind a code of three to five digits
        digits = f"{area}{random.randrange(2 * 10 ** (rest - 1), 10**rest)}"
        return _spaced(random, digits, (len(area), rest - 4, 4) if rest > 6 else (len(area), rest), "+44 ")
    return _spaced(random, f"{area}{random.randrange(2_000_000, 9_999_999)}", (2, 3, 4), "+64 ")


def _spaced(random: Random, digits: str, groups: tuple[int, ...], country: str) -> str:
    """The number as one person or another writes it: spaced, bare, in brackets, or with the country."""
    way = random.random()
    if way < 0.15:
        return digits
    parts, at = [], 0
    for size in groups:
        parts.append(digits[at : at + size])
        at += size
    if way < 0.25 and groups[0] == 2:
        return f"({parts[0]}) {' '.join(parts[1:])}"
    if way < 0.35:
        return country + " ".join(parts)[1:]
    return " ".join(parts)


def address(random: Random, region: str) -> Record:
    """The five street parts and the five postal ones, the latter often empty or a box."""
    town, state, code, area = random.choice(words.TOWNS[region])
    street = f"{random.randrange(1, 400)} {random.choice(words.STREETS)} {random.choice(words.STREET_KINDS)}"
    if region == "UK":
        code += f" {random.randrange(1, 10)}{random.choice(_INWARD)}{random.choice(_INWARD)}"
    way = random.random()
    if way < 0.12:
        street = f"Unit {random.randrange(1, 40)}\n{street}"
    elif way < 0.18:
        street = f"{random.randrange(1, 20)}/{street}"
    elif way < 0.22:
        street = f"Level {random.randrange(1, 30)}\n{random.choice(words.FIRM_WORDS[region])} House\n{street}"
    if random.random() < 0.15:
        street += "\n"
    parts = {"Address": street, "City": town, "Region": state, "PostCode": code}
    parts["Country"] = words.COUNTRIES[region] if random.random() < 0.5 else ""
    if random.random() < 0.3:
        parts |= {f"Postal{name}": value for name, value in parts.items() if name != "Address"}
        box = f"PO Box {random.randrange(1, 9999)}"
        parts["PostalAddress"] = box if random.random() < 0.7 else street
    parts["area"] = area
    return parts


def email(random: Random, *names: str) -> str:
    return f"{'.'.join(map(_plain, names))}@{random.choice(_MAIL_DOMAINS)}"


@cache
def _plain(name: str) -> str:
    return "".join(char for char in name.lower().translate(PLAIN) if char.isalnum() or char == ".")


PLAIN = str.maketrans("āēīōūéëáâòô", "aeioueeaaoo")


def tax_fields(random: Random, region: str, structure: str, *, company: bool = False, business: bool = False) -> Record:
    """What a client's tax settings hold, as XPM shows them, the tax number in full."""
    made: Record = {"BusinessStructure": structure}
    if random.random() < 0.9:
        made["TaxNumber"] = numbers.make_tax_number(random, region)
    if company:
        made["CompanyNumber"] = numbers.make_company_number(random, region)
    if region == "UK":
        # What else a British practice keeps is not published.
        month = "3" if random.random() < 0.6 else str(random.randrange(1, 13))
        return made | {"BalanceMonth": month if company else "4"}  # people's tax year ends on 5 April
    if business or company:
        made["BusinessNumber"] = numbers.make_business_number(random, region, made.get("CompanyNumber"))
    registered = (business or company) and random.random() < 0.8
    made["GSTRegistered"] = made["PrepareGST"] = "Yes" if registered else "No"
    if registered:
        made["GSTPeriod"] = random.choice(("Monthly", "2 Monthly", "6 Monthly"))
        made["GSTBasis"] = random.choice(("Invoice", "Payment"))
    if region == "AU":
        made["BranchNumber"] = "1" if registered else ""
        made["PrepareActivityStatement"] = made["GSTRegistered"]
        made["PrepareTaxReturn"] = made["ActiveAtoClient"] = "Yes" if random.random() < 0.85 else "No"
    else:
        made |= _nz_settings(random, structure)
    return made


def _nz_settings(random: Random, structure: str) -> Record:
    returns = {"Individual": "IR3", "Sole Trader": "IR3", "Company": "IR4", "Trust": "IR6", "Estate": "IR6"}
    return {
        "BalanceMonth": "3" if random.random() < 0.85 else str(random.randrange(1, 13)),
        "SignedTaxAuthority": "Yes" if random.random() < 0.8 else "No",
        "TaxAgent": random.choice(words.TAX_AGENTS["NZ"]),
        "AgencyStatus": random.choice(("With EOT", "With EOT", "Without EOT", "Unlinked")),
        "ReturnType": returns.get(structure, "IR7"),
        "ProvisionalTaxBasis": random.choice(("Standard Option", "Estimate Option", "Ratio Option")),
    }
