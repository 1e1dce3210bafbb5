"""The bare way to bring a whole client list into tables: httpx2 stream → lxml pull parser → sqlite3. `ADDRESS FILE`.

All that a detailed list tells, in five tables: clients, contacts, notes, groups, relationships. This is the anchor that
other tools for such lists are measured by; `bare_ingest` is the leaner one, which reads only what the product keeps.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from time import perf_counter, process_time

import httpx2
from lxml import etree

from benchmarks.bare_ingest import BATCH, CLIENT, CONTACT, forget, key_of, upsert
from benchmarks.client_list import words
from benchmarks.process import PeakMemory

MORE = words(
    "Gender OtherName ReferralSource BranchNumber BalanceMonth GSTRegistered GSTPeriod GSTBasis PrepareGST"
    " SignedTaxAuthority AgencyStatus PrepareActivityStatement PrepareTaxReturn ActiveAtoClient Type BillingClient"
)
TABLES = {
    "client": [*CLIENT, *MORE],
    "contact": CONTACT,
    "note": words("UUID Client Title Text Folder Date CreatedBy"),
    "grouping": words("UUID Client Name"),
    "relationship": words("UUID Client Type RelatedClient NumberOfShares Percentage StartDate EndDate"),
}
LISTS = {"Contacts": "contact", "Notes": "note", "Groups": "grouping", "Relationships": "relationship"}


def rows_of(element: "etree._Element") -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """The rows of one client, each with its table."""
    told = {child.tag: child for child in element}
    client = told["UUID"].text
    yield "client", tuple(None if column not in told else text_of(told[column]) for column in TABLES["client"])
    for tag, table in LISTS.items():
        for number, record in enumerate(told.get(tag, ())):
            texts = {child.tag: text_of(child) for child in record}
            texts["Client"] = client
            # Notes have no id, and a group is listed with each of its members.
            texts["UUID"] = f"{client}-{texts.get('UUID', number)}"
            yield table, tuple(texts.get(column) for column in TABLES[table])


def text_of(element: "etree._Element") -> str | None:
    """An element's text; of a nested one, that of its last child."""
    return element[-1].text if len(element) else element.text


def ingest(address: str, database: sqlite3.Connection) -> None:
    """Read the list at the address into five tables, and commit."""
    for table, columns in TABLES.items():
        database.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY ({', '.join(key_of(table))}))")
    writes = {table: upsert(table, columns) for table, columns in TABLES.items()}
    held: dict[str, list[tuple[str | None, ...]]] = {table: [] for table in TABLES}
    parser = etree.XMLPullParser(events=("end",), tag="Client")
    with httpx2.stream("GET", address) as reply:
        for chunk in reply.iter_bytes():
            parser.feed(chunk)
            for _, element in parser.read_events():
                for table, row in rows_of(element):
                    held[table].append(row)
                forget(element)
            if len(held["client"]) >= BATCH:
                write(database, writes, held)
    parser.close()
    write(database, writes, held)
    database.commit()


def write(database: sqlite3.Connection, writes: dict[str, str], held: dict[str, list[tuple[str | None, ...]]]) -> None:
    """Write what is held, and hold nothing more."""
    for table, rows in held.items():
        database.executemany(writes[table], rows)
        rows.clear()


def main() -> None:
    """Measure, and print seconds, MiB over idle and how many rows came of it."""
    address, file = sys.argv[1:]
    database = sqlite3.connect(file)
    memory = PeakMemory()
    began, worked = perf_counter(), process_time()
    ingest(address, database)
    seconds, cpu = perf_counter() - began, process_time() - worked
    rows = sum(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES)  # noqa: S608
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": memory.risen(), "rows": rows}))


if __name__ == "__main__":
    main()
