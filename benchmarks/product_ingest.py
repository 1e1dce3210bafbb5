"""The product's way to read a client list: the flow `refresh`, over HTTP, into its own database. `ADDRESS…`

`prepare` makes the database with a firm that is connected; each address after that is read as a whole, in turn.
"""

import hashlib
import json
import sys
from time import perf_counter, process_time

import django
from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings

django.setup()

from benchmarks.process import PeakMemory  # noqa: E402 - models need Django set up
from practicesync.core.actor import Role  # noqa: E402
from practicesync.core.record import RemoteOrganisation  # noqa: E402
from practicesync.flows import remote  # noqa: E402
from practicesync.flows.clock import SYSTEM_CLOCK  # noqa: E402
from practicesync.flows.refresh import refresh  # noqa: E402
from practicesync.flows.steps import DirectSteps  # noqa: E402
from practicesync.operations import connecting, practices, runs  # noqa: E402
from practicesync.operations.connecting import Tokens  # noqa: E402
from practicesync.store.models import Connection, Mirror, Person  # noqa: E402

ORGANISATION = RemoteOrganisation("11111111-1111-4111-8111-111111111111", "c", "Kauri XPM", "PRACTICEMANAGER", True)


def prepare() -> None:
    """A firm, its admin, and a connection whose tokens hold for the time of the measurement."""
    call_command("migrate", verbosity=0)
    now = SYSTEM_CLOCK.now()
    practice = practices.create_practice(name="Kauri & Co", country="AU", time_zone="Australia/Sydney", now=now)
    person = practices.add_person(
        practice, email="admin@kauri.example", name="Ana Lee", password="", role=Role.ADMIN, now=now
    )
    actor = practices.actor_of(person, practice.pk)
    practices.enable_add_on(actor, "xpm", now)
    connecting.connect(
        actor, "xpm", organisation=ORGANISATION, tokens=Tokens("made-up", "made-up", expires_in=7200), now=now
    )


def read(address: str, kind: str) -> tuple[float, float]:
    """Read the whole list at this address; the seconds from asking to committed, and of CPU."""
    connection = Connection.rows.everywhere().get()
    actor = practices.actor_of(Person.objects.get(), connection.practice_id)
    remote.install(None)
    with override_settings(XPM={**settings.XPM, "sandbox": address}):
        run = runs.request(actor, connection.pk, kind, SYSTEM_CLOCK.now())
        began, worked = perf_counter(), process_time()
        refresh(DirectSteps(SYSTEM_CLOCK), run.pk)
        spent = perf_counter() - began, process_time() - worked
    run.refresh_from_db()
    assert run.state == "done", run.detail
    return spent


def held() -> dict[str, object]:
    """What the mirror holds, in the same form as the bare script tells it."""
    rows, inner = [], [0, 0, 0]
    for mirror in Mirror.rows.everywhere().order_by("remote_id").iterator():
        values = mirror.values
        keys = ("name", "email", "phone", "postal_address.city", "manager")
        rows.append((mirror.remote_id, *(values.get(key) for key in keys)))
        for place, told in enumerate((mirror.contacts, mirror.groups, mirror.relationships)):
            inner[place] += len(told or ())
    return {"held": hashlib.sha256(repr(rows).encode()).hexdigest(), "inner": inner}


def main() -> None:
    """Measure, and print seconds of each reading, MiB over idle and a digest of what was read."""
    if sys.argv[1:] == ["prepare"]:
        prepare()
        print("{}")
        return
    memory = PeakMemory()
    spent = [read(address, "sweep" if number else "refresh") for number, address in enumerate(sys.argv[1:])]
    risen = memory.risen()
    seconds, cpu = ([each[measure] for each in spent] for measure in (0, 1))
    print(json.dumps({"seconds": seconds[0], "cpu": cpu[0], "each": seconds, "mib": risen, **held()}))


if __name__ == "__main__":
    main()
