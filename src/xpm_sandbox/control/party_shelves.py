"""Control of groups, relationships, staff and custom fields."""

import sqlite3
from typing import Any

from xpm_sandbox import custom_fields, groups, privileges, relationships, staffing
from xpm_sandbox.control.json_in import Wrong, whole
from xpm_sandbox.control.shelves import Desk, Sent, Shelf, text_of
from xpm_sandbox.records import Ref


def ref_json(ref: Ref | None) -> dict[str, str] | None:
    return {"UUID": ref.uuid, "Name": ref.name} if ref else None


def uuid_of(sent: Sent) -> str:
    """The identifier to give a new record, or nothing."""
    return str(sent.get("UUID", "")).lower()


def _group_json(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    group = groups.group(db, number)
    return {
        "UUID": group.uuid,
        "ID": group.id,
        "Name": group.name,
        "Taxable": "Yes" if group.taxable else "No",
        "Clients": [ref_json(client) for client in group.clients],
    }


def _add_group(desk: Desk, sent: Sent) -> int:
    clients = [desk.number("client", each) for each in sent.get("Clients", [])]
    return groups.add(
        desk.db, desk.practice.id, desk.now, text_of(sent, "Name"), clients, taxable=sent.get("Taxable") == "Yes",
        moves_modified=desk.moves("groups"), identifier=uuid_of(sent),
    )  # fmt: skip


def _edit_group(desk: Desk, number: int, sent: Sent) -> None:
    moves = desk.moves("groups")
    groups.edit(
        desk.db, number, desk.now, name=text_of(sent, "Name") if "Name" in sent else None,
        taxable=sent["Taxable"] == "Yes" if "Taxable" in sent else None, moves_modified=moves,
    )  # fmt: skip
    if "Clients" in sent:
        wanted = {desk.number("client", each) for each in sent["Clients"]}
        present = {client.id for client in groups.group(desk.db, number).clients}
        groups.change_members(
            desk.db, number, desk.now, add=sorted(wanted - present), remove=sorted(present - wanted),
            moves_modified=moves,
        )  # fmt: skip


def _delete_group(desk: Desk, number: int) -> None:
    groups.delete(desk.db, number, desk.now, moves_modified=desk.moves("groups"))


def _relationship_json(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    found = relationships.relationship(db, number)
    return {
        "UUID": found.uuid,
        "ID": found.id,
        "Type": found.type,
        "Client": ref_json(found.client),
        "RelatedClient": ref_json(found.related),
        "NumberOfShares": found.shares,
        "Percentage": found.percentage,
        "StartDate": found.starts,
        "EndDate": found.ends,
    }


def _relationship_values(sent: Sent) -> dict[str, str | int | None]:
    values: dict[str, str | int | None] = {}
    if "NumberOfShares" in sent:
        values["shares"] = whole(sent, "NumberOfShares")
    if "Percentage" in sent:
        values["percentage"] = str(sent["Percentage"])
    for name, column in (("StartDate", "starts"), ("EndDate", "ends")):
        if name in sent:
            values[column] = text_of(sent, name) if sent[name] else None
    return values


def _add_relationship(desk: Desk, sent: Sent) -> int:
    if sent.get("Type") not in relationships.TYPES:
        raise Wrong(f"Type is one of {', '.join(relationships.TYPES)}")
    return relationships.add(
        desk.db, desk.practice.id, desk.now, desk.number("client", sent.get("Client")),
        desk.number("client", sent.get("RelatedClient")), {"type": sent["Type"], **_relationship_values(sent)},
        moves_modified=desk.moves("relationships"), identifier=uuid_of(sent),
    )  # fmt: skip


def _edit_relationship(desk: Desk, number: int, sent: Sent) -> None:
    if strangers := {"Type", "Client", "RelatedClient"} & set(sent):
        raise Wrong(f"A relationship keeps its {', '.join(sorted(strangers))}")
    values = _relationship_values(sent)
    relationships.edit(desk.db, number, desk.now, values, moves_modified=desk.moves("relationships"))


def _delete_relationship(desk: Desk, number: int) -> None:
    relationships.delete(desk.db, number, desk.now, moves_modified=desk.moves("relationships"))


def _staff_json(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    row = staffing.person(db, number)
    return {
        "UUID": row["uuid"],
        "ID": row["id"],
        **{name: row[column] for name, column in staffing.COLUMNS.items()},
        "IsEnabled": "Yes" if row["is_enabled"] else "No",
        "IsDeleted": "Yes" if row["is_deleted"] else "No",
    }


def _staff_values(sent: Sent) -> dict[str, str]:
    return {name: text_of(sent, name, "") for name in staffing.COLUMNS if name in sent}


def _add_staff(desk: Desk, sent: Sent) -> int:
    text_of(sent, "Name")
    return staffing.add(desk.db, desk.practice.id, _staff_values(sent), identifier=uuid_of(sent))


def _edit_staff(desk: Desk, number: int, sent: Sent) -> None:
    staffing.edit(desk.db, number, _staff_values(sent))
    if "IsEnabled" in sent and sent["IsEnabled"] == "Yes":
        privileges.enable(desk.db, number, "")
    elif "IsEnabled" in sent:
        privileges.disable(desk.db, number)


def _definition_json(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    found = custom_fields.definition(db, number)
    return {
        "UUID": found.uuid,
        "ID": found.id,
        "Name": found.name,
        "Type": found.type,
        "LinkUrl": found.link_url,
        "Options": list(found.choices),
        "Uses": list(found.uses),
    }


def _definition_values(sent: Sent) -> dict[str, object]:
    values: dict[str, object] = {
        column: text_of(sent, name, "")
        for name, column in (("Name", "name"), ("Type", "type"), ("LinkUrl", "link_url"))
        if name in sent
    }
    if "Options" in sent:
        values["options"] = "\n".join(sent["Options"])
    if "Uses" in sent:
        if not set(sent["Uses"]) <= set(custom_fields.USES):
            raise Wrong(f"Uses are some of {', '.join(custom_fields.USES)}")
        values["uses"] = list(sent["Uses"])
    if values.get("type", "Text") not in custom_fields.VALUE_ELEMENTS:
        raise Wrong(f"Type is one of {', '.join(custom_fields.VALUE_ELEMENTS)}")
    return values


def _add_definition(desk: Desk, sent: Sent) -> int:
    text_of(sent, "Name")
    text_of(sent, "Type")
    return custom_fields.add(desk.db, desk.practice.id, _definition_values(sent), identifier=uuid_of(sent))


def _edit_definition(desk: Desk, number: int, sent: Sent) -> None:
    custom_fields.edit(desk.db, number, _definition_values(sent))


def _all_staff(db: sqlite3.Connection, tenant_id: str) -> list[int]:
    rows = db.execute("SELECT id FROM staff WHERE tenant_id = ? ORDER BY name COLLATE NOCASE, id", (tenant_id,))
    return [row[0] for row in rows]


GROUPS = Shelf(
    "groups", "client_group", ("Name", "Taxable", "Clients"),
    lambda db, tenant_id: [group.id for group in groups.listed(db, tenant_id)],
    _group_json, _add_group, _edit_group, _delete_group,
)  # fmt: skip
RELATIONSHIPS = Shelf(
    "relationships", "relationship",
    ("Type", "Client", "RelatedClient", "NumberOfShares", "Percentage", "StartDate", "EndDate"),
    lambda db, tenant_id: [found.id for found in relationships.listed(db, tenant_id)],
    _relationship_json, _add_relationship, _edit_relationship, _delete_relationship, "uuid",
)  # fmt: skip
STAFF = Shelf(
    "staff", "staff", (*staffing.COLUMNS, "IsEnabled"), _all_staff, _staff_json, _add_staff, _edit_staff,
    lambda desk, number: privileges.remove(desk.db, number),
)  # fmt: skip
CUSTOM_FIELDS = Shelf(
    "custom-fields", "custom_field", ("Name", "Type", "LinkUrl", "Options", "Uses"),
    lambda db, tenant_id: [found.id for found in custom_fields.listed(db, tenant_id)],
    _definition_json, _add_definition, _edit_definition,
    lambda desk, number: custom_fields.delete(desk.db, number),
)  # fmt: skip

SHELVES = (GROUPS, RELATIONSHIPS, STAFF, CUSTOM_FIELDS)
