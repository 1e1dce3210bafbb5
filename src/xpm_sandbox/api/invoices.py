"""`invoice.api` and `quote.api`: the sandbox raises neither, so lists are empty and no number is known."""

from collections.abc import Callable

from flask import Response, request

from xpm_sandbox.api import typed
from xpm_sandbox.api.call import Call
from xpm_sandbox.api.job_edits import named_job
from xpm_sandbox.api.xml_out import listing


def none_of(name: str) -> Callable[[Call], Response]:
    """The handler of a list that holds nothing."""

    def answer(call: Call) -> Response:
        """None: the sandbox's practices raise none."""
        return call.reply(listing(name, ()))

    return answer


def none_between(name: str) -> Callable[[Call], Response]:
    """The handler of a list that holds nothing and needs a window."""

    def answer(call: Call) -> Response:
        """None in a window of less than one year."""
        typed.window(request.args)
        return call.reply(listing(name, ()))

    return answer


def of_job(call: Call, number: str) -> Response:
    """None, for a job that there is."""
    with call.sandbox.world.read() as db:
        named_job(db, call, number)
    return call.reply(listing("Invoices", ()))


def unknown(what: str) -> Callable[[Call, str], Response]:
    """The handler of a get that finds nothing."""

    def answer(call: Call, number: str) -> Response:
        """Always an unknown identifier."""
        raise call.unknown(what)

    return answer
