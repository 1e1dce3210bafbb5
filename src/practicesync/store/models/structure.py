"""How clients hang together: relationships, groups, and a firm's own lists of words about them."""

from django.db import models

from practicesync.core.fields import ClientKind
from practicesync.store.models.register import Client
from practicesync.store.scoped import PracticeRow
from practicesync.store.secrets import ValuesField

KINDS = [(kind.value, kind.value) for kind in ClientKind]


class Relationship(PracticeRow):
    """`party` is the `type` (a key of `core.relationships`) of `client`. Kept once; the party shows it inversely.

    `values` holds the relationship fields of the catalogue. One that a person removed keeps its row.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="relationships", db_index=False)
    party = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="roles", db_index=False)
    type = models.CharField(max_length=30)
    values = ValuesField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        indexes = [
            models.Index(fields=["client", "id"], name="relationship_by_client"),
            models.Index(fields=["party", "id"], name="relationship_by_party"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} is {self.type} of {self.client_id}"


class Group(PracticeRow):
    """A client group of the register. `meaning` is its name without case and spacing, which tells groups apart."""

    name = models.CharField(max_length=300)
    meaning = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "meaning"], condition=models.Q(removed_at=None), name="one_group_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(PracticeRow):
    """A client that is in a group."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    joined_at = models.DateTimeField()

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["group", "client"], name="one_place_in_a_group")]
        indexes = [models.Index(fields=["client"], name="membership_by_client")]

    def __str__(self) -> str:
        return f"{self.client_id} in {self.group_id}"


class ListItem(PracticeRow):
    """A word of one of the firm's own lists: subscription plans, company types, trust types. Retired ones stay told."""

    list = models.CharField(max_length=30)
    label = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "list", "label"], name="one_list_item")]

    def __str__(self) -> str:
        return self.label


class AddressPlace(PracticeRow):
    """Which of a kind of client's addresses is the one that a synced address field holds (`physical_address`, say)."""

    kind = models.CharField(max_length=20, choices=KINDS)
    field = models.CharField(max_length=40)
    address = models.CharField(max_length=40)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "field"], name="one_address_place")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.field} is the {self.address}"


class ChecklistTick(PracticeRow):
    """Something of a client's checklist that a person says is done."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="ticks", db_index=False)
    item = models.CharField(max_length=40)
    ticked_at = models.DateTimeField()
    ticked_by = models.CharField(max_length=200)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["client", "item"], name="one_tick")]

    def __str__(self) -> str:
        return self.item
