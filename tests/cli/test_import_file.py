"""`practicesync import` and `export` on a data folder of their own: shown first, written when told, and round again."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from processes.workers import environment
from spreadsheets import workbook

pytestmark = pytest.mark.serial

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
FILE = """Client Code,Name,Kind,Email,IRD,Born,Contact,Groups
K1,Kauri Joinery Limited,Company,office@kauri.example,49-091-850,,Ana Parata,Kauri; Trades
A1,Ana Parata,Individual,ana@parata.example,,3/05/1981,,
R1,"Rimu, the ""Family"" Trust",Trust,=cmd|calc,,,,
H1,Hemi Walker,Individual,hemi@walker.example,,31/02/1970,,
"""


@dataclass(frozen=True)
class Shell:
    """A practice in a data folder of its own."""

    data: Path

    def run(self, *words: str, status: int, put_in: str = "") -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in environment().items() if not key.endswith(("_KEY", "_KEYS"))}
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *words],
            env={**env, "PRACTICESYNC_DATA": str(self.data)},
            input=put_in,
            capture_output=True,
            check=False,
            timeout=90,
            text=True,
        )
        assert done.returncode == status, done.stderr + done.stdout
        return done

    def json(self, *words: str, status: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(*words, "--json", status=status).stdout)
        return found


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A practice that was just started."""
    found = Shell(tmp_path_factory.mktemp("started") / "data")
    words = ("start-practice", "--name", "Firm", "--email", "ana@firm.example", "--country", "NZ")
    found.run(*words, status=0, put_in="correct horse battery staple\n")
    return found


@pytest.fixture
def shell(started: Shell, tmp_path: Path) -> Shell:
    """The same in a folder of the test's own."""
    return Shell(Path(shutil.copytree(started.data, tmp_path / "data")))


def test_a_file_is_shown_then_written_and_comes_back_as_it_went_out(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text(FILE)
    shown = shell.run("import", str(file), status=1).stdout
    assert "4 rows: 2 new, 0 update, 0 twin, 0 unchanged, 2 error." in shown
    assert "row 5, Born: '31/02/1970': This is not a date" in shown
    assert "Nothing was written" in shown
    assert "49-091-850" not in shown
    told = shell.json("import", str(file), "--apply", status=1)
    assert (told["created"], told["error"], told["applied"]) == (2, 2, True)
    assert {each["row"] for each in told["errors"]} == {4, 5}
    out = tmp_path / "out.csv"
    assert shell.json("export", str(out), status=0)["clients"] == 2
    assert "49-091-850" not in out.read_text()
    again = shell.json("import", str(out), "--apply", status=0)
    assert (again["unchanged"], again["update"], again["new"]) == (2, 0, 0)
    assert "is there already" in shell.run("export", str(out), status=1).stderr


def test_columns_that_are_not_recognised_are_told_by_a_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "clients.xlsx"
    file.write_bytes(workbook([["Who", "When", "X"], ["Ana Parata", date(1981, 5, 3), "x"]]))
    columns = tmp_path / "columns.json"
    columns.write_text('{"Who": "name", "When": "Date of birth"}')
    words = ("import", str(file), "--columns", str(columns), "--kind", "individual", "--apply")
    told = shell.json(*words, status=0)
    assert told["created"] == 1
    assert told["columns"] == {"Who": "name", "When": "date_of_birth"}
    assert shell.json("import", str(file), "--kind", "individual", status=1)["twin"] == 1, "columns are remembered"


@pytest.mark.parametrize(
    ("content", "columns", "sentence"),
    [
        (None, None, "cannot be read"),
        (b"", None, "The file is empty"),
        (b"PK\x03\x04", None, "The file is broken"),
        (b"Who\nAna\n", None, "which column holds the name"),
        (b"Who,Name\nAna,Bo\n", '{"Who": "name", "Name": "name"}', "cannot both be Name"),
        (b"Who\nAna\n", '{"Who": "password"}', "No column can mean"),
        (b"Who\nAna\n", '{"Whom": "name"}', "has no column"),
        (b"Who\nAna\n", "[]", "must hold one object"),
        (b"Who\nAna\n", "{", "no JSON file"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(
    shell: Shell, tmp_path: Path, content: bytes | None, columns: str | None, sentence: str
) -> None:
    file = tmp_path / "clients.csv"
    if content is not None:
        file.write_bytes(content)
    words = ["import", str(file)]
    if columns is not None:
        (tmp_path / "columns.json").write_text(columns)
        words += ["--columns", str(tmp_path / "columns.json")]
    assert sentence in shell.run(*words, status=2).stderr
