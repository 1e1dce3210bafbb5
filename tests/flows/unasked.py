"""Client sync at work in a test: switched on, something moved on a side, a run asked for and carried out."""

from dataclasses import replace
from typing import Any

from firms import Firm
from practicesync.core.actor import client_sync
from practicesync.core.fields import ClientKind
from practicesync.core.policy import Brake, Policy
from practicesync.operations import automatic, policies
from practicesync.queries.policy import policy_of
from practicesync.store.models import Client, Run

TIGHT = Brake(changed=3, lost=2, percent=1)


def let(firm: Firm, **terms: Any) -> Policy:
    """Switch client sync on with these terms beside those that hold."""
    before = policy_of(firm.practice.pk, "xpm")
    policy = replace(before, on=True, **terms)
    return policies.change(firm.actor, "xpm", policy, firm.clock.now(), seen=before.version)


def pairs(firm: Firm, count: int, **values: str) -> list[tuple[Client, str]]:
    """So many clients that are on both sides, equal in these values (by the register's keys and XPM's names)."""
    there = {key.capitalize(): value for key, value in values.items()}
    remote_ids = [firm.xpm_add(Name=f"Client {number} Limited", **there) for number in range(count)]
    firm.refresh()
    clients = [firm.add(f"Client {number} Limited", ClientKind.COMPANY, **values) for number in range(count)]
    for client, remote_id in zip(clients, remote_ids, strict=True):
        firm.link(client, remote_id)
    return list(zip(clients, remote_ids, strict=True))


def reread(firm: Firm) -> None:
    """Time passes, and XPM is read."""
    firm.clock.advance(3600)
    firm.refresh()


def ask(firm: Firm) -> Run | None:
    return automatic.request(client_sync(firm.practice.pk), firm.connection.pk, firm.clock.now())


def move(firm: Firm) -> Run:
    """An automatic run, asked for and carried out."""
    run = ask(firm)
    assert run is not None
    return firm.run(run)


def of(client: Client, key: str) -> str:
    client.refresh_from_db()
    return str(client.values.get(key, ""))


def mass(firm: Firm, count: int, side: str) -> list[tuple[Client, str]]:
    """So many clients whose phone changed on one side, under a tight brake; read, and not moved."""
    found = pairs(firm, count, phone="09 555 0100")
    let(firm, brake=TIGHT)
    for number, (client, remote_id) in enumerate(found):
        if side == "here":
            firm.edit(client, phone=f"09 555 02{number:02}")
        else:
            firm.xpm_edit(remote_id, Phone=f"09 555 02{number:02}")
    reread(firm)
    return found
