"""One word for each family of spellings in addresses.

Street types and unit types: the abbreviations of AS 4590 (as in the Geocoded National Address File), NZ Post's ADV358
and Royal Mail's address guide, with what people type besides. Each family is listed under the word it is compared as.

`st` stands for street and for saint: which one is meant never needs to be known, since no street is told from another
by that alone.
"""

from typing import Final

_STREET_TYPES: Final = {
    "ally": "alley aly",
    "app": "approach",
    "arc": "arcade",
    "ave": "avenue av aven",
    "bch": "beach",
    "blvd": "boulevard boulevarde bvd boul blv",
    "bnd": "bend",
    "bwlk": "boardwalk",
    "brg": "bridge bdge",
    "bypa": "bypass byp",
    "ch": "chase",
    "cmn": "common",
    "con": "concourse",
    "crsg": "crossing csg xing",
    "dle": "dale",
    "ent": "entrance",
    "fawy": "fairway",
    "fshr": "foreshore",
    "gdn": "garden",
    "gra": "grange",
    "gte": "gate",
    "gwy": "gateway",
    "hl": "hill",
    "hls": "hills",
    "hvn": "haven",
    "is": "island",
    "lnk": "link lk",
    "lp": "loop",
    "ml": "mall",
    "otlk": "outlook",
    "pk": "park",
    "pth": "path",
    "res": "reserve",
    "rmp": "ramp",
    "rnd": "round",
    "rnge": "range rge",
    "rst": "rest",
    "rte": "route",
    "rds": "roads",
    "sts": "streets",
    "slpe": "slope",
    "stra": "strand",
    "trn": "turn",
    "vly": "valley vlly",
    "vlls": "villas",
    "cct": "circuit cirt",
    "cir": "circle circ",
    "cl": "close",
    "cnr": "corner crnr",
    "cres": "crescent cr crs cresc cre",
    "crse": "course",
    "csway": "causeway cway cswy",
    "ct": "court crt",
    "ctyd": "courtyard",
    "cv": "cove",
    "dr": "drive drv drve dve",
    "dwy": "driveway",
    "elb": "elbow",
    "esp": "esplanade esplan",
    "fwy": "freeway",
    "gdns": "gardens",
    "gln": "glen",
    "glde": "glade gld",
    "grn": "green",
    "gr": "grove gve grv gro",
    "hts": "heights",
    "hwy": "highway hway hgwy hiway",
    "jnc": "junction jct",
    "ldg": "landing",
    "lkt": "lookout",
    "lane": "ln la",
    "mews": "mws",
    "mnr": "manor",
    "mwy": "motorway",
    "pass": "passage",
    "pde": "parade prd",
    "pkt": "pocket",
    "pkwy": "parkway pwy",
    "pl": "place",
    "plza": "plaza plz",
    "pnt": "point pt",
    "prom": "promenade",
    "quay": "qy",
    "rd": "road",
    "rdge": "ridge rdg",
    "ret": "retreat rtt rtrt",
    "rise": "rse",
    "row": "rw",
    "sq": "square",
    "st": "street str saint stret",
    "strp": "strip",
    "stps": "steps",
    "tce": "terrace ter terr tc",
    "trl": "trail",
    "trk": "track",
    "vale": "va",
    "view": "vw",
    "wlk": "walk wk",
    "way": "wy",
    "whrf": "wharf whf",
    "yard": "yd",
}

# What a number or letter follows inside a building or estate.
_DESIGNATORS: Final = {
    "unit": "units u unt flat flt apartment apt appt",
    "suite": "ste",
    "shop": "shp",
    "office": "offc",
    "factory": "fcty",
    "villa": "",
    "townhouse": "tnhs twnhse",
    "warehouse": "wse whse",
    "room": "rm",
    "level": "lvl lev lv floor fl flr",
    "building": "bldg",
    "tower": "twr",
    "block": "blk",
    "lot": "",
}

_OTHERS: Final = {
    "and": "&",
    "north": "nth",
    "south": "sth",
    "mt": "mount",
    "upper": "upr",
    "lower": "lwr",
    "ground": "gnd grd",
    "centre": "center ctr cntr cntre",
    "house": "hse",
    "estate": "est",
    "industrial": "ind indust",
    "great": "gt",
    "little": "ltl",
    "po box": "pobox pob",
    "locked": "lck lkd",
    "private": "pvt priv",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
}

WORDS: Final = {
    spelling: word
    for family in (_OTHERS, _DESIGNATORS, _STREET_TYPES)
    for word, spellings in family.items()
    for spelling in spellings.split()
}
STREET_TYPES: Final = frozenset(_STREET_TYPES)
DESIGNATORS: Final = frozenset(_DESIGNATORS)

# Designators that a bare `4/12` may stand for.
UNIT_LIKE: Final = frozenset({"unit", "suite", "shop", "office", "factory", "villa", "townhouse", "warehouse", "room"})

# After these a number belongs to them and is no postcode.
NUMBERED: Final = DESIGNATORS | {"box", "bag", "rmb", "rsd", "pmb", "cmb"}

# One letter after a street type is a direction: 12 Smith St N.
DIRECTIONS: Final = {"n": "north", "s": "south", "e": "east", "w": "west"}
