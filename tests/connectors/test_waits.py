"""What headers tell of limits, however oddly they are written."""

import pytest

from practicesync.connectors import waits


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("22", 22), ("0", 0), (" 22 ", 22), ("22.5", 22.5), ("30s", 30), ("30 seconds", 30), ("999999999", 86_400),
        ("", 7), ("-5", 7), ("soon", 7), ("1e9", 7), ("nan", 7), ("inf", 7), ("²", 7), ("0x10", 7), ("22, 30", 7),
        ("Wed, 23 Jun 2021 13:01:04 GMT", 30), ("Wed, 23 Jun 2021 12:00:00 GMT", 0),
        ("Fri, 23 Jun 2023 13:01:04 GMT", 86_400),
        ("Wed, 99 Jun 2021 13:01:04 GMT", 7),
    ],
)  # fmt: skip
def test_a_wait_is_read_loosely(told: str, seconds: float) -> None:
    headers = {"retry-after": told, "date": "Wed, 23 Jun 2021 13:00:34 GMT"}
    assert waits.wait(headers, default=7.0) == seconds


def test_a_wait_until_a_date_means_nothing_where_the_server_does_not_tell_its_time() -> None:
    assert waits.wait({"retry-after": "Thu, 28 May 2026 20:27:00 GMT"}, default=7.0) == 7.0


@pytest.mark.parametrize(
    ("told", "limit"),
    [("minute", "minute"), ("Minute", "minute"), ("DAY", "day"), ("daily", "unknown"), ("concurrent", "concurrent"),
     ("appminute", "app"), ("app-minute", "app"), ("", "unknown"), ("lunar", "unknown")],
)  # fmt: skip
def test_a_limit_is_known_by_its_name(told: str, limit: str) -> None:
    assert waits.problem({"x-rate-limit-problem": told}) == limit
    assert waits.DEFAULTS[limit] > 0


@pytest.mark.parametrize(
    ("told", "left"), [("59", 59), (" 0 ", 0), ("", None), ("-1", None), ("many", None), ("5.5", None)]
)
def test_a_counter_that_cannot_be_read_is_not_told(told: str, left: int | None) -> None:
    assert waits.counters({"x-minlimit-remaining": told}) == (left, None)
    assert waits.counters({"x-daylimit-remaining": told}) == (None, left)
