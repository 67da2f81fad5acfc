"""适用单位: where a rulebook holds; one proposes that it begin or end somewhere, another person approves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from arrears.law.editions import rulebook_editions as editions
from arrears.law.editions.wording import validity
from arrears.law.models import Attachment
from arrears.law.obligations import attachments
from arrears.law.rules.rulebook import Rulebook
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.approvals import waiting_for
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


class AttachmentOpinionForm(PlainForm):
    opinion = forms.CharField(
        label="意见", max_length=attachments.LONGEST_REASON, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


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
    return editions.attached_names([book]).get(book.attached_to, "")


def _book(key: str) -> Rulebook:
    book = editions.rulebooks_at().get(key)
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
            messages.success(request, f"已提出，等待“{row.union}”的审批人批准；批准前不产生任何期限。")
            return redirect(row)
    return _places(request, key, form)


# One -----------------------------------------------------------------------------------------------------------------


class AttachmentPage(ApprovalPage[Attachment]):
    approvals = (attachments.beginning, attachments.ending)
    further = {
        "end": FurtherStep(
            EndForm,
            lambda row, data, by, at: attachments.propose_end(row, data["last_day"], data["reason"], by, at),
            "已提出，等待“{row.union}”的审批人批准；批准前照旧适用。",
        )
    }
    template = "arrears/law/attachment.html"
    steps_at = "attachment-{step}"
    opinion_form = AttachmentOpinionForm

    def find(self, request: Request, pk: int) -> Attachment:
        """404 for strangers."""
        people = ("union", "by", "approved_by", "end_by", "end_approved_by")
        return get_object_or_404(Attachment.objects.visible_to(request.user).select_related(*people), pk=pk)

    def form(self, step: str, row: Attachment, data: Any = None, files: Any = None) -> PlainForm:
        today = timezone.localdate()
        return (
            EndForm(data, today=today, initial={"last_day": today}) if step == "end" else super().form(step, row, data)
        )

    def facts(self, row: Attachment, user: User, now: datetime) -> dict[str, Any]:
        state, label = _standing(row, timezone.localdate(now))
        return {
            "state": state,
            "label": label,
            "book": editions.rulebooks_at().get(row.rulebook),
            "may_end": not row.asked and row.until is None and user.may(Right.SUBMIT, row.union),
        }

    def history(self, row: Attachment) -> list[HistoryLine]:
        lines = asked_and_decided(attachments.beginning, row, waits="待批准") if row.by else [HistoryLine("随规则文件")]
        if row.end_by:
            lines += asked_and_decided(attachments.ending, row, approved="批准停止", waits="停止待批准")
        return lines

    def goes_to(self, row: Attachment, user: User, step: str) -> Any:
        """A beginning that is turned down leaves no row."""
        gone = step == "decline" and row.asked == "start"
        return reverse("rulebook-places", args=[row.rulebook]) if gone else row

    def check_may(self, row: Attachment, step: str, user: User) -> None:
        if step == "end" and not user.may(Right.SUBMIT, row.union):
            raise Forbidden(f"须由“{row.union}”的统计员提出。")

    def decide(self, step: str, row: Attachment, data: dict[str, Any], post: Any, by: User, at: datetime) -> str:
        """Declined is what was seen: once it was turned down, another may have been asked for."""
        approval = waiting_for(row, self.approvals)
        if step == "decline" and approval is not None:
            if because := approval.why_may_not_give_up(row, by, at):
                raise Forbidden(because)
            if post.get("seal") != approval.seal(row, at):
                raise Stale(approval.changed)
        return super().decide(step, row, data, post, by, at)


page = AttachmentPage()
