"""The firm's plan: every difference with what becomes of it, chosen from, and drawn up as a sheet."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.sheet_words import RISK_WORDS
from practicesync.core.verdict import Move, Risk
from practicesync.core.words import KIND_WORDS, MOVE_WORDS
from practicesync.operations import drawing, sheets
from practicesync.operations.drawing import Asked
from practicesync.queries.absent import count_absent, lines_to_create, load_absent
from practicesync.queries.differences import Selection
from practicesync.queries.firm_plan import FirmPlan, load_firm_plan
from practicesync.queries.remote import load_remote
from practicesync.queries.sheet_page import latest_sheets
from practicesync.web.drawing import led_to
from practicesync.web.errors import tell
from practicesync.web.request import Request
from practicesync.web.screens.plan.wishes import query_of, read_selection

VIEWS = ("clients", "fields", "reasons")
WAY = "way:"
_ICONS = {Move.PUSH: "arrow-right", Move.PULL: "arrow-left", Move.ASK: "question-mark", Move.LEAVE: "minus"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter that is one press away, with how many lines it shows."""

    word: str
    icon: str
    address: str
    count: int
    active: bool
    tone: str = "quiet"


def plan(request: Request) -> HttpResponse:
    """The plan by client, by field or by reason, filtered as the address tells."""
    remote = load_remote(request.actor.practice_id)
    if not remote.offered:
        raise Http404("No add-on is enabled.")
    if not remote.connection_id:
        return render(request, "plan/page.html", {"remote": remote})
    selection = read_selection(request.GET.dict())
    view = request.GET.get("view", "")
    page = load_firm_plan(
        request.actor.practice_id,
        remote.connection_id,
        selection,
        request.now,
        number=_number(request.GET.get("page", "")),
    )
    return render(request, "plan/page.html", _context(request, page, view if view in VIEWS else VIEWS[0]))


def _context(request: Request, page: FirmPlan, view: str) -> dict[str, object]:
    remote = load_remote(request.actor.practice_id)
    query = query_of(page.selection)
    narrowed = page.selection != Selection()
    return {
        "remote": remote,
        "page": page,
        "view": view,
        "query": f"{query}&" if query else "",
        "here": query,
        "narrowed": narrowed,
        "moves": _moves(page),
        "risks": _risks(page),
        "views": _views(page, view),
        "kinds": [(kind.value, word) for kind, word in KIND_WORDS.items() if kind in ClientKind],
        "sheets": latest_sheets(request.actor.practice_id, remote.connection_id),
        "absent": count_absent(request.actor.practice_id),
        "movable": page.shown.pushes + page.shown.pulls,
    }


def _address(selection: Selection, **changes: str) -> str:
    return f"{reverse('plan')}?{query_of(selection, **changes)}"


def _moves(page: FirmPlan) -> list[Tab]:
    whole, chosen = page.whole, page.selection
    tabs = [Tab("All", "list", _address(chosen, move=""), whole.lines, not chosen.move)]
    for move, icon in _ICONS.items():
        count = whole.by_move.get(move, 0)
        if count or chosen.move == move.value:
            word = "Needs you" if move is Move.ASK else MOVE_WORDS[move]
            tabs.append(Tab(word, icon, _address(chosen, move=move.value), count, chosen.move == move.value))
    return tabs


def _risks(page: FirmPlan) -> list[Tab]:
    """The risks that there are, the gravest first; pressing one again shows everything."""
    found = []
    for risk in Risk:
        count, active = page.whole.by_risk.get(risk, 0), page.selection.risk == risk.value
        if risk is not Risk.NONE and (count or active):
            words = RISK_WORDS[risk]
            address = _address(page.selection, risk="" if active else risk.value)
            found.append(Tab(words.word, words.icon, address, count, active, words.tone))
    return found


def _views(page: FirmPlan, view: str) -> list[Tab]:
    words = {
        "clients": ("By client", "users"),
        "fields": ("By field", "list"),
        "reasons": ("By kind of move", "sitemap"),
    }
    return [
        Tab(word, icon, _address(page.selection, view="" if name == VIEWS[0] else name), 0, name == view)
        for name, (word, icon) in words.items()
    ]


def review(request: Request) -> HttpResponse:
    """Draw up a sheet of the chosen lines, or of all that the filter shows; nothing is moved yet."""
    remote = load_remote(request.actor.practice_id)
    here = read_selection(request.POST.dict())
    try:
        if request.POST.get("all") or request.POST.get("all-as"):
            asked = drawing.of_plan(request.actor, remote.connection_id, _all(request, here), request.now)
        else:
            lines = sheets.lines_of(request.actor.practice_id, remote.connection_id, _ticked(request))
            made = sheets.draw_up(request.actor, remote.connection_id, "chosen", lines, request.now)
            asked = Asked(made.pk)
    except Invalid as problem:
        tell(request, problem)
        return redirect(_address(here))
    return led_to(request, asked)


def _all(request: Request, here: Selection) -> Selection:
    way = request.POST.get("all-as", "")
    return here.going(way if way in (Move.PUSH.value, Move.PULL.value) else "")


def absent(request: Request) -> HttpResponse:
    """The clients that XPM lacks; those that are ticked, or all, become a sheet that makes them there."""
    remote = load_remote(request.actor.practice_id)
    if not remote.connection_id:
        return redirect("plan")
    if request.method == "POST":
        return _create(request, remote.connection_id)
    text = " ".join(request.GET.get("q", "").split())[:200]
    number = _number(request.GET.get("page", ""))
    page = load_absent(request.actor.practice_id, remote.connection_id, text=text, number=number)
    query = f"{urlencode({'q': text})}&" if text else ""
    return render(request, "plan/absent.html", {"page": page, "remote": remote, "query": query})


def _create(request: Request, connection_id: int) -> HttpResponse:
    try:
        if request.POST.get("all"):
            asked = drawing.of_absent(request.actor, connection_id, request.now)
        else:
            chosen = [_number(each) for each in request.POST.getlist("client")]
            lines = lines_to_create(request.actor.practice_id, connection_id, chosen)
            asked = Asked(sheets.draw_up(request.actor, connection_id, "create", lines, request.now).pk)
    except Invalid as problem:
        tell(request, problem)
        return redirect("plan-absent")
    return led_to(request, asked)


def _ticked(request: Request) -> dict[int, Move | None]:
    """The lines that were chosen one by one, each with its way."""
    told = {name[len(WAY) :]: way for name, way in request.POST.dict().items() if name.startswith(WAY)}
    ways = {Move.PUSH.value: Move.PUSH, Move.PULL.value: Move.PULL}
    return {_number(key): ways[way] for key, way in told.items() if way in ways}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 1
