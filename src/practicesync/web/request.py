"""A request as views see it: who acts, for which practice, and when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from practicesync.core.actor import Actor
from practicesync.queries.frame import Member


class Request(HttpRequest):
    """What the middleware makes of a request before a view sees it.

    `actor`, `member` and `zone` are there on every address that needs a person; `now` is aware, in UTC, and one moment
    for the whole request; `incident` names the request in logs and on error pages.
    """

    actor: Actor
    member: Member
    zone: ZoneInfo
    now: datetime
    incident: str
    htmx: HtmxDetails
