"""The only place that words states, moves, reasons, outcomes, errors and activity.

Screens, the command line, files and mails take their sentences from here, so that one thing has one name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from practicesync.core.compare import State
from practicesync.core.fields import ClientKind
from practicesync.core.import_rows import Choice, Verdict
from practicesync.core.link_state import LinkState
from practicesync.core.presence import Lack
from practicesync.core.push import Outcome, PushState
from practicesync.core.verdict import Move

LOCAL = "Register"
REMOTE = "Xero Practice Manager"
REMOTE_SHORT = "XPM"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a state is told: a word, a sentence, a tone (`quiet`, `good`, `wait`, `bad`) and an icon's name."""

    word: str
    sentence: str
    tone: str
    icon: str


STATE_WORDS: Mapping[State, Wording] = {
    State.SAME: Wording("same", "Both sides agree.", "quiet", "equal"),
    State.LOCAL_CHANGED: Wording("changed here", "The register changed since both sides agreed.", "bad", "arrow-right"),
    State.REMOTE_CHANGED: Wording("in XPM", "XPM changed since both sides agreed.", "bad", "arrow-left"),
    State.BOTH_CHANGED: Wording("on both", "Both sides changed, differently. Choose one.", "bad", "arrows-left-right"),
    State.DIFFERS: Wording("differs", "The sides differ and have never agreed.", "bad", "equal-not"),
}

LACK_WORDS: Mapping[Lack, Wording] = {
    Lack.ONLY_HERE: Wording("only here", "XPM has never had it.", "bad", "arrow-right"),
    Lack.ONLY_THERE: Wording("only in XPM", "The register has never had it.", "bad", "arrow-left"),
    Lack.REMOVED_HERE: Wording(
        "removed here", "Both sides had it; it was removed from the register.", "bad", "arrow-right"
    ),
    Lack.REMOVED_THERE: Wording("removed in XPM", "Both sides had it; it was removed from XPM.", "bad", "arrow-left"),
}
"""How something that one side lacks is told."""

LINK_WORDS: Mapping[LinkState, Wording] = {
    LinkState.IN_SYNC: Wording("In sync", "Every field that your firm syncs agrees with XPM.", "good", "circle-check"),
    LinkState.LOCAL_CHANGED: Wording(
        "Changed here", "The register changed; XPM does not have it yet.", "bad", "arrow-right"
    ),
    LinkState.REMOTE_CHANGED: Wording(
        "Changed in XPM", "XPM changed; the register does not have it yet.", "bad", "arrow-left"
    ),
    LinkState.BOTH_CHANGED: Wording(
        "Changed on both", "The same field changed on both sides. Somebody has to choose.", "bad", "arrows-left-right"
    ),
    LinkState.DIFFERS: Wording("Differs", "The sides differ and have never agreed.", "bad", "equal-not"),
    LinkState.WAITING: Wording("Pending Sync", "Values wait to be written to XPM.", "wait", "clock"),
    LinkState.DUE: Wording("Due", "What differs moves by itself with the next automatic run.", "wait", "clock"),
    LinkState.SET_ASIDE: Wording("Set aside", "Somebody took it out of the way; nothing moves.", "quiet", "ban"),
    LinkState.FAILING: Wording("Failing", "Something keeps it from syncing, and says what.", "bad", "alert-triangle"),
    LinkState.UNREAD: Wording(
        "Not read yet", "XPM has not been read since this client was linked, or connected again.", "wait", "clock"
    ),
    LinkState.UNLINKED: Wording("Not linked", "Not tied to a client in XPM.", "quiet", "link-off"),
    LinkState.LEFT_OUT: Wording(
        "Not synced", "Your firm's level lets nothing sync, and the sides differ.", "quiet", "ban"
    ),
    LinkState.KEPT_OUT: Wording("Register only", "Somebody said that it is not to be in XPM.", "quiet", "ban"),
}

MOVE_WORDS: Mapping[Move, str] = {
    Move.SETTLE: "Nothing to do",
    Move.PULL: "To the register",
    Move.PUSH: "To XPM",
    Move.ASK: "Choose",
    Move.LEAVE: "Leave as it is",
}

