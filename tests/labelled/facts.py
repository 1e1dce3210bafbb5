"""What is true of the clients of an invented firm."""

from datetime import date, timedelta
from random import Random

Fact = tuple[str, ...]
"""What a cell says, taken apart; () where it says nothing."""


def words(text: str) -> tuple[str, ...]:
    """The words of a list; an underscore stays for a blank."""
    return tuple(text.split())


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


def facts_of(chance: Random) -> tuple[dict[str, Fact], str]:
    """What is true of one client, by field, and the region that it lives in."""
    region = chance.choice(AUSTRALIA if chance.random() < 0.65 else [each for each in TOWNS if each not in AUSTRALIA])
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
        "abn": (digits(chance, 11),) if country == "AU" else ("94" + digits(chance, 11),),
        "acn": (digits(chance, 9 if country == "AU" else 7),),
        "tax_number": (digits(chance, 9),),
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


def digits(chance: Random, length: int) -> str:
    return str(chance.randrange(1, 10)) + "".join(str(chance.randrange(10)) for _ in range(length - 1))


def _organisation(chance: Random) -> Fact:
    sort = chance.choice(("company", "company", "trust", "atf", "fund", "partners", "trading"))
    words = f"{chance.choice(WORDS)} {chance.choice(TRADES)}".replace("_", " ")
    number = str(chance.randrange(2, 9)) if chance.random() < 0.15 else ""
    last = chance.choice(LAST).replace("_", " ")
    return sort, words, number, last


def _landline(country: str, region: str, chance: Random) -> Fact:
    length = 8 if country == "AU" else 7
    return country, AREAS[region], str(chance.randrange(2, 10)) + digits(chance, length - 1), "landline"


def _mobile(country: str, chance: Random) -> Fact:
    if country == "AU":
        return country, "4", digits(chance, 8), "mobile"
    return country, chance.choice(["21", "22", "27", "29"]), digits(chance, chance.choice([6, 7, 7])), "mobile"


def _street(chance: Random) -> Fact:
    house = str(chance.randrange(1, 400)) + (chance.choice("ab") if chance.random() < 0.1 else "")
    inside = chance.choice(["", "", "", "unit", "unit", "suite", "level", "shop"])
    number = str(chance.randrange(1, 40)) if inside else ""
    return "street", inside, number, house, chance.choice(STREETS).replace("_", " "), chance.choice(tuple(STREET_TYPES))


def _box(chance: Random) -> Fact:
    return chance.choice(["po box", "po box", "po box", "gpo box", "private bag"]), str(chance.randrange(10, 9999))
