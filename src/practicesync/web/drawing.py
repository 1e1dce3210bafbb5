"""Where a person is led who asked for a sheet: to it, or to where it is being drawn up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from practicesync.flows import start
from practicesync.operations.drawing import Asked
from practicesync.web.request import Request

NOT_WRITTEN = "Nothing is written yet. This is what applying it does."


def led_to(request: Request, asked: Asked, said: str = NOT_WRITTEN) -> HttpResponse:
    """The way to the sheet; a long one is drawn up from now on."""
    if asked.run is not None:
        start.enqueue(asked.run)
        return redirect("sheet-drawing", run_id=asked.run.pk)
    messages.info(request, said)
    return redirect("sheet", sheet_id=asked.sheet_id)
