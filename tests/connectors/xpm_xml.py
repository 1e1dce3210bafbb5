"""Replies as Practice Manager writes them, for tests that need bytes rather than a server.

The shape is that of recorded 3.0 exchanges and of Xero's documentation of 3.1; names and numbers are made up.
"""

import random
import uuid
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

HEAD = b'<Response api-method="List"><Status>OK</Status><Clients>'
TAIL = b"</Clients></Response>"


def uuid_of(number: int) -> str:
    """The id of the client of this number."""
    return str(uuid.UUID(int=random.Random(number).getrandbits(128), version=4))


def client(
    number: int = 1, name: str = "Kōwhai & Sons Pty Ltd", inner: str = "", *, phone: str = "03 5550 1234"
) -> bytes:
    """A record of API 3.1."""
    return (
        f"<Client><UUID>{uuid_of(number)}</UUID><Name>{escape(name)}</Name><Email>c{number}@example.test</Email>"
        f"<Address>Unit {number}\n12 Harbour Rd\n</Address><City>Hobart</City><Region>TAS</Region>"
        "<PostCode>7000</PostCode><Country></Country><PostalAddress></PostalAddress><PostalCity></PostalCity>"
        "<PostalRegion></PostalRegion><PostalPostCode></PostalPostCode><PostalCountry></PostalCountry>"
        f"<Phone>{phone}</Phone><Fax></Fax><Website></Website><ReferralSource></ReferralSource><ExportCode></ExportCode>"
        f"<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>{inner}<Contacts /></Client>"
    ).encode()


def listing(records: Iterable[bytes]) -> bytes:
    """A whole list reply."""
    return HEAD + b"".join(records) + TAIL


def chunks(body: bytes, size: int) -> Iterator[bytes]:
    """The body in pieces of this size."""
    return (body[start : start + size] for start in range(0, len(body), size))
