"""`job.api`, reading: current, list, client, staff, tasks, get."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from flask import Response, request

from xpm_sandbox import clock, jobs
from xpm_sandbox.api import job_xml, typed, xml_out
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.jobs import Job, Task


def current(call: Call) -> Response:
    """Jobs neither completed nor cancelled, by client, start and number."""
    with call.sandbox.world.read() as db:
        numbers = jobs.current(db, call.tenant.id)
    return _listing(call, numbers)


def list_jobs(call: Call) -> Response:
    """Jobs made in a window of less than one year."""
    begins, ends = typed.window(request.args)
    with call.sandbox.world.read() as db:
        numbers = jobs.created_between(db, call.tenant.id, _stamp(begins), _stamp(ends, days=1))
    return _listing(call, numbers)


def of_client(call: Call, key: str) -> Response:
    """Every job of one client."""
    with call.sandbox.world.read() as db:
        numbers = jobs.of_client(db, call.client_number(db, key))
    return _listing(call, numbers)


def of_staff(call: Call, key: str) -> Response:
    """Current jobs of somebody who manages them, is their partner, or is assigned."""
    with call.sandbox.world.read() as db:
        numbers = jobs.current(db, call.tenant.id, staff=call.staff_number(db, key))
    return _listing(call, numbers, detailed=False)


def tasks(call: Call) -> Response:
    """Current jobs with those of their tasks that are complete or not, due by a day, starting from a day."""
    asked = {name: value for name in ("complete", "due", "start") if (value := request.args.get(name, "").strip())}
    due, start = (typed.day_or_400(name, asked[name]) if name in asked else "" for name in ("due", "start"))
    if asked.get("complete", "true").lower() not in ("true", "false"):
        raise Refusal("complete must be true or false", 400)
    complete = {"true": True, "false": False}.get(asked.get("complete", "").lower())

    def wanted(task: Task) -> bool:
        return (
            complete in (None, task.is_completed)
            and (not due or (task.due is not None and task.due <= due))
            and (not start or (task.starts is not None and task.starts >= start))
        )

    with call.sandbox.world.read() as db:
        picked = (
            (job, [task for task in job.tasks if wanted(task)])
            for job in jobs.each(db, jobs.current(db, call.tenant.id))
        )
        rows = [job_xml.job_with_tasks(call.style, job, shown) for job, shown in picked if shown]
    return call.reply(xml_out.listing("Jobs", rows))


def get(call: Call, number: str) -> Response:
    """One job with tasks, milestones and notes."""
    with call.sandbox.world.read() as db:
        internal = jobs.internal_id(db, call.tenant.id, number)
        if internal is None:
            raise call.unknown("job")
        return one(call, jobs.job(db, internal))


def one(call: Call, job: Job) -> Response:
    """A single job as the reply."""
    return call.reply(call.web_url(f"Job/{job.id}/Detail") + job_xml.job(call.style, job, detailed=True))


def _listing(call: Call, numbers: list[int], *, detailed: bool | None = None) -> Response:
    """A list, streamed: a large practice has tens of thousands of jobs."""
    whole = request.args.get("detailed", "").lower() == "true" if detailed is None else detailed
    style = call.style

    def rows() -> Iterator[str]:
        yield f'<Response api-method="{call.method}"><Status>OK</Status>'
        if not numbers:
            yield "<Jobs />"
        else:
            yield "<Jobs>"
            with call.sandbox.world.read() as db:
                written = (job_xml.job(style, job, detailed=whole) for job in jobs.each(db, numbers))
                while block := "".join(islice(written, 16)):
                    yield block
            yield "</Jobs>"
        yield "</Response>"

    return xml_out.response(rows())


def _stamp(day: str, *, days: int = 0) -> int:
    return clock.stamp(datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=days))
