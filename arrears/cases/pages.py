"""The page of a case, drawn again by whoever turns a form on it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from arrears.cases.models import Case
from unions.common.features import provided


def case_page(
    request: HttpRequest, case: Case, tab: str, *, status: int = 200, stale: str = "", **given: Any
) -> HttpResponse:
    """Draw the tab of the case. `given`: a bound form to show instead of an empty one; `stale`: why nothing was done.

    The app that composes the page declares it as "case page".
    """
    (draw,) = provided("case page")
    page: HttpResponse = draw(request, case, tab, status=status, stale=stale, **given)
    return page
