"""报表报送: what the reader's units owe, the next due at the top."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arrears.views.keyset import keyset
from reporting.models import Return
from unions.refusals import Forbidden
from unions.rights import Right
from unions.views.reader import reader

PER_PAGE = 50


@login_required
@require_safe
def return_list(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), timezone.now()
    if not user.paths(Right.VIEW):
        raise Forbidden("您没有查看案件的任职，没有报表可看。")
    rows = Return.objects.visible_to(user).select_related("union", "receiver", "current")
    page = keyset(rows, request, PER_PAGE)
    return render(request, "reporting/returns.html", {"page": page, "now": now})
