"""Before a client is made: what is here already, or in XPM, and looks the same.

A few records are found by what is cheap to look up (a word of the name, an address, a number), and only those are
compared in full, so that asking takes no longer in a large firm. Whoever asks for thousands of rows takes an index.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Replace

from practicesync.core.fields import ClientKind, Values
from practicesync.core.kinds.spelling import plain, unaccented
from practicesync.core.matching import Finder, Party, Pile, Reason, Suggestion
from practicesync.core.matching.name_words import DESCRIPTORS, EMPTY_WORDS, LEGAL_WORDS, TITLES
from practicesync.queries.matching import register_parties, remote_parties, typed_party
from practicesync.queries.remote import load_remote
from practicesync.store.models import Client, Link, ListedWord, Mirror, Practice

MOST = 60
"""So many records of a side are compared in full, those first that share most with what was typed."""

_COMMON = LEGAL_WORDS | EMPTY_WORDS | TITLES | frozenset(DESCRIPTORS)
"""Words that half of all names hold: where there are others, they find nobody."""

_NUMBERS = ("business_number", "company_number")
_ACN = 9
_TAIL = 7
_WORD = re.compile(r"[^\W_]+")


class Side(StrEnum):
    """Where a lookalike was found."""

    REGISTER = "register"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A record that looks the same. `id` is the client's or the mirror's; `linked_client_id` the register client of a
    remote record that is linked already, else 0."""

    side: Side
    id: int
    name: str
    score: float
    pile: Pile
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    linked_client_id: int = 0


@dataclass(frozen=True)
class LookalikeIndex:
    """Every client of the register, ready to be asked again and again.

    An answer takes about ten milliseconds among 15,000 clients; a file of tens of thousands of rows is matched as a
    whole (`core.matching.match`).
    """

    country: str
    finder: Finder
    names: dict[int, str]

    def like(
        self, kind: ClientKind | None, values: Values, *, contacts: Iterable[Values] = (), limit: int = 5
    ) -> tuple[Lookalike, ...]:
        """The register's clients that look like this one, best first."""
        if not self.names:
            return ()
        return tuple(
            _told(Side.REGISTER, self.finder, typed_party(kind, values, self.country, contacts), self.names, limit)
        )


def lookalike_index(practice_id: int) -> LookalikeIndex:
    """The register as an index: costs a reading of all of it."""
    parties = list(register_parties(practice_id))
    names = {_id(party): party.values.get("name", "") for party in parties}
    return LookalikeIndex(_country(practice_id), Finder(parties), names)


def nearby_index(
    practice_id: int, asked: Iterable[tuple[ClientKind | None, Values, Sequence[Values]]]
) -> LookalikeIndex:
    """The register's clients that are near any of these (kind, values, contacts) as an index: a few look-ups each."""
    country = _country(practice_id)
    near: set[int] = set()
    for kind, values, contacts in asked:
        near |= _near_clients(practice_id, typed_party(kind, values, country, contacts))
    parties = list(register_parties(practice_id, near)) if near else []
    return LookalikeIndex(country, Finder(parties), {_id(each): each.values.get("name", "") for each in parties})


def lookalikes(
    practice_id: int,
    kind: ClientKind | None,
    values: Values,
    *,
    contacts: Sequence[Values] = (),
    limit: int = 5,
    leave_out: frozenset[int] = frozenset(),
) -> tuple[Lookalike, ...]:
    """What is in the register or in XPM and looks like a client that is about to be made, best first.

    A remote record that is linked to a client found here is told by that client alone. `leave_out` are register clients
    that are not meant.
    """
    party = typed_party(kind, values, _country(practice_id), contacts)
    here = list(register_parties(practice_id, _near_clients(practice_id, party) - leave_out))
    found = _like(Side.REGISTER, here, party, limit)
    remote = load_remote(practice_id)
    if remote.offered and remote.connection_id:
        near = _near_mirrors(practice_id, remote.connection_id, party)
        there = _like(Side.REMOTE, list(remote_parties(practice_id, remote.connection_id, near)), party, limit)
        found += _unlinked(practice_id, remote.connection_id, there, {each.id for each in found} | leave_out)
    return tuple(sorted(found, key=lambda each: -each.score)[:limit])


def _like(side: Side, parties: list[Party], party: Party, limit: int) -> list[Lookalike]:
    if not parties:
        return []
    names = {_id(each): each.values.get("name", "") for each in parties}
    return _told(side, Finder(parties), party, names, limit)


def _told(side: Side, finder: Finder, party: Party, names: dict[int, str], limit: int) -> list[Lookalike]:
    """What is worth telling somebody: not the faint likenesses that half of a register has."""
    return [_lookalike(side, each, names) for each in finder.like(party, limit) if each.pile is not Pile.NONE]


