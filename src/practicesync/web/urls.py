"""The address table of the screens. Each line carries its rule: which method needs what."""

from practicesync.core.actor import Ability
from practicesync.web.rules import PUBLIC, SIGNED_IN, route
from practicesync.web.screens.dashboard import views as dashboard
from practicesync.web.screens.sign_in import views as sign_in

urlpatterns = [
    route("sign-in/", sign_in.sign_in, "sign-in", get=PUBLIC, post=PUBLIC),
    route("sign-in/demo/", sign_in.enter_demo, "enter-demo", post=PUBLIC),
    route("sign-out/", sign_in.sign_out, "sign-out", post=SIGNED_IN),
    route("", dashboard.dashboard, "dashboard", get=Ability.VIEW),
    route("sync-state/", dashboard.sync_state, "sync-state", get=Ability.VIEW, background=True),
]
