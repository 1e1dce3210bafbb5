"""How many cases a promise is tried on: its whole number by `./run simulate --gates`, a tenth by `./run test`."""

import os
from typing import Final

WHOLE: Final = "PRACTICESYNC_WHOLE_GATES"


def share_of(whole: int) -> int:
    """So many of a gate's `whole` number of cases does this run try."""
    return whole if os.environ.get(WHOLE) else max(1, whole // 10)
