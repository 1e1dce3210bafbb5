"""`core.words` in templates: `{{ row.state|wording }}` gives the wording of whatever code it is."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django import template

from practicesync.core.brake import Halt
from practicesync.core.brake_words import say_halt
from practicesync.core.compare import State
from practicesync.core.fields import ClientKind
from practicesync.core.import_rows import Choice, Verdict
from practicesync.core.link_state import LinkState
from practicesync.core.policy import Layer
from practicesync.core.policy_words import LAYER_WORDS
from practicesync.core.presence import Lack
from practicesync.core.push import Outcome
from practicesync.core.sheet_words import RISK_WORDS, SHEET_KIND_WORDS, SHEET_WORDS
from practicesync.core.verdict import Risk
from practicesync.core.words import (
    BECAME_WORDS,
    CHOICE_WORDS,
    ERROR_WORDS,
    KIND_WORDS,
    LACK_WORDS,
    LINK_WORDS,
    OUTCOME_WORDS,
    RUN_STATE_WORDS,
    SETTLED_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
    WHY_WORDS,
    Wording,
)

register = template.Library()

# By type first: as strings, codes of different types are equal ("differs" is a state of a field and of a link).
_TABLES: Mapping[type[Enum], Mapping[Any, Wording]] = {
    State: STATE_WORDS,
    Lack: LACK_WORDS,
    LinkState: LINK_WORDS,
    Outcome: OUTCOME_WORDS,
    Verdict: VERDICT_WORDS,
    Risk: RISK_WORDS,
}


@register.filter
def wording(code: State | Lack | LinkState | Outcome | Verdict | Risk) -> Wording:
    """The wording of a state or an outcome."""
    return _TABLES[type(code)][code]


@register.filter
def run_wording(state: str) -> Wording:
    """The wording of a run's state."""
    return RUN_STATE_WORDS[state]


@register.filter
def sheet_wording(state: str) -> Wording:
    """The wording of a sheet's state."""
    return SHEET_WORDS[state]


@register.filter
def sheet_kind(kind: str) -> str:
    """Whence a sheet comes."""
    return SHEET_KIND_WORDS.get(kind, kind)


@register.filter
def kind_word(kind: ClientKind) -> str:
    """What a kind of client is called."""
    return KIND_WORDS[kind]


@register.filter
def why_words(code: str) -> str:
    """Why a row stands as it does, as a sentence."""
    return WHY_WORDS[code]


@register.filter
def layer_sentence(layer: Layer) -> str:
    """Which step of the precedence decided, as a sentence."""
    return LAYER_WORDS[layer].sentence


@register.filter
def settled_words(code: str, by: str) -> str:
    """How a difference came to an end, and by whom."""
    return SETTLED_WORDS[code].format(by=by or "Somebody")


@register.filter
def halt_sentence(halt: Halt) -> str:
    """Why the brake holds, as a sentence."""
    return say_halt(halt)


@register.filter
def error_words(code: str) -> str:
    """What went wrong, as a sentence; a code without words of its own is told as any error."""
    return ERROR_WORDS.get(code, ERROR_WORDS["error"])


@register.filter
def choice_word(choice: Choice) -> str:
    """What may become of a row of an import."""
    return CHOICE_WORDS[choice]


@register.filter
def became_word(code: str) -> str:
    """What became of a row of an import."""
    return BECAME_WORDS.get(code, code)
