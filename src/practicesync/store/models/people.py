"""People who sign in, and what they are in which practice."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from practicesync.core.actor import Role


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The person with this e-mail address."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in. What they may do is in their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name to show."""
        return self.name


class Membership(models.Model):
    """A person's role in a practice. Read before any practice is known, hence not scoped."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    practice = models.ForeignKey("store.Practice", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "practice"], name="one_membership")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.practice_id}: {self.role}"
