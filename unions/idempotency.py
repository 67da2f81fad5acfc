"""What is sent twice is taken once: a page opened by Back, a double click, a network that tries again.

The key comes from the page (`{% once %}`) or the program (`Idempotency-Key`). It is written before anything else in the transaction
of what it is for, so the second of two at one moment waits for the first, and takes its place if that was refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from unions.common.refusals import Refused
from unions.http import Request
from unions.models import Submission, User

KEPT = timedelta(days=30)
LONGEST = 255
TOO_LONG = f"Idempotency-Key 最长 {LONGEST} 个字符，请换一个短的（如 UUID）再提交。"
OTHERWISE = "这个 Idempotency-Key 已经用于另一份内容，没有再次登记。重试请原样提交；登记另一件请换一个新的键。"


@contextmanager
def submission(user: User, where: str, key: str, at: datetime, content: str = "") -> Iterator[tuple[Submission, bool]]:
    """(the row of this key, whether it is new), in a transaction. `content` that differs from that of the first is refused."""
    if len(key) > LONGEST:
        raise Refused(TOO_LONG)
    with transaction.atomic():
        facts = {"user": user, "content": content and printed(content), "at": at}
        row, new = Submission.objects.get_or_create(key=printed(f"{user.pk}\n{where}\n{key}"), defaults=facts)
        if row.content != facts["content"]:
            raise Refused(OTHERWISE)
        yield row, new


def answered(row: Submission, answer: str) -> None:
    row.answer = answer[:300]
    row.save(update_fields=["answer"])


def drop_old(at: datetime) -> None:
    """No page stays open for so long, and no program tries for so long."""
    Submission.objects.filter(at__lt=at - KEPT).delete()


def printed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


View = Callable[..., HttpResponse]
SENDS_BACK = 302
ALREADY = "这份内容已经提交过，没有重复登记。如要另登一件，请打开原页面重新填写。"


def taken_once(view: View) -> View:
    """One transaction with the key that the page was given: only what sends the reader on is kept, a refusal leaves the key free."""

    @wraps(view)
    def taking(request: Request, *args: Any, **named: Any) -> HttpResponse:
        key = request.POST.get("once", "")[:LONGEST] if request.method == "POST" else ""
        if not key:
            return view(request, *args, **named)
        with submission(request.user, request.path, key, timezone.now()) as (row, new):
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
