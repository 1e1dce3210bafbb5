"""Every page of Practice Manager, under one blueprint."""

from flask import Blueprint, Response, make_response, render_template
from werkzeug.exceptions import NotFound

from xpm_sandbox.sandbox import Sandbox, refuse_other_sites
from xpm_sandbox.xpm_pages import (
    apps,
    clients,
    contacts,
    custom_fields,
    filed,
    front,
    groups,
    jobs,
    past,
    relationships,
    replacing,
    settings,
    staff,
    tasks,
)
from xpm_sandbox.xpm_pages.desk import NAME, Desk

_SUBJECTS = (
    front, clients, contacts, relationships, groups, custom_fields, jobs, tasks, filed, past, replacing, staff,
    settings, apps,
)  # fmt: skip


def pages(sandbox: Sandbox) -> Blueprint:
    """`/` and `/xpm/...`."""
    blueprint = Blueprint(
        NAME, __name__, template_folder="templates", static_folder="static", static_url_path="/xpm/static"
    )
    blueprint.before_request(refuse_other_sites)
    blueprint.register_error_handler(NotFound, _not_here)
    desk = Desk(sandbox)
    for subject in _SUBJECTS:
        subject.add_pages(blueprint, desk)
    return blueprint


def _not_here(missing: NotFound) -> Response:
    return make_response(render_template("not_found.html"), missing.code or 404)
