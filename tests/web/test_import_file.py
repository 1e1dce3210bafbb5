"""Importing from a file at the screen, without a script: upload, columns, preview, choices, result, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from practicesync.core.import_rows import guarded, unguarded
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.flows.registry import FLOWS
from practicesync.flows.steps import DirectSteps
from practicesync.store.models import Client, Import, Run
from spreadsheets import workbook
from web.conftest import Firm
from web.desk import text_of
from web.forms import form_of, words_of_page

FILE = (
    "Client Code,Name,Kind,Email,TFN,Born\n"
    "K1,Kauri Joinery Limited,Company,office@kauri.example,123 456 782,\n"
    "K2,Ana Parata,Individual,ana@parata.example,,31/02/1970\n"
)


def send(browser: Browser, data: bytes | str, name: str = "clients.csv", **more: str) -> str:
    """Upload a file; the address that comes next."""
    body = data.encode() if isinstance(data, str) else data
    reply = browser.post("/clients/import/", {"file": SimpleUploadedFile(name, body), **more})
    assert reply.status_code == 302, words_of_page(reply.content.decode())
    return str(reply.url)  # type: ignore[attr-defined]


def work(firm: Firm) -> None:
    """Carry out every run that waits."""
    for run in Run.rows.of(firm.practice.pk).filter(state="queued").order_by("pk"):
        FLOWS[run.kind](DirectSteps(SYSTEM_CLOCK), run.pk)


def checked(firm: Firm, browser: Browser, data: bytes | str, **more: str) -> str:
    """Upload and check with the columns that were guessed; the import's address."""
    columns = send(browser, data, **more)
    form = form_of(text_of(browser.get(columns)), "columns")
    assert browser.post(columns, form.fields).status_code == 302
    work(firm)
    return columns.removesuffix("columns/")


def test_a_file_goes_from_upload_to_clients_and_back(firm: Firm, admin: Browser) -> None:
    here = checked(firm, admin, FILE)
    page = text_of(admin.get(here))
    told = words_of_page(page)
    assert "1 client to add" in told
    assert "Row 3, Born “31/02/1970”: This is not a date" in told
    assert Client.rows.of(firm.practice.pk).count() == 0
    assert admin.post(f"{here}confirm/", form_of(page, "confirm").fields).status_code == 302
    assert "Writing clients" in words_of_page(text_of(admin.get(here)))
    work(firm)
    assert "1 client was added" in words_of_page(text_of(admin.get(here)))
    undo = text_of(admin.get(f"{here}undo/"))
    assert "1 client that it added is archived" in words_of_page(undo)
    revision = str(Import.rows.of(firm.practice.pk).get().revision)
    assert admin.post(f"{here}undo/", {"revision": revision}).status_code == 302
    work(firm)
    assert "Taken back: 1 client was archived" in words_of_page(text_of(admin.get(here)))
    assert "Taken back" in words_of_page(text_of(admin.get("/clients/import/")))


def test_tax_numbers_are_masked_on_every_page(firm: Firm, admin: Browser) -> None:
    data = "Name,Number\nKauri Limited,123 456 782\nRimu Limited,12345\n"
    columns = send(admin, data)
    page = text_of(admin.get(columns))
    assert "123 456 782" not in page
    assert "••• ••• 782" in page
    form = form_of(page, "columns")
    assert admin.post(columns, form.having({"column-1": "tax_number"})).status_code == 302
    work(firm)
    here = columns.removesuffix("columns/")
    rows = text_of(admin.get(here))
    assert "123 456 782" not in rows
    assert "••• ••• 782" in rows
    assert "12345" not in rows, "nor one that cannot be right"
    problems = admin.get(f"{here}problems.csv").content.decode()
    assert "12345" not in problems
    assert "Rimu Limited" in problems


def test_a_column_used_twice_is_refused_with_words_and_nothing_typed_is_lost(firm: Firm, admin: Browser) -> None:
    columns = send(admin, "Who,Mail,Post\nKauri,a@k.example,b@k.example\n")
    form = form_of(text_of(admin.get(columns)), "columns")
    twice = form.having({"column-0": "name", "column-1": "email", "column-2": "email", "kind": "trust"})
    page = text_of(admin.post(columns, twice), 422)
    assert "“Mail” and “Post” cannot both be Email" in words_of_page(page)
    assert form_of(page, "columns").fields["column-2"] == "email"
    assert form_of(page, "columns").fields["kind"] == "trust"


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "empty.csv", "The file is empty"),
        (b"Name,Code\n", "header.csv", "a header and no rows"),
        (b"\xd0\xcf\x11\xe0 old", "old.xlsx", "old Excel file"),
        (b"Name\n" + b"x\n" * 20_001, "long.csv", "more than 20,000 rows"),
        (b"x" * (17 * 1024 * 1024), "huge.csv", "larger than 16 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_words(
    firm: Firm, admin: Browser, data: bytes, name: str, sentence: str
) -> None:
    reply = admin.post("/clients/import/", {"file": SimpleUploadedFile(name, data)})
    assert sentence in words_of_page(text_of(reply, 422))
    assert Import.rows.of(firm.practice.pk).count() == 0


