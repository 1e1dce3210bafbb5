"""`practicesync match` on files as people have them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from practicesync.cli.main import main

LEFT = """register_id,name,entity_type,date_of_birth,abn,acn,tax_number,email,client_code
R1,"Orlando, John",Individual,3 May 1970,,,123 456 782,john@orlando.com,ORL001
R2,Orlando Plumbing Pty Ltd,Company,,,004 085 616,,john@orlando.com,
R3,Orlando Family Trust,Trust,,51 824 753 556,,,john@orlando.com,
R4,Nobody There Pty Ltd,Company,,,,,,
"""
RIGHT = """xpm_id,name,date_of_birth,business_structure,business_number,company_number,tax_number,is_archived,is_deleted
X1,John Orlando,1970-05-03,Individual,,,******782,false,false
X2,ORLANDO PLUMBING P/L,,Company,53004085616,,,false,false
X3,The Trustee for Orlando Family Trust,,Trust,51824753556,,,false,false
X4,John Orlando,1970-05-03,Individual,,,******782,true,false
X5,Orlando Plumbing Pty Ltd,,Company,53004085616,,,false,true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "left.csv").write_text(LEFT)
    (tmp_path / "right.csv").write_text(RIGHT)
    return tmp_path


def run(folder: Path, *more: str) -> int:
    return main(["match", str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(folder / "o.csv"), *more])


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_links_candidates_duplicates_and_a_review_are_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = {"--candidates": "c.csv", "--duplicates": "d.csv", "--review": "r.csv"}
    asked = [word for option, name in outputs.items() for word in (option, str(folder / name))]
    assert run(folder, *asked, "--json") == 0
    links = rows(folder / "o.csv")
    assert links[0] == ["register_id", "xpm_id", "score"]
    assert {(left, right) for left, right, _ in links[1:]} == {("R1", "X1"), ("R2", "X2"), ("R3", "X3")}
    assert all(0.5 < float(score) <= 1 for _, _, score in links[1:])
    candidates = rows(folder / "c.csv")
    assert candidates[0] == ["register_id", "xpm_id", "rank"]
    assert ["R1", "X1", "1"] in candidates
    duplicates = rows(folder / "d.csv")
    assert duplicates[0] == ["id_a", "id_b"]
    assert [sorted(pair) for pair in duplicates[1:]] == [["X1", "X4"]]
    review = rows(folder / "r.csv")
    assert "Same date of birth: 3 May 1970" in next(row for row in review if row[0] == "R1")[4]
    told = json.loads(capsys.readouterr().out)
    assert (told["left"], told["right"], told["links"], told["duplicates"]) == (4, 5, 3, 1)
    assert told["safe"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_any_encoding_and_separator(folder: Path, encoding: str) -> None:
    text = LEFT.replace('"Orlando, John"', "John Orlando").replace(",", ";").replace("\n", "\r\n")
    (folder / "left.csv").write_bytes(text.encode(encoding))
    assert run(folder) == 0
    assert len(rows(folder / "o.csv")) == 4


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        ("", "left.csv: The file is empty."),
        ("register_id,name\n", "left.csv: There is a header and no row below it."),
        ("name,entity_type\nx,Trust\n", "left.csv: The column “register_id” is missing."),
        ("register_id\nR1\n", "left.csv: The column “name” is missing."),
        ("register_id,name,Name\nR1,x,y\n", "left.csv: Two columns are called “name”."),
        ("register_id,name\nR1,x\nR1,y\n", "left.csv: The register_id of the row on line 3 stands on an earlier row"),
        ("register_id,name\n,x\n", "left.csv: The row on line 2 has no register_id."),
        ("register_id,name\nR1," + "x" * 40_000 + "\n", "left.csv: In the row that begins on line 2, a cell has"),
        ('register_id,name\nR1,"x\n', "left.csv: In the row that begins on line 2, a cell goes on to the end"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], left: str, sentence: str
) -> None:
    (folder / "left.csv").write_text(left)
    (folder / "o.csv").write_text("as before")
    assert run(folder) == 1
    assert sentence in capsys.readouterr().err
    assert (folder / "o.csv").read_text() == "as before"
    assert sorted(path.name for path in folder.iterdir()) == ["left.csv", "o.csv", "right.csv"]


def test_ragged_rows_and_unknown_columns_are_told_and_do_no_harm(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = LEFT.replace("client_code", "shoe_size").replace("R4,Nobody There Pty Ltd,Company,,,,,,", "R4,Short")
    (folder / "left.csv").write_text(text + "R5,Too,Many,,,,,,,,cells,here\n")
    assert run(folder) == 0
    told = capsys.readouterr().out
    assert "line 5: The row has 2 of 9 cells" in told
    assert "line 6: The row has 12 cells instead of 9; it is left out" in told
    assert "not used: shoe_size" in told


def test_the_same_file_twice_or_an_output_over_an_input_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right = str(folder / "left.csv"), str(folder / "right.csv")
    assert main(["match", left, left, "--out", str(folder / "o.csv")]) == 1
    assert "Both files are the same one." in capsys.readouterr().err
    assert main(["match", left, right, "--out", right]) == 1
    assert "is not written over" in capsys.readouterr().err
    assert main(["match", left, right, "--out", str(folder / "none/o.csv")]) == 1
    assert "There is no folder" in capsys.readouterr().err
    assert main(["match", left, str(folder / "gone.csv"), "--out", str(folder / "o.csv")]) == 1
    assert "gone.csv: No such file" in capsys.readouterr().err


def test_files_of_no_client_in_common_have_no_link(folder: Path) -> None:
    (folder / "right.csv").write_text("xpm_id,name\nX1,Somebody Else Trust\n")
    assert run(folder) == 0
    assert rows(folder / "o.csv") == [["register_id", "xpm_id", "score"]]


def test_a_refusal_is_json_where_json_is_wanted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "left.csv").write_bytes(b"PK\x03\x04")
    assert run(folder, "--json") == 1
    assert "spreadsheet" in json.loads(capsys.readouterr().out)["detail"]


def test_a_wrong_use_is_told_apart(folder: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["match", str(folder / "left.csv")])
    assert stop.value.code == 2


def test_it_needs_no_django(folder: Path) -> None:
    script = "import sys; from practicesync.cli.main import main; main(sys.argv[1:]); sys.exit('django' in sys.modules)"
    words = ["match", str(folder / "left.csv"), str(folder / "right.csv"), "--out", str(folder / "o.csv")]
    subprocess.run([sys.executable, "-c", script, *words], check=True, capture_output=True)
