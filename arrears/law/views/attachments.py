"""适用单位: where a rulebook holds; one proposes that it begin or end somewhere, another person approves."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.law.editions import rulebook_editions as shelf
from arrears.law.editions.wording import validity
from arrears.law.models import Attachment
from arrears.law.obligations import attachments
from arrears.law.rules.rulebook import Rulebook
from unions.common.form_fields import DayField, PlainForm
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, post_action, read_page
from unions.models import Union, User
from unions.people.rights import Right


def _reason(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="理由",
        max_length=attachments.LONGEST_REASON,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProposeForm(PlainForm):
    union = forms.ModelChoiceField(Union.objects.none(), label="单位", to_field_name="code", empty_label=None)
    since = DayField(label="自哪天起", past=False, help_text="这一天起开始的期限按它计算，已经受理的案件也算。")
    until = DayField(label="至哪天止", past=False, required=False, help_text="可不填：到通知失效为止。")
    reason = _reason("例如转发文号。")

    def __init__(self, *args: Any, seats: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = seats  # type: ignore[attr-defined]
        self.fields["union"].error_messages["invalid_choice"] = "请从列表中选择您任统计员的单位。"


class EndForm(PlainForm):
    last_day = DayField(label="最后适用日", past=False, help_text="含这一天。此前起算的期限仍按原规则办。")
    reason = _reason("例如通知已废止、改按新通知办理。")


@read_page
def places(request: Request, key: str) -> HttpResponse:
    """Where a rulebook holds, what waits for approval in the reader's reach, and the form of who may propose."""
    return _places(request, key, None)


def _places(request: Request, key: str, form: ProposeForm | None) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    book = _book(key)
    mine = set(Attachment.objects.visible_to(user).filter(rulebook=key).values_list("pk", flat=True))
    rows = Attachment.objects.filter(rulebook=key).select_related("union", "by", "end_by")
    seats = _seats(user) if book.kind != "law" else Union.objects.none()
    if form is None and seats:
        form = ProposeForm(seats=seats, today=today, initial={"since": max(today, book.first)})
    context = {
        "book": book,
        "form": form,
        "validity": validity(book.first, book.last),
        "rows": [_line(row, row.pk in mine, today) for row in rows if row.approved_at or row.pk in mine],
        "by_file": _by_file(book) if not any(row.approved_at for row in rows) else "",
    }
    refused = form is not None and bool(form.errors)
    return render(request, "arrears/law/rulebook_places.html", context, status=422 if refused else 200)


def _line(row: Attachment, mine: bool, today: date) -> dict[str, Any]:
    state, label = _standing(row, today)
    return {"row": row, "mine": mine, "state": state, "label": label}


def _standing(row: Attachment, today: date) -> tuple[str, str]:
    """State and words for the badge."""
    if row.asked == "start":
        return "requested", "待批准"
    if row.until is not None and row.until < today:
        return "closed", "已停止"
    if row.asked == "end":
        return "requested", "停止待批准"
    return ("active", "适用中") if row.covers(today) else ("pending", "尚未开始")


def _by_file(book: Rulebook) -> str:
    return shelf.attached_names([book]).get(book.attached_to, "")


def _book(key: str) -> Rulebook:
    book = shelf.rulebooks_at().get(key)
    if book is None:
        raise Http404
    return book


def _seats(user: User) -> Any:
    """The units where the reader is statistician."""
    return Union.objects.filter(path__in=user.paths(Right.SUBMIT), valid_until=None).order_by("depth", "code")


@post_action
def propose(request: Request, key: str) -> HttpResponse:
    user, now = request.user, timezone.now()
    _book(key)
    seats = _seats(user)
    if not seats:
        raise Forbidden("规则适用到哪些单位，由该单位的统计员提出，您没有这项权限。")
    form = ProposeForm(request.POST, seats=seats, today=timezone.localdate())
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = attachments.propose(given["union"], key, given["since"], given["reason"], user, now, given["until"])
        except Forbidden:
            raise
        except Refused as refusal:
            form.take(refusal.fields, refusal.message)
        else:
            messages.success(request, f"已提出，等待「{row.union}」的审批人批准；批准前不产生任何期限。")
            return redirect(row)
    return _places(request, key, form)


# One -----------------------------------------------------------------------------------------------------------------


def _row(request: Request, pk: int) -> Attachment:
    """404 for strangers."""
    rows = Attachment.objects.visible_to(request.user)
    people = ("union", "by", "approved_by", "end_by", "end_approved_by")
    return get_object_or_404(rows.select_related(*people), pk=pk)


@read_page
def attachment(request: Request, pk: int) -> HttpResponse:
    return _page(request, _row(request, pk), None)


def _page(request: Request, row: Attachment, form: EndForm | None) -> HttpResponse:
    user, now, today = request.user, timezone.now(), timezone.localdate()
    state, label = _standing(row, today)
    approval = attachments.approval_of(row)
    may_end = not row.asked and row.until is None and user.may(Right.SUBMIT, row.union)
    if form is None and may_end:
        form = EndForm(today=today, initial={"last_day": today})
    context = {
        "row": row,
        "state": state,
        "label": label,
        "book": shelf.rulebooks_at().get(row.rulebook),
        "form": form,
        "barred": approval.barred(row, user, now) if row.asked else None,
        "seal": approval.seal(row, now) if row.asked else "",
        "is_asker": row.asked_by == user,
    }
    refused = form is not None and bool(form.errors)
    return render(request, "arrears/law/attachment.html", context, status=422 if refused else 200)


@post_action
def end(request: Request, pk: int) -> HttpResponse:
    row, user = _row(request, pk), request.user
    if not user.may(Right.SUBMIT, row.union):
        raise Forbidden(f"须由「{row.union}」的统计员提出。")
    form = EndForm(request.POST, today=timezone.localdate())
    if form.is_valid():
        given = form.cleaned_data
        try:
            attachments.propose_end(row, given["last_day"], given["reason"], user, timezone.now())
        except Refused as refusal:
            if refusal.status != Refused.status:
                raise
            form.take(refusal.fields, refusal.message)
        else:
            messages.success(request, f"已提出，等待「{row.union}」的审批人批准；批准前照旧适用。")
            return redirect(row)
    return _page(request, row, form)


@post_action
def approve(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    approval, seal = attachments.approval_of(row), request.POST.get("seal", "")
    row = approval.approve(row, by=request.user, at=timezone.now(), seal=seal)
    messages.success(request, approval.approved.done)
    return redirect(row)


@post_action
def decline(request: Request, pk: int) -> HttpResponse:
    """The approver's no, or the asker's withdrawal, of what she saw."""
    row, user, now = _row(request, pk), request.user, timezone.now()
    approval = attachments.approval_of(row)
    if row.asked_by != user and (because := approval.barred(row, user, now)):
        raise Forbidden(because)
    if not row.asked or request.POST.get("seal") != approval.seal(row, now):
        raise Stale(approval.changed)
    approval.give_up(row, by=user, at=now, opinion=request.POST.get("reason", ""))
    messages.success(request, approval.declined.done)
    return redirect("rulebook-places", key=row.rulebook) if approval is attachments.beginning else redirect(row)
