"""The addresses of matching: links to review, and twins."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.links import views as links
from practicesync.web.screens.merge import views as merge
from practicesync.web.screens.twins import views as twins

link_patterns = [
    route("sync/links/", links.links, "links", get=Ability.VIEW),
    route("sync/links/decide/", links.decide, "links-decide", post=Ability.SYNC),
    route("sync/links/several/", links.several, "links-several", post=Ability.SYNC),
    route("sync/links/all/", links.link_all, "links-all", get=Ability.SYNC, post=Ability.SYNC),
    route("sync/links/find/", links.find, "links-find", post=Ability.SYNC),
    route("sync/links/progress/", links.progress, "links-progress", get=Ability.VIEW, background=True),
    route("sync/links/undo/<int:run_id>/", links.undo_all, "links-undo-all", get=Ability.SYNC, post=Ability.SYNC),
    route("sync/twins/", twins.twins, "twins", get=Ability.VIEW),
    route("sync/twins/find/", twins.find, "twins-find", post=Ability.SYNC),
    route("sync/twins/<int:twin_id>/decide/", twins.decide, "twins-decide", post=Ability.EDIT),
    route(
        "clients/<int:client_id>/merge/<int:other_id>/",
        merge.merge,
        "client-merge",
        get=Ability.EDIT,
        post=Ability.EDIT,
    ),
    route("clients/merges/<int:merge_id>/undo/", merge.undo, "merge-undo", get=Ability.EDIT, post=Ability.EDIT),
]
