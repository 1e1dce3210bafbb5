"""What the sign-in library asks of us: nobody signs up by themselves, and its sentences are in our words."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An admin adds the people of a firm; one sentence answers every wrong sign-in, so that none tells who exists."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address and the password do not belong together.",
        "too_many_login_attempts": "Too many tries. Wait a quarter of an hour, then try again.",
    }

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> AbstractBaseUser | None:
        """The person with these credentials. Somebody switched off is told what a stranger is told."""
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found if found is not None and found.is_active else None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def add_message(self, *_args: object, **_kwargs: object) -> None:
        """No message of the library's own: our pages say what happened."""
