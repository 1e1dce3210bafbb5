"""Proposals: lean drafts of what a firm offers a client."""

from django.db import models

from practicesync.store.models.register import Client, Contact
from practicesync.store.scoped import PracticeRow


class Proposal(PracticeRow):
    """A draft for one client. `revision` counts writes, as on a client.

    `key` is that of the form it was made by, so that a form sent twice makes one proposal; `search` is what a list
    looks through, and sorts titles by.
    """

    key = models.UUIDField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    title = models.CharField(max_length=200)
    notes = models.TextField(blank=True, default="")
    search = models.TextField(default="")
    revision = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="one_proposal_a_form")]
        indexes = [
            models.Index(fields=["practice", "-changed_at"], name="proposal_by_time"),
            models.Index(fields=["client"], name="proposal_by_client"),
        ]

    def __str__(self) -> str:
        return self.title


class ProposalService(PracticeRow):
    """One service of a proposal. `price` is in the practice's currency, for `quantity` of them each."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="services", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    quantity = models.DecimalField(max_digits=9, decimal_places=2, default=1)

    class Meta(PracticeRow.Meta):
        constraints = [models.UniqueConstraint(fields=["proposal", "position"], name="one_service_a_position")]

    def __str__(self) -> str:
        return self.name