WHY_WORDS: Mapping[str, str] = {
    "equal": "Both sides agree.",
    "not_told": "XPM gives no value, and the register has none.",
    "hidden_there": "XPM holds a number of which it shows only the last three digits. Type it in the register to have "
    "it here too.",
    "ignored": "This field is not synced in your firm.",
    "untold": "XPM gives no value here. It may be empty, or have been cleared there.",
    "hidden": "Changed in XPM, value hidden: XPM shows only the last three digits. Type the number in the register.",
    "local_changed": "Only the register changed.",
    "remote_changed": "Only XPM changed.",
    "both_changed": "Both sides changed, differently.",
    "differs": "The sides have never agreed on this field.",
    "blank_here": "The register has no value.",
    "blank_there": "XPM has no value.",
    "cannot": "This value cannot be written to the other side.",
    "primary": "The register is primary in your firm, so XPM's value does not overwrite it.",
    "pending": "A value of this field is on its way to XPM; nothing incoming overwrites it.",
    "left_out": "Your firm's level leaves this field out.",
    "gone": "XPM no longer has this client.",
    "held": "Somebody decided to leave this as it is.",
    "archived": "The client is archived on one side.",
    "overridden": "Changed on the side that is not your firm's source of truth.",
    "local_wins": "The register is your firm's source of truth.",
    "remote_wins": "XPM is your firm's source of truth.",
    "not_this_way": "Your firm lets nothing move this way.",
    "only_blanks": "Your firm fills blanks only, and there is a value already.",
    "would_blank": "This would blank a value. Nothing is blanked unless somebody says so.",
    "would_remove": "This would remove it. Nothing is removed unless somebody says so.",
    "would_return": "It was removed on purpose. Nothing comes back unless somebody says so.",
    "undone": "Taken back.",
    "set_back": "Set back to what it was before.",
    "added": "Added.",
    "removed": "Removed.",
    "edited": "Edited by hand.",
    "pushed": "Written to XPM.",
    "emptied": "XPM emptied it when something else was written.",
    "undo_changed": "Changed since.",
    "undo_changed_there": "Changed in XPM since.",
    "undo_pending": "A value of this field is on its way to XPM. Wait until it has arrived.",
    "undo_hidden": "XPM showed only the last three digits of what it had, so there is nothing to write back.",
    "undo_not_taken": "XPM takes no such value from other programs. Change it there.",
    "undo_needed": "It was blank before, and has to hold something.",
    "undo_archived": "XPM takes nobody out of its archive for another program. Do it there.",
    "undo_made": "A client that was made in XPM stays there. Archive it in XPM if nobody wants it.",
    "undo_gone": "XPM no longer has this client.",
    "undo_lost": "What it belonged to is no longer there.",
    "undo_not_here": "The register does not have it any more. Add it to the client again, then sync.",
    "undo_unlinked": "The client is no longer linked to XPM.",
    "party_unlinked": "The other client of this relationship is not linked to XPM. Link or import it first.",
    "not_kept": "The register cannot keep this one: nobody knows its label, these clients' kinds do not fit it, or it "
    "is there already.",
}

SETTLED_WORDS: Mapping[str, str] = {
    "local": "{by} chose the register's value",
    "remote": "{by} took XPM's value",
    "edited": "{by} wrote another value in the register",
    "held": "{by} left both values as they are",
    "otherwise": "a value changed",
}
"""How a difference came to an end that somebody still had before their eyes."""

OUTCOME_WORDS: Mapping[Outcome, Wording] = {
    Outcome.WAITING: Wording("Waiting", "Waits to be written.", "wait", "clock"),
    Outcome.DONE: Wording("Done", "Written and verified.", "good", "circle-check"),
    Outcome.OVERTAKEN: Wording(
        "Held", "The other side changed meanwhile, so nothing was overwritten. Look again.", "wait", "hand-stop"
    ),
    Outcome.REFUSED: Wording("Refused", "XPM refused it.", "bad", "alert-triangle"),
    Outcome.IGNORED: Wording(
        "Ignored by XPM",
        "XPM accepted the call and left the field as it was. Change it there by hand.",
        "bad",
        "alert-triangle",
    ),
    Outcome.STORED_DIFFERENTLY: Wording(
        "Stored differently", "XPM now holds another value than the one sent. Both are shown.", "bad", "equal-not"
    ),
    Outcome.WITHDRAWN: Wording("Withdrawn", "Taken back before it was sent.", "quiet", "arrow-back-up"),
    Outcome.STALE: Wording(
        "Not done", "It changed after it was shown, so it was left as it is. Look again.", "wait", "hand-stop"
    ),
    Outcome.CANNOT: Wording("Cannot be done", "There is no way to do this.", "quiet", "ban"),
}

