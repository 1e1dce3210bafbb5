"""Error pages: what happened in words, what to do, and the incident's id; never a value, a path or a stack."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import loader

from practicesync.core.errors import Invalid, Stale, SyncError
from practicesync.core.words import ERROR_WORDS, PRIVILEGE_STEPS


def page(request: HttpRequest, status: int, title: str, sentence: str, advice: str = "") -> HttpResponse:
    """One error page. It asks nothing of the database, since that may be what fails."""
    facts = {
        "status": status,
        "title": title,
        "sentence": sentence,
        "advice": advice,
        "incident": getattr(request, "incident", ""),
    }
    return HttpResponse(loader.get_template("errors/page.html").render(facts), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return page(request, 400, "That could not be read", "The request was not one that this page understands.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(request, 403, "You may not do this", ERROR_WORDS["forbidden"])


def refused(request: HttpRequest, error: SyncError) -> HttpResponse:
    """409 or 422, for an error that no view turned into something better."""
    return page(request, 409 if isinstance(error, Stale) else 422, "That did not work", sentence_of(error))


def sentence_of(error: SyncError) -> str:
    """What a person should read of an error: its problems where it names them, else the sentence of its code."""
    if isinstance(error, Invalid):
        return " ".join(error.problems.values())
    return ERROR_WORDS.get(error.code, ERROR_WORDS["error"])


ACCESS = "You don't have access to connect. "
STEPS: Mapping[str, Sequence[str]] = {
    "no_privilege": PRIVILEGE_STEPS,
    "no_organisation": (
        "Check that you signed in at Xero with the login that you use for Xero Practice Manager.",
        *PRIVILEGE_STEPS,
    ),
    "refused_consent": (
        "Press Connect again; on Xero's page, choose your practice's organisation and press Allow access.",
        "If Xero's page said that you don't have access to connect, follow the steps under that heading below first.",
    ),
    "bad_state": ("Press Connect again, in this browser, and finish at Xero within ten minutes.",),
    "bad_code": (
        "Press Connect again.",
        "If it stays, ask whoever runs practicesync to check the Xero app's settings.",
    ),
    "other_organisation": (
        "Press Connect again, and choose the organisation that your clients are linked to.",
        "To move to another organisation for good, disconnect your clients from the former one first.",
    ),
    "unavailable": ("Wait a minute, then press Connect again.", "Xero tells of outages on its status page."),
}
"""What a person can do about an error, step by step."""


def tell(request: HttpRequest, error: SyncError) -> None:
    """Show the error at the top of the next page, with the steps that mend it where there are such."""
    lacks_access = error.code in {"no_privilege", "no_organisation"}
    messages.error(request, (ACCESS if lacks_access else "") + sentence_of(error), extra_tags=error.code)


def no_practice(request: HttpRequest) -> HttpResponse:
    """403, for a person whom no practice has."""
    return page(
        request,
        403,
        "You belong to no practice",
        "You are signed in, but no firm has added you.",
        "Ask an admin of your firm to add you, then open this page again.",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; the same for what does not exist and for what belongs to another practice."""
    return page(request, 404, "Nothing here", "There is no such page, or it is not your firm's.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return page(
        request,
        500,
        "Something went wrong",
        "The mistake is ours. Nothing that you entered was sent to Xero Practice Manager by this page.",
        "Try again. If it stays, give your administrator the number below; the log has the rest under it.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, for a form that did not come from a page of ours, or whose page is too old."""
    return page(
        request,
        403,
        "This form is no longer good",
        "It was opened before you signed in, or too long ago, so nothing was done.",
        "Go back, reload the page, and send it again. Cookies must be allowed.",
    )


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429."""
    return page(request, 429, "Too many tries", "Please wait a few minutes, then try again.")
