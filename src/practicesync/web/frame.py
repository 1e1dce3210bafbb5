"""The frame around every screen: the firm, the person, where one can go, and how the sync stands, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from practicesync.core.actor import Ability, Role
from practicesync.queries.frame import WHOLE_LIST, Member, RunUnderWay, Standing, standing
from practicesync.queries.policy import policy_of
from practicesync.queries.remote import CONNECTOR
from practicesync.web.request import Request
from practicesync.web.tags import grouped, local_time, relative


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the sidebar; `short` is its label on a phone."""

    label: str
    short: str
    icon: str
    address: str
    section: str
    active: bool
    on_phone: bool = True


@dataclass(frozen=True, slots=True)
class SyncWords:
    """How the sync stands: a sentence, a tone and an icon as in `core.words`, and whether it moves by itself."""

    text: str
    tone: str
    icon: str
    moving: bool = False
    exact: datetime | None = None


class Place(NamedTuple):
    """Somewhere to go; `name` is its address's, `short` its label on a phone; some appear with the add-on alone.

    What is not `on_phone`, or comes when the bar is full, is folded into its More there.
    """

    label: str
    icon: str
    name: str
    section: str = ""
    short: str = ""
    with_add_on: bool = False
    on_phone: bool = True


ITEMS = (
    Place("Dashboard", "layout-dashboard", "dashboard"),
    Place("Clients", "users", "clients"),
    Place("Proposals", "file-text", "proposals"),
    Place("Apps", "apps", "apps", with_add_on=True),
    Place("Plan", "git-compare", "plan", section="Sync", with_add_on=True),
    Place("Conflicts", "arrows-left-right", "conflicts", section="Sync", with_add_on=True),
    Place("Links to review", "link", "links", section="Sync", short="Links", with_add_on=True),
    Place("Add-ons", "checkbox", "add-ons", section="Admin"),
    Place("Practice management", "plug", "practice-management", "Settings", short="Settings", with_add_on=True),
    Place("Lists", "tags", "lists", section="Settings", on_phone=False),
    Place("Labs", "bulb", "labs", section="Settings", with_add_on=True, on_phone=False),
)

ON_BAR = 5
"""So many places have room on a phone's bar, beside its More."""

FRESH = timedelta(days=1)
"""After so long without a refresh, "up to date" would say more than is known."""

WHOLE = 2
"""After so many times the rhythm of full readings without one, "up to date" would say more than is known too."""

AT_DESK = {
    "draw": "Drawing up a sheet",
    "match": "Looking for links",
    "link_many": "Linking",
    "unlink_many": "Taking links back",
    "replan": "Judging differences",
    "set_aside": "Setting clients aside",
    "take_back": "Taking clients back",
}
"""What is told of work that asks nothing of XPM."""

ROLE_WORDS = {Role.ADMIN: "Admin", Role.STANDARD: "Standard", Role.READ_ONLY: "Read-only"}


