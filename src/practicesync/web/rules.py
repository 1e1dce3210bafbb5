"""Who may ask what of each address: the rule stands in the address table, and the middleware enforces it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from practicesync.core.actor import Ability

View = Callable[..., HttpResponseBase]


class Access(Enum):
    """What an address needs where it needs no ability: nothing, or a person with a practice."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN
Needs = Access | Ability


@dataclass(frozen=True, slots=True)
class Rule:
    """What each method of one address needs.

    `background` requests come from a timer, not from a person; the query of a `private` address holds what must not be
    carried on to another one.
    """

    methods: Mapping[str, Needs]
    background: bool = False
    private: bool = False

    def needs(self, method: str) -> Needs | None:
        """What this method needs; None where the address does not know the method."""
        return self.methods.get("GET" if method == "HEAD" else method)


def route(
    pattern: str,
    view: View,
    name: str,
    *,
    get: Needs | None = None,
    post: Needs | None = None,
    background: bool = False,
    private: bool = False,
) -> URLPattern:
    """One line of the address table: `route("clients/", clients, "clients", get=Ability.VIEW)`.

    A method that is not named is refused with 405. Raises `ValueError` where no method is named.
    """
    methods = {method: needs for method, needs in (("GET", get), ("POST", post)) if needs is not None}
    if not methods:
        raise ValueError(f"The address {pattern!r} answers to no method.")
    return path(pattern, _carrying(view, Rule(methods, background, private)), name=name)


def _carrying(view: View, rule: Rule) -> View:
    """The view as one that carries its rule; a view may stand at two addresses with two rules."""

    @wraps(view)
    def ruled(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    ruled.rule = rule  # type: ignore[attr-defined]
    return ruled


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule that a view carries; None for one that came into the table some other way."""
    found = getattr(view, "rule", None)
    return found if isinstance(found, Rule) else None
