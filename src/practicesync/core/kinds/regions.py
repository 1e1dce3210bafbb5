"""States of Australia and regions of New Zealand, by the names and codes people write in addresses.

Sources: ISO 3166-2:AU and ISO 3166-2:NZ; Australia Post's postcode ranges by state.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

_REGIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "AU": {
        "ACT": ("australian capital territory",),
        "NSW": ("new south wales", "new sth wales"),
        "NT": ("northern territory", "north territory"),
        "QLD": ("queensland",),
        "SA": ("south australia", "sth australia", "sth aust", "south aust"),
        "TAS": ("tasmania",),
        "VIC": ("victoria",),
        "WA": ("western australia", "west australia", "western aust"),
    },
    "NZ": {
        "AUK": ("auckland", "akl", "tamaki makaurau"),
        "BOP": ("bay of plenty",),
        "CAN": ("canterbury",),
        "GIS": ("gisborne",),
        "HKB": ("hawkes bay", "hawke bay", "hb"),
        "MBH": ("marlborough",),
        "MWT": ("manawatu whanganui", "manawatu wanganui"),
        "NSN": ("nelson",),
        "NTL": ("northland",),
        "OTA": ("otago",),
        "STL": ("southland",),
        "TAS": ("tasman",),
        "TKI": ("taranaki",),
        "WGN": ("wellington", "wlg", "greater wellington"),
        "WKO": ("waikato",),
        "WTC": ("west coast",),
    },
}
_BY_NAME: Final = {
    country: {name: code for code, names in regions.items() for name in (code.lower(), *names)}
    for country, regions in _REGIONS.items()
}

# The most words a region's name has.
LONGEST_NAME: Final = max(len(name.split()) for names in _BY_NAME.values() for name in names)

# The last word of each name or code.
LAST_WORDS: Final = frozenset({"region", *(name.rpartition(" ")[2] for names in _BY_NAME.values() for name in names)})

# From each postcode on, the state that uses it, up to the next. Where a postcode crosses a border, the larger side.
_POSTCODES: Final = (
    *((200, "ACT"), (300, ""), (800, "NT"), (1000, "NSW"), (2600, "ACT"), (2619, "NSW"), (2900, "ACT"), (2921, "NSW")),
    *((3000, "VIC"), (4000, "QLD"), (5000, "SA"), (6000, "WA"), (7000, "TAS"), (8000, "VIC"), (9000, "QLD")),
)
_STARTS: Final = tuple(start for start, _ in _POSTCODES)


# Area codes of landlines: Telecommunications Numbering Plan 2015 (AU), schedule 2, and that of New Zealand.
_AREA_CODES: Final[dict[str, dict[str, str]]] = {
    "AU": {"NSW": "2", "ACT": "2", "VIC": "3", "TAS": "3", "QLD": "7", "NT": "8", "SA": "8", "WA": "8"},
    "NZ": {
        **dict.fromkeys(("AUK", "NTL"), "9"),
        **dict.fromkeys(("BOP", "WKO"), "7"),
        **dict.fromkeys(("GIS", "HKB", "MWT", "TKI"), "6"),
        "WGN": "4",
        **dict.fromkeys(("CAN", "MBH", "NSN", "OTA", "STL", "TAS", "WTC"), "3"),
    },
}
# By the first digit of a postcode (NZ Post, postcode directory); where two codes share one, the one of more people.
_NZ_POSTCODE_AREAS: Final = {
    "0": "9",
    "1": "9",
    "2": "9",
    "3": "7",
    "4": "6",
    "5": "4",
    "6": "4",
    **dict.fromkeys("789", "3"),
}


def region_code(words: str, country: str) -> str:
    """The ISO 3166-2 code, without its country, for a folded name or code of a region; "" if there is none."""
    names = _BY_NAME.get(country)
    return names.get(words.removesuffix(" region"), "") if names else ""


def country_of_region(words: str) -> str:
    """AU or NZ, whichever has a region of this folded name or code; "" if neither has."""
    return next((country for country in _BY_NAME if region_code(words, country)), "")


def area_codes(country: str, regions: Iterable[str], postcodes: Iterable[str]) -> tuple[str, ...]:
    """The area codes of landlines where these folded regions and postcodes lie, each once."""
    codes = _AREA_CODES.get(country)
    if not codes:
        return ()
    by_region = [codes.get(region_code(region, country), "") for region in regions]
    by_postcode = [_area_of_postcode(postcode, country) for postcode in postcodes if postcode]
    return tuple(dict.fromkeys(filter(None, by_region + by_postcode)))


def _area_of_postcode(postcode: str, country: str) -> str:
    if country == "NZ":
        return _NZ_POSTCODE_AREAS.get(postcode.zfill(4)[:1], "")
    return _AREA_CODES["AU"].get(state_of_postcode(postcode.zfill(4)), "")


def state_of_postcode(postcode: str) -> str:
    """The Australian state that a postcode of four digits lies in; "" if none does."""
    if len(postcode) != 4 or not (postcode.isascii() and postcode.isdecimal()):
        return ""
    index = bisect_right(_STARTS, int(postcode)) - 1
    return _POSTCODES[index][1] if index >= 0 else ""
