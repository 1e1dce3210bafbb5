"""Find who is who in two exports (CSV): a register's and Xero Practice Manager's. No database and no connection is
needed, and nothing is learned from the files.

LEFT.csv has the columns register_id and name, and any of: client_code, entity_type, title, first_name, middle_names,
last_name, date_of_birth, abn, acn, tax_number, email, phone, mobile, address_line1, address_line2, suburb, state,
postcode, country, client_group, manager, status. RIGHT.csv has xpm_id and name, and any of: first_name, last_name,
other_name, email, date_of_birth, address, city, region, postcode, country, postal_address, postal_city, postal_region,
postal_postcode, postal_country, phone, business_structure, business_number, company_number, tax_number, client_code,
export_code, account_manager, groups, contact_name, contact_email, contact_mobile, is_archived, is_deleted.

The links are one to one: every partner that is more likely right than to be looked for further, the surest first. Their
score is a probability. For links that nobody looks at, take those that the review calls safe: they score at least the
printed threshold, have evidence that a relative does not share, and nothing against them. Deleted records are nobody's
partner; an archived one only where there is no live one.

Exit status: 0 done; 1 a file cannot be read or written; 2 wrong use.
"""

import argparse
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from practicesync.cli.beside import beside
from practicesync.cli.output import answer
from practicesync.cli.replacing import replacing
from practicesync.core.errors import Invalid
from practicesync.core.matching import Matching, Party
from practicesync.core.matching.exports import (
    REGISTER_COLUMNS,
    REMOTE_COLUMNS,
    register_parties,
    remote_parties,
    unknown_columns,
)
from practicesync.core.matching.linking import match_sides
from practicesync.core.matching.pairs import Sides
from practicesync.core.matching.side import Packed, Side, Vocabulary, pack_side, read_side, unpack_side
from practicesync.core.matching.weights import SAFE
from practicesync.core.tables import Table, read_table

Row = tuple[object, ...]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_TOLD_PROBLEMS: Final = 20
_WORTH_A_PROCESS: Final = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("left", metavar="LEFT.csv", type=Path, help="the register's export")
    parser.add_argument("right", metavar="RIGHT.csv", type=Path, help="Practice Manager's export")
    parser.add_argument(
        "--out", metavar="FILE.csv", type=Path, required=True, help="write the links: register_id, xpm_id, score"
    )
    parser.add_argument(
        "--candidates", metavar="FILE.csv", type=Path, help="write up to five partners each: register_id, xpm_id, rank"
    )
    parser.add_argument(
        "--duplicates", metavar="FILE.csv", type=Path, help="write RIGHT's pairs of one client: id_a, id_b"
    )
    parser.add_argument(
        "--review", metavar="FILE.csv", type=Path, help="write the links with their pile and their reasons in words"
    )


def run(options: argparse.Namespace) -> int:
    """Match, write what is asked for, tell the counts. Raises `Invalid` where a file is not as it should be."""
    _check_outputs(options)
    (left, rows, notes), (right, more_rows, more_notes), vocabulary = _read_both(options.left, options.right)
    matching = match_sides(Sides(left, right, vocabulary))
    written = _write(options, matching)
    notes += more_notes
    facts = {**written, "left": rows, "right": more_rows, "safe_from": SAFE, "notes": notes}
    counts = [f"{count:,} {what}" for what, count in written.items()]
    answer(
        options,
        facts,
        [
            f"{rows:,} clients on the left, {more_rows:,} on the right: {', '.join(counts)}.",
            f"Safe links score at least {SAFE}.",
            *notes,
        ],
    )
    return 0


# --- reading


Read = tuple[Side, int, list[str]]
"""A side, how many rows its file has, and what was mended in it or is not used of it."""


def _read_both(left: Path, right: Path) -> tuple[Read, Read, Vocabulary]:
    """Both sides; the right one is read by a second process while this one reads the left one, where that pays."""

    def work() -> tuple[Packed, int, list[str]]:
        own = Vocabulary()
        side, rows, notes = _read(right, remote_parties, REMOTE_COLUMNS, own)
        return pack_side(side, own), rows, notes

    vocabulary = Vocabulary()
    fetch = beside(work) if _is_large(left) and _is_large(right) else None
    try:
        first = _read(left, register_parties, REGISTER_COLUMNS, vocabulary)
    finally:
        read = fetch() if fetch else None
    if read is None:
        return first, _read(right, remote_parties, REMOTE_COLUMNS, vocabulary), vocabulary
    packed, rows, notes = read
    return first, (unpack_side(packed, vocabulary), rows, notes), vocabulary


