"""The page of an employer: its years, what it was sanctioned for, its classes and what was advanced for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from arrears.cases import employer_history as histories
from arrears.cases.models import Case, Employer
from arrears.prevention.actions import risk
from arrears.safety_nets.tab import advances_of_employer as advances_of
from arrears.sanctions import employers
from unions.http import Request, read_page


@read_page
def employer(request: Request, pk: int) -> HttpResponse:
    """All its years, as far as the reader may see them; of the others only how many there are."""
    user = request.user
    seen = Case.objects.visible_to(user).values("employer")
    found = get_object_or_404(Employer.objects.filter(pk__in=seen), pk=pk)
    today = timezone.localdate()
    history = histories.history(found, user, today)
    context = {
        "history": history,
        "employer": found,
        "today": today,
        "standing": employers.sanctions_of_employer(found, user, today),
        "advances": advances_of([line.case for line in history.lines]),
    }
    return render(request, "arrears/desk/employer.html", context | risk.employer_box(found, user))
