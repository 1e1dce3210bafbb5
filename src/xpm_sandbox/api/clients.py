"""`client.api`: list, paged-list, search, get, add, update, archive, delete."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

from flask import Response, request

from xpm_sandbox import changes, clock, fields, jobs, records
from xpm_sandbox.api import paging, values_in, xml_in, xml_out
from xpm_sandbox.api.call import Call, Refusal
from xpm_sandbox.gateway import Barred
from xpm_sandbox.records import Client

_SEARCHED = ("Email", "Phone", "ClientCode", "ExportCode")
_RECENT = 5 * 1_000_000
_SECOND = 1_000_000


def list_clients(call: Call) -> Response:
    """Every client by name, streamed; with `detailed`, notes, groups and relationships too."""
    since = _modified_since(call)
    return _listing(call, since=since)


def search(call: Call) -> Response:
    """Clients whose name holds the query, ignoring case. What else Xero searches is not known."""
    wanted = request.args.get("query", "")
    if call.settings["search_sees"] == "name":
        return _listing(call, named=wanted)
    return _listing(call, holds=lambda client: _mentions(client, wanted))


def paged_list(call: Call) -> Response:
    """Clients neither archived nor deleted, by page, without contacts, tax settings and what is detailed."""
    page = paging.asked_page(call)
    with call.sandbox.world.read() as db:
        rows = _page_rows(db, call, page)
    shown, more = rows[: page.size], len(rows) > page.size
    inner = "".join(call.style.listed_client(client) for client in shown)
    last = (shown[-1].name, shown[-1].uuid) if more else None
    whole = f"<Clients>{inner}</Clients>" if inner else "<Clients />"
    return call.reply(whole + paging.links(call, page, last))


def get(call: Call, key: str) -> Response:
    """One client with notes, groups and relationships."""
    with call.sandbox.world.read() as db:
        client = records.client(db, call.client_number(db, key))
    deleted = call.settings["get_of_deleted"]
    if client.is_deleted and deleted != "flagged":
        raise Refusal("Invalid client identifier", 404 if deleted == "not_found" else 200)
    return _one(call, client)


def add(call: Call) -> Response:
    """A new client; only its name is needed. A repeated add makes a second client, as XPM has no idempotency key."""
    root = xml_in.body("Client")
    sent = xml_in.texts(root)
    with call.writing() as db:
        name = values_in.name_of(db, call, sent, None)
        values = {"Name": name, **values_in.client_values(db, call, sent, None)}
        if sent.get("IsProspect", "").strip().lower() == "yes":
            values["IsProspect"] = 1
        number = changes.add_client(db, call.tenant.id, call.now, values)
        for contact in root.iterfind("Contacts/Contact"):
            tied = values_in.contact_values(call, xml_in.texts(contact), adding=True)
            changes.add_contact(db, call.tenant.id, call.now, number, tied)
        client = records.client(db, number)
    return _one(call, client)


def update(call: Call) -> Response:
    """Set the elements sent. There is no version check: the last write wins."""
    sent = xml_in.sent("Client")
    answer = call.settings["update_answer"]
    with call.writing(changes_something=answer != "500_none") as db:
        number = call.client_number(db, sent.get(call.key_name, "").strip())
        _must_be_open(db, call, number)
        name = values_in.name_of(db, call, sent, number)
        values = {**({"Name": name} if name else {}), **values_in.client_values(db, call, sent, number)}
        if answer == "500_some":
            values = dict(islice(values.items(), max(1, len(values) // 2)))
        if answer != "500_none":
            changes.edit_client(db, number, call.now, values)
        client = records.client(db, number)
    return _one(call, client) if answer == "normal" else _server_error()


def archive(call: Call) -> Response:
    """Flag the client as archived; nothing in the API takes the flag away."""
    number = _set_flag(call, "IsArchived")
    with call.sandbox.world.read() as db:
        return _one(call, records.client(db, number))


def delete(call: Call) -> Response:
    """Flag the client as deleted, unless jobs hang on it."""
    _set_flag(call, "IsDeleted")
    return call.reply()


def _set_flag(call: Call, flag: str) -> int:
    sent = xml_in.sent("Client")
    with call.writing() as db:
        number = call.client_number(db, sent.get(call.key_name, "").strip())
        if records.client(db, number).is_deleted:
            raise Refusal("Invalid client identifier")
        if flag == "IsDeleted" and call.settings["client_delete_with_jobs"] == "refused" and jobs.of_client(db, number):
            raise Refusal("The client has jobs and cannot be deleted")
        moves = call.settings["modifiedsince_sees_archive"] == "yes"
        changes.edit_client(db, number, call.now, {flag: 1}, moves_modified=moves)
    return number


def _must_be_open(db: sqlite3.Connection, call: Call, number: int) -> None:
    row = db.execute("SELECT is_deleted, is_archived, touched FROM client WHERE id = ?", (number,)).fetchone()
    if row["is_deleted"] and call.settings["update_of_deleted"] == "refused":
        raise Refusal("Invalid client identifier")
    if row["is_archived"] and call.settings["update_of_archived"] == "refused":
        raise Refusal("The client is archived")
    if call.settings["conflict_409"] == "recent" and call.now - row["touched"] < _RECENT:
        raise Barred(409, "Conflict", "The client was changed by another request")


def _one(call: Call, client: Client) -> Response:
    where = call.web_url(f"Client/{client.id}/Detail")
    if any(field.name in client.fields for field in fields.AUTO_BAS):
        call.guess("element names of AutoBasOptInCriteria in XML")
    return call.reply(where + call.style.client(client, detailed=True))


def _mentions(client: Client, wanted: str) -> bool:
    values = (client.name, *(client.fields.get(name, "") for name in _SEARCHED))
    return any(wanted.casefold() in value.casefold() for value in values)


def _listing(
    call: Call, *, since: int | None = None, named: str = "", holds: Callable[[Client], bool] = lambda client: True
) -> Response:
    detailed = request.args.get("detailed", "").lower() == "true"
    style, as_at = call.style, _as_at(call)

    def rows() -> Iterator[str]:
        # One piece ahead, so that an empty list is written as one empty element.
        with call.sandbox.world.read() as db:
            found = records.roster(db, call.tenant.id, as_at=as_at, modified_since=since, named=named)
            written = (
                style.client(client, detailed=detailed) for client in found if _listed(call, client) and holds(client)
            )
            first = next(written, None)
            yield f'<Response api-method="{call.method}"><Status>OK</Status>'
            if first is None:
                yield "<Clients />"
            else:
                yield "<Clients>"
                yield first
                yield from _in_blocks(written)
                yield "</Clients>"
            yield "</Response>"

    return xml_out.response(rows())


def _in_blocks(pieces: Iterator[str]) -> Iterator[str]:
    while block := "".join(islice(pieces, 16)):
        yield block


def _listed(call: Call, client: Client) -> bool:
    hides = call.settings["list_hides"]
    if client.is_archived and hides in ("archived", "both"):
        return False
    if client.is_deleted and hides in ("deleted", "both"):
        return False
    return call.settings["visibility"] == "all" or _is_own(call, client)


def _is_own(call: Call, client: Client) -> bool:
    responsible = {ref.name for ref in (client.account_manager, client.job_manager) if ref}
    return call.person in responsible


def _page_rows(db: sqlite3.Connection, call: Call, page: paging.Page) -> list[Client]:
    if call.settings["paged_walk"] != "stable":
        return records.active_page(db, call.tenant.id, page.after, page.size + 1)
    place = records.list_order(*page.after)
    walk = (
        client
        for client in records.roster(db, call.tenant.id, as_at=page.begun)
        if not client.is_archived and not client.is_deleted and records.list_order(client.name, client.uuid) > place
    )
    return list(islice(walk, page.size + 1))


def _as_at(call: Call) -> int | None:
    lag = int(call.settings["list_lag_seconds"])
    return call.now - lag * _SECOND if lag else None


def _modified_since(call: Call) -> int | None:
    """The stamp after which a client must be modified. Other spellings of the name are ignored, as XPM does."""
    sent = next((value for name, value in request.args.items() if name.lower() == "modifiedsince"), None)
    if sent is None:
        return None
    try:
        moment = datetime.fromisoformat(sent.strip())
    except ValueError as unreadable:
        raise Refusal("Invalid modifiedsince", 400) from unreadable
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return clock.stamp(moment) - (call.settings["modifiedsince_bound"] == "inclusive")


def _server_error() -> Response:
    page = "<html><head><title>500 - Internal server error</title></head><body><h2>500</h2></body></html>"
    return Response(re.sub(r"\s+", " ", page), 500, content_type="text/html")
