"""Giving files out that somebody uploaded."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404

from arrears.cases.views.found import the_case
from unions.http import Request, read_page


class KeptFile(Protocol):
    """A row with a file: evidence of a case, a paper of a worker's letter."""

    file: Any
    name: Any
    content_type: Any


@read_page
def file(request: Request, pk: int, evidence_pk: int) -> HttpResponse | FileResponse:
    return send_file(get_object_or_404(the_case(request, pk).evidence, pk=evidence_pk))


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