PUSH_WORDS: Mapping[PushState, str] = {
    PushState.WAITING: "Waiting to be sent",
    PushState.SENDING: "Being sent",
    PushState.UNSURE: "Sent; the answer was lost. XPM is read again before anything else.",
    PushState.CONFIRMED: "Done",
    PushState.REFUSED: "Refused by XPM",
    PushState.OVERTAKEN: "Held: XPM changed meanwhile",
    PushState.WITHDRAWN: "Withdrawn",
}

KIND_WORDS: Mapping[ClientKind, str] = {
    ClientKind.COMPANY: "Company",
    ClientKind.TRUST: "Trust",
    ClientKind.INDIVIDUAL: "Individual",
    ClientKind.PARTNERSHIP: "Partnership",
    ClientKind.SOLE_TRADER: "Sole trader",
    ClientKind.SUPER_FUND: "Super fund",
    ClientKind.OTHER: "Other",
}

VERDICT_WORDS: Mapping[Verdict, Wording] = {
    Verdict.NEW: Wording("New", "Becomes a client of the register.", "quiet", "plus"),
    Verdict.UPDATE: Wording(
        "Update", "Somebody in the register has its code or id; what differs is written.", "quiet", "pencil"
    ),
    Verdict.TWIN: Wording(
        "Twin?", "Looks like somebody who is there already. Decide what becomes of it.", "wait", "users"
    ),
    Verdict.UNCHANGED: Wording("Unchanged", "Says what the register has already.", "quiet", "equal"),
    Verdict.ERROR: Wording("Error", "Cannot be read as it stands; it is left out.", "bad", "alert-triangle"),
}

CHOICE_WORDS: Mapping[Choice, str] = {
    Choice.CREATE: "Add as new",
    Choice.UPDATE: "Update that client",
    Choice.LEAVE: "Leave it out",
}

BECAME_WORDS: Mapping[str, str] = {
    "created": "Added",
    "updated": "Updated",
    "held": "Held back",
    "archived": "Archived again",
    "restored": "Set back",
    "kept": "Stays",
}
"""What became of a row of an import."""

RUN_KIND_WORDS: Mapping[str, str] = {
    "import": "Import from XPM",
    "import_check": "Check of a file",
    "import_file": "Import from a file",
    "import_undo": "Undo of an import",
    "refresh": "Refresh",
    "sweep": "Full refresh",
    "record": "Refresh of one client",
    "look": "Reading of one client of XPM",
    "reread": "Reading of a record that could not be read",
    "sync": "Sync of one client",
    "automatic": "Automatic sync",
    "leave": "Leaving what a stopped run would have done",
    "apply": "Applying a sheet",
    "draw": "Drawing up a sheet",
    "match": "Search for links",
    "link_many": "Linking",
    "unlink_many": "Taking links back",
    "replan": "Judging all differences by new rules",
    "set_aside": "Setting clients aside",
    "take_back": "Taking clients back",
}

RUN_COUNT_WORDS: Mapping[str, str] = {
    "apply": "Lines done",
    "draw": "Lines drawn up",
    "automatic": "Lines done",
    "match": "Clients compared",
    "link_many": "Clients linked",
    "unlink_many": "Links taken back",
    "replan": "Clients judged",
    "set_aside": "Clients set aside",
    "take_back": "Clients taken back",
}
"""What a run counts, where it is not clients read."""

RUN_STATE_WORDS: Mapping[str, Wording] = {
    "queued": Wording("Waiting to start", "Starts as soon as the worker is free.", "wait", "clock"),
    "running": Wording("Running", "Under way.", "wait", "refresh"),
    "paused": Wording("Paused", "Goes on by itself.", "wait", "player-pause"),
    "done": Wording("Done", "Finished.", "good", "circle-check"),
    "failed": Wording("Stopped", "Ended before it was done.", "bad", "alert-triangle"),
    "cancelled": Wording("Cancelled", "Somebody cancelled it; what was done stands.", "quiet", "ban"),
}

