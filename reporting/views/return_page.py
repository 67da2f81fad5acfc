"""One return: what it says, to whom, until when, and what the reader may do with it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reporting.views.found import the_return


@login_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "reporting/return.html", {"report": the_return(request, pk), "now": timezone.now()})
