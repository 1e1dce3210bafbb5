"""The sandbox's SQLite tables. Times are whole microseconds since 1970, flags are 0 or 1."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE switch (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE tenant (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, region TEXT NOT NULL,
    day_resets INTEGER NOT NULL, settings TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE staff (
    id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    email TEXT NOT NULL, phone TEXT NOT NULL, mobile TEXT NOT NULL, address TEXT NOT NULL, payroll_code TEXT NOT NULL
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
    expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
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
"""

# `masked_received` outlives a reset: whether a masked value was ever sent is a fact about the sender.
CLEARED_BY_RESET = (
    "usage", "connection", "refresh_token", "access_token", "code", "grant_given", "registered_app", "person_tenant",
    "person", "past", "relationship", "group_member", "client_group", "client_contact", "contact", "client", "staff",
    "tenant", "switch",
)  # fmt: skip
