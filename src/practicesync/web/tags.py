"""Template filters and tags: icons, numbers, and time as people say it. Loaded in every template."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from practicesync.core.words import ERROR_WORDS, RUN_COUNT_WORDS, RUN_KIND_WORDS, RUN_STATE_WORDS, Wording
from practicesync.queries.run_page import RunLine
from practicesync.web.errors import STEPS

register = template.Library()

TONES = {"good": "success", "bad": "danger", "wait": "warning", "quiet": "quiet"}
UNITS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (7 * 86_400, 86_400, "d"))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon by its own name. With a label it speaks; without, the words beside it do."""
    address = static("vendor/tabler/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, address, name
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', address, name
    )


@register.filter
def tone(word: str) -> str:
    """The class suffix of a tone of `core.words`."""
    return TONES.get(word, "quiet")


@register.filter
def grouped(number: int | None) -> str:
    """A whole number with thousands separators, as in Australia, New Zealand and the United Kingdom."""
    return "—" if number is None else f"{number:,}"


@register.filter
def plural(number: int, words: str) -> str:
    """The number with its noun: `{{ 2|plural:"client,clients" }}` gives "2 clients"."""
    one, _, many = words.partition(",")
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"


def relative(moment: datetime, now: datetime) -> str:
    """A past moment as people say it: "just now", "3 min ago", "2 d ago", and the date after a week."""
    seconds = (now - moment).total_seconds()
    if seconds < 10:
        return "just now"
    for limit, unit, name in UNITS:
        if seconds < limit:
            return f"{int(seconds // unit)} {name} ago"
    return f"on {_day(timezone.localtime(moment))}"


def local_time(moment: datetime, now: datetime) -> str:
    """A moment near now in the practice's zone: "14:05" on the same day, else with its date."""
    at = timezone.localtime(moment)
    same_day = at.date() == timezone.localtime(now).date()
    return f"{at:%H:%M}" if same_day else f"{_day(at)}, {at:%H:%M}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"


@register.filter
def exact(moment: datetime | None) -> str:
    """A moment in the practice's zone, whole: "21 Nov 2026, 14:02 AEDT"."""
    if moment is None:
        return "—"
    at = timezone.localtime(moment)
    return f"{_day(at)}, {at:%H:%M %Z}"


@register.simple_tag(takes_context=True)
def ago(context: Any, moment: datetime | None, never: str = "never") -> SafeString:
    """A past moment as people say it, with the exact one on hover and for machines."""
    if moment is None:
        return format_html("{}", never)
    request = context.get("request")
    now = request.now if request is not None else moment
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact(moment), relative(moment, now)
    )


@register.simple_tag
def until(moment: datetime, now: datetime) -> SafeString:
    """A coming moment: the time today, else with its date; the exact one on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact(moment), local_time(moment, now)
    )


@register.filter
def duration(span: timedelta | None) -> str:
    """A span of time, roundly: "less than a minute", "4 min", "2 h 10 min"."""
    if span is None:
        return ""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@register.filter
def around(last: int, number: int) -> list[int]:
    """The page numbers to offer around one, of pages 1 to last: both ends, the neighbours, and 0 for each gap."""
    shown = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
    found: list[int] = []
    for page in shown:
        if found and page - found[-1] > 1:
            found.append(0)
        found.append(page)
    return found


@register.filter
def before(number: int) -> int:
    """The page before this one."""
    return number - 1


@register.filter
def after(number: int) -> int:
    """The page after this one."""
    return number + 1


@register.filter
def run_kind(kind: str) -> str:
    """What a run of this kind is called."""
    return RUN_KIND_WORDS.get(kind, kind)


@register.filter
def run_counts(kind: str) -> str:
    """What a run of this kind counts."""
    return RUN_COUNT_WORDS.get(kind, "Clients read")


@register.filter
def run_state(state: str) -> Wording:
    """How a run's state is told."""
    return RUN_STATE_WORDS[state]


@register.filter
def error_sentence(code: str) -> str:
    """The sentence of an error's code."""
    return ERROR_WORDS.get(code, ERROR_WORDS["error"])


@register.simple_tag
def time_left(run: RunLine, now: datetime) -> timedelta | None:
    """A guess at how much longer a run takes."""
    return run.time_left(now)


@register.filter
def steps(code: str) -> Sequence[str]:
    """What a person can do about the error of this code, step by step; nothing where there is nothing to say."""
    return STEPS.get(code, ())