def _is_large(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > _WORTH_A_PROCESS


def _read(
    path: Path, parties: Callable[[Table], Iterator[Party]], known: frozenset[str], vocabulary: Vocabulary
) -> Read:
    table = _table(path)
    with _named(path):
        return read_side(parties(table), vocabulary), len(table.rows), _notes(path, table, known)


def _notes(path: Path, table: Table, known: frozenset[str]) -> list[str]:
    """What was mended in a file, or is not used of it."""
    notes = [f"{path.name}, line {problem.line}: {problem.text}" for problem in table.problems[:_TOLD_PROBLEMS]]
    if len(table.problems) > _TOLD_PROBLEMS:
        notes.append(f"{path.name}: and {len(table.problems) - _TOLD_PROBLEMS:,} rows more like that.")
    unknown = unknown_columns(table, known)
    if unknown:
        notes.append(f"{path.name}: not used: {', '.join(unknown)}.")
    return notes


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Puts the file's name before what is wrong with it."""
    try:
        yield
    except Invalid as problem:
        raise Invalid({"": f"{path.name}: {problem.detail}"}) from None


def _table(path: Path) -> Table:
    try:
        with _named(path):
            table = read_table(path.read_bytes())
            if not table.rows:
                raise Invalid({"": "There is a header and no row below it."})
            return table
    except OSError as problem:
        raise Invalid({"": f"{path}: {problem.strerror}."}) from None


# --- writing


def _check_outputs(options: argparse.Namespace) -> None:
    """Refuse before the work what would fail after it, or write over an export."""
    inputs = [options.left.resolve(), options.right.resolve()]
    if inputs[0] == inputs[1]:
        raise Invalid({"right": "Both files are the same one."})
    outputs = [path.resolve() for path in _outputs(options)]
    if len(set(outputs)) < len(outputs):
        raise Invalid({"out": "Two of the outputs would be written to one file."})
    for path in outputs:
        if path in inputs:
            raise Invalid({"out": f"{path.name} is one of the files to match; it is not written over."})
        if path.is_dir():
            raise Invalid({"out": f"{path} is a folder."})
        if not path.parent.is_dir():
            raise Invalid({"out": f"There is no folder {path.parent}."})


def _outputs(options: argparse.Namespace) -> list[Path]:
    return [path for path in (options.out, options.candidates, options.duplicates, options.review) if path]


def _write(options: argparse.Namespace, matching: Matching) -> dict[str, int]:
    """Write all files, or none; how many rows each has, and how many links are in each pile."""
    links = [(left, right, f"{score:.8f}") for left, right, score in matching.links()]
    counts = {"links": len(links)}
    piles = Counter(matching.piles())
    counts |= {str(pile): count for pile, count in sorted(piles.items(), reverse=True)}
    files: list[tuple[Path, Row, Iterable[Row]]] = [(options.out, ("register_id", "xpm_id", "score"), links)]
    if options.candidates:
        files.append((options.candidates, ("register_id", "xpm_id", "rank"), matching.ranked()))
    if options.duplicates:
        pairs = list(matching.duplicates())
        counts["duplicates"] = len(pairs)
        files.append((options.duplicates, ("id_a", "id_b"), pairs))
    if options.review:
        header = ("register_id", "xpm_id", "score", "pile", "for", "against")
        files.append((options.review, header, _reviewed(matching)))
    try:
        with ExitStack() as stack:
            for path, titles, rows in files:
                target = stack.enter_context(replacing(path))
                text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
                writer = csv.writer(text, lineterminator="\n")
                writer.writerow(titles)
                writer.writerows(rows)
                text.detach()
    except OSError as problem:
        raise Invalid({"out": f"{problem.filename}: {problem.strerror}."}) from None
    return counts


def _reviewed(matching: Matching) -> Iterator[Row]:
    """The links for a person to go through in a spreadsheet; no cell can be taken for a formula."""
    for pair in matching.pairs:
        cells = [
            *(str(pair.left), str(pair.right), f"{pair.score:.4f}", str(pair.pile)),
            "; ".join(reason.text for reason in pair.reasons),
            "; ".join(reason.text for reason in pair.against),
        ]
        yield tuple(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
