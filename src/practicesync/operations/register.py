"""The register's clients and contacts: added, edited, and written by syncs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from practicesync.core.actor import Ability, Actor
from practicesync.core.addresses import BY_ROW, rehoused
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.decision import row_key
from practicesync.core.errors import Invalid, Stale
from practicesync.core.fields import ClientKind, Field, Subject, Values
from practicesync.core.kinds import CHOICE, Place
from practicesync.core.kinds.spelling import unaccented
from practicesync.operations.activity import Changed, Entry, write
from practicesync.operations.listing import enlist
from practicesync.operations.lists import as_listed
from practicesync.operations.reconciling import reconcile
from practicesync.queries.address_places import places_of
from practicesync.store.models import Client, Contact, Link, Practice

PLAN = "subscription_plan"
STANDINGS: Mapping[str, str] = {"client": "a client", "associate": "an associate"}


@dataclass(frozen=True, slots=True)
class ContactEdit:
    """What becomes of one contact: a new one has no `id`; `remove` takes it off the client."""

    id: int | None
    values: Values
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """A client as saved, and the names of the fields that changed (`contact:<id>/<field>` for contacts)."""

    client: Client
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to add; without a country of its own it is where the practice is."""

    kind: ClientKind
    values: Values
    country: str = ""
    standing: str = "client"
    contacts: Sequence[Values] = field(default_factory=tuple)


