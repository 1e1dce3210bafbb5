"""People who sign in, as far as the sign-in page has to know them."""

from practicesync.core.actor import Role
from practicesync.store.models import Membership, Person


def demo_person(role: Role) -> Person | None:
    """The first person with this role: in a demo, the one whom a visitor may be. None where nobody has it."""
    found = Membership.objects.filter(role=role.value, person__is_active=True).select_related("person").order_by("id")
    first = found.first()
    return None if first is None else first.person
