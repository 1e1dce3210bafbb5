"""What may happen to a field unasked. The catalogue gives the default rule; a practice may set its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from practicesync.core.fields import Field, Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """A practice's rules by field name; a field without one follows the catalogue."""

    rules: Mapping[str, Rule] = field(default_factory=dict)

    def rule(self, row: Field) -> Rule:
        """The rule that holds for this field."""
        return self.rules.get(row.name, row.rule)


REVIEWED = Policy()
"""Two ways with review: nothing is pulled or pushed unless a person chose it."""
