"""Request bodies: XML of any declared content type, or JSON in strict mode; without DTDs, entities or network."""

from flask import request
from lxml import etree

from xpm_sandbox.api import content
from xpm_sandbox.api.call import Refusal


def sent(root: str) -> dict[str, str]:
    """The texts of the call's body, by element; raises `Refusal` like `body`."""
    return texts(body(root))


def body(root: str) -> etree._Element:
    """The root element of the call's body; raises `Refusal` with 400 when it is not such a document.

    What the real service answers to a broken body is not known; 400 is what its 3.1 answers to bad parameters.
    """
    text = request.get_data()
    from_json = content.sent_in_json(text, root)
    if from_json is not None:
        return from_json
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        found = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise Refusal("The request body is not well-formed XML", 400) from broken
    if found.getroottree().docinfo.doctype:
        raise Refusal("The request body must not have a document type", 400)
    if found.tag != root:
        raise Refusal(f"The request body must be a {root}", 400)
    return found


def child_text(parent: etree._Element, name: str) -> str | None:
    """The text of the first such child as written; empty for an empty one, None when there is none."""
    child = parent.find(name)
    return None if child is None else child.text or ""


def texts(parent: etree._Element) -> dict[str, str]:
    """The text of every child by name, and of theirs by both names with a dot; of twins the first counts."""
    found: dict[str, str] = {}
    for child in parent:
        if isinstance(child.tag, str):
            found.setdefault(child.tag, child.text or "")
            for inner in child:
                if isinstance(inner.tag, str):
                    found.setdefault(f"{child.tag}.{inner.tag}", inner.text or "")
    return found
