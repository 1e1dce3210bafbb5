"""How a policy is told: its directions, levels, rules and brakes, and which step of the precedence decided and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from practicesync.core.fields import Level, Rule
from practicesync.core.policy import Direction, FieldRule, Layer, Passage, Policy, Terms, Truth


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a firm may choose: what it is called, and what it does in a sentence."""

    label: str
    sentence: str


DIRECTION_WORDS: Mapping[Direction, Choice] = {
    Direction.FROM_REMOTE: Choice(
        "From Xero Practice Manager",
        "Updates in XPM flow to the register. A field that was changed in the register is overridden by XPM's value.",
    ),
    Direction.TO_REMOTE: Choice(
        "To Xero Practice Manager",
        "Updates in the register flow to XPM. A field that was changed in XPM is overridden by the register's value.",
    ),
    Direction.TWO_WAY: Choice(
        "Both ways, with review",
        "A field that changed on one side goes to the other. Where both changed, or where the sides never agreed, "
        "somebody chooses.",
    ),
}

LEVEL_WORDS: Mapping[Level, Choice] = {
    Level.EVERYTHING: Choice("Everything", "Changes to every field of the list are synced."),
    Level.NAMES: Choice("Client names only", "Changes to the client's name are synced, and to nothing else."),
    Level.NOTHING: Choice(
        "Nothing",
        "No changes are synced. XPM clients can still be picked for new clients; what changes in XPM later is not "
        "brought over.",
    ),
}

TRUTH_WORDS: Mapping[Truth, Choice] = {
    Truth.LOCAL: Choice("The register wins", "Where both sides have a value, the register's goes to XPM."),
    Truth.REMOTE: Choice("XPM wins", "Where both sides have a value, XPM's goes to the register."),
    Truth.ASK: Choice("Somebody chooses", "Where both sides have a value of their own, it waits for a person."),
}

PASSAGE_WORDS: Mapping[Passage, Choice] = {
    Passage.FREE: Choice("Always, also a blank", "Values go over unasked, and so does that a value was emptied."),
    Passage.NEVER_BLANK: Choice("Never blank out", "Values go over unasked; what would be blanked waits for a person."),
    Passage.FILL_BLANK: Choice("Fill blanks only", "Values go over unasked where there is none; none is overwritten."),
    Passage.ASK: Choice("Ask", "Nothing goes over unless a person chose it."),
    Passage.NEVER: Choice("Never", "Nothing goes over this way."),
}

LAYER_WORDS: Mapping[Layer, Choice] = {
    Layer.OFF: Choice("Client sync is off", "Client sync is off, so nothing moves unless a person chose it."),
    Layer.LEVEL: Choice("The level", "Your firm's level leaves this field out, so nothing moves and nobody is asked."),
    Layer.REMOTE_ONLY: Choice("XPM alone keeps it", "XPM alone keeps this, so it comes in and never goes out."),
    Layer.PRIMARY: Choice("The register is primary", "The register is primary: nothing that is here is overwritten."),
    Layer.RULE: Choice("A rule of its own", "Your firm gave this field a rule of its own."),
    Layer.NOT_LISTED: Choice("On no level's list", "This field is on no level's list, so a person chooses."),
    Layer.DIRECTION: Choice("The direction", "Your firm's direction says so."),
}
"""The steps of the precedence, the first that speaks first."""

RULE_WORDS: Mapping[Rule, Choice] = {
    Rule.TWO_WAY: Choice("No rule of its own", "It follows your firm's level and direction."),
    Rule.FROM_REMOTE: Choice("From XPM only", "XPM's value comes in and wins; nothing goes out."),
    Rule.TO_REMOTE: Choice("To XPM only", "The register's value goes out and wins; nothing comes in."),
    Rule.FILL_BLANK: Choice("Fill blanks only", "A value goes over where there is none; none is overwritten."),
    Rule.ASK: Choice("Always ask", "Nothing moves unless a person chose it."),
    Rule.IGNORE: Choice("Ignore", "Nothing moves either way, and nobody is asked about it."),
}
"""The rules that have a name, as they are offered for a field."""

IGNORED = Choice("Ignored", "Nothing moves either way, and nobody is asked.")


@dataclass(frozen=True, slots=True)
class Reason:
    """One point of a field's terms in words: what holds, which step of the precedence says so, and its sentence."""

    point: str
    holds: str
    layer: str
    because: str


POINTS = ("Who wins", "What comes in", "What goes out")


def reasons(held: Terms, policy: Policy) -> tuple[Reason, Reason, Reason]:
    """Why a field's terms are what they are: for who wins, what comes in, and what goes out."""
    truth, inward, outward = POINTS
    return (
        _reason(truth, TRUTH_WORDS[held.truth].label, held.truth_by, policy),
        _reason(inward, PASSAGE_WORDS[held.inward].label, held.inward_by, policy),
        _reason(outward, PASSAGE_WORDS[held.outward].label, held.outward_by, policy),
    )


def rule_words(rule: FieldRule) -> str:
    """A rule in one line, such as "XPM wins; in: never blank out"."""
    if rule.ignores:
        return IGNORED.label
    told = [TRUTH_WORDS[rule.truth].label] if rule.truth else []
    told += [f"in: {PASSAGE_WORDS[rule.inward].label.lower()}"] if rule.inward else []
    told += [f"out: {PASSAGE_WORDS[rule.outward].label.lower()}"] if rule.outward else []
    return "; ".join(told) or "No rule"


def _reason(point: str, holds: str, layer: Layer, policy: Policy) -> Reason:
    words = LAYER_WORDS[layer]
    because = words.sentence
    if layer is Layer.DIRECTION:
        because = f"Your firm's direction is {DIRECTION_WORDS[policy.direction].label}."
    elif layer is Layer.LEVEL:
        because = f"Your firm's level is {LEVEL_WORDS[policy.level].label}, which leaves this field out."
    return Reason(point, holds, words.label, because)
