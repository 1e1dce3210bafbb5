"""How the brake is told: why it holds, as a sentence and as a state."""

from collections.abc import Mapping

from practicesync.core.brake import Cause, Halt

BRAKE_WORDS: Mapping[Cause, str] = {
    Cause.LEFT_OUT: "XPM left out {what} for {count} clients that had it before.",
    Cause.LOST: "It would blank or remove values of {count} clients; your firm allows {allowed} unasked.",
    Cause.CHANGED: "It would change {count} clients; your firm allows {allowed} unasked.",
    Cause.FALL: "XPM's list lacks {count} of {of} clients that were there before. Nothing was changed.",
}
"""Why the brake holds. What a firm allows is in its policy."""

BRAKE_STATES: Mapping[Cause, str] = {
    Cause.LEFT_OUT: "Stopped: XPM left out {what}",
    Cause.LOST: "Stopped: would blank {count} clients",
    Cause.CHANGED: "Stopped: would change {count} clients",
    Cause.FALL: "Stopped: XPM's list lacks {count} clients",
}
"""The same where there is little room."""


def say_halt(halt: Halt) -> str:
    """The sentence of one reason for which the brake holds."""
    return BRAKE_WORDS[halt.cause].format_map(_numbers(halt))


def say_stopped(halt: Halt) -> str:
    """The same as a state."""
    return BRAKE_STATES[halt.cause].format_map(_numbers(halt))


def _numbers(halt: Halt) -> Mapping[str, str]:
    return {"count": f"{halt.clients:,}", "of": f"{halt.of:,}", "allowed": f"{halt.allowed:,}", "what": halt.what}