class Frame:
    """What the base template asks for; nothing is read before it is asked."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.member: Member = request.member
        self.demo: bool = settings.MODE == "demo"
        self.sandbox: str = settings.XPM["sandbox"] if self.demo else ""

    @cached_property
    def standing(self) -> Standing:
        """How the practice stands towards XPM."""
        return standing(self.member.practice_id, self._request.now)

    @cached_property
    def sync(self) -> SyncWords | None:
        """How the sync stands, in words; None while the practice has not enabled XPM."""
        return sync_words(self.standing, self._request.now) if self.standing.enabled else None

    @cached_property
    def register_primary(self) -> bool:
        """Whether clients are maintained in the register, so that nothing is offered that takes them from XPM."""
        return policy_of(self.member.practice_id, CONNECTOR).register_primary

    @property
    def reading(self) -> bool:
        """Whether the whole list is being read."""
        run = self.standing.run
        return run is not None and run.kind in WHOLE_LIST

    @property
    def items(self) -> list[Item]:
        """The sidebar: only what works for this practice now."""
        found: list[Item] = []
        on_bar = 0
        for place in ITEMS:
            address = address_of(place.name)
            if address and (self.standing.enabled or not place.with_add_on):
                on_phone = place.on_phone and on_bar < ON_BAR
                on_bar += on_phone
                short = place.short or place.label
                here = self._is_here(address)
                found.append(Item(place.label, short, place.icon, address, place.section, here, on_phone))
        return found

    @property
    def folded(self) -> list[Item]:
        """What a phone's bar has no room for."""
        return [item for item in self.items if not item.on_phone]

    @property
    def clients(self) -> str:
        """Where the list of clients is."""
        return address_of("clients")

    @property
    def role_word(self) -> str:
        """What the person is in the practice."""
        return ROLE_WORDS[self.member.role]

    def may(self, ability: Ability) -> bool:
        """Whether the person has this ability."""
        return self._request.actor.may(ability)

    @property
    def may_edit(self) -> bool:
        """Whether the person may change the register."""
        return self._request.actor.may(Ability.EDIT)

    @property
    def may_sync(self) -> bool:
        """Whether the person may refresh and sync."""
        return self._request.actor.may(Ability.SYNC)

    @property
    def may_manage(self) -> bool:
        """Whether the person is an admin."""
        return self._request.actor.may(Ability.MANAGE)

    def _is_here(self, address: str) -> bool:
        path = self._request.path
        return path == address or (address != "/" and path.startswith(address))


def sync_words(standing: Standing, now: datetime) -> SyncWords:
    """The top bar's sentence for where the sync stands."""
    if standing.run is not None:
        return _run_words(standing.run, now, stalled=standing.stalled)
    if standing.connection_state == "broken":
        return SyncWords("Connect again", "bad", "plug-connected-x")
    if not standing.connected:
        return SyncWords("Not connected", "quiet", "plug-connected-x")
    if standing.stopped:
        return SyncWords(standing.stopped, "bad", "hand-stop")
    if standing.refreshed_at is None:
        return SyncWords("Not read yet", "wait", "clock")
    told, exact = relative(standing.refreshed_at, now), standing.refreshed_at
    if standing.broke_off:
        return SyncWords(f"Last reading broke off; read {told}", "wait", "alert-triangle", exact=exact)
    if now - standing.refreshed_at > FRESH:
        return SyncWords(f"Last read {told}", "wait", "clock", exact=exact)
    if standing.swept_at is None or now - standing.swept_at > WHOLE * settings.SWEEP_EVERY:
        whole = "never in full" if standing.swept_at is None else f"in full {relative(standing.swept_at, now)}"
        return SyncWords(f"Changes read {told}, {whole}", "wait", "clock", exact=exact)
    return SyncWords(f"Up to date {told}", "good", "circle-check", exact=exact)


def _run_words(run: RunUnderWay, now: datetime, *, stalled: bool) -> SyncWords:
    if run.state == "paused" and run.resume_at is None:
        return SyncWords("Paused until somebody connects again", "bad", "player-pause", moving=True)
    if stalled:
        return SyncWords("Stalled: no worker runs", "bad", "player-pause", moving=True)
    if run.state == "paused" and run.resume_at is not None:
        return SyncWords(f"Paused until {local_time(run.resume_at, now)}", "wait", "player-pause", moving=True)
    if run.state == "queued":
        return SyncWords("Waiting to start", "wait", "hourglass", moving=True)
    if run.kind in AT_DESK:
        return SyncWords(_counted(AT_DESK[run.kind], run), "wait", "link", moving=True)
    if run.kind not in WHOLE_LIST:
        return SyncWords("Syncing one client", "wait", "refresh", moving=True)
    if run.total:
        return SyncWords(_counted("Syncing", run), "wait", "refresh", moving=True)
    if run.done:
        return SyncWords(f"Syncing, {grouped(run.done)} done", "wait", "refresh", moving=True)
    return SyncWords("Syncing", "wait", "refresh", moving=True)


def _counted(word: str, run: RunUnderWay) -> str:
    return f"{word} {grouped(run.done)} of {grouped(run.total)}" if run.total else word


def address_of(name: str) -> str:
    """The address of a place by its name; "" where there is no such place."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame` in every template, where somebody with a practice looks."""
    return {"frame": Frame(cast("Request", request)) if hasattr(request, "member") else None}
