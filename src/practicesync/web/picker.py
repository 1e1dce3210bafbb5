"""The client picker: one component for every form in which a client is chosen.

A view reads it with `read_picker` and a template shows it with `{% include "components/picker.html" %}`, which takes it
as `picker`. Without a script it is a search within the form: its button sends the form with `again`, and what was found
is shown to choose from. With `picker.js` it is a combobox with a listbox (WAI-ARIA Authoring Practices, "Combobox
Pattern").
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from practicesync.core.actor import Ability, Actor
from practicesync.queries.picker import Pick, Picks, load_pick, load_picks

AGAIN = "again"
"""The button by which a form asks for itself without saving."""

SEARCH, FOUND = "_search", "_found"
"""What the names of the picker's other inputs end with."""


@dataclass(frozen=True, slots=True)
class Picker:
    """One choice of a client in a form. The form sends `ref` as `name`, and what was typed as `<name>_search`.

    `found` is what a search without a script found, else None. `adds` says that a line leads to adding a client.
    """

    name: str
    label: str
    chosen: Pick | None = None
    search: str = ""
    found: Picks | None = None
    error: str = ""
    hint: str = ""
    remote: bool = True
    without: int = 0
    adds: bool = True
    required: bool = True

    @property
    def ref(self) -> str:
        """What the form sends for the choice; "" while nothing is chosen."""
        return self.chosen.ref if self.chosen else ""

    @property
    def client_id(self) -> int | None:
        """The chosen client of the register."""
        return self.chosen.id if self.chosen and not self.chosen.is_remote else None

    @property
    def mirror_id(self) -> int | None:
        """The chosen remote record, which the register does not have yet."""
        return self.chosen.id if self.chosen and self.chosen.is_remote else None

    @property
    def id(self) -> str:
        """What the ids in the page begin with."""
        return "pick-" + "".join(sign if sign.isalnum() else "-" for sign in self.name)

    @property
    def address(self) -> str:
        """Where `picker.js` asks for what it shows; what was typed is added at the end."""
        told = {"list": self.id, "remote": self.remote and "1", "without": self.without, "add": self.adds and "1"}
        return f"{reverse('picker')}?{urlencode({key: value for key, value in told.items() if value})}&q="

    @property
    def add_address(self) -> str:
        """Where a client is added who is not there yet; "" where this form offers none."""
        return reverse("client-add") if self.adds else ""


def read_picker(
    actor: Actor,
    sent: Mapping[str, str],
    name: str,
    label: str,
    *,
    remote: bool = True,
    without: int = 0,
    adds: bool = True,
    required: bool = True,
    hint: str = "",
) -> Picker:
    """The picker as a form was sent, or as an address that opens the form asks by `?<name>=client:12`.

    The choice is the one out of what a search without a script found, else the one that the form carried, unless other
    words were typed since. Where a sent form chooses nothing, `error` says so and `found` holds what fits what was
    typed. `without` is the id of a client that cannot be chosen, else 0; `remote` offers what the register lacks.
    """
    typed, opened = sent.get(name + SEARCH, ""), name + SEARCH not in sent
    ref = sent.get(name + FOUND) or sent.get(name, "")
    held = load_pick(actor.practice_id, ref, remote=remote)
    if held is not None and not held.is_remote and held.id == without:
        held = None
    searched = held is not None and not opened and not sent.get(name + FOUND) and not _same(typed, held.name)
    picker = Picker(
        name=name,
        label=label,
        chosen=None if searched else held,
        search=typed if searched or held is None else held.name,
        hint=hint,
        remote=remote,
        without=without,
        adds=adds and actor.may(Ability.EDIT),
        required=required,
    )
    if opened or picker.chosen or not (required or typed.strip()):
        return picker
    found = load_picks(actor.practice_id, typed, remote=remote, without=[without] if without else ())
    return replace(picker, found=found, error=_error(gone=bool(ref) and held is None, typed=typed))


def _same(typed: str, name: str) -> bool:
    return " ".join(typed.split()) == " ".join(name.split())


def _error(*, gone: bool, typed: str) -> str:
    if gone:
        return "That client cannot be chosen any more. Choose another."
    return "Choose one of the clients that the search finds." if typed.strip() else "Choose a client."
