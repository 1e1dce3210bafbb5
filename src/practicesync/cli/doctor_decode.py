"""Show as JSON what the connector reads out of a reply of Xero Practice Manager that was captured to a file."""

import argparse
import json
import sys
from pathlib import Path

from practicesync.core.errors import BadAnswer
from practicesync.flows.decoding import decode_reply


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the reply's body as it came; - reads standard input")


def run(options: argparse.Namespace) -> int:
    """Read and print; 1 where it cannot be read."""
    try:
        body = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    except OSError as problem:
        print(f"practicesync: {options.file} cannot be read: {problem.strerror}", file=sys.stderr)
        return 1
    if not body.strip():
        raise BadAnswer("The reply is empty.")
    print(json.dumps(decode_reply(body), ensure_ascii=False, indent=1))
    return 0
