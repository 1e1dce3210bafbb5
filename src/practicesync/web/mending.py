"""Where a reason for which a client is not in sync is mended: every `Mend` has its address, and its words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.urls import reverse

from practicesync.core.actor import Ability
from practicesync.core.client_reasons import RETRIED, Mend
from practicesync.core.link_state import StateGroup
from practicesync.core.state_words import GROUP_WORDS, MEND_WORDS, REASON_WORDS
from practicesync.core.words import LINK_WORDS
from practicesync.queries.client_why import load_why
from practicesync.web.request import Request


@dataclass(frozen=True, slots=True)
class Fix:
    """The next step: a link, or (`post`) a button. `needs` is what a person must be able to do."""

    label: str
    address: str
    post: bool
    needs: Ability


_PLACES: Mapping[Mend, tuple[str, bool, bool, Ability]] = {
    Mend.COMPARE: ("client-sync", True, False, Ability.SYNC),
    Mend.EDIT: ("client-edit", True, False, Ability.EDIT),
    Mend.RETRY: ("client-retry", True, True, Ability.SYNC),
    Mend.RELINK: ("client-disconnect", True, False, Ability.SYNC),
    Mend.READ_AGAIN: ("client-retry", True, True, Ability.SYNC),
    Mend.CONNECT: ("practice-management", False, False, Ability.VIEW),
    Mend.LINK: ("client-connect", True, False, Ability.SYNC),
    Mend.LOOK_AT_PLAN: ("plan", False, False, Ability.VIEW),
    Mend.FOLLOW: ("client", True, False, Ability.VIEW),
    Mend.RULES: ("policy-rules", False, False, Ability.VIEW),
    Mend.TAKE_BACK: ("client-take-back", True, True, Ability.SYNC),
}
"""The address's name, whether it names the client, whether it is a button, and who may take it."""


def fix_of(mend: Mend, client_id: int) -> Fix:
    """What a person does about it for this client."""
    name, of_client, post, needs = _PLACES[mend]
    return Fix(MEND_WORDS[mend], reverse(name, args=[client_id] if of_client else []), post, needs)


def can_retry(reason: str) -> bool:
    """Whether trying once more may end it."""
    return reason in RETRIED


@dataclass(frozen=True, slots=True)
class Told:
    """Why one client stands as it does, as its own screens tell it; `retry` is where it is tried again, "" nowhere."""

    word: str
    icon: str
    failing: bool
    sentence: str
    detail: str
    by: str
    at: datetime | None
    fix: Fix | None
    retry: str


def told_of(request: Request, client_id: int) -> Told | None:
    """What there is to tell; None where the client is in sync, just not linked, or only waits for a choice."""
    why = load_why(request.actor.practice_id, client_id)
    if why.group not in (StateGroup.FAILING, StateGroup.EXCLUDED) or why.mend is None:
        return None
    fix = fix_of(why.mend, client_id)
    may_sync = request.actor.may(Ability.SYNC)
    return Told(
        word=LINK_WORDS[why.state].word,
        icon=GROUP_WORDS[why.group].icon,
        failing=why.group is StateGroup.FAILING,
        sentence=REASON_WORDS[why.reason],
        detail=why.detail,
        by=why.by,
        at=why.at,
        fix=fix if request.actor.may(fix.needs) else None,
        retry=reverse("client-retry", args=[client_id]) if may_sync and can_retry(why.reason) and not fix.post else "",
    )


def told_on(request: Request, client_id: int, *, there: bool) -> dict[str, Any]:
    """What a client's own screens take from here: `told`, and `can_set_aside` where nobody has yet and the person may.

    `there`: the client is neither archived nor does the firm do without a remote system.
    """
    told = told_of(request, client_id) if there else None
    may = there and request.actor.may(Ability.SYNC) and (told is None or not told.by)
    return {"told": told, "can_set_aside": may}


def tell_unsent(request: Request, reasons: Iterable[str]) -> None:
    """Say at the top of the next page why some of what was saved is not sent."""
    for reason in reasons:
        messages.warning(request, f"Saved in the register, and not sent to XPM. {reason}")
