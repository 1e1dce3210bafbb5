"""Sessions that nobody can use any more are deleted, and no other."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from practicesync.operations import sessions

pytestmark = pytest.mark.django_db


def test_only_expired_sessions_are_forgotten() -> None:
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=hours))
    sessions.forget_expired()
    assert [session.session_key for session in Session.objects.all()] == ["new"]
