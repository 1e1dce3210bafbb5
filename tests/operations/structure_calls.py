"""What a person can ask of the register's structure, for the test that tries every operation by everybody."""

from collections.abc import Callable
from dataclasses import dataclass

from operations.offices import NOW, Office
from practicesync.core.actor import Ability, Actor
from practicesync.core.fields import ClientKind
from practicesync.operations import addressing, checklist, editing, groups, lists, register, relationships
from practicesync.operations.register import NewClient
from practicesync.store.models import Client, Group, ListItem, Relationship


@dataclass(frozen=True)
class Structure:
    """A company with a director, in a group, and a word of a list."""

    company: Client
    person: Client
    tie: Relationship
    group: Group
    word: ListItem


def a_structure(office: Office) -> Structure:
    person = NewClient(ClientKind.INDIVIDUAL, {"name": "Mere Tahu"}, country="NZ")
    mere = register.add_client(office.admin, person, NOW)
    company = office.add("Tied Ltd")
    return Structure(
        company,
        mere,
        relationships.add_relationship(office.admin, company.pk, mere.pk, "director", {}, NOW),
        groups.group_clients(office.admin, [company.pk], "Tahu", NOW),
        ListItem.rows.of(office.practice.pk).filter(list="trust_type").order_by("position")[0],
    )


def order(actor: Actor, _: Structure) -> None:
    """One's own lists in another order: a list is named by its key, not by an id."""
    words = ListItem.rows.of(actor.practice_id).filter(list="trust_type").order_by("-position")
    lists.order_items(actor, "trust_type", list(words.values_list("pk", flat=True)), NOW)


def place(actor: Actor, _: Structure) -> object:
    places = {"physical_address": "principal_place", "postal_address": "registered_office"}
    return addressing.place_addresses(actor, ClientKind.COMPANY, places, NOW, expected=0)


Call = Callable[[Actor, Structure], object]
STRUCTURE_CALLS: dict[str, tuple[Ability, Call]] = {
    "addressing.place_addresses": (Ability.MANAGE, place),
    "checklist.tick": (Ability.EDIT, lambda actor, it: checklist.tick(actor, it.company.pk, "identity", NOW)),
    "checklist.untick": (Ability.EDIT, lambda actor, it: checklist.untick(actor, it.company.pk, "identity", NOW)),
    "groups.put_in_group": (
        Ability.EDIT,
        lambda actor, it: groups.put_in_group(actor, [it.person.pk], "Tahu", NOW),
    ),
    "groups.group_clients": (
        Ability.EDIT,
        lambda actor, it: groups.group_clients(actor, [it.person.pk], "Ngata", NOW),
    ),
    "groups.take_out": (Ability.EDIT, lambda actor, it: groups.take_out(actor, it.company.pk, it.group.pk, NOW)),
    "groups.rename_group": (Ability.EDIT, lambda actor, it: groups.rename_group(actor, it.group.pk, "Ngata", NOW)),
    "groups.remove_group": (Ability.EDIT, lambda actor, it: groups.remove_group(actor, it.group.pk, NOW)),
    "lists.begin_lists": (Ability.MANAGE, lambda actor, _: lists.begin_lists(actor, NOW)),
    "lists.add_item": (Ability.MANAGE, lambda actor, _: lists.add_item(actor, "trust_type", "Blind", NOW)),
    "lists.rename_item": (Ability.MANAGE, lambda actor, it: lists.rename_item(actor, it.word.pk, "Blind", NOW)),
    "lists.order_items": (Ability.MANAGE, order),
    "lists.retire_item": (Ability.MANAGE, lambda actor, it: lists.retire_item(actor, it.word.pk, NOW)),
    "register.set_standing": (
        Ability.EDIT,
        lambda actor, it: register.set_standing(actor, it.company.pk, "associate", "", NOW),
    ),
    "relationships.insert_relationship": (
        Ability.EDIT,
        lambda actor, it: relationships.insert_relationship(actor, it.company.pk, it.person.pk, "secretary", {}, NOW),
    ),
    "relationships.add_relationship": (
        Ability.EDIT,
        lambda actor, it: relationships.add_relationship(actor, it.company.pk, it.person.pk, "secretary", {}, NOW),
    ),
    "editing.add_relationship": (
        Ability.EDIT,
        lambda actor, it: editing.add_relationship(actor, it.company.pk, it.person.pk, "secretary", {}, NOW),
    ),
    "editing.edit_relationship": (
        Ability.EDIT,
        lambda actor, it: editing.edit_relationship(actor, it.tie.pk, revision=1, values={"note": "acting"}, now=NOW),
    ),
    "relationships.edit_relationship": (
        Ability.EDIT,
        lambda actor, it: relationships.edit_relationship(
            actor, it.tie.pk, revision=1, values={"note": "acting"}, now=NOW
        ),
    ),
    "relationships.remove_relationship": (
        Ability.EDIT,
        lambda actor, it: relationships.remove_relationship(actor, it.tie.pk, revision=1, now=NOW),
    ),
}
