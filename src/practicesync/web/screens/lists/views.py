"""Settings > Lists: words added, renamed, put in order, retired."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, SyncError
from practicesync.operations import lists
from practicesync.queries.lists import ListedItem, load_item, load_lists
from practicesync.web.errors import sentence_of
from practicesync.web.request import Request


def page(request: Request) -> HttpResponse:
    """Every list with its words."""
    return _shown(request)


def begin(request: Request) -> HttpResponse:
    """Fill the empty lists with the usual words."""
    lists.begin_lists(request.actor, request.now)
    return redirect("lists")


def add(request: Request) -> HttpResponse:
    """Add a word to a list."""
    key, label = request.POST.get("list", ""), request.POST.get("label", "")
    try:
        lists.add_item(request.actor, key, label, request.now)
    except Invalid as problem:
        return _shown(request, problem=problem, key=key, typed=label)
    return redirect(f"{reverse('lists')}#list-{key}")


def item(request: Request, item_id: int) -> HttpResponse:
    """Rename a word, with how many clients follow."""
    found = _item(request, item_id)
    typed, error, status = request.POST.get("label", found.label), "", 200
    if request.method == "POST":
        try:
            moved = lists.rename_item(request.actor, item_id, typed, request.now)
        except Invalid as problem:
            error, status = sentence_of(problem), 422
        else:
            told = "1 client follows" if moved == 1 else f"{moved:,} clients follow"
            messages.success(request, f"Renamed; {told}.")
            return redirect("lists")
    return render(request, "lists/item.html", {"item": found, "typed": typed, "error": error}, status=status)


def move(request: Request, item_id: int) -> HttpResponse:
    """Put a word one place up or down."""
    found = _item(request, item_id)
    current = next((each for each in load_lists(request.actor.practice_id) if each.about.key == found.key), None)
    order = [each.id for each in current.offered] if current else []
    if item_id in order:
        here = order.index(item_id)
        there = here + (1 if request.POST.get("to") == "down" else -1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
            lists.order_items(request.actor, found.key, order, request.now)
    return redirect(f"{reverse('lists')}#list-{found.key}")


def retire(request: Request, item_id: int) -> HttpResponse:
    """No longer offer a word, or offer it again."""
    found = _item(request, item_id)
    if request.POST.get("back"):
        lists.add_item(request.actor, found.key, found.label, request.now)
    else:
        lists.retire_item(request.actor, item_id, request.now)
    return redirect(f"{reverse('lists')}#list-{found.key}")


def _item(request: Request, item_id: int) -> ListedItem:
    found = load_item(request.actor.practice_id, item_id)
    if found is None:
        raise Http404("There is no such word.")
    return found


def _shown(request: Request, *, problem: SyncError | None = None, key: str = "", typed: str = "") -> HttpResponse:
    found = load_lists(request.actor.practice_id)
    context = {
        "lists": found,
        "some_empty": any(not each.items for each in found),
        "error": sentence_of(problem) if problem else "",
        "error_key": key,
        "typed": typed,
    }
    return render(request, "lists/page.html", context, status=422 if problem else 200)
