"""What is filed with a client or a job: notes and documents."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from flask import Blueprint, Response, abort, make_response, request

from xpm_sandbox import documents, finding, job_changes, notes
from xpm_sandbox.clock import moment
from xpm_sandbox.documents import Document
from xpm_sandbox.jobs import Job
from xpm_sandbox.records import Client, Note
from xpm_sandbox.world import Tenant
from xpm_sandbox.xpm_pages import clients, controls, jobs
from xpm_sandbox.xpm_pages.controls import Asks, Control, Entered
from xpm_sandbox.xpm_pages.desk import Desk, go, sent, worker

_NOTE = (
    Control("title", "Title", required=True),
    Control("text", "Note", Asks.LINES, required=True, lines=4),
    Control("folder", "Folder"),
)
_DOCUMENT = (
    Control("title", "Title", hint="Leave it empty for the file's name."),
    Control("folder", "Folder"),
    Control("text", "Description", Asks.LINES, lines=2),
)
# As the API takes them: bigger ones are refused at its door.
_BIGGEST = 10_000_000


@dataclass(frozen=True)
class _Owners:
    """What something is filed with: clients or jobs. `stem` begins the names of its pages, `column` keeps its number.

    `the` finds one of them, `tab` shows a page of it, and `add_note` adds a note of these texts, day and author.
    """

    stem: str
    path: str
    column: str
    the: Callable[[sqlite3.Connection, Tenant, object], Client | Job]
    tab: Callable[..., Response]
    add_note: Callable[[Desk, sqlite3.Connection, Any, dict[str, str]], None]

    def go(self, page_name: str, practice: Tenant, done: str, key: str) -> Response:
        return go(f"{self.stem}_{page_name}", practice, done, key=key)


def _add_client_note(desk: Desk, db: sqlite3.Connection, client: Client, note: dict[str, str]) -> None:
    notes.add(db, client.id, desk.now(), Note(**note))


def _add_job_note(desk: Desk, db: sqlite3.Connection, job: Job, note: dict[str, str]) -> None:
    with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
        job_changes.add_note(db, job, {**note, "public": False})


_CLIENTS = _Owners("client", "clients", "client_id", clients.the_client, clients.tab, _add_client_note)
_JOBS = _Owners("job", "jobs", "job_id", jobs.the_job, jobs.tab, _add_job_note)


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Notes and documents, of clients and of jobs."""
    for owners in (_CLIENTS, _JOBS):
        _notes(blueprint, desk, owners)
        _documents(blueprint, desk, owners)
    _download(blueprint, desk)


def _notes(blueprint: Blueprint, desk: Desk, owners: _Owners) -> None:
    path, name = f"/xpm/<tenant_id>/{owners.path}/<uuid:key>/notes", f"{owners.stem}_notes"

    def shown(db: sqlite3.Connection, practice: Tenant, owner: Client | Job, entered: Entered) -> Response:
        form = controls.shown(_NOTE, entered.values, entered.wrong)
        return owners.tab(db, practice, owner, name, f"{name}.html", refused=bool(entered.wrong), form=form)

    @blueprint.get(path, endpoint=name)
    def of_one(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return shown(db, practice, owners.the(db, practice, key), Entered())

    @blueprint.post(path, endpoint=f"add_{owners.stem}_note")
    def add(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            owner, entered = owners.the(db, practice, key), controls.read(_NOTE, sent())
            if entered.wrong:
                return shown(db, practice, owner, entered)
            owners.add_note(desk, db, owner, {**_texts(entered), **_signed(desk, db, practice)})
        return owners.go("notes", practice, "added", owner.uuid)


def _documents(blueprint: Blueprint, desk: Desk, owners: _Owners) -> None:
    path, name = f"/xpm/<tenant_id>/{owners.path}/<uuid:key>/documents", f"{owners.stem}_documents"

    def shown(db: sqlite3.Connection, practice: Tenant, owner: Client | Job, entered: Entered) -> Response:
        return owners.tab(
            db, practice, owner, name, f"{name}.html", refused=bool(entered.wrong),
            rows=documents.listed(db, owners.column, owner.id), wrong=entered.wrong,
            form=controls.shown(_DOCUMENT, entered.values, entered.wrong),
        )  # fmt: skip

    @blueprint.get(path, endpoint=name)
    def of_one(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return shown(db, practice, owners.the(db, practice, key), Entered())

    @blueprint.post(path, endpoint=f"add_{owners.stem}_document")
    def add(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            owner, entered = owners.the(db, practice, key), controls.read(_DOCUMENT, sent())
            document = _document_sent(desk, db, practice, entered)
            if document is None:
                return shown(db, practice, owner, entered)
            documents.add(db, practice.id, owners.column, owner.id, document)
        return owners.go("documents", practice, "added", owner.uuid)


def _download(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/documents/<uuid:key>")
    def document(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            found = _the_document(db, practice, key)
        # Somebody else's bytes: never shown as a page of this site.
        answer = make_response(found.content)
        answer.headers["Content-Type"] = "application/octet-stream"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
        return answer

    @blueprint.post("/xpm/<tenant_id>/documents/<uuid:key>/delete")
    def delete_document(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            found = _the_document(db, practice, key)
            owners, owner = _owner(db, found)
            documents.delete(db, found.uuid)
            return owners.go("documents", practice, "deleted", owner)


def _owner(db: sqlite3.Connection, document: Document) -> tuple[_Owners, str]:
    """What a document is filed with, and the identifier of that."""
    row = db.execute(
        "SELECT c.uuid, j.uuid FROM document d LEFT JOIN client c ON c.id = d.client_id"
        " LEFT JOIN job j ON j.id = d.job_id WHERE d.uuid = ?",
        (document.uuid,),
    ).fetchone()
    return (_CLIENTS, row[0]) if row[0] else (_JOBS, row[1])


def _texts(entered: Entered) -> dict[str, str]:
    return {"title": entered.text("title"), "text": entered.values["text"], "folder": entered.text("folder")}


def _signed(desk: Desk, db: sqlite3.Connection, practice: Tenant) -> dict[str, str]:
    """When and by whom, as the store keeps them: a moment without a zone, and a name."""
    day = moment(desk.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {"date": day, "created_by": worker(db, practice)}


def _document_sent(desk: Desk, db: sqlite3.Connection, practice: Tenant, entered: Entered) -> Document | None:
    """The document that the form holds; None, with a complaint, when it holds none or too much."""
    file = request.files.get("file")
    content = file.read(_BIGGEST + 1) if file and file.filename else b""
    if file is None or not file.filename:
        entered.refuse("file", "Choose a file.")
        return None
    if len(content) > _BIGGEST:
        entered.refuse("file", "The file is larger than 10 MB.")
        return None
    texts, signed = _texts(entered), _signed(desk, db, practice)
    return Document(
        title=texts["title"] or file.filename,
        text=texts["text"],
        folder=texts["folder"],
        date=signed["date"],
        created_by=signed["created_by"],
        file_name=file.filename,
        content=content,
    )


def _the_document(db: sqlite3.Connection, practice: Tenant, key: object) -> Document:
    held = finding.number(db, "document", practice.id, key) is not None
    found = documents.document(db, str(key)) if held else None
    if found is None:
        abort(404)
    return found