def add_client(actor: Actor, new: NewClient, now: datetime) -> Client:
    """Add one client with its contacts. Raises `Invalid` by key."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        client = insert_client(actor.practice_id, new, now, strict=True)
        enlist(actor.practice_id, [client.pk])
        write(actor, Entry("client_added", {"client": client.name}, client_id=client.pk), now)
    return client


def import_clients(actor: Actor, new: Iterable[NewClient], now: datetime) -> list[Client]:
    """Add many clients as they stand, in one go; for a register that is taken over from a file."""
    actor.require(Ability.EDIT)
    with transaction.atomic():
        clients = [insert_client(actor.practice_id, each, now, strict=False) for each in new]
        enlist(actor.practice_id, [client.pk for client in clients])
        write(actor, Entry("clients_imported", {"count": len(clients)}), now)
    return clients


def insert_client(practice_id: int, new: NewClient, now: datetime, *, strict: bool) -> Client:
    """The rows of a new client, not listed yet. `strict` checks every value; else what cannot be kept is refused."""
    place = Place(new.country or Practice.objects.values_list("country", flat=True).get(pk=practice_id))
    values, unlisted = settled(practice_id, new.kind, tidy(Subject.CLIENT, new.values))
    values = {**CATALOGUE.defaults(Subject.CLIENT), **values}
    contacts = [{**CATALOGUE.defaults(Subject.CONTACT), **tidy(Subject.CONTACT, each)} for each in new.contacts]
    problems = find_problems(Subject.CLIENT, values, place) | unlisted if strict else {}
    if not values.get("name"):
        problems["name"] = "Name is needed."
    if strict and new.standing == "associate" and values.get(PLAN):
        problems[PLAN] = "An associate has no subscription plan. Make it a client, or leave the plan blank."
    for number, each in enumerate(contacts if strict else ()):
        problems |= {
            f"contact:new{number}/{key}": text for key, text in find_problems(Subject.CONTACT, each, place).items()
        }
    if problems:
        raise Invalid(problems)
    client = _drawn_up(practice_id, new, place.country, values, now)
    client.save(force_insert=True)
    for each in contacts:
        Contact(practice_id=practice_id, client=client, values=each, created_at=now, changed_at=now).save()
    return client


def insert_checked(practice_id: int, country: str, new: Sequence[NewClient], now: datetime) -> list[Client]:
    """The rows of many new clients whose values were checked and settled before, not listed yet, in a few statements.

    `country` is that of clients without one of their own.
    """
    defaults = CATALOGUE.defaults(Subject.CLIENT)
    clients = [_drawn_up(practice_id, each, each.country or country, {**defaults, **each.values}, now) for each in new]
    Client.rows.bulk_create(clients)
    contact_defaults = CATALOGUE.defaults(Subject.CONTACT)
    Contact.rows.bulk_create(
        Contact(
            practice_id=practice_id,
            client=client,
            values={**contact_defaults, **values},
            created_at=now,
            changed_at=now,
        )
        for client, each in zip(clients, new, strict=True)
        for values in each.contacts
    )
    return clients


def _drawn_up(practice_id: int, new: NewClient, country: str, values: Values, now: datetime) -> Client:
    client = Client(
        practice_id=practice_id,
        kind=new.kind.value,
        standing=new.standing,
        country=country,
        values=dict(values),
        created_at=now,
        changed_at=now,
    )
    derive(client)
    return client


def edit_client(
    actor: Actor,
    client_id: int,
    *,
    revision: int,
    kind: ClientKind,
    values: Values,
    contacts: Sequence[ContactEdit] = (),
    now: datetime,
) -> Edited:
    """Save a form. A key that `values` lacks is left alone; "" clears it.

    Raises `Stale` where somebody saved since `revision`, `Invalid` by key. Only values that change are checked, so that
    an odd value that came with an import does not stand in the way of mending another.
    """
    actor.require(Ability.EDIT)
    with transaction.atomic():
        client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        if client.revision != revision:
            raise Stale("Somebody else saved this client meanwhile.")
        changes = revise(client, kind=kind, values=values, contacts=contacts, now=now)
        if changes:
            facts = {"client": client.name}
            write(actor, Entry("client_edited", facts, client_id=client.pk, changes=changes), now)
            reconcile(actor.practice_id, _link_ids(client), now)
            enlist(actor.practice_id, [client.pk])
    return Edited(client, tuple(row_key(each.ref, each.field) for each in changes))


def revise(
    client: Client,
    *,
    kind: ClientKind,
    values: Values,
    contacts: Sequence[ContactEdit] = (),
    standing: str = "",
    now: datetime,
) -> list[Changed]:
    """Save into a client that the caller has locked, and tell what changed; nothing is saved where nothing does.

    The caller writes the activity, reconciles the links and lists the client afresh. Raises `Invalid` by key; some
    contacts may have been saved then, so that the caller's transaction has to be undone.
    """
    moved = _moved(client.values, tidy(Subject.CLIENT, values))
    moved, problems = settled(client.practice_id, kind, moved)
    moved = _moved(client.values, moved)
    place = Place(client.country)
    problems |= find_problems(Subject.CLIENT, moved, place, within={**client.values, **moved})
    before = {"kind": client.kind, "standing": client.standing}
    client.standing = standing or client.standing
    problems |= _unplanned(client, moved)
    contact_changes, contact_problems = _edit_contacts(client, contacts, place, now)
    if problems | contact_problems:
        raise Invalid(problems | contact_problems)
    client.kind = kind.value
    after = {"kind": client.kind, "standing": client.standing}
    changes = [
        *changes_of(Subject.CLIENT, client.values, moved),
        *(
            Changed(key, {key: before[key]}, {key: after[key]}, why="edited")
            for key in after
            if after[key] != before[key]
        ),
        *contact_changes,
    ]
    if changes:
        keep(client, moved, now)
    return changes


def settled(practice_id: int, kind: ClientKind, values: Values) -> tuple[dict[str, str], dict[str, str]]:
    """New values as this firm keeps them: words as its lists have them, addresses where its places are.

    The second is what its lists do not have, as sentences by field name.
    """
    result, problems = as_listed(practice_id, values)
    if any(key.partition(".")[0] in BY_ROW for key in result):
        result = rehoused(result, places_of(practice_id, kind))
    return result, problems


def _unplanned(client: Client, moved: Values) -> dict[str, str]:
    """A client keeps a plan, an associate has none; who becomes the other says so by `set_standing`."""
    if client.standing == "client" and client.values.get(PLAN) and moved.get(PLAN) == "":
        return {PLAN: "A client needs a subscription plan. Choose another one, or make this an associate."}
    if client.standing == "associate" and moved.get(PLAN):
        return {PLAN: "An associate has no subscription plan. Make it a client first."}
    return {}


def set_standing(actor: Actor, client_id: int, standing: str, plan: str, now: datetime) -> Client:
    """Make somebody a `client`, with this subscription plan, or an `associate`, who has none.

    Raises `Invalid` where a client is left without a plan, or the firm has no such plan.
    """
    actor.require(Ability.EDIT)
    if standing not in STANDINGS:
        raise Invalid({"standing": "Choose client or associate."})
    with transaction.atomic():
        client: Client = Client.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=client_id)
        wanted = CHOICE.tidy(plan) if standing == "client" else ""
        values, problems = as_listed(actor.practice_id, {PLAN: wanted})
        if standing == "client" and not wanted:
            problems = {PLAN: "A client needs a subscription plan."}
        # A retired plan that the client has already is no problem.
        if problems and not (wanted and wanted == client.values.get(PLAN)):
            raise Invalid(problems)
        moved = _moved(client.values, values)
        changes = changes_of(Subject.CLIENT, client.values, moved)
        if changes or client.standing != standing:
            client.standing = standing
            keep(client, moved, now)
            facts = {"client": client.name, "standing": STANDINGS[standing]}
            write(actor, Entry("standing_changed", facts, client_id=client.pk, changes=changes), now)
            enlist(actor.practice_id, [client.pk])
    return client


def keep(client: Client, values: Values, now: datetime) -> None:
    """Write these values into a client that the caller has locked, and the columns derived from them.

    The caller lists it afresh (`listing.enlist`) after its last write.
    """
    client.values = {**client.values, **values}
    client.revision += 1
    client.changed_at = now
    derive(client)
    client.save()


def archive(client: Client, now: datetime) -> None:
    """Put away a client that the caller has locked; who calls lists it afresh, which takes it off the list."""
    client.archived_at = now
    client.revision += 1
    client.changed_at = now
    client.save(update_fields=["archived_at", "revision", "changed_at"])


def restore(client: Client, now: datetime) -> None:
    """The other way round, for a client that the caller has locked and lists afresh."""
    client.archived_at = None
    client.revision += 1
    client.changed_at = now
    client.save(update_fields=["archived_at", "revision", "changed_at"])


def derive(client: Client) -> None:
    """Set the columns that lists use from the client's values."""
    values = client.values
    client.name = values.get("name", "")[:300]
    client.sort_name = client.name.casefold()[:300]
    client.code = (values.get("client_code") or values.get("export_code") or "")[:100]
    client.search = search_text(values)


