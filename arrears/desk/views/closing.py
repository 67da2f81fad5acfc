"""办结: what the second person of a case's closing sees, and her decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from arrears.cases import conclusions, ledger, workflow
from arrears.cases.models import Case, State
from arrears.cases.views.found import the_case
from arrears.desk.timeline import Happening, happenings
from arrears.workers import actions as workers
from unions.approval_page import ApprovalPage, HistoryLine
from unions.common.form_fields import seen_in
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Stale
from unions.http import Request, form_page
from unions.models import User
from unions.people.rights import Right, holders_of

MOVE = workflow.MOVES["close"]


class ClosingPage(ApprovalPage[Case]):
    approvals = (workflow.closing,)
    template = "arrears/cases/closing.html"
    steps_at = "closing-step"
    sealed_title = "办结审批内容"

    def find(self, request: Request, pk: int) -> Case:
        """404 for strangers. Raises Forbidden, Stale: who approves closings here, of a case whose closing was asked for."""
        case, unit = the_case(request, pk), None
        unit = case.handling_union.in_charge()
        if not request.user.may(Right.APPROVE, unit):
            holders = holders_of(Right.APPROVE)
            raise Forbidden(f"“{MOVE.label}”须由“{unit}”的{holders}办理，您的任职不包含这一步。")
        if case.state != State.SETTLED:
            raise Stale(workflow.closing.moved_on(case))
        return case

    def address(self, row: Case, step: str) -> str:
        return reverse("closing", args=[row.pk]) if step == "close" else super().address(row, step)

    def decide(self, step: str, row: Case, data: dict[str, Any], post: Any, by: User, at: datetime) -> str:
        """Also refused when anything was recorded since she opened the page, shown among the lines or not."""
        if seen_in(post) != row.version:
            raise Stale(workflow.closing.changed)
        return super().decide(step, row, data, post, by, at)

    def facts(self, row: Case, user: User, now: datetime) -> dict[str, Any]:
        balance = ledger.balance(row)
        offers = workflow.offers(row, user, timezone.localdate(now))
        return {
            "case": row,
            "seen": row.version,
            "move": MOVE,
            "missing": next((offer.missing for offer in offers if offer.name == "close"), ()),
            "warnings": workflow.warnings(row, "close", timezone.localdate(now)),
            "conclusion": conclusions.label(row.conclusion),
            "model_answer": conclusions.model_answer(row, row.conclusion),
            "since": _since_asked(row),
            "balance": balance,
            "differences": workers.contradictions(row, balance),
            "evidence_count": row.evidence.count(),
        }

    def history(self, row: Case) -> list[HistoryLine]:
        asked = _since_asked(row)
        lines = [HistoryLine("提请办结", (asked[-1].who, moment(asked[-1].at)))] if asked else []
        return [*lines, HistoryLine("待审批", (f"{row.handling_union.in_charge()}的审批人",), "")]


def _since_asked(case: Case) -> list[Happening]:
    """What happened after closing was asked for, the asking itself last."""
    events: list[Happening] = []
    for event in happenings(case):
        events.append(event)
        if event.verb == "settle":
            break
    return events


page = ClosingPage()


@form_page
def closing(request: Request, pk: int) -> HttpResponse:
    """Show what is to be approved; POST approves it."""
    return page.take(request, pk, "close") if request.method == "POST" else page.show(request, pk)
