"""What every test of the program may lean on: fixed settings, and a database in a file.

A file, since flows run in threads of their own and must see the same rows; SQLite in memory would give each its own.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.utils import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as drawing

FIXED: dict[str, Any] = {
    "MODE": "demo",
    "SECRET_KEY": "for tests only, and long enough that no check of keys would refuse it",
    "ENCRYPTION_KEYS": {"test": bytes(range(32))},
    "PUBLIC_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "testserver"],
    "XPM": {
        "client_id": "practicesync-tests",
        "client_secret": "",
        "redirect_uri": "http://localhost:8000/connect/xpm/return/",
        "scopes": "offline_access practicemanager.client practicemanager.staff.read",
        "sandbox": "http://127.0.0.1:9",
    },
    # The real hasher costs a tenth of a second a sign-in by design.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}

# How busy the machine is says nothing about what a property holds.
drawing.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("ours")


@pytest.fixture(scope="session", autouse=True)
def fixed_settings() -> Iterator[None]:
    """The settings that a test run must not take from whoever's environment it runs in."""
    with override_settings(**FIXED):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Put SQLite's test database into a file of its own."""
    database = settings.DATABASES["default"]
    if "sqlite" not in database["ENGINE"]:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="practicesync-test-") as folder:
        database["TEST"] = {**database.get("TEST", {}), "NAME": str(Path(folder) / "test.sqlite3")}
        yield
