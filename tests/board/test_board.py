"""The board stays what it says: every bug can still be planted, is asked about, and stands in the reference."""

import ast
from functools import cache
from pathlib import Path

import pytest

from board.asking import Finding, ask
from board.bug import Bug, Detector, Named, Schedules, named
from board.bugs import BUGS
from board.copies import ROOT, Rotten, copy_with, planted
from board.report import Report
from board.trying import Clean, Trial, detectors_of

NAMES = [bug.name for bug in BUGS]


@cache
def functions_of(file: str) -> frozenset[str]:
    """The tests in a file."""
    body = ast.parse((ROOT / file).read_text()).body
    return frozenset(each.name for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"))


@pytest.mark.parametrize("bug", BUGS, ids=NAMES)
def test_a_bug_can_be_planted_and_is_asked_about(bug: Bug) -> None:
    ast.parse(planted(bug))
    assert bug.text != bug.replacement
    assert bug.asked
    for detector in bug.asked:
        if isinstance(detector, Schedules):
            assert detector.count > 0
        else:
            for name in detector.names:
                file, _, test = name.partition("::")
                assert test.partition("[")[0] in functions_of(file), name


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


def test_a_bug_is_found_and_a_test_that_is_not_there_is_no_answer() -> None:
    (bug,) = (each for each in BUGS if each.name == "an empty list is believed")
    with copy_with(bug) as copy:
        found = ask(bug.asked[0], copy)
        absent = ask(named("core/test_brake::test_that_nobody_wrote"), copy)
    assert [each.test for each in found.findings] == [
        "tests/core/test_brake.py::test_an_empty_list_is_never_believed",
    ]
    assert (absent.findings, absent.good) == ([], 0)
    assert absent.fault.startswith("status 4")


def test_all_that_is_asked_is_asked_once_without_a_bug() -> None:
    asked: tuple[list[Detector], ...] = (
        [Schedules(2), named("a::test_one", "b::test_two")],
        [named("b::test_two", "c::test_three")],
        [Schedules(3)],
    )
    bugs = [Bug("a bug", "P01", "a.py", "a", "b", each) for each in asked]
    names = ("tests/a.py::test_one", "tests/b.py::test_two", "tests/c.py::test_three")
    assert detectors_of(bugs) == [Named(names), Schedules(3)]
    assert detectors_of(bugs[1:2]) == [Named(names[1:])]


def test_nothing_counts_where_the_detectors_are_not_good_without_a_bug() -> None:
    found = [Finding(test=f"tests/a.py::test_{number}") for number in range(25)]
    trials = [Trial(bug, finding, 1.0) for bug, finding in zip(BUGS, found, strict=False)]
    assert Report(trials, Clean(25, 0), 1.0).is_good
    alarmed = Report(trials, Clean(24, 0, found[:1]), 1.0)
    assert (alarmed.is_good, alarmed.count) == (False, 24)
    assert "fails without it too" in alarmed.as_text()
    silent = Report(trials, Clean(0, 0, faults=["no end"]), 1.0)
    assert not silent.is_good
    assert "no answer (no end)" in silent.as_text()


def test_one_of_twenty_five_may_be_missed_and_no_more() -> None:
    trials = [Trial(bug, Finding(test="tests/a.py::test_it"), 1.0) for bug in BUGS[:25]]
    missed = [Trial(bug, None, 1.0, fault="no end") for bug in BUGS[:25]]
    assert Report([*trials[1:], missed[0]], Clean(1, 0), 1.0).is_good
    two = Report([*trials[2:], *missed[:2]], Clean(1, 0), 1.0)
    assert not two.is_good
    assert "23 of 25" in two.line
