"""How the risks of a plan's lines are told, and the kinds and states of sheets."""

from collections.abc import Mapping

from practicesync.core.verdict import Risk
from practicesync.core.words import Wording

RISK_WORDS: Mapping[Risk, Wording] = {
    Risk.BLANKS: Wording("Blanks", "Takes away a value, or a whole contact, relationship or place.", "bad", "trash"),
    Risk.LEGAL_NAME: Wording("Legal name", "Changes what the client is called.", "wait", "id-badge-2"),
    Risk.IDENTIFIER: Wording("Identifier", "Changes a number by which the client is known.", "wait", "hash"),
    Risk.ARCHIVED: Wording("Archived", "The client is archived on one side.", "wait", "archive"),
    Risk.NONE: Wording("Ordinary", "Nothing speaks for a second look.", "quiet", "circle-check"),
}

SHEET_WORDS: Mapping[str, Wording] = {
    "draft": Wording("Not applied", "Shown, and nothing done yet.", "wait", "clock"),
    "braked": Wording("Stopped", "It would have done too much by itself. Somebody has to look.", "bad", "hand-stop"),
    "applying": Wording("Being applied", "Its lines are carried out one by one.", "wait", "refresh"),
    "done": Wording("Applied", "Every line tells what became of it.", "good", "circle-check"),
    "left": Wording("Put away", "Nobody wants it; nothing was done.", "quiet", "ban"),
    "superseded": Wording("Replaced", "A later run drew up another.", "quiet", "ban"),
}

SHEET_KIND_WORDS: Mapping[str, str] = {
    "chosen": "Chosen out of the plan",
    "automatic": "Drawn up by client sync",
    "undo": "Takes a run back",
    "create": "New clients for XPM",
}
