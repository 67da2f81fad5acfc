"""One edition of an official table: tried with figures, put in force, taken out of force, each by a second person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from arrears.law.editions.pipeline import LONGEST_REASON, office_of
from arrears.law.scope import Period, Scope, label_of
from reporting.forms import needs, periods
from reporting.forms.editions import actions
from reporting.forms.editions.changes import changes as changes_of
from reporting.forms.files import Form, read
from reporting.forms.models import EditionStage, FormEdition
from reporting.forms.views.forms import paper
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, take_decision
from unions.common.form_fields import DayField, PlainForm
from unions.common.formats import moment
from unions.common.refusals import Refused
from unions.http import Request, read_page
from unions.models import User


class EditionOpinionForm(PlainForm):
    opinion = forms.CharField(
        label="意见", max_length=LONGEST_REASON, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ActivateForm(EditionOpinionForm):
    since = DayField(
        label="启用日",
        past=False,
        required=False,
        help_text="截止日在这一天及以后的期间用新格式，更早的期间仍用原格式。",
    )
    field_order = ("since", "opinion")


class WithdrawalForm(PlainForm):
    reason = forms.CharField(
        label="理由", max_length=LONGEST_REASON, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class FormEditionPage(ApprovalPage[FormEdition]):
    approvals = (actions.activation, actions.withdrawal)
    further = {
        "ask-withdrawal": FurtherStep(
            WithdrawalForm,
            lambda row, data, by, at: actions.ask_withdrawal(row, data["reason"], by, at),
            "已申请停用，等待审批人办理。",
        )
    }
    template = "reporting/forms/form_edition.html"
    steps_at = "form-edition-{step}"
    sealed_title = "报表格式"
    opinion_form = EditionOpinionForm

    @method_decorator([never_cache, read_page])
    def show(self, request: Request, pk: int) -> HttpResponse:
        return self.answer(request, self.find(request, pk))

    def find(self, request: Request, pk: int) -> FormEdition:
        """404 for strangers."""
        return get_object_or_404(actions.shown_to(request.user), pk=pk)

    def form(self, step: str, row: FormEdition, data: Any = None, files: Any = None) -> PlainForm:
        """The day from which it holds is asked beside the opinion of who puts it in force."""
        if step in self.further or row.stage != EditionStage.WAITING:
            return super().form(step, row, data)
        today = timezone.localdate()
        # A form that is new speaks from the day it names itself, however late it is entered.
        since = today if row.replaces else read(row.content, row.key).since
        return ActivateForm(data, today=today, initial={"since": since})

    def decide(self, step: str, row: FormEdition, data: dict[str, Any], post: Any, by: User, at: datetime) -> str:
        if step != "activate":
            return super().decide(step, row, data, post, by, at)
        since = data.get("since")
        if since is None and row.stage == EditionStage.WAITING:
            raise Refused("请填写启用日。", {"since": "请填写启用日。"})
        return take_decision(actions.FormActivation(since), step, row, post.get("seal", ""), data["opinion"], by, at)

    def facts(self, row: FormEdition, user: User, now: datetime) -> dict[str, Any]:
        """This month's figures of the office in the table, and what it changes."""
        today, layout = timezone.localdate(now), read(row.content, row.key)
        changes = changes_of(row, layout)
        lacks = needs.of_form(layout, row) if row.stage == EditionStage.WAITING else []
        sheet = {} if lacks else paper(layout, Scope(row.office, _this_month(layout, today)), user, 1)
        return sheet | {
            "lacks": lacks,
            "edition": row,
            "layout": layout,
            "layout_changes": changes,
            "opinion_note": _activation_note(row, changes is not None, today),
            "may_ask": row.stage == EditionStage.ACTIVE and office_of(user) == row.office,
            "preview": True,
        }

    def history(self, row: FormEdition) -> list[HistoryLine]:
        lines = [HistoryLine("上传", (row.by.name, moment(row.uploaded_at)))]
        if row.decided_by and row.decided_at:
            gone = row.stage == EditionStage.DISCARDED
            words = (row.decided_by.name, moment(row.decided_at), row.reason)
            lines.append(HistoryLine("作废" if gone else "启用", words, "bad" if gone else "done"))
        if row.withdrawal_by and row.withdrawal_at:
            lines.append(
                HistoryLine("申请停用", (row.withdrawal_by.name, moment(row.withdrawal_at), row.withdrawal_reason))
            )
        if row.withdrawn_by and row.withdrawn_at:
            lines.append(HistoryLine("停用", (row.withdrawn_by.name, moment(row.withdrawn_at)), "bad"))
        if row.stage in (EditionStage.WAITING, EditionStage.WITHDRAWING):
            lines.append(HistoryLine("待审批", (f"{row.office}的审批人",), ""))
        return lines

    def goes_to(self, row: FormEdition, user: User, step: str) -> Any:
        if step == "activate":
            return reverse("form", args=[row.key])
        return reverse("form-editions") if step in ("discard", "withdraw") else row


page = FormEditionPage()


def _activation_note(row: FormEdition, replaces: bool, today: date) -> str:
    if row.stage == EditionStage.WITHDRAWING:
        return "停用后，截止日在今天及以后的期间恢复用上一版；以前的期间仍用这一版。"
    first = actions.earliest(actions.replaced_by(row.key), today)
    earliest = f"最早可填 {first}：更早的期间已按原格式报过。" if replaces else ""
    return f"{earliest}已经定稿的报表不变。"


def _this_month(form: Form, today: date) -> Period:
    """The period a preview shows: this month so far, or this week, quarter … where the form goes by those."""
    if form.period == "campaign":
        return Period(today.replace(day=1), today, today)
    return periods.read(form, "", "", "", today, label_of(form.period, today))
