"""What a remote says is quoted without what it must not carry on."""

import pytest

from practicesync.connectors.redaction import LONGEST_QUOTE, quote

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3fQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("Invalid client identifier", "Invalid client identifier"),
        ("Tax number 123 456 782 is used", "Tax number ******782 is used"),
        ("Tax number 123456782 is used", "Tax number ******782 is used"),
        ("Write to mai@example.test", "Write to [address]"),
        (f"Authorization: Bearer {JWT}", "Authorization: [hidden]"),
        (f"token expired: {JWT}!", "token expired: [hidden]!"),
        ('{"refresh_token":"abcdefghijkl"}', '{"refresh_token":"[hidden]"}'),
        ("code=abcdefghij&state=1", "code=[hidden]&state=1"),
        ("Invalid state code", "Invalid state code"),
        ("Client 5f0c7c7e-6f0e-4a51-9f57-2f6a3f6b9d10 is gone", "Client 5f0c7c7e-6f0e-4a51-9f57-2f6a3f6b9d10 is gone"),
        ("one\r\nline \x1b[31m\x00only", "one line [31m only"),
        ("TokenExpired: token expired at 01/31/2026 10:11:12", "TokenExpired: token expired at 01/31/2026 10:11:12"),
    ],
)
def test_secrets_and_numbers_are_taken_out(words: str, quoted: str) -> None:
    assert quote(words) == quoted


def test_a_long_text_is_cut() -> None:
    assert len(quote("word " * 10_000)) == LONGEST_QUOTE
