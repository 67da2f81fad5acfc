"""The page of an oversight: setting, report, lifting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from arrears.serious.actions import oversights
from arrears.serious.forms import OversightReportForm, is_late
from arrears.serious.models import Oversight, OversightStage
from unions.approval_page import ApprovalPage, FurtherStep, HistoryLine, asked_and_decided
from unions.common.formats import moment
from unions.http import Request
from unions.models import User
from unions.people.rights import Right

PARTS = (
    "case__employer",
    "case__handling_union__parent",
    "case__officer",
    "setter__parent",
    "requested_by",
    "decided_by",
    "reported_by",
    "lifted_by",
)
S = OversightStage


class OversightPage(ApprovalPage[Oversight]):
    approvals = oversights.APPROVALS
    further = {
        "report": FurtherStep(
            OversightReportForm,
            lambda row, data, by, at: oversights.report(row, data["report"], by, at),
            "解除报告已提交，等待督办单位审批。",
            kept_as="oversight-report",
        )
    }
    template = "arrears/serious/oversight.html"
    steps_at = "oversight-step"
    sealed_title = "督办内容"

    def find(self, request: Request, pk: int) -> Oversight:
        """404 for strangers, and for those below while it is only asked for."""
        return get_object_or_404(Oversight.objects.visible_to(request.user).select_related(*PARTS), pk=pk)

    def facts(self, row: Oversight, user: User, now: datetime) -> dict[str, Any]:
        return {
            "case": row.case,
            "late": is_late(row, timezone.localdate(now)),
            "may_report": row.stage == S.IN_FORCE and user.may(Right.HANDLE, row.case.handling_union.in_charge()),
        }

    def history(self, row: Oversight) -> list[HistoryLine]:
        lines = asked_and_decided(oversights.SETTING, row, row.setter, opinion=True)
        if row.reported_by and row.reported_at:
            who_below = f"{row.reported_by.name} · {row.case.handling_union}"
            lines.append(HistoryLine("解除报告", (who_below, moment(row.reported_at))))
        if row.lifted_by and row.lifted_at:
            who_above = f"{row.lifted_by.name} · {row.setter}"
            lines.append(HistoryLine("解除", (who_above, moment(row.lifted_at), row.answer)))
        return lines


page = OversightPage()
