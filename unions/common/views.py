"""Answers that no feature owns: whether the program is well, a request that cannot be read, a file."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; for the proxy and the container's health check."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, whatever is in the form: nothing of it is read. Django's own looks for a token there first, and fails as the page did."""
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
