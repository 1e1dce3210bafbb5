"""The addresses of what the register holds around its clients: profiles, relationships, groups, lists, addresses."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.address_places import views as places
from practicesync.web.screens.groups import views as groups
from practicesync.web.screens.lists import views as lists
from practicesync.web.screens.profile import views as profile
from practicesync.web.screens.relationships import views as relationships

CLIENT = "clients/<int:client_id>/"
PROFILE = f"{CLIENT}profile/"

register_patterns = [
    route(PROFILE, profile.summary, "client-profile", get=Ability.VIEW),
    route(f"{PROFILE}facts/", profile.facts, "client-facts", get=Ability.VIEW, background=True),
    route(f"{PROFILE}relationships/", profile.relationships, "client-relationships", get=Ability.VIEW),
    route(f"{PROFILE}contacts/", profile.contacts, "client-contacts", get=Ability.VIEW),
    route(f"{PROFILE}groups/", profile.in_groups, "client-groups", get=Ability.VIEW, post=Ability.EDIT),
    route(f"{PROFILE}groups/<int:group_id>/leave/", profile.leave_group, "client-leave-group", post=Ability.EDIT),
    route(f"{PROFILE}addresses/", profile.addresses, "client-addresses", get=Ability.VIEW),
    route(f"{PROFILE}checklist/", profile.checked, "client-checklist", get=Ability.VIEW, post=Ability.EDIT),
    route(f"{PROFILE}history/", profile.history, "client-history", get=Ability.VIEW),
    route(f"{CLIENT}standing/", profile.standing, "client-standing", get=Ability.EDIT, post=Ability.EDIT),
    route(f"{CLIENT}relationships/add/", relationships.add, "relationship-add", get=Ability.EDIT, post=Ability.EDIT),
    route(
        f"{CLIENT}relationships/<int:relationship_id>/",
        relationships.edit,
        "relationship-edit",
        get=Ability.EDIT,
        post=Ability.EDIT,
    ),
    route(
        f"{CLIENT}relationships/<int:relationship_id>/remove/",
        relationships.remove,
        "relationship-remove",
        post=Ability.EDIT,
    ),
    route("groups/", groups.list_groups, "groups", get=Ability.VIEW, post=Ability.EDIT),
    route("groups/<int:group_id>/", groups.group, "group", get=Ability.VIEW, post=Ability.EDIT),
    route("groups/<int:group_id>/rename/", groups.rename, "group-rename", post=Ability.EDIT),
    route("groups/<int:group_id>/remove/", groups.remove, "group-remove", post=Ability.EDIT),
    route("groups/<int:group_id>/out/<int:client_id>/", groups.take_out, "group-take-out", post=Ability.EDIT),
    route("settings/lists/", lists.page, "lists", get=Ability.VIEW),
    route("settings/lists/begin/", lists.begin, "lists-begin", post=Ability.MANAGE),
    route("settings/lists/add/", lists.add, "list-add", post=Ability.MANAGE),
    route("settings/lists/<int:item_id>/", lists.item, "list-item", get=Ability.MANAGE, post=Ability.MANAGE),
    route("settings/lists/<int:item_id>/move/", lists.move, "list-move", post=Ability.MANAGE),
    route("settings/lists/<int:item_id>/retire/", lists.retire, "list-retire", post=Ability.MANAGE),
    route("settings/addresses/", places.page, "address-places", get=Ability.VIEW),
    route(
        "settings/addresses/change/", places.change, "address-places-change", get=Ability.MANAGE, post=Ability.MANAGE
    ),
]
