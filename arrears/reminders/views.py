"""提醒: a person's own inbox, what she wants by which way, and the mail of an installation without a mail server."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.law.obligations.local import local
from arrears.reminders.inbox import mark_read, of_user, unread
from arrears.reminders.models import DevMail, ReminderKind, Via, only_immediate
from arrears.reminders.preferences import keep, open_ways, preference_of
from arrears.reminders.ways import Way
from unions.common.form_fields import PlainForm
from unions.common.urgency import URGENT_FIRST
from unions.http import Request, form_page, post_action, read_page
from unions.listing import listed
from unions.models import User

PER_PAGE = 30
EXPLAINED = {
    ReminderKind.DIGEST: "工作日 8:30 汇总即将到期和逾期的事项",
    ReminderKind.IMMEDIATE: "紧急上报待确认、须立即办理的事项，随时发出",
    ReminderKind.SILENCE: "逾期未办的事项，先提醒本单位审批人，再提醒上一级工会",
}


@read_page
def inbox(request: Request) -> HttpResponse:
    user = request.user
    only_unread = request.GET.get("list") == "unread"
    rows = of_user(user)
    page = listed(rows.filter(read_at=None) if only_unread else rows, request, PER_PAGE, URGENT_FIRST)
    newest = max((row.pk for row in page.rows), default=0)
    context = {
        "page": page,
        "newest": newest,
        "unread": unread(user),
        "only_unread": only_unread,
        "dev_mail": _keeps_mail(),
    }
    return render(request, "arrears/reminders/inbox.html", context)


@post_action
def inbox_read(request: Request) -> HttpResponse:
    """One reminder (`reminder`), or everything up to the newest that was on the page (`up_to`)."""
    user, given = request.user, request.POST
    rows = of_user(user)
    if one := _number(given.get("reminder", "")):
        mark_read(rows.filter(pk=one), timezone.now())
        if given.get("then") == "open" and (found := rows.filter(pk=one).first()):
            return redirect(found.url)
    elif up_to := _number(given.get("up_to", "")):
        mark_read(rows.filter(pk__lte=up_to), timezone.now())
    where = "?list=unread" if given.get("list") == "unread" else ""
    return redirect(f"{reverse('inbox')}{where}")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


# What she wants ------------------------------------------------------------------------------------------------------


class PreferenceForm(PlainForm):
    """One list of kinds per way that this installation has set up."""

    in_app = forms.MultipleChoiceField(
        label="在薪报里提醒",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="即时提醒总会出现在提醒箱里，不能关闭。",
        choices=[(kind.value, kind.label) for kind in ReminderKind if kind != ReminderKind.IMMEDIATE],
    )

    def __init__(self, *args: Any, ways: list[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways
        for way in ways:
            for name, field in ((f"{way.via}_to", _address_field(way)), (way.via.value, _kinds_field(way))):
                self._speak_plainly(name, field)
                self.fields[name] = field

    def kinds(self) -> dict[str, list[str]]:
        given = self.cleaned_data
        kinds = {way.via.value: given[way.via.value] for way in self.ways}
        return kinds | {"in_app": [*given["in_app"], *only_immediate()]}

    def addresses(self) -> dict[Via, str]:
        return {way.via: self.cleaned_data[f"{way.via}_to"] for way in self.ways}

    def groups(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return per way its name, the field of the address and that of the kinds."""
        return [(str(way.via.label), self[f"{way.via}_to"], self[way.via.value]) for way in self.ways]


def _address_field(way: Way) -> forms.Field:
    said: dict[str, Any] = {"label": way.to_label, "required": False, "help_text": way.to_help}
    if way.via == Via.EMAIL:
        wrong = {"invalid": "电子邮箱写得不对，应形如 name@example.org。"}
        return forms.EmailField(max_length=254, error_messages=wrong, **said)
    return forms.CharField(max_length=64, **said)


def _kinds_field(way: Way) -> forms.Field:
    return forms.MultipleChoiceField(
        label=way.label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=ReminderKind.choices,
        help_text=way.help,
    )


@form_page
def preferences(request: Request) -> HttpResponse:
    user, now, ways = request.user, timezone.now(), open_ways()
    given = request.POST if request.method == "POST" else None
    form = PreferenceForm(given, ways=ways, today=timezone.localdate(now), initial=_stored(user, ways))
    if request.method == "POST" and form.is_valid():
        keep(user, form.kinds(), form.addresses(), now)
        messages.success(request, "提醒设置已保存。")
        return redirect("reminder-preferences")
    context = {"form": form, "explained": [(kind.label, words) for kind, words in EXPLAINED.items()], "local": local()}
    return render(request, "arrears/reminders/reminder_preferences.html", context, status=422 if form.errors else 200)


def _stored(user: User, ways: list[Way]) -> dict[str, Any]:
    row = preference_of(user, timezone.now())
    kinds = {way.via.value: getattr(row, way.via) for way in ways}
    addresses = {f"{way.via}_to": way.address(user.email, row) for way in ways}
    return {"in_app": row.in_app, **kinds, **addresses}


# Mail that went nowhere ----------------------------------------------------------------------------------------------


def _keeps_mail() -> bool:
    return settings.EMBEDDED and not settings.EMAIL_HOST


@read_page
def dev_mail(request: Request) -> HttpResponse:
    """What would have been sent to the reader, to whichever address was hers then; there is no such page where mail really goes out."""
    if not _keeps_mail():
        raise Http404
    user = request.user
    page = listed(DevMail.objects.filter(user=user), request, PER_PAGE)
    return render(request, "arrears/reminders/dev_mail.html", {"page": page, "address": user.email})
