"""Which practice a command is about, and who acts there: whoever may run commands on this machine may do everything."""

import argparse
import getpass

from practicesync.core.actor import Ability, Actor, ActorKind
from practicesync.core.errors import Invalid
from practicesync.queries.installation import PracticeLine, practices


def add_practice(parser: argparse.ArgumentParser) -> None:
    """Declare `--practice`."""
    parser.add_argument("--practice", metavar="NAME", help="name or id of the practice, where there are several")


def chosen(options: argparse.Namespace) -> PracticeLine:
    """The practice that is meant. Raises `Invalid` where that is not clear."""
    known = practices()
    if not known:
        raise Invalid({"practice": "There is no practice yet: run `practicesync start-practice` first."})
    fitting = [each for each in known if options.practice in (None, each.name, str(each.id))]
    if len(fitting) != 1:
        names = ", ".join(f"{each.name} ({each.id})" for each in known)
        raise Invalid({"practice": f"Say which practice, by --practice: {names}."})
    return fitting[0]


def actor_for(practice_id: int) -> Actor:
    """The person at the command line, as far as the machine knows them."""
    return Actor(ActorKind.COMMAND, "command", f"{_user()} (command line)", practice_id, frozenset(Ability))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
