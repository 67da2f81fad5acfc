"""The tree of units and the page of one unit."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from unions.models import Union
from unions.views.reader import reader


@login_required
def tree(request: HttpRequest) -> HttpResponse:
    roots = Union.objects.filter(path__in=reader(request).reach()).order_by("code")
    return render(request, "unions/tree.html", {"rows": roots})


@login_required
def unit(request: HttpRequest, code: str) -> HttpResponse:
    union = get_object_or_404(Union.objects.visible_to(reader(request)), code=code)
    return render(request, "unions/unit.html", {"union": union})
