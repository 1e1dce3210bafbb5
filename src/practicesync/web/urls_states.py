"""The addresses of clients' states: setting aside, taking back, trying again, and records that could not be read."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.set_aside import views as set_aside
from practicesync.web.screens.unreadable import views as unreadable

CLIENT = "clients/<int:client_id>/"

state_patterns = [
    route("clients/set-aside/", set_aside.set_aside, "clients-set-aside", get=Ability.SYNC, post=Ability.SYNC),
    route("clients/take-back/", set_aside.take_back, "clients-take-back", get=Ability.SYNC, post=Ability.SYNC),
    route("clients/try-again/", set_aside.retry, "clients-retry", get=Ability.SYNC, post=Ability.SYNC),
    route(f"{CLIENT}take-back/", set_aside.take_back_one, "client-take-back", post=Ability.SYNC),
    route(f"{CLIENT}try-again/", set_aside.retry_one, "client-retry", post=Ability.SYNC),
    route("sync/unreadable/", unreadable.records, "unreadable", get=Ability.VIEW),
    route("sync/unreadable/<int:record_id>/read/", unreadable.read_again, "unreadable-read", post=Ability.SYNC),
]
