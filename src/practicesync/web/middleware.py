"""What happens to every request around its view: a name for the logs, the session's end, the rule, the headers."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import structlog
from django.contrib.auth import logout
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from practicesync.core.actor import ABILITIES, Ability, Actor, ActorKind
from practicesync.core.errors import Forbidden, SyncError
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.queries.frame import Member, member
from practicesync.web import errors
from practicesync.web.request import Request
from practicesync.web.rules import PUBLIC, Rule, rule_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_STEP = timedelta(minutes=1)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def incident_middleware(get_response: GetResponse) -> GetResponse:
    """Give each request a moment and a name, which its log lines and error page carry."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        request = cast("Request", request)
        timezone.deactivate()
        request.now = SYSTEM_CLOCK.now()
        request.incident = secrets.token_hex(5)
        with structlog.contextvars.bound_contextvars(incident=request.incident):
            response = get_response(request)
        _harden(request, response)
        return response

    return handle


def _harden(request: Request, response: HttpResponseBase) -> None:
    response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"


class ActorMiddleware:
    """Find who acts and hold the address's rule against them; a view runs only when the rule is met."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse, or let the view run. An address without a rule is refused to everybody."""
        request = cast("Request", request)
        rule = rule_of(view)
        if rule is None:
            return errors.forbidden(request)
        needs = rule.needs(request.method or "")
        if needs is None:
            return HttpResponseNotAllowed(sorted(rule.methods))
        if _holds_nul(request):
            return errors.bad_request(request)
        found = _person(request, rule)
        if needs is PUBLIC:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request, rule)
        if found is None:
            return errors.no_practice(request)
        if isinstance(needs, Ability) and not request.actor.may(needs):
            return errors.forbidden(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer the errors that a view let pass: what is not the actor's is not there; the rest is said in words."""
        if isinstance(exception, ObjectDoesNotExist):
            return errors.not_found(request)
        if isinstance(exception, Forbidden):
            return errors.forbidden(request)
        if isinstance(exception, SyncError):
            return errors.refused(request, exception)
        return None


def _holds_nul(request: Request) -> bool:
    """Whether anything that was sent holds a NUL, which no person types and PostgreSQL refuses to look for."""
    sent = [*request.GET.lists(), *request.POST.lists()]
    return any("\x00" in text for name, values in sent for text in (name, *values))


def _person(request: Request, rule: Rule) -> Member | None:
    """The person of the session, while it holds; sets what views know of them."""
    if not request.user.is_authenticated:
        return None
    if _is_over(request, rule):
        logout(request)
        return None
    found = member(int(request.user.pk))
    if found is None:
        return None
    request.member = found
    request.zone = ZoneInfo(found.time_zone)
    timezone.activate(request.zone)
    request.actor = Actor(
        ActorKind.PERSON, str(found.person_id), found.person_name, found.practice_id, ABILITIES[found.role]
    )
    return found


def _is_over(request: Request, rule: Rule) -> bool:
    """Whether the session was idle too long or is too old. Timers on a page do not keep a session alive."""
    now = request.now
    began = _moment(request, "began") or now
    seen = _moment(request, "seen") or now
    if now - began > ABSOLUTE or now - seen > IDLE:
        return True
    if "began" not in request.session:
        request.session["began"] = now.timestamp()
    if "seen" not in request.session or (now - seen > SEEN_STEP and not rule.background):
        request.session["seen"] = now.timestamp()
    return False


def _moment(request: Request, key: str) -> datetime | None:
    stamp = request.session.get(key)
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)


def _to_sign_in(request: Request, rule: Rule) -> HttpResponse:
    """On to the sign-in page, and back here after it where that can be."""
    here = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    known = not rule.private and (request.method in {"GET", "HEAD"} or bool(request.htmx))
    query = "?" + urlencode({"next": here}) if known and here and here != "/" else ""
    address = reverse("sign-in") + query
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)
