"""What somebody of a practice's staff may do: sign in, connect third-party apps, see everybody's clients.

Whoever signs in is a person of the sandbox, and one of the staff by e-mail address or by name.
"""

import sqlite3
from dataclasses import dataclass

from xpm_sandbox import practice_settings, staffing
from xpm_sandbox.world import new_uuid


@dataclass(frozen=True)
class Privileges:
    """`login` is None for somebody who cannot sign in yet."""

    login: str | None
    may_sign_in: bool
    may_connect: bool
    sees_all_clients: bool


def privileges(db: sqlite3.Connection, staff: int) -> Privileges:
    """What somebody may do now."""
    row = staffing.person(db, staff)
    found = _person(db, row)
    return Privileges(
        found["login"] if found else None,
        bool(row["is_enabled"]),
        bool(found and found["may_connect"] and found["is_let_in"] and row["is_enabled"]),
        staff not in practice_settings.own_clients_only(db, row["tenant_id"]),
    )


def allow(db: sqlite3.Connection, staff: int, *, may_sign_in: bool, may_connect: bool, sees_all_clients: bool) -> None:
    """Set what somebody may do. Who may no longer sign in loses the connections that they made to this practice.

    Connecting apps goes with the login, over all practices of theirs. Raises `LookupError` when somebody who has no
    login is to connect apps and has no e-mail address to make it of.
    """
    row = staffing.person(db, staff)
    if may_sign_in != bool(row["is_enabled"]):
        staffing.enable(db, staff, row["security"]) if may_sign_in else staffing.disable(db, staff)
    _set_login(db, row, may_sign_in=may_sign_in, may_connect=may_connect and may_sign_in)
    own_only = practice_settings.own_clients_only(db, row["tenant_id"]) - {staff}
    wanted = own_only if sees_all_clients else own_only | {staff}
    practice_settings.set_own_clients_only(db, row["tenant_id"], wanted)


def enable(db: sqlite3.Connection, staff: int, security: str) -> None:
    """Let somebody sign in, in a role as it was sent; who was shut out may do again what they might."""
    staffing.enable(db, staff, security)
    row = staffing.person(db, staff)
    if practice_settings.remembered_login(db, row["tenant_id"], staff):
        found = _person(db, row)
        _set_login(db, row, may_sign_in=True, may_connect=bool(found and found["may_connect"]))


def disable(db: sqlite3.Connection, staff: int) -> None:
    """Let somebody sign in no more, which ends the connections that they made to this practice."""
    staffing.disable(db, staff)
    _set_login(db, staffing.person(db, staff), may_sign_in=False, may_connect=False)


def remove(db: sqlite3.Connection, staff: int) -> None:
    """Take somebody off the staff, who then may do nothing."""
    allow(db, staff, may_sign_in=False, may_connect=False, sees_all_clients=True)
    staffing.delete(db, staff)


def sees_all_clients(db: sqlite3.Connection, tenant_id: str, login: str) -> bool:
    """Whether whoever signs in by this login sees every client of the practice."""
    own_only = practice_settings.own_clients_only(db, tenant_id)
    return not any(_is_login_of(db, login, staff) for staff in own_only)


def _is_login_of(db: sqlite3.Connection, login: str, staff: int) -> bool:
    found = _person(db, staffing.person(db, staff))
    return found is not None and found["login"] == login


def _set_login(db: sqlite3.Connection, staff: sqlite3.Row, *, may_sign_in: bool, may_connect: bool) -> None:
    found = _person(db, staff)
    if found is None and may_connect:
        found = _new_person(db, staff)
    if found is None or not (may_connect or found["is_let_in"]):
        return
    if may_sign_in:
        _let_in(db, found["login"], staff["tenant_id"])
        db.execute("UPDATE person SET may_connect = ? WHERE login = ?", (may_connect, found["login"]))
    else:
        practice_settings.remember_login(db, staff["tenant_id"], staff["id"], found["login"])
        where = (found["login"], staff["tenant_id"])
        db.execute("DELETE FROM person_tenant WHERE login = ? AND tenant_id = ?", where)
        db.execute("DELETE FROM connection WHERE login = ? AND tenant_id = ?", where)


def _person(db: sqlite3.Connection, staff: sqlite3.Row) -> sqlite3.Row | None:
    """The person that somebody of the staff signs in as, if any: of their address, or let in and of their name.

    `is_let_in` tells whether they are one of the practice's people: who was shut out is known by the login they had.
    """
    remembered = practice_settings.remembered_login(db, staff["tenant_id"], staff["id"])
    row: sqlite3.Row | None = db.execute(
        "SELECT p.*, t.login IS NOT NULL AS is_let_in FROM person p"
        " LEFT JOIN person_tenant t ON t.login = p.login AND t.tenant_id = ?1"
        " WHERE p.login = ?4 OR (p.login = lower(?2) AND ?2 != '') OR (p.name = ?3 AND t.login IS NOT NULL)"
        " ORDER BY p.login = ?4 DESC, p.login = lower(?2) DESC, p.login LIMIT 1",
        (staff["tenant_id"], staff["email"], staff["name"], remembered),
    ).fetchone()
    return row


def _new_person(db: sqlite3.Connection, staff: sqlite3.Row) -> sqlite3.Row:
    if not staff["email"]:
        raise LookupError(f"{staff['name']} has no e-mail address")
    db.execute(
        "INSERT INTO person VALUES (?, ?, ?, 1, ?)",
        (staff["email"].lower(), staff["name"], new_uuid(db), "Staff who may connect third-party apps"),
    )
    found = _person(db, staff)
    if found is None:
        raise LookupError(f"{staff['email']} is no login")
    return found


def _let_in(db: sqlite3.Connection, login: str, tenant_id: str) -> None:
    place = db.execute("SELECT coalesce(max(place) + 1, 0) FROM person_tenant WHERE login = ?", (login,)).fetchone()[0]
    db.execute("INSERT OR IGNORE INTO person_tenant VALUES (?, ?, ?)", (login, tenant_id, place))
