"""Answers that no feature owns: whether the program is well, a request that cannot be read, a file."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; for the proxy and the container's health check."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def visits_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root: it answers for pages under its own address alone."""
    text = (settings.BASE_DIR / "static/js/visits-worker.js").read_text("utf-8")
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the program on its home screen."""
    icon = {"src": static("xinbao-mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    facts = {
        "name": "薪报",
        "short_name": "薪报",
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f3f0",
        "theme_color": "#a8201a",
        "icons": [icon],
        "shortcuts": [{"name": "登记排查", "url": "/inspections/new/"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker where a page was asked for without a network. The same for everybody."""
    return render(request, "offline.html")


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
