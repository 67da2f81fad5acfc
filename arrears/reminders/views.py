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
from unions.common.form_fields import PlainForm
from unions.common.keyset import keyset
from unions.http import Request, form_page, post_action, read_page
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
    page = keyset(rows.filter(read_at=None) if only_unread else rows, request, PER_PAGE)
    context = {"page": page, "unread": unread(user), "only_unread": only_unread, "dev_mail": _keeps_mail()}
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
    email_to = forms.EmailField(label="电子邮箱", required=False, max_length=254, help_text="留空则不发邮件。")
    email = forms.MultipleChoiceField(
        label="发邮件提醒", required=False, widget=forms.CheckboxSelectMultiple, choices=ReminderKind.choices
    )
    message_to = forms.CharField(
        label="手机号或企业微信账号", required=False, max_length=64, help_text="留空则不发短信。"
    )
    message = forms.MultipleChoiceField(
        label="发短信/企业微信提醒",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=ReminderKind.choices,
        help_text="短信里只写案件编号和期限。",
    )

    def __init__(self, *args: Any, ways: set[Via], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email_to"].error_messages["invalid"] = "电子邮箱写得不对，应形如 name@example.org。"
        closed = [names for via, names in _FIELDS.items() if via not in ways]
        for name in (name for names in closed for name in names):
            del self.fields[name]

    def kinds(self) -> dict[str, list[str]]:
        given = self.cleaned_data
        kinds = {way: given[way] for way in ("in_app", "email", "message") if way in given}
        return kinds | {"in_app": [*given["in_app"], *only_immediate()]}


_FIELDS = {Via.EMAIL: ["email_to", "email"], Via.MESSAGE: ["message_to", "message"]}


@form_page
def preferences(request: Request) -> HttpResponse:
    user, now, ways = request.user, timezone.now(), open_ways()
    given = request.POST if request.method == "POST" else None
    form = PreferenceForm(given, ways=ways, today=timezone.localdate(now), initial=_stored(user))
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        keep(user, form.kinds(), kept.get("email_to"), kept.get("message_to"), now)
        messages.success(request, "提醒设置已保存。")
        return redirect("reminder-preferences")
    context = {
        "form": form,
        "ways": sorted(ways),
        "explained": [(kind.label, words) for kind, words in EXPLAINED.items()],
        "local": local(),
    }
    return render(request, "arrears/reminders/reminder_preferences.html", context, status=422 if form.errors else 200)


def _stored(user: User) -> dict[str, Any]:
    row = preference_of(user, timezone.now())
    return {
        "in_app": row.in_app,
        "email": row.email,
        "message": row.message,
        "email_to": user.email,
        "message_to": row.message_to,
    }


# Mail that went nowhere ----------------------------------------------------------------------------------------------


def _keeps_mail() -> bool:
    return settings.EMBEDDED and not settings.EMAIL_HOST


@read_page
def dev_mail(request: Request) -> HttpResponse:
    """What would have been sent to the reader, to whichever address was hers then; there is no such page where mail really goes out."""
    if not _keeps_mail():
        raise Http404
    user = request.user
    page = keyset(DevMail.objects.filter(user=user), request, PER_PAGE)
    return render(request, "arrears/reminders/dev_mail.html", {"page": page, "address": user.email})
