"""For views whose form makes a row: its template says `{% once %}` beside the token, its view is wrapped in `taken_once`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.once import LONGEST, answered, submission
from unions.views.reader import reader

View = Callable[..., HttpResponse]
SENDS_BACK = 302
ALREADY = "这份内容已经提交过，没有重复登记。如要另登一件，请打开原页面重新填写。"


def taken_once(view: View) -> View:
    """One transaction with the key that the page was given: only what sends the reader on is kept, a refusal leaves the key free."""

    @wraps(view)
    def taking(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        key = request.POST.get("once", "")[:LONGEST] if request.method == "POST" else ""
        if not key:
            return view(request, *args, **named)
        with submission(reader(request), request.path, key, timezone.now()) as (row, new):
            if not new:
                context = {"sentence": ALREADY, "back_url": row.answer, "back_label": "查看已登记的内容"}
                return render(request, "errors/409.html", context, status=409)
            answer = view(request, *args, **named)
            if answer.status_code == SENDS_BACK:
                answered(row, answer["Location"])
            else:
                transaction.set_rollback(True)
            return answer

    return taking
