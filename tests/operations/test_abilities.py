"""Every operation that a person can ask for: by every role, by somebody of another practice with the same ids, and with
a log that takes nothing.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from operations.brake_calls import BRAKE_CALLS, Stop
from operations.import_calls import IMPORT_CALLS, Imported
from operations.matching_calls import MATCHING_CALLS, Matched
from operations.offices import NOW, TOKENS, an_office
from operations.scenes import PLAN, RATA, Scene, a_scene
from operations.sheet_calls import SHEET_CALLS, Sheets
from operations.state_calls import STATE_CALLS, States
from operations.structure_calls import STRUCTURE_CALLS, Structure
from operations.undo_calls import UNDO_CALLS, Undone
from practicesync import operations
from practicesync.core.actor import ABILITIES, Ability, Actor, Role
from practicesync.core.errors import Forbidden, SyncError
from practicesync.core.fields import ClientKind
from practicesync.operations import (
    connecting,
    deciding,
    editing,
    import_many,
    importing,
    linking,
    practices,
    proposals,
    register,
    runs,
)
from practicesync.operations.proposals import Draft
from practicesync.operations.register import ContactEdit, NewClient
from practicesync.store.models import Activity

NEW = NewClient(ClientKind.TRUST, {"name": "Rimu Trust"}, country="NZ")


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """One scene for all tests: it takes longer to make than to try an operation in."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = an_office()
        office.connect()
        yield a_scene(office)
        transaction.set_rollback(True)


@pytest.fixture
def scene(made_once: Scene, db: None) -> Scene:
    """The scene as it was made: `db` takes back all that a test stores, and what it holds is a copy."""
    return deepcopy(made_once)


def edit(actor: Actor, scene: Scene) -> object:
    edits = [ContactEdit(scene.contact.pk, {"mobile": "021 555 0134"}), ContactEdit(None, {"name": "Tama Ngata"})]
    return register.edit_client(
        actor, scene.lone.pk, revision=1, kind=ClientKind.TRUST, values={"fax": "09 555 0103"}, contacts=edits, now=NOW
    )


def save(actor: Actor, scene: Scene) -> object:
    kind, values = ClientKind.TRUST, {"fax": "09 555 0103"}
    return editing.edit_client(actor, scene.lone.pk, revision=1, kind=kind, values=values, now=NOW)


