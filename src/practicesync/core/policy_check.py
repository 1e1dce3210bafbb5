"""What in a policy contradicts itself, or promises what can never happen: each with a sentence that says what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from practicesync.core.fields import Field, Level
from practicesync.core.policy import Brake, Direction, FieldRule, Layer, Passage, Policy, Terms, Truth, terms
from practicesync.core.policy_rows import can_be_sent, is_whole, label_of, rows_of
from practicesync.core.presence import Presence

MOST_CHANGED = 1_000
MOST_PERCENT = 50
"""A brake above these would never stop anything."""

_PRIMARY_BUT_OVERRIDDEN = (
    "The register cannot be primary while XPM overrides it. Choose To Xero Practice Manager or Both ways, or leave the "
    "register not primary."
)
_CLOSED = (Passage.NEVER, Passage.FILL_BLANK)
"""What never overwrites a value, and so lets nobody win."""


def problems(policy: Policy, connector: str, *, before: Policy | None = None) -> Mapping[str, str]:
    """What is wrong with a policy, by key: `brake_changed`… or the `row_key` of the field whose rule is wrong.

    A rule for a field that the connector does not sync is one, unless it stands like that in the policy `before`: such
    a rule has lost its field, does nothing, and is kept until somebody takes it away.
    """
    return {**_of_whole(policy), **_of_brake(policy.brake), **dict(_of_rules(policy, connector, before))}


def orphans(policy: Policy, connector: str) -> tuple[str, ...]:
    """The rules whose field is no longer there."""
    return tuple(sorted(key for key in policy.rules if key not in rows_of(connector)))


def _of_whole(policy: Policy) -> dict[str, str]:
    if policy.register_primary and policy.direction is Direction.FROM_REMOTE:
        return {"register_primary": _PRIMARY_BUT_OVERRIDDEN}
    return {}


def _of_brake(brake: Brake) -> dict[str, str]:
    found = {}
    if not 1 <= brake.changed <= MOST_CHANGED:
        found["brake_changed"] = f"Stop at between 1 and {MOST_CHANGED:,} changed clients."
    if brake.lost < 1:
        found["brake_lost"] = "Stop at 1 or more clients that lose a value or are archived."
    elif brake.lost > brake.changed and not found:
        found["brake_lost"] = "Losing a value is a change too: stop here at no more clients than for changes."
    if not 1 <= brake.percent <= MOST_PERCENT:
        found["brake_percent"] = f"Stop at between 1 and {MOST_PERCENT} percent of the linked clients."
    return found


def _of_rules(policy: Policy, connector: str, before: Policy | None) -> Iterator[tuple[str, str]]:
    rows = rows_of(connector)
    known = {} if before is None else before.rules
    for key, rule in policy.rules.items():
        row = rows.get(key)
        if row is None:
            if known.get(key) != rule:
                yield key, f"There is no field {key} that is synced. Take this rule away."
            continue
        wrong = _of_rule(policy, row, rule, connector)
        if wrong:
            yield key, f"{label_of(row)}: {wrong}"


def _of_rule(policy: Policy, row: Field | Presence, rule: FieldRule, connector: str) -> str:
    """What is wrong with one field's rule; "" where it can be so."""
    if rule.ignores:
        return "" if rule.truth is None else "nobody wins where nothing moves. Leave open who wins, or let values move."
    if is_whole(row) and Passage.FREE in (rule.inward, rule.outward):
        return "it is never removed unasked, so blanks cannot go over freely. Choose “never blank out”."
    if row.remote_only:
        return _of_remote_only(rule)
    if not can_be_sent(row, connector) and (rule.outward or Passage.NEVER) is not Passage.NEVER:
        return "XPM has no way to take it, so it cannot go out. Choose “never” for what goes out."
    return _of_truth(policy, row, rule)


def _of_remote_only(rule: FieldRule) -> str:
    if (rule.outward or Passage.NEVER) is not Passage.NEVER:
        return "XPM alone keeps it, so it cannot go out. Leave what goes out as it is."
    if (rule.truth or Truth.REMOTE) is not Truth.REMOTE:
        return "XPM alone keeps it, so XPM wins. Leave who wins as it is."
    return ""


def _of_truth(policy: Policy, row: Field | Presence, rule: FieldRule) -> str:
    if rule.truth is Truth.REMOTE and policy.register_primary:
        return "XPM cannot win while the register is primary. Leave who wins as it is, or switch that off."
    held = _at_work(policy, row)
    if rule.truth is Truth.LOCAL and held.outward in _CLOSED:
        because = _because(policy, held.outward_by)
        return f"the register cannot win where it may not overwrite XPM{because}. Let values go out, too."
    if rule.truth is Truth.REMOTE and held.inward in _CLOSED:
        because = _because(policy, held.inward_by)
        return (
            f"XPM cannot win where none of its values may overwrite the register's{because}. Let values come in, too."
        )
    return ""


def _at_work(policy: Policy, row: Field | Presence) -> Terms:
    """The terms of a field as they are once client sync is on and its level takes the field in."""
    return terms(replace(policy, on=True, level=Level.EVERYTHING), row)


def _because(policy: Policy, layer: Layer) -> str:
    if layer is not Layer.DIRECTION:
        return ""
    ways = {Direction.FROM_REMOTE: "From Xero Practice Manager", Direction.TO_REMOTE: "To Xero Practice Manager"}
    return f" (the direction is {ways.get(policy.direction, 'Both ways')})"
