"""Trying again what did not go through: the very values that were to be written, by a sheet of their own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.errors import Invalid
from practicesync.operations import sheets
from practicesync.operations.unreadable import request_again
from practicesync.queries.failed_lines import failed_lines
from practicesync.store.models import Link, Run, SetAsideRecord

MOST = 1000
"""So many clients are tried again at once."""

NOTHING = "None of this can be tried again as it is. Open the client: it says what is amiss, and where that is mended."


@dataclass(frozen=True, slots=True)
class Retried:
    """What was asked for: the sheet that writes again with the run that applies it, and records to be read again.

    All of `runs` are for the caller to start.
    """

    sheet_id: int | None
    runs: Sequence[Run]


def retry(actor: Actor, client_ids: Collection[int], now: datetime) -> Retried:
    """Try again what failed of these clients: writes as they were to be, records that could not be read.

    What has changed on either side since is no longer a failure and is left to the plan. Raises `Invalid` where nothing
    can be tried again.
    """
    actor.require(Ability.SYNC)
    with transaction.atomic():
        reading = [request_again(actor, key, now) for key in _unread(actor, client_ids)]
        links = _failing(actor, client_ids)
        lines = failed_lines(actor.practice_id, links)
        if not lines:
            if not reading:
                raise Invalid({"": NOTHING})
            return Retried(None, reading)
        connection_id = Link.rows.of(actor.practice_id).values_list("connection_id", flat=True).get(pk=links[0])
        sheet = sheets.draw_up(actor, connection_id, "chosen", lines, now, notes={"retry": True})
        run = sheets.request_apply(actor, sheet.pk, now)
    return Retried(sheet.pk, [*reading, run])


def _failing(actor: Actor, client_ids: Collection[int]) -> list[int]:
    """The links of these clients whose last write did not go through and that can be written now."""
    rows = Link.rows.of(actor.practice_id).filter(
        client_id__in=list(client_ids), ended_at=None, set_aside_at=None, connection__state="connected"
    )
    return list(rows.exclude(failing="").order_by("pk").values_list("pk", flat=True)[:MOST])


def _unread(actor: Actor, client_ids: Collection[int]) -> list[int]:
    """What could not be read of these clients the last time."""
    links = Link.rows.of(actor.practice_id).filter(
        client_id__in=list(client_ids), ended_at=None, connection__state="connected"
    )
    remote_ids = list(links.values_list("mirror__remote_id", flat=True))
    rows = SetAsideRecord.rows.of(actor.practice_id).filter(remote_id__in=remote_ids, connection__state="connected")
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
