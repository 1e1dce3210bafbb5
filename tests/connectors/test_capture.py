"""What support sees of a captured reply. The replies have the shape of recorded exchanges."""

import json
from pathlib import Path

import pytest

from practicesync.connectors.xpm import decode_file
from practicesync.core.errors import BadAnswer

REPLIES = Path(__file__).parent / "replies"


def decoded(name: str) -> dict[str, object]:
    report = decode_file((REPLIES / name).read_bytes())
    assert json.loads(json.dumps(report)) == report
    return report


def test_a_list_tells_every_record() -> None:
    report = decode_file((REPLIES / "client-list-3.0.xml").read_bytes())
    assert (report["status"], report["kind"], report["problems"]) == ("OK", "clients", [])
    assert len(report["records"]) == 12
    first = report["records"][0]
    assert (first["remote_id"], first["name"]) == ("e349fc1b-d92d-4ba2-b9fc-69fdd516e2a2", "ABC Co")
    assert first["contacts"][0]["values"]["name"] == "Bob"


def test_a_record_of_3_1_is_told_with_all_that_is_read() -> None:
    record = decode_file((REPLIES / "client-get-3.1.xml").read_bytes())["records"][0]
    assert record["remote_id"] == "5f0c7c7e-6f0e-4a51-9f57-2f6a3f6b9d10"
    assert (record["archived"], record["deleted"]) == (True, False)
    values = record["values"]
    assert (values["date_of_birth"], values["tax_number"], values["partner"]) == ("1981-04-09", "******482", "Lee Park")
    assert "manager" not in values
    assert [contact["values"]["position"] for contact in record["contacts"]] == [""]
    assert set(record["extra"]) == {
        "Gender",
        "ReferralSource",
        "BranchNumber",
        "GSTRegistered",
        "Notes",
    }


@pytest.mark.parametrize("name", ["client-add-3.0.xml", "client-get-3.0.xml", "client-update-3.0.xml"])
def test_single_records_of_3_0_are_told(name: str) -> None:
    report = decoded(name)
    assert report["kind"] == "clients"
    assert len(report["records"]) == 1  # type: ignore[arg-type]


def test_a_client_without_a_tax_record_tells_no_tax_values() -> None:
    without = decode_file((REPLIES / "client-add-3.0.xml").read_bytes())["records"][0]["values"]
    with_it = decode_file((REPLIES / "client-get-3.0.xml").read_bytes())["records"][0]["values"]
    assert "tax_number" not in without
    assert with_it["tax_number"] == ""


@pytest.mark.parametrize(
    ("name", "kind", "status", "error"),
    [
        ("contact-add-3.0.xml", "contacts", "OK", ""),
        ("staff-list-3.0.xml", "staff", "OK", ""),
        ("staff-add-3.0.xml", "staff", "OK", ""),
        ("status-only-3.0.xml", "status", "OK", ""),
        ("error-3.0.xml", "error", "ERROR", "Invalid job identifier"),
        ("gateway-401.json", "error", "401", "AuthenticationUnsuccessful"),
        ("gateway-403.json", "error", "403", "AuthenticationUnsuccessful"),
    ],
)
def test_other_replies_are_told_by_kind(name: str, kind: str, status: str, error: str) -> None:
    report = decoded(name)
    assert (report["kind"], report["status"], report["error"]) == (kind, status, error)
    if kind in {"contacts", "staff"}:
        assert len(report[kind]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("inner", "kind", "told"),
    [
        (
            "<Groups><Group><UUID>G-1</UUID><Name>Kauri</Name><Taxable>No</Taxable></Group></Groups>",
            "groups",
            [{"remote_id": "g-1", "name": "Kauri"}],
        ),
        (
            "<Group><UUID>g-1</UUID><Name>Kauri</Name><Clients><Client><UUID>c-1</UUID></Client></Clients></Group>",
            "groups",
            [{"remote_id": "g-1", "name": "Kauri", "clients": ["c-1"]}],
        ),
        ("<Group><UUID>g-1</UUID></Group>", "groups", [{"remote_id": "g-1", "name": "", "clients": None}]),
        (
            "<ClientRelationship><UUID>r-1</UUID><Client><UUID>c-1</UUID></Client></ClientRelationship>",
            "relationships",
            [{"remote_id": "r-1", "clients": ["c-1"]}],
        ),
    ],
)
def test_groups_and_relationships_are_told(inner: str, kind: str, told: list[dict[str, object]]) -> None:
    report = decode_file(f"<Response><Status>OK</Status>{inner}</Response>".encode())
    assert (report["kind"], report[kind]) == (kind, told)


def test_a_paged_list_is_read_like_any_other() -> None:
    page = (
        b"<Response><Status>OK</Status><Clients><Client><UUID>5f0c7c7e-6f0e-4a51-9f57-2f6a3f6b9d10</UUID><Name>A</Name>"
        b"</Client></Clients><Pagination><Links><First>x</First></Links></Pagination></Response>"
    )
    assert decode_file(page)["records"][0]["contacts"] is None


def test_a_record_that_cannot_be_read_is_told_beside_the_others() -> None:
    body = (REPLIES / "client-list-3.0.xml").read_bytes().replace(b"<Name>ABC Co</Name>", b"<Name>A & B</Name>")
    report = decode_file(body)
    assert len(report["records"]) == 11
    assert report["problems"][0]["remote_id"] == "e349fc1b-d92d-4ba2-b9fc-69fdd516e2a2"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["client-get-3.1.xml", "client-list-3.0.xml"])
def test_a_reply_in_another_encoding_is_refused(name: str, encoding: str) -> None:
    body = (REPLIES / name).read_text("utf-8").replace("ABC Co", "Āotea Co").encode(encoding)
    with pytest.raises(BadAnswer):
        decode_file(body)


@pytest.mark.parametrize("cut", [1, 40, 200, 5_000, 15_528])
def test_a_cut_reply_is_refused(cut: int) -> None:
    with pytest.raises(BadAnswer):
        decode_file((REPLIES / "client-list-3.0.xml").read_bytes()[:cut])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"{",
        b'{"status":"OK","clients":[]}',
        b"[]",
        b"hello",
        b"\x00\x01",
        (REPLIES / "category-list-3.0.xml").read_bytes(),
    ],
)
def test_what_the_connector_does_not_read_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        decode_file(body)
