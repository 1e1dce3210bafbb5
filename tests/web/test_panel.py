"""The client panel: both values of every field, who moved, and what stands in the way."""

from collections.abc import Iterator

import pytest

from practicesync.core.fields import ClientKind
from web.desk import HTMX, Desk, a_desk, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as found:
        yield found


def test_a_linked_client_shows_both_values_of_a_field_that_differs(desk: Desk) -> None:
    client, remote_id = desk.firm.pair("Kauri Holdings Limited", Phone="09 555 0134")
    desk.firm.edit(client, email="office@kauri.example")
    page = text_of(desk.standard.get(f"/clients/{client.pk}/", headers=HTMX))
    assert "office@kauri.example" in page
    assert "09 555 0134" in page
    assert f"/clients/{client.pk}/sync/" in page
