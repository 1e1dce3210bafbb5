"""One scene in which every operation that a person can ask for finds something to do."""

from dataclasses import dataclass
from uuid import uuid4

from operations.brake_calls import Stop, a_stop
from operations.import_calls import Imported, an_imported
from operations.matching_calls import Matched, a_matched
from operations.offices import NOW, TOKENS, Office, a_record
from operations.sheet_calls import Sheets, some_sheets
from operations.state_calls import States, some_states
from operations.structure_calls import Structure, a_structure
from operations.undo_calls import Undone, an_undone
from practicesync.core.fields import ClientKind
from practicesync.core.record import RemoteOrganisation
from practicesync.operations import connecting, import_many, proposals, runs
from practicesync.operations.proposals import Draft
from practicesync.store.models import Authorisation, Client, Contact, Import, Mirror, Proposal, Run

RATA = RemoteOrganisation("t2", "c2", "Rata XPM", "PRACTICE", True)
PLAN = {"subscription_plan": "Tax return only"}


@dataclass
class Scene:
    """An office in the midst of everything."""

    office: Office
    linked: Client
    lone: Client
    contact: Contact
    mirror: Mirror
    run: Run
    choice: Authorisation
    proposal: Proposal
    seen: str
    structure: Structure
    matched: Matched
    imported: Imported
    many: Import
    stop: Stop
    sheets: Sheets
    undone: Undone
    states: States


def a_scene(connected: Office) -> Scene:
    """What each operation finds something to do in."""
    linked = connected.pair(a_record("r1", phone="09 555 0101"), phone="09 555 0102")
    lone = connected.add("Lone Ltd", {"name": "Mere Tahu"})
    mirror = connected.read(a_record("r2"))
    run = runs.request(connected.admin, connected.connection.pk, "refresh", NOW)
    for state in ("waiting", "begun"):
        connecting.begin(connected.admin, "xpm", state=state, verifier="v", session_key="session", now=NOW)
    claimed = connecting.claim(connected.admin, "xpm", state="waiting", session_key="session", now=NOW)
    connecting.keep_choice(connected.admin, claimed.authorisation_id, TOKENS, [RATA], NOW)
    choice = Authorisation.rows.of(connected.practice.pk).get(pk=claimed.authorisation_id)
    seen = connected.plan(linked).plan.seen
    proposal = proposals.add_proposal(connected.admin, uuid4(), Draft(lone.pk, None, "Tax 2026"), NOW)
    return Scene(
        connected,
        linked,
        lone,
        connected.contact(lone),
        mirror,
        run,
        choice,
        proposal,
        seen,
        a_structure(connected),
        a_matched(connected),
        an_imported(connected),
        a_draft_of_many(connected, mirror),
        a_stop(connected, linked),
        some_sheets(connected),
        an_undone(connected),
        some_states(connected),
    )


def a_draft_of_many(office: Office, mirror: Mirror) -> Import:
    made = import_many.draft(office.admin, [mirror.pk], NOW)
    chosen = import_many.RowEdit(ClientKind.INDIVIDUAL, PLAN, import_many.NEW)
    return import_many.edit(office.admin, made.pk, revision=made.revision, rows={1: chosen})
