"""搜索: a page of its own, and what the dialog of the top bar shows while somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.desk.search import search
from unions.http import Request, form_page
from unions.navigation import offered_pages

LONGEST = 60


@form_page
def found(request: Request) -> HttpResponse:
    """Sent by POST: a phone number stands in no address, and in no log of addresses."""
    text = request.POST.get("q", "").strip()[:LONGEST]
    groups = search(request.user, offered_pages(request, request.user), text, timezone.now())
    template = "arrears/desk/search_found.html" if request.headers.get("HX-Request") else "arrears/desk/search.html"
    return render(request, template, {"groups": groups, "text": text})
