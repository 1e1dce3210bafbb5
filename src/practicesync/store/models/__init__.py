"""Every model, by what it remembers."""

from practicesync.store.models.activity import Activity, ActivityHead, Change
from practicesync.store.models.connection import Authorisation, Budget, Connection
from practicesync.store.models.link import ContactTie, Link
from practicesync.store.models.listing import ListedClient, ListedCount, ListedWord
from practicesync.store.models.mirror import Mirror, StaffMirror
from practicesync.store.models.people import Membership, Person
from practicesync.store.models.practice import AddOn, Practice
from practicesync.store.models.push import Push
from practicesync.store.models.register import Client, Contact
from practicesync.store.models.run import Heartbeat, Run

__all__ = [
    "Activity",
    "ActivityHead",
    "AddOn",
    "Authorisation",
    "Budget",
    "Change",
    "Client",
    "Connection",
    "Contact",
    "ContactTie",
    "Heartbeat",
    "Link",
    "ListedClient",
    "ListedCount",
    "ListedWord",
    "Membership",
    "Mirror",
    "Person",
    "Practice",
    "Push",
    "Run",
    "StaffMirror",
]
