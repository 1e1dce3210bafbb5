"""Give somebody a login and a role in a practice, or a new password."""

import argparse

from practicesync.cli import passwords
from practicesync.cli.output import answer
from practicesync.cli.practice import actor_for, add_practice, chosen
from practicesync.core.actor import Role
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import practices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    parser.add_argument("--email", required=True, help="the e-mail address to sign in with")
    parser.add_argument("--name", help="their name, as the activity shows it")
    parser.add_argument("--role", choices=[role.value for role in Role], default=Role.STANDARD.value)
    parser.add_argument("--new-password", action="store_true", help="only change the password of somebody who is there")


def run(options: argparse.Namespace) -> int:
    """Ask for a password, then do it. Standard input gives the password where it is no terminal."""
    actor = actor_for(chosen(options).id)
    password = passwords.ask(options.email, options.email)
    now = SYSTEM_CLOCK.now()
    if options.new_password:
        practices.set_password(actor, email=options.email, password=password, now=now)
        answer(options, {"email": options.email}, [f"{options.email} signs in with the new password from now on."])
        return 0
    name = options.name or options.email.partition("@")[0]
    role = Role(options.role)
    practices.admit(actor, email=options.email, name=name, password=password, role=role, now=now)
    answer(options, {"email": options.email, "role": role.value}, [f"{options.email} may sign in, as {role.value}."])
    return 0
