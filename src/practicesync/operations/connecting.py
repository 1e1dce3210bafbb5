"""Connections: signing in at the remote, one live connection a practice, and ending it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import AskPerson, Invalid
from practicesync.core.record import RemoteOrganisation
from practicesync.operations import runs
from practicesync.operations.activity import Entry, write
from practicesync.operations.cutting_off import await_reading, cut_off
from practicesync.operations.pushing import withdraw_ended
from practicesync.operations.tokens import context, mark_broken, put_tokens
from practicesync.store.models import AddOn, Authorisation, Connection, Link
from practicesync.store.secrets import seal, unseal

TIME_TO_SIGN_IN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A sign-in that came back: its PKCE verifier, to redeem the code with."""

    authorisation_id: int
    verifier: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a redeemed sign-in gives. `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


def begin(actor: Actor, connector: str, *, state: str, verifier: str, session_key: str, now: datetime) -> None:
    """Remember a sign-in that is about to leave for the remote: one use, ten minutes, this person and session."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        if not AddOn.rows.of(actor.practice_id).filter(connector=connector).exists():
            raise Invalid({"": "Enable Xero Practice Manager first, under Admin > Add-ons."})
        Authorisation.rows.of(actor.practice_id).filter(expires_at__lt=now).delete()
        Authorisation(
            practice_id=actor.practice_id,
            connector=connector,
            state_digest=_digest(state),
            verifier=seal(verifier, f"verifier:{actor.practice_id}"),
            person_id=int(actor.id),
            session_digest=_digest(session_key),
            begun_at=now,
            expires_at=now + TIME_TO_SIGN_IN,
        ).save(force_insert=True)


def claim(actor: Actor, connector: str, *, state: str, session_key: str, now: datetime) -> Claimed:
    """A sign-in came back. Raises `AskPerson` (bad_state) unless it is the one begun, and comes for the first time."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        row = (
            Authorisation.rows.of(actor.practice_id)
            .select_for_update(no_key=True)
            .filter(
                connector=connector,
                state_digest=_digest(state),
                session_digest=_digest(session_key),
                person_id=int(actor.id),
                used_at=None,
                expires_at__gt=now,
            )
            .first()
        )
        if row is None:
            raise AskPerson("No such sign-in is under way.", code="bad_state")
        row.used_at = now
        row.save(update_fields=["used_at"])
        return Claimed(row.pk, unseal(row.verifier, f"verifier:{actor.practice_id}"))


def keep_choice(
    actor: Actor, authorisation_id: int, tokens: Tokens, organisations: Sequence[RemoteOrganisation], now: datetime
) -> None:
    """The login reaches several organisations: the grant waits, sealed, for a person to choose."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        row = _waiting(actor, authorisation_id)
        row.grant = seal(json.dumps(asdict(tokens)), f"grant:{actor.practice_id}:{row.pk}")
        row.organisations = [asdict(each) for each in organisations]
        row.expires_at = now + TIME_TO_SIGN_IN
        row.save(update_fields=["grant", "organisations", "expires_at"])


def take_choice(
    actor: Actor, authorisation_id: int, organisation_id: str, now: datetime
) -> tuple[RemoteOrganisation, Tokens]:
    """The chosen organisation and the grant that waited for it; gone afterwards."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        row = _waiting(actor, authorisation_id)
        chosen = next((each for each in row.organisations if each["organisation_id"] == organisation_id), None)
        if chosen is None or not row.grant or row.expires_at <= now:
            raise AskPerson("That choice is no longer there.", code="bad_state")
        tokens = Tokens(**json.loads(unseal(row.grant, f"grant:{actor.practice_id}:{row.pk}")))
        row.delete()
        return RemoteOrganisation(**chosen), tokens


def connect(
    actor: Actor,
    connector: str,
    *,
    organisation: RemoteOrganisation,
    tokens: Tokens,
    now: datetime,
    confirmed: bool = False,
) -> Connection:
    """Tie the practice to this organisation. The connection before it is ended; to the same one, it is taken up again.

    Raises `AskPerson` (other_organisation) where live links belong to another organisation and nobody confirmed.
    """
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        live = (
            Connection.rows.of(actor.practice_id)
            .select_for_update(no_key=True)
            .filter(connector=connector)
            .exclude(state="ended")
            .first()
        )
        same = _former(actor, connector, organisation.organisation_id)
        if same is None and not confirmed and _bound_elsewhere(actor, connector, organisation.organisation_id):
            raise AskPerson(f"The links of this practice are not to {organisation.name}.", code="other_organisation")
        if live is not None and live != same:
            _end(actor, live, now)
        row = same or Connection(
            practice_id=actor.practice_id, connector=connector, organisation_id=organisation.organisation_id
        )
        row.state, row.reason, row.ended_at = "connected", "", None
        row.organisation_name, row.remote_connection_id = organisation.name, organisation.connection_id
        row.connected_at, row.connected_by = now, actor.name
        put_tokens(row, tokens.access_token, tokens.refresh_token, tokens.expires_in, now)
        row.save()
        runs.wake(actor.practice_id, row.pk, now)
        verb = "connected" if same is None else "reconnected"
        write(actor, Entry(verb, {"organisation": organisation.name}), now)
        await_reading(row)
    return row


def disconnect(actor: Actor, connection_id: int, now: datetime) -> None:
    """End the connection and wipe its tokens. Links, mirror and history stay; what waits to go out is taken back."""
    actor.require(Ability.MANAGE)
    with transaction.atomic():
        row = Connection.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=connection_id)
        if row.state != "ended":
            _end(actor, row, now)


def held_tokens(actor: Actor, connection_id: int) -> Tokens | None:
    """A connection's tokens in the clear, for the one who gives them back; None where there are none."""
    actor.require(Ability.MANAGE)
    row = Connection.rows.of(actor.practice_id).get(pk=connection_id)
    if not row.refresh_token:
        return None
    return Tokens(
        unseal(row.access_token, context(row, "access")), unseal(row.refresh_token, context(row, "refresh")), 0
    )


def is_bound_elsewhere(actor: Actor, connector: str, organisation_id: str) -> bool:
    """Whether live links belong to another organisation, and connecting this one needs a person's confirmation."""
    known = Connection.rows.of(actor.practice_id).filter(connector=connector, organisation_id=organisation_id)
    return not known.exists() and _bound_elsewhere(actor, connector, organisation_id)


def break_connection(connection_id: int, reason: str, now: datetime) -> None:
    """The remote no longer accepts us: a person must connect again. What is queued waits."""
    with transaction.atomic():
        row = Connection.rows.everywhere().select_for_update(no_key=True).get(pk=connection_id)
        mark_broken(row, reason, now)


def _former(actor: Actor, connector: str, organisation_id: str) -> Connection | None:
    rows = (
        Connection.rows.of(actor.practice_id)
        .select_for_update(no_key=True)
        .filter(connector=connector, organisation_id=organisation_id)
    )
    return rows.order_by("-pk").first()


def _bound_elsewhere(actor: Actor, connector: str, organisation_id: str) -> bool:
    links = Link.rows.of(actor.practice_id).filter(ended_at=None, connection__connector=connector)
    return bool(links.exclude(connection__organisation_id=organisation_id).exists())


def _end(actor: Actor, row: Connection, now: datetime) -> None:
    row.state, row.ended_at = "ended", now
    row.access_token = row.refresh_token = ""
    row.save(update_fields=["state", "ended_at", "access_token", "refresh_token"])
    withdraw_ended(actor, row.pk, now)
    runs.wake(actor.practice_id, row.pk, now)
    write(actor, Entry("disconnected", {"organisation": row.organisation_name}), now)
    cut_off(row)


def _waiting(actor: Actor, authorisation_id: int) -> Authorisation:
    row = (
        Authorisation.rows.of(actor.practice_id)
        .select_for_update(no_key=True)
        .filter(pk=authorisation_id, person_id=int(actor.id))
        .first()
    )
    if row is None:
        raise AskPerson("That choice is no longer there.", code="bad_state")
    return row


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
