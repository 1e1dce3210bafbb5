"""How XPM behaves in a schedule: a value drawn for every doubt switch of the sandbox."""

from random import Random

from xpm_sandbox.switches import SWITCHES, WHOLE_NUMBER

NOT_DRAWN = {
    "visibility": "what the login may not see is a matter of setting up, judged by tests of its own",
    "version_3_0": "the product speaks 3.1",
    "client_delete_with_jobs": "these firms have no jobs",
}
"""Switches that stay as they are, and why."""

NUMBERS = {"list_lag_seconds": ("0", "0", "20", "60"), "date_header_skew_seconds": ("0", "0", "120", "-300", "540")}
RARELY = {"omitted_element": 0.03, "update_answer": 0.05}
"""Under these hardly anything can be done: how often they are drawn at all."""

DEFAULTS = {switch.name: switch.default for switch in SWITCHES}


def draw(random: Random) -> dict[str, str]:
    """A value for each switch: half of them as XPM most likely is, the others any."""
    drawn = {}
    for switch in SWITCHES:
        luck, chosen = random.random(), random.choice(NUMBERS.get(switch.name, switch.values))
        if switch.name in NOT_DRAWN or (switch.values == (WHOLE_NUMBER,) and switch.name not in NUMBERS):
            continue
        if luck < RARELY.get(switch.name, 0.5):
            drawn[switch.name] = chosen
    return drawn
