"""A visitor without a screen: opens pages, follows links' and forms' real addresses, keeps cookies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2


class NotFound(Exception):
    """The page does not hold what the visitor was looking for, or is an error page."""


@dataclass(slots=True)
class Form:
    """A form as a browser would send it: `fields` are its inputs as they stand, `buttons` its named buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    offered: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was opened."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...]

    def form(self, fits: Callable[[Form], bool], what: str) -> Form:
        """The first fitting form. Raises `NotFound`."""
        found = next((form for form in self.forms if fits(form)), None)
        if found is None:
            raise NotFound(f"There is no {what} at {urlsplit(self.url).path}.")
        return found

    def form_to(self, path: str) -> Form:
        """The form that leads to an address. Raises `NotFound`."""
        return self.form(lambda form: urlsplit(form.action).path == path, f"form to {path}")


class Visitor:
    """One browser session. Raises `NotFound` for every answer that is an error."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx2.Client(follow_redirects=True, timeout=30, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        return self._page(self._http.get(urljoin(self._url, path)))

    def send(self, form: Form, **changes: str) -> Page:
        """Send a form with some inputs changed, and follow where it leads.

        Raises `NotFound` for a choice that the form does not offer.
        """
        return self.send_choices(form, changes)

    def send_choices(self, form: Form, changes: dict[str, str]) -> Page:
        """The same, for inputs whose names are no identifiers."""
        for name, value in changes.items():
            if name not in form.fields and (name, value) not in form.offered:
                raise NotFound(f"The form to {urlsplit(form.action).path} does not offer {name}={value}.")
        fields = {**form.fields, **changes}
        if form.method == "get":
            return self._page(self._http.get(form.action, params=fields))
        return self._page(self._http.post(form.action, data=fields))

    @staticmethod
    def _page(reply: httpx2.Response) -> Page:
        path = urlsplit(str(reply.url)).path
        if reply.status_code >= 400:
            raise NotFound(f"{path} answered with {reply.status_code}.")
        reader = _Reader(str(reply.url))
        reader.feed(reply.text)
        return Page(str(reply.url), reply.status_code, reply.text, tuple(reader.forms))


class _Reader(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._open: Form | None = None
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(urljoin(self._url, told.get("action") or self._url), told.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and tag in ("input", "button") and told.get("name"):
            self._take(self._open, tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    @staticmethod
    def _take(form: Form, tag: str, told: dict[str, str]) -> None:
        name, value = told["name"], told.get("value", "")
        if "disabled" in told:
            return
        form.offered.add((name, value))
        if tag == "button":
            form.buttons.append((name, value))
        elif told.get("type") not in ("radio", "checkbox") or "checked" in told:
            form.fields[name] = value
