"""Import from other system: choose a client of the remote, complete what it does not hold, create it here."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare

from practicesync.core.errors import Invalid, Stale, Taken
from practicesync.core.fields import ClientKind
from practicesync.core.wizard import lacking
from practicesync.core.words import KIND_WORDS
from practicesync.flows import start
from practicesync.operations import runs
from practicesync.operations.importing import Brought, bring
from practicesync.queries.import_form import ImportForm, load_import_form
from practicesync.queries.remote import is_offered
from practicesync.queries.remote_list import RemoteList, Show, load_remote_list
from practicesync.web.request import Request
from practicesync.web.screens.remote_import.sent import Sent, is_number

SHOWN = (
    (Show.LIVE, "All in use"),
    (Show.NEW, "Not in the register yet"),
    (Show.ARCHIVED, "Archived in XPM"),
)


def remote_import(request: Request) -> HttpResponse:
    """The remote's clients: as a panel over the list, as its part that a search changes, or as a page of its own."""
    if not is_offered(request.actor.practice_id):
        raise Http404("No add-on is enabled.")
    wanted, page = request.GET.get("show", ""), request.GET.get("page", "")
    found = load_remote_list(
        request.actor.practice_id,
        search=request.GET.get("q", ""),
        show=Show(wanted) if wanted in set(Show) else Show.LIVE,
        page=int(page) if is_number(page) and len(page) < 6 else 1,
    )
    return render(request, f"remote_import/{_part(request, found)}", {"found": found, "shown": SHOWN})


def _part(request: Request, found: RemoteList) -> str:
    if not request.htmx or request.htmx.history_restore_request:
        return "page.html"
    if request.htmx.target == "panel":
        return "_panel.html"
    return "_lines.html" if found.page > 1 else "_found.html"


def look(request: Request, mirror_id: int) -> HttpResponse:
    """Somebody chose this client: it is read from the remote again while they fill in the form."""
    with suppress(Invalid):
        # Where the remote is not connected, the form goes by what was read last, and says when that was.
        start.enqueue(runs.request_look(request.actor, mirror_id, request.now))
    return redirect("remote-import-one", mirror_id=mirror_id)


def looked(request: Request, mirror_id: int) -> HttpResponse:
    """Asked for by a timer while the client is read again: nothing until that has ended, then how it stands."""
    form = _form(request, mirror_id, Sent.read({}, request.GET.getlist("opened")))
    if form.reading:
        return HttpResponse(status=204)
    changed = not constant_time_compare(request.GET.get("seen", ""), form.seen)
    return render(request, "remote_import/_reading.html", {"form": form, "changed": changed})


def one(request: Request, mirror_id: int) -> HttpResponse:
    """The form of one client; sending it creates the client and those chosen to come along."""
    if request.method != "POST":
        opened = Sent.read({}, request.GET.getlist("opened"))
        form = _form(request, mirror_id, opened)
        return _arrive(request, form.taken_by) if form.taken_by else _shown(request, form, opened)
    sent = Sent.read(request.POST.dict(), request.POST.getlist("opened"))
    if "open" in request.POST or "all" in request.POST or "again" in request.POST:
        return _again(request, mirror_id, sent)
    return _create(request, _form(request, mirror_id, sent), sent)


def _again(request: Request, mirror_id: int, sent: Sent) -> HttpResponse:
    """The same form with a party opened, with one choice for all, or for another kind; nothing is written."""
    opened = {int(each) for each in request.POST.getlist("open") if is_number(each)}
    sent = Sent(sent.kind, sent.details, sent.choices, sent.kinds, sent.opened | opened, sent.seen)
    form = _form(request, mirror_id, sent)
    return _shown(request, form, sent.for_all(form, request.POST["all"]) if "all" in request.POST else sent)


def _create(request: Request, form: ImportForm, sent: Sent) -> HttpResponse:
    if form.taken_by:
        return _taken(request, form.taken_by)
    needed = {detail.name for detail in form.details if form.kind in detail.kinds}
    details = {name: value for name, value in sent.details.items() if name in needed}
    problems = lacking(form.kind, details)
    problems |= {str(row.mirror_id): f"Choose what becomes of {row.name}." for row in sent.undecided(form)}
    if problems:
        return _shown(request, form, sent, problems=problems, status=422)
    if not constant_time_compare(sent.seen, form.seen):
        return _shown(request, form, sent, stale=True, status=409)
    try:
        brought = bring(request.actor, form.mirror_id, form.kind, details, request.now, parties=sent.parties(form))
    except Taken as first:
        return _taken(request, first.client_id)
    except Stale as problem:
        fresh = _form(request, form.mirror_id, sent)
        return _shown(request, fresh, sent, problems={"": problem.detail}, stale=True, status=409)
    except Invalid as problem:
        return _shown(request, form, sent, problems=problem.problems, status=422)
    _tell(request, brought)
    return _arrive(request, brought.client.pk)


def _tell(request: Request, brought: Brought) -> None:
    others, ties = len(brought.created) - 1, len(brought.relationships)
    beside = [
        f"{others} associate{'s' if others > 1 else ''}" if others else "",
        f"{ties} relationship{'s' if ties > 1 else ''}" if ties else "",
    ]
    told = " and ".join(each for each in beside if each)
    messages.success(request, f"{brought.client.name} was imported and linked{f', with {told}' if told else ''}.")
    if brought.left_out:
        messages.warning(request, "Not kept in the register: " + " ".join(brought.left_out))


def _taken(request: Request, client_id: int) -> HttpResponse:
    messages.warning(request, "Somebody else imported this client meanwhile. Here it is.")
    return _arrive(request, client_id)


def _arrive(request: Request, client_id: int) -> HttpResponse:
    """Where every import ends: the client's profile, with what is still to be completed."""
    return redirect("client-profile", client_id=client_id)


def _form(request: Request, mirror_id: int, sent: Sent) -> ImportForm:
    form = load_import_form(
        request.actor.practice_id,
        mirror_id,
        today=request.now.astimezone(request.zone).date(),
        opened=sent.opened,
        kind=sent.kind,
    )
    if form is None:
        raise Http404("There is no such client.")
    return form


def _shown(
    request: Request,
    form: ImportForm,
    sent: Sent,
    *,
    problems: dict[str, str] | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    problems = problems or {}
    context: dict[str, Any] = {
        "form": form,
        "parties": [(row, sent.chosen(row), sent.kinds.get(row.mirror_id, row.kind)) for row in form.parties],
        "details": [(each, sent.details.get(each.name, ""), problems.get(each.name, "")) for each in form.details],
        "opened": sorted(sent.opened),
        "problems": problems,
        "stale": stale,
        "kinds": [(kind, KIND_WORDS[kind]) for kind in ClientKind],
    }
    part = bool(request.htmx) and request.method == "POST"
    return render(request, "remote_import/_parties.html" if part else "remote_import/one.html", context, status=status)