ERROR_WORDS: Mapping[str, str] = {
    "retry": "It did not work just now. It is tried again by itself.",
    "throttled": "XPM's limit on calls is reached. The run goes on by itself when XPM allows it.",
    "unavailable": "XPM did not answer. It is tried again by itself.",
    "unsure": "XPM's answer was lost. The record is read again before anything else is sent.",
    "ask_person": "Somebody has to look at this.",
    "reconnect": "The connection to XPM no longer holds. An admin has to connect again, in the settings.",
    "not_permitted": "XPM does not let this connection do that. Check the scopes of your Xero app, and the privileges "
    "in Xero of the person who connected.",
    "refused": "XPM refused it.",
    "gone": "XPM no longer has this record.",
    "stop": "Something is wrong that trying again does not mend.",
    "settings": "A setting is missing or cannot be right. Mend it, and start again.",
    "database": "The database does not answer as it should.",
    "bad_answer": "XPM's answer was broken or incomplete. Nothing of it was used.",
    "braked": "The run would have changed too much, so it stopped before it did.",
    "stale": "This client changed while you looked.",
    "taken": "Somebody else brought this client in meanwhile. It is shown instead of a second one.",
    "invalid": "Some of what was entered cannot be right.",
    "forbidden": "You may not do this. Ask an admin of your firm.",
    "empty_list": "XPM sent a list with far fewer clients than before. Nothing was changed; try again, or look in XPM.",
    "conflict": "XPM reported a clash with another change. The record is read again and planned afresh.",
    "bad_state": "This sign-in was begun elsewhere, too long ago, or was used already. Please connect again.",
    "bad_code": "Xero did not accept the sign-in. Please connect again.",
    "refused_consent": "Access was not allowed on Xero's page. Nothing was connected.",
    "no_organisation": "This Xero login has no Xero Practice Manager organisation.",
    "no_privilege": "This Xero login may not connect apps to Xero Practice Manager.",
    "other_organisation": "Your links belong to another XPM organisation. Connect that one, or confirm the change.",
    "crashed": "Something unforeseen ended it. The log tells more.",
    "error": "Something went wrong.",
}

PRIVILEGE_STEPS: tuple[str, ...] = (
    "Ask an administrator of your firm's Xero Practice Manager to open Business > Settings > Staff, and your name.",
    "Under Privileges, tick the one for connecting third-party applications (or: authorise third-party full access).",
    "Be an admin in practicesync: only admins can connect.",
    "Sign out of Xero, come back to this page, and press Connect again.",
)
"""What to do where a login may not connect (Xero developer documentation, OAuth 2.0 FAQ)."""

