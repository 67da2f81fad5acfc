"""The page for a request that cannot be read. Django's own looks for a token in the form first, and so fails as the page did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, whatever is in the form: nothing of it is read."""
    return HttpResponse(render_to_string("400.html"), status=400)
