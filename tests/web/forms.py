"""Filling in the forms of a page as a browser without a script would: what the page holds, changed by the test."""

from dataclasses import dataclass
from typing import cast

from lxml import html
from lxml.html import FormElement


@dataclass(frozen=True)
class Form:
    """A form of a page, with what it would send, and the names of its buttons and boxes."""

    action: str
    fields: dict[str, str]
    buttons: frozenset[str]

    def but(self, **changes: str) -> dict[str, str]:
        """What is sent after these changes, by name."""
        return {**self.fields, **changes}

    def having(self, changes: dict[str, str]) -> dict[str, str]:
        """The same for names that are no identifiers."""
        unknown = set(changes) - set(self.fields) - self.buttons
        assert not unknown, f"the form has no {unknown}"
        return {**self.fields, **changes}


def form_of(page: str, id: str) -> Form:
    """The form with this id."""
    form = cast("FormElement", html.document_fromstring(page).get_element_by_id(id))
    named = form.xpath(".//button[@name]|.//input[@type='checkbox']")
    return Form(form.get("action") or "", dict(form.form_values()), frozenset(each.get("name") for each in named))


def words_of_page(page: str) -> str:
    """What a person reads on the page, with single spaces."""
    tree = html.document_fromstring(page)
    for hidden in tree.xpath("//script|//style|//head"):
        hidden.drop_tree()
    return " ".join(tree.text_content().split())
