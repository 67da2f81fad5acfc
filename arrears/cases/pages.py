"""The page of a case, shown again by whoever takes a form on one of its tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from arrears.cases.models import Case
from arrears.cases.views.found import the_case, unchanged
from unions.common.features import provided
from unions.common.form_fields import PlainForm, seen_in
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request


def case_page(
    request: HttpRequest, case: Case, tab: str, *, status: int = 200, stale: str = "", **given: Any
) -> HttpResponse:
    """Draw the tab of the case. `given`: a bound form to show instead of an empty one; `stale`: why nothing was done.

    The app that composes the page declares it as "case page".
    """
    (draw,) = provided("case page")
    page: HttpResponse = draw(request, case, tab, status=status, stale=stale, **given)
    return page


def take_on_tab(
    request: Request, case: Case, tab: str, form: PlainForm, do: Callable[[dict[str, Any]], None], **given: Any
) -> HttpResponse:
    """Do what a form on a tab asks and go back to the tab; refused, show the tab again with `given`.

    `do` gets the cleaned data while the case is locked and as the reader saw it; it leaves its own messages.
    Forbidden goes through.
    """
    if not form.is_valid():
        return case_page(request, case, tab, status=422, **given)
    try:
        with unchanged(case, seen_in(request.POST)):
            do(form.cleaned_data)
    except Forbidden:
        raise
    except Stale as stale:
        return case_page(request, the_case(request, case.pk), tab, status=409, stale=stale.message, **given)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return case_page(request, the_case(request, case.pk), tab, status=refusal.status, **given)
    return redirect(case.section_url(tab))
