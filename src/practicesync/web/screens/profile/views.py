"""A client's profile, tab by tab; and what can be done on it: standing, groups, the checklist."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid
from practicesync.operations import checklist, groups, register
from practicesync.queries import profile as queries
from practicesync.queries.diagram import load_diagram
from practicesync.queries.group_list import load_names
from practicesync.queries.lists import labels
from practicesync.queries.profile import Profile, load_profile
from practicesync.queries.relationships import load_ties
from practicesync.web.errors import sentence_of
from practicesync.web.mending import told_on
from practicesync.web.request import Request
from practicesync.web.screens.profile.drawing import draw

TABS = (
    ("client-profile", "Summary", "list"),
    ("client-relationships", "Relationships", "sitemap"),
    ("client-contacts", "Contacts", "address-book"),
    ("client-groups", "Groups", "users-group"),
    ("client-addresses", "Addresses", "map-pin"),
    ("client-checklist", "Checklist", "checkbox"),
    ("client-history", "History", "history"),
)
"""The tabs: the name of each one's address, its word, its icon."""

MOST_LEVELS = 3


def summary(request: Request, client_id: int) -> HttpResponse:
    """What the register holds of the client, by section, and what is left to do."""
    profile = _profile(request, client_id)
    sections = queries.load_sections(request.actor.practice_id, profile)
    return _shown(request, profile, "client-profile", {"sections": sections})


def facts(request: Request, client_id: int) -> HttpResponse:
    """What stands under the client's name, asked for where a state has moved."""
    return render(request, "profile/_facts.html", {"profile": _profile(request, client_id)})


def relationships(request: Request, client_id: int) -> HttpResponse:
    """Who the client is tied to, as a drawing and as tables; `?levels=2` draws the parties' parties too."""
    profile = _profile(request, client_id)
    today = request.now.astimezone(request.zone).date()
    asked = request.GET.get("levels", "1")
    levels = min(int(asked), MOST_LEVELS) if asked in {"1", "2", "3"} else 1
    ties = load_ties(request.actor.practice_id, client_id, today)
    diagram = load_diagram(request.actor.practice_id, client_id, today, levels) if ties.any else None
    context = {
        "ties": ties,
        "drawing": draw(diagram) if diagram else None,
        "diagram": diagram,
        "levels": levels,
        "deeper": levels + 1 if levels < MOST_LEVELS and diagram and diagram.more_levels else 0,
    }
    return _shown(request, profile, "client-relationships", context)


def contacts(request: Request, client_id: int) -> HttpResponse:
    """Whom to write to."""
    profile = _profile(request, client_id)
    found = queries.load_contacts(request.actor.practice_id, profile)
    return _shown(request, profile, "client-contacts", {"contacts": found})


def addresses(request: Request, client_id: int) -> HttpResponse:
    """Every kind of address, and which two of them the remote keeps."""
    profile = _profile(request, client_id)
    found = queries.load_addresses(request.actor.practice_id, profile)
    return _shown(request, profile, "client-addresses", {"addresses": found})


def in_groups(request: Request, client_id: int) -> HttpResponse:
    """The groups that the client is in; a POST puts it into one."""
    profile = _profile(request, client_id)
    practice_id = request.actor.practice_id
    typed, error, status = request.POST.get("name", ""), "", 200
    if request.method == "POST":
        try:
            group = groups.group_clients(request.actor, [client_id], typed, request.now)
        except Invalid as problem:
            error, status = sentence_of(problem), 422
        else:
            messages.success(request, f"{profile.name} is in the group {group.name}.")
            return redirect("client-groups", client_id)
    context = {
        "groups": queries.load_groups(practice_id, client_id),
        "names": load_names(practice_id),
        "typed": typed,
        "error": error,
    }
    return _shown(request, profile, "client-groups", context, status)


def leave_group(request: Request, client_id: int, group_id: int) -> HttpResponse:
    """Take the client out of a group."""
    _profile(request, client_id)
    groups.take_out(request.actor, client_id, group_id, request.now)
    messages.success(request, "Taken out of the group.")
    return redirect("client-groups", client_id)


def checked(request: Request, client_id: int) -> HttpResponse:
    """The checklist; a POST ticks an item off, or opens it again."""
    profile = _profile(request, client_id)
    if request.method != "POST":
        return _shown(request, profile, "client-checklist", {"fixes": _fixes(profile)})
    item = request.POST.get("item", "")
    if request.POST.get("done") == "no":
        checklist.untick(request.actor, client_id, item, request.now)
    else:
        checklist.tick(request.actor, client_id, item, request.now)
    return redirect(f"{reverse('client-checklist', args=[client_id])}#item-{item}")


def history(request: Request, client_id: int) -> HttpResponse:
    """The last that happened to the client in the register."""
    profile = _profile(request, client_id)
    return _shown(
        request, profile, "client-history", {"lines": queries.load_history(request.actor.practice_id, profile)}
    )


def standing(request: Request, client_id: int) -> HttpResponse:
    """Make it a client with a plan, or an associate."""
    profile = _profile(request, client_id)
    chosen = request.POST.get("standing", profile.standing)
    plan, error, status = request.POST.get("plan", profile.plan), "", 200
    if request.method == "POST":
        try:
            register.set_standing(request.actor, client_id, chosen, plan, request.now)
        except Invalid as problem:
            error, status = sentence_of(problem), 422
        else:
            messages.success(request, "Saved.")
            return redirect("client-profile", client_id)
    plans = labels(request.actor.practice_id, "subscription_plan")
    context = {"profile": profile, "plans": plans, "chosen": chosen, "plan": plan, "error": error}
    return render(request, "profile/standing.html", context, status=status)


def _profile(request: Request, client_id: int) -> Profile:
    found = load_profile(request.actor.practice_id, client_id)
    if found is None:
        raise Http404("There is no such client.")
    return found


def _fixes(profile: Profile) -> list[tuple[Any, str]]:
    """Each item with where it is seen to."""
    edit = f"{reverse('client-edit', args=[profile.id])}?from=profile"
    tabs = {
        "relationships": reverse("client-relationships", args=[profile.id]),
        "standing": reverse("client-standing", args=[profile.id]),
    }
    return [
        (each, tabs.get(each.item.fix) or (f"{edit}#f-{each.item.fix.replace('.', '-')}" if each.item.fix else ""))
        for each in profile.completeness.items
    ]


def _shown(request: Request, profile: Profile, tab: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    tabs = [(name, word, icon, name == tab) for name, word, icon in TABS]
    title = next(word for name, word, _ in TABS if name == tab)
    part = tab.removeprefix("client-")
    context |= told_on(request, profile.id, there=profile.state is not None and not profile.archived)
    context |= {"profile": profile, "tabs": tabs, "title": title, "part": f"profile/_{part}.html"}
    return render(request, "profile/page.html", context, status=status)
