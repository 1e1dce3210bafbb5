"""Connect: send a person to sign in at the remote, take them back, tie the practice to the organisation they chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from practicesync.connectors.base import Grant
from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import AskPerson, Reconnect, SyncError
from practicesync.core.record import RemoteOrganisation
from practicesync.flows.remote import remote
from practicesync.operations import connecting, runs
from practicesync.operations.connecting import Tokens
from practicesync.store.models import Connection, Run


@dataclass(frozen=True, slots=True)
class Connected:
    """The practice is connected; `run` is its first refresh, queued."""

    connection: Connection
    run: Run


@dataclass(frozen=True, slots=True)
class Choose:
    """The login reaches several organisations: a person has to choose one."""

    authorisation_id: int
    organisations: tuple[RemoteOrganisation, ...]


def sign_in_address(actor: Actor, connector: str, *, session_key: str, now: datetime) -> str:
    """Where to send the person; the way back is remembered."""
    actor.require(Ability.MANAGE)
    leave = remote(connector).identity.leave()
    connecting.begin(actor, connector, state=leave.state, verifier=leave.verifier, session_key=session_key, now=now)
    return leave.url


def come_back(
    actor: Actor, connector: str, *, session_key: str, query: Mapping[str, str], now: datetime
) -> Connected | Choose:
    """The person is back with a code, or with a refusal.

    Raises `AskPerson` with the code bad_state, refused_consent, bad_code, no_privilege or no_organisation, and
    `Unavailable` where identity does not answer. A single organisation that is not the one the links belong to is a
    choice too: a person has to confirm it.
    """
    claimed = connecting.claim(actor, connector, state=query.get("state", ""), session_key=session_key, now=now)
    if "error" in query:
        raise AskPerson("Access was not allowed.", code=REFUSALS.get(query["error"], "refused_consent"))
    identity = remote(connector).identity
    try:
        grant = identity.redeem(query.get("code", ""), claimed.verifier)
    except Reconnect as problem:
        raise AskPerson(problem.detail, code="bad_code") from problem
    found = [each for each in identity.organisations(grant.access_token) if each.fits]
    if not found:
        _drop(connector, grant)
        raise AskPerson("The login has no Practice Manager organisation.", code="no_organisation")
    tokens = Tokens(grant.access_token, grant.refresh_token, grant.expires_in)
    if len(found) > 1 or connecting.is_bound_elsewhere(actor, connector, found[0].organisation_id):
        connecting.keep_choice(actor, claimed.authorisation_id, tokens, found, now)
        return Choose(claimed.authorisation_id, tuple(found))
    return _connect(actor, connector, found[0], tokens, now)


def choose(actor: Actor, connector: str, authorisation_id: int, organisation_id: str, now: datetime) -> Connected:
    """The person chose one of several organisations."""
    organisation, tokens = connecting.take_choice(actor, authorisation_id, organisation_id, now)
    return _connect(actor, connector, organisation, tokens, now, confirmed=True)


def disconnect(actor: Actor, connection_id: int, now: datetime) -> None:
    """Leave and revoke at the remote, then end it here and wipe the tokens. Where the remote does not answer, it is
    ended here all the same: a person who says stop is obeyed."""
    tokens = connecting.held_tokens(actor, connection_id)
    if tokens is not None:
        row = Connection.rows.of(actor.practice_id).get(pk=connection_id)
        _leave(row, tokens.access_token)
        _revoke(row.connector, tokens.refresh_token)
    connecting.disconnect(actor, connection_id, now)


REFUSALS = {"access_denied": "refused_consent", "unauthorized_client": "no_privilege"}


def _connect(
    actor: Actor,
    connector: str,
    organisation: RemoteOrganisation,
    tokens: Tokens,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Connected:
    """One connection a practice: the remote is told to drop the one before it once the new one stands.

    Its organisation alone is left; its grant is not revoked, since the same login may hold the new one by it.
    """
    former = (
        Connection.rows.of(actor.practice_id)
        .filter(connector=connector)
        .exclude(state="ended")
        .exclude(organisation_id=organisation.organisation_id)
        .first()
    )
    held = connecting.held_tokens(actor, former.pk) if former is not None else None
    connection = connecting.connect(
        actor, connector, organisation=organisation, tokens=tokens, now=now, confirmed=confirmed
    )
    if former is not None and held is not None:
        _leave(former, held.access_token)
    return Connected(connection, runs.request(actor, connection.pk, "refresh", now))


def _drop(connector: str, grant: Grant) -> None:
    """A grant that leads nowhere is given back."""
    if grant.refresh_token:
        _revoke(connector, grant.refresh_token)


def _leave(row: Connection, access_token: str) -> None:
    """Take the organisation out of the grant; what the remote refuses or does not answer is left to it."""
    try:
        remote(row.connector).identity.leave_organisation(access_token, row.remote_connection_id)
    except SyncError:
        return


def _revoke(connector: str, refresh_token: str) -> None:
    try:
        remote(connector).identity.revoke(refresh_token)
    except SyncError:
        # The tokens are wiped here in any case; what is left at the remote dies of disuse.
        return
