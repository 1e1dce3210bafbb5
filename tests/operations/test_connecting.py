"""Signing in and coming back, one organisation a practice, and what stays when it changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from operations.offices import NOW, TOKENS, Office, a_record, an_office
from practicesync.core.actor import Actor
from practicesync.core.errors import AskPerson, Invalid
from practicesync.core.record import RemoteOrganisation
from practicesync.operations import connecting, practices, runs
from practicesync.operations.connecting import TIME_TO_SIGN_IN, Claimed, Tokens
from practicesync.store.models import Authorisation, Connection, Link

KAURI = RemoteOrganisation("t1", "c1", "Kauri XPM", "PRACTICE", True)
RATA = RemoteOrganisation("t2", "c2", "Rata XPM", "PRACTICE", True)


def begin(office: Office, state: str = "state", *, now: datetime = NOW) -> None:
    connecting.begin(office.admin, "xpm", state=state, verifier=f"verifier of {state}", session_key="session", now=now)


def claim(actor: Actor, state: str = "state", *, session: str = "session", now: datetime = NOW) -> Claimed:
    return connecting.claim(actor, "xpm", state=state, session_key=session, now=now)


def refuses(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(AskPerson) as refusal:
        call()
    assert refusal.value.code == code


def test_a_sign_in_comes_back_once(office: Office) -> None:
    begin(office)
    assert claim(office.admin).verifier == "verifier of state"
    refuses("bad_state", lambda: claim(office.admin))


def test_it_comes_back_to_whom_and_where_it_was_begun(office: Office) -> None:
    begin(office)
    refuses("bad_state", lambda: claim(office.admin, "another state"))
    refuses("bad_state", lambda: claim(office.admin, session="another session"))
    refuses("bad_state", lambda: claim(replace(office.admin, id=office.reader.id)))
    refuses("bad_state", lambda: claim(an_office("Rata & Co").admin))
    assert claim(office.admin).verifier == "verifier of state"


def test_it_has_ten_minutes(office: Office) -> None:
    begin(office)
    refuses("bad_state", lambda: claim(office.admin, now=NOW + TIME_TO_SIGN_IN))
    assert claim(office.admin, now=NOW + TIME_TO_SIGN_IN - timedelta(seconds=1)).verifier == "verifier of state"


def test_what_was_never_finished_is_cleared_away(office: Office) -> None:
    begin(office, "one")
    begin(office, "two", now=NOW + timedelta(hours=1))
    assert Authorisation.rows.of(office.practice.pk).count() == 1


def test_nothing_of_a_sign_in_stands_in_the_clear(office: Office) -> None:
    begin(office)
    connecting.keep_choice(office.admin, claim(office.admin).authorisation_id, TOKENS, [KAURI, RATA], NOW)
    told = repr(Authorisation.rows.of(office.practice.pk).values().get())
    for secret in ("verifier of", "'state'", "'session'", TOKENS.access_token, TOKENS.refresh_token):
        assert secret not in told


def test_nobody_signs_in_before_the_add_on_is_on(office: Office) -> None:
    practices.disable_add_on(office.admin, "xpm", NOW)
    with pytest.raises(Invalid, match="Add-ons"):
        begin(office)


def chosen(office: Office) -> int:
    begin(office)
    waiting = claim(office.admin).authorisation_id
    connecting.keep_choice(office.admin, waiting, TOKENS, [KAURI, RATA], NOW)
    return waiting


def test_a_choice_is_taken_once(office: Office) -> None:
    waiting = chosen(office)
    assert connecting.take_choice(office.admin, waiting, "t2", NOW) == (RATA, TOKENS)
    refuses("bad_state", lambda: connecting.take_choice(office.admin, waiting, "t2", NOW))


def test_a_choice_is_of_what_was_offered_by_who_was_asked_and_in_time(office: Office) -> None:
    waiting = chosen(office)
    other = replace(office.admin, id=office.reader.id)
    refuses("bad_state", lambda: connecting.take_choice(office.admin, waiting, "t3", NOW))
    refuses("bad_state", lambda: connecting.take_choice(other, waiting, "t2", NOW))
    refuses("bad_state", lambda: connecting.take_choice(office.admin, waiting, "t2", NOW + TIME_TO_SIGN_IN))
    assert connecting.take_choice(office.admin, waiting, "t1", NOW)[0] == KAURI


def test_connecting_again_takes_the_same_row_up(connected: Office) -> None:
    first = connected.connection
    client = connected.pair(a_record())
    connecting.disconnect(connected.admin, first.pk, NOW)
    again = connected.connect(tokens=Tokens("new access", "new refresh", 1800))
    assert (again.pk, again.state, again.ended_at, again.generation) == (first.pk, "connected", None, 2)
    assert connected.link_of(client).connection_id == again.pk
    assert connected.verbs()[-2:] == ["disconnected", "reconnected"]


def test_a_broken_connection_is_mended_by_connecting_again(connected: Office) -> None:
    connecting.break_connection(connected.connection.pk, "Revoked.", NOW)
    assert connected.connect().state == "connected"
    assert (connected.connection.reason, Connection.rows.of(connected.practice.pk).count()) == ("", 1)


def test_disconnecting_wipes_the_tokens_and_leaves_the_rest(connected: Office) -> None:
    client = connected.pair(a_record())
    for _ in range(2):
        connecting.disconnect(connected.admin, connected.connection.pk, NOW)
    row = Connection.rows.of(connected.practice.pk).get()
    assert (row.state, row.ended_at, row.access_token, row.refresh_token) == ("ended", NOW, "", "")
    assert connecting.held_tokens(connected.admin, row.pk) is None
    assert connected.link_of(client).ended_at is None
    assert connected.verbs().count("disconnected") == 1


def test_another_organisation_needs_a_word_where_links_belong_to_the_first(connected: Office) -> None:
    connected.pair(a_record())
    first = connected.connection
    refuses("other_organisation", lambda: connected.connect("Rata XPM"))
    first.refresh_from_db()
    assert first.state == "connected"

    connected.connect("Rata XPM", confirmed=True)
    first.refresh_from_db()
    assert (first.state, first.access_token, first.refresh_token) == ("ended", "", "")
    assert [each.state for each in Connection.rows.of(connected.practice.pk).order_by("pk")] == ["ended", "connected"]


def test_another_organisation_needs_none_where_nothing_is_linked(connected: Office) -> None:
    assert connected.connect("Rata XPM").organisation_name == "Rata XPM"


def test_who_is_linked_anew_in_another_organisation_leaves_the_first(connected: Office) -> None:
    client = connected.pair(a_record("r1"))
    connected.connect("Rata XPM", confirmed=True)
    there = connected.pair_again(client, a_record("r9", name="Kauri of Rata"))
    assert Link.rows.of(connected.practice.pk).filter(client=client, ended_at=None).get() == there
    assert connected.plan(client).link == there


def test_what_waited_for_the_connection_goes_on_once_it_holds_again(connected: Office) -> None:
    waiting = runs.request(connected.admin, connected.connection.pk, "refresh", NOW)
    runs.pause(waiting.pk, None, "reconnect", "Revoked.", NOW)
    later = runs.request(connected.admin, connected.connection.pk, "sweep", NOW)
    runs.pause(later.pk, NOW + timedelta(hours=5), "throttled", "", NOW)
    connected.connect()
    waiting.refresh_from_db()
    later.refresh_from_db()
    assert (waiting.resume_at, later.resume_at) == (NOW, NOW + timedelta(hours=5))
