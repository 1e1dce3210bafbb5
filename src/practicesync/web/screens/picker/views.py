"""What the client picker shows while somebody types. Nothing is made by looking."""

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from practicesync.core.actor import Ability
from practicesync.queries.picker import load_picks
from practicesync.web.request import Request

_ID = re.compile(r"[\w-]{1,60}", re.ASCII)


def picker(request: Request) -> HttpResponse:
    """The clients that fit `q`, as a listbox whose id is `list`."""
    asked = request.GET
    without = asked.get("without", "")
    found = load_picks(
        request.actor.practice_id,
        asked.get("q", ""),
        remote=bool(asked.get("remote")),
        without=[int(without)] if without.isascii() and without.isdigit() and len(without) < 19 else (),
    )
    id = asked.get("list", "")
    context = {
        "found": found,
        "id": id if _ID.fullmatch(id) else "pick",
        "add_address": reverse("client-add") if asked.get("add") and request.actor.may(Ability.EDIT) else "",
    }
    return render(request, "components/picker_found.html", context)
