"""Write every client of the register into a CSV file that `practicesync import` reads back.

Tax numbers are told by their last three digits alone.
"""

import argparse
from pathlib import Path

from practicesync.cli.output import answer
from practicesync.cli.practice import add_practice, chosen
from practicesync.core.errors import Invalid
from practicesync.queries.import_files import register_rows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_practice(parser)
    parser.add_argument("file", type=Path, help="the file to write; one that is there is not overwritten")


def run(options: argparse.Namespace) -> int:
    """0 where the file was written."""
    practice = chosen(options)
    clients = -1
    try:
        with options.file.open("x", encoding="utf-8", newline="") as file:
            for lines in register_rows(practice.id):
                file.write(lines)
                clients += 1
    except FileExistsError:
        raise Invalid({"file": f"{options.file} is there already."}) from None
    except OSError as problem:
        raise Invalid({"file": f"{options.file} cannot be written: {problem.strerror}."}) from None
    answer(
        options, {"file": str(options.file), "clients": clients}, [f"{clients:,} clients written to {options.file}."]
    )
    return 0
