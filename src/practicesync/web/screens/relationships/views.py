"""Adding a relationship from either end, changing one, and taking one out."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind
from practicesync.core.relationships import TYPES
from practicesync.flows import start
from practicesync.operations import editing, relationships
from practicesync.queries.client_form import StoredClient, load_client
from practicesync.queries.relationships import StoredTie, load_tie
from practicesync.queries.remote import CONNECTOR
from practicesync.web.errors import sentence_of
from practicesync.web.mending import tell_unsent
from practicesync.web.picker import AGAIN, read_picker
from practicesync.web.request import Request
from practicesync.web.screens.relationships.inputs import TypeChoice, ValueInput, inputs, values_of

IS = "is:"
"""Before a type where the client is the party: `is:director` makes it the director of the one that is chosen."""


def add(request: Request, client_id: int) -> HttpResponse:
    """Tie this client to another one of the register."""
    client = _client(request, client_id)
    sent = request.POST.dict() if request.method == "POST" else request.GET.dict()
    picker = read_picker(request.actor, sent, "party", "Who", remote=False, without=client_id)
    problems: Mapping[str, str] = {}
    if request.method == "POST" and AGAIN not in sent and picker.client_id is not None:
        chosen = sent.get("type", "")
        ends = (picker.client_id, client_id) if chosen.startswith(IS) else (client_id, picker.client_id)
        try:
            queued = editing.add_relationship(
                request.actor, *ends, chosen.removeprefix(IS), values_of(request.POST), request.now
            )
        except Invalid as problem:
            problems = problem.problems
        else:
            start.enqueue_all(queued.runs)
            tell_unsent(request, queued.unsent)
            messages.success(request, "The relationship was added.")
            return redirect("client-relationships", client_id)
    wrong = request.method == "POST" and AGAIN not in sent
    context = {
        "client": client,
        "picker": picker,
        "has": _choices(client.kind, sent.get("type", ""), inverse=False),
        "is_of": _choices(client.kind, sent.get("type", ""), inverse=True),
        "inputs": inputs(sent, client.place, problems),
        "problems": list(problems.values()) or ([picker.error] if wrong and picker.error else []),
        "type_error": problems.get("type", ""),
        "party_error": problems.get("party", ""),
    }
    return render(request, "relationships/add.html", context, status=422 if wrong else 200)


def edit(request: Request, client_id: int, relationship_id: int) -> HttpResponse:
    """Change what a relationship holds; who and what it is stays."""
    tie = _tie(request, client_id, relationship_id)
    problems: Mapping[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            queued = editing.edit_relationship(
                request.actor,
                tie.id,
                revision=_revision(request),
                values=values_of(request.POST),
                now=request.now,
            )
        except Stale as problem:
            problems, status = {"": sentence_of(problem)}, 409
        except Invalid as problem:
            problems, status = problem.problems, 422
        else:
            start.enqueue_all(queued.runs)
            tell_unsent(request, queued.unsent)
            messages.success(request, "The relationship was saved.")
            return redirect("client-relationships", client_id)
    held = request.POST.dict() if status == 422 else tie.values
    return _shown(request, client_id, tie, inputs(held, tie.place, problems, tie.type), list(problems.values()), status)


def remove(request: Request, client_id: int, relationship_id: int) -> HttpResponse:
    """Take a relationship out of the register."""
    tie = _tie(request, client_id, relationship_id)
    try:
        relationships.remove_relationship(request.actor, tie.id, revision=_revision(request), now=request.now)
    except Stale as problem:
        return _shown(request, client_id, tie, inputs(tie.values, tie.place, {}, tie.type), [sentence_of(problem)], 409)
    messages.success(request, "The relationship was taken out.")
    return redirect("client-relationships", client_id)


def _shown(
    request: Request, client_id: int, tie: StoredTie, shown: list[ValueInput], problems: list[str], status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "client_id": client_id,
        "tie": tie,
        "stays_here": tie.type.stays_here(CONNECTOR),
        "inputs": shown,
        "problems": problems,
    }
    return render(request, "relationships/edit.html", context, status=status)


def _client(request: Request, client_id: int) -> StoredClient:
    found = load_client(request.actor.practice_id, client_id)
    if found is None:
        raise Http404("There is no such client.")
    return found


def _tie(request: Request, client_id: int, relationship_id: int) -> StoredTie:
    found = load_tie(request.actor.practice_id, client_id, relationship_id)
    if found is None:
        raise Http404("There is no such relationship.")
    return found


def _revision(request: Request) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _choices(kind: ClientKind, chosen: str, *, inverse: bool) -> list[TypeChoice]:
    """The types that such a client can have a party of, or be one of."""
    found = []
    for each in TYPES:
        fits = kind in (each.by if inverse else each.of) or kind is ClientKind.OTHER
        value = f"{IS}{each.key}" if inverse else each.key
        if fits and not (inverse and each.symmetric):
            label = each.inverse if inverse else each.label
            found.append(TypeChoice(value, label, each.holding, each.stays_here(CONNECTOR), value == chosen))
    return found
