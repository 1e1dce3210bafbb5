"""Asking for a password: at a terminal twice and unseen, else one line of standard input."""

import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from practicesync.core.errors import Invalid


def ask(email: str, whose: str) -> str:
    """A password that meets the rules, for the login of this address. Raises `Invalid`."""
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {whose} (12 characters or more): ")
        if getpass.getpass("Once more: ") != password:
            raise Invalid({"password": "The two passwords differ."})
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as problem:
        raise Invalid({"password": " ".join(problem.messages)}) from problem
    return password
