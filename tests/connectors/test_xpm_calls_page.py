"""The page of calls names every call, and no other."""

import re
from pathlib import Path

from practicesync.connectors.xpm import endpoints
from practicesync.connectors.xpm.endpoints import Endpoint

PAGE = Path(__file__).parents[2] / "docs/reference/xpm-calls.md"


def test_the_page_names_every_call_and_whether_it_may_be_repeated() -> None:
    rows = re.findall(r"^\| `(\w+) ([^`]+)` \| [^|]+ \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = {(method, path): answer for method, path, answer in rows}
    calls = [value for value in vars(endpoints).values() if isinstance(value, Endpoint)]
    assert told.keys() == {(call.method, call.path) for call in calls}
    assert len(told) == len(rows)
    for call in calls:
        assert (told[call.method, call.path] == "ask again") is not call.writes
