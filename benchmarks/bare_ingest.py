"""The bare way to read a client list: httpx2 stream → lxml pull parser → sqlite3 `executemany`. `ADDRESS FILE`.

What a person would write who needs the same values in four tables and nothing else: no safety, no restart, no policy.
"""

import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
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
GROUPING = words("UUID Client Name")
RELATIONSHIP = words("UUID Client Type RelatedClient NumberOfShares Percentage StartDate EndDate")
NESTED = {"JobManager", "AccountManager"}
INNER = (
    ("contact", "Contacts", CONTACT),
    ("grouping", "Groups", GROUPING),
    ("relationship", "Relationships", RELATIONSHIP),
)


def upsert(table: str, columns: list[str]) -> str:
    """The statement that writes a row over the one of its key."""
    marks = ", ".join("?" * len(columns))
    keys = key_of(table)
    moved = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in keys)
    return f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {moved}"  # noqa: S608 - fixed names


def key_of(table: str) -> tuple[str, ...]:
    """A group has as many rows as clients, and both clients may tell a relationship; any other record has one row."""
    return ("UUID", "Client") if table in ("grouping", "relationship") else ("UUID",)


def ingest(address: str, database: sqlite3.Connection) -> None:
    """Read the list at the address into a table of clients and three of what is in them, and commit."""
    tables = {"client": CLIENT, **{table: columns for table, _, columns in INNER}}
    for table, columns in tables.items():
        database.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY ({', '.join(key_of(table))}))")
    writes = {table: upsert(table, columns) for table, columns in tables.items()}
    rows: dict[str, list[tuple[str | None, ...]]] = {table: [] for table in tables}
    parser = etree.XMLPullParser(events=("end",), tag="Client")
    with httpx2.stream("GET", address) as reply:
        for chunk in reply.iter_bytes():
            parser.feed(chunk)
            for _, element in parser.read_events():
                told = {child.tag: child for child in element}
                rows["client"].append(tuple(text_of(told.get(column), column) for column in CLIENT))
                for table, within, columns in INNER:
                    rows[table].extend(inner_rows(told[within], told["UUID"].text, columns))
                forget(element)
            if len(rows["client"]) >= BATCH:
                save(database, writes, rows)
    parser.close()
    save(database, writes, rows)
    database.commit()


def inner_rows(within: "etree._Element", client: str | None, columns: list[str]) -> Iterator[tuple[str | None, ...]]:
    """The rows of the records inside one client; a client that a relationship names is told by its UUID."""
    for record in within:
        texts = {child.tag: child[0].text if len(child) else child.text for child in record}
        texts["Client"] = client
        yield tuple(texts.get(column) for column in columns)


def save(database: sqlite3.Connection, writes: dict[str, str], rows: dict[str, list[tuple[str | None, ...]]]) -> None:
    """Write what was gathered, and gather anew."""
    for table, statement in writes.items():
        database.executemany(statement, rows[table])
        rows[table].clear()


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
    inner = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table, _, _ in INNER]  # noqa: S608
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": risen, "held": held, "inner": inner}))


if __name__ == "__main__":
    main()
