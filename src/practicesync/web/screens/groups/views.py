"""The groups of the register: the list, one group with its members, made, renamed, removed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid
from practicesync.operations import groups
from practicesync.queries.group_list import GroupPage, load_group, load_groups
from practicesync.web.errors import sentence_of
from practicesync.web.picker import AGAIN, Picker, read_picker
from practicesync.web.request import Request


def list_groups(request: Request) -> HttpResponse:
    """The list with its search; a POST makes a group."""
    typed, error, status = request.POST.get("name", ""), "", 200
    if request.method == "POST":
        try:
            group = groups.group_clients(request.actor, [], typed, request.now)
        except Invalid as problem:
            error, status = sentence_of(problem), 422
        else:
            return redirect("group", group.pk)
    found = load_groups(request.actor.practice_id, request.GET.get("q", ""), _page(request))
    return render(request, "groups/page.html", {"found": found, "typed": typed, "error": error}, status=status)


def group(request: Request, group_id: int) -> HttpResponse:
    """One group with its members; a POST puts a client in."""
    found = _group(request, group_id)
    picker = _picker(request)
    status = 200
    if request.method == "POST" and AGAIN not in request.POST:
        if picker.client_id is not None:
            groups.group_clients(request.actor, [picker.client_id], found.name, request.now)
            return redirect("group", group_id)
        status = 422
    return _shown(request, found, picker, status=status)


def rename(request: Request, group_id: int) -> HttpResponse:
    """Call the group otherwise."""
    found = _group(request, group_id)
    name = request.POST.get("name", "")
    try:
        groups.rename_group(request.actor, group_id, name, request.now)
    except Invalid as problem:
        return _shown(request, found, _unread(request), typed=name, error=sentence_of(problem), status=422)
    return redirect("group", group_id)


def take_out(request: Request, group_id: int, client_id: int) -> HttpResponse:
    """Take a member out, on the group's own page."""
    found = _group(request, group_id)
    groups.take_out(request.actor, client_id, found.id, request.now)
    return redirect("group", group_id)


def remove(request: Request, group_id: int) -> HttpResponse:
    """Remove the group; its clients stay."""
    found = _group(request, group_id)
    count = groups.remove_group(request.actor, group_id, request.now)
    what = "1 client was in it and stays." if count == 1 else f"{count:,} clients were in it and stay."
    messages.success(request, f"The group {found.name} was removed. {what}")
    return redirect("groups")


def _shown(
    request: Request, found: GroupPage, picker: Picker, *, typed: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context = {"group": found, "picker": picker, "typed": typed or found.name, "error": error}
    return render(request, "groups/group.html", context, status=status)


def _picker(request: Request) -> Picker:
    sent = request.POST.dict() if request.method == "POST" else {}
    return read_picker(request.actor, sent, "client", "Client", remote=False)


def _unread(request: Request) -> Picker:
    return read_picker(request.actor, {}, "client", "Client", remote=False)


def _group(request: Request, group_id: int) -> GroupPage:
    found = load_group(request.actor.practice_id, group_id, _page(request))
    if found is None:
        raise Http404("There is no such group.")
    return found


def _page(request: Request) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
