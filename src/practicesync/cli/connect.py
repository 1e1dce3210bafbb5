"""Tell how the connection to Practice Manager stands, and where a person signs in to make one.

Signing in needs a browser: Xero asks the person, and the answer is bound to their session here.
"""

import argparse

from django.conf import settings

from practicesync.cli.output import answer
from practicesync.cli.practice import add_practice, chosen
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.queries.connection_page import load_page

PAGE = "/settings/practice-management/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)


def run(options: argparse.Namespace) -> int:
    """0 where it is connected, 1 where a person has to sign in."""
    practice = chosen(options)
    page = load_page(practice.id, SYSTEM_CLOCK.now())
    address = f"{settings.PUBLIC_URL}{PAGE}"
    card = page.card
    facts = {
        "practice": practice.name,
        "enabled": page.enabled,
        "connected": card is not None and not card.broken,
        "organisation": card.organisation if card else None,
        "reason": card.reason if card else "",
        "address": address,
    }
    if card is not None and not card.broken:
        answer(options, facts, [f"{practice.name} is connected to {card.organisation}, by {card.connected_by}."])
        return 0
    lines = [] if card is None else [f"The connection to {card.organisation} no longer holds: {card.reason}"]
    if not page.enabled:
        lines.append(f"An admin switches the add-on on first: {settings.PUBLIC_URL}/admin/add-ons/")
    lines.append(f"An admin of {practice.name} opens {address} and chooses Connect.")
    answer(options, facts, lines)
    return 1
