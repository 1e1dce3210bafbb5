"""A client that knows nothing of this repository does its whole work against the sandbox, by its address alone."""

import ast
import json
import subprocess
import sys
from pathlib import Path

from xpm_sandbox.app import create_app
from xpm_sandbox.server import serve
from xpm_sandbox.world import World

_STRANGER = Path(__file__).parent / "stranger.py"


def test_a_stranger_signs_in_reads_and_writes() -> None:
    with World.open(seed=3, clients=20) as world, serve(create_app(world)) as url:
        # Isolated: neither this repository nor what is installed beside it can be imported.
        command = [sys.executable, "-I", "-S", str(_STRANGER), url]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["practices"], told["disconnected"]) == (1, 204)
    assert (told["clients"]["listed"], told["clients"]["phone"]) == (20, "09 555 0101")
    assert told["contact"] == {"read": "Anna"}
    assert told["job"] == {"read": "Tax return", "current": True}
    assert told["staff"] == {"listed": True, "read": "021 555 010"}


def test_the_stranger_imports_nothing_but_python_itself() -> None:
    tree = ast.parse(_STRANGER.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
