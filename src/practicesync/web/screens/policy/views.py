"""Apps > Xero Practice Manager > Field rules: every field's terms and why, and a preview of a change."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, Stale
from practicesync.core.policy import Direction, Policy
from practicesync.core.policy_check import problems
from practicesync.core.policy_effects import EFFECT_WORDS, Effect
from practicesync.core.policy_rows import rows_of
from practicesync.flows.start import enqueue
from practicesync.operations import policies
from practicesync.queries.policy import policy_of
from practicesync.queries.policy_preview import clients_affected, preview
from practicesync.queries.policy_screen import load_rules, load_ruling
from practicesync.queries.remote import CONNECTOR, is_offered
from practicesync.web.errors import sentence_of
from practicesync.web.request import Request
from practicesync.web.screens.policy.forms import carried, proposed

PAGE_SIZE = 50
OF_THE_PAGE = ("csrfmiddlewaretoken", "seen", "digest", "page", "effect")
"""What a page sends about itself; the rest is the change."""

View = Callable[[Request], HttpResponse]


def offered(view: View) -> View:
    """A view that is there once the add-on is enabled."""

    @wraps(view)
    def seen(request: Request) -> HttpResponse:
        return view(request) if is_offered(request.actor.practice_id) else redirect("apps")

    return seen


@offered
def rules(request: Request) -> HttpResponse:
    """The table of every field."""
    return render(request, "policy/rules.html", {"rules": load_rules(request.actor.practice_id, CONNECTOR)})


@offered
def edit(request: Request) -> HttpResponse:
    """The form for the rule of one field, or of several at once."""
    ruling = load_ruling(request.actor.practice_id, CONNECTOR, request.GET.getlist("field"))
    if ruling is None:
        messages.info(request, "Tick the fields that are to have a rule, then choose again.")
        return redirect("policy-rules")
    return render(request, "policy/edit.html", {"ruling": ruling})


@offered
def change(request: Request) -> HttpResponse:
    """What a change would do; a POST does it, where it would still do that."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        before, after = _both(request, sent)
    except Invalid as invalid:
        return render(request, "policy/refused.html", {"told": _told(invalid), "back": _back(sent)}, status=422)
    if request.method == "POST":
        return _confirmed(request, before, after)
    return _shown(request, after, sent)


@offered
def affected(request: Request) -> HttpResponse:
    """Every client that one effect of a change concerns, by name."""
    try:
        effect = Effect(request.GET.get("effect", ""))
        _, after = _both(request, request.GET)
    except (ValueError, Invalid):
        return redirect("policy-change")
    number = _page(request.GET.get("page", ""))
    found, clients = clients_affected(
        request.actor.practice_id, CONNECTOR, after, effect, start=(number - 1) * PAGE_SIZE, size=PAGE_SIZE
    )
    context = {
        "found": found,
        "words": EFFECT_WORDS[effect],
        "clients": clients,
        "number": number,
        "last": Paginator(range(found.clients), PAGE_SIZE).num_pages,
        "query": f"{_query(request.GET)}&effect={effect}&",
        "change": _query(request.GET),
    }
    return render(request, "policy/affected.html", context)


def _both(request: Request, sent: QueryDict) -> tuple[Policy, Policy]:
    """The policy that holds, and the one that was sent. Raises `Invalid` where that cannot be."""
    before = policy_of(request.actor.practice_id, CONNECTOR)
    after = proposed(before, sent)
    wrong = problems(after, CONNECTOR, before=before)
    if wrong:
        raise Invalid(wrong)
    return before, after


def _confirmed(request: Request, before: Policy, after: Policy) -> HttpResponse:
    """Do it, unless it would by now do something else than the page said."""
    shown = preview(request.actor.practice_id, CONNECTOR, after, request.now)
    if request.POST.get("digest") != shown.digest:
        return _shown(request, after, request.POST, error=sentence_of(Stale()), status=409)
    try:
        held = policies.change(request.actor, CONNECTOR, after, request.now, seen=before.version)
    except Stale as stale:
        return _shown(request, after, request.POST, error=sentence_of(stale), status=409)
    run = policies.replanning(request.actor.practice_id, held.version)
    if run is not None:
        enqueue(run)
    messages.success(request, "Changed. It holds from now on.")
    switched = held.direction != before.direction or held.on != before.on
    fresh = held.on and held.direction is Direction.FROM_REMOTE and switched
    return redirect(f"{reverse('xpm-app')}?just=from" if fresh else _back(request.POST))


def _shown(request: Request, after: Policy, sent: QueryDict, *, error: str = "", status: int = 200) -> HttpResponse:
    found = preview(request.actor.practice_id, CONNECTOR, after, request.now)
    context = {
        "preview": found,
        "affected": [(each, EFFECT_WORDS[each.effect]) for each in found.affected],
        "carried": carried(sent, *OF_THE_PAGE),
        "query": _query(sent),
        "back": _back(sent),
        "error": error,
    }
    return render(request, "policy/change.html", context, status=status)


def _page(told: str) -> int:
    return max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 7 else 1


def _query(sent: QueryDict) -> str:
    """The change as a query."""
    query = QueryDict(mutable=True)
    for name, value in carried(sent, *OF_THE_PAGE):
        query.appendlist(name, value)
    return query.urlencode()


def _back(sent: QueryDict) -> str:
    """The page on which such a change is chosen."""
    if "field" in sent or "remove" in sent:
        return reverse("policy-rules")
    return reverse("labs" if "on" in sent else "xpm-app")


def _told(invalid: Invalid) -> list[tuple[str, str]]:
    """Each problem with the address at which it is mended."""
    rows = rows_of(CONNECTOR)
    edit_at = reverse("policy-edit")
    return [(sentence, f"{edit_at}?field={key}" if key in rows else "") for key, sentence in invalid.problems.items()]
