"""Importing clients from a file: upload, columns, every row looked at, the result, the way back."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.import_rows import Choice, Verdict
from practicesync.core.sheets import MAX_FILE, MAX_ROWS, SeveralSheets, read_sheet
from practicesync.core.words import CHOICE_WORDS, KIND_WORDS, VERDICT_WORDS
from practicesync.flows import start
from practicesync.operations import import_file as importing
from practicesync.operations import import_undo as undoing
from practicesync.operations import runs
from practicesync.queries.import_files import problem_rows, template
from practicesync.queries.import_page import (
    ImportHead,
    column_choices,
    load_columns,
    load_import,
    load_imports,
    load_rows,
    load_totals,
)
from practicesync.queries.import_undo import plan_undo
from practicesync.web.request import Request
from practicesync.web.screens.import_file.sent import read_choices, read_columns, read_verdict
from practicesync.web.uploads import sent_file, was_too_large

CSV = "text/csv; charset=utf-8"


def begin(request: Request) -> HttpResponse:
    """Send a file, or go on with one that was sent before."""
    if request.method != "POST":
        return _upload_page(request)
    sent = sent_file(request)
    if sent is None:
        large = f"The file is larger than {MAX_FILE // 1024 // 1024} MB."
        return _upload_page(request, large if was_too_large(request) else "Choose a file first.")
    name, data = sent
    try:
        sheet = read_sheet(data, request.POST.get("sheet", ""))
        found = importing.draft(request.actor, name, sheet, request.now)
    except SeveralSheets as problem:
        return _upload_page(request, problem.detail, sheets=problem.names)
    except Invalid as problem:
        return _upload_page(request, problem.detail)
    return redirect("import-columns", import_id=found.pk)


def _upload_page(request: Request, error: str = "", sheets: tuple[str, ...] = ()) -> HttpResponse:
    context = {
        "imports": load_imports(request.actor.practice_id),
        "error": error,
        "sheets": sheets,
        "sheet": request.POST.get("sheet", ""),
        "kinds": list(KIND_WORDS.items()),
        "most_rows": MAX_ROWS,
        "most_size": MAX_FILE // 1024 // 1024,
    }
    return render(request, "import_file/page.html", context, status=422 if error else 200)


def template_file(request: Request) -> HttpResponse:
    """An empty file for one kind of client."""
    kind = request.GET.get("kind", ClientKind.COMPANY.value)
    if kind not in set(ClientKind):
        raise Http404("There is no such kind of client.")
    response = HttpResponse(template(ClientKind(kind)), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{kind.replace("_", "-")}-template.csv"'
    return response


def columns(request: Request, import_id: int) -> HttpResponse:
    """Say what the columns mean; then every row is checked."""
    head = load_import(request.actor.practice_id, import_id)
    if request.method != "POST":
        return _columns_page(request, head) if head.state == "draft" else redirect("import", import_id=head.id)
    sent = read_columns(request.POST)
    try:
        run = importing.set_columns(
            request.actor,
            import_id,
            revision=sent.revision,
            columns=sent.columns,
            clears=sent.clears,
            kind=sent.kind,
            now=request.now,
        )
    except Invalid as problem:
        return _columns_page(request, head, problem.problems, sent.columns, sent.cleared, sent.kind)
    start.enqueue(run)
    return redirect("import", import_id=import_id)


def _columns_page(
    request: Request,
    head: ImportHead,
    problems: dict[str, str] | None = None,
    typed: dict[int, str] | None = None,
    cleared: frozenset[int] = frozenset(),
    kind: ClientKind | None = None,
) -> HttpResponse:
    """The columns as stored, or as they were sent with what is wrong."""
    lines = [
        (
            line,
            line.key if typed is None else typed.get(line.at, ""),
            line.clears if typed is None else line.at in cleared,
            (problems or {}).get(str(line.at), ""),
        )
        for line in load_columns(request.actor.practice_id, head)
    ]
    context = {
        "head": head,
        "lines": lines,
        "sections": column_choices(),
        "kinds": list(KIND_WORDS.items()),
        "kind": kind or head.kind,
        "error": (problems or {}).get("", ""),
        "problems": problems,
    }
    return render(request, "import_file/columns.html", context, status=422 if problems else 200)


def one(request: Request, import_id: int) -> HttpResponse:
    """One import as it stands: worked on, to be looked through, or over."""
    head = load_import(request.actor.practice_id, import_id)
    if head.working is not None:
        return render(request, "import_file/working.html", {"head": head, "run": head.working, "now": request.now})
    if head.state == "draft" and not head.checked:
        return redirect("import-columns", import_id=head.id)
    if head.state == "discarded":
        raise Http404("This import was discarded.")
    verdict = read_verdict(request.GET.get("show", ""))
    return render(request, "import_file/rows.html", _rows_context(request, head, verdict))


def _rows_context(request: Request, head: ImportHead, verdict: Verdict | None) -> dict[str, Any]:
    wanted = request.GET.get("page", "")
    page = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 1
    found = load_rows(request.actor.practice_id, head, verdict, page)
    return {
        "head": head,
        "found": found,
        "totals": found.totals,
        "filters": [(each, VERDICT_WORDS[each], head.counts.get(each.value, 0)) for each in Verdict],
        "words": VERDICT_WORDS,
        "choice_words": CHOICE_WORDS,
        "query": f"show={verdict.value}&" if verdict else "",
    }


def progress(request: Request, import_id: int) -> HttpResponse:
    """The part of the page that moves; it asks for the whole page once the work has ended."""
    head = load_import(request.actor.practice_id, import_id)
    context = {"head": head, "run": head.working, "now": request.now}
    response = render(request, "import_file/_progress.html", context)
    if head.working is None:
        response.headers["HX-Refresh"] = "true"
    return response


def choices(request: Request, import_id: int) -> HttpResponse:
    """What becomes of rows: of those on a page, of one, or of every row of a verdict."""
    revision, verdict = _revision(request), read_verdict(request.POST.get("show", ""))
    try:
        if "all" in request.POST and verdict is not None:
            count = importing.choose_all(
                request.actor, import_id, revision=revision, verdict=verdict, choice=request.POST["all"]
            )
            messages.success(request, f"{CHOICE_WORDS[Choice(request.POST['all'])]}: {count:,} rows.")
        else:
            importing.choose(request.actor, import_id, revision=revision, choices=read_choices(request.POST))
    except (Invalid, Stale) as problem:
        if request.htmx:
            return _foot(request, import_id, problem.detail)
        messages.error(request, problem.detail)
    if request.htmx:
        return _foot(request, import_id)
    address = redirect("import", import_id=import_id)
    show, page = request.POST.get("show", ""), request.POST.get("page", "")
    query = "&".join([f"show={show}"] * (show in set(Verdict)) + [f"page={page}"] * page.isdigit())
    return redirect(f"{address.url}?{query}" if query else address.url)


def _foot(request: Request, import_id: int, problem: str = "") -> HttpResponse:
    head = load_import(request.actor.practice_id, import_id)
    totals = load_totals(request.actor.practice_id, import_id)
    context = {"head": head, "totals": totals, "problem": problem}
    return render(request, "import_file/_foot.html", context, status=409 if problem else 200)


def confirm(request: Request, import_id: int) -> HttpResponse:
    """Carry it out as shown."""
    return _go_on(request, import_id, importing.confirm)


def check_again(request: Request, import_id: int) -> HttpResponse:
    """Look at every row again, as the register is now."""
    return _go_on(request, import_id, importing.check_again)


def _go_on(request: Request, import_id: int, ask: Callable[..., Any]) -> HttpResponse:
    try:
        start.enqueue(ask(request.actor, import_id, revision=_revision(request), now=request.now))
    except (Invalid, Stale) as problem:
        messages.error(request, problem.detail)
    return redirect("import", import_id=import_id)


def discard(request: Request, import_id: int) -> HttpResponse:
    """Forget the rows."""
    try:
        importing.discard(request.actor, import_id, revision=_revision(request), now=request.now)
    except Stale as problem:
        messages.error(request, problem.detail)
        return redirect("import", import_id=import_id)
    messages.success(request, "Discarded. Nothing was written.")
    return redirect("imports")


def cancel(request: Request, import_id: int) -> HttpResponse:
    """Stop what is under way at its next batch."""
    head = load_import(request.actor.practice_id, import_id)
    if head.working is not None:
        with suppress(Invalid):
            runs.cancel(request.actor, head.working.id, request.now)
            messages.success(request, "Stopped. What was done stands; you can go on, or take it back.")
    return redirect("import", import_id=import_id)


def undo(request: Request, import_id: int) -> HttpResponse:
    """Take an import back, having said what comes back and what has to stay."""
    head = load_import(request.actor.practice_id, import_id)
    if request.method != "POST":
        plan = plan_undo(request.actor.practice_id, import_id)
        return render(request, "import_file/undo.html", {"head": head, "plan": plan})
    return _go_on(request, import_id, undoing.request_undo)


def problems(request: Request, import_id: int) -> HttpResponse:
    """The rows with problems as a file, to mend and send again."""
    head = load_import(request.actor.practice_id, import_id)
    response = HttpResponse("".join(problem_rows(request.actor.practice_id, head)), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="import-{head.id}-problems.csv"'
    return response


def _revision(request: Request) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
