"""One call for each endpoint of the practice API, and what its good answer holds.

Paths, bodies and expectations are templates: `{K}` is the key's element (`ID` in 3.0, `UUID` in 3.1), `{k}` its
attribute, and the other names are the keys of the records that `contract_records.practice` makes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.contract_records import TIMESHEET

_YEAR = {"from": "20250301", "to": "20260228"}


@dataclass(frozen=True)
class Case:
    """`path` after the version; `holds` gives the text at a path below the root, or None where there is nothing."""

    path: str
    body: str = ""
    holds: Mapping[str, str | None] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    root: str = "Response"


def _values(field_name: str, element: str, value: str) -> str:
    inner = f"<{{K}}>{{{field_name}}}</{{K}}><{element}>{value}</{element}>"
    return f"<CustomFields><CustomField>{inner}</CustomField></CustomFields>"


def _read_value(element: str, value: str) -> dict[str, str | None]:
    return {f"CustomFields/CustomField/{element}": value}


_CLIENT_CASES = {
    "GET client.api/list": Case("client.api/list", holds={"Clients/Client[2]/Name": "Owner", ".//Notes": None}),
    "GET client.api/paged-list": Case(
        "client.api/paged-list", holds={"Clients/Client[1]/Name": "Other", ".//Contacts": None}, query={"pageSize": "1"}
    ),
    "GET client.api/search": Case(
        "client.api/search", holds={"Clients/Client/Name": "Owner", "Clients/Client[2]": None}, query={"query": "own"}
    ),
    "GET client.api/get/<key>": Case(
        "client.api/get/{client}", holds={"Client/Relationships/Relationship/RelatedClient/{K}": "{other}"}
    ),
    "POST client.api/add": Case("client.api/add", "<Client><Name>New</Name></Client>", {"Client/Name": "New"}),
    "PUT client.api/update": Case(
        "client.api/update", "<Client><{K}>{client}</{K}><Phone>1</Phone></Client>", {"Client/Phone": "1"}
    ),
    "PUT client.api/archive": Case(
        "client.api/archive", "<Client><{K}>{client}</{K}></Client>", {"Client/IsArchived": "Yes"}
    ),
    "POST client.api/delete": Case("client.api/delete", "<Client><{K}>{other}</{K}></Client>", {"Client": None}),
    "GET client.api/contacts": Case("client.api/contacts", holds={"Contacts/Contact/Name": "Bob"}),
    "GET client.api/contact/<key>": Case("client.api/contact/{contact}", holds={"Contact/Position": "Chair"}),
    "POST client.api/contact": Case(
        "client.api/contact",
        "<Contact><Client><{K}>{client}</{K}></Client><Name>Ann</Name></Contact>",
        {"Contact/Name": "Ann", "Contact/IsPrimary": "No"},
    ),
    "PUT client.api/contact/<key>": Case(
        "client.api/contact/{contact}", "<Contact><Mobile>021</Mobile></Contact>", {"Contact/Mobile": "021"}
    ),
    "DELETE client.api/contact/<key>": Case("client.api/contact/{contact}", holds={"Contact/Name": "Bob"}),
    "POST client.api/client/<key>/contacts": Case(
        "client.api/client/{other}/contacts",
        "<Client><Contacts><Contact><{K}>{contact}</{K}></Contact></Contacts></Client>",
        {"Client/Contacts/Contact/{K}": "{contact}"},
    ),
    "GET client.api/documents/<key>": Case(
        "client.api/documents/{client}", holds={"Document/Title": "Deed", "Document/Date": "20260202"}, root="Documents"
    ),
    "POST client.api/document": Case(
        "client.api/document",
        "<Document><Client{K}>{client}</Client{K}><Title>Will</Title><FileName>will.txt</FileName>"
        "<Content>aGk=</Content></Document>",
        {"{K}": "*"},
    ),
    "POST client.api/addrelationship": Case(
        "client.api/addrelationship",
        "<Relationship><Client{K}>{client}</Client{K}><RelatedClient{K}>{other}</RelatedClient{K}>"
        "<Type>Shareholder</Type><NumberOfShares>10</NumberOfShares><StartDate>2020-07-01</StartDate></Relationship>",
        {"ClientRelationship/RelationshipType/Name": "Shareholder", "ClientRelationship/NumberOfShares": "10",
         "ClientRelationship/StartDate": "2020-07-01", "ClientRelationship/EndDate": None},
    ),
    "PUT client.api/updaterelationship": Case(
        "client.api/updaterelationship",
        "<Relationship><{K}>{relationship}</{K}><EndDate>2025-06-30</EndDate></Relationship>",
        {"ClientRelationship/EndDate": "2025-06-30"},
    ),
    "POST client.api/deleterelationship": Case(
        "client.api/deleterelationship",
        "<Relationship><{K}>{relationship}</{K}></Relationship>",
        {"ClientRelationship/{K}": "{relationship}"},
    ),
    "GET client.api/get/<key>/customfield": Case(
        "client.api/get/{client}/customfield", holds=_read_value("Decimal", "100.50")
    ),
    "PUT client.api/update/<key>/customfield": Case(
        "client.api/update/{client}/customfield", _values("fee_field", "Decimal", "7.5"), {"CustomFields": None}
    ),
    "GET client.api/contact/<key>/customfield": Case(
        "client.api/contact/{contact}/customfield", holds=_read_value("Text", "None")
    ),
    "PUT client.api/contact/<key>/customfield": Case(
        "client.api/contact/{contact}/customfield", _values("food_field", "Text", "Vegan"), {"CustomFields": None}
    ),
}  # fmt: skip

_GROUP_CASES = {
    "GET clientgroup.api/list": Case(
        "clientgroup.api/list", holds={"Groups/Group/Name": "Family", "Groups/Group/Taxable": "No", ".//Clients": None}
    ),
    "GET clientgroup.api/get/<key>": Case(
        "clientgroup.api/get/{group}",
        holds={"Group/Clients/Client/{K}": "{client}", "Group/Clients/Client/Name": "Owner"},
    ),
    "POST clientgroup.api/add": Case(
        "clientgroup.api/add",
        "<Group><Name>New</Name><Client{K}>{other}</Client{K}><Taxable>Yes</Taxable></Group>",
        {"Group/Taxable": "Yes", "Group/Clients/Client/Name": "Other"},
    ),
    "PUT clientgroup.api/members": Case(
        "clientgroup.api/members",
        '<Group><{K}>{group}</{K}><add {k}="{other}"/><remove {k}="{client}"/></Group>',
        {"Group/Clients/Client/Name": "Other", "Group/Clients/Client[2]": None},
    ),
    "POST clientgroup.api/delete": Case("clientgroup.api/delete", "<Group><{K}>{group}</{K}></Group>", {"Group": None}),
}

_DEFINITION = "CustomFieldDefinition"
_FIELD_CASES = {
    "GET customfield.api/definition": Case(
        "customfield.api/definition",
        holds={f"CustomFieldDefinitions/{_DEFINITION}[1]/Name": "AML Check",
               f"CustomFieldDefinitions/{_DEFINITION}[1]/Options": "Not started\nIn progress\nComplete"},
    ),
    "GET customfield.api/get/<key>": Case(
        "customfield.api/get/{fee_field}",
        holds={f"{_DEFINITION}/ValueElement": "Decimal", f"{_DEFINITION}/UseClient": "true",
               f"{_DEFINITION}/UseJob": "false"},
    ),
    "POST customfield.api/add": Case(
        "customfield.api/add",
        f"<{_DEFINITION}><Name>Shoe size</Name><Type>Number</Type><UseClient>true</UseClient></{_DEFINITION}>",
        {"{K}": "*"},
    ),
    "PUT customfield.api/update": Case(
        "customfield.api/update",
        f"<{_DEFINITION}><{{K}}>{{fee_field}}</{{K}}><Name>Fee</Name></{_DEFINITION}>",
        {"{K}": "{fee_field}"},
    ),
    "POST customfield.api/delete": Case(
        "customfield.api/delete", f"<{_DEFINITION}><{{K}}>{{fee_field}}</{{K}}></{_DEFINITION}>", {"{K}": None}
    ),
}  # fmt: skip

_ONE_STAFF = "<Staff><{K}>{staff}</{K}></Staff>"
_STAFF_CASES = {
    "GET staff.api/list": Case("staff.api/list", holds={"StaffList/Staff[13]/Name": "Zoe Last"}),
    "GET staff.api/get/<key>": Case(
        "staff.api/get/{staff}", holds={"Staff/Email": "zoe@example.com", "Staff/Phone": ""}
    ),
    "POST staff.api/add": Case("staff.api/add", "<Staff><Name>Joe</Name></Staff>", {"Staff/Name": "Joe"}),
    "PUT staff.api/update": Case(
        "staff.api/update", "<Staff><{K}>{staff}</{K}><Phone>09</Phone></Staff>", {"Staff/Phone": "09"}
    ),
    "POST staff.api/delete": Case("staff.api/delete", _ONE_STAFF, {"Staff": None}),
    "POST staff.api/enable": Case(
        "staff.api/enable", "<Staff><{K}>{staff}</{K}><Security>Admin</Security></Staff>", {"Staff": None}
    ),
    "POST staff.api/disable": Case("staff.api/disable", _ONE_STAFF, {"Staff": None}),
    "POST staff.api/forgottenpassword": Case("staff.api/forgottenpassword", _ONE_STAFF, {"Staff": None}),
}

_ONE_JOB = "<Job><ID>{job}</ID></Job>"
_JOB_CASES = {
    "GET job.api/current": Case("job.api/current", holds={"Jobs/Job/ID": "{job}", ".//Tasks": None}),
    "GET job.api/list": Case("job.api/list", holds={"Jobs/Job/ID": "{job}"}, query={**_YEAR, "detailed": "true"}),
    "GET job.api/client/<key>": Case("job.api/client/{client}", holds={"Jobs/Job/Client/{K}": "{client}"}),
    "GET job.api/staff/<key>": Case("job.api/staff/{staff}", holds={"Jobs/Job/Manager/{K}": "{staff}"}),
    "GET job.api/tasks": Case(
        "job.api/tasks", holds={"Jobs/Job/Tasks/Task[2]/Name": "Review"}, query={"complete": "false"}
    ),
    "GET job.api/get/<number>": Case(
        "job.api/get/{job}", holds={"Job/Tasks/Task[1]/{K}": "{task}", "Job/Tasks/Task[1]/ActualMinutes": "45",
                                    "Job/StartDate": "2026-01-10T00:00:00", "Job/CompletedDate": None},
    ),
    "POST job.api/add": Case(
        "job.api/add",
        "<Job><Name>BAS</Name><Client{K}>{client}</Client{K}><Contact{K}>{contact}</Contact{K}><Budget>100</Budget>"
        "<StartDate>20260301</StartDate><DueDate>20260401</DueDate><ClientNumber>PO 7</ClientNumber>"
        "<Category{K}>{category}</Category{K}><Template{K}>{template}</Template{K}></Job>",
        {"Job/ID": "J000002", "Job/ClientOrderNumber": "PO 7", "Job/Type": "Consulting", "Job/Budget": "100.00",
         "Job/Contact/Name": "Bob", "Job/State": "Planned", "Job/Tasks/Task[1]/Name": "Client Meeting"},
    ),
    "PUT job.api/update": Case(
        "job.api/update", "<Job><ID>{job}</ID><DueDate>20260501</DueDate></Job>",
        {"Job/DueDate": "2026-05-01T00:00:00", "Job/Name": "Return"},
    ),
    "PUT job.api/state": Case("job.api/state", "<Job><ID>{job}</ID><State>INPROGRESS</State></Job>", {"Job": None}),
    "PUT job.api/assign": Case(
        "job.api/assign",
        '<Job><ID>{job}</ID><add {k}="{staff}" task-{k}="{task}"/><add-partner {k}="{staff}"/><remove-manager/></Job>',
        {"Job/Assigned/Staff/{K}": "{staff}", "Job/Partner/{K}": "{staff}", "Job/Manager": None},
    ),
    "POST job.api/delete": Case("job.api/delete", _ONE_JOB, {"Job": None}),
    "POST job.api/applytemplate": Case(
        "job.api/applytemplate",
        "<Job><ID>{job}</ID><Template{K}>{template}</Template{K}><TaskMode>AddNew</TaskMode></Job>",
        {"Job/Tasks/Task[4]/Name": "Advice"},
    ),
    "POST job.api/task": Case(
        "job.api/task",
        "<Task><Job>{job}</Job><Task{K}>{task_type}</Task{K}><Label>Check</Label></Task>",
        {"{K}": "*"},
    ),
    "PUT job.api/task": Case(
        "job.api/task", "<Task><Task{K}>{task}</Task{K}><Label>Check</Label></Task>", {"{K}": "{task}"}
    ),
    "PUT job.api/task/<key>/complete": Case(
        "job.api/task/{task}/complete", holds={"Job/Tasks/Task[1]/Completed": "true"}
    ),
    "PUT job.api/task/<key>/reopen": Case(
        "job.api/task/{task}/reopen", holds={"Job/Tasks/Task[1]/Completed": "false"}
    ),
    "PUT job.api/reordertasks": Case(
        "job.api/reordertasks",
        "<Job><ID>{job}</ID><Tasks><Task><{K}>{second_task}</{K}></Task><Task><{K}>{task}</{K}></Task></Tasks></Job>",
        {"Job/Tasks/Task[1]/{K}": "{second_task}", "Job/Tasks/Task[2]/{K}": "{task}"},
    ),
    "POST job.api/note": Case(
        "job.api/note",
        "<Note><Job>{job}</Job><Title>Call</Title><Text>Rang</Text><Folder>F</Folder><Public>true</Public></Note>",
        {"Job/Notes/Note/Text": "Rang", "Job/Notes/Note/CreatedBy": "Alex Moreton",
         "Job/Notes/Note/Date": "2026-02-02T09:00:00"},
    ),
    "GET job.api/documents/<number>": Case(
        "job.api/documents/{job}", holds={"Document/FileName": "plan.txt"}, root="Documents"
    ),
    "POST job.api/document": Case(
        "job.api/document",
        "<Document><Job>{job}</Job><Title>T</Title><FileName>t.txt</FileName><Content>aGk=</Content></Document>",
        {"Job/ID": "{job}"},
    ),
    "GET job.api/costs/<number>": Case(
        "job.api/costs/{job}", holds={"Cost/{K}": "{job_cost}", "Cost/Quantity": "2"}, root="Costs"
    ),
    "POST job.api/cost": Case(
        "job.api/cost", "<Cost><Job>{job}</Job><Description>Fee</Description></Cost>", {"{K}": "*"}
    ),
    "PUT job.api/cost": Case(
        "job.api/cost", "<Cost><{K}>{job_cost}</{K}><UnitPrice>5</UnitPrice></Cost>", {"{K}": "{job_cost}"}
    ),
    "POST job.api/createquote/<number>": Case("job.api/createquote/{job}", holds={"ID": "Q000002"}),
    "POST job.api/createestimate/<number>": Case("job.api/createestimate/{job}", holds={"ID": "E000001"}),
    "GET job.api/get/<key>/customfield": Case(
        "job.api/get/{job}/customfield", holds=_read_value("Date", "2026-01-15T00:00:00")
    ),
    "PUT job.api/update/<key>/customfield": Case(
        "job.api/update/{job}/customfield", _values("lodged_field", "Date", "20260120"), {"CustomFields": None}
    ),
    "GET job.api/task/<key>/customfield": Case("job.api/task/{task}/customfield", holds=_read_value("Text", "AB")),
    "PUT job.api/task/<key>/customfield": Case(
        "job.api/task/{task}/customfield", _values("initials_field", "Text", "CD"), {"CustomFields": None}
    ),
    "GET job.api/cost/<key>/customfield": Case("job.api/cost/{job_cost}/customfield", holds=_read_value("Number", "7")),
    "PUT job.api/cost/<key>/customfield": Case(
        "job.api/cost/{job_cost}/customfield", _values("batch", "Number", "-3"), {"CustomFields": None}
    ),
}  # fmt: skip

_SETTING_CASES = {
    "GET jobstate.api/list": Case("jobstate.api/list", holds={"JobStates/JobState[1]/Name": "Planned"}),
    "GET category.api/list": Case("category.api/list", holds={"Categories/Category[2]/{K}": "{category}"}),
    "GET template.api/list": Case("template.api/list", holds={"Templates/Template[1]/{K}": "{template}"}),
    "GET task.api/list": Case("task.api/list", holds={"TaskList/Task[3]/Name": "Audit"}),
    "GET task.api/get/<key>": Case("task.api/get/{task_type}", holds={"Task/Name": "Audit", "Task/Description": ""}),
}

_TIME_CASES = {
    "GET time.api/list": Case("time.api/list", holds={"Times/Time/{K}": "{time}"}, query=_YEAR),
    "GET time.api/staff/<key>": Case("time.api/staff/{staff}", holds={"Times/Time/Minutes": "45"}, query=_YEAR),
    "GET time.api/job/<number>": Case("time.api/job/{job}", holds={"Times/Time/Job/ID": "{job}"}),
    "GET time.api/get/<key>": Case(
        "time.api/get/{time}", holds={"Time/Date": "2026-01-15T00:00:00", "Time/Billable": "true", "Time/Start": None}
    ),
    "POST time.api/add": Case(
        "time.api/add",
        TIMESHEET.replace("<Minutes>45</Minutes>", "<Start>09:00</Start><End>10:30</End>"),
        {"Time/Minutes": "90", "Time/Start": "09:00", "Time/End": "10:30"},
    ),
    "PUT time.api/update": Case(
        "time.api/update", "<Timesheet><{K}>{time}</{K}><Minutes>-15</Minutes></Timesheet>", {"Time/Minutes": "-15"}
    ),
    "DELETE time.api/delete/<key>": Case("time.api/delete/{time}", holds={"Time": None}),
    "GET time.api/get/<key>/customfield": Case("time.api/get/{time}/customfield", holds=_read_value("Number", "7")),
    "PUT time.api/update/<key>/customfield": Case(
        "time.api/update/{time}/customfield", _values("batch", "Number", "8"), {"CustomFields": None}
    ),
    "GET cost.api/list": Case("cost.api/list", holds={"Costs/Cost/{K}": "{cost}", "Records": "1"}, query={"page": "1"}),
    "GET cost.api/get/<key>": Case("cost.api/get/{cost}", holds={"Cost/UnitPrice": "12.50"}),
    "POST cost.api/add": Case(
        "cost.api/add", "<Cost><Description>Fee</Description></Cost>", {"Cost/Description": "Fee"}
    ),
    "PUT cost.api/update": Case(
        "cost.api/update", "<Cost><{K}>{cost}</{K}><Code>C1</Code></Cost>", {"Cost/Code": "C1"}
    ),
    "POST cost.api/delete": Case("cost.api/delete", "<Cost><{K}>{cost}</{K}></Cost>", {"Cost": None}),
    "POST cost.api/deleteall": Case("cost.api/deleteall", holds={"Cost": None}),
}

_NO_INVOICES: dict[str, str | None] = {"Invoices": "", "Invoices/Invoice": None}
_INVOICE_CASES = {
    "GET invoice.api/current": Case("invoice.api/current", holds=_NO_INVOICES),
    "GET invoice.api/draft": Case("invoice.api/draft", holds=_NO_INVOICES),
    "GET invoice.api/list": Case("invoice.api/list", holds=_NO_INVOICES, query=_YEAR),
    "GET invoice.api/job/<number>": Case("invoice.api/job/{job}", holds=_NO_INVOICES),
    "GET quote.api/current": Case("quote.api/current", holds={"Quotes": "", "Quotes/Quote": None}),
    "GET quote.api/draft": Case("quote.api/draft", holds={"Quotes/Quote/ID": "{quote}", ".//Tasks": None}),
    "GET quote.api/list": Case(
        "quote.api/list", holds={"Quotes/Quote/Tasks/Task/Name": "Prepare"}, query={**_YEAR, "detailed": "true"}
    ),
    "GET quote.api/get/<number>": Case(
        "quote.api/get/{quote}", holds={"Quote/Client/{K}": "{client}", "Quote/Date": "2026-02-02T00:00:00"}
    ),
}

CASES: dict[str, Case] = {
    **_CLIENT_CASES,
    **_GROUP_CASES,
    **_FIELD_CASES,
    **_STAFF_CASES,
    **_JOB_CASES,
    **_SETTING_CASES,
    **_TIME_CASES,
    **_INVOICE_CASES,
}
