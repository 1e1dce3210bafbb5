"""`client.api/documents`, `client.api/document` and their like for jobs."""

import base64
import binascii
import sqlite3
from collections.abc import Mapping

from flask import Response

from xpm_sandbox import documents, jobs
from xpm_sandbox.api import typed, xml_in, xml_out
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.api.job_edits import named_job
from xpm_sandbox.api.jobs import one
from xpm_sandbox.api.xml_out import element, listing
from xpm_sandbox.clock import moment
from xpm_sandbox.documents import Document


def of_client(call: Call, key: str) -> Response:
    """A client's documents, without a `Response` around them."""
    with call.sandbox.world.read() as db:
        found = documents.listed(db, "client_id", call.client_number(db, key))
    return _list(call, found)


def of_job(call: Call, number: str) -> Response:
    """A job's documents, without a `Response` around them."""
    with call.sandbox.world.read() as db:
        found = documents.listed(db, "job_id", named_job(db, call, number).id)
    return _list(call, found)


def add_to_client(call: Call) -> Response:
    """File a document, sent in base64, with a client; the reply is its key."""
    sent = xml_in.sent("Document")
    with call.writing() as db:
        client = call.client_number(db, sent.get(f"Client{call.key_name}", "").strip())
        key = _file(db, call, "client_id", client, sent)
    return call.reply(call.style.key(*key))


def add_to_job(call: Call) -> Response:
    """File a document, sent in base64, with a job; the reply is the job."""
    sent = xml_in.sent("Document")
    with call.writing() as db:
        job = named_job(db, call, sent.get("Job", ""))
        _file(db, call, "job_id", job.id, sent)
        job = jobs.job(db, job.id)
    return one(call, job)


def unwrapped(call: Call, inner: str) -> Response:
    """A reply that documentation shows without its `Response`."""
    return call.reply(inner) if call.settings["documents_wrapped"] == "yes" else xml_out.response(inner)


def _list(call: Call, found: list[Document]) -> Response:
    return unwrapped(call, listing("Documents", map(_document, found)))


def _file(db: sqlite3.Connection, call: Call, owner: str, number: int, sent: Mapping[str, str]) -> tuple[int, str]:
    document = Document(
        title=typed.required(sent, "Title"),
        text=sent.get("Text", ""),
        folder=sent.get("Folder", ""),
        date=moment(call.now).strftime("%Y-%m-%dT%H:%M:%S"),
        created_by=call.person,
        file_name=typed.required(sent, "FileName"),
        content=_content(typed.required(sent, "Content")),
    )
    return documents.add(db, call.tenant.id, owner, number, document)


def _content(sent: str) -> bytes:
    try:
        return base64.b64decode("".join(sent.split()), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Refusal("Content must be base64") from wrong


def _document(document: Document) -> str:
    # Documentation shows the day alone, in the form that requests use.
    day = document.date[:10].replace("-", "")
    url = f"https://practicemanager.xero.com/Document/{document.id}"
    parts = (
        ("Title", document.title), ("Text", document.text), ("Folder", document.folder), ("Date", day),
        ("CreatedBy", document.created_by), ("FileName", document.file_name), ("URL", url),
    )  # fmt: skip
    return f"<Document>{''.join(element(name, value) for name, value in parts)}</Document>"
