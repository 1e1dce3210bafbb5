"""THE table of the facts that the simulation edits and judges, and what makes two writings of one the same.

It knows the register's keys and XPM's elements by itself and shares nothing with the program's catalogue: what the
program holds for equal is on trial here. Values are chosen so that a plain reading of them is enough.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


def words(value: str) -> str:
    """Letters and digits alone, whatever their case."""
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def digits(value: str) -> str:
    """A phone number without its trunk 0 and country code."""
    found = "".join(sign for sign in value if sign.isdigit())
    for code in ("0064", "0061", "64", "61"):
        if found.startswith(code) and len(found) > 9:
            found = found.removeprefix(code)
            break
    return found.lstrip("0")


def place_on_the_web(value: str) -> str:
    """A web address without what does not count."""
    text = "".join(value.split()).casefold()
    return text.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def last_three(value: str) -> str:
    """What a mask leaves to be seen of a tax number."""
    return "".join(sign for sign in value if sign.isdigit())[-3:]


@dataclass(frozen=True)
class Cell:
    """One fact: its name and keys in the register, its elements in XPM (and in requests), its reading, its values.

    `hidden`: XPM shows it masked. `unasked`: a policy may let it move by itself; `inward_only`: it never goes out then.
    """

    name: str
    keys: tuple[str, ...]
    elements: tuple[str, ...]
    reading: Callable[[str], str]
    pool: tuple[tuple[str, ...], ...]
    written: tuple[str, ...] = ()
    required: bool = False
    hidden: bool = False
    unasked: bool = False
    inward_only: bool = False

    def plain(self, values: tuple[str, ...] | None) -> str:
        """What the values mean."""
        return "|".join(self.reading(part) for part in values or ()).strip("|")

    def here(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Its parts in values of the register."""
        return tuple(values.get(key) or "" for key in self.keys)

    def there(self, truth: Mapping[str, object]) -> tuple[str, ...]:
        """Its parts in a record of XPM, as control tells it."""
        return tuple(_text(truth.get(element)) for element in self.elements)


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("Name", ""))
    return "" if value is None else str(value)


def _one(
    name: str,
    element: str,
    reading: Callable[[str], str],
    *pool: str,
    written: str = "",
    required: bool = False,
    hidden: bool = False,
    unasked: bool = False,
    inward_only: bool = False,
) -> Cell:
    blank = () if required else (("",),)
    values = (*blank, *((value,) for value in pool))
    return Cell(
        name, (name,), (element,), reading, values, (written or element,), required, hidden, unasked, inward_only
    )


ADDRESSES = (
    ("", "", "", "", ""),
    ("1 Kauri Street", "Auckland", "", "1010", "New Zealand"),
    ("22 Rata Road", "Hamilton", "", "3204", "New Zealand"),
    ("7 Totara Terrace", "Nelson", "", "7010", "New Zealand"),
)
_PARTS = ("street", "city", "region", "postcode", "country")
_POSTAL = ("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry")

TAX_NUMBERS = ("49091850", "35901981", "49098576", "136410132")
"""Numbers of the Inland Revenue with right check digits, no two ending alike (its published test numbers)."""

CLIENT = (
    _one("email", "Email", words, "One@kauri.example", "two@kauri.example", "three@kauri.example"),
    _one("phone", "Phone", digits, "09 555 0101", "+64 9 555 0102", "(09) 555-0103", "09 555 0101 ", unasked=True),
    _one("fax", "Fax", digits, "09 555 0201", "09 555 0202", unasked=True),
    _one(
        "website",
        "Website",
        place_on_the_web,
        *("one.kauri.example", "https://www.two.kauri.example", "three.kauri.example"),
        written="WebSite",
        unasked=True,
        inward_only=True,
    ),
    _one("export_code", "ExportCode", words, "K-1", "K-2", "K 3"),
    _one("tax_number", "TaxNumber", words, *TAX_NUMBERS, hidden=True),
    _one("manager", "JobManager", words, "Chris Tan", "Dana Levy", "Lee Park", written="JobManagerUUID"),
    Cell(
        "postal_address",
        tuple(f"postal_address.{part}" for part in _PARTS),
        _POSTAL,
        words,
        ADDRESSES,
        _POSTAL,
        unasked=True,
    ),
)
"""A client's own. The name stands beside them: it goes out with every write."""

NAME = _one("name", "Name", words, "Kauri", required=True)

CONTACT = (
    _one("name", "Name", words, "Ana", required=True, unasked=True),
    _one("email", "Email", words, "ana@kauri.example", "bo@kauri.example", "cy@kauri.example", unasked=True),
    _one("mobile", "Mobile", digits, "021 555 301", "021 555 302", "021 555 303", unasked=True),
    _one("position", "Position", words, "Director", "Office Manager", "Bookkeeper"),
)

BY_NAME = {cell.name: cell for cell in (NAME, *CLIENT)}
CONTACT_BY_NAME = {cell.name: cell for cell in CONTACT}


def is_reference(name: str, value: str) -> bool:
    """Whether a code is one that the program gives a client so that it is found again in XPM."""
    return name in ("export_code", "client_code") and value.startswith("ps") and len(value) > 10


def cells_of(subject: str) -> tuple[Cell, ...]:
    """The facts of a `client` or a `contact`."""
    return (NAME, *CLIENT) if subject == "client" else CONTACT


def cell_of(subject: str, name: str) -> Cell | None:
    """The fact of this name, where the simulation knows it."""
    return (BY_NAME if subject == "client" else CONTACT_BY_NAME).get(name)
