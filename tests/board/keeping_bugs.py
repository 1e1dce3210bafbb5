"""Bugs in what is kept besides values: tokens, limits, practices apart, history and the log."""

from board.bug import Bug, named

KEEPING: tuple[Bug, ...] = (
    Bug(
        "the loser of a conflict is not kept",
        "P02",
        "operations/push_closing.py",
        "    before = {} if sent.seen is None else sent.field.spread(sent.seen)",
        "    before: dict[str, str] = {}",
        (named("flows/test_undo::test_the_loser_of_a_conflict_is_restored_on_the_side_that_lost"),),
    ),
    Bug(
        "two rotate one refresh token",
        "P11",
        "operations/tokens.py",
        "        if row.renewing_until is not None and row.renewing_until > now:",
        "        if row.renewing_until is not None and row.renewing_until > now + LEASE:",
        (
            named(
                "operations/test_tokens::test_who_asks_first_renews_and_the_others_wait",
                "flows/test_line::test_of_many_that_find_the_token_expired_one_rotates_it",
            ),
        ),
    ),
    Bug(
        "the new refresh token is not stored",
        "P10",
        "operations/tokens.py",
        'row.save(update_fields=["access_token", "refresh_token", "expires_at", "generation", "renewing_until"])',
        'row.save(update_fields=["access_token", "expires_at", "generation", "renewing_until"])',
        (named("operations/test_tokens::test_who_asks_first_renews_and_the_others_wait"),),
    ),
    Bug(
        "told to wait, the others go on",
        "P13",
        "connectors/xpm/gateway.py",
        "            line.blocked(error.after, error.limit)",
        "            line.blocked(0.0, error.limit)",
        (named("connectors/test_xpm_faults::test_a_broken_limit_holds_the_whole_line"),),
    ),
    Bug(
        "one call too many a minute",
        "P12",
        "core/budget.py",
        "    if len(ledger.minute) >= limits.minute - 1:",
        "    if len(ledger.minute) >= limits.minute + 1:",
        (named("core/test_budget::test_no_window_of_the_server_is_ever_overrun"),),
    ),
    Bug(
        "a sheet of another firm can be put away",
        "P17",
        "operations/sheets.py",
        "    sheet: Sheet = Sheet.rows.of(actor.practice_id).select_for_update(no_key=True).get(pk=sheet_id)",
        "    sheet: Sheet = Sheet.rows.everywhere().select_for_update(no_key=True).get(pk=sheet_id)",
        (named("operations/test_abilities::test_nobody_of_another_practice_finds_or_changes_anything[sheets.leave]"),),
    ),
    Bug(
        "the log is written outside the transaction",
        "P18",
        "operations/sheets.py",
        '        write(actor, Entry("apply_asked"',
        '    write(actor, Entry("apply_asked"',
        (named("operations/test_abilities::test_what_cannot_be_logged_is_not_done[sheets.request_apply]"),),
    ),
    Bug(
        "the log's chain is not bound to its practice",
        "P19",
        "operations/activity.py",
        "        line.practice_id,\n        line.seq,\n",
        "        line.seq,\n",
        (named("operations/test_activity::test_a_log_that_is_handed_to_another_practice_is_not_taken_for_its_own"),),
    ),
)
