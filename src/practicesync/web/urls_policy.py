"""The addresses of client sync's policy: Labs, Apps, the field rules, and a change with its preview."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.apps import views as apps
from practicesync.web.screens.labs import views as labs
from practicesync.web.screens.policy import views as policy

policy_patterns = [
    route("settings/labs/", labs.labs, "labs", get=Ability.VIEW),
    route("settings/labs/client-sync/", labs.client_sync, "labs-client-sync", get=Ability.VIEW),
    route("apps/", apps.apps, "apps", get=Ability.VIEW),
    route("apps/xpm/", apps.xpm, "xpm-app", get=Ability.VIEW),
    route("apps/xpm/rules/", policy.rules, "policy-rules", get=Ability.VIEW),
    route("apps/xpm/rules/edit/", policy.edit, "policy-edit", get=Ability.MANAGE),
    route("apps/xpm/change/", policy.change, "policy-change", get=Ability.MANAGE, post=Ability.MANAGE),
    route("apps/xpm/change/clients/", policy.affected, "policy-affected", get=Ability.MANAGE),
]
