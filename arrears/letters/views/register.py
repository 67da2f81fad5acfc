"""The register of letters, with the reply rate; and the layouts units bring for themselves."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.letters.forms import LetterFilter
from arrears.letters.models import Letter, LetterState
from arrears.letters.views.letter import TONES
from unions.http import Request, read_page
from unions.pages import list_page
from unions.people.rights import Right

PER_PAGE = 50


def filters_of(request: Request, now: datetime) -> LetterFilter:
    """What was asked for, and what it leaves of the letters the reader may see."""
    return LetterFilter(request.GET, Letter.objects.visible_to(request.user), request.user, now)


@read_page
def letters(request: Request) -> HttpResponse:
    now = timezone.now()
    filters = filters_of(request, now)
    context = list_page(request, filters.qs.select_related("case__employer", "issuer"), PER_PAGE, filters)
    context |= {
        "rates": filters.qs.rates(now),
        "rows": [(row, row.is_overdue(now), TONES[LetterState(row.state)]) for row in context["page"].rows],
        "may_export": bool(request.user.paths(Right.EXPORT)),
        "may_lay_out": bool(request.user.paths(Right.SUBMIT)),
        "query": request.GET.urlencode(),
    }
    return render(request, "arrears/letters/letters.html", context)
