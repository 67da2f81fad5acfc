"""One finding of a review: answered by the inspected unit, closed or sent back by a second person (SD-3.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils import timezone

from arrears.inspections.actions import reviews
from arrears.inspections.models import Review, ReviewFinding
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine
from unions.common.form_fields import PlainForm
from unions.common.formats import moment
from unions.http import Request
from unions.models import User

PARTS = ("planner__parent", "inspector__parent", "inspected__parent", "by")


class FindingAnswerForm(PlainForm):
    answer = forms.CharField(label="整改情况", widget=forms.Textarea, max_length=5000, required=False)


class FindingOpinionForm(PlainForm):
    opinion = forms.CharField(label="意见", widget=forms.Textarea(attrs={"rows": 2}), max_length=300, required=False)


class FindingPage(ApprovalPage[ReviewFinding]):
    approvals = (reviews.APPROVAL,)
    further = {
        "answer": FurtherStep(
            FindingAnswerForm,
            lambda row, data, by, at: reviews.answer_finding(row, data["answer"], by, at, seen=data["seen"]),
            "已答复，等待检查单位销号。",
            seen=True,
        )
    }
    template = "arrears/inspections/review_finding.html"
    steps_at = "review-step"
    sealed_title = "问题和整改"
    opinion_form = FindingOpinionForm

    def find(self, request: Request, pk: int) -> ReviewFinding:
        """404 for strangers."""
        people = ("by", "answered_by", "closed_by")
        rows = ReviewFinding.objects.visible_to(request.user)
        return get_object_or_404(rows.select_related(*people, *(f"review__{part}" for part in PARTS)), pk=pk)

    def form(self, step: str, row: ReviewFinding, data: Any = None, files: Any = None) -> PlainForm:
        if step == "answer" and data is None:
            return FindingAnswerForm(today=timezone.localdate(), initial={"answer": row.answer})
        return super().form(step, row, data)

    def facts(self, row: ReviewFinding, user: User, now: datetime) -> dict[str, Any]:
        return {
            "late": row.late(timezone.localdate(now)),
            "may_answer": row.answered_at is None and reviews.may_answer(row, user),
        }

    def history(self, row: ReviewFinding) -> list[HistoryLine]:
        lines = [HistoryLine("登记", (row.by.name, moment(row.at)))]
        if row.sent_back:
            lines.append(HistoryLine("退回", (row.sent_back,), "bad"))
        if row.answered_by and row.answered_at:
            lines.append(HistoryLine("答复", (row.answered_by.name, moment(row.answered_at))))
        if row.closed_by and row.closed_at:
            lines.append(HistoryLine("销号", (row.closed_by.name, moment(row.closed_at), row.closing)))
        elif row.answered_at:
            lines.append(HistoryLine("待销号", (row.review.inspects,), ""))
        else:
            lines.append(HistoryLine("待整改", (f"{row.review.inspected}，期限 {row.due_on}",), ""))
        return lines

    def goes_to(self, row: ReviewFinding, user: User, step: str) -> Review:
        return row.review


page = FindingPage()
