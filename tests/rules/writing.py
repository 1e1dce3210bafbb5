"""Rules on who may write to the store, and who may ask what time it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from rules.rule import File, Offence, Rule, dotted, imported

WRITERS = {"operations", "store"}
ALWAYS_A_WRITE = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "acreate", "asave"}
WRITE_ON_A_QUERY = {"create", "update", "delete"}
NOT_THE_STORE = {"session"}  # Django's own, of the browser
QUERY_STEPS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by", "_default_manager"}
SQL_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|ALTER|DROP|CREATE)\b", re.IGNORECASE)

DOORS = {"config", "flows", "cli", "web", "api"}
CLOCK_READS = {
    *(f"{owner}.{read}" for owner in ("datetime", "date", "timezone") for read in ("now", "utcnow", "today")),
    "timezone.localtime",
    "timezone.localdate",
    "time.time",
    "time.time_ns",
}
CLOCK_IMPORTS = {"django.utils.timezone.now", "django.utils.timezone.localdate", "time.time", "time.time_ns"}
SANDBOX_CLOCK = "src/xpm_sandbox/clock.py"


def find_stray_write(file: File) -> Iterator[Offence]:
    if not file.is_python or not file.layer or file.layer in WRITERS:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_write(node, node.func):
            yield node.lineno, f".{node.func.attr}( writes to the store outside operations"


def is_write(call: ast.Call, method: ast.Attribute) -> bool:
    if method.attr in ALWAYS_A_WRITE:
        return dotted(method.value).split(".")[-1] not in NOT_THE_STORE
    if method.attr in WRITE_ON_A_QUERY:
        return not QUERY_STEPS.isdisjoint(dotted(method.value).split("."))
    if method.attr in {"execute", "executemany"} and call.args:
        sql = call.args[0]
        return isinstance(sql, ast.Constant) and isinstance(sql.value, str) and bool(SQL_WRITE.match(sql.value))
    return False


def find_stray_clock(file: File) -> Iterator[Offence]:
    if not file.is_python or not file.path.startswith("src/") or file.layer in DOORS or file.path == SANDBOX_CLOCK:
        return
    for line, name in imported(file.tree):
        if name in CLOCK_IMPORTS:
            yield line, f"imports a clock: {name}"
    for node in ast.walk(file.tree):
        # Also without a call: a model's default=timezone.now reads the clock all the same.
        if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in CLOCK_READS:
            yield node.lineno, f"reads the clock by {dotted(node)}; the moment is passed in"


RULES = (
    Rule(
        "only operations write",
        find_stray_write,
        bad=(
            File("src/practicesync/flows/push.py", "def f(push):\n    push.save()\n"),
            File("src/practicesync/web/screens/sync/views.py", "Link.objects.filter(pk=1).update(base={})\n"),
            File("src/practicesync/queries/clients.py", "Client.objects.create(name='x')\n"),
            File("src/practicesync/cli/main.py", "practice.clients.all().delete()\n"),
            File("src/practicesync/flows/refresh.py", "cursor.execute('  update mirror set seen = 1')\n"),
        ),
        good=(
            File("src/practicesync/operations/pushing.py", "def f(push):\n    push.save()\n"),
            File("src/practicesync/core/record.py", "values.update(other)\ndigest.update(b'x')\n"),
            File("src/practicesync/flows/push.py", "reply = connector.create(values)\n"),
            File("src/practicesync/web/screens/sign_in/views.py", "request.session.save()\n"),
            File("src/practicesync/queries/clients.py", "cursor.execute('select name from client')\n"),
        ),
    ),
    Rule(
        "the time is read at the doors and passed on",
        find_stray_clock,
        bad=(
            File("src/practicesync/operations/pushing.py", "moment = datetime.now(tz=UTC)\n"),
            File("src/practicesync/store/models/run.py", "started = DateTimeField(default=timezone.now)\n"),
            File("src/practicesync/core/plan.py", "import datetime\nday = datetime.date.today()\n"),
            File("src/practicesync/connectors/oauth.py", "from time import time\n"),
            File("src/xpm_sandbox/limits.py", "import time\nstamp = time.time()\n"),
        ),
        good=(
            File("src/practicesync/flows/clock.py", "moment = datetime.now(tz=UTC)\n"),
            File("src/practicesync/operations/pushing.py", "moment = clock.now()\n"),
            File(SANDBOX_CLOCK, "import time\nstamp = time.time()\n"),
        ),
    ),
)
