"""`quote.api`, and `job.api/createquote` and `createestimate`. The sandbox issues none, so all of them are drafts."""

from collections.abc import Callable

from flask import Response, request

from xpm_sandbox import quotes
from xpm_sandbox.api import typed
from xpm_sandbox.api.call import Call
from xpm_sandbox.api.job_edits import named_job
from xpm_sandbox.api.job_xml import moment_of
from xpm_sandbox.api.xml_out import element, listing
from xpm_sandbox.jobs import Task
from xpm_sandbox.quotes import Quote


def create(kind: str) -> Callable[[Call, str], Response]:
    """The handler that drafts a `Quote` or an `Estimate`."""

    def draft_one(call: Call, number: str) -> Response:
        """Draft one from a job's tasks; the reply is its number."""
        with call.writing() as db:
            job = named_job(db, call, number)
            drafted = quotes.add(db, call.tenant.id, job.id, kind, call.today())
        return call.reply(element("ID", drafted))

    return draft_one


def current(call: Call) -> Response:
    """Quotes that were issued and are open: none, since the sandbox issues none."""
    return call.reply(listing("Quotes", ()))


def draft(call: Call) -> Response:
    """Every quote and estimate, all of them drafts."""
    with call.sandbox.world.read() as db:
        return _list(call, quotes.between(db, call.tenant.id))


def list_quotes(call: Call) -> Response:
    """Quotes and estimates of a window of less than one year."""
    first, last = typed.window(request.args)
    with call.sandbox.world.read() as db:
        return _list(call, quotes.between(db, call.tenant.id, first, last))


def get(call: Call, number: str) -> Response:
    """One quote with the tasks of its job."""
    with call.sandbox.world.read() as db:
        found = quotes.quote(db, call.tenant.id, number)
    if found is None:
        raise call.unknown("quote")
    return call.reply(_quote(call, found, detailed=True))


def _list(call: Call, found: list[Quote]) -> Response:
    detailed = request.args.get("detailed", "").lower() == "true"
    return call.reply(listing("Quotes", (_quote(call, each, detailed=detailed) for each in found)))


def _quote(call: Call, quote: Quote, *, detailed: bool) -> str:
    job = quote.job
    inner = (
        element("ID", quote.number) + element("Type", quote.type) + element("State", "Draft")
        + element("Name", job.name) + element("Description", job.description)
        + (element("Budget", job.budget) if job.budget else "") + element("Date", moment_of(quote.date))
        + call.style.ref("Client", job.client) + (call.style.ref("Contact", job.contact) if job.contact else "")
        + (listing("Tasks", map(_task, job.tasks)) if detailed else "")
    )  # fmt: skip
    return f"<Quote>{inner}</Quote>"


def _task(task: Task) -> str:
    texts = element("Name", task.name) + element("Description", task.description)
    minutes = element("EstimatedMinutes", str(task.estimated_minutes))
    return f"<Task>{texts}{minutes}{element('Billable', 'Yes' if task.is_billable else 'No')}</Task>"
