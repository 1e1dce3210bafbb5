"""`jobstate.api`, `category.api`, `template.api`: what a practice has set up for its jobs."""

import sqlite3

from flask import Response

from xpm_sandbox import job_settings
from xpm_sandbox.api.call import Call
from xpm_sandbox.api.xml_out import element, listing
from xpm_sandbox.job_settings import CATEGORY, JOB_STATE, TEMPLATE, Kind


def states(call: Call) -> Response:
    """Every job state in the order of the practice, by the name that jobs show."""
    return _list(call, JOB_STATE, "JobStates", "JobState")


def categories(call: Call) -> Response:
    """Every category of jobs by name."""
    return _list(call, CATEGORY, "Categories", "Category")


def templates(call: Call) -> Response:
    """Every template of jobs by name; what it holds is not told."""
    return _list(call, TEMPLATE, "Templates", "Template")


def _list(call: Call, kind: Kind, name: str, row_name: str) -> Response:
    with call.sandbox.world.read() as db:
        rows = job_settings.listed(db, kind, call.tenant.id)
    return call.reply(listing(name, (_row(call, row_name, row) for row in rows)))


def _row(call: Call, name: str, row: sqlite3.Row) -> str:
    return f"<{name}>{call.style.key(row['id'], row['uuid'])}{element('Name', row['name'])}</{name}>"
