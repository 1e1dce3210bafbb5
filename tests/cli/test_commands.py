"""The command line as a person meets it: in processes of its own, on a data folder of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from processes.workers import environment

MAIN = "import sys; from practicesync.cli.main import main; sys.exit(main())"
REPLIES = Path(__file__).parents[1] / "connectors" / "replies"
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell in which practicesync has one data folder."""

    data: Path

    def run(self, *words: str, put_in: str | bytes = "", **more: str) -> subprocess.CompletedProcess[bytes]:
        """Run one command."""
        env = {key: value for key, value in environment(**more).items() if not key.endswith("_KEY")}
        env.pop("PRACTICESYNC_ENCRYPTION_KEYS", None)
        given = put_in.encode() if isinstance(put_in, str) else put_in
        return subprocess.run(
            [sys.executable, "-c", MAIN, *words],
            env={**env, "PRACTICESYNC_DATA": str(self.data), **more},
            input=given,
            capture_output=True,
            check=False,
            timeout=60,
        )

    def json(self, *words: str, status: int) -> dict[str, Any]:
        """The answer of a command with --json."""
        done = self.run(*words, "--json")
        assert done.returncode == status, done.stderr.decode()
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "data")


def start(shell: Shell, name: str = "Firm", password: str = PASSWORD) -> subprocess.CompletedProcess[bytes]:
    words = ("start-practice", "--name", name, "--email", "ana@firm.example", "--country", "NZ")
    return shell.run(*words, put_in=f"{password}\n")


def test_without_a_command_it_lists_them(shell: Shell) -> None:
    done = shell.run()
    assert done.returncode == 2
    assert b"serve" in done.stderr
    assert shell.run("--help").returncode == 0
    unknown = shell.run("frobnicate")
    assert unknown.returncode == 2
    assert b"no command 'frobnicate'" in unknown.stderr


def test_wrong_arguments_are_wrong_use(shell: Shell) -> None:
    done = shell.run("start-practice", "--name", "Firm")
    assert done.returncode == 2
    assert b"--email" in done.stderr


def test_others_get_a_login_a_role_and_a_new_password(shell: Shell) -> None:
    start(shell)
    words = ("person", "--email", "mere@firm.example", "--role", "read_only", "--json")
    done = shell.run(*words, put_in=f"{PASSWORD} too\n")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == {"email": "mere@firm.example", "role": "read_only"}
    assert shell.run(*words, put_in="short\n").returncode == 1
    again = ("person", "--new-password", "--email")
    assert shell.run(*again, "mere@firm.example", put_in=f"{PASSWORD} again\n").returncode == 0
    stranger = shell.run(*again, "nobody@firm.example", put_in=f"{PASSWORD} again\n")
    assert stranger.returncode == 1
    assert b"Nobody in this practice" in stranger.stderr + stranger.stdout


def test_the_first_practice_and_its_admin_are_made_on_a_fresh_machine(shell: Shell) -> None:
    done = start(shell)
    assert done.returncode == 0, done.stderr.decode()
    assert PASSWORD.encode() not in done.stdout + done.stderr
    assert {path.stat().st_mode & 0o077 for path in shell.data.iterdir()} == {0}
    status = shell.json("status", status=1)
    assert status["practice"] == "Firm"
    assert status["connected"] is False
    connect = shell.json("connect", status=1)
    assert connect["address"].endswith("/settings/practice-management/")
    refused = shell.json("refresh", status=1)
    assert refused["error"] == "invalid"
    assert "not connected" in refused["detail"]
    again = start(shell)
    assert again.returncode == 1
    assert b"already" in again.stderr


def test_a_folder_without_an_installation_is_told(shell: Shell) -> None:
    done = shell.run("status")
    assert done.returncode == 1
    assert b"There is no installation in" in done.stderr
    assert not shell.data.exists()


def test_a_weak_password_makes_no_practice(shell: Shell) -> None:
    done = start(shell, password="password1234")
    assert done.returncode == 1
    assert b"too common" in done.stderr
    assert b"start-practice" in shell.run("status").stderr


def test_with_several_practices_one_has_to_be_named(shell: Shell) -> None:
    start(shell, "One")
    start(shell, "Two")
    assert "--practice" in shell.json("status", status=1)["detail"]
    assert shell.json("status", "--practice", "Two", status=1)["practice"] == "Two"


def test_the_doctor_names_what_is_wrong_and_what_to_do(shell: Shell) -> None:
    start(shell)
    healthy = shell.json("doctor", status=0)
    assert healthy["healthy"] is True
    levels = {each["check"]: each["level"] for each in healthy["findings"]}
    assert levels["database"] == levels["keys"] == levels["engine"] == "good"
    assert levels["workers"] == "warning"
    (shell.data / "practicesync.env").chmod(0o644)
    broken = shell.json("doctor", status=1)
    found = next(each for each in broken["findings"] if each["level"] == "error")
    assert found["check"] == "practicesync.E007"
    assert "chmod 600" in found["hint"]


def test_an_installation_with_unsafe_settings_does_not_serve(shell: Shell) -> None:
    done = shell.run("serve", PRACTICESYNC_PUBLIC_URL="http://sync.firm.example")
    assert done.returncode == 1
    assert b"PRACTICESYNC_PUBLIC_URL must begin with https://" in done.stderr
    sandbox = shell.run("worker", PRACTICESYNC_XPM_SANDBOX="http://127.0.0.1:1")
    assert sandbox.returncode == 1
    assert b"refuses a sandbox" in sandbox.stderr


def test_a_captured_reply_is_decoded_from_a_file_or_a_pipe(shell: Shell) -> None:
    reply = next(path for path in sorted(REPLIES.rglob("*.xml")) if b"<Client>" in path.read_bytes())
    from_file = shell.run("doctor", "decode", str(reply))
    assert from_file.returncode == 0, from_file.stderr.decode()
    told = json.loads(from_file.stdout)
    assert told["status"] == "OK"
    assert told["records"][0]["values"]["name"]
    assert shell.run("doctor", "decode", "-", put_in=reply.read_bytes()).stdout == from_file.stdout
    assert not shell.data.exists(), "decoding needs no installation"


@pytest.mark.parametrize("body", [b"", b"<html><body>Maintenance</body></html>", b"<Response><Status>OK</Status><Cl"])
def test_what_cannot_be_decoded_is_refused_in_a_sentence(shell: Shell, body: bytes) -> None:
    done = shell.run("doctor", "decode", "-", put_in=body)
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.startswith(b"practicesync: ")
    assert b"Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_refused(shell: Shell) -> None:
    done = shell.run("doctor", "decode", "nothing.xml")
    assert done.returncode == 1
    assert b"cannot be read" in done.stderr


def test_django_commands_are_at_hand(shell: Shell) -> None:
    start(shell)
    done = shell.run("manage", "check")
    assert done.returncode == 0, done.stderr.decode()
