"""Apps: a tile for each system, and the drawer of Xero Practice Manager with its client sync."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.policy import Direction
from practicesync.core.policy_words import DIRECTION_WORDS, LEVEL_WORDS
from practicesync.queries.policy_screen import load_holding
from practicesync.queries.remote import CONNECTOR, is_offered
from practicesync.web.frame import address_of
from practicesync.web.request import Request


def apps(request: Request) -> HttpResponse:
    """The tiles."""
    holding = load_holding(request.actor.practice_id, CONNECTOR) if is_offered(request.actor.practice_id) else None
    return render(request, "apps/page.html", {"holding": holding})


def xpm(request: Request) -> HttpResponse:
    """The drawer of Xero Practice Manager."""
    if not is_offered(request.actor.practice_id):
        return redirect("apps")
    holding = load_holding(request.actor.practice_id, CONNECTOR)
    just = request.GET.get("just") == "from" and holding.policy.direction is Direction.FROM_REMOTE
    context = {
        "holding": holding,
        "drawer": True,
        "directions": [(each.value, words) for each, words in DIRECTION_WORDS.items()],
        "levels": [(each.value, words) for each, words in LEVEL_WORDS.items()],
        "rules": len(holding.policy.rules),
        "sync_now": f"{address_of('plan')}?move=pull" if just and holding.policy.on and address_of("plan") else "",
        "just": just,
    }
    return render(request, "apps/page.html", context)