def _lookalike(side: Side, found: Suggestion, names: dict[int, str]) -> Lookalike:
    key = int(str(found.right))
    return Lookalike(side, key, names.get(key, ""), found.score, found.pile, found.reasons, found.against)


def _unlinked(practice_id: int, connection_id: int, found: list[Lookalike], told: set[int]) -> list[Lookalike]:
    """The remote records, with the client that each is linked to; those that are linked to a client told go."""
    live = Link.rows.of(practice_id).filter(connection_id=connection_id, ended_at=None)
    links = dict(live.filter(mirror_id__in=[each.id for each in found]).values_list("mirror_id", "client_id"))
    return [
        Lookalike(
            each.side,
            each.id,
            each.name,
            each.score,
            each.pile,
            each.reasons,
            each.against,
            linked_client_id=links.get(each.id, 0),
        )
        for each in found
        if links.get(each.id, 0) not in told
    ]


def _near_clients(practice_id: int, party: Party) -> set[int]:
    """The clients that hold a telling word, or one of the numbers; those that hold most of them first."""
    found: dict[int, int] = {}
    for word in _words(party):
        start = word.encode()
        rows = ListedWord.rows.of(practice_id).filter(word__gte=start, word__lt=start + b"\xff")
        for key in set(rows.values_list("client_id", flat=True)[: MOST * 4]):
            found[key] = found.get(key, 0) + len(word)
    numbered = _numbered(Client.rows.of(practice_id).filter(archived_at=None), party)
    return _best(found, numbered)


def _near_mirrors(practice_id: int, connection_id: int, party: Party) -> set[int]:
    """The same of the remote's records, whose words are looked through: nothing indexes them."""
    mirrors = Mirror.rows.of(practice_id).filter(connection_id=connection_id, gone_at=None, deleted=False)
    words = _words(party)
    wanted = Q()
    for word in words:
        wanted |= Q(search__contains=word)
    found: dict[int, int] = {}
    if words:
        for key, text in mirrors.filter(wanted).values_list("pk", "search")[: MOST * 40]:
            found[key] = sum(len(word) for word in words if word in text)
    return _best(found, _numbered(mirrors, party))


def _best(found: dict[int, int], sure: set[int]) -> set[int]:
    return sure | set(sorted(found, key=lambda key: (-found[key], key))[:MOST])


def _words(party: Party) -> tuple[str, ...]:
    """What such a client is looked up by: words of its names, its codes and e-mail addresses, the ends of phones."""
    values = party.values
    names = [values.get(key, "") for key in ("name", "first_name", "last_name")]
    names += [each.get("name", "") for each in party.contacts] if not party.values.get("name") else []
    words = [word for name in names for word in _WORD.findall(unaccented(name))]
    words = [word for word in words if len(word) > 1]
    words = [word for word in words if word not in _COMMON] or words
    reached = [values, *party.contacts]
    words += [plain(each["email"]) for each in reached if each.get("email")]
    words += [plain(values[key]) for key in ("client_code", "export_code") if values.get(key)]
    phones = ["".join(filter(str.isdigit, each.get(key, ""))) for each in reached for key in ("phone", "mobile")]
    words += [digits[-_TAIL:] for digits in phones if len(digits) >= _TAIL]
    return tuple(dict.fromkeys(words))


def _numbered(rows: QuerySet[Any, Any], party: Party) -> set[int]:
    """The records that hold one of the party's registration numbers, an ACN also within an ABN."""
    numbers = {"".join(filter(str.isalnum, party.values.get(key, ""))) for key in _NUMBERS} - {""}
    wanted = numbers | {number[-_ACN:] for number in numbers if len(number) > _ACN}
    if not wanted:
        return set()
    near = Q()
    for name in _NUMBERS:
        rows = rows.alias(**{name: _bare(name)})
        for number in wanted:
            near |= Q(**{f"{name}__endswith": number})
    return set(rows.filter(near).values_list("pk", flat=True)[:MOST])


def _bare(key: str) -> Replace:
    """A stored value without the blanks and dashes that people write in numbers."""
    blank, dash, nothing = (Value(text, output_field=TextField()) for text in (" ", "-", ""))
    text = Coalesce(Cast(KeyTextTransform(key, "values"), TextField()), nothing)
    return Replace(Replace(text, blank, nothing), dash, nothing)


def _country(practice_id: int) -> str:
    return str(Practice.objects.values_list("country", flat=True).get(pk=practice_id))


def _id(party: Party) -> int:
    return int(str(party.id))
