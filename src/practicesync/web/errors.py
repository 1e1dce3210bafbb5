"""Error pages: what happened in words, what to do, and the incident's id; never a value, a path or a stack."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader

from practicesync.core.words import ERROR_WORDS


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


def too_many(request: HttpRequest, *_args: Any) -> HttpResponse:
    """429."""
    return page(request, 429, "Too many tries", "Please wait a few minutes, then try again.")
