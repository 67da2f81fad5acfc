"""The working calendar: a year at a glance, the calculator, the province's table of holidays, the iCal feed."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from arrears.law import calendar as keeping
from arrears.law.calendar import calendar_alarm, calendar_at
from arrears.law.editions import feed as feeds
from arrears.law.editions import pasted
from arrears.law.editions.dues import dues
from arrears.law.editions.pipeline import office_of
from arrears.law.editions.year import explained, months_of
from arrears.law.models import Holiday, HolidayKind
from arrears.law.obligations import recompute
from arrears.law.rules.holiday_sources import CalendarError
from arrears.law.rules.workdays import Calendar, Reckoning
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, post_action, read_page
from unions.models import Event, Union, User

FIRST_YEAR, LAST_YEAR = 2000, 2099
VERSIONS = 50
FRESH_TOKEN = "new_feed_token"  # in the session, until the page has shown it


class CountForm(forms.Form):
    start = forms.DateField(label="起算日", widget=forms.DateInput(attrs={"type": "date"}))
    number = forms.IntegerField(label="数量", min_value=1, max_value=1000)
    unit = forms.ChoiceField(
        label="单位", choices=[("workdays", "个工作日"), ("days", "日（自然日）"), ("months", "个月")]
    )

    def reckoned(self, calendar: Calendar) -> Reckoning:
        """Raises CalendarError."""
        given = self.cleaned_data
        counts = {"workdays": calendar.add_workdays, "days": calendar.add_days, "months": calendar.months_later}
        return counts[given["unit"]](given["start"], given["number"])


class PasteForm(forms.Form):
    text = forms.CharField(
        label="通知全文",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="连同标题一起粘贴，例如“国务院办公厅关于2027年部分节假日安排的通知”。",
    )
    year = forms.IntegerField(
        label="年份", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text="标题中有年份的无需填写。"
    )


class DayForm(forms.Form):
    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="类别", choices=HolidayKind.choices)
    name = forms.CharField(label="名称", max_length=40, help_text="例如 国庆节、春节调休。")
    notice = forms.CharField(label="依据", max_length=120, help_text="通知的文号或名称。")


# The year ------------------------------------------------------------------------------------------------------------


@read_page
def year(request: Request) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    on = _day(request.GET.get("day", "")) if request.GET.get("day") else None
    shown = on.year if on else _year(request.GET.get("year", ""), today)
    calendar = calendar_at()
    due = dues(user, today, date(shown, 1, 1), date(shown, 12, 31), calendar)
    months = months_of(shown, calendar, due, today)
    context = {
        "year": shown,
        "months": months,
        "settled": calendar.settled(shown),
        "alarm": calendar_alarm(today, calendar),
        "office": office_of(user),
        "today": today,
        "dues": due,
        "workdays": sum(month.workdays for month in months),
        "previous": shown - 1 if shown > FIRST_YEAR else None,
        "next": shown + 1 if shown < LAST_YEAR else None,
        "calendar_version": calendar.version,
        "form": CountForm(initial={"start": today, "number": 5}),
        "weekdays": "一二三四五六日",
        **_feed(request, user),
        **(_explained(user, on, calendar) if on else {}),
    }
    return render(request, "arrears/law/calendar.html", context)


@read_page
def day(request: Request) -> HttpResponse:
    """Why a day is what it is, and what is due on it."""
    on = _day(request.GET.get("on", ""))
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{reverse('work-calendar')}?day={on}")
    return render(request, "arrears/law/calendar_day.html", _explained(request.user, on, calendar_at()))


def _explained(user: User, on: date, calendar: Calendar) -> dict[str, Any]:
    return {"day": explained(on, calendar), "day_dues": dues(user, timezone.localdate(), on, on, calendar)}


@read_page
def count(request: Request) -> HttpResponse:
    """The calculator: a start and a term → the day, and how it was counted."""
    usual = {"start": timezone.localdate(), "number": 5}
    form = CountForm(request.GET) if request.GET else CountForm(initial=usual)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            context["reckoning"] = form.reckoned(calendar_at())
        except CalendarError as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    template = "arrears/law/calendar_count.html" if request.htmx else "arrears/law/calendar_counted.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _day(text: str) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text[:20]}”不是日期，应写成 2026-10-01。") from None
    _check_year(on.year)
    return on


def _year(text: str, today: date) -> int:
    if not text:
        return today.year
    if not text.isdecimal() or len(text) > 4:
        raise Refused(f"“{text[:20]}”不是年份，应写成 2026。")
    _check_year(int(text))
    return int(text)


def _check_year(number: int) -> None:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise Refused(f"工作日历页面只显示 {FIRST_YEAR} 年至 {LAST_YEAR} 年，请换一个年份。")


# The province's table ------------------------------------------------------------------------------------------------


@read_page
def holidays(request: Request) -> HttpResponse:
    return _table(request)


def _table(request: Request, status: int = 200, **more: Any) -> HttpResponse:
    user, today, calendar = request.user, timezone.localdate(), calendar_at()
    rows = Holiday.objects.standing().select_related("entered_by").order_by("-day")
    events = Event.objects.filter(stream=keeping.STREAM).select_related("by").order_by("-seq")[:VERSIONS]
    context = {
        "office": office_of(user),
        "rows": rows,
        "versions": [_version(event) for event in events],
        "calendar_version": calendar.version,
        "alarm": calendar_alarm(today, calendar),
        "paste": PasteForm(),
        "entry": DayForm(),
    }
    return render(request, "arrears/law/calendar_holidays.html", context | more, status=status)


def _version(event: Event) -> dict[str, Any]:
    entered = event.verb == "enter_days"
    return {
        "event": event,
        "entered": entered,
        "days": len(event.data.get("days", [])),
        "version": event.data.get("version", ""),
        "why": event.data.get("notice" if entered else "reason", ""),
    }


def _keeper(request: Request) -> tuple[Union, User]:
    user = request.user
    office = office_of(user)
    if office is None:
        raise Forbidden("节假日表由省总工会的统计员维护，您没有这项权限。")
    return office, user


@post_action
def holidays_enter(request: Request) -> HttpResponse:
    """Days from a pasted notice or one by one: shown first, entered when confirmed."""
    office, user = _keeper(request)
    name, form = ("paste", PasteForm(request.POST)) if "text" in request.POST else ("entry", DayForm(request.POST))
    if not form.is_valid():
        return _table(request, 422, **{name: form})
    try:
        found = pasted.read(form.cleaned_data)
    except Refused as refusal:
        form.add_error(next(iter(refusal.fields), None), refusal.message)
        return _table(request, 422, **{name: form})
    if request.POST.get("confirmed") != "yes":
        context = pasted.preview(found, user, timezone.localdate()) | {"posted": form.cleaned_data}
        return render(request, "arrears/law/calendar_preview.html", context)
    now = timezone.now()
    with transaction.atomic():
        kept = keeping.enter(found.days, found.notice, office, user, now, found.missing)
        recompute.ask(office, user, now)
    messages.success(
        request,
        f"登记 {kept.entered} 天，替换 {kept.withdrawn} 天，原已登记 {kept.unchanged} 天；日历版本 {kept.version}。"
        "未结的办理时限正按新的日历重新推算。",
    )
    return redirect("holidays")


@post_action
def holidays_withdraw(request: Request) -> HttpResponse:
    office, user = _keeper(request)
    days = [_day(text) for text in request.POST.getlist("days")]
    if not days:
        raise Refused("没有选中要撤销的日期，请先在表中勾选。")
    now = timezone.now()
    with transaction.atomic():
        count = keeping.withdraw(days, request.POST.get("reason", ""), office, user, now)
        recompute.ask(office, user, now)
    messages.success(request, f"已撤销 {count} 天的登记，未结的办理时限正按新的日历重新推算。")
    return redirect("holidays")


# The feed ------------------------------------------------------------------------------------------------------------


def _feed(request: Request, user: User) -> dict[str, Any]:
    """The address is shown once, right after it was made."""
    token = request.session.pop(FRESH_TOKEN, None)
    address = request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token else ""
    return {"feed_address": address, "feed": getattr(user, "calendar_feed", None)}


@post_action
def feed_new(request: Request) -> HttpResponse:
    with transaction.atomic():
        token = feeds.renew(request.user, timezone.now())
    request.session[FRESH_TOKEN] = token
    return redirect(f"{reverse('work-calendar')}#feed")


@require_safe
def feed(request: Request, token: str) -> HttpResponse:
    """For calendar programs: no sign-in, the address is the secret. 404 for an unknown one."""
    user, today = feeds.owner(token), timezone.localdate()
    if user is None:
        raise Http404
    calendar = calendar_at()
    content = feeds.icalendar(dues(user, today, today - feeds.BEHIND, today + feeds.AHEAD, calendar), today)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    same = tag in [part.strip() for part in request.headers.get("If-None-Match", "").split(",")]
    answer = HttpResponseNotModified() if same else HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["ETag"], answer["Cache-Control"] = tag, "private, max-age=3600"
    answer["X-Robots-Tag"] = "noindex"
    if not same:
        answer["Content-Disposition"] = 'inline; filename="xinbao.ics"'
    return answer
