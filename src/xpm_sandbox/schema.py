"""The sandbox's SQLite tables, in parts. Times are whole microseconds since 1970, flags are 0 or 1.

The frame stands from the first moment; the other parts hold a generated firm, and come into being with it.
"""

import re

FRAME = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
-- `rule` is a fault rule as JSON, `seen` counts the calls it picked, `fired` those it made go wrong.
CREATE TABLE fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE switch (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE tenant (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, region TEXT NOT NULL,
    day_resets INTEGER NOT NULL, settings TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE person (
    login TEXT PRIMARY KEY, name TEXT NOT NULL, user_id TEXT NOT NULL, may_connect INTEGER NOT NULL,
    story TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE person_tenant (
    login TEXT NOT NULL REFERENCES person, tenant_id TEXT NOT NULL REFERENCES tenant, place INTEGER NOT NULL,
    PRIMARY KEY (login, tenant_id)
) WITHOUT ROWID;
CREATE TABLE registered_app (
    client_id TEXT PRIMARY KEY, secret TEXT, name TEXT NOT NULL, redirect_uris TEXT NOT NULL, loopback INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE grant_given (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, login TEXT NOT NULL, scope TEXT NOT NULL,
    auth_event TEXT NOT NULL, given INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE code (
    code TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT,
    nonce TEXT, expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE access_token (
    token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE refresh_token (
    token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER
) WITHOUT ROWID;
CREATE TABLE connection (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL, login TEXT NOT NULL, tenant_id TEXT NOT NULL,
    auth_event TEXT NOT NULL, place INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    UNIQUE (client_id, login, tenant_id)
) WITHOUT ROWID;

CREATE TABLE usage (
    scope TEXT NOT NULL, span TEXT NOT NULL, started INTEGER NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (scope, span)
) WITHOUT ROWID;
CREATE TABLE masked_received (at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL);
-- The audit of calls: `status` NULL while or where no reply went out.
CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    query TEXT NOT NULL, tenant TEXT NOT NULL, request_body TEXT NOT NULL, status INTEGER,
    fault TEXT NOT NULL DEFAULT '', applied INTEGER NOT NULL DEFAULT 0, guess TEXT NOT NULL DEFAULT ''
);
"""

REGISTER = """
CREATE TABLE staff (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    email TEXT NOT NULL, phone TEXT NOT NULL, mobile TEXT NOT NULL, address TEXT NOT NULL, payroll_code TEXT NOT NULL,
    is_enabled INTEGER NOT NULL DEFAULT 1, is_deleted INTEGER NOT NULL DEFAULT 0, security TEXT NOT NULL DEFAULT ''
);
CREATE INDEX staff_by_name ON staff (tenant_id, name COLLATE NOCASE);

CREATE TABLE client (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    is_prospect INTEGER NOT NULL DEFAULT 0, is_archived INTEGER NOT NULL DEFAULT 0,
    is_deleted INTEGER NOT NULL DEFAULT 0, has_tax_record INTEGER NOT NULL DEFAULT 0,
    account_manager INTEGER REFERENCES staff, job_manager INTEGER REFERENCES staff,
    billing_client INTEGER REFERENCES client, billing TEXT,
    tax_number TEXT, fields TEXT NOT NULL, notes TEXT NOT NULL DEFAULT '[]',
    created INTEGER NOT NULL, modified INTEGER NOT NULL, touched INTEGER NOT NULL
);
CREATE INDEX client_by_name ON client (tenant_id, name COLLATE NOCASE, uuid);
CREATE INDEX client_by_modified ON client (tenant_id, modified);
CREATE INDEX client_by_tax_number ON client (tenant_id, tax_number);

CREATE TABLE contact (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    salutation TEXT NOT NULL DEFAULT '', addressee TEXT NOT NULL DEFAULT '', mobile TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT ''
);
CREATE INDEX contact_by_name ON contact (tenant_id, name COLLATE NOCASE, uuid);
CREATE TABLE client_contact (
    client_id INTEGER NOT NULL REFERENCES client, contact_id INTEGER NOT NULL REFERENCES contact,
    position TEXT, is_primary INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (client_id, contact_id)
) WITHOUT ROWID;
CREATE INDEX client_contact_by_contact ON client_contact (contact_id);

CREATE TABLE client_group (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    taxable INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE group_member (
    group_id INTEGER NOT NULL REFERENCES client_group, client_id INTEGER NOT NULL REFERENCES client,
    PRIMARY KEY (client_id, group_id)
) WITHOUT ROWID;

CREATE TABLE relationship (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    client_id INTEGER NOT NULL REFERENCES client, related_id INTEGER NOT NULL REFERENCES client,
    shares INTEGER NOT NULL DEFAULT 0, percentage TEXT NOT NULL DEFAULT '0', starts TEXT, ends TEXT
);
CREATE INDEX relationship_by_client ON relationship (client_id);
CREATE INDEX relationship_by_related ON relationship (related_id);

-- What a client was before each change: lets a list lag behind, and a page walk stand still.
CREATE TABLE past (client_id INTEGER NOT NULL, tenant_id TEXT NOT NULL, until INTEGER NOT NULL, record TEXT);
CREATE INDEX past_by_until ON past (tenant_id, until);
"""

WORK = """
-- `uses` is a JSON list of what the field is for: Client, Contact, Job, JobTask, JobCost, JobTime.
CREATE TABLE custom_field (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
    link_url TEXT NOT NULL DEFAULT '', options TEXT NOT NULL DEFAULT '', uses TEXT NOT NULL DEFAULT '[]'
);
-- `owner_kind` is one of the uses above, `owner_id` the number of such a record. Dates are `yyyy-MM-dd`, flags `true`.
CREATE TABLE custom_value (
    owner_kind TEXT NOT NULL, owner_id INTEGER NOT NULL, field_id INTEGER NOT NULL REFERENCES custom_field,
    value TEXT NOT NULL, PRIMARY KEY (owner_kind, owner_id, field_id)
) WITHOUT ROWID;
CREATE INDEX custom_value_by_field ON custom_value (field_id);

CREATE TABLE category (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL
);
-- `code` is what the API takes, `kind` is current, completed or cancelled.
CREATE TABLE job_state (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    code TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'current', place INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE task_type (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT ''
);
CREATE TABLE template (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL
);
CREATE TABLE template_task (
    template_id INTEGER NOT NULL REFERENCES template, place INTEGER NOT NULL,
    task_type_id INTEGER NOT NULL REFERENCES task_type, label TEXT NOT NULL DEFAULT '',
    estimated_minutes INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (template_id, place)
) WITHOUT ROWID;

-- `number` is what people and both API versions call the job, `id` its InternalID. Days are `yyyy-MM-dd`.
CREATE TABLE job (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, number TEXT NOT NULL,
    name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', client_id INTEGER NOT NULL REFERENCES client,
    contact_id INTEGER REFERENCES contact, order_number TEXT NOT NULL DEFAULT '',
    state_id INTEGER NOT NULL REFERENCES job_state, starts TEXT NOT NULL, due TEXT NOT NULL, completed TEXT,
    budget TEXT, category_id INTEGER REFERENCES category, manager INTEGER REFERENCES staff,
    partner INTEGER REFERENCES staff, milestones TEXT NOT NULL DEFAULT '[]', notes TEXT NOT NULL DEFAULT '[]',
    created INTEGER NOT NULL, UNIQUE (tenant_id, number)
);
CREATE INDEX job_by_client ON job (client_id);
CREATE INDEX job_by_created ON job (tenant_id, created);
CREATE TABLE job_staff (
    job_id INTEGER NOT NULL REFERENCES job, staff_id INTEGER NOT NULL REFERENCES staff, PRIMARY KEY (job_id, staff_id)
) WITHOUT ROWID;
CREATE INDEX job_staff_by_staff ON job_staff (staff_id);
CREATE TABLE task (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, job_id INTEGER NOT NULL REFERENCES job,
    task_type_id INTEGER NOT NULL REFERENCES task_type, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '',
    estimated_minutes INTEGER NOT NULL DEFAULT 0, is_completed INTEGER NOT NULL DEFAULT 0,
    is_billable INTEGER NOT NULL DEFAULT 1, folder TEXT NOT NULL DEFAULT '', starts TEXT, due TEXT,
    place INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX task_by_job ON task (job_id);
CREATE TABLE task_staff (
    task_id INTEGER NOT NULL REFERENCES task, staff_id INTEGER NOT NULL REFERENCES staff,
    allocated_minutes INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (task_id, staff_id)
) WITHOUT ROWID;
-- Of a client or of a job: one of the two is set.
CREATE TABLE document (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE,
    client_id INTEGER REFERENCES client, job_id INTEGER REFERENCES job, title TEXT NOT NULL, text TEXT NOT NULL,
    folder TEXT NOT NULL, date TEXT NOT NULL, created_by TEXT NOT NULL, file_name TEXT NOT NULL, content BLOB NOT NULL
);
CREATE INDEX document_by_client ON document (client_id);
CREATE INDEX document_by_job ON document (job_id);
CREATE TABLE time_entry (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, job_id INTEGER NOT NULL REFERENCES job,
    task_id INTEGER NOT NULL REFERENCES task, staff_id INTEGER NOT NULL REFERENCES staff, date TEXT NOT NULL,
    minutes INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '', is_billable INTEGER NOT NULL DEFAULT 1,
    begins TEXT, ends TEXT
);
CREATE INDEX time_entry_by_job ON time_entry (job_id);
CREATE INDEX time_entry_by_date ON time_entry (tenant_id, date);
-- A cost of a job, or without one a row of the practice's catalogue of costs.
CREATE TABLE cost (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, job_id INTEGER REFERENCES job,
    description TEXT NOT NULL, code TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', date TEXT,
    quantity TEXT NOT NULL DEFAULT '1', unit_cost TEXT NOT NULL DEFAULT '0', unit_price TEXT NOT NULL DEFAULT '0',
    is_billable INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX cost_by_job ON cost (job_id);
-- What a job was quoted or estimated at: `type` is Quote or Estimate.
CREATE TABLE quote (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, number TEXT NOT NULL, type TEXT NOT NULL,
    job_id INTEGER NOT NULL REFERENCES job, date TEXT NOT NULL, UNIQUE (tenant_id, number)
);
CREATE INDEX quote_by_job ON quote (job_id);
"""


def statements(part: str) -> tuple[list[str], list[str]]:
    """What makes a part: its tables, and its indexes, which are made several times faster over rows that are there."""
    bare = re.sub("--.*", "", part)  # a semicolon in a comment ends nothing
    every = [statement for each in bare.split(";") if (statement := each.strip())]
    indexes = [statement for statement in every if statement.startswith("CREATE INDEX")]
    return [statement for statement in every if statement not in indexes], indexes


def tables(part: str) -> tuple[str, ...]:
    """The names of a part's tables."""
    return tuple(re.findall(r"CREATE TABLE (\w+)", part))


# What a reset leaves: identifiers' counters, and whether a masked value was ever sent, a fact about the sender.
KEPT_BY_RESET = ("meta", "counter", "masked_received")
