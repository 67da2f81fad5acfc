"""The page for a request that cannot be read. Django's own looks for a token in the form first, and so fails as the page did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, whatever is in the form: nothing of it is read."""
    return HttpResponse(render_to_string("400.html"), status=400)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attachment(content: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """`name` in any writing; names of units may hold a slash, names of files may not."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name.replace("/", "_")) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
