"""Access tokens: one rotation at a time, and nothing of them in the clear."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import override_settings

from operations.offices import NOW, TOKENS, Office, an_office
from practicesync.core.errors import Reconnect
from practicesync.operations import connecting, tokens
from practicesync.operations.tokens import EARLY, LEASE, Renewal, Usable, Wait
from practicesync.store.models import Connection
from practicesync.store.secrets import SealBroken

LIFE = timedelta(seconds=TOKENS.expires_in)
OLD = NOW + LIFE
"""When the first access token has run out."""


def renewal(office: Office) -> Renewal:
    """The right to rotate, taken by who asks first."""
    found = tokens.usable(office.connection.pk, "", OLD)
    assert isinstance(found, Renewal)
    return found


def row(office: Office) -> Connection:
    found: Connection = Connection.rows.of(office.practice.pk).get(pk=office.connection.pk)
    return found


def test_a_token_is_used_until_shortly_before_its_end(connected: Office) -> None:
    assert tokens.usable(connected.connection.pk, "", OLD - EARLY - timedelta(seconds=1)) == Usable(TOKENS.access_token)
    assert isinstance(tokens.usable(connected.connection.pk, "", OLD - EARLY), Renewal)


def test_a_token_that_xpm_refused_is_renewed_before_its_end(connected: Office) -> None:
    assert isinstance(tokens.usable(connected.connection.pk, TOKENS.access_token, NOW), Renewal)


def test_who_asks_first_renews_and_the_others_wait(connected: Office) -> None:
    first = renewal(connected)
    assert first.refresh_token == TOKENS.refresh_token
    assert isinstance(tokens.usable(connected.connection.pk, "", OLD), Wait)
    tokens.keep_renewal(first, "new access", "new refresh", 1800, OLD)
    assert tokens.usable(connected.connection.pk, "", OLD) == Usable("new access")
    held = connecting.held_tokens(connected.admin, connected.connection.pk)
    assert held is not None
    assert held.refresh_token == "new refresh"
    assert held is not None
    assert held.refresh_token == "new refresh"


def test_the_lease_of_a_dead_process_ends_by_time(connected: Office) -> None:
    renewal(connected)
    assert isinstance(tokens.usable(connected.connection.pk, "", OLD + LEASE - timedelta(seconds=1)), Wait)
    assert isinstance(tokens.usable(connected.connection.pk, "", OLD + LEASE), Renewal)


def test_who_could_not_reach_identity_lets_the_next_one_try(connected: Office) -> None:
    tokens.give_up(renewal(connected))
    assert isinstance(tokens.usable(connected.connection.pk, "", OLD), Renewal)


def test_a_late_answer_does_not_replace_a_newer_pair(connected: Office) -> None:
    slow = renewal(connected)
    quick = tokens.usable(connected.connection.pk, "", OLD + LEASE)
    assert isinstance(quick, Renewal)
    tokens.keep_renewal(quick, "newer access", "newer refresh", 1800, OLD + LEASE)
    assert tokens.keep_renewal(slow, "late access", "late refresh", 1800, OLD + LEASE) == "late access"
    tokens.give_up(slow)
    assert tokens.usable(connected.connection.pk, "", OLD + LEASE) == Usable("newer access")


def test_a_refusal_that_another_rotation_explains_breaks_nothing(connected: Office) -> None:
    slow = renewal(connected)
    quick = tokens.usable(connected.connection.pk, "", OLD + LEASE)
    assert isinstance(quick, Renewal)
    tokens.keep_renewal(quick, "newer access", "newer refresh", 1800, OLD + LEASE)
    assert tokens.refused(slow, "invalid_grant", OLD + LEASE) is True
    assert row(connected).state == "connected"


def test_a_refusal_breaks_the_connection_and_says_why(connected: Office) -> None:
    assert tokens.refused(renewal(connected), "The grant was revoked.", OLD) is False
    assert (row(connected).state, row(connected).reason) == ("broken", "The grant was revoked.")
    with pytest.raises(Reconnect, match="revoked"):
        tokens.usable(connected.connection.pk, "", OLD)
    assert connected.verbs()[-1] == "connection_broken"


def test_a_connection_that_was_ended_meanwhile_stays_ended(connected: Office) -> None:
    slow = renewal(connected)
    connecting.disconnect(connected.admin, connected.connection.pk, OLD)
    tokens.keep_renewal(slow, "late access", "late refresh", 1800, OLD)
    assert tokens.refused(slow, "revoked", OLD) is False
    assert (row(connected).state, row(connected).access_token, row(connected).refresh_token) == ("ended", "", "")
    with pytest.raises(Reconnect):
        tokens.usable(connected.connection.pk, "", OLD)


def raw(office: Office, column: str) -> str:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM store_connection WHERE id = %s", [office.connection.pk])  # noqa: S608 - ours
        return str(cursor.fetchone()[0])


def test_tokens_are_ciphertext_in_the_table(connected: Office) -> None:
    for column in ("access_token", "refresh_token"):
        assert raw(connected, column).startswith("sealed:test:")
        assert "of-old" not in raw(connected, column)


def put(office: Office, **columns: str) -> None:
    """What somebody with access to the database alone can do."""
    Connection.rows.of(office.practice.pk).filter(pk=office.connection.pk).update(**columns)


def test_a_ciphertext_does_not_open_in_another_practice(connected: Office) -> None:
    other = an_office("Rata & Co")
    other.connect("Kauri XPM")
    put(other, access_token=raw(connected, "access_token"))
    with pytest.raises(SealBroken):
        tokens.usable(other.connection.pk, "", NOW)


def test_a_ciphertext_does_not_open_in_another_connection_of_the_practice(connected: Office) -> None:
    stolen = raw(connected, "access_token")
    connected.connect("Rata XPM")
    put(connected, access_token=stolen)
    with pytest.raises(SealBroken):
        tokens.usable(connected.connection.pk, "", NOW)


def test_a_refresh_token_does_not_open_as_an_access_token(connected: Office) -> None:
    put(connected, access_token=raw(connected, "refresh_token"))
    with pytest.raises(SealBroken):
        tokens.usable(connected.connection.pk, "", NOW)


def test_the_wrong_key_fails_loudly_and_loses_nothing(connected: Office) -> None:
    before = raw(connected, "refresh_token")
    with override_settings(ENCRYPTION_KEYS={"test": bytes(32)}), pytest.raises(SealBroken):
        tokens.usable(connected.connection.pk, "", OLD)
    assert raw(connected, "refresh_token") == before
    assert isinstance(tokens.usable(connected.connection.pk, "", OLD), Renewal)
