"""THE table of endpoints that the sandbox serves: routes, scopes, what is a guess, and the reference all follow it.

Paths, verbs, bodies and scopes are those of Xero's developer documentation and its own description of Practice
Manager 3.1.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from xpm_sandbox.api import (
    clients,
    contacts,
    costs,
    custom_fields,
    documents,
    groups,
    invoices,
    job_edits,
    job_settings,
    jobs,
    quotes,
    relationships,
    staff,
    tasks,
    time,
)

VERSIONS = ("3.0", "3.1")
_PAGED = ("3.1",)


@dataclass(frozen=True)
class Endpoint:
    """One endpoint.

    `scope`: the part of `practicemanager.<scope>` that opens it beside the broad scope; empty, the broad one alone.
    `scope_switch`: the switch that names that part instead. `api_method`: what replies carry in that attribute,
    recorded for some endpoints and after their example for the others.
    `guess`: what about its good answer is neither documented nor recorded; empty when all of it is. `handler`: its
    docstring's first line says what the endpoint does.
    """

    verb: str
    path: str
    handler: Callable[..., Response]
    api_method: str
    scope: str
    versions: tuple[str, ...] = VERSIONS
    guess: str = ""
    scope_switch: str = ""

    @property
    def does(self) -> str:
        return (self.handler.__doc__ or "").split("\n", 1)[0]


def _e(
    verb: str,
    path: str,
    handler: Callable[..., Response],
    api_method: str,
    scope: str = "",
    *,
    versions: tuple[str, ...] = VERSIONS,
    guess: str = "",
    scope_switch: str = "",
) -> Endpoint:
    guessed = "; ".join(filter(None, (guess, "" if api_method in _SEEN_METHODS | _BARE else "api-method")))
    return Endpoint(verb, path, handler, api_method, scope, versions, guessed, scope_switch)


# The values of api-method in recorded exchanges. Of the others it is known that they follow the action.
_SEEN_METHODS = frozenset(
    ("Add", "ApplyTemplate", "Assign", "Contact", "Current", "Delete", "Get", "List", "Search", "State", "Update")
)
# Lists without the element that would have the attribute.
_BARE = frozenset(("Costs", "Documents"))
_ELEMENT = "element names in XML"

CLIENTS = (
    _e("GET", "client.api/list", clients.list_clients, "List", "client"),
    _e("GET", "client.api/paged-list", clients.paged_list, "PagedList", "client", versions=_PAGED),
    _e("GET", "client.api/search", clients.search, "Search", "client"),
    _e("GET", "client.api/get/<key>", clients.get, "Get", "client"),
    _e("POST", "client.api/add", clients.add, "Add", "client"),
    _e("PUT", "client.api/update", clients.update, "Update", "client"),
    _e("PUT", "client.api/archive", clients.archive, "Archive", "client"),
    _e("POST", "client.api/delete", clients.delete, "Delete", "client"),
    _e("GET", "client.api/contacts", contacts.page, "Contacts", "client", versions=_PAGED),
    _e("GET", "client.api/contact/<key>", contacts.get, "Contact", "client"),
    _e("POST", "client.api/contact", contacts.add, "Contact", "client"),
    _e("PUT", "client.api/contact/<key>", contacts.update, "Contact", "client"),
    _e("DELETE", "client.api/contact/<key>", contacts.delete, "Contact", "client"),
    _e("POST", "client.api/client/<key>/contacts", contacts.link, "Contacts", "client"),
    _e("GET", "client.api/documents/<key>", documents.of_client, "Documents", "client"),
    _e("POST", "client.api/document", documents.add_to_client, "Document", "client"),
    _e("POST", "client.api/addrelationship", relationships.add, "AddRelationship", "client", guess=_ELEMENT),
    _e("PUT", "client.api/updaterelationship", relationships.update, "UpdateRelationship", "client", guess=_ELEMENT),
    _e("POST", "client.api/deleterelationship", relationships.delete, "DeleteRelationship", "client", guess=_ELEMENT),
    _e("GET", "client.api/get/<key>/customfield", custom_fields.values("Client"), "Get", "client"),
    _e("PUT", "client.api/update/<key>/customfield", custom_fields.set_values("Client"), "Update", "client"),
    _e("GET", "client.api/contact/<key>/customfield", custom_fields.values("Contact"), "Contact", "client"),
    _e("PUT", "client.api/contact/<key>/customfield", custom_fields.set_values("Contact"), "Contact", "client"),
)

GROUPS = (
    _e("GET", "clientgroup.api/list", groups.list_groups, "List", "client"),
    _e("GET", "clientgroup.api/get/<key>", groups.get, "Get", "client"),
    _e("POST", "clientgroup.api/add", groups.add, "Add", "client"),
    _e("PUT", "clientgroup.api/members", groups.members, "Members", "client"),
    _e("POST", "clientgroup.api/delete", groups.delete, "Delete", "client"),
)

CUSTOM_FIELDS = (
    _e("GET", "customfield.api/definition", custom_fields.definitions, "Definition", scope_switch="definitions_scope"),
    _e("GET", "customfield.api/get/<key>", custom_fields.get, "Get", scope_switch="definitions_scope"),
    _e("POST", "customfield.api/add", custom_fields.add, "Add", scope_switch="definitions_scope"),
    _e("PUT", "customfield.api/update", custom_fields.update, "Update", scope_switch="definitions_scope"),
    _e("POST", "customfield.api/delete", custom_fields.delete, "Delete", scope_switch="definitions_scope"),
)

STAFF = (
    _e("GET", "staff.api/list", staff.list_staff, "List", "staff"),
    _e("GET", "staff.api/get/<key>", staff.get, "Get", "staff"),
    _e("POST", "staff.api/add", staff.add, "Get", "staff"),
    _e("PUT", "staff.api/update", staff.update, "Update", "staff"),
    _e("POST", "staff.api/delete", staff.delete, "Delete", "staff"),
    _e("POST", "staff.api/enable", staff.enable, "Enable", "staff"),
    _e("POST", "staff.api/disable", staff.disable, "Disable", "staff"),
    _e("POST", "staff.api/forgottenpassword", staff.forgotten_password, "ForgottenPassword", "staff"),
)

JOBS = (
    _e("GET", "job.api/current", jobs.current, "Current", "job"),
    _e("GET", "job.api/list", jobs.list_jobs, "List", "job"),
    _e("GET", "job.api/client/<key>", jobs.of_client, "Client", "job"),
    _e("GET", "job.api/staff/<key>", jobs.of_staff, "Staff", "job"),
    _e("GET", "job.api/tasks", jobs.tasks, "Tasks", "job", guess="that it lists current jobs only"),
    _e("GET", "job.api/get/<number>", jobs.get, "Get", "job"),
    _e("POST", "job.api/add", job_edits.add, "Add", "job"),
    _e("PUT", "job.api/update", job_edits.update, "Update", "job"),
    _e("PUT", "job.api/state", job_edits.turn, "State", "job"),
    _e("PUT", "job.api/assign", job_edits.assign, "Assign", "job"),
    _e("POST", "job.api/delete", job_edits.delete, "Delete", "job"),
    _e("POST", "job.api/applytemplate", job_edits.apply_template, "ApplyTemplate", "job"),
    _e("POST", "job.api/task", tasks.add, "Task", "job"),
    _e("PUT", "job.api/task", tasks.update, "Task", "job"),
    _e("PUT", "job.api/task/<key>/complete", tasks.complete, "Complete", "job"),
    _e("PUT", "job.api/task/<key>/reopen", tasks.reopen, "Reopen", "job"),
    _e("PUT", "job.api/reordertasks", tasks.reorder, "ReorderTasks", "job"),
    _e("POST", "job.api/note", job_edits.add_note, "Note", "job"),
    _e("GET", "job.api/documents/<number>", documents.of_job, "Documents", "job"),
    _e("POST", "job.api/document", documents.add_to_job, "Document", "job"),
    _e("GET", "job.api/costs/<number>", costs.of_job, "Costs", "job"),
    _e("POST", "job.api/cost", costs.add_to_job, "Cost", "job"),
    _e("PUT", "job.api/cost", costs.update_of_job, "Cost", "job"),
    _e("POST", "job.api/createquote/<number>", quotes.create("Quote"), "CreateQuote", "job"),
    _e("POST", "job.api/createestimate/<number>", quotes.create("Estimate"), "CreateEstimate", "job"),
    _e("GET", "job.api/get/<key>/customfield", custom_fields.values("Job"), "Get", "job"),
    _e("PUT", "job.api/update/<key>/customfield", custom_fields.set_values("Job"), "Update", "job"),
    _e("GET", "job.api/task/<key>/customfield", custom_fields.values("JobTask"), "Task", "job"),
    _e("PUT", "job.api/task/<key>/customfield", custom_fields.set_values("JobTask"), "Task", "job"),
    _e("GET", "job.api/cost/<key>/customfield", custom_fields.values("JobCost"), "Cost", "job"),
    _e("PUT", "job.api/cost/<key>/customfield", custom_fields.set_values("JobCost"), "Cost", "job"),
)

SETTINGS = (
    _e("GET", "jobstate.api/list", job_settings.states, "List", "job", guess=_ELEMENT),
    _e("GET", "category.api/list", job_settings.categories, "List"),
    _e("GET", "template.api/list", job_settings.templates, "List"),
    _e("GET", "task.api/list", tasks.list_types, "List", guess=_ELEMENT),
    _e("GET", "task.api/get/<key>", tasks.get_type, "Get"),
)

TIME_AND_COSTS = (
    _e("GET", "time.api/list", time.list_times, "List", "time"),
    _e("GET", "time.api/staff/<key>", time.of_staff, "Staff", "time"),
    _e("GET", "time.api/job/<number>", time.of_job, "Job", "time"),
    _e("GET", "time.api/get/<key>", time.get, "Get", "time"),
    _e("POST", "time.api/add", time.add, "Add", "time"),
    _e("PUT", "time.api/update", time.update, "Update", "time"),
    _e("DELETE", "time.api/delete/<key>", time.delete, "Delete", "time"),
    _e("GET", "time.api/get/<key>/customfield", custom_fields.values("JobTime"), "Get", "time"),
    _e("PUT", "time.api/update/<key>/customfield", custom_fields.set_values("JobTime"), "Update", "time"),
    _e("GET", "cost.api/list", costs.list_costs, "List"),
    _e("GET", "cost.api/get/<key>", costs.get, "Get"),
    _e("POST", "cost.api/add", costs.add, "Add"),
    _e("PUT", "cost.api/update", costs.update, "Update"),
    _e("POST", "cost.api/delete", costs.delete, "Delete"),
    _e("POST", "cost.api/deleteall", costs.delete_all, "DeleteAll"),
)

_NEVER = "that there are none: the sandbox raises no invoices"
_DRAFTS = "that there are none: the sandbox issues no quotes"
_AMOUNTS = "that amounts are left out: the sandbox has no rates"
INVOICES_AND_QUOTES = (
    _e("GET", "invoice.api/current", invoices.none, "Current", guess=_NEVER),
    _e("GET", "invoice.api/draft", invoices.none, "Draft", guess=_NEVER),
    _e("GET", "invoice.api/list", invoices.none_between, "List", guess=_NEVER),
    _e("GET", "invoice.api/job/<number>", invoices.of_job, "Job", guess=_NEVER),
    _e("GET", "invoice.api/get/<number>", invoices.unknown, "Get", guess=_NEVER),
    _e("GET", "invoice.api/payments/<number>", invoices.unknown, "Payments", guess=_NEVER),
    _e("GET", "quote.api/current", quotes.current, "Current", guess=_DRAFTS),
    _e("GET", "quote.api/draft", quotes.draft, "Draft", guess=_AMOUNTS),
    _e("GET", "quote.api/list", quotes.list_quotes, "List", guess=_AMOUNTS),
    _e("GET", "quote.api/get/<number>", quotes.get, "Get", guess=_AMOUNTS),
)

ENDPOINTS = (
    *CLIENTS,
    *GROUPS,
    *CUSTOM_FIELDS,
    *STAFF,
    *JOBS,
    *SETTINGS,
    *TIME_AND_COSTS,
    *INVOICES_AND_QUOTES,
)
