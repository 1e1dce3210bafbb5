"""What a proposal says, as typed and as checked: a title, notes, and services with their prices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from practicesync.core.errors import Invalid
from practicesync.core.money import Currency, has_cents_only, line_total, read_number, show_money, show_number, total

LONGEST_TITLE = 200
LONGEST_NOTES = 20_000
LONGEST_SERVICE = 300
MOST_SERVICES = 100
HIGHEST_PRICE = Decimal("9999999999.99")
HIGHEST_QUANTITY = Decimal("9999999.99")


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `price` is for one of them, in the practice's currency; a negative one is a discount."""

    name: str
    price: Decimal
    quantity: Decimal = Decimal(1)

    @property
    def total(self) -> Decimal:
        """What it comes to, rounded to the cent."""
        return line_total(self.price, self.quantity)


@dataclass(frozen=True, slots=True)
class TypedService:
    """One service as a person typed it."""

    name: str = ""
    price: str = ""
    quantity: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; a quantity of one stands there from the start."""
        return not self.name.strip() and not self.price.strip() and self.quantity.strip() in ("", "1")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a proposal says, checked."""

    title: str
    notes: str
    services: tuple[Service, ...]

    @property
    def total(self) -> Decimal:
        """What all of it comes to."""
        return sum_of(self.services)


def sum_of(services: Iterable[Service]) -> Decimal:
    """What services come to, to the cent."""
    return total((each.price, each.quantity) for each in services)


def check(title: str, notes: str, typed: Sequence[TypedService], currency: Currency) -> Terms:
    """What was typed, as a proposal can say it; blank services are left out.

    Raises `Invalid` by `title`, `notes`, `services`, and `service:<place>/<name|price|quantity>`.
    """
    problems: dict[str, str] = {}
    title, notes = " ".join(title.split()), notes.strip()
    if not title:
        problems["title"] = "A title is needed."
    elif len(title) > LONGEST_TITLE:
        problems["title"] = f"A title has at most {LONGEST_TITLE} characters; this one has {len(title)}."
    if len(notes) > LONGEST_NOTES:
        problems["notes"] = f"Notes have at most {LONGEST_NOTES:,} characters; these have {len(notes):,}."
    filled = [(place, each) for place, each in enumerate(typed) if not each.is_blank]
    if len(filled) > MOST_SERVICES:
        problems["services"] = f"A proposal has at most {MOST_SERVICES} services."
    services = []
    for place, each in filled:
        service, found = read_service(each, currency)
        problems |= {f"service:{place}/{key}": text for key, text in found.items()}
        services.append(service)
    if problems:
        raise Invalid(problems)
    return Terms(title, notes, tuple(services))


def read_service(typed: TypedService, currency: Currency) -> tuple[Service, Mapping[str, str]]:
    """One service, and what cannot be right of it by key; a number that cannot be read counts as nothing."""
    problems: dict[str, str] = {}
    name = " ".join(typed.name.split())
    if not name:
        problems["name"] = "Say what the service is."
    elif len(name) > LONGEST_SERVICE:
        problems["name"] = f"At most {LONGEST_SERVICE} characters."
    price = _read(typed.price, currency)
    if price is None:
        problems["price"] = "Type a price, such as 1,200 or 1200.50."
    elif abs(price) > HIGHEST_PRICE or not has_cents_only(price):
        problems["price"] = "A price has at most two decimals and ten digits before them."
    quantity = _read(typed.quantity or "1", None)
    if quantity is None or quantity <= 0:
        problems["quantity"] = "Type a number above 0, such as 1 or 2.5."
    elif quantity > HIGHEST_QUANTITY or not has_cents_only(quantity):
        problems["quantity"] = "A quantity has at most two decimals and seven digits before them."
    zero = Decimal(0)
    return Service(name, zero if "price" in problems else price or zero, quantity or zero), problems


def _read(text: str, currency: Currency | None) -> Decimal | None:
    try:
        return read_number(text, currency)
    except ValueError:
        return None


def typed_service(service: Service) -> TypedService:
    """A service as its form shows it."""
    return TypedService(service.name, f"{service.price:.2f}", show_number(service.quantity))


def describe(services: Iterable[Service], currency: Currency) -> str:
    """The services as lines of text, for the activity and for what somebody else saved meanwhile."""
    return "\n".join(
        f"{each.name}: {show_number(each.quantity)} × {show_money(each.price, currency)}" for each in services
    )
