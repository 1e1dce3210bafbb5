"""The addresses of the register's clients: the list, the panel, linking, the sync screen, the form."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.clients import views as clients
from practicesync.web.screens.edit import views as edit
from practicesync.web.screens.link import views as link
from practicesync.web.screens.panel import views as panel
from practicesync.web.screens.sync import views as sync
from practicesync.web.screens.waiting import views as waiting

CLIENT = "clients/<int:client_id>/"

client_patterns = [
    route("clients/", clients.clients, "clients", get=Ability.VIEW),
    route("clients/add/", edit.add, "client-add", get=Ability.EDIT, post=Ability.EDIT),
    route("clients/waiting/", waiting.waiting, "waiting", get=Ability.VIEW, background=True),
    route(CLIENT, panel.client, "client", get=Ability.VIEW),
    route(f"{CLIENT}progress/", panel.client_progress, "client-progress", get=Ability.VIEW, background=True),
    route(f"{CLIENT}refresh/", panel.refresh, "client-refresh", post=Ability.SYNC),
    route(f"{CLIENT}edit/", edit.edit, "client-edit", get=Ability.EDIT, post=Ability.EDIT),
    route(f"{CLIENT}connect/", link.connect, "client-connect", get=Ability.SYNC, post=Ability.SYNC),
    route(f"{CLIENT}disconnect/", link.disconnect, "client-disconnect", get=Ability.SYNC, post=Ability.SYNC),
    route(f"{CLIENT}sync/", sync.sync, "client-sync", get=Ability.SYNC, post=Ability.SYNC),
    route(f"{CLIENT}sync/<int:run_id>/", sync.synced, "client-synced", get=Ability.VIEW),
    route(
        f"{CLIENT}sync/<int:run_id>/progress/",
        sync.sync_progress,
        "client-sync-progress",
        get=Ability.VIEW,
        background=True,
    ),
]
