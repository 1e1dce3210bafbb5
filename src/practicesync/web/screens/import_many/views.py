"""Import many clients of the remote: review what was chosen, carry it out, see what became of each."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.words import KIND_WORDS
from practicesync.flows import start
from practicesync.operations import import_many, import_undo
from practicesync.queries.import_form import Detail
from practicesync.queries.import_many import PAGE_SIZE, ManyPage, ManyRow, load_import_many
from practicesync.queries.import_undo import plan_undo
from practicesync.web.request import Request
from practicesync.web.screens.import_many.sent import for_all, rows_sent

OUTCOMES = {
    "created": ("Imported", "success", "circle-check"),
    "linked": ("Linked", "success", "link"),
    "taken": ("There already", "quiet", "link"),
    "refused": ("Not imported", "danger", "alert-triangle"),
    "left": ("Left out", "quiet", "circle-minus"),
}
"""What became of a row: a word, a tone and an icon."""


def begin(request: Request) -> HttpResponse:
    """Somebody ticked several clients: they become a draft to be completed."""
    chosen = [int(each) for each in request.POST.getlist("mirror") if each.isascii() and each.isdigit()]
    try:
        made = import_many.draft(request.actor, chosen, request.now)
    except Invalid as problem:
        messages.error(request, str(problem))
        return redirect("remote-import")
    return redirect("import-many", many_id=made.pk)


def one(request: Request, many_id: int) -> HttpResponse:
    """The draft to complete; while it is carried out, its progress; afterwards, what became of each."""
    page = _page(request, many_id)
    if request.method != "POST":
        return _shown(request, page)
    revision = _number(request.POST.get("revision", ""))
    try:
        kept = import_many.edit(
            request.actor,
            many_id,
            revision=revision,
            rows=rows_sent(page, request.POST.dict()),
            for_all=for_all(page, request.POST.dict()),
        )
        if "go" not in request.POST:
            return _to(many_id, _number(request.POST.get("to", "")) or page.page)
        run = import_many.confirm(request.actor, many_id, revision=kept.revision, now=request.now)
    except Stale as problem:
        messages.error(request, problem.detail)
        return redirect("import-many", many_id=many_id)
    except Invalid as problem:
        return _incomplete(request, page, problem.problems)
    start.enqueue(run)
    return redirect("import-many", many_id=many_id)


def _incomplete(request: Request, page: ManyPage, problems: dict[str, str]) -> HttpResponse:
    """Back to the first row of which something is needed, on whichever page it is."""
    first = min((int(number) for number in problems if number), default=1)
    fresh = load_import_many(request.actor.practice_id, page.id, page=(first - 1) // PAGE_SIZE + 1)
    return _shown(request, fresh or page, problems=problems, status=422)


def progress(request: Request, many_id: int) -> HttpResponse:
    """The part that moves; it asks for the whole page once the run has ended."""
    page = _page(request, many_id)
    response = render(request, "import_many/_progress.html", {"page": page, "run": page.run, "now": request.now})
    if not page.under_way:
        response.headers["HX-Refresh"] = "true"
    return response


def discard(request: Request, many_id: int) -> HttpResponse:
    """Drop a draft."""
    try:
        import_many.discard(request.actor, many_id, revision=_number(request.POST.get("revision", "")))
    except Stale as problem:
        messages.error(request, problem.detail)
        return redirect("import-many", many_id=many_id)
    messages.success(request, "Discarded. Nothing was imported.")
    return redirect("clients")


def undo(request: Request, many_id: int) -> HttpResponse:
    """Take the whole import back, having said what goes and what has to stay."""
    page = _page(request, many_id)
    if request.method != "POST":
        plan = plan_undo(request.actor.practice_id, many_id)
        return render(request, "import_many/undo.html", {"page": page, "plan": plan})
    try:
        revision = _number(request.POST.get("revision", ""))
        start.enqueue(import_undo.request_undo(request.actor, many_id, revision=revision, now=request.now))
    except (Invalid, Stale) as problem:
        messages.error(request, problem.detail)
    return redirect("import-many", many_id=many_id)


def _page(request: Request, many_id: int) -> ManyPage:
    asked = request.POST.get("page", "") or request.GET.get("page", "")
    found = load_import_many(request.actor.practice_id, many_id, page=_number(asked) or 1)
    if found is None:
        raise Http404("There is no such import.")
    return found


def _to(many_id: int, page: int) -> HttpResponse:
    address = reverse("import-many", args=[many_id])
    return redirect(f"{address}?page={page}" if page > 1 else address)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _shown(
    request: Request, page: ManyPage, *, problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    problems = problems or {}
    context: dict[str, Any] = {
        "page": page,
        "run": page.run,
        "now": request.now,
        "rows": [(row, _details(page, row), problems.get(str(row.number), "")) for row in page.rows],
        "problems": problems,
        "general": problems.get("", ""),
        "kinds": [(kind, KIND_WORDS[kind]) for kind in ClientKind],
        "outcomes": [(*OUTCOMES[key], page.counts[key]) for key in OUTCOMES if page.counts.get(key)],
        "done": [(row, *OUTCOMES[row.outcome]) for row in page.rows if row.outcome],
    }
    name = "review.html" if page.is_open else "result.html"
    return render(request, f"import_many/{name}", context, status=status)


def _details(page: ManyPage, row: ManyRow) -> list[tuple[Detail, str]]:
    return [(detail, row.details.get(detail.name, "")) for detail in page.details]
