"""Jobs as XPM writes them. Order and absences are those of recorded 3.0 exchanges; the places of elements that no
recording shows are those of Xero's own description of 3.1.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from xpm_sandbox.api.xml_out import Style, element, listing
from xpm_sandbox.jobs import Allocation, Job, Task
from xpm_sandbox.records import Ref


def moment_of(day: str) -> str:
    """A day as records show it."""
    return f"{day}T00:00:00"


def true_false(value: bool) -> str:
    return "true" if value else "false"


def job(style: Style, found: Job, *, detailed: bool) -> str:
    """A job; `detailed` adds tasks, milestones and notes."""
    parts = [_head(style, found)]
    if style.is_30:
        parts.append(element("InternalID", str(found.id)))
    parts += [_ref(style, "Manager", found.manager), _ref(style, "Partner", found.partner)]
    parts.append(listing("Assigned", (style.ref("Staff", person) for person in found.assigned)))
    if detailed:
        parts.append(tasks(style, found.tasks))
        parts.append(listing("Milestones", (_milestone(style, each) for each in found.milestones)))
        parts.append(listing("Notes", (_note(style, each) for each in found.notes)))
    return f"<Job>{''.join(parts)}</Job>"


def job_with_tasks(style: Style, found: Job, shown: Iterable[Task]) -> str:
    """A job of the list of tasks, with those that were asked for."""
    assigned = listing("Assigned", (style.ref("Staff", person) for person in found.assigned))
    return f"<Job>{_head(style, found)}{_ref(style, 'Manager', found.manager)}{assigned}{tasks(style, shown)}</Job>"


def tasks(style: Style, found: Iterable[Task]) -> str:
    return listing("Tasks", (_task(style, task) for task in found))


def _head(style: Style, found: Job) -> str:
    uuid = "" if style.is_30 else element("UUID", found.uuid)
    budget = element("Budget", found.budget) if found.budget else ""
    kind = element("Type", found.category.name) if found.category else ""
    completed = element("CompletedDate", moment_of(found.completed)) if found.completed else ""
    return (
        element("ID", found.number) + uuid + element("Name", found.name) + element("Description", found.description)
        + style.ref("Client", found.client) + element("ClientOrderNumber", found.order_number) + budget
        + element("State", found.state) + kind + element("StartDate", moment_of(found.starts))
        + element("DueDate", moment_of(found.due)) + completed + _ref(style, "Contact", found.contact)
    )  # fmt: skip


def _ref(style: Style, name: str, ref: Ref | None) -> str:
    return style.ref(name, ref) if ref else ""


def _task(style: Style, task: Task) -> str:
    kind = element("TaskID", str(task.type.id)) if style.is_30 else element("TaskUUID", task.type.uuid)
    days = "".join(
        element(name, moment_of(day)) for name, day in (("StartDate", task.starts), ("DueDate", task.due)) if day
    )
    assigned = listing("Assigned", (_allocation(style, each) for each in task.assigned)) if days else ""
    inner = (
        style.key(task.id, task.uuid) + kind + element("Name", task.name) + element("Description", task.description)
        + element("EstimatedMinutes", str(task.estimated_minutes)) + element("ActualMinutes", str(task.actual_minutes))
        + element("Completed", true_false(task.is_completed)) + element("Billable", true_false(task.is_billable))
        + element("Folder", task.folder) + days + assigned
    )  # fmt: skip
    return f"<Task>{inner}</Task>"


def _allocation(style: Style, allocation: Allocation) -> str:
    staff = allocation.staff
    inner = style.key(staff.id, staff.uuid) + element("Name", staff.name)
    return f"<Staff>{inner}{element('AllocatedMinutes', str(allocation.minutes))}</Staff>"


def _milestone(style: Style, milestone: Mapping[str, Any]) -> str:
    key = "" if style.is_30 else element("UUID", milestone["uuid"])
    date, text = element("Date", moment_of(milestone["date"])), element("Description", milestone["description"])
    done = element("Completed", true_false(milestone["completed"]))
    return f"<Milestone>{key}{date}{text}{done}{element('Folder', milestone['folder'])}</Milestone>"


def _note(style: Style, note: Mapping[str, Any]) -> str:
    key = "" if style.is_30 else element("UUID", note["uuid"])
    texts = "".join(element(name.capitalize(), note[name]) for name in ("title", "text", "folder", "date"))
    comments = listing("Comments", (_comment(style, each) for each in note["comments"]))
    return f"<Note>{key}{texts}{element('CreatedBy', note['created_by'])}{comments}</Note>"


def _comment(style: Style, comment: Mapping[str, str]) -> str:
    key = "" if style.is_30 else element("UUID", comment["uuid"])
    texts = element("Text", comment["text"]) + element("Date", comment["date"])
    return f"<Comment>{key}{texts}{element('CreatedBy', comment['created_by'])}</Comment>"
