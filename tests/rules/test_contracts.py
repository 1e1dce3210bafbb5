"""Every import contract is seen to break when a forbidden import is planted."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.tree import ROOT

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAMES = {contract["id"]: contract["name"] for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]}
PLANTS: dict[str, list[dict[str, str]]] = {
    "layers": [
        {"practicesync/queries/planted.py": "import practicesync.operations"},
        {"practicesync/core/planted.py": "import practicesync.store"},
        {"practicesync/store/planted.py": "import practicesync.connectors"},
        {"practicesync/unplaced/__init__.py": ""},
    ],
    "pure-core": [
        {"practicesync/core/planted.py": "import django"},
        {"practicesync/core/planted.py": "from os import environ"},
        {"practicesync/core/planted.py": "import time"},
    ],
    "no-network-beneath-a-transaction": [
        {"practicesync/operations/planted.py": "import practicesync.connectors"},
        {"practicesync/queries/planted.py": "import httpx2"},
    ],
    "thin-doors": [
        {"practicesync/web/planted.py": "import practicesync.store"},
        {"practicesync/cli/planted.py": "import practicesync.connectors"},
    ],
    "connectors-without-django": [{"practicesync/connectors/planted.py": "from django.conf import settings"}],
    "sandbox-apart": [
        {"xpm_sandbox/planted.py": "import practicesync.core"},
        {"practicesync/connectors/planted.py": "import xpm_sandbox"},
    ],
    "screens-apart": [{"practicesync/web/screens/planted/__init__.py": "import practicesync.web.screens.other"}],
    "no-cycles": [
        {
            "practicesync/flows/planted.py": "import practicesync.flows.planted_too",
            "practicesync/flows/planted_too.py": "import practicesync.flows.planted",
        }
    ],
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source tree to plant in; a broken import in the real one would stop everybody."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "*.html"), symlinks=True
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    other = folder / "src/practicesync/web/screens/other/__init__.py"
    other.parent.mkdir(parents=True)
    for package in (other.parent, other.parent.parent):
        (package / "__init__.py").touch()
    return folder


def broken_contracts(folder: Path) -> set[str]:
    """Return the names of the contracts that import-linter reports as broken in a source tree."""
    report = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = report.stdout.splitlines()
    assert any(line.startswith("Contracts: ") for line in lines), report.stdout + report.stderr
    return {line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")}


def test_the_contracts_hold(copy: Path) -> None:
    assert broken_contracts(copy) == set()


def test_every_contract_has_a_plant() -> None:
    assert PLANTS.keys() == NAMES.keys()


@pytest.mark.parametrize(
    ("contract", "lines"),
    [
        pytest.param(contract, plant, id=f"{contract}: {'; '.join(plant.values())}")
        for contract in PLANTS
        for plant in PLANTS[contract]
    ],
)
def test_a_planted_import_breaks_its_contract(copy: Path, contract: str, lines: dict[str, str]) -> None:
    with planted(copy, lines):
        assert NAMES[contract] in broken_contracts(copy)


@contextlib.contextmanager
def planted(copy: Path, lines: dict[str, str]) -> Iterator[None]:
    """Put files of one line each into the copy's source tree, and take them and their new folders out again."""
    made = []
    for name, line in lines.items():
        path = copy / "src" / name
        made.append(path if path.parent.exists() else path.parent)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{line}\n")
    try:
        yield
    finally:
        for path in made:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_every_door_is_kept_from_the_store() -> None:
    contracts = {contract["id"]: contract for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]}
    doors = {f"practicesync.{door.strip(' ()')}" for door in contracts["layers"]["layers"][0].split(":")}
    doors -= {"practicesync.config"}  # it wires the layers together
    there = {door for door in doors if (ROOT / "src" / door.replace(".", "/")).is_dir()}
    assert there == set(contracts["thin-doors"]["source_modules"])
