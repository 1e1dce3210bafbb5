"""What an app sees goes by the privileges of whoever connected it, which are set on these pages."""

from flask import Blueprint, request

from xpm_sandbox import privileges, world
from xpm_sandbox.identity import grants
from xpm_sandbox.xpm_pages.desk import Desk

_API = "/practicemanager/"
_OVERRIDES = "xpm_sandbox.switches"


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """No page, but a look at each call to the API: the switch `visibility` is `own` for who may not see every client.

    A fault rule that sets the switch for the call goes before.
    """

    @blueprint.before_app_request
    def see_as_the_person() -> None:
        if not request.path.startswith(_API):
            return
        token = request.headers.get("Authorization", "").partition(" ")[2].strip()
        with desk.sandbox.world.read() as db:
            access = grants.access_of(db, token)
            practice = world.tenant(db, request.headers.get("Xero-Tenant-Id", ""))
            if access and practice and not privileges.sees_all_clients(db, practice.id, access.login):
                request.environ[_OVERRIDES] = {"visibility": "own", **request.environ.get(_OVERRIDES, {})}
