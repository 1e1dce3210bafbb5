"""States of Australia and regions of New Zealand, by the names and codes people write in addresses.

Sources: ISO 3166-2:AU and ISO 3166-2:NZ; Australia Post's postcode ranges by state.
"""

from bisect import bisect_right
from typing import Final

_REGIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "AU": {
        "ACT": ("australian capital territory",),
        "NSW": ("new south wales",),
        "NT": ("northern territory", "north territory"),
        "QLD": ("queensland",),
        "SA": ("south australia", "sth australia"),
        "TAS": ("tasmania",),
        "VIC": ("victoria",),
        "WA": ("western australia", "west australia"),
    },
    "NZ": {
        "AUK": ("auckland", "akl", "tamaki makaurau"),
        "BOP": ("bay of plenty",),
        "CAN": ("canterbury",),
        "GIS": ("gisborne",),
        "HKB": ("hawkes bay", "hawke bay"),
        "MBH": ("marlborough",),
        "MWT": ("manawatu whanganui", "manawatu wanganui"),
        "NSN": ("nelson",),
        "NTL": ("northland",),
        "OTA": ("otago",),
        "STL": ("southland",),
        "TAS": ("tasman",),
        "TKI": ("taranaki",),
        "WGN": ("wellington", "wlg"),
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

# From each postcode on, the state that uses it, up to the next. Where a postcode crosses a border, the larger side.
_POSTCODES: Final = (
    *((200, "ACT"), (300, ""), (800, "NT"), (1000, "NSW"), (2600, "ACT"), (2619, "NSW"), (2900, "ACT"), (2921, "NSW")),
    *((3000, "VIC"), (4000, "QLD"), (5000, "SA"), (6000, "WA"), (7000, "TAS"), (8000, "VIC"), (9000, "QLD")),
)
_STARTS: Final = tuple(start for start, _ in _POSTCODES)


def region_code(words: str, country: str) -> str:
    """The ISO 3166-2 code, without its country, for a folded name or code of a region; "" if there is none."""
    names = _BY_NAME.get(country)
    return names.get(words.removesuffix(" region"), "") if names else ""


def state_of_postcode(postcode: str) -> str:
    """The Australian state that a postcode of four digits lies in; "" if none does."""
    if len(postcode) != 4 or not (postcode.isascii() and postcode.isdecimal()):
        return ""
    index = bisect_right(_STARTS, int(postcode)) - 1
    return _POSTCODES[index][1] if index >= 0 else ""
