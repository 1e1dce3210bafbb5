"""The tie of a practice to one remote organisation, its secrets and its budget."""

from django.db import models

from practicesync.store.scoped import PracticeRow


class Connection(PracticeRow):
    """One authorised tie. `access_token` and `refresh_token` are ciphertext; `generation` counts rotations,
    `renewing_until` is the lease of the one process that rotates just now.

    `state` is connected, broken (a person must connect again) or ended. A practice has at most one that is not ended.
    `shows_archived` and `shows_deleted`: a list of the remote's clients held such a one at some time, so that whom its
    lists do not tell of did not change. XPM does not say whether its lists leave them out.
    """

    connector = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default="connected")
    reason = models.CharField(max_length=300, blank=True, default="")
    organisation_id = models.CharField(max_length=100)
    organisation_name = models.CharField(max_length=300)
    remote_connection_id = models.CharField(max_length=100, blank=True, default="")
    access_token = models.TextField(default="")
    refresh_token = models.TextField(default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=0)
    renewing_until = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField()
    connected_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    watermark = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    shows_archived = models.BooleanField(default=False)
    shows_deleted = models.BooleanField(default=False)

    class Meta(PracticeRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "connector"],
                condition=~models.Q(state="ended"),
                name="one_live_connection",
            )
        ]
        indexes = [models.Index(fields=["practice", "connector"], name="connection_by_practice")]

    def __str__(self) -> str:
        return f"{self.connector}: {self.organisation_name}"

    @property
    def shows_all(self) -> bool:
        """Whether it is known that no sort of client is left out of the remote's lists."""
        return self.shows_archived and self.shows_deleted


class Authorisation(PracticeRow):
    """A sign-in at the remote that was begun: one-use state, bound to the person and session that began it.

    After the code was redeemed and several organisations were found, the sealed grant waits here for the choice.
    """

    connector = models.CharField(max_length=20)
    state_digest = models.CharField(max_length=64, unique=True)
    verifier = models.TextField()
    person = models.ForeignKey("store.Person", on_delete=models.CASCADE, related_name="+")
    session_digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    grant = models.TextField(default="")
    organisations = models.JSONField(default=list)

    class Meta(PracticeRow.Meta):
        indexes = [models.Index(fields=["practice"], name="authorisation_by_practice")]

    def __str__(self) -> str:
        return f"sign-in begun {self.begun_at:%Y-%m-%d %H:%M}"


class Budget(PracticeRow):
    """The ledger of a connection's API calls (`core.budget.Ledger` as JSON)."""

    connection = models.OneToOneField(Connection, on_delete=models.PROTECT, related_name="budget")
    ledger = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"budget of connection {self.connection_id}"