def search_text(values: Values) -> str:
    """What a list search looks through: name, codes, e-mail, and phone numbers as bare digits; also without accents."""
    phone = "".join(sign for sign in values.get("phone", "") if sign.isdigit())
    words = [values.get(key, "") for key in ("name", "client_code", "export_code", "email")]
    text = " ".join(word for word in [*words, phone] if word).casefold()
    if text.isascii():
        return text
    bare = unaccented(text)
    return text if bare == " ".join(text.split()) else f"{text} {bare}"


def tidy(subject: Subject, values: Values) -> dict[str, str]:
    """Known keys only, each value made storable."""
    return {key: row.kind.tidy(values[key]) for row in CATALOGUE.of(subject) for key in row.keys if key in values}


def find_problems(subject: Subject, values: Values, place: Place, within: Values | None = None) -> dict[str, str]:
    """What cannot be right among these values, by field name. `within` gives an address its other parts."""
    whole = values if within is None else within
    found: dict[str, str] = {}
    for row in CATALOGUE.of(subject):
        if any(key in values for key in row.keys):
            problem = _problem(row, whole, place)
            if problem:
                found[row.name] = problem
    return found


def _problem(row: Field, values: Values, place: Place) -> str | None:
    parts = row.held(values)
    if row.kind.is_masked(parts):
        return f"{row.label} holds a masked value. Type the whole number."
    return row.problem(parts, place)


def _moved(before: Values, after: Values) -> dict[str, str]:
    return {key: value for key, value in after.items() if value != before.get(key, "")}


def changes_of(subject: Subject, before: Values, moved: Values, ref: str = "", why: str = "edited") -> list[Changed]:
    """One change a field, with the parts that changed."""
    result = []
    for row in CATALOGUE.of(subject):
        keys = [key for key in row.keys if key in moved]
        if keys:
            was = {key: before.get(key, "") for key in keys}
            result.append(Changed(row.name, was, {key: moved[key] for key in keys}, ref=ref, why=why))
    return result


def _edit_contacts(
    client: Client, edits: Sequence[ContactEdit], place: Place, now: datetime
) -> tuple[list[Changed], dict[str, str]]:
    """Save the contacts of a form; the caller's transaction is rolled back where there are problems."""
    known = {each.pk: each for each in Contact.rows.of(client.practice_id).filter(client=client, removed_at=None)}
    changes: list[Changed] = []
    problems: dict[str, str] = {}
    for number, edit in enumerate(edits):
        ref = f"contact:{edit.id}" if edit.id else f"contact:new{number}"
        if edit.id is not None and edit.id not in known:
            raise Stale("A contact of this client was removed meanwhile.")
        contact = known[edit.id] if edit.id is not None else Contact(client=client, practice_id=client.practice_id)
        if edit.remove:
            changes += remove_contact(contact, ref, now)
            continue
        fresh = CATALOGUE.defaults(Subject.CONTACT) if edit.id is None else {}
        moved = _moved(contact.values, fresh | tidy(Subject.CONTACT, edit.values))
        whole = {**contact.values, **moved}
        found = find_problems(Subject.CONTACT, moved, place, within=whole)
        if not whole.get("name") and (edit.id is None or "name" in moved):
            found["name"] = "A contact needs a name."
        problems |= {f"{ref}/{key}": text for key, text in found.items()}
        if moved and not found:
            changes += changes_of(Subject.CONTACT, contact.values, moved, ref)
            _keep_contact(contact, moved, now)
    return changes, problems


def _keep_contact(contact: Contact, moved: Mapping[str, str], now: datetime) -> None:
    if contact._state.adding:
        contact.created_at = now
    else:
        contact.revision += 1
    contact.values = {**contact.values, **moved}
    contact.changed_at = now
    contact.save()


def remove_contact(contact: Contact, ref: str, now: datetime) -> list[Changed]:
    """Take a contact off its client; the caller holds the transaction.

    It stays tied to the remote's, which by that is known to have been removed here, and is not brought back.
    """
    if contact._state.adding:
        return []
    contact.removed_at = now
    contact.save(update_fields=["removed_at"])
    return [Changed("name", contact.values, {}, ref=ref, why="removed")]


def keep_contact(contact: Contact, values: Values, now: datetime) -> None:
    """Write these values into a contact that a sync brings; the caller holds the transaction."""
    _keep_contact(contact, dict(values), now)


def _link_ids(client: Client) -> list[int]:
    return list(Link.rows.of(client.practice_id).filter(client=client, ended_at=None).values_list("pk", flat=True))
