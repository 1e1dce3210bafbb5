"""How a command answers: sentences for people, or one JSON object."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime


def answer(options: argparse.Namespace, facts: Mapping[str, object], lines: Sequence[str]) -> None:
    """Print the facts as JSON, or the lines."""
    if options.json:
        print(json.dumps(facts, default=_plain, ensure_ascii=False))
    else:
        print("\n".join(lines))


def say(line: str) -> None:
    """Tell a person how far it is; not part of the answer."""
    print(line, file=sys.stderr, flush=True)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
