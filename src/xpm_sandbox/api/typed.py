"""Single values out of requests: days, whole numbers, decimals, flags. Each raises `Refusal` for what is none."""

import re
from collections.abc import Mapping
from datetime import datetime

from xpm_sandbox.api.call import Refusal

_DAY_FORMS = ("%Y%m%d", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")


def day(name: str, sent: str) -> str:
    """A day as `yyyy-MM-dd`. Documented as `yyyyMMdd`; the other forms that replies use are taken too."""
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(sent.strip(), form).date().isoformat()  # noqa: DTZ007  (a day, in no zone)
        except ValueError:
            continue
    raise Refusal(f"Invalid {name}: {sent.strip()}")


def whole(name: str, sent: str, *, negative: bool = False) -> int:
    if not re.fullmatch(r"-?\d{1,9}" if negative else r"\d{1,9}", sent.strip(), re.ASCII):
        raise Refusal(f"Invalid {name}: {sent.strip()}")
    return int(sent)


def decimal(name: str, sent: str) -> str:
    """A decimal as written, with a point."""
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", sent.strip(), re.ASCII):
        raise Refusal(f"Invalid {name}: {sent.strip()}")
    return sent.strip()


def money(name: str, sent: str) -> str:
    """A decimal with two places."""
    return f"{float(decimal(name, sent)):.2f}"


def flag(name: str, sent: str) -> bool:
    """`true`, `false`, and what client flags use: `Yes`, `No`."""
    values = {"true": True, "yes": True, "false": False, "no": False}
    if sent.strip().lower() not in values:
        raise Refusal(f"Invalid {name}: {sent.strip()}")
    return values[sent.strip().lower()]


def required(sent: Mapping[str, str], name: str) -> str:
    """The value of this name, which must not be blank."""
    if not sent.get(name, "").strip():
        raise Refusal(f"{name} is required")
    return sent[name]


def query_day(query: Mapping[str, str], name: str) -> str:
    """A day that the query must hold; a missing or wrong one is answered 400, one parameter at a time."""
    value = query.get(name, "").strip()
    if not value:
        raise Refusal(f"{name} is required", 400, known=True)
    return day_or_400(name, value)


def day_or_400(name: str, value: str) -> str:
    try:
        return day(name, value)
    except Refusal as wrong:
        raise Refusal(f"{name} must be a date of the form yyyyMMdd", 400) from wrong


def window(query: Mapping[str, str]) -> tuple[str, str]:
    """`from` and `to` of a list, less than a year apart."""
    begins, ends = query_day(query, "from"), query_day(query, "to")
    first, last = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    if last < first:
        raise Refusal("to must not be before from", 400)
    if (last - first).days >= (_year_later(first) - first).days:
        raise Refusal("The date range must be less than one year", 400, known=True)
    return begins, ends


def _year_later(moment: datetime) -> datetime:
    leap_day = moment.month == 2 and moment.day == 29
    return moment.replace(year=moment.year + 1, day=28 if leap_day else moment.day)
