"""Settings > Lists > Addresses: the firm's table, and a preview of what a change does before it is done."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from practicesync.core.addresses import BY_ROW, SYNCED, AddressKind, Places, kinds_for, problem
from practicesync.core.errors import Stale
from practicesync.core.fields import ClientKind
from practicesync.core.words import KIND_WORDS
from practicesync.operations.addressing import place_addresses
from practicesync.queries.address_places import load_moving, load_places, places_of
from practicesync.web.errors import sentence_of
from practicesync.web.request import Request


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of client with its two places, and what they may be."""

    kind: ClientKind
    word: str
    physical: AddressKind
    postal: AddressKind
    offered: tuple[AddressKind, ...]


def page(request: Request) -> HttpResponse:
    """The table."""
    return _shown(request)


def change(request: Request) -> HttpResponse:
    """What a change would do; a POST does it, where it would still do that."""
    sent = request.POST if request.method == "POST" else request.GET
    kind = ClientKind(sent["kind"]) if sent.get("kind") in set(ClientKind) else None
    places = {field: sent.get(field, "") for field in SYNCED}
    wrong = "Choose a kind of client." if kind is None else problem(kind, places)
    if kind is None or wrong:
        return _shown(request, error=wrong or "", status=422)
    if request.method == "POST":
        try:
            moved = place_addresses(request.actor, kind, places, request.now, expected=_number(sent.get("count", "")))
        except Stale as stale:
            return _preview(request, kind, places, error=sentence_of(stale), status=409)
        messages.success(request, f"Changed; {moved:,} clients' addresses stand where the table has them.")
        return redirect("address-places")
    return _preview(request, kind, places)


def _preview(request: Request, kind: ClientKind, places: Places, *, error: str = "", status: int = 200) -> HttpResponse:
    before = places_of(request.actor.practice_id, kind)
    context = {
        "kind": kind,
        "word": KIND_WORDS[kind].lower(),
        "changes": [(field, BY_ROW[before[field]].label, BY_ROW[places[field]].label) for field in SYNCED],
        "places": places,
        "same": dict(before) == dict(places),
        "moving": load_moving(request.actor.practice_id, kind, places),
        "error": error,
    }
    return render(request, "address_places/change.html", context, status=status)


def _shown(request: Request, *, error: str = "", status: int = 200) -> HttpResponse:
    found = load_places(request.actor.practice_id)
    rows = [
        Row(
            kind,
            KIND_WORDS[kind],
            BY_ROW[found[kind]["physical_address"]],
            BY_ROW[found[kind]["postal_address"]],
            kinds_for(kind),
        )
        for kind in ClientKind
    ]
    return render(request, "address_places/page.html", {"rows": rows, "error": error}, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
