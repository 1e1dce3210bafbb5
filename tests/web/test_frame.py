"""The frame around every screen."""

from django.test import Client as Browser


def test_the_frame_names_the_firm_and_the_person(admin: Browser) -> None:
    page = admin.get("/").content.decode()
    assert "Kauri &amp; Partners" in page
    assert "admin person" in page
