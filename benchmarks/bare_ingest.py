"""The bare way to read a client list: httpx2 stream → lxml pull parser → sqlite3 `executemany`. `ADDRESS FILE`.

What a person would write who needs the same values in two tables and nothing else: no safety, no restart, no policy.
"""

import hashlib
import json
import sqlite3
import sys
from time import perf_counter, process_time

import httpx2
from lxml import etree

from benchmarks.client_list import words
from benchmarks.process import PeakMemory

BATCH = 500
CLIENT = words(
    "UUID Name Title FirstName MiddleName LastName DateOfBirth Email Phone Fax Website Address City Region PostCode"
    " Country PostalAddress PostalCity PostalRegion PostalPostCode PostalCountry BusinessStructure TaxNumber"
    " CompanyNumber BusinessNumber ClientCode ExportCode IsArchived IsDeleted JobManager AccountManager"
)
CONTACT = words("UUID Client Name Salutation Addressee Email Phone Mobile Position IsPrimary")
NESTED = {"JobManager", "AccountManager"}


def upsert(table: str, columns: list[str]) -> str:
    """The statement that writes a row over the one of its UUID."""
    marks = ", ".join("?" * len(columns))
    moved = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    return f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT (UUID) DO UPDATE SET {moved}"  # noqa: S608 - fixed names


def ingest(address: str, database: sqlite3.Connection) -> None:
    """Read the list at the address into the tables `client` and `contact`, and commit."""
    for table, columns in (("client", CLIENT), ("contact", CONTACT)):
        database.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY (UUID))")
    writes = upsert("client", CLIENT), upsert("contact", CONTACT)
    parser = etree.XMLPullParser(events=("end",), tag="Client")
    clients: list[tuple[str | None, ...]] = []
    contacts: list[tuple[str | None, ...]] = []
    with httpx2.stream("GET", address) as reply:
        for chunk in reply.iter_bytes():
            parser.feed(chunk)
            for _, element in parser.read_events():
                told = {child.tag: child for child in element}
                clients.append(tuple(text_of(told.get(column), column) for column in CLIENT))
                for contact in told["Contacts"]:
                    texts = {child.tag: child.text for child in contact}
                    texts["Client"] = told["UUID"].text
                    contacts.append(tuple(texts.get(column) for column in CONTACT))
                forget(element)
            if len(clients) >= BATCH:
                database.executemany(writes[0], clients)
                database.executemany(writes[1], contacts)
                clients.clear()
                contacts.clear()
    parser.close()
    database.executemany(writes[0], clients)
    database.executemany(writes[1], contacts)
    database.commit()


def forget(element: "etree._Element") -> None:
    """Free a client that is dealt with."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)


def text_of(element: "etree._Element | None", column: str) -> str | None:
    """An element's value; of a nested one, its name."""
    if element is None:
        return None
    return element.findtext("Name") if column in NESTED else element.text


def main() -> None:
    """Measure, and print seconds, MiB over idle and a digest of what was read."""
    address, file = sys.argv[1:]
    database = sqlite3.connect(file)
    memory = PeakMemory()
    began, worked = perf_counter(), process_time()
    ingest(address, database)
    seconds, cpu = perf_counter() - began, process_time() - worked
    risen = memory.risen()
    rows = database.execute("SELECT UUID, Name, Email, Phone, PostalCity, JobManager FROM client ORDER BY UUID")
    held = hashlib.sha256(repr(rows.fetchall()).encode()).hexdigest()
    contacts = database.execute("SELECT count(*) FROM contact").fetchone()[0]
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": risen, "held": held, "contacts": contacts}))


if __name__ == "__main__":
    main()
