"""Planning every link of a stored firm afresh, opening its plan, and drawing up a sheet of a thousand lines."""

import json
from itertools import islice
from time import perf_counter, process_time

import django

django.setup()

from benchmarks.process import PeakMemory  # noqa: E402 - models need Django set up
from practicesync.flows.clock import SYSTEM_CLOCK  # noqa: E402
from practicesync.operations import practices, sheets  # noqa: E402
from practicesync.operations.reconciling import BATCH, reconcile  # noqa: E402
from practicesync.queries.differences import Selection  # noqa: E402
from practicesync.queries.firm_plan import load_firm_plan  # noqa: E402
from practicesync.queries.plans import plans_of  # noqa: E402
from practicesync.store.models import Connection, Difference, Link, Person  # noqa: E402

LINES = 1_000


def main() -> None:
    """Measure, and print what it took."""
    connection = Connection.rows.everywhere().get()
    practice_id = connection.practice_id
    links = list(Link.rows.of(practice_id).order_by("pk").values_list("pk", flat=True))
    told: dict[str, float] = {"links": len(links), "differences": Difference.rows.of(practice_id).count()}
    memory, began, at = PeakMemory(), process_time(), perf_counter()
    for start in range(0, len(links), BATCH):
        plans_of(practice_id, links[start : start + BATCH], sparse=True)
    told |= {"seconds": process_time() - began, "wall": perf_counter() - at, "mebibytes": memory.risen()}
    began = process_time()
    reconcile(practice_id, links, SYSTEM_CLOCK.now())
    told |= {"reconciling": process_time() - began, "mebibytes_reconciling": memory.risen()}
    began = process_time()
    load_firm_plan(practice_id, connection.pk, Selection(), SYSTEM_CLOCK.now())
    told["opening"] = process_time() - began
    actor = practices.actor_of(Person.objects.get(), practice_id)
    lines = islice(sheets.lines_of(practice_id, connection.pk, Selection()), LINES)
    began = process_time()
    sheets.draw_up(actor, connection.pk, "chosen", lines, SYSTEM_CLOCK.now())
    told["drawing"] = process_time() - began
    print(json.dumps(told))


if __name__ == "__main__":
    main()
