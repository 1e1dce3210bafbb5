"""A register that mostly agrees with the sandbox's XPM, with a client in every state."""

from dataclasses import dataclass

from practicesync.core.catalogue import kind_of_structure
from practicesync.core.link_state import LinkState
from practicesync.operations import linking, register
from practicesync.operations.register import NewClient
from practicesync.store.models import Client, Link, Mirror
from web.desk import Desk


@dataclass
class Known:
    """The clients that were put into a known state."""

    agreed: Client
    here: Client
    there: Client
    both: Client
    waiting: Client
    failing: Client
    differs: Client
    unlinked: Client


def take_over(desk: Desk) -> list[Client]:
    """Put every client of XPM that is not archived into the register, linked."""
    firm = desk.firm
    mirrors = list(Mirror.rows.of(firm.practice.pk).filter(archived=False, deleted=False).order_by("sort_name"))
    new = [
        NewClient(
            kind_of_structure(mirror.values.get("business_structure", "")),
            {**mirror.values, "tax_number": firm.xpm(mirror.remote_id).get("TaxNumber") or ""},
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
    """A register like XPM's, with a client in every state, and one of which XPM knows nothing."""
    firm = desk.firm
    here, there, both, waiting, failing, *rest = take_over(desk)
    in_sync = set(Link.rows.of(firm.practice.pk).filter(state=LinkState.IN_SYNC).values_list("client_id", flat=True))
    agreed = next(client for client in rest if client.pk in in_sync)
    remote = {
        client.pk: Mirror.rows.of(firm.practice.pk).get(links__client=client, links__ended_at=None).remote_id
        for client in (there, both)
    }
    firm.clock.advance(7200)
    firm.edit(here, email="office@changed-here.example", phone="+64 9 555 0199")
    firm.edit(both, website="www.changed-here.example", email="here@both.example")
    firm.xpm_edit(remote[there.pk], Phone="09 555 0134", Address="Level 4, 12 Rata Street", City="Auckland")
    firm.xpm_edit(remote[both.pk], Website="https://changed-there.example/", Phone="09 555 0166")
    firm.edit(failing, business_structure="Tr ust")
    firm.sync(failing, business_structure="push")
    firm.edit(waiting, email="office@waiting.example")
    firm.choose(waiting, email="push")
    unlinked = firm.add("Kauri Holdings Limited", email="office@kauri.example")
    return Known(agreed, here, there, both, waiting, failing, _differing(desk), unlinked)


def _differing(desk: Desk) -> Client:
    """A client that was just linked: values differ, are only written otherwise, or stand on one side alone."""
    firm = desk.firm
    remote_id = firm.xpm_add(
        Name="Kauri Trading Ltd",
        Email="info@kauri.example",
        Phone="(09) 555-0100",
        Contacts=[{"Name": "Mere Parata", "Email": "mere@kauri.example", "Position": "Director"}],
    )
    client = firm.add(
        "Kauri Trading Limited", email="office@kauri.example", phone="+64 9 555 0100", website="kauri.example"
    )
    firm.refresh()
    firm.link(client, remote_id)
    return client
