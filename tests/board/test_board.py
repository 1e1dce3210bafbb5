"""The board stays what it says: every bug can still be planted, is asked about, and stands in the reference."""

import ast
from pathlib import Path

import pytest

from board.bugs import BUGS, Bug, Schedules
from board.copies import ROOT, Rotten, copy_with, planted
from board.report import Report
from board.trying import Finding, Trial

NAMES = [bug.name for bug in BUGS]


@pytest.mark.parametrize("bug", BUGS, ids=NAMES)
def test_a_bug_can_be_planted_and_is_asked_about(bug: Bug) -> None:
    ast.parse(planted(bug))
    assert bug.text != bug.replacement
    assert bug.asked
    for detector in bug.asked:
        if isinstance(detector, Schedules):
            assert detector.count > 0
        else:
            assert all((ROOT / file).is_file() for file in detector.files)


def test_there_are_enough_and_each_is_another_one() -> None:
    assert len(BUGS) >= 25
    assert len(set(NAMES)) == len(BUGS)
    assert len({(bug.file, bug.text, bug.replacement) for bug in BUGS}) == len(BUGS)


def test_the_reference_tells_of_each_bug_and_of_no_other() -> None:
    page = (ROOT / "docs/reference/board.md").read_text()
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")][2:]
    assert rows == NAMES


def test_a_text_that_is_gone_or_stands_twice_is_an_error(tmp_path: Path) -> None:
    bug = BUGS[0]
    file = tmp_path / "src/practicesync" / bug.file
    file.parent.mkdir(parents=True)
    for told in ("", bug.text * 2):
        file.write_text(told)
        with pytest.raises(Rotten, match="times"):
            planted(bug, tmp_path)


def test_a_copy_holds_its_bug_and_nothing_else_that_is_new() -> None:
    with copy_with(BUGS[0]) as copy:
        files = [path.relative_to(copy) for path in (copy / "src").rglob("*.py")]
        other = [str(file) for file in files if (copy / file).read_text() != (ROOT / file).read_text()]
    assert other == [f"src/practicesync/{BUGS[0].file}"]


def test_a_finding_that_a_program_without_bugs_gives_too_counts_as_none() -> None:
    found = [Finding(test=f"tests/a.py::test_{number}") for number in range(25)]
    trials = [Trial(bug, finding, 1.0) for bug, finding in zip(BUGS, found, strict=False)]
    assert Report(trials, [], 1.0).is_good
    assert Report(trials, found[:1], 1.0).is_good
    assert not Report(trials, found[:2], 1.0).is_good
    assert "fails without it too" in Report(trials, found[:1], 1.0).as_text()