def test_no_file_at_all(firm: Firm, admin: Browser) -> None:
    assert "Choose a file first" in words_of_page(text_of(admin.post("/clients/import/", {}), 422))


def test_one_of_several_sheets_is_chosen(firm: Firm, admin: Browser) -> None:
    data = workbook({"People": [["Name"], ["Ana"]], "Firms": [["Name"], ["Kauri Limited"]]})
    reply = admin.post("/clients/import/", {"file": SimpleUploadedFile("two.xlsx", data)})
    page = text_of(reply, 422)
    assert "several sheets: “People”, “Firms”" in words_of_page(page)
    assert form_of(page, "upload").fields["sheet"] == "People"
    columns = send(admin, data, "two.xlsx", sheet="Firms")
    assert "Kauri Limited" in text_of(admin.get(columns))


def test_choices_for_one_row_and_for_all_of_a_verdict(firm: Firm, admin: Browser) -> None:
    here = checked(firm, admin, "Name,Code\nKauri Limited,1\nRimu Limited,2\nTotara Limited,3\n")
    form = form_of(text_of(admin.get(here)), "rows")
    assert admin.post(f"{here}choices/", form.having({"row-2": "leave"})).status_code == 302
    assert "2 clients to add" in words_of_page(text_of(admin.get(here)))
    everyone = {"revision": form.fields["revision"], "show": "new", "all": "leave"}
    admin.post(f"{here}choices/", everyone)
    assert "Nothing would be written" in words_of_page(text_of(admin.get(here)))
    foot = admin.post(f"{here}choices/", form.having({"row-2": "create"}), headers={"HX-Request": "true"})
    assert "3 clients to add" in words_of_page(text_of(foot))


def test_rows_are_paged_and_filtered(firm: Firm, admin: Browser) -> None:
    rows = "".join(f"Client Number {number:03} Limited,{number}\n" for number in range(120))
    here = checked(firm, admin, f"Name,Code\n{rows},999\n")
    first = text_of(admin.get(here))
    assert "Client Number 049 Limited" in first
    assert "Client Number 050 Limited" not in first
    assert "Client Number 119 Limited" in text_of(admin.get(f"{here}?page=3"))
    errors = words_of_page(text_of(admin.get(f"{here}?show=error")))
    assert "Name is needed" in errors
    assert "Client Number 001" not in errors


def test_an_import_that_somebody_else_went_on_with_is_not_overtaken(firm: Firm, admin: Browser) -> None:
    here = checked(firm, admin, FILE)
    old = form_of(text_of(admin.get(here)), "confirm").fields
    admin.post(f"{here}check/", {"revision": old["revision"]})
    work(firm)
    admin.post(f"{here}confirm/", old)
    assert "went on with this import" in words_of_page(text_of(admin.get(here)))
    assert Client.rows.of(firm.practice.pk).count() == 0


def test_a_discarded_import_is_gone(firm: Firm, admin: Browser) -> None:
    here = checked(firm, admin, FILE)
    revision = form_of(text_of(admin.get(here)), "confirm").fields["revision"]
    admin.post(f"{here}discard/", {"revision": revision})
    assert admin.get(here).status_code == 404


@pytest.fixture
def templates(admin: Browser) -> dict[str, str]:
    kinds = ("company", "individual", "trust")
    return {kind: admin.get(f"/clients/import/template/?kind={kind}").content.decode() for kind in kinds}


def test_a_template_has_the_columns_of_its_kind_and_is_recognised_whole(
    firm: Firm, admin: Browser, templates: dict[str, str]
) -> None:
    assert "Date of birth" in templates["individual"]
    assert "Date of birth" not in templates["company"]
    assert "Company type" in templates["company"]
    for kind, text in templates.items():
        width = text.count(",")
        columns = send(admin, f"{text}x{',' * width}\n")
        fields = form_of(text_of(admin.get(columns)), "columns").fields
        left_out = [name for name, key in fields.items() if name.startswith("column-") and not key]
        assert left_out == [], kind


def test_the_file_of_errors_is_guarded_and_reads_back_as_it_was(firm: Firm, admin: Browser) -> None:
    here = checked(firm, admin, "Name,Phone,Note,Kind\n=cmd|calc,+64 9 555 0101,@SUM(A1),Spaceship\n")
    text = admin.get(f"{here}problems.csv").content.decode()
    assert "'=cmd|calc,'+64 9 555 0101,'@SUM(A1),Spaceship," in text
    assert "This is no kind of client" in text
    again = checked(firm, admin, text.replace("Spaceship", "Company"))
    page = words_of_page(text_of(admin.get(again)))
    assert "1 client to add" in page
    assert "'+64" not in page
    assert "+64 9 555 0101" in page


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-", "@x", "\tx", "'quoted", "'=x", "O'Brien", ""])
def test_a_guarded_cell_comes_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == (cell[1:] if cell == "'=x" else cell)


def test_reading_alone_may_not_import(firm: Firm, read_only: Browser) -> None:
    assert read_only.get("/clients/import/").status_code == 403
    assert read_only.post("/clients/import/", {}).status_code == 403
