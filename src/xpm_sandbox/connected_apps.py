"""The apps that people connected to a practice, and ending such a connection from Practice Manager's side."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class ConnectedApp:
    """One connection: its key, the app and its client identifier, who connected it by which login, and when (stamp)."""

    id: str
    app: str
    client_id: str
    person: str
    login: str
    created: int
    updated: int


def listed(db: sqlite3.Connection, tenant_id: str) -> list[ConnectedApp]:
    """The practice's connections, oldest first."""
    rows = db.execute(
        "SELECT c.id, a.name, a.client_id, p.name, p.login, c.created, c.updated FROM connection c"
        " JOIN registered_app a ON a.client_id = c.client_id JOIN person p ON p.login = c.login"
        " WHERE c.tenant_id = ? ORDER BY c.created, c.id",
        (tenant_id,),
    )
    return [ConnectedApp(*row) for row in rows]


def disconnect(db: sqlite3.Connection, tenant_id: str, connection_id: str) -> None:
    """End a connection: the app's calls to this practice are refused from then on; its tokens live."""
    db.execute("DELETE FROM connection WHERE tenant_id = ? AND id = ?", (tenant_id, connection_id))
