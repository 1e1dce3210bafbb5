"""Make a practice and its first admin. No login exists before; the password is chosen here and shown nowhere."""

import argparse

from practicesync.cli import passwords
from practicesync.cli.database import bring_up_to_date
from practicesync.cli.output import answer
from practicesync.core.actor import Role
from practicesync.core.errors import Invalid
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import practices
from practicesync.queries.installation import practices as known_practices

ZONES = {"AU": "Australia/Sydney", "NZ": "Pacific/Auckland", "GB": "Europe/London"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--name", required=True, help="the firm's name")
    parser.add_argument("--country", choices=sorted(ZONES), default="AU", help="how phones and addresses are read")
    parser.add_argument("--time-zone", help="such as Australia/Perth; the country's largest city's without")
    parser.add_argument("--email", required=True, help="the first admin's e-mail address, to sign in with")
    parser.add_argument("--person", metavar="NAME", help="the first admin's name")


def run(options: argparse.Namespace) -> int:
    """Ask for a password, then make both. Standard input gives the password where it is no terminal."""
    bring_up_to_date()
    if any(each.name == options.name for each in known_practices()):
        raise Invalid({"name": f"There is a practice called {options.name} already."})
    password = passwords.ask(options.email, "the first admin")
    now = SYSTEM_CLOCK.now()
    zone = options.time_zone or ZONES[options.country]
    practice = practices.create_practice(name=options.name, country=options.country, time_zone=zone, now=now)
    name = options.person or options.email.partition("@")[0]
    practices.add_person(practice, email=options.email, name=name, password=password, role=Role.ADMIN, now=now)
    facts = {"practice": practice.pk, "name": practice.name, "email": options.email}
    answer(options, facts, [f"{practice.name} is there, and {options.email} is its admin. Now: practicesync serve"])
    return 0
