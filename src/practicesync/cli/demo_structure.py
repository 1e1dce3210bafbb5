"""How the demo firm's clients hang together: relationships and groups as in its sandbox, plans, types, dates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db import transaction

from practicesync.core.actor import Actor
from practicesync.core.errors import Invalid
from practicesync.core.fields import ClientKind
from practicesync.core.relationships import read_label
from practicesync.flows.clock import SYSTEM_CLOCK
from practicesync.operations import checklist, groups, relationships

LATER = 3
"""So many groups the register does not have yet, nor the ties among those who are in them: there is a sync to try."""


class Known(Protocol):
    """A client of the register and the remote record that it is."""

    @property
    def client_id(self) -> int: ...

    @property
    def remote_id(self) -> str: ...

    @property
    def kind(self) -> ClientKind: ...

    @property
    def remote(self) -> Mapping[str, Any]: ...


def plans_and_types(words: Mapping[str, Sequence[str]], kind: ClientKind, number: int) -> dict[str, str]:
    """What the firm knows of a client, by its number, and Practice Manager does not; `words` are those of its lists."""
    plans, companies, trusts = (words[key] for key in ("subscription_plan", "company_type", "trust_type"))
    values = {"subscription_plan": plans[number % len(plans)]} if number % 9 else {}
    values["balance_month"] = "June"
    if kind is ClientKind.COMPANY:
        values |= {
            "company_type": companies[number % 2],
            "incorporation_date": f"{1990 + number % 30}-0{1 + number % 9}-1{number % 9}",
        }
    if kind is ClientKind.TRUST:
        values |= {"trust_type": trusts[number % 3], "deed_date": f"{1995 + number % 25}-0{1 + number % 9}-01"}
    return values


def tie_families(actor: Actor, pairs: Sequence[Known]) -> int:
    """Take over the families: their groups, and who is what to whom. Returns how many ties were made."""
    now = SYSTEM_CLOCK.now()
    here = {pair.remote_id: pair.client_id for pair in pairs}
    families = _families(pairs)
    later = {pair.client_id for members in families[-LATER:] for _, pair in members}
    made = 0
    with transaction.atomic():
        for members in families[:-LATER]:
            groups.put_in_group(actor, [pair.client_id for _, pair in members], members[0][0], now)
        for pair in pairs:
            for key, party, values in _ties(pair, here):
                if pair.client_id in later and party in later:
                    continue
                try:
                    relationships.insert_relationship(actor, pair.client_id, party, key, values, now)
                except Invalid:
                    continue  # the sandbox holds odd ones on purpose
                made += 1
        for members in families[:4]:
            checklist.tick(actor, members[0][1].client_id, "identity", now)
    return made


def _families(pairs: Sequence[Known]) -> list[list[tuple[str, Known]]]:
    """The groups with their members, the largest first."""
    found: dict[str, list[tuple[str, Known]]] = {}
    for pair in pairs:
        for group in pair.remote.get("Groups") or ():
            found.setdefault(str(group["Name"]), []).append((str(group["Name"]), pair))
    return [found[name] for name in sorted(found, key=lambda name: (-len(found[name]), name))]


def _ties(pair: Known, here: Mapping[str, int]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The ties that stand on this client and not on its party: type, party, values."""
    for tie in pair.remote.get("Relationships") or ():
        read = read_label(str(tie["type"]))
        party = here.get(str(tie["related"]["UUID"]))
        if read is None or read.reversed or party is None:
            continue
        values = {
            "shares": str(tie["shares"] or ""),
            "percentage": str(tie["percentage"] or ""),
            "start_date": str(tie["starts"] or ""),
            "end_date": str(tie["ends"] or ""),
        }
        if read.type.key == "shareholder":
            values["share_class"] = "Ordinary"
        yield read.type.key, party, values
