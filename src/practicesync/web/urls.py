"""The address table of the screens. Each line carries its rule: which method needs what."""

from practicesync.core.actor import Ability
from practicesync.web.rules import PUBLIC, SIGNED_IN, route
from practicesync.web.screens.add_ons import views as add_ons
from practicesync.web.screens.dashboard import views as dashboard
from practicesync.web.screens.picker import views as picker
from practicesync.web.screens.practice_management import views as management
from practicesync.web.screens.proposals import views as proposals
from practicesync.web.screens.runs import views as runs
from practicesync.web.screens.search import views as search
from practicesync.web.screens.sign_in import views as sign_in
from practicesync.web.urls_clients import client_patterns
from practicesync.web.urls_history import history_patterns
from practicesync.web.urls_import_file import import_file_patterns
from practicesync.web.urls_links import link_patterns
from practicesync.web.urls_plan import plan_patterns
from practicesync.web.urls_policy import policy_patterns
from practicesync.web.urls_register import register_patterns
from practicesync.web.urls_remote_import import remote_import_patterns
from practicesync.web.urls_states import state_patterns

urlpatterns = [
    route("sign-in/", sign_in.sign_in, "sign-in", get=PUBLIC, post=PUBLIC),
    route("sign-in/demo/", sign_in.enter_demo, "enter-demo", post=PUBLIC),
    route("sign-out/", sign_in.sign_out, "sign-out", post=SIGNED_IN),
    route("", dashboard.dashboard, "dashboard", get=Ability.VIEW),
    route("dashboard/live/", dashboard.live, "dashboard-live", get=Ability.VIEW, background=True),
    route("sync-state/", dashboard.sync_state, "sync-state", get=Ability.VIEW, background=True),
    route("search/", search.search, "search", get=Ability.VIEW),
    route("pick/", picker.picker, "picker", get=Ability.VIEW),
    route("proposals/", proposals.proposals, "proposals", get=Ability.VIEW),
    route("proposals/new/", proposals.add, "proposal-add", get=Ability.EDIT, post=Ability.EDIT),
    route("proposals/<int:proposal_id>/", proposals.proposal, "proposal", get=Ability.VIEW),
    route("proposals/<int:proposal_id>/edit/", proposals.edit, "proposal-edit", get=Ability.EDIT, post=Ability.EDIT),
    route("proposals/<int:proposal_id>/archive/", proposals.archive, "proposal-archive", post=Ability.EDIT),
    route("proposals/<int:proposal_id>/restore/", proposals.restore, "proposal-restore", post=Ability.EDIT),
    route("refresh/", runs.refresh, "refresh", post=Ability.SYNC),
    route("runs/<int:run_id>/", runs.run, "run", get=Ability.VIEW),
    route("runs/<int:run_id>/progress/", runs.progress, "run-progress", get=Ability.VIEW, background=True),
    route("runs/<int:run_id>/believe/", runs.believe, "believe-run", post=Ability.SYNC),
    route("runs/<int:run_id>/cancel/", runs.cancel, "cancel-run", post=Ability.SYNC),
    route("admin/add-ons/", add_ons.add_ons, "add-ons", get=Ability.VIEW),
    route("admin/add-ons/xpm/enable/", add_ons.enable, "enable-xpm", post=Ability.MANAGE),
    route("admin/add-ons/xpm/disable/", add_ons.disable, "disable-xpm", post=Ability.MANAGE),
    route("settings/practice-management/", management.page, "practice-management", get=Ability.VIEW),
    route("settings/practice-management/connect/", management.confirm_connect, "confirm-connect", get=Ability.MANAGE),
    route(
        "settings/practice-management/organisation/<int:authorisation_id>/",
        management.choose,
        "choose-organisation",
        get=Ability.MANAGE,
    ),
    route(
        "settings/practice-management/organisation/<int:authorisation_id>/use/",
        management.use_organisation,
        "use-organisation",
        post=Ability.MANAGE,
    ),
    route(
        "settings/practice-management/disconnect/",
        management.confirm_disconnect,
        "confirm-disconnect",
        get=Ability.MANAGE,
    ),
    route("connect/xpm/", management.connect, "connect-xpm", post=Ability.MANAGE),
    # Who may connect is checked by the flow: this address answers with redirects alone, also to those who may not.
    route("connect/xpm/return/", management.come_back, "connect-return", get=Ability.VIEW, private=True),
    route("connect/xpm/end/", management.disconnect, "disconnect-xpm", post=Ability.MANAGE),
    *client_patterns,
    *register_patterns,
    *link_patterns,
    *history_patterns,
    *plan_patterns,
    *policy_patterns,
    *remote_import_patterns,
    *state_patterns,
    *import_file_patterns,
]
