"""Bugs in what reads XPM: the watermark, what is believed of a list, what overwrites what."""

from board.bug import Bug, named

READING: tuple[Bug, ...] = (
    Bug(
        "watermark before the end of the list",
        "P15",
        "flows/refresh.py",
        "    count = _store(reading, there.connector,",
        "    mirroring.advance(connection, watermark=reading.server_time - OVERLAP, full=full, now=steps.clock.now())\n"
        "    count = _store(reading, there.connector,",
        (
            named(
                "flows/test_refresh::test_an_empty_list_is_not_believed",
            ),
        ),
    ),
    Bug(
        "next reading begins where this one ended",
        "P15",
        "flows/refresh.py",
        "OVERLAP = timedelta(minutes=10)",
        "OVERLAP = timedelta(0)",
        (
            named(
                "faults/test_reading::test_s25_an_edit_that_is_visible_only_after_our_reading_is_caught_by_the_overlap",
                "flows/test_refresh::test_the_watermark_is_the_servers_time_less_an_overlap",
            ),
        ),
    ),
    Bug(
        "our own clock for the watermark",
        "P15",
        "flows/refresh.py",
        "watermark=reading.server_time - OVERLAP",
        "watermark=steps.clock.now() - OVERLAP",
        (named("faults/test_reading::test_s26_however_wrong_our_clock_is_readings_go_by_the_servers"),),
    ),
    Bug(
        "gone because a list of changes lacks it",
        "P04",
        "flows/refresh.py",
        "if full and not count.nameless else 0",
        "if not count.nameless else 0",
        (
            named(
                "faults/test_reading::test_s26_however_wrong_our_clock_is_readings_go_by_the_servers",
            ),
        ),
    ),
    Bug(
        "an empty list is believed",
        "P05",
        "core/brake.py",
        "return Halt(Cause.FALL, missed, held, bound) if missed > bound else None",
        "return None",
        (
            named("core/test_brake::test_an_empty_list_is_never_believed"),
            named(
                "faults/test_reading::test_s12_a_whole_list_with_nothing_in_it_is_not_believed",
            ),
        ),
    ),
    Bug(
        "one bad record ends the reading",
        "P14",
        "flows/refresh.py",
        "            count.set_aside += 1\n",
        "            raise\n",
        (named("flows/test_refresh::test_a_record_that_cannot_be_read_is_set_aside_and_the_others_are_stored"),),
    ),
    Bug(
        "a list read before a record overwrites it",
        "P07",
        "operations/mirroring.py",
        "WHERE {table}.{read} <= excluded.{read} OR {table}.{read} > %s",
        "WHERE {table}.{read} IS NOT NULL OR {table}.{read} > %s",
        (named("flows/test_refresh::test_a_list_read_before_a_single_record_does_not_overwrite_it"),),
    ),
)
