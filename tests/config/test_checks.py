"""Every setting that is not safe is named, with what to do; safe ones are let pass."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test.utils import override_settings

from practicesync.config import checks, env_file

STRONG = "a key of fifty characters and more, of many kinds: 0123456789"
XERO: dict[str, Any] = {"client_id": "an app", "client_secret": "", "redirect_uri": "", "scopes": "", "sandbox": ""}
SANDBOX = {**XERO, "sandbox": "http://127.0.0.1:8899"}
SAFE: dict[str, Any] = {
    "MODE": "live",
    "DEBUG": False,
    "SECRET_KEY": STRONG,
    "ENCRYPTION_KEYS": {"one": bytes(range(32))},
    "PUBLIC_URL": "https://sync.firm.example",
    "ALLOWED_HOSTS": ["sync.firm.example"],
    "XPM": XERO,
    "DATA": Path("/nowhere"),
}


def found(**settings: object) -> set[str]:
    """The ids of what the checks find, without the warning about this machine's SQLite."""
    with override_settings(**{**SAFE, **settings}):
        return {str(each.id) for each in checks.findings()} - {"practicesync.W002"}


def test_safe_settings_are_let_pass() -> None:
    assert found() == set()
    assert found(MODE="demo", XPM=SANDBOX, PUBLIC_URL="http://localhost:8000") == set()
    with override_settings(**SAFE):
        checks.require_sound_settings()


@pytest.mark.parametrize(
    ("settings", "id"),
    [
        pytest.param({"XPM": SANDBOX}, "E001", id="a live installation with a sandbox"),
        pytest.param({"MODE": "demo"}, "E002", id="a demo without a sandbox"),
        pytest.param(
            {"MODE": "demo", "XPM": {**XERO, "sandbox": "https://api.xero.com"}}, "E002", id="a demo on Xero's API"
        ),
        pytest.param({"MODE": "demo", "XPM": {**XERO, "sandbox": "https://XERO.COM"}}, "E002", id="a demo on Xero"),
        pytest.param({"SECRET_KEY": "unset"}, "E003", id="no secret key"),
        pytest.param({"SECRET_KEY": "abc" * 30}, "E003", id="a secret key of three letters"),
        pytest.param({"SECRET_KEY": f"django-insecure-{STRONG}"}, "E003", id="a secret key from a template"),
        pytest.param({"ENCRYPTION_KEYS": {}}, "E004", id="no encryption key"),
        pytest.param({"ENCRYPTION_KEYS": {"one": bytes(32)}}, "E004", id="an encryption key of noughts"),
        pytest.param({"PUBLIC_URL": "http://sync.firm.example"}, "E005", id="passwords in the clear"),
        pytest.param({"PUBLIC_URL": "sync.firm.example"}, "E005", id="an address without a scheme"),
        pytest.param({"ALLOWED_HOSTS": ["*"]}, "E006", id="any host"),
        pytest.param({"ALLOWED_HOSTS": [".firm.example"]}, "E006", id="any host of a domain"),
        pytest.param({"DEBUG": True}, "E008", id="debugging"),
        pytest.param({"XPM": {**XERO, "client_id": ""}}, "W001", id="no Xero app"),
    ],
)
def test_a_setting_that_is_not_safe_is_named(settings: dict[str, object], id: str) -> None:
    assert found(**settings) == {f"practicesync.{id}"}


def test_a_host_that_only_resembles_xero_is_a_sandbox() -> None:
    assert found(MODE="demo", XPM={**XERO, "sandbox": "https://notxero.com"}) == set()


def test_keys_and_data_that_others_can_read_are_named(tmp_path: Path) -> None:
    file = tmp_path / "practicesync.env"
    file.touch(mode=0o600)
    assert found(DATA=tmp_path) == set()
    file.chmod(0o640)
    assert found(DATA=tmp_path) == {"practicesync.E007"}
    file.chmod(0o600)
    database = tmp_path / "practicesync.sqlite3"
    # Not by `touch`: a command that ran before in this process takes rights away from new files.
    database.touch()
    database.chmod(0o644)
    tmp_path.chmod(0o700)
    assert found(DATA=tmp_path) == set(), "nobody can get there"
    tmp_path.chmod(0o755)
    assert found(DATA=tmp_path) == {"practicesync.E007"}


def test_the_program_does_not_start_on_grave_findings_and_says_all_of_them() -> None:
    grave = override_settings(**{**SAFE, "DEBUG": True, "SECRET_KEY": "unset"})
    with grave, pytest.raises(ImproperlyConfigured) as refusal:
        checks.require_sound_settings()
    assert "practicesync.E003" in str(refusal.value)
    assert "practicesync.E008" in str(refusal.value)
    with override_settings(**{**SAFE, "XPM": {**XERO, "client_id": ""}}):
        checks.require_sound_settings()


@pytest.mark.parametrize(
    ("version", "mended"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_sqlite_releases_with_the_wal_reset_bug_are_told(version: tuple[int, ...], mended: bool) -> None:
    assert checks.is_mended(version) is mended


def test_the_first_start_makes_keys_that_pass_and_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        monkeypatch.delenv(f"PRACTICESYNC_{name}", raising=False)
    data = tmp_path / "data"
    assert env_file.ensure(data, {"MODE": "demo"})
    file = data / "practicesync.env"
    first = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700
    assert "PRACTICESYNC_MODE=demo\n" in first
    assert not env_file.ensure(data)
    assert file.read_text() == first
    assert os.listdir(data) == ["practicesync.env"]


def test_what_the_environment_sets_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICESYNC_SECRET_KEY", STRONG)
    monkeypatch.setenv("PRACTICESYNC_ENCRYPTION_KEYS_FILE", "/run/secrets/keys")
    env_file.ensure(tmp_path)
    assert "PRACTICESYNC_" not in (tmp_path / "practicesync.env").read_text()
