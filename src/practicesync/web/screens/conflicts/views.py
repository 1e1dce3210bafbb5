"""Conflicts: one value chosen at a time, at once and with a way back; or many, by a sheet or by a rule of the field."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, Stale
from practicesync.core.verdict import Move
from practicesync.flows import start
from practicesync.operations import answering, drawing, holding, sheets
from practicesync.operations.drawing import Asked
from practicesync.queries.conflicts import Pile, count_piles, load_conflict, load_conflicts, selection_of, settled_by
from practicesync.queries.remote import load_remote
from practicesync.queries.run_page import load_run
from practicesync.web.drawing import led_to
from practicesync.web.errors import sentence_of, tell
from practicesync.web.request import Request
from practicesync.web.screens.conflicts.answers import Answer, Answered, read_answer, words_of

TABS = (
    (Pile.BOTH, "Changed on both", "arrows-left-right"),
    (Pile.NEVER, "Never agreed", "equal-not"),
    (Pile.HELD, "Left as it is", "hand-stop"),
)
WAYS = {Move.PUSH.value, Move.PULL.value}


def conflicts(request: Request) -> HttpResponse:
    """One pile of differences to choose about."""
    remote = load_remote(request.actor.practice_id)
    if not remote.offered:
        raise Http404("No add-on is enabled.")
    if not remote.connection_id:
        return render(request, "conflicts/page.html", {"remote": remote})
    pile, asked = _pile(request), request.GET
    page = load_conflicts(
        request.actor.practice_id,
        remote.connection_id,
        pile,
        field=asked.get("field", "")[:200],
        text=asked.get("q", "").strip()[:200],
        number=_number(asked.get("page", "")) or 1,
    )
    last = load_run(request.actor.practice_id, _number(asked.get("last", "")))
    context = {
        "remote": remote,
        "page": page,
        "tabs": [(each, word, icon, page.counts[each], each is pile) for each, word, icon in TABS],
        "here": _here(pile, page.field, page.text),
        "query": f"{_here(pile, page.field, page.text)}&",
        "last_run": last if last is not None and last.kind == "sync" else None,
    }
    return render(request, "conflicts/page.html", context)


def answer(request: Request) -> HttpResponse:
    """Choose for one difference: the register's value, XPM's, or to leave both as they are."""
    asked = read_answer(request.POST)
    if asked is None:
        return redirect(_back(request))
    try:
        done = _carry_out(request, asked)
    except (Stale, Invalid) as problem:
        return _refused(request, asked, problem)
    if request.htmx:
        return render(request, "conflicts/_answered.html", {"answered": done, **_counted(request)})
    messages.success(request, f"{done.client_name}, {done.label}: {done.words}")
    return redirect(f"{_back(request)}&last={done.run_id}" if done.run_id else _back(request))


def take_back(request: Request) -> HttpResponse:
    """Take an answer back; in its place the difference is shown again, or that it is on its way back."""
    place, run_id = _number(request.POST.get("place", "")), _number(request.POST.get("run", ""))
    if not run_id:
        return redirect(_back(request))
    try:
        run = answering.take_back(request.actor, run_id, request.now)
    except (Stale, Invalid) as problem:
        if not request.htmx:
            tell(request, problem)
            return redirect(_back(request))
        return render(request, "conflicts/_told.html", {"place": place, "told": sentence_of(problem)}, status=409)
    if run is not None:
        start.enqueue(run)
    said = "Taken back." if run is None else "It is being written back."
    if not request.htmx:
        messages.success(request, said)
        return redirect(_back(request))
    return render(request, "conflicts/_told.html", {"place": place, "told": said, "run": run, **_counted(request)})


def several(request: Request) -> HttpResponse:
    """Draw up a sheet of the ticked differences, or of all that the filter shows, all going one way."""
    remote = load_remote(request.actor.practice_id)
    way, everything = request.POST.get("way", ""), request.POST.get("all-way", "")
    try:
        if everything in WAYS:
            field, text = request.POST.get("field", ""), request.POST.get("q", "")
            selection = selection_of(_pile(request), field, text, everything)
            asked = drawing.of_plan(request.actor, remote.connection_id, selection, request.now)
        else:
            ids = [_number(each) for each in request.POST.getlist("line")]
            ticked = {each: Move(way) for each in ids} if way in WAYS else {}
            lines = sheets.lines_of(request.actor.practice_id, remote.connection_id, ticked)
            asked = Asked(sheets.draw_up(request.actor, remote.connection_id, "chosen", lines, request.now).pk)
    except Invalid as problem:
        tell(request, problem)
        return redirect(_back(request))
    return led_to(request, asked)


def _carry_out(request: Request, asked: Answer) -> Answered:
    shown = load_conflict(request.actor.practice_id, asked.difference_id)
    if shown is None:
        raise Stale
    done = Answered(asked.difference_id, shown.client_id, shown.client_name, shown.label, words_of(asked.choice))
    if asked.choice in ("hold", "release"):
        act = holding.hold if asked.choice == "hold" else holding.release
        return replace(done, again=act(request.actor, asked.difference_id, request.now), held=asked.choice == "hold")
    run = answering.answer(request.actor, asked.difference_id, Move(asked.choice), request.now)
    if run.state == "queued":
        start.enqueue(run)
    return replace(done, run_id=run.pk)


def _refused(request: Request, asked: Answer, problem: Stale | Invalid) -> HttpResponse:
    """It is no longer what was shown: who dealt with it, and how."""
    about = settled_by(request.actor.practice_id, asked.client_id, asked.key) if isinstance(problem, Stale) else None
    context = {
        "place": asked.difference_id,
        "client_id": asked.client_id,
        "settled": about,
        "told": "" if about else sentence_of(problem),
        **_counted(request),
    }
    if request.htmx:
        return render(request, "conflicts/_told.html", context, status=409)
    messages.error(request, render(request, "conflicts/_settled.txt", context).content.decode().strip())
    return redirect(_back(request))


def _counted(request: Request) -> dict[str, object]:
    remote = load_remote(request.actor.practice_id)
    return {"counts": count_piles(request.actor.practice_id, remote.connection_id)} if remote.connection_id else {}


def _pile(request: Request) -> Pile:
    told = (request.POST if request.method == "POST" else request.GET).get("pile", "")
    return Pile(told) if told in set(Pile) else Pile.BOTH


def _here(pile: Pile, field: str, text: str) -> str:
    told = {"pile": pile.value, "field": field, "q": text}
    return urlencode({name: value for name, value in told.items() if value})


def _back(request: Request) -> str:
    sent = request.POST
    return f"{reverse('conflicts')}?{_here(_pile(request), sent.get('field', ''), sent.get('q', ''))}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
