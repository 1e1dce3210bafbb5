"""What nobody outside Xero knows about Practice Manager: which switches decide it, or why none does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """One thing unknown. `decided_by` names switches; without any, `because` says what the sandbox does and why."""

    about: str
    decided_by: tuple[str, ...] = ()
    because: str = ""


DOUBTS = (
    Doubt("What an empty element, or one left out, does in an update", ("empty_element", "omitted_element")),
    Doubt("What a null does in a JSON request", ("json_null",)),
    Doubt("Values outside what an element takes", ("bad_choice", "bad_business_structure")),
    Doubt("How text is kept, and how much of it", ("stored_form", "max_length")),
    Doubt("Tax numbers: how they are shown", ("tax_number_shown", "tax_number_mask")),
    Doubt(
        "Tax numbers: wrong, used already, or sent back masked",
        ("bad_tax_number", "duplicate_tax_number", "masked_tax_number_sent"),
    ),
    Doubt("Names and codes that exist already", ("duplicate_name", "duplicate_client_code")),
    Doubt("Whether an export code can be changed", ("export_code_on_update",)),
    Doubt("Identifiers nobody has", ("unknown_id",)),
    Doubt("Archived and deleted clients", ("get_of_deleted", "update_of_archived", "update_of_deleted", "list_hides")),
    Doubt("Deleting a client that has jobs", ("client_delete_with_jobs",)),
    Doubt("What is left of a prospect made a client, and of a merged client", ("converted_prospect", "merged_client")),
    Doubt("When 409 is answered", ("conflict_409",)),
    Doubt("What an answer of 500 has stored", ("update_answer",)),
    Doubt("Whether modifiedsince includes its own moment", ("modifiedsince_bound",)),
    Doubt(
        "What moves a client into modifiedsince",
        (
            "modifiedsince_sees_archive",
            "modifiedsince_sees_contacts",
            "modifiedsince_sees_groups",
            "modifiedsince_sees_relationships",
            "modifiedsince_sees_custom_fields",
            "modifiedsince_sees_jobs",
        ),
    ),
    Doubt(
        "Whether lists lag behind writes, and whose clock is right", ("list_lag_seconds", "date_header_skew_seconds")
    ),
    Doubt(
        "Pages: how a walk ages, how it ends, which sizes it takes",
        ("paged_walk", "next_on_last_page", "page_size_out_of_range"),
    ),
    Doubt("What a search looks at", ("search_sees",)),
    Doubt("How dates of birth are written", ("date_of_birth_form",)),
    Doubt("What a note carries", ("note_label",)),
    Doubt(
        "Contacts of several clients",
        ("shared_contact_without_client", "contact_delete", "contact_position_unset"),
    ),
    Doubt("Groups: what is refused", ("group_member_again", "group_stranger_removed", "group_last_removed")),
    Doubt("Relationships: keys, and the same one again", ("relationship_keys", "relationship_again")),
    Doubt(
        "Custom fields: who may read definitions, and what values are taken",
        ("definitions_scope", "bad_custom_value", "custom_field_decimals"),
    ),
    Doubt("Whether lists of documents and costs stand in a Response", ("documents_wrapped",)),
    Doubt("How a call over a limit is answered and counted", ("limit_reply", "limited_calls_count")),
    Doubt("Whether the fields parameter of 3.1 leaves fields out", ("fields_parameter",)),
    Doubt("What the connecting person's privileges hide", ("visibility",)),
    Doubt("Until when 3.0 is served", ("version_3_0",)),
    Doubt(
        "Edits at the same moment",
        because="The last write wins: no source shows a version, an ETag or a precondition that could decide.",
    ),
    Doubt(
        "Which titles, genders and countries of birth are taken",
        because="Any text is taken: no list of them is published, so refusing some would be made up.",
    ),
    Doubt(
        "Which forms of a date of birth are taken",
        because="All three that replies and documents use are; others are a value outside what the element takes.",
    ),
    Doubt(
        "The zone of times on notes and documents",
        because="They carry none; the sandbox writes UTC, and no reply could show which zone is meant.",
    ),
    Doubt("Taking a client out of the archive", because="No call does it in any source; a person does, on the pages."),
    Doubt(
        "What X-Rate-Limit-Problem says",
        because="Minute was seen, the other three follow it; a fault of kind rate_limit says anything else.",
    ),
    Doubt(
        "How large a request may be",
        because="10 MB, then 413: a guess; a fault of kind status answers 413 to a smaller one.",
    ),
    Doubt(
        "What opens a document's URL",
        because="It leads to the web application and not to the API, and is never fetched from here.",
    ),
    Doubt("Webhooks", because="Practice Manager has none in any source."),
    Doubt(
        "What differs in a British practice",
        because="Nothing is published of one: it has what the other two share, and a UTR for a tax number.",
    ),
)
