"""What a person can ask of imports from files, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from imports import Importing
from operations.offices import NOW, Office
from practicesync.core.actor import Ability, Actor
from practicesync.core.fields import ClientKind
from practicesync.core.import_rows import Verdict
from practicesync.core.sheets import read_sheet
from practicesync.operations import import_file, import_undo


@dataclass(frozen=True)
class Imported:
    """An import whose rows are checked, one that is done, and the revision of each."""

    draft: int
    draft_revision: int
    done: int
    done_revision: int


def an_imported(office: Office) -> Imported:
    draft, done = Importing(office.admin), Importing(office.admin)
    done.bring("Name,Code\nDone Limited,D1\n")
    draft.send("Name,Code\nDraft Limited,D2\n")
    draft.check()
    return Imported(draft.id, draft.found.revision, done.id, done.found.revision)


def set_columns(actor: Actor, it: Imported) -> object:
    return import_file.set_columns(
        actor, it.draft, revision=it.draft_revision, columns={0: "name"}, clears=(), kind=ClientKind.TRUST, now=NOW
    )


def choose_all(actor: Actor, it: Imported) -> object:
    return import_file.choose_all(actor, it.draft, revision=it.draft_revision, verdict=Verdict.NEW, choice="leave")


Call = Callable[[Actor, Imported], object]
IMPORT_CALLS: dict[str, tuple[Ability, Call]] = {
    "import_file.draft": (
        Ability.EDIT,
        lambda actor, _: import_file.draft(actor, "x.csv", read_sheet(b"Name\nAna\n"), NOW),
    ),
    "import_file.set_columns": (Ability.EDIT, set_columns),
    "import_file.check_again": (
        Ability.EDIT,
        lambda actor, it: import_file.check_again(actor, it.draft, revision=it.draft_revision, now=NOW),
    ),
    "import_file.choose": (
        Ability.EDIT,
        lambda actor, it: import_file.choose(actor, it.draft, revision=it.draft_revision, choices={2: "leave"}),
    ),
    "import_file.choose_all": (Ability.EDIT, choose_all),
    "import_file.confirm": (
        Ability.EDIT,
        lambda actor, it: import_file.confirm(actor, it.draft, revision=it.draft_revision, now=NOW),
    ),
    "import_file.discard": (
        Ability.EDIT,
        lambda actor, it: import_file.discard(actor, it.draft, revision=it.draft_revision, now=NOW),
    ),
    "import_undo.request_undo": (
        Ability.SYNC,
        lambda actor, it: import_undo.request_undo(actor, it.done, revision=it.done_revision, now=NOW),
    ),
}
