"""Always one side for one field: the field's own rule, with a preview of it, and a sheet for what waits today."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from practicesync.core.errors import Invalid, Stale
from practicesync.core.policy import FieldRule, Policy, Truth
from practicesync.core.policy_check import problems
from practicesync.core.policy_effects import EFFECT_WORDS
from practicesync.flows import start
from practicesync.operations import policies, sheets
from practicesync.queries.conflicts import Pile, load_conflicts, selection_of
from practicesync.queries.policy import policy_of
from practicesync.queries.policy_preview import preview
from practicesync.queries.remote import CONNECTOR, load_remote
from practicesync.web.errors import sentence_of, tell
from practicesync.web.request import Request

TRUTHS = {"pull": Truth.REMOTE, "push": Truth.LOCAL}


def always(request: Request) -> HttpResponse:
    """What the rule would do, and how many differences wait for it; a POST sets it, and draws up their sheet."""
    sent = request.POST if request.method == "POST" else request.GET
    field, way = sent.get("field", "")[:200], sent.get("way", "")
    pile = Pile(sent["pile"]) if sent.get("pile") in set(Pile) else Pile.BOTH
    remote = load_remote(request.actor.practice_id)
    if not remote.connection_id or way not in TRUTHS:
        return redirect("conflicts")
    page = load_conflicts(request.actor.practice_id, remote.connection_id, pile, field=field)
    before = policy_of(request.actor.practice_id, CONNECTOR)
    rule = replace(before.rules.get(field, FieldRule()), truth=TRUTHS[way])
    after = replace(before, rules={**before.rules, field: rule})
    back = f"{reverse('conflicts')}?{urlencode({'pile': pile.value, 'field': field})}"
    wrong = problems(after, CONNECTOR, before=before)
    if wrong or not page.field_label:
        tell(request, Invalid(wrong or {"": "There is nothing left of this field to choose about."}))
        return redirect(back)
    shown = preview(request.actor.practice_id, CONNECTOR, after, request.now)
    error = ""
    if request.method == "POST":
        if request.POST.get("digest") == shown.digest:
            return _done(request, remote.connection_id, before, after, (field, way, pile))
        error = sentence_of(Stale())
    context = {
        "page": page,
        "preview": shown,
        "affected": [(each, EFFECT_WORDS[each.effect]) for each in shown.affected],
        "way": way,
        "back": back,
        "error": error,
    }
    return render(request, "conflicts/always.html", context, status=409 if error else 200)


def _done(
    request: Request, connection_id: int, before: Policy, after: Policy, chosen: tuple[str, str, Pile]
) -> HttpResponse:
    field, way, pile = chosen
    practice_id = request.actor.practice_id
    try:
        # The lines first: under the new rule they would no longer wait for anybody.
        lines = list(sheets.lines_of(practice_id, connection_id, selection_of(pile, field, "", way)))
        held = policies.change(request.actor, CONNECTOR, after, request.now, seen=before.version)
        made = sheets.draw_up(request.actor, connection_id, "chosen", lines, request.now)
    except Stale as stale:
        tell(request, stale)
        return redirect("conflicts")
    except Invalid:
        messages.success(request, "The rule holds from now on. Nothing waited for it.")
        return redirect("conflicts")
    run = policies.replanning(practice_id, held.version)
    if run is not None:
        start.enqueue(run)
    messages.success(
        request, "The rule holds from now on. This is what waited for an answer; nothing of it is written yet."
    )
    return redirect("sheet", sheet_id=made.pk)
