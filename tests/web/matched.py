"""A desk with clients that XPM has too: one for sure, one that has to be looked at, one that is nowhere else."""

from dataclasses import dataclass

from practicesync.operations import matching
from practicesync.store.models import Candidate, Client, Mirror
from web.desk import Desk

NAMES = ("Kauri", "Rimu", "Totara", "Matai", "Miro", "Rata", "Kowhai", "Puriri", "Tawa", "Karaka", "Kahikatea", "Hinau")


@dataclass
class Matched:
    """What was found. `look` may be either of two records."""

    safe: Client
    look: Client
    alone: Client
    only_there: str

    def card(self, client: Client) -> Candidate:
        """The client's proposal."""
        found: Candidate = Candidate.rows.of(client.practice_id).filter(client=client, rank=1).latest("score")
        return found


def business_number(number: int) -> str:
    """A New Zealand Business Number: thirteen digits, the last of which checks the others (GS1, "Check digit")."""
    digits = f"94290300{number:04}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def match(desk: Desk) -> None:
    """Look for links, here and now."""
    firm = desk.firm
    firm.run(matching.request_match(firm.actor, firm.connection.pk, firm.clock.now()))


def matched(desk: Desk) -> Matched:
    """The clients, read and compared."""
    firm = desk.firm
    for number, name in enumerate(NAMES):
        known = business_number(number)
        firm.add(f"{name} Joinery Limited", client_code=f"{name}1", business_number=known)
        firm.xpm_add(Name=f"{name} Joinery Ltd", ClientCode=f"{name}1", BusinessNumber=known)
    firm.xpm_add(Name="Pohutukawa Nurseries Limited", Phone="09 555 0199")
    firm.xpm_add(Name="Pohutukawa Nursery Ltd")
    firm.xpm_add(Name="Weka Fencing Limited")
    look = firm.add("Pohutukawa Nurseries Ltd", email="office@pohutukawa.example")
    alone = firm.add("Zealandia Vessels Limited")
    firm.refresh()
    match(desk)
    safe = Client.rows.of(firm.practice.pk).get(name="Kauri Joinery Limited")
    return Matched(safe, look, alone, str(Mirror.rows.of(firm.practice.pk).get(name="Weka Fencing Limited").name))
