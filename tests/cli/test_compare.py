"""`practicesync compare` as a person meets it: in a process of its own, on files."""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import labelled_exports
from practicesync.cli import halves

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
HEADER = ["client_code", "field", "kind", "left", "right"]


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with files to compare."""

    folder: Path

    def put(self, name: str, *lines: str, encoding: str = "utf-8") -> str:
        """A file of these lines."""
        (self.folder / name).write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return name

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `practicesync compare` there."""
        command = [sys.executable, "-c", MAIN, "compare", *words]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=60)

    def told(self, *words: str, status: int) -> dict[str, Any]:
        """Its answer with --json."""
        done = self.run(*words, "--json")
        assert done.returncode == status, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def report(self, name: str = "r.csv") -> list[list[str]]:
        """The rows of a report."""
        with (self.folder / name).open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def names(self) -> set[str]:
        """The files that are there."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def two(desk: Desk) -> tuple[str, str]:
    left = desk.put("a.csv", "client_code,name,phone", "A1,Acme Pty Ltd,02 9876 5432", "B2,Bob,", "C3,Cy,1")
    right = desk.put("b.csv", "phone,client_code,name", "+61 2 9876 5432,A1,ACME P/L", ",B2,Rob", ",D4,Di")
    return left, right


def test_the_report_tells_real_differences_from_ways_of_writing(desk: Desk) -> None:
    done = desk.run(*two(desk), "--out", "r.csv")
    assert done.returncode == 1, done.stderr
    assert desk.report() == [
        HEADER,
        ["A1", "name", "format", "Acme Pty Ltd", "ACME P/L"],
        ["A1", "phone", "format", "02 9876 5432", "+61 2 9876 5432"],
        ["B2", "name", "real", "Bob", "Rob"],
    ]
    assert "2 clients are in both files; 1 of them really differ" in done.stdout
    assert "a.csv: 1 clients are here alone: C3." in done.stdout
    assert "b.csv: 1 clients are here alone: D4." in done.stdout


def test_the_answer_for_programs_counts_everything(desk: Desk) -> None:
    told = desk.told(*two(desk), status=1)
    assert (told["clients"], told["clients_differing"], told["real"], told["format"]) == (2, 1, 1, 2)
    assert told["fields"]["name"] == {"real": 1, "format": 1}
    assert [(each["file"], each["rows"], each["alone"], each["alone_codes"]) for each in told["files"]] == [
        ("a.csv", 3, 1, ["C3"]),
        ("b.csv", 3, 1, ["D4"]),
    ]
    assert "fax" in told["not_compared"]
    assert desk.names() == {"a.csv", "b.csv"}


def test_files_that_mean_the_same_are_no_difference(desk: Desk) -> None:
    left = desk.put("a.csv", "client_code,country", "A1,Australia")
    right = desk.put("b.csv", "client_code,country", "A1,AU")
    assert desk.run(left, right, "--out", "r.csv").returncode == 0
    assert desk.report()[1:] == [["A1", "country", "format", "Australia", "AU"]]
    assert desk.told(left, left, status=0)["same_file"] is True


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_of_any_encoding_are_compared(desk: Desk, encoding: str) -> None:
    left = desk.put("a.csv", "client_code;name", "A1;Zoë", encoding=encoding)
    right = desk.put("b.csv", "client_code,name", "A1,Zoë")
    assert desk.told(left, right, status=0)["format"] == 0


def test_rows_that_are_not_as_they_should_be_are_told_by_their_lines(desk: Desk) -> None:
    left = desk.put("a.csv", "client_code,name,odd", "A1,Ann,", "A1,Bob,", "B2", ",Cy,", "C3,Cy,,x")
    right = desk.put("b.csv", "client_code,name", "A1,Ann", "B2,")
    told = desk.told(left, right, status=0)["files"][0]
    assert told["repeated_rows"] == [{"client_code": "A1", "line": 3, "compared_line": 2}]
    assert told["without_code"] == 1
    assert told["ignored_columns"] == ["odd"]
    assert [each["line"] for each in told["problem_rows"]] == [4, 6]
    shown = desk.run(left, right).stdout
    assert "a.csv, line 3: client A1 again; line 2 is compared, this one is not." in shown
    assert "a.csv: 1 rows have no client code and are left out." in shown


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((), "a.csv: The file is empty."),
        (("name,fax", "Ann,1"), "no column “client_code”"),
        (("client_code,fax,FAX", "A1,1,2"), "Two columns are called"),
        (("client_code,shoe", "A1,1"), "no column in common"),
        (("client_code,name", 'A1,"Ann', "B2,Bob"), "quotation mark"),
    ],
    ids=["empty", "no key", "a column twice", "nothing in common", "an open quotation mark"],
)
def test_a_file_that_cannot_be_compared_is_refused_and_nothing_is_written(
    desk: Desk, lines: Sequence[str], sentence: str
) -> None:
    left, right = desk.put("a.csv", *lines), desk.put("b.csv", "client_code,name", "A1,Ann")
    done = desk.run(left, right, "--out", "r.csv", "--xlsx", "r.xlsx")
    assert done.returncode == 2
    assert sentence in done.stderr
    assert desk.names() == {"a.csv", "b.csv"}
    assert sentence in desk.told(left, right, status=2)["detail"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("a.csv", "gone.csv"), "gone.csv: No such file"),
        (("a.csv",), "RIGHT.csv"),
        (("a.csv", "b.csv", "--out", "b.csv"), "b.csv is one of the files to compare"),
        (("a.csv", "b.csv", "--out", "r.csv", "--xlsx", "./r.csv"), "Both reports would be written to one file"),
        (("a.csv", "b.csv", "--out", "no/r.csv"), "There is no folder"),
        (("a.csv", "b.csv", "--out", "."), "is a folder"),
    ],
    ids=["no file", "one file", "over an export", "both to one", "no folder", "a folder"],
)
def test_wrong_use_is_told_before_the_work(desk: Desk, words: Sequence[str], sentence: str) -> None:
    before = two(desk)
    done = desk.run(*words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert desk.names() == set(before)


def test_a_report_that_is_there_is_replaced_as_a_whole(desk: Desk) -> None:
    desk.put("r.csv", "old")
    desk.run(*two(desk), "--out", "r.csv")
    assert desk.report()[0] == HEADER
    assert desk.names() == {"a.csv", "b.csv", "r.csv"}


def test_no_value_becomes_a_formula_and_phone_numbers_stay_as_written(desk: Desk) -> None:
    left = desk.put("a.csv", "client_code,name,phone", '=1,"=cmd|"" /C calc""!A0",+61 2 9876 5432', "B2,-2+3+A1,1")
    right = desk.put("b.csv", "client_code,name,phone", "=1,x,02 9876 5432", "B2,@x,1")
    desk.run(left, right, "--out", "r.csv", "--xlsx", "r.xlsx")
    assert desk.report()[1:] == [
        ["'=1", "name", "real", '\'=cmd|" /C calc"!A0', "x"],
        ["'=1", "phone", "format", "+61 2 9876 5432", "02 9876 5432"],
        ["B2", "name", "real", "'-2+3+A1", "'@x"],
    ]
    with ZipFile(desk.folder / "r.xlsx") as book:
        names = book.read("xl/workbook.xml").decode()
        assert all(f'name="{name}"' in names for name in ("Differences", "In one file alone", "Summary"))
        assert b'<t xml:space="preserve">=cmd|" /C calc"!A0</t>' in book.read("xl/worksheets/sheet1.xml")


def test_it_starts_without_the_database_and_its_framework(desk: Desk) -> None:
    code = f"import sys; sys.argv[1:] = ['compare', 'a.csv', 'b.csv']; {MAIN.replace('sys.exit(main())', 'main()')}"
    loaded = f"{code}; print(sorted({{'django', 'dbos', 'lxml', 'httpx2'}} & set(sys.modules)))"
    two(desk)
    done = subprocess.run([sys.executable, "-c", loaded], cwd=desk.folder, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_a_long_list_is_compared_in_two_halves_as_in_one(desk: Desk) -> None:
    files = labelled_exports.make(halves.LEAST + 100, seed=5)
    labelled_exports.write_files(files, desk.folder)
    assert desk.run("left.csv", "right.csv", "--out", "r.csv").returncode == 1
    labels = {(code, name): kind for code, name, kind, _, _ in desk.report()[1:]}
    assert labels.keys() == files.kinds.keys()
    codes = [row[0] for row in desk.report()[1:]]
    assert codes == sorted(codes)


def test_a_half_that_fails_is_done_again() -> None:
    attempts: list[int] = []

    def work(start: int, stop: int) -> tuple[bytes, ...]:
        # What the other process notes here is not seen in this one.
        attempts.append(start)
        if start and len(attempts) == 1:
            raise RuntimeError("the second process has an accident")
        return bytes(stop - start), b"x"

    length = halves.LEAST + 1
    assert halves.in_two(work, length) == (bytes(length), b"xx")
    assert attempts == [0, length // 2]
