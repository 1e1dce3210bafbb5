"""Where a search of everything leads besides clients: pages, and what one can do. A place is a row here."""

from collections.abc import Iterable
from typing import NamedTuple

from practicesync.core.actor import Ability
from practicesync.core.kinds.spelling import unaccented
from practicesync.queries.searching import words_of
from practicesync.web.frame import ITEMS, Frame, address_of


class Reach(NamedTuple):
    """A page or an action; `words` are others that it is found by. Some need an ability, or the add-on."""

    label: str
    icon: str
    name: str
    words: str = ""
    needs: Ability = Ability.VIEW
    with_add_on: bool = False


PAGES = (
    *(Reach(each.label, each.icon, each.name, each.section, with_add_on=each.with_add_on) for each in ITEMS),
    Reach("Groups", "users-group", "groups", "client families"),
    Reach("Xero Practice Manager", "apps", "xpm-app", "xpm direction level policy brake primary", with_add_on=True),
    Reach("Field rules", "adjustments", "policy-rules", "policy truth wins ignore fill blank", with_add_on=True),
    Reach("Where addresses go", "map-pin", "address-places", "settings registered office postal physical"),
)

ACTIONS = (
    Reach("Add a client", "user-plus", "client-add", "new create make", Ability.EDIT),
    Reach("New proposal", "file-text", "proposal-add", "add create draft offer make", Ability.EDIT),
    Reach("Import from other system", "cloud-download", "remote-import", "xpm xero bring", Ability.EDIT, True),
    Reach("Find duplicates", "users", "twins", "twins merge same"),
    Reach("Connect to Xero", "plug-connected", "confirm-connect", "xpm practice manager", Ability.MANAGE, True),
)


class Found(NamedTuple):
    """A place that a search found."""

    label: str
    icon: str
    address: str


def find_places(frame: Frame, places: Iterable[Reach], search: str) -> list[Found]:
    """The places of which some word begins with each word of the search, and that this person may go to."""
    words = [unaccented(word[0]) for word in words_of(search)]
    return [
        Found(each.label, each.icon, address)
        for each in places
        if _fits(each, words)
        and frame.may(each.needs)
        and (frame.standing.enabled or not each.with_add_on)
        and (address := address_of(each.name))
    ]


def _fits(place: Reach, words: list[str]) -> bool:
    told = f"{place.label} {place.words}".casefold().split()
    return all(any(each.startswith(word) for each in told) for word in words)