VERB_WORDS: Mapping[str, str] = {
    "practice_made": "The practice was set up",
    "person_added": "{name} was added as {role}",
    "password_set": "{name} was given a new password",
    "add_on_enabled": "Xero Practice Manager was enabled",
    "add_on_disabled": "Xero Practice Manager was disabled",
    "connected": "Connected to {organisation}",
    "reconnected": "Connected again to {organisation}",
    "disconnected": "Disconnected from {organisation}",
    "connection_broken": "The connection to {organisation} stopped working: {reason}",
    "client_added": "{client} was added",
    "client_edited": "{client} was edited",
    "clients_imported": "{count} clients were imported",
    "file_imported": "{file} was imported: {created} clients were added, {updated} edited",
    "import_undone": "The import of {file} was undone: {archived} clients were archived, {restored} set back",
    "client_archived": "{client} was archived",
    "remote_imported": "{count} clients were imported from XPM",
    "client_brought": "{client} was imported from XPM",
    "associate_brought": "{client} was imported from XPM as an associate",
    "proposal_added": "The proposal “{title}” for {client} was saved",
    "proposal_edited": "The proposal “{title}” for {client} was edited",
    "proposal_archived": "The proposal “{title}” for {client} was archived",
    "proposal_restored": "The proposal “{title}” for {client} was restored",
    "linked": "{client} was linked to {remote}",
    "unlinked": "{client} was disconnected from {remote}",
    "not_same": "{client} is not {remote}",
    "not_same_undone": "{client} may be {remote} after all",
    "matched": "Links were looked for: {safe} safe ones, {look} to look at, {twins} twins",
    "links_made": "{count} clients were linked at once",
    "links_unmade": "{count} links were taken back at once",
    "twins_apart": "{first} and {second} are two clients",
    "twins_dealt": "{first} and {second} were dealt with in XPM",
    "twins_reopened": "{first} and {second} may be one client after all",
    "merged": "{gone} was merged into {client}",
    "merged_away": "{gone} was merged into {client}, and archived",
    "merge_undone": "The merge of {gone} into {client} was undone",
    "gone_believed": "{count} clients that XPM's list lacked were said to be gone",
    "brake_left": "What a stopped run would have done to {clients} clients is left as it is",
    "moved_unasked": "Client sync moved {done} of {total} values by itself, by version {policy} of your firm's policy",
    "sync_asked": "A sync of {client} was asked for: {pushes} to XPM, {pulls} to the register",
    "apply_asked": "A sheet was to be applied: {pushes} lines to XPM, {pulls} to the register",
    "applied": "A sheet was applied: {done} of {total} lines are done",
    "pulled": "{client}: values came from XPM",
    "set_back": "{client}: values of the register were set back",
    "left_as_is": "{client}: {field} was left as it is on both sides",
    "taken_up": "{client}: {field} was taken up again",
    "pushed": "{client}: values were written to XPM",
    "push_held": "{client}: XPM changed meanwhile, so values were held",
    "push_refused": "{client}: XPM refused values: {detail}",
    "push_emptied": "{client}: XPM emptied values when something else was written",
    "push_unsure": "{client}: XPM's answer was lost; it is read again",
    "push_removed": "{client}: something was taken away in XPM",
    "push_archived": "{client} was archived in XPM",
    "push_created": "{client} was made in XPM",
    "push_withdrawn": "{client}: what waited to be written to XPM was taken back. {detail}",
    "reference_given": "{client} got the reference {reference}, by which XPM's record of it is known",
    "refresh_asked": "A refresh was asked for",
    "refreshed": "XPM was read: {changed} of {total} clients had changed",
    "run_failed": "A run stopped: {reason}",
    "run_paused": "A run was paused until {until}",
    "run_cancelled": "A run was cancelled",
    "relationship_added": "{party} was added to {client} as {type}",
    "relationship_edited": "{party} as {type} of {client} was edited",
    "relationship_removed": "{party} was removed from {client} as {type}",
    "grouped": "{count} clients were put into the group {group}",
    "ungrouped": "{client} was taken out of the group {group}",
    "group_renamed": "The group {before} is now called {group}",
    "group_removed": "The group {group} was removed; {count} clients were in it",
    "standing_changed": "{client} is now {standing}",
    "checklist_ticked": "{client}: {item} was ticked off",
    "checklist_unticked": "{client}: {item} was opened again",
    "lists_begun": "Empty lists were filled with the usual words",
    "list_item_added": "{list}: {label} was added",
    "list_item_renamed": "{list}: {before} is now called {label}, also on {count} clients",
    "list_ordered": "{list} was put in another order",
    "list_item_retired": "{list}: {label} is no longer offered",
    "client_sync_on": "Client sync was switched on; {what}",
    "client_sync_off": "Client sync was switched off; {what}",
    "policy_changed": "The rules of client sync were changed; {what}",
    "policy_replanned": "The differences of {count} clients were judged by the new rules",
    "addresses_placed": "The two addresses that XPM keeps of a {kind} are now: {places}; {count} clients were changed",
    "client_set_aside": "{client} was set aside: {why}",
    "client_taken_back": "{client} was taken back",
    "record_set_aside": "{count} records of XPM could not be read and were set aside",
}


def say(verb: str, facts: Mapping[str, object]) -> str:
    """The sentence of an activity line. A fact that the line does not hold shows as an ellipsis."""
    return VERB_WORDS[verb].format_map(_Told(facts))


class _Told(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
