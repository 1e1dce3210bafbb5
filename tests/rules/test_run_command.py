"""`./run` sets a checkout up from nothing, notices when that has to be done again, and passes everything through.

Tried on a small project with a lock that asks for no package, so that no network is needed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from rules.tree import ROOT

LOCKS = ("requirements.txt", "requirements-test.txt", "requirements-bench.txt", "requirements-uv.txt")
PROGRAM = """
    import sys

    def main() -> int:
        print("program", *sys.argv[1:])
        return len(sys.argv) - 1
"""


def check_out(folder: Path) -> Path:
    (folder / "src/tried").mkdir(parents=True)
    (folder / "src/tried/__init__.py").write_text(textwrap.dedent(PROGRAM))
    (folder / "pyproject.toml").write_text('[project.scripts]\npracticesync = "tried:main"\n')
    for lock in LOCKS:
        (folder / lock).write_text("")
    shutil.copy(ROOT / "run", folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh checkout in a folder whose name holds a blank."""
    return check_out(tmp_path / "a firm")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that is set up; for tests after which a start heals it, since setting up takes seconds."""
    folder = check_out(tmp_path_factory.mktemp("ready") / "a firm")
    assert run(folder, "setup").returncode == 0
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "run", *arguments],
        env={**os.environ, "PIP_NO_INDEX": "1", **environment},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def installs(result: subprocess.CompletedProcess[str]) -> bool:
    return "installing requirements" in result.stderr


def makes_environment(result: subprocess.CompletedProcess[str]) -> bool:
    return "making .venv" in result.stderr


def test_wrong_use_is_told_apart_from_failure(project: Path) -> None:
    assert run(project).returncode == 2
    unknown = run(project, "everything")
    assert unknown.returncode == 2
    assert "no command 'everything'" in unknown.stderr
    assert run(project, "setup", "twice").returncode == 2
    assert run(project, "--help").stdout.startswith("usage: ./run COMMAND")
    assert not (project / ".venv").exists()


def test_arguments_output_and_exit_status_pass_through(ready: Path) -> None:
    result = run(ready, "demo", "--smoke", "two words", "")
    assert (result.stdout, result.returncode) == ("program demo --smoke two words \n", 4)


def test_the_commands_of_the_project_are_in_the_environment(ready: Path) -> None:
    result = subprocess.run(
        [ready / ".venv/bin/practicesync", "one"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert (result.stdout, result.returncode) == ("program one\n", 1)


def test_a_second_start_installs_nothing_until_a_lock_changes(ready: Path) -> None:
    run(ready, "setup")
    assert run(ready, "setup").stderr == ""
    (ready / "requirements.txt").write_text("\n")
    changed = run(ready, "setup")
    assert installs(changed)
    assert not makes_environment(changed)


def test_a_moved_checkout_is_set_up_anew(project: Path) -> None:
    run(project, "setup")
    moved = project.rename(project.with_name("moved"))
    result = run(moved, "demo")
    assert makes_environment(result)
    assert (result.stdout, result.returncode) == ("program demo\n", 1)


def test_an_environment_of_another_python_is_made_anew(project: Path) -> None:
    run(project, "setup")
    packages = next((project / ".venv/lib").glob("python3.*"))
    packages.rename(packages.with_name("python3.1"))
    result = run(project, "demo")
    assert makes_environment(result)
    assert (result.stdout, result.returncode) == ("program demo\n", 1)


def test_an_interrupted_installation_goes_on(ready: Path) -> None:
    (ready / ".venv/practicesync.json").write_text('{"level": "pro')
    result = run(ready, "setup")
    assert installs(result)
    assert not makes_environment(result)


def test_two_at_once_install_once(project: Path) -> None:
    command = [sys.executable, str(project / "run"), "setup"]
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    both = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert "".join(said).count("installing requirements") == 1


def test_a_package_that_cannot_be_fetched_stops_with_the_next_step(project: Path) -> None:
    (project / "requirements.txt").write_text(f"django==5.2.19 --hash=sha256:{'0' * 64}\n")
    result = run(project, "demo")
    assert result.returncode == 1
    assert "the packages of requirements.txt could not be fetched" in result.stderr
    assert "run the same command again" in result.stderr
    assert not (project / ".venv/practicesync.json").exists()


def programs(folder: Path, **scripts: str) -> str:
    """Make programs of these shell lines and return the PATH on which only they are found."""
    folder.mkdir()
    (folder / "env").symlink_to("/usr/bin/env")
    for name, line in scripts.items():
        script = folder / name.replace("_", "-")
        script.write_text(f"#!/bin/sh\n{line}\n")
        script.chmod(0o755)
    return str(folder)


def test_a_missing_browser_is_no_silent_skip(ready: Path, tmp_path: Path) -> None:
    path = programs(tmp_path / "bin", apt_get="exit 100", initdb="exit 0")
    result = run(ready, "test", "-k", "browser", PATH=path)
    assert result.returncode == 1
    assert "the tests need chromium" in result.stderr
    assert "sudo apt-get update && sudo apt-get install --yes --no-install-recommends chromium" in result.stderr


def test_without_apt_the_missing_program_is_named(ready: Path, tmp_path: Path) -> None:
    result = run(ready, "test", PATH=programs(tmp_path / "bin", initdb="exit 0"))
    assert result.returncode == 1
    assert "Install chromium with your system's package manager" in result.stderr


def test_a_browser_that_does_not_start_counts_as_missing(ready: Path, tmp_path: Path) -> None:
    result = run(ready, "test", PATH=programs(tmp_path / "bin", initdb="exit 0", chromium="exit 1"))
    assert "the tests need chromium" in result.stderr


def test_all_checks_run_before_the_first_failure_is_told(ready: Path) -> None:
    for tool in ("ruff", "mypy", "lint-imports"):
        script = ready / ".venv/bin" / tool
        script.write_text(f'#!/bin/sh\necho {tool} "$@"\n[ {tool} != ruff ]\n')
        script.chmod(0o755)
    result = run(ready, "check")
    assert result.returncode == 1
    assert [line for line in result.stdout.splitlines() if line and "==" not in line] == [
        "ruff format --check",
        "ruff check",
        "mypy",
        "lint-imports",
    ]
    assert "failed: format, lint" in result.stderr


def test_ctrl_c_stops_the_program_and_says_nothing_more(ready: Path, tmp_path: Path) -> None:
    tidied = tmp_path / "tidied"
    script = ready / ".venv/bin/ruff"
    script.write_text(
        f"#!/bin/sh\ntrap 'echo > \"{tidied}\"; exit 1' INT\necho started\nwhile :; do sleep 0.05; done\n"
    )
    script.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-u", str(ready / "run"), "check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert any(line == "started\n" for line in process.stdout)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=20)[1]
    assert (process.returncode, said) == (130, "")
    assert tidied.exists()
