"""Somebody at the pages: opens them, fills forms in by their labels' names, and presses buttons."""

from typing import Any

import httpx2
from lxml import html

from sandbox.door import Door


class Person:
    """Works at one practice. `path` is what follows the practice in an address."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.home = f"/xpm/{door.tenant}"

    def get(self, path: str, **query: str) -> html.HtmlElement:
        """A page that must be there."""
        reply = self.door.http.get(f"{self.home}/{path}", params=query)
        assert reply.status_code == 200, (path, reply.status_code)
        return html.fromstring(reply.text)

    def press(self, path: str, button: str, **values: Any) -> html.HtmlElement:
        """Open a page, fill in the form that has the button, press it; the page that comes of it: it must be taken."""
        reply = self.try_press(path, button, **values)
        assert reply.status_code == 303, html.fromstring(reply.text).text_content()
        return html.fromstring(self.door.http.get(reply.headers["location"]).text)

    def refused(self, path: str, button: str, **values: Any) -> str:
        """The same when it must not be taken: what is said beside the controls."""
        reply = self.try_press(path, button, **values)
        assert reply.status_code == 422, reply.status_code
        page = html.fromstring(reply.text)
        return " ".join(each.text_content() for each in page.find_class("error"))

    def try_press(self, path: str, button: str, **values: Any) -> httpx2.Response:
        """The reply as it comes."""
        page = self.get(path)
        pressed = _button(page, button)
        form = pressed.iterancestors("form").__next__()
        assert isinstance(form, html.FormElement)
        sent: dict[str, Any] = {}
        boxes = {box.get("name") for box in form.iter("textarea")}
        for name, value in form.form_values():
            # A box loses its first newline, as in a browser.
            sent.setdefault(name, []).append((value or "").removeprefix("\n") if name in boxes else value)
        strangers = set(values) - {*form.inputs.keys(), *(f"{key}_key" for key in form.inputs.keys())}  # noqa: SIM118
        assert not strangers, f"no control {strangers}"
        sent.update(values)
        if pressed.get("name"):
            sent[pressed.get("name", "")] = pressed.get("value", "")
        wanted = {name: value for name, value in sent.items() if value is not None}
        return self.door.http.post(form.get("action") or f"{self.home}/{path}", data=wanted)


def _button(page: html.HtmlElement, name: str) -> html.HtmlElement:
    found = [each for each in page.iter("button") if (each.get("aria-label") or each.text_content()).strip() == name]
    assert len(found) == 1, f"{len(found)} buttons {name}"
    return found[0]


def rows(page: html.HtmlElement) -> list[list[str]]:
    """The texts of a page's first table, by row."""
    table = page.find(".//table/tbody")
    if table is None:
        return []
    return [[words(cell) for cell in row] for row in table.iterfind("tr")]


def said(page: html.HtmlElement) -> str:
    """What the page says was done."""
    return " ".join(words(each) for each in page.find_class("done"))


def words(part: html.HtmlElement) -> str:
    """The words of a part of a page, with one space between them."""
    return " ".join(" ".join(str(text) for text in part.itertext()).split())
