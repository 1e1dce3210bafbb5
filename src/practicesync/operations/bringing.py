"""What comes to the register, or leaves it, as a whole: a contact, a relationship, a place in a group, being archived.

The caller holds the transaction, the client and the groups (`groups.hold_groups`), writes the log, and afterwards
reconciles the link with those beside it and lists the client. A party needs no hold: whoever ties it to this client
holds this client too.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from practicesync.core.fields import Field, Values
from practicesync.core.motion import Motion
from practicesync.core.presence import Sort
from practicesync.core.push import Act, target_of
from practicesync.core.ties import TiePair, fields_of
from practicesync.operations.activity import Changed
from practicesync.operations.groups import enter, leave
from practicesync.operations.register import archive, keep_contact, remove_contact, restore
from practicesync.queries.plans import LinkedPlan
from practicesync.store.models import Client, Contact, ContactTie, Relationship, RelationshipTie

Bring = Callable[[Client, LinkedPlan, Motion, datetime], Sequence[Changed]]
"""Brings one presence about in the register, or takes it away there."""


def contact_of(loaded: LinkedPlan, ref: str) -> Contact:
    """The register contact of a pair, also one that was taken off and that no plan tells of any more."""
    local_id = int(target_of(ref).local)
    found: Contact = Contact.rows.of(loaded.link.practice_id).get(pk=local_id, client=loaded.link.client_id)
    return found


def pair_of(loaded: LinkedPlan, ref: str) -> TiePair:
    """The relationships that this ref names."""
    return next(tie.pair for tie in loaded.plan.relationships if tie.ref == ref)


def keep_relationship(loaded: LinkedPlan, ref: str, values: Values, now: datetime) -> None:
    """Write these values into the register's relationship of a pair."""
    held = _held(loaded, pair_of(loaded, ref))
    held.values = {**held.values, **values}
    _save(held, now)


def _bring_contact(client: Client, loaded: LinkedPlan, motion: Motion, now: datetime) -> Sequence[Changed]:
    """A contact that only the remote has comes to the register, tied from the start; one that it lost is taken off."""
    target = target_of(motion.ref)
    if motion.act is Act.REMOVE:
        contact = contact_of(loaded, motion.ref)
        # With the name that XPM had for it: where it is taken back, it is known again as that one.
        known_as = next((tie.remote_id for tie in loaded.ties if tie.contact_id == contact.pk), "")
        return remove_contact(contact, f"contact:{contact.pk}:{known_as}".rstrip(":"), now)
    if target.local:
        contact = contact_of(loaded, motion.ref)
        contact.removed_at = None
        keep_contact(contact, motion.after, now)
    else:
        contact = Contact(practice_id=client.practice_id, client=client)
        keep_contact(contact, motion.after, now)
        ContactTie(
            practice_id=client.practice_id,
            link=loaded.link,
            contact=contact,
            remote_id=target.remote,
            base=dict(motion.after),
        ).save(force_insert=True)
    return [Changed("name", {}, contact.values, ref=f"contact:{contact.pk}", why="added")]


def _bring_relationship(client: Client, loaded: LinkedPlan, motion: Motion, now: datetime) -> Sequence[Changed]:
    """A relationship that only the remote has, tied from the start; or one that it lost is removed."""
    pair = next((tie.pair for tie in loaded.plan.relationships if tie.ref == motion.ref), None)
    if pair is None:
        return _restore_relationship(client, motion, now)
    if motion.act is Act.REMOVE:
        held = _held(loaded, pair)
        held.removed_at = now
        _save(held, now)
        return [Changed("relationship", motion.before, {}, ref=f"relationship:{held.pk}", why="removed")]
    held = _made(client, loaded, pair, now) if pair.local is None else _held(loaded, pair)
    held.removed_at = None
    held.values = {**held.values, **_told(loaded, pair)}
    _save(held, now)
    if pair.local is None and pair.remote is not None:
        RelationshipTie(
            practice_id=client.practice_id,
            link=loaded.link,
            relationship=held,
            remote_id=pair.remote.told_id,
            base=dict(held.values),
        ).save(force_insert=True)
    return [Changed("relationship", {}, motion.after, ref=f"relationship:{held.pk}", why="added")]


def _restore_relationship(client: Client, motion: Motion, now: datetime) -> Sequence[Changed]:
    """One that neither side has any more comes back as it was."""
    local_id = int(target_of(motion.ref).local)
    held: Relationship = Relationship.rows.of(client.practice_id).get(pk=local_id, client=client)
    held.removed_at = None
    _save(held, now)
    return [Changed("relationship", {}, motion.after, ref=f"relationship:{held.pk}", why="added")]


def _made(client: Client, loaded: LinkedPlan, pair: TiePair, now: datetime) -> Relationship:
    return Relationship(
        practice_id=client.practice_id,
        client=client,
        party_id=loaded.structure.parties[pair.party],
        type=pair.type.key,
        revision=0,
        created_at=now,
    )


def _told(loaded: LinkedPlan, pair: TiePair) -> dict[str, str]:
    """What the remote tells of a relationship, without what says nothing: it writes 0 for what it does not know."""
    values = {} if pair.remote is None else pair.remote.values
    rows = fields_of(pair.type, loaded.link.connection.connector)
    said = {row.name: row.kind.tidy(values[row.name]) for row in rows if row.name in values}
    return {row.name: said[row.name] for row in rows if row.name in said and not _is_blank(row, said, loaded)}


def _is_blank(row: Field, said: Values, loaded: LinkedPlan) -> bool:
    return row.kind.same((said[row.name],), ("",), loaded.place)


def _held(loaded: LinkedPlan, pair: TiePair) -> Relationship:
    if pair.local is None:
        raise AssertionError("only a relationship of the register is written to")
    held: Relationship = Relationship.rows.of(loaded.link.practice_id).get(pk=pair.local.id)
    return held


def _save(held: Relationship, now: datetime) -> None:
    held.revision += 1
    held.changed_at = now
    held.save()


def _bring_group(client: Client, _loaded: LinkedPlan, motion: Motion, now: datetime) -> Sequence[Changed]:
    if motion.act is Act.REMOVE:
        leave(client, target_of(motion.ref).local)
        return [Changed("group", motion.before, {}, ref=motion.ref, why="taken out")]
    enter(client, motion.after["name"], now)
    return [Changed("group", {}, motion.after, ref=motion.ref, why="put in")]


def _bring_archived(client: Client, _loaded: LinkedPlan, motion: Motion, now: datetime) -> Sequence[Changed]:
    if motion.act is Act.REMOVE:
        restore(client, now)
        return [Changed("archived", motion.before, {}, ref=motion.ref, why="restored")]
    archive(client, now)
    return [Changed("archived", {}, motion.after, ref=motion.ref, why="archived")]


BRINGS: Mapping[Sort, Bring] = {
    Sort.CONTACT: _bring_contact,
    Sort.RELATIONSHIP: _bring_relationship,
    Sort.GROUP: _bring_group,
    Sort.ARCHIVED: _bring_archived,
}
"""How each sort of presence comes into the register."""
