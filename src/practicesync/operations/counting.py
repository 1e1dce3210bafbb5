"""The counters of each day, kept for the trend."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Sum

from practicesync.store.models import AddOn, ListedCount, Practice, StateCount


def note_day(now: datetime) -> int:
    """Keep how many clients are in which state today; the last look at a day stands. Returns of how many practices.

    Over all practices that sync: it counts, and shows nothing to anybody.
    """
    syncing = AddOn.rows.everywhere().values("practice_id")
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = ListedCount.rows.everywhere().filter(practice_id__in=syncing)
    for practice_id, state, count in rows.values_list("practice_id", "state").annotate(n=Sum("moved")).order_by():
        if count:
            counts[practice_id][state] = count
    zones = Practice.objects.filter(pk__in=list(counts)).values_list("pk", "time_zone")
    StateCount.rows.bulk_create(
        (
            StateCount(practice_id=key, day=now.astimezone(ZoneInfo(zone)).date(), counts=counts[key])
            for key, zone in zones
        ),
        update_conflicts=True,
        unique_fields=["practice", "day"],
        update_fields=["counts"],
        batch_size=500,
    )
    return len(counts)
