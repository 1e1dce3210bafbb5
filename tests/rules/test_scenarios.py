"""Each scenario of faults that the engine must survive has a test that bears its number."""

import ast
from pathlib import Path

FAULTS = Path(__file__).parents[1] / "faults"
NUMBERS = (*range(1, 40), *range(59, 64))


def named(folder: Path) -> list[str]:
    """The names of the tests in a folder."""
    trees = [ast.parse(path.read_text()) for path in sorted(folder.glob("test_*.py"))]
    return [node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]


def missing(names: list[str]) -> list[str]:
    """The scenarios that none of these tests is about."""
    return [f"s{number:02}" for number in NUMBERS if not any(name.startswith(f"test_s{number:02}_") for name in names)]


def test_no_scenario_is_without_its_test() -> None:
    assert missing(named(FAULTS)) == []


def test_a_scenario_without_a_test_is_named() -> None:
    assert "s07" in missing([name for name in named(FAULTS) if not name.startswith("test_s07_")])
