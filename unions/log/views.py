"""操作记录: what auditors read and check."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from unions import tasks
from unions.common.refusals import Forbidden
from unions.common.text import number_key
from unions.http import Request, form_page
from unions.listing import listed
from unions.log import audit
from unions.log import labels as verbs
from unions.models import Event, Seal, Union, User, under
from unions.people.forms import EventsForm
from unions.people.rights import Right

PER_PAGE = 50


def readable(user: User) -> QuerySet[Event]:
    """Events at units the auditor may audit; those of no unit (accounts, the log itself) for who audits a whole tree."""
    paths = user.paths(Right.AUDIT)
    if not paths:
        raise Forbidden("操作记录由审计员查阅，您没有这项权限。")
    whole = any(path.count(".") == 1 for path in paths)
    seen = Q(union__in=Union.objects.filter(under(paths)))
    return Event.objects.filter(seen | Q(union=None) if whole else seen)


@require_safe
@form_page
def events(request: Request) -> HttpResponse:
    rows, form = readable(request.user), EventsForm(request.GET)
    if form.is_valid():
        rows = _narrowed(rows, form.cleaned_data)
    page = listed(rows.select_related("by", "union"), request, PER_PAGE)
    context = {
        "form": form,
        "page": page,
        "events": [_told(row) for row in page.rows],
        "stream": request.GET.get("q", "").strip(),
        "seals": Seal.objects.order_by("-id")[:5],
        "verified": Event.objects.filter(stream=tasks.LOG).order_by("-seq").first(),
    }
    return render(request, "unions/audit.html", context)


def _told(event: Event) -> tuple[Event, str, str, list[tuple[str, str]]]:
    """The event, what was done, to what, and with which facts, in words."""
    words = verbs.words(event.stream, event.verb)
    return event, words, verbs.subject(event.stream), verbs.facts(event.data)


def _narrowed(rows: QuerySet[Event], given: dict[str, Any]) -> QuerySet[Event]:
    if given["q"]:
        rows = rows.filter(stream=_stream(given["q"].strip()))
    if given["by"]:
        rows = rows.filter(Q(by__username=given["by"]) | Q(by__name__reads_as=given["by"]))
    if given["since"]:
        rows = rows.filter(at__gte=_midnight(given["since"]))
    if given["until"] and given["until"] < date.max:
        rows = rows.filter(at__lt=_midnight(given["until"]) + timedelta(days=1))
    return rows


def _stream(text: str) -> str:
    """A stream as it stands, or the unit of a code, or the account of a name."""
    if ":" in text:
        return text
    if unit := Union.objects.filter(code=number_key(text)).first():
        return f"union:{unit.pk}"
    if user := User.objects.filter(username=text).first():
        return f"user:{user.pk}"
    return text


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@require_POST
@form_page
def verify(request: Request) -> HttpResponse:
    """One stream at once; the whole log in the background."""
    user, stream = request.user, request.POST.get("stream", "")
    rows = readable(user)
    if not stream:
        audit.record(tasks.LOG, "verify-asked", user, timezone.now())
        try:
            tasks.verify_log.delay()
        except OperationalError:
            messages.warning(request, "后台暂时没有响应，恢复后一小时内自动核验，结果显示在这一页。")
        else:
            messages.info(request, "已开始核验全部记录，完成后结果显示在这一页。")
        return redirect("audit")
    if not rows.filter(stream=stream).exists():
        raise Forbidden("没有这一组记录，或不在您的审计范围。")
    broken = list(audit.broken_links(stream))
    if broken:
        messages.error(request, f"{verbs.subject(stream)}：第 {broken[0].seq} 条起不相符：{broken[0].why}。")
    else:
        messages.success(
            request, f"{verbs.subject(stream)}的 {rows.filter(stream=stream).count()} 条记录环环相接，没有改动。"
        )
    return redirect(f"{request.path.removesuffix('verify/')}?q={stream}")
