"""Bugs in what decides: who moved, what a policy lets pass, and what stops a run."""

from board.bug import SCHEDULES, Bug, named

DECIDING: tuple[Bug, ...] = (
    Bug(
        "base is what was seen last, not what was agreed on",
        "P01",
        "core/plan.py",
        "        if row.move is Move.SETTLE and row.base != row.local and not row.pending:\n"
        "            result.setdefault(row.ref, {}).update(row.field.spread(row.local))",
        "        if row.remote is not None and row.base != row.remote and not row.pending:\n"
        "            result.setdefault(row.ref, {}).update(row.field.spread(row.remote))",
        (
            SCHEDULES,
            named("core/test_plan::test_base_takes_only_what_both_sides_hold_now"),
        ),
    ),
    Bug(
        "both changed, and the register wins in silence",
        "P02",
        "core/compare.py",
        "        return State.BOTH_CHANGED",
        "        return State.LOCAL_CHANGED",
        (
            named("core/test_plan::test_who_moved"),
            named(
                "faults/test_both_sides::test_s14_one_field_changed_on_both_sides_is_one_conflict_and_its_loser_can_be_restored",
            ),
        ),
    ),
    Bug(
        "a value that was not told counts as empty",
        "P01",
        "core/fields.py",
        "            return None if value is None else (value,)",
        '            return ("",) if value is None else (value,)',
        (
            named(
                "core/test_plan::test_who_moved",
            ),
        ),
    ),
    Bug(
        "the mask of a tax number counts as a number",
        "P16",
        "core/kinds/numbers.py",
        "        return MASK in _starred(value[0])",
        "        return False",
        (
            named("core/test_plan::test_a_masked_number"),
            named(
                "faults/test_masks_and_forms::test_s29_a_masked_number_with_the_same_last_digits_is_the_same_and_nothing_is_written",
            ),
        ),
    ),
    Bug(
        "incoming values are laid over what waits to be sent",
        "P01",
        "core/judging.py",
        "            facts_of.PENDING * waiting\n            | facts_of.HELD",
        "            facts_of.HELD",
        (
            named("core/test_plan::test_what_waits_to_be_written_can_be_chosen_neither_way"),
            named(
                "faults/test_both_sides::test_s19_what_comes_in_is_not_laid_over_an_edit_that_was_not_sent_yet",
            ),
        ),
    ),
    Bug(
        "the brake lets everything pass",
        "P05",
        "core/brake.py",
        "        if count > bound:",
        "        if count > bound + load.linked:",
        (
            named("core/test_brake::test_a_run_stops_beyond_the_count_or_the_part_whichever_is_more"),
            named(
                "flows/test_automatic_brake::test_a_run_that_would_change_too_many_clients_stops_before_the_first_write",
            ),
        ),
    ),
    Bug(
        "the plan is not looked at again when it is applied",
        "P26",
        "operations/sheet_batches.py",
        "    if row is None or stamp_of(row) != line.stamp:",
        "    if row is None:",
        (named("operations/test_sheets::test_a_line_that_moved_meanwhile_is_left_and_the_others_are_done"),),
    ),
)
