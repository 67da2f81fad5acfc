"""What is published of employers, open to everybody (QP-3.3): published facts only, from the day until the term ends."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from arrears.cases.names import name_key, query_grams
from arrears.portal.views.public import place_of
from unions.common.features import provided
from unions.common.keyset import keyset
from unions.models import Union

PER_PAGE = 30
LONGEST = 60


@require_safe
@never_cache
def published(request: HttpRequest) -> HttpResponse:
    """Never cached: what is withdrawn is gone with the next look."""
    unit = place_of(request)
    if request.GET.get("at", "") and unit is None:
        get_object_or_404(Union.objects.none())
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    (shown_on,) = provided("published employers")
    rows = shown_on(timezone.localdate())
    if unit is not None:
        rows = rows.filter(publication__path__startswith=unit.path)
    found = _named(rows, text) if text else rows
    page = keyset(found.select_related("publication__union"), request, PER_PAGE)
    return render(request, "arrears/portal/published.html", {"page": page, "unit": unit, "text": text})


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By part of the name or the whole code."""
    if not name_key(text):
        return rows.none()
    by_name = rows.filter(employer__grams__contains=query_grams(text), name__contains=text)
    return by_name | rows.filter(code=text.upper())
