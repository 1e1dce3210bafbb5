"""Every model, by what it remembers."""

from practicesync.store.models.activity import Activity, ActivityHead, Change
from practicesync.store.models.connection import Authorisation, Budget, Connection
from practicesync.store.models.difference import Difference
from practicesync.store.models.importing import Import, ImportRow, RememberedColumns
from practicesync.store.models.link import ContactTie, KeptOut, Link, RelationshipTie
from practicesync.store.models.listing import ListedClient, ListedCount, ListedWord
from practicesync.store.models.matching import Candidate, Merge, Rejection, Twin
from practicesync.store.models.mirror import Mirror, SetAsideRecord, StaffMirror
from practicesync.store.models.people import Membership, Person
from practicesync.store.models.policy import SyncPolicy
from practicesync.store.models.practice import AddOn, Practice
from practicesync.store.models.proposal import Proposal, ProposalService
from practicesync.store.models.push import Push
from practicesync.store.models.register import Client, Contact
from practicesync.store.models.run import Heartbeat, Run
from practicesync.store.models.sheet import Sheet, SheetLine
from practicesync.store.models.state_count import StateCount
from practicesync.store.models.structure import (
    AddressPlace,
    ChecklistTick,
    Group,
    GroupMember,
    ListItem,
    Relationship,
)

__all__ = [
    "Activity",
    "ActivityHead",
    "AddOn",
    "AddressPlace",
    "Authorisation",
    "Budget",
    "Candidate",
    "Change",
    "ChecklistTick",
    "Client",
    "Connection",
    "Contact",
    "ContactTie",
    "Difference",
    "Group",
    "GroupMember",
    "Heartbeat",
    "Import",
    "ImportRow",
    "KeptOut",
    "Link",
    "ListItem",
    "ListedClient",
    "ListedCount",
    "ListedWord",
    "Membership",
    "Merge",
    "Mirror",
    "Person",
    "Practice",
    "Proposal",
    "ProposalService",
    "Push",
    "Rejection",
    "Relationship",
    "RelationshipTie",
    "RememberedColumns",
    "Run",
    "SetAsideRecord",
    "Sheet",
    "SheetLine",
    "StaffMirror",
    "StateCount",
    "SyncPolicy",
    "Twin",
]
