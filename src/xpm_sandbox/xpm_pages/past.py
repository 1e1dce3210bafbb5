"""The tab of a client's history: what it was before each of its last changes."""

from flask import Blueprint, Response

from xpm_sandbox import history
from xpm_sandbox.clock import moment
from xpm_sandbox.xpm_pages.clients import tab, the_client
from xpm_sandbox.xpm_pages.desk import Desk


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """One tab."""

    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/history")
    def client_history(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            client = the_client(db, practice, key)
            rows = [(moment(each.at), each.values) for each in history.changes_of(db, client.id)]
            modified = moment(client.modified)
            return tab(db, practice, client, "client_history", "client_history.html", rows=rows, modified=modified)
