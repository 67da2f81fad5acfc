"""Giving files out that somebody uploaded."""

from __future__ import annotations

from typing import Any, Protocol

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from arrears.cases.models import Evidence
from arrears.cases.pictures import SHOWN, small_of
from arrears.cases.views.found import the_case
from unions.http import Request, read_page

PANEL = "evidence-panel"
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# The viewers of browsers do not open within `sandbox`; they run nothing of ours, and the file may load nothing.
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


class KeptFile(Protocol):
    """A row with a file: evidence of a case, a paper of a worker's letter."""

    file: Any
    name: Any
    content_type: Any


@read_page
def file(request: Request, pk: int, evidence_pk: int) -> HttpResponse | FileResponse:
    return send_file(_found(request, pk, evidence_pk))


@read_page
def page(request: Request, pk: int, evidence_pk: int) -> HttpResponse:
    """A file as a page of its own, or in the panel over the list: shown where a browser shows it, with what is known of it."""
    row = _found(request, pk, evidence_pk)
    order = list(row.case.evidence.values_list("pk", flat=True))
    place = order.index(row.pk)
    context = {
        "case": row.case,
        "row": row,
        "shown": row.content_type in SHOWN,
        "place": place + 1,
        "count": len(order),
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
    }
    in_panel = request.headers.get("HX-Target") == PANEL
    return render(request, f"arrears/cases/evidence_{'panel' if in_panel else 'page'}.html", context)


@read_page
def inline(request: Request, pk: int, evidence_pk: int) -> HttpResponse | FileResponse:
    """A picture or PDF for the browser to show, in no page but ours; nothing in it runs."""
    row = _found(request, pk, evidence_pk)
    if row.content_type not in SHOWN:
        raise Http404("这类文件不能预览，请下载查看。")
    answer = send_file(row)
    answer["Content-Disposition"] = answer["Content-Disposition"].replace("attachment", "inline", 1)
    return _framed(answer, PDF_POLICY if row.content_type == "application/pdf" else PICTURE_POLICY)


@read_page
def small(request: Request, pk: int, evidence_pk: int) -> HttpResponse | FileResponse:
    """The small picture of a list, given to whoever may have the file."""
    row = _found(request, pk, evidence_pk)
    name = small_of(row) if row.file.storage.exists(row.file.name or "") else ""
    if not name:
        raise Http404("没有缩略图。")
    answer = FileResponse(default_storage.open(name, "rb"), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"  # as the file itself: computers are shared
    return _framed(answer, PICTURE_POLICY)


def _found(request: Request, pk: int, evidence_pk: int) -> Evidence:
    return get_object_or_404(the_case(request, pk).evidence.select_related("case__employer", "by"), pk=evidence_pk)


def _framed(answer: FileResponse, policy: str) -> FileResponse:
    answer["Content-Security-Policy"] = policy
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def send_file(row: KeptFile) -> FileResponse:
    """Always as an attachment: what someone uploaded never runs in our pages."""
    try:
        content = row.file.open("rb")
    except FileNotFoundError:
        raise Http404("证据文件不在存储中。") from None
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
