"""Merging two clients of the register: field by field, and undone."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, Stale
from practicesync.operations import merging
from practicesync.operations.merging import Asked
from practicesync.queries.merging import MergePage, load_merge, load_undo
from practicesync.web.errors import tell
from practicesync.web.request import Request

TAKE = "take-"
"""The names of the radio buttons begin so, and end with the field's name."""


def merge(request: Request, client_id: int, other_id: int) -> HttpResponse:
    """Both side by side; what is chosen is kept in the first, and the other one goes."""
    page = load_merge(request.actor.practice_id, client_id, other_id)
    if page is None:
        raise Http404("There are no such two clients.")
    if request.method != "POST":
        return _shown(request, page)
    try:
        row = merging.merge(request.actor, _asked(request, page), request.now)
    except Invalid as problem:
        return _shown(request, page, problem=str(problem), status=422)
    except Stale:
        return _shown(request, page, problem="Somebody saved one of the two meanwhile. Look again.", status=409)
    messages.success(request, f"{page.gone.name} was merged into {page.kept.name}. Undo is under Duplicates, Merged.")
    return redirect("client", client_id=row.kept_id)


def _asked(request: Request, page: MergePage) -> Asked:
    take = frozenset(row.name for row in page.choices if request.POST.get(f"{TAKE}{row.name}") == "gone")
    revisions = [request.POST.get(name, "") for name in ("kept_revision", "gone_revision")]
    kept, gone = (int(each) if each.isascii() and each.isdigit() and len(each) < 10 else 0 for each in revisions)
    return Asked(page.kept.id, page.gone.id, kept, gone, take)


def _shown(request: Request, page: MergePage, *, problem: str = "", status: int = 200) -> HttpResponse:
    chosen = {
        row.name: request.POST.get(f"{TAKE}{row.name}", "gone" if row.from_gone else "kept") for row in page.choices
    }
    rows = [(row, chosen[row.name] == "gone") for row in page.choices]
    context = {"page": page, "rows": rows, "problem": problem, "take": TAKE}
    return render(request, "merge/page.html", context, status=status)


def undo(request: Request, merge_id: int) -> HttpResponse:
    """Say what becomes of the two, then make two of them again."""
    found = load_undo(request.actor.practice_id, merge_id)
    if found is None:
        raise Http404("There is no such merge.")
    if request.method == "POST":
        try:
            merging.undo_merge(request.actor, merge_id, request.now)
            messages.success(request, f"{found.gone_name} and {found.kept_name} are two clients again.")
        except Invalid as problem:
            tell(request, problem)
        return redirect(f"{reverse('twins')}?side=merged")
    return render(request, "merge/undo.html", {"merge": found})
