"""The legal steps of a case on its page, each with what may happen next in it and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from arrears.cases import acts, ledger
from arrears.cases.models import Act, ActKind, Case
from arrears.cases.models.act import LEGAL_SERVICES, Outcome
from arrears.legal import actions as legal_steps
from arrears.legal.forms import ProceedingStepForm
from arrears.legal.models import Proceeding, ProceedingKind
from unions.models import User

TONES = {"applied": "busy", "accepted": "info", "refused": "bad", "ended": "done"}
TERMS = {
    ProceedingKind.MEDIATION: "自申请起 15 日内未达成协议的，可以申请仲裁（第十四条）。",
    ProceedingKind.PAYMENT_ORDER: "用人单位自收到支付令起 15 日内清偿或提出书面异议；请登记送达日期（《民事诉讼法》督促程序）。",
    ProceedingKind.CONFIRMATION: "自调解协议生效起 30 日内由双方共同申请（《人民调解法》第三十三条）。",
    ProceedingKind.ARBITRATION: "5 个工作日内决定是否受理，受理后 45 日内裁决，可延长 15 日（第二十九条、第四十三条）。",
}


@dataclass(frozen=True)
class Course:
    """One proceeding: its result, the forms open to the reader, the basis of a plan it gives."""

    row: Proceeding
    tone: str
    result: legal_steps.Result | None
    term: str
    forms: list[ProceedingStepForm]


def legal_tab(case: Case, user: User, balance: ledger.Balance, request: HttpRequest) -> dict[str, Any]:
    may = acts.may_act(case, user)
    rows = list(case.proceedings.select_related("by"))
    told = list(case.acts.filter(kind__in=[ActKind.NEGOTIATION, ActKind.MEDIATION, *LEGAL_SERVICES]))
    return offered(case, may, balance, rows, told) | {
        "courses": [_course(row, may) for row in reversed(rows)],
        "services": [act for act in told if act.kind in LEGAL_SERVICES],
        "may_act": may,
    }


def offered(
    case: Case, may: bool, balance: ledger.Balance, rows: list[Proceeding], told: Iterable[Act]
) -> dict[str, Any]:
    """What follows with one click: from a failure the next proceeding, from an agreement the repayment plan."""
    if not may or not balance.outstanding.amount:
        return {"next_steps": [], "agreement": None}
    in_turn = list(told)
    agreed = [act for act in in_turn if act.outcome == Outcome.AGREED]
    planned = bool(agreed) and case.plans.in_force().filter(kind="repayment").exists()
    return {
        "next_steps": legal_steps.next_steps(case, rows, in_turn),
        "agreement": agreed[-1] if agreed and not planned else None,
    }


def _course(row: Proceeding, may: bool) -> Course:
    forms = [_form(row, step) for step in _open_steps(row)] if may else []
    term = TERMS.get(ProceedingKind(row.kind), "") if row.is_running else ""
    return Course(row, TONES[row.stage], legal_steps.result_of(row), term, forms)


def _open_steps(row: Proceeding) -> list[str]:
    if not row.is_running:
        return []
    early = [] if row.accepted_on else ["accept", "refuse"]
    late = row.accepted_on and not row.extended and row.kind in legal_steps.EXTENDABLE
    served = row.accepted_on and row.served_on is None and row.kind in legal_steps.SERVED
    return [*early, *(["extend"] if late else []), *(["serve"] if served else []), "finish"]


def _form(row: Proceeding, step: str) -> ProceedingStepForm:
    today = timezone.localdate()
    form = ProceedingStepForm(step=step, kind=row.kind, initial={"on": today}, today=today)
    form.auto_id = f"id_{row.pk}_{step}_%s"
    return form
