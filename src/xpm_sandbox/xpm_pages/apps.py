"""Connected apps: who connected what to this practice, and ending it."""

from flask import Blueprint, Response, abort

from xpm_sandbox import connected_apps as store
from xpm_sandbox.clock import moment
from xpm_sandbox.xpm_pages.desk import Desk, Place, address, go, page


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """The list, and disconnecting."""

    @blueprint.get("/xpm/<tenant_id>/apps")
    def apps(tenant_id: str) -> Response:
        with desk.read(tenant_id) as (db, practice):
            rows = [(each, moment(each.created), moment(each.updated)) for each in store.listed(db, practice.id)]
            trail = [Place("Settings", address("settings", practice)), Place("Connected apps")]
            return page(db, practice, "apps.html", trail, rows=rows)

    @blueprint.post("/xpm/<tenant_id>/apps/<uuid:key>/disconnect")
    def disconnect(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            if str(key) not in {each.id for each in store.listed(db, practice.id)}:
                abort(404)
            store.disconnect(db, practice.id, str(key))
        return go("apps", practice, "disconnected")
