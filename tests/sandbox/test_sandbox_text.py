"""Whatever a person can write in XML goes in and comes out the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.door import Door
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.world import World

_LEGAL = st.text(
    st.one_of(st.sampled_from("<>&'\"\n\t āŌ\u00a0"), st.characters(exclude_categories=["Cs", "Cc"])), max_size=60
).filter(lambda text: not set(text) & {"\ufffe", "\uffff"})


@pytest.fixture(scope="module")
def roomy() -> Iterator[Door]:
    """A sandbox without a limit that many calls would meet."""
    with World.open(empty=True) as world:
        door = Door.in_process(create_app(world, ControlledClock(frozen_at=datetime(2026, 2, 2, tzinfo=UTC))))
        door.control("PATCH", "limits", {"minute": 1_000_000, "day": 1_000_000, "app_minute": 1_000_000})
        yield door.connected()


@settings(max_examples=60, deadline=None)
@given(name=_LEGAL.filter(str.strip), address=_LEGAL.filter(str.strip))
def test_text_survives_the_journey(roomy: Door, name: str, address: str) -> None:
    sent = f"<Client><Name>{escape(name)}</Name><Address>{escape(address)}</Address></Client>"
    key = roomy.xml("POST", "client.api/add", sent).findtext("Client/UUID") or ""
    read = roomy.xml("GET", f"client.api/get/{key}")
    truth = roomy.truth(key)
    assert (read.findtext("Client/Name"), read.findtext("Client/Address")) == (name, address)
    assert (truth["Name"], truth["Address"]) == (name, address)


@settings(max_examples=30, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_a_text_that_xml_cannot_hold_never_breaks_a_reply_s_frame(roomy: Door, text: str) -> None:
    key = roomy.add_client(Name="Odd", City=text)["UUID"]
    body = roomy.api("GET", f"client.api/get/{key}").text
    assert body.startswith('<Response api-method="Get"><Status>OK</Status>')
    assert body.endswith("</Client></Response>")
    assert not set(body) & {chr(code) for code in range(32) if chr(code) not in "\n\t"}


@pytest.mark.parametrize(
    "declared", ["application/xml", "text/xml", "application/json", "application/x-www-form-urlencoded"]
)
def test_a_body_is_xml_whatever_it_is_declared_to_be(door: Door, declared: str) -> None:
    """Recorded exchanges and Xero's own collection of requests sent XML under each of these."""
    reply = door.http.post(
        "/practicemanager/3.1/client.api/add",
        content=b"<Client><Name>A &amp; B = C</Name></Client>",
        headers={"Authorization": f"Bearer {door.token}", "Xero-Tenant-Id": door.tenant, "Content-Type": declared},
    )
    assert "<Name>A &amp; B = C</Name>" in reply.text