Call = Callable[[Actor, Scene], object]
CALLS: dict[str, tuple[Ability, Call]] = {
    "connecting.begin": (
        Ability.MANAGE,
        lambda actor, _: connecting.begin(actor, "xpm", state="new", verifier="v", session_key="session", now=NOW),
    ),
    "connecting.claim": (
        Ability.MANAGE,
        lambda actor, _: connecting.claim(actor, "xpm", state="begun", session_key="session", now=NOW),
    ),
    "connecting.keep_choice": (
        Ability.MANAGE,
        lambda actor, scene: connecting.keep_choice(actor, scene.choice.pk, TOKENS, [RATA], NOW),
    ),
    "connecting.take_choice": (
        Ability.MANAGE,
        lambda actor, scene: connecting.take_choice(actor, scene.choice.pk, "t2", NOW),
    ),
    "connecting.connect": (
        Ability.MANAGE,
        lambda actor, _: connecting.connect(actor, "xpm", organisation=RATA, tokens=TOKENS, now=NOW, confirmed=True),
    ),
    "connecting.disconnect": (
        Ability.MANAGE,
        lambda actor, scene: connecting.disconnect(actor, scene.office.connection.pk, NOW),
    ),
    "connecting.held_tokens": (
        Ability.MANAGE,
        lambda actor, scene: connecting.held_tokens(actor, scene.office.connection.pk),
    ),
    "deciding.decide": (
        Ability.SYNC,
        lambda actor, scene: deciding.decide(
            actor, scene.linked.pk, choices={"phone": "pull"}, seen=scene.seen, now=NOW
        ),
    ),
    "linking.link": (
        Ability.SYNC,
        lambda actor, scene: linking.link(actor, scene.lone.pk, scene.mirror.pk, NOW),
    ),
    "linking.insert_link": (
        Ability.SYNC,
        lambda actor, scene: linking.insert_link(actor, scene.lone.pk, scene.mirror.pk, NOW),
    ),
    "linking.link_known": (
        Ability.SYNC,
        lambda actor, scene: linking.link_known(actor, {scene.lone.pk: "r2"}, scene.office.connection.pk, NOW),
    ),
    "linking.unlink": (Ability.SYNC, lambda actor, scene: linking.unlink(actor, scene.linked.pk, NOW)),
    "practices.admit": (
        Ability.MANAGE,
        lambda actor, _: practices.admit(
            actor, email="new@kauri.example", name="New", password="", role=Role.STANDARD, now=NOW
        ),
    ),
    "practices.set_password": (
        Ability.MANAGE,
        lambda actor, scene: practices.set_password(
            actor, email=f"admin.{scene.office.practice.pk}@office.example", password="", now=NOW
        ),
    ),
    "practices.enable_add_on": (Ability.MANAGE, lambda actor, _: practices.enable_add_on(actor, "xpm", NOW)),
    "practices.disable_add_on": (Ability.MANAGE, lambda actor, _: practices.disable_add_on(actor, "other", NOW)),
    "proposals.add_proposal": (
        Ability.EDIT,
        lambda actor, scene: proposals.add_proposal(actor, uuid4(), Draft(None, scene.mirror.pk, "Tax 2026"), NOW),
    ),
    "proposals.edit_proposal": (
        Ability.EDIT,
        lambda actor, scene: proposals.edit_proposal(
            actor, scene.proposal.pk, revision=1, draft=Draft(scene.lone.pk, None, "Tax 2027"), now=NOW
        ),
    ),
    "proposals.archive_proposal": (
        Ability.EDIT,
        lambda actor, scene: proposals.archive_proposal(actor, scene.proposal.pk, NOW),
    ),
    "proposals.restore_proposal": (
        Ability.EDIT,
        lambda actor, scene: proposals.restore_proposal(actor, scene.proposal.pk, NOW),
    ),
    "register.add_client": (Ability.EDIT, lambda actor, _: register.add_client(actor, NEW, NOW)),
    "register.import_clients": (Ability.EDIT, lambda actor, _: register.import_clients(actor, [NEW, NEW], NOW)),
    "register.edit_client": (Ability.EDIT, edit),
    "editing.edit_client": (Ability.EDIT, save),
    "runs.request": (
        Ability.SYNC,
        lambda actor, scene: runs.request(actor, scene.office.connection.pk, "sweep", NOW),
    ),
    "runs.request_record": (Ability.SYNC, lambda actor, scene: runs.request_record(actor, scene.linked.pk, NOW)),
    "runs.request_look": (Ability.SYNC, lambda actor, scene: runs.request_look(actor, scene.mirror.pk, NOW)),
    "importing.bring": (
        Ability.SYNC,
        lambda actor, scene: importing.bring(actor, scene.mirror.pk, ClientKind.INDIVIDUAL, PLAN, NOW),
    ),
    "import_many.draft": (Ability.SYNC, lambda actor, scene: import_many.draft(actor, [scene.mirror.pk], NOW)),
    "import_many.edit": (
        Ability.SYNC,
        lambda actor, scene: import_many.edit(actor, scene.many.pk, revision=scene.many.revision, rows={}),
    ),
    "import_many.confirm": (
        Ability.SYNC,
        lambda actor, scene: import_many.confirm(actor, scene.many.pk, revision=scene.many.revision, now=NOW),
    ),
    "import_many.discard": (
        Ability.SYNC,
        lambda actor, scene: import_many.discard(actor, scene.many.pk, revision=scene.many.revision),
    ),
    "runs.cancel": (Ability.SYNC, lambda actor, scene: runs.cancel(actor, scene.run.pk, NOW)),
}


def _of_structure(call: Callable[[Actor, Structure], object]) -> Call:
    return lambda actor, scene: call(actor, scene.structure)


CALLS |= {name: (ability, _of_structure(call)) for name, (ability, call) in STRUCTURE_CALLS.items()}


def _of_matching(call: Callable[[Actor, Matched], object]) -> Call:
    return lambda actor, scene: call(actor, scene.matched)


CALLS |= {name: (ability, _of_matching(call)) for name, (ability, call) in MATCHING_CALLS.items()}


def _of_imports(call: Callable[[Actor, Imported], object]) -> Call:
    return lambda actor, scene: call(actor, scene.imported)


CALLS |= {name: (ability, _of_imports(call)) for name, (ability, call) in IMPORT_CALLS.items()}


def _of_stops(call: Callable[[Actor, Stop], object]) -> Call:
    return lambda actor, scene: call(actor, scene.stop)


CALLS |= {name: (ability, _of_stops(call)) for name, (ability, call) in BRAKE_CALLS.items()}


def _of_sheets(call: Callable[[Actor, Sheets], object]) -> Call:
    return lambda actor, scene: call(actor, scene.sheets)


