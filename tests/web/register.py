"""A register that mostly agrees with the sandbox's XPM, with a client in every state."""

from dataclasses import dataclass

from practicesync.core.catalogue import kind_of_structure
from practicesync.operations import linking, register
from practicesync.operations.register import NewClient
from practicesync.store.models import Client, Mirror
from web.desk import Desk


@dataclass
class Known:
    """The clients that were put into a known state."""

    agreed: Client
    here: Client
    there: Client
    both: Client
    differs: Client
    unlinked: Client


def take_over(desk: Desk) -> list[Client]:
    """Put every client of XPM that is not archived into the register, linked."""
    firm = desk.firm
    mirrors = list(Mirror.rows.of(firm.practice.pk).filter(archived=False, deleted=False).order_by("sort_name"))
    new = [
        NewClient(
            kind_of_structure(mirror.values.get("business_structure", "")),
            {key: value for key, value in mirror.values.items() if "*" not in value},
            country=firm.practice.country,
            contacts=tuple(each["values"] for each in mirror.contacts or ()),
        )
        for mirror in mirrors
    ]
    clients = register.import_clients(firm.actor, new, firm.clock.now())
    pairs = {client.pk: mirror.remote_id for client, mirror in zip(clients, mirrors, strict=True)}
    linking.link_known(firm.actor, pairs, firm.connection.pk, firm.clock.now())
    return clients


def in_every_state(desk: Desk) -> Known:
    """A register like XPM's, with clients changed here, there, on both sides, and one of which XPM knows nothing."""
    firm = desk.firm
    agreed, here, there, both, differs, *_ = take_over(desk)
    remote = {
        client.pk: Mirror.rows.of(firm.practice.pk).get(links__client=client, links__ended_at=None).remote_id
        for client in (there, both)
    }
    firm.clock.advance(7200)
    firm.edit(here, email="office@changed-here.example", phone="+64 9 555 0199")
    firm.edit(both, **{"website": "www.changed-here.example", "email": "here@both.example"})
    firm.xpm_edit(remote[there.pk], Phone="09 555 0134", Address="Level 4, 12 Rata Street", City="Auckland")
    firm.xpm_edit(remote[both.pk], Website="https://changed-there.example/", Phone="09 555 0166")
    unlinked = firm.add("Kauri Holdings Limited", email="office@kauri.example")
    firm.refresh()
    return Known(agreed, here, there, both, differs, unlinked)
