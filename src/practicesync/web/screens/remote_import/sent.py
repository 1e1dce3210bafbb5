"""What a person has sent with the import form: the kind, the details, and what becomes of each party."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from practicesync.core.fields import ClientKind
from practicesync.operations.importing import PartyChoice
from practicesync.queries.import_form import ImportForm, PartyRow

CHOICE, KIND = "party:", "party-kind:"
NEW, LEAVE, CLIENT = "new", "leave", "client:"


@dataclass(frozen=True, slots=True)
class Sent:
    """The form as sent. Choices and kinds are by mirror id; what was not sent is not in them."""

    kind: ClientKind | None
    details: Mapping[str, str]
    choices: Mapping[int, str]
    kinds: Mapping[int, ClientKind]
    opened: frozenset[int]
    seen: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str], opened: Iterable[str]) -> "Sent":
        """Read a form; what nobody could have chosen is left out."""
        return cls(
            kind=_kind(data.get("kind", "")),
            details={name[len("detail:") :]: value for name, value in data.items() if name.startswith("detail:")},
            choices=_numbered(data, CHOICE),
            kinds={key: kind for key, value in _numbered(data, KIND).items() if (kind := _kind(value)) is not None},
            opened=frozenset(int(each) for each in opened if is_number(each)),
            seen=data.get("seen", ""),
        )

    def chosen(self, row: PartyRow) -> str:
        """What becomes of this party: as sent where that may be, else what stands until somebody chooses."""
        told = self.choices.get(row.mirror_id, "")
        return told if told in _allowed(row) else row.preset

    def for_all(self, form: ImportForm, choice: str) -> "Sent":
        """The same with this choice for every party that may take it; who is certainly here stays."""
        taken = {row.mirror_id: choice for row in form.parties if row.mirror_id and not row.sure}
        return replace(self, choices={**self.choices, **taken})

    def parties(self, form: ImportForm) -> list[PartyChoice]:
        """Those who come along."""
        found = []
        for row in form.parties:
            choice = self.chosen(row)
            if row.mirror_id and choice not in ("", LEAVE):
                client = int(choice.removeprefix(CLIENT)) if choice.startswith(CLIENT) else None
                found.append(PartyChoice(row.mirror_id, self.kinds.get(row.mirror_id, row.kind), client))
        return found

    def undecided(self, form: ImportForm) -> list[PartyRow]:
        """The parties of whom somebody still has to say what becomes of them."""
        return [row for row in form.parties if row.mirror_id and not self.chosen(row)]


def _allowed(row: PartyRow) -> set[str]:
    here = {f"{CLIENT}{each.client_id}" for each in row.known}
    return here | ({LEAVE} if row.sure else {NEW, LEAVE})


def _numbered(data: Mapping[str, str], prefix: str) -> dict[int, str]:
    told = {name[len(prefix) :]: value for name, value in data.items() if name.startswith(prefix)}
    return {int(key): value for key, value in told.items() if is_number(key)}


def _kind(text: str) -> ClientKind | None:
    return ClientKind(text) if text in set(ClientKind) else None


def is_number(text: str) -> bool:
    """Whether a text can be the id of a row."""
    return text.isascii() and text.isdigit() and len(text) < 19
