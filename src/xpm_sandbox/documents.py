"""Documents of clients and jobs: what they are called, who filed them, and their contents."""

import sqlite3
from dataclasses import dataclass

from xpm_sandbox.world import new_uuid, next_number

_FIRST_NUMBER = 31_000_000
OWNERS = ("client_id", "job_id")


@dataclass(frozen=True)
class Document:
    """A document; `date` is `yyyy-MM-ddTHH:mm:ss`, without a zone."""

    title: str
    text: str
    folder: str
    date: str
    created_by: str
    file_name: str
    content: bytes
    id: int = 0
    uuid: str = ""


def listed(db: sqlite3.Connection, owner: str, number: int) -> list[Document]:
    """The documents of a client or job (`owner` is one of `OWNERS`), oldest first."""
    rows = db.execute(f"SELECT * FROM document WHERE {owner} = ? ORDER BY id", (number,))  # noqa: S608  (of OWNERS)
    return [_document(row) for row in rows]


def document(db: sqlite3.Connection, uuid: str) -> Document | None:
    row = db.execute("SELECT * FROM document WHERE uuid = ?", (uuid.lower(),)).fetchone()
    return _document(row) if row else None


def add(db: sqlite3.Connection, tenant_id: str, owner: str, number: int, document: Document) -> tuple[int, str]:
    """File a document with a client or job; gives its number and identifier."""
    key, uuid = _FIRST_NUMBER + next_number(db, "document"), new_uuid(db)
    db.execute(
        f"INSERT INTO document (id, tenant_id, uuid, {owner}, title, text, folder, date, created_by,"  # noqa: S608
        " file_name, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, tenant_id, uuid, number, document.title, document.text, document.folder, document.date,
         document.created_by, document.file_name, document.content),
    )  # fmt: skip
    return key, uuid


def delete(db: sqlite3.Connection, uuid: str) -> None:
    db.execute("DELETE FROM document WHERE uuid = ?", (uuid.lower(),))


def _document(row: sqlite3.Row) -> Document:
    return Document(
        row["title"], row["text"], row["folder"], row["date"], row["created_by"], row["file_name"], row["content"],
        row["id"], row["uuid"],
    )  # fmt: skip
