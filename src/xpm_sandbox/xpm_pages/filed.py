"""What is filed with a client or a job: notes and documents."""

import sqlite3
from datetime import UTC

from flask import Blueprint, Response, abort, make_response, request

from xpm_sandbox import documents, finding, job_changes, notes, records
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


def add_pages(blueprint: Blueprint, desk: Desk) -> None:
    """Notes and documents, of clients and of jobs."""
    _client_notes(blueprint, desk)
    _client_documents(blueprint, desk)
    _job_notes(blueprint, desk)
    _job_documents(blueprint, desk)
    _download(blueprint, desk)


def _client_notes(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/notes")
    def client_notes(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _notes_of_client(db, practice, clients.the_client(db, practice, key), Entered())

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/notes")
    def add_client_note(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client, entered = clients.the_client(db, practice, key), controls.read(_NOTE, sent())
            if entered.wrong:
                return _notes_of_client(db, practice, client, entered)
            notes.add(db, client.id, desk.now(), Note(**_texts(entered), **_signed(desk, db, practice)))
        return go("client_notes", practice, "added", key=client.uuid)


def _client_documents(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/clients/<uuid:key>/documents")
    def client_documents(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _documents_of_client(db, practice, clients.the_client(db, practice, key), Entered())

    @blueprint.post("/xpm/<tenant_id>/clients/<uuid:key>/documents")
    def add_client_document(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            client, entered = clients.the_client(db, practice, key), controls.read(_DOCUMENT, sent())
            document = _document_sent(desk, db, practice, entered)
            if document is None:
                return _documents_of_client(db, practice, client, entered)
            documents.add(db, practice.id, "client_id", client.id, document)
        return go("client_documents", practice, "added", key=client.uuid)


def _job_notes(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>/notes")
    def job_notes(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _notes_of_job(db, practice, jobs.the_job(db, practice, key), Entered())

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/notes")
    def add_job_note(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job, entered = jobs.the_job(db, practice, key), controls.read(_NOTE, sent())
            if entered.wrong:
                return _notes_of_job(db, practice, job, entered)
            with job_changes.working_on(db, job.id, desk.now(), moves_modified=desk.moves(db, "jobs")):
                job_changes.add_note(db, job, {**_texts(entered), **_signed(desk, db, practice), "public": False})
        return go("job_notes", practice, "added", key=job.uuid)


def _job_documents(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/xpm/<tenant_id>/jobs/<uuid:key>/documents")
    def job_documents(tenant_id: str, key: object) -> Response:
        with desk.read(tenant_id) as (db, practice):
            return _documents_of_job(db, practice, jobs.the_job(db, practice, key), Entered())

    @blueprint.post("/xpm/<tenant_id>/jobs/<uuid:key>/documents")
    def add_job_document(tenant_id: str, key: object) -> Response:
        with desk.write(tenant_id) as (db, practice):
            job, entered = jobs.the_job(db, practice, key), controls.read(_DOCUMENT, sent())
            document = _document_sent(desk, db, practice, entered)
            if document is None:
                return _documents_of_job(db, practice, job, entered)
            documents.add(db, practice.id, "job_id", job.id, document)
        return go("job_documents", practice, "added", key=job.uuid)


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
            row = db.execute("SELECT client_id, job_id FROM document WHERE uuid = ?", (found.uuid,)).fetchone()
            documents.delete(db, found.uuid)
            if row["client_id"] is not None:
                return go("client_documents", practice, "deleted", key=records.client(db, row["client_id"]).uuid)
            uuid = db.execute("SELECT uuid FROM job WHERE id = ?", (row["job_id"],)).fetchone()[0]
            return go("job_documents", practice, "deleted", key=uuid)


def _notes_of_client(db: sqlite3.Connection, practice: Tenant, client: Client, entered: Entered) -> Response:
    return clients.tab(
        db, practice, client, "client_notes", "client_notes.html", refused=bool(entered.wrong),
        form=controls.shown(_NOTE, entered.values, entered.wrong),
    )  # fmt: skip


def _documents_of_client(db: sqlite3.Connection, practice: Tenant, client: Client, entered: Entered) -> Response:
    return clients.tab(
        db, practice, client, "client_documents", "client_documents.html", refused=bool(entered.wrong),
        rows=documents.listed(db, "client_id", client.id), wrong=entered.wrong,
        form=controls.shown(_DOCUMENT, entered.values, entered.wrong),
    )  # fmt: skip


def _notes_of_job(db: sqlite3.Connection, practice: Tenant, job: Job, entered: Entered) -> Response:
    return jobs.tab(
        db, practice, job, "job_notes", "job_notes.html", refused=bool(entered.wrong),
        form=controls.shown(_NOTE, entered.values, entered.wrong),
    )  # fmt: skip


def _documents_of_job(db: sqlite3.Connection, practice: Tenant, job: Job, entered: Entered) -> Response:
    return jobs.tab(
        db, practice, job, "job_documents", "job_documents.html", refused=bool(entered.wrong),
        rows=documents.listed(db, "job_id", job.id), wrong=entered.wrong,
        form=controls.shown(_DOCUMENT, entered.values, entered.wrong),
    )  # fmt: skip


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
