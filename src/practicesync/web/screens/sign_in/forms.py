"""The sign-in form."""

from allauth.account.forms import LoginForm
from django.http import HttpRequest


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, data: object = None, *, request: HttpRequest) -> None:
        super().__init__(data, request=request)
        self.fields["login"].label = "E-mail address"
        self.fields["login"].widget.attrs = {"class": "form-control", "autocomplete": "username", "maxlength": "254"}
        self.fields["login"].max_length = 254
        self.fields["password"].label = "Password"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {
            "class": "form-control",
            "autocomplete": "current-password",
            "maxlength": "128",
        }
