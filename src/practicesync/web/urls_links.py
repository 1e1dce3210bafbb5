"""The addresses of matching: links to review, and twins."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.links import views as links

link_patterns = [
    route("sync/links/", links.links, "links", get=Ability.VIEW),
    route("sync/links/decide/", links.decide, "links-decide", post=Ability.SYNC),
    route("sync/links/several/", links.several, "links-several", post=Ability.SYNC),
    route("sync/links/all/", links.link_all, "links-all", get=Ability.SYNC, post=Ability.SYNC),
    route("sync/links/find/", links.find, "links-find", post=Ability.SYNC),
    route("sync/links/progress/", links.progress, "links-progress", get=Ability.VIEW, background=True),
    route("sync/links/undo/<int:run_id>/", links.undo_all, "links-undo-all", get=Ability.SYNC, post=Ability.SYNC),
]
