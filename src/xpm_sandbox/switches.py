"""THE table of doubts: what nobody outside Xero knows about Practice Manager, each as a switch with a safe default.

A switch is set by control API, by start option or for single calls by a fault rule, and read once per call.
"""

import json
import re
import sqlite3
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

WHOLE_NUMBER = "a whole number"


@dataclass(frozen=True)
class Switch:
    """One doubt: its name, the values it may have (or `WHOLE_NUMBER`), the default, and what is known."""

    name: str
    values: tuple[str, ...]
    default: str
    known: str

    def accepts(self, value: str) -> bool:
        if self.values == (WHOLE_NUMBER,):
            return re.fullmatch(r"-?\d{1,9}", value) is not None
        return value in self.values


_NUMBER = (WHOLE_NUMBER,)

SWITCHES = (
    Switch("empty_element", ("clear", "ignore", "error"), "clear",
           "What an empty element in a client update does. Documented as clearing for custom fields alone."),
    Switch("omitted_element", ("kept", "cleared"), "kept",
           "What leaving an element out of a client update does. Several working clients rely on it being kept."),
    Switch("update_of_archived", ("accepted", "refused"), "accepted",
           "Whether an archived client can be updated. Unknown."),
    Switch("update_of_deleted", ("refused", "accepted"), "refused",
           "Whether a deleted client can be updated. Unknown."),
    Switch("get_of_deleted", ("error", "flagged", "not_found"), "error",
           "A get of a deleted client: ERROR, the record with IsDeleted Yes, or 404. Unknown."),
    Switch("unknown_id", ("error", "not_found"), "error",
           "A client or contact identifier nobody has: 200 with ERROR (seen on 3.0), or 404 (described for 3.1)."),
    Switch("modifiedsince_bound", ("exclusive", "inclusive"), "exclusive",
           "Whether modifiedsince includes its own moment. Unknown."),
    Switch("modifiedsince_sees_archive", ("yes", "no"), "yes",
           "Whether archiving and deleting move a client into modifiedsince. Unknown."),
    Switch("modifiedsince_sees_contacts", ("yes", "no"), "yes",
           "Whether editing a contact moves its clients into modifiedsince. Unknown."),
    Switch("modifiedsince_sees_groups", ("no", "yes"), "no",
           "Whether joining or leaving a group moves a client into modifiedsince. A partner's help page says not."),
    Switch("modifiedsince_sees_relationships", ("no", "yes"), "no",
           "Whether a relationship's change moves its two clients into modifiedsince. Unknown."),
    Switch("modifiedsince_sees_custom_fields", ("no", "yes"), "no",
           "Whether a custom field value's change moves its client into modifiedsince. Unknown."),
    Switch("modifiedsince_sees_jobs", ("no", "yes"), "no",
           "Whether work on a job moves its client into modifiedsince. Unknown."),
    Switch("list_hides", ("nothing", "archived", "deleted", "both"), "nothing",
           "What client.api/list leaves out. A live tenant lists both, flagged; one recording shows neither."),
    Switch("list_lag_seconds", _NUMBER, "0",
           "How long list and search lag behind a write, while get is fresh. Unknown."),
    Switch("stored_form", ("as_sent", "trimmed", "reformatted"), "as_sent",
           "How text is stored: as sent, without outer spaces, or with phones, e-mails and spaces rewritten. Unknown."),
    Switch("max_length", ("off", "error", "cut"), "off",
           "What happens to text over 255 characters (1,000 for addresses). No limit is documented."),
    Switch("tax_number_shown", ("masked", "full", "absent"), "masked",
           "How replies show the tax number. Documented as masked but for the last three digits."),
    Switch("tax_number_mask", ("stars", "short", "crosses"), "stars",
           "What a masked tax number looks like: ******782 as documented, ***782 or XXXXXX782."),
    Switch("masked_tax_number_sent", ("error", "ignore", "store"), "error",
           "What a masked tax number in a request does. Unknown; it is recorded for ever whatever this says."),
    Switch("bad_tax_number", ("error", "ignore", "store"), "error",
           "A tax number with a wrong check digit. A partner's help page says that it is refused."),
    Switch("duplicate_tax_number", ("error", "accept"), "error",
           "A tax number that another client has. A partner's help page says that it is refused."),
    Switch("duplicate_name", ("allowed", "error", "server_error"), "allowed",
           "A client name that exists already. Recordings show two clients of one name."),
    Switch("duplicate_client_code", ("allowed", "error", "server_error"), "allowed",
           "A client code that another client has. Unknown."),
    Switch("bad_business_structure", ("error", "ignore"), "error",
           "A business structure that the practice has not set up. Never created; refused or ignored is unknown."),
    Switch("bad_choice", ("error", "ignore"), "error",
           "A value outside an element's documented ones (Yes/No, GST period, agency status, dates). Unknown."),
    Switch("export_code_on_update", ("writable", "ignored"), "writable",
           "Whether an update takes ExportCode: Xero's two descriptions disagree."),
    Switch("conflict_409", ("never", "recent"), "never",
           "409 to an update: never, or when the client was changed in the last five seconds. Listed, not explained."),
    Switch("date_of_birth_form", ("long", "short"), "long",
           "How a date of birth or death is written: 1980-05-06T00:00:00 in lists, 1980-05-06 in some documentation."),
    Switch("note_label", ("folder", "tags"), "folder",
           "What a note carries: Folder, or none and Tags, as in practices moved to the Single Client Experience."),
    Switch("update_answer", ("normal", "500_none", "500_all", "500_some"), "normal",
           "An update answered 500 after none, all or the first half of its elements were stored."),
    Switch("shared_contact_without_client", ("refused", "accepted", "loses_tie"), "refused",
           "A contact of several clients edited without clientUuid: 409, accepted, or Position and IsPrimary lost."),
    Switch("contact_delete", ("unlink", "everywhere"), "unlink",
           "Deleting a contact of several clients with clientUuid: from that client, or altogether. Unknown."),
    Switch("contact_position_unset", ("empty", "zero"), "empty",
           "How a contact's unset Position reads: recordings of 2020 show it empty, one of 2022 shows 0."),
    Switch("paged_walk", ("live", "stable", "expires"), "live",
           "A paged walk: follows the present order, stands still as at its start, or its tokens die in a minute."),
    Switch("next_on_last_page", ("absent", "empty", "repeated"), "absent",
           "The last page's Next: absent, empty, or the address of that very page. Unknown."),
    Switch("page_size_out_of_range", ("error", "nearest"), "error",
           "A page size outside 1 to 500: 400, or the nearest size. A live tenant answers 400 to a page out of range."),
    Switch("search_sees", ("name", "more"), "name",
           "What a client search looks at: the name, or e-mail, phone and codes too. Unknown."),
    Switch("relationship_keys", ("one", "two"), "one",
           "Whether both clients of a relationship see it under one identifier, or each under its own. Unknown."),
    Switch("relationship_again", ("second", "error"), "second",
           "Adding a relationship that is there already: a second one, or ERROR. Unknown."),
    Switch("group_member_again", ("accepted", "error"), "accepted",
           "Putting a client into a group that it is in already. Unknown."),
    Switch("group_stranger_removed", ("error", "accepted"), "error",
           "Taking a client out of a group that it is not in. Unknown."),
    Switch("group_last_removed", ("accepted", "error", "group_goes"), "accepted",
           "Taking the last client out of a group. None can be made empty. Unknown."),
    Switch("custom_field_decimals", ("point", "comma"), "point",
           "How a custom field's decimal is written. One vendor met commas in 2020."),
    Switch("bad_custom_value", ("error", "ignore", "store"), "error",
           "A value of the wrong type or outside a list's options. Unknown."),
    Switch("definitions_scope", ("broad", "client"), "broad",
           "Whether the client scope opens custom field definitions. Xero's description lists the broad one alone."),
    Switch("documents_wrapped", ("no", "yes"), "no",
           "Whether lists of documents and of a job's costs stand in a Response. Documentation shows them without."),
    Switch("client_delete_with_jobs", ("refused", "accepted"), "refused",
           "Deleting a client that has jobs. Unknown."),
    Switch("converted_prospect", ("deleted", "vanished", "kept"), "deleted",
           "What is left of a prospect when a person makes it a client, which gives it a new identifier."),
    Switch("merged_client", ("deleted", "vanished", "archived"), "deleted",
           "What is left of a client that a person merged into another. Unknown."),
    Switch("limit_reply", ("with_wait", "without_wait", "unavailable"), "with_wait",
           "A call over a limit: 429 with Retry-After, 429 without it, or 503 as older reports have it."),
    Switch("limited_calls_count", ("no", "yes"), "no",
           "Whether calls answered 429 lower what is left of the day. Unknown."),
    Switch("version_3_0", ("served", "gone"), "served",
           "Whether 3.0 is served still. Its end is announced without a date; gone answers 404."),
    Switch("json_null", ("left_out", "empty"), "left_out",
           "What null does in a JSON request: as if the member were left out, or as an empty element. Unknown."),
    Switch("fields_parameter", ("honoured", "ignored"), "honoured",
           "Whether 3.1 leaves out what the fields parameter does not name. Described everywhere, never seen used."),
    Switch("visibility", ("all", "own"), "all",
           "Whether the connecting person's privileges hide the clients whose partner or manager is another."),
    Switch("date_header_skew_seconds", _NUMBER, "0",
           "How far the Date header stands from the clock behind modifiedsince."),
)  # fmt: skip

