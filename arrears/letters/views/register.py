"""The register of letters, with the reply rate; and the layouts units bring for themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.letters.forms import LetterFilter
from arrears.letters.models import Letter, LetterQuerySet, LetterState
from arrears.letters.views.letter import TONES
from unions.common.keyset import keyset
from unions.http import Request, read_page
from unions.people.rights import Right

PER_PAGE = 50


def found(request: Request) -> tuple[LetterFilter, LetterQuerySet]:
    """The filter as asked for, and what it leaves of the letters the reader may see."""
    user = request.user
    form = LetterFilter(request.GET, user=user, today=timezone.localdate())
    return form, form.narrow(Letter.objects.visible_to(user))


@read_page
def letters(request: Request) -> HttpResponse:
    form, rows = found(request)
    now = timezone.now()
    page = keyset(rows.select_related("case__employer", "issuer"), request, PER_PAGE)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rates": rows.rates(now),
        "rows": [(row, row.is_overdue(now), TONES[LetterState(row.state)]) for row in page.rows],
        "filtered": any(value for key, value in request.GET.items() if key not in ("after", "before")),
        "may_export": bool(request.user.paths(Right.EXPORT)),
        "may_lay_out": bool(request.user.paths(Right.SUBMIT)),
        "query": request.GET.urlencode(),
    }
    return render(request, "arrears/letters/letters.html", context)
