"""Which of the clients that were read carry our reference: the question before a create is tried a second time."""

from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape

from practicesync.connectors.base import Slice
from practicesync.connectors.xpm.codec import XPM
from practicesync.core.errors import BadAnswer
from practicesync.core.fields import Catalogue
from practicesync.core.kinds import Place
from practicesync.core.record import RemoteRecord

Carriers = Callable[[Iterable[Slice]], Iterator[RemoteRecord]]


def carrying(
    catalogue: Catalogue, reference_key: str, reference: str, name: str, decode: Callable[[Slice], RemoteRecord]
) -> Carriers:
    """A filter of raw clients that lets those with the reference through, compared by meaning, as records.

    A record that cannot be read is passed over unless it shows the reference: the filter raises `BadAnswer` then, since
    to overlook it would let a twin be made. Raises `ValueError` for a field that XPM does not tell, or a blank name or
    reference, which would fit anybody.
    """
    row = next((row for row in catalogue.client if reference_key in row.keys and XPM in row.at), None)
    if row is None or not reference.strip() or not name.strip():
        raise ValueError("a reference in a field of a client, and a name, are needed")
    kind, wanted, raw = row.kind, (reference,), _spaced_once(escape(reference))

    def carriers(found: Iterable[Slice]) -> Iterator[RemoteRecord]:
        for each in found:
            try:
                record = decode(each)
            except BadAnswer:
                if raw in _spaced_once(each.raw.decode("utf-8", "replace")):
                    raise BadAnswer("A client that shows the reference cannot be read.") from None
                continue
            if kind.same((record.values.get(reference_key, ""),), wanted, Place()):
                yield record

    return carriers


def _spaced_once(text: str) -> str:
    return " ".join(text.casefold().split())
