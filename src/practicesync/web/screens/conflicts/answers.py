"""What a page of conflicts sends of one answer, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

CHOICES: Mapping[str, str] = {
    "push": "the register's value goes to XPM.",
    "pull": "XPM's value is in the register.",
    "hold": "both values are left as they are, and nobody is asked again while they stay so.",
    "release": "it is taken up again.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice. `client_id` and `key` say what it is about, for when the difference is gone."""

    difference_id: int
    choice: str
    client_id: int
    key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was carried out. `run_id` takes it back, or the difference `again`, where it was held."""

    place: int
    client_id: int
    client_name: str
    label: str
    words: str
    run_id: int = 0
    again: int = 0
    held: bool = False


def read_answer(sent: QueryDict) -> Answer | None:
    """The answer that a button sent as `<id>:<choice>`; None where that is none."""
    told, _, choice = sent.get("answer", "").partition(":")
    if choice not in CHOICES or not _is_number(told):
        return None
    client_id, _, key = sent.get(f"about:{told}", "").partition(" ")
    return Answer(int(told), choice, int(client_id) if _is_number(client_id) else 0, key[:500])


def words_of(choice: str) -> str:
    """What is said once it is done."""
    return CHOICES[choice]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
