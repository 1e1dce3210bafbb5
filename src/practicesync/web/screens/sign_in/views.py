"""Signing in and out; in a demo, by one click."""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from practicesync.core.actor import Role
from practicesync.queries.people import demo_person
from practicesync.web.request import Request
from practicesync.web.screens.sign_in.forms import SignInForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DEMO_ROLES = (
    (Role.ADMIN, "Enter the demo", "You are an admin of an invented firm."),
    (Role.STANDARD, "As standard staff", "Edits and syncs, does not connect."),
    (Role.READ_ONLY, "As a read-only person", "Looks, changes nothing."),
)


@sensitive_post_parameters("password")
@rate_limit(action="login")  # type: ignore[untyped-decorator]
def sign_in(request: Request) -> HttpResponseBase:
    """The sign-in page; people who are signed in go on to the dashboard."""
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignInForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_bound and form.is_valid():
        try:
            answered: HttpResponseBase = form.login(request, redirect_url=onward)
        except ImmediateHttpResponse as answer:
            answered = answer.response
        return answered
    facts = {"form": form, "next": onward, "roles": DEMO_ROLES if settings.MODE == "demo" else ()}
    return render(request, "sign_in/page.html", facts, status=422 if form.errors else 200)


def enter_demo(request: Request) -> HttpResponseBase:
    """Sign in as the demo's person of the asked role. There is no such door outside a demo."""
    role = request.POST.get("role", Role.ADMIN)
    person = demo_person(Role(role)) if settings.MODE == "demo" and role in set(Role) else None
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect(_onward(request))


def sign_out(request: Request) -> HttpResponseBase:
    """End the session."""
    logout(request)
    return redirect("sign-in")


def _onward(request: Request) -> str:
    """Where to go after signing in: an address of this site alone, else the dashboard."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if own else "/"