BY_NAME = {switch.name: switch for switch in SWITCHES}

Settings = Mapping[str, str]


class UnknownSwitch(ValueError):
    """No switch has this name, or the switch does not have this value."""


def checked(values: Mapping[str, object]) -> dict[str, str]:
    """The values as text; raises `UnknownSwitch` when one is not in the table."""
    wanted = {name: str(value) for name, value in values.items()}
    for name, value in wanted.items():
        if name not in BY_NAME:
            raise UnknownSwitch(f"There is no switch {name}")
        if not BY_NAME[name].accepts(value):
            raise UnknownSwitch(f"{name} takes {' or '.join(BY_NAME[name].values)}, not {value}")
    return wanted


def from_file(path: Path) -> dict[str, str]:
    """The values in a file of TOML or JSON (`.json`), name to value; raises `UnknownSwitch`."""
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as unreadable:
        raise UnknownSwitch(f"{path} cannot be read: {unreadable}") from unreadable
    if not isinstance(found, dict):
        raise UnknownSwitch(f"{path} does not hold names and values")
    return checked(found)


def read(db: sqlite3.Connection) -> dict[str, str]:
    """Every switch with its present value."""
    settings = {switch.name: switch.default for switch in SWITCHES}
    settings.update((str(name), str(value)) for name, value in db.execute("SELECT name, value FROM switch"))
    return settings


def store(db: sqlite3.Connection, values: Mapping[str, object]) -> None:
    """Set some switches; the others stay. Raises `UnknownSwitch` and then sets none."""
    rows = checked(values).items()
    db.executemany("INSERT OR REPLACE INTO switch (name, value) VALUES (?, ?)", list(rows))
