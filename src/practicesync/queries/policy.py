"""The policy of a practice as it holds now."""

from practicesync.core.fields import Level
from practicesync.core.policy import REVIEWED, Brake, Direction, FieldRule, Passage, Policy, Truth
from practicesync.store.models import SyncPolicy


def policy_of(practice_id: int, connector: str) -> Policy:
    """The practice's policy for this connector; one under which nothing moves unasked where it never made any."""
    row = SyncPolicy.rows.of(practice_id).filter(connector=connector).order_by("-version").first()
    return REVIEWED if row is None else as_policy(row)


def as_policy(row: SyncPolicy) -> Policy:
    """A stored policy as the core takes it."""
    return Policy(
        on=row.on,
        direction=Direction(row.direction),
        level=Level(row.level),
        register_primary=row.register_primary,
        rules={key: _rule(told) for key, told in row.rules.items()},
        brake=Brake(row.brake_changed, row.brake_lost, row.brake_percent),
        version=row.version,
    )


def _rule(told: dict[str, str]) -> FieldRule:
    return FieldRule(
        Truth(told["truth"]) if told.get("truth") else None,
        Passage(told["inward"]) if told.get("inward") else None,
        Passage(told["outward"]) if told.get("outward") else None,
    )
