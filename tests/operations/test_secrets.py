"""What is sealed opens for who has the keys and stands where it was put, and for nobody else."""

import base64

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from operations.offices import Office, a_record
from practicesync.store.models import Client
from practicesync.store.secrets import SealBroken, is_marked, mark, seal, seal_values, unseal, unseal_values

IRD = "136410132"
OTHER = bytes(range(100, 132))


@given(st.text(), st.text())
@trying(deadline=None)
def test_what_is_sealed_opens_again_and_shows_nothing(text: str, context: str) -> None:
    text, context = (each.encode(errors="replace").decode() for each in (text, context))
    sealed = seal(text, context)
    assert unseal(sealed, context) == text
    assert sealed.isascii()
    assert len(text) < 8 or text not in sealed
    assert seal(text, context) != sealed


def test_it_opens_in_no_other_place() -> None:
    with pytest.raises(SealBroken):
        unseal(seal("secret", "token:access:1"), "token:access:2")


def test_no_bit_of_it_can_be_altered() -> None:
    prefix, _, body = seal("secret", "here").rpartition(":")
    box = base64.urlsafe_b64decode(body)
    for place in range(len(box) * 8):
        altered = bytearray(box)
        altered[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            unseal(f"{prefix}:{base64.urlsafe_b64encode(altered).decode()}", "here")


@pytest.mark.parametrize(
    "cut", ["", "sealed:", "sealed:test", "sealed:test:", "sealed:test:AAAA", "sealed:test:é", "plain"]
)
def test_what_was_never_sealed_does_not_pass_for_it(cut: str) -> None:
    with pytest.raises(SealBroken):
        unseal(cut, "here")


def test_the_wrong_key_fails_loudly_and_an_old_one_still_opens() -> None:
    sealed = seal("secret", "here")
    for keys in ({"test": OTHER}, {"new": OTHER}):
        with override_settings(ENCRYPTION_KEYS=keys), pytest.raises(SealBroken):
            unseal(sealed, "here")
    with override_settings(ENCRYPTION_KEYS={"new": OTHER, **settings.ENCRYPTION_KEYS}):
        assert unseal(sealed, "here") == "secret"
        assert seal("secret", "here").startswith("sealed:new:")


def test_a_mark_is_of_one_text_and_of_these_keys() -> None:
    marked = mark("a line")
    assert len(marked) == 64
    assert is_marked("a line", marked)
    assert not is_marked("another line", marked)
    with override_settings(ENCRYPTION_KEYS={"new": OTHER}):
        assert not is_marked("a line", marked)
    with override_settings(ENCRYPTION_KEYS={"new": OTHER, **settings.ENCRYPTION_KEYS}):
        assert is_marked("a line", marked)


@given(
    st.dictionaries(st.sampled_from(["name", "email", "tax_number"]), st.sampled_from(["", IRD, "sealed:x:y", "Kauri"]))
)
def test_values_come_back_as_they_went_in(values: dict[str, str]) -> None:
    sealed = seal_values(values)
    assert unseal_values(sealed) == values
    assert sealed.get("tax_number", "") == "" or sealed["tax_number"] != values["tax_number"]


def raw(client: Client) -> str:
    with connection.cursor() as cursor:
        cursor.execute('SELECT "values" FROM store_client WHERE id = %s', [client.pk])
        return str(cursor.fetchone()[0])


def test_a_tax_number_is_ciphertext_in_every_table_that_holds_it(connected: Office) -> None:
    client = connected.pair(a_record(tax_number="******132"), tax_number=IRD)
    connected.edit(client, {"tax_number": "49098576"})
    connected.choose(client, {"tax_number": "push"})
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name out of the schema
            told = repr(cursor.fetchall())
            assert IRD not in told, table
            assert "49098576" not in told, table
    assert raw(client).count("sealed:test:") == 1


def test_a_name_that_looks_like_a_sealed_text_is_a_name(connected: Office) -> None:
    client = connected.pair(a_record(name="sealed:test:AAAA"), name="sealed:none:of it")
    client.refresh_from_db()
    assert client.values["name"] == "sealed:none:of it"
    assert connected.plan(client).link.mirror.values["name"] == "sealed:test:AAAA"


def test_a_tax_number_that_does_not_open_is_not_shown_as_it_stands(office: Office) -> None:
    client = office.add(tax_number=IRD)
    with override_settings(ENCRYPTION_KEYS={"test": OTHER}), pytest.raises(SealBroken):
        client.refresh_from_db()
