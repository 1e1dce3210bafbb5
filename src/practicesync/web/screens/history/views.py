"""The history of values of a client or of a run, filtered, paged, and as a file."""

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import render

from practicesync.core.import_rows import guarded
from practicesync.core.workbook import Sheet, write_workbook
from practicesync.queries.history import (
    HEADER,
    SIDES,
    History,
    HistoryFilter,
    cells,
    day_of,
    every_row,
    load_history,
)
from practicesync.queries.run_page import load_run
from practicesync.web.request import Request

WIDTHS = (20, 20, 32, 24, 22, 36, 36, 24, 40, 48, 8)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def of_client(request: Request, client_id: int) -> HttpResponse:
    """Every value of a client that was ever written."""
    return _page(request, _asked(request, client_id=client_id))


def of_run(request: Request, run_id: int) -> HttpResponse:
    """Every value that a run wrote."""
    return _page(request, _asked(request, run_id=run_id))


def export_client(request: Request, client_id: int) -> HttpResponse:
    """The same as a file."""
    return _file(request, _asked(request, client_id=client_id))


def export_run(request: Request, run_id: int) -> HttpResponse:
    """The same as a file."""
    return _file(request, _asked(request, run_id=run_id))


def _asked(request: Request, *, client_id: int | None = None, run_id: int | None = None) -> HistoryFilter:
    sent = request.GET
    side = sent.get("side", "")
    return HistoryFilter(
        client_id=client_id,
        run_id=run_id,
        field=sent.get("field", "")[:100],
        side=side if side in SIDES else "",
        person=sent.get("who", "").strip()[:100],
        since=day_of(sent.get("since", "")),
        until=day_of(sent.get("until", "")),
    )


def _page(request: Request, asked: HistoryFilter) -> HttpResponse:
    page = _found(request, asked, _number(request.GET.get("page", "")))
    query = _query(asked)
    context = {
        "page": page,
        "asked": asked,
        "query": f"{query}&" if query else "",
        "here": query,
        "run": None if asked.run_id is None else load_run(request.actor.practice_id, asked.run_id),
    }
    return render(request, "history/page.html", context)


def _file(request: Request, asked: HistoryFilter) -> HttpResponse:
    _found(request, asked, 1)
    rows = (cells(row, request.zone) for row in every_row(request.actor.practice_id, asked))
    name = f"history-{'run' if asked.client_id is None else 'client'}-{asked.run_id or asked.client_id}"
    if request.GET.get("format") == "xlsx":
        return _answer(_workbook(rows), f"{name}.xlsx", XLSX)
    return _answer(_lines(rows), f"{name}.csv", "text/csv; charset=utf-8")


def _answer(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _workbook(rows: Iterable[tuple[str, ...]]) -> bytes:
    file = BytesIO()
    write_workbook(file, [Sheet("History", HEADER, WIDTHS, rows)])
    return file.getvalue()


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Lines of CSV in which nothing is a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(map(guarded, row) for row in rows)
    return text.getvalue().encode()


def _found(request: Request, asked: HistoryFilter, number: int) -> History:
    found = load_history(request.actor.practice_id, asked, number=number)
    if found is None:
        raise ObjectDoesNotExist
    return found


def _query(asked: HistoryFilter) -> str:
    told = {
        "field": asked.field,
        "side": asked.side,
        "who": asked.person,
        "since": asked.since.isoformat() if asked.since else "",
        "until": asked.until.isoformat() if asked.until else "",
    }
    return urlencode({name: value for name, value in told.items() if value})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
