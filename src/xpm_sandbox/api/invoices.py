"""`invoice.api`: the sandbox raises no invoices, so lists are empty and no number is known."""

from flask import Response, request

from xpm_sandbox.api import typed
from xpm_sandbox.api.call import Call
from xpm_sandbox.api.job_edits import named_job
from xpm_sandbox.api.xml_out import listing


def none(call: Call) -> Response:
    """None: the sandbox's practices raise none."""
    return call.reply(listing("Invoices", ()))


def none_between(call: Call) -> Response:
    """None in a window of less than one year."""
    typed.window(request.args)
    return none(call)


def of_job(call: Call, number: str) -> Response:
    """None, for a job that there is."""
    with call.sandbox.world.read() as db:
        named_job(db, call, number)
    return call.reply(listing("Invoices", ()))


def unknown(call: Call, number: str) -> Response:
    """Always an unknown identifier."""
    raise call.unknown("invoice")