CALLS |= {name: (ability, _of_sheets(call)) for name, (ability, call) in SHEET_CALLS.items()}


def _of_undos(call: Callable[[Actor, Undone], object]) -> Call:
    return lambda actor, scene: call(actor, scene.undone)


CALLS |= {name: (ability, _of_undos(call)) for name, (ability, call) in UNDO_CALLS.items()}


def _of_states(call: Callable[[Actor, States], object]) -> Call:
    return lambda actor, scene: call(actor, scene.states)


CALLS |= {name: (ability, _of_states(call)) for name, (ability, call) in STATE_CALLS.items()}

ASKING_NOBODY = {
    "activity.write",
    "activity.write_all",
    "connecting.is_bound_elsewhere",
    "policies.replan",
    "pushing.withdraw_ended",
    "runs.request_local",
    "runs.request_work",
}
"""Called by operations that have asked; but for the one that only tells a yes or no about the actor's practice."""

IN_PARTS = {"answering.take_back", "groups.put_in_group", "linking.insert_link", "relationships.insert_relationship"}
"""Parts of a caller's transaction; and one that draws up a sheet, which moves nothing, before it asks to apply it."""

each_operation = pytest.mark.parametrize("name", CALLS)


def stored(practice_id: int | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is stored, or all that belongs to one practice."""
    found = {}
    for model in apps.get_app_config("store").get_models():
        rows = model._base_manager.order_by("pk")
        if practice_id is not None and any(each.name == "practice" for each in model._meta.fields):
            rows = rows.filter(practice_id=practice_id)
        elif practice_id is not None:
            continue
        found[model._meta.db_table] = list(rows.values_list())
    return found


def test_every_operation_of_a_person_is_in_the_table() -> None:
    found = set()
    for module in pkgutil.iter_modules(operations.__path__):
        for name, function in inspect.getmembers(
            import_module(f"practicesync.operations.{module.name}"), inspect.isfunction
        ):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            ours = function.__module__.endswith(f".{module.name}") and not name.startswith("_")
            if ours and first is not None and first.annotation is Actor:
                found.add(f"{module.name}.{name}")
    assert found == set(CALLS) | ASKING_NOBODY


@each_operation
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_it_may_and_nothing_else(scene: Scene, name: str, role: Role) -> None:
    ability, call = CALLS[name]
    actor = scene.office.actors[role]
    before = stored()
    if ability not in ABILITIES[role]:
        with pytest.raises(Forbidden):
            call(actor, scene)
        assert stored() == before
        return
    if role is not Role.ADMIN and ability is Ability.MANAGE:
        raise AssertionError("only an admin manages")
    call(actor, scene)


@pytest.mark.parametrize("name", sorted(set(CALLS) - IN_PARTS))
def test_what_cannot_be_logged_is_not_done(scene: Scene, name: str) -> None:
    """Rule 14: a change and its line in the log are one transaction, so that neither is there without the other."""
    table = Activity._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'the log is full'); END"
        )
    before = stored()
    with suppress(IntegrityError):
        CALLS[name][1](scene.office.admin, scene)
        return
    assert stored() == before


@each_operation
def test_nobody_of_another_practice_finds_or_changes_anything(scene: Scene, name: str) -> None:
    stranger = an_office("Rata & Co").admin
    before = stored(scene.office.practice.pk)
    result: object = None
    try:
        result = CALLS[name][1](stranger, scene)
    except Forbidden:
        pytest.fail("it tells that there is something")
    except (ObjectDoesNotExist, SyncError):
        pass
    assert stored(scene.office.practice.pk) == before
    assert getattr(result, "practice_id", stranger.practice_id) == stranger.practice_id


def test_a_client_of_ones_own_cannot_be_tied_to_a_record_of_another_practice(scene: Scene) -> None:
    other = an_office("Rata & Co")
    client = other.add()
    with pytest.raises(ObjectDoesNotExist):
        linking.link(other.admin, client.pk, scene.mirror.pk, NOW)
    told = {client.pk: "r2"}
    assert linking.link_known(other.admin, told, scene.office.connection.pk, NOW) == 0


def test_a_contact_of_another_practice_cannot_be_edited_through_a_client_of_ones_own(scene: Scene) -> None:
    other = an_office("Rata & Co")
    client = other.add()
    before = stored(scene.office.practice.pk)
    for remove in (False, True):
        with pytest.raises(SyncError):
            other.edit(client, {}, ContactEdit(scene.contact.pk, {"mobile": "021 555 0134"}, remove=remove))
    assert stored(scene.office.practice.pk) == before
