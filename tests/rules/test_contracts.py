"""Every import contract is seen to break when a forbidden import is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rules.tree import ROOT

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAMES = {contract["id"]: contract["name"] for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]}
PLANTS = {
    "layers": [
        ("practicesync/queries/planted.py", "import practicesync.operations"),
        ("practicesync/core/planted.py", "import practicesync.store"),
        ("practicesync/store/planted.py", "import practicesync.connectors"),
        ("practicesync/unplaced/__init__.py", ""),
    ],
    "pure-core": [
        ("practicesync/core/planted.py", "import django"),
        ("practicesync/core/planted.py", "from os import environ"),
        ("practicesync/core/planted.py", "import time"),
    ],
    "no-network-beneath-a-transaction": [
        ("practicesync/operations/planted.py", "import practicesync.connectors"),
        ("practicesync/queries/planted.py", "import httpx2"),
    ],
    "thin-doors": [
        ("practicesync/web/planted.py", "import practicesync.store"),
        ("practicesync/cli/planted.py", "import practicesync.connectors"),
    ],
    "connectors-without-django": [("practicesync/connectors/planted.py", "from django.conf import settings")],
    "sandbox-apart": [
        ("xpm_sandbox/planted.py", "import practicesync.core"),
        ("practicesync/connectors/planted.py", "import xpm_sandbox"),
    ],
    "screens-apart": [("practicesync/web/screens/planted/__init__.py", "import practicesync.web.screens.other")],
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
    ("contract", "path", "line"), [(contract, *plant) for contract, plants in PLANTS.items() for plant in plants]
)
def test_a_planted_import_breaks_its_contract(copy: Path, contract: str, path: str, line: str) -> None:
    planted = copy / "src" / path
    made = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n")
    try:
        assert NAMES[contract] in broken_contracts(copy)
    finally:
        shutil.rmtree(planted.parent) if made else planted.unlink()


def test_every_door_is_kept_from_the_store() -> None:
    contracts = {contract["id"]: contract for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]}
    doors = {f"practicesync.{door.strip(' ()')}" for door in contracts["layers"]["layers"][0].split(":")}
    doors -= {"practicesync.config"}  # it wires the layers together
    there = {door for door in doors if (ROOT / "src" / door.replace(".", "/")).is_dir()}
    assert there == set(contracts["thin-doors"]["source_modules"])
