"""The tab 法律程序 of the case page: proceedings and the steps open in each; and what is offered after them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from arrears.cases import acts, ledger
from arrears.cases.models import ActKind, Case
from arrears.cases.models.act import LEGAL_SERVICES, Outcome
from arrears.cases.requirements import required_of
from arrears.law.legal_numbers import with_terms
from arrears.legal import actions as legal
from arrears.legal.forms import ProceedingStepForm
from arrears.legal.models import Proceeding, ProceedingKind, ProceedingStage
from unions.models import User

TONES = {"applied": "busy", "accepted": "info", "refused": "bad", "ended": "done"}
TERMS = {
    ProceedingKind.MEDIATION: "自申请起 {mediation}内未达成协议的，可以申请仲裁（第十四条）。",
    ProceedingKind.PAYMENT_ORDER: "用人单位自收到支付令起 {payment-order-objection}内清偿或提出书面异议；请登记送达日期（《民事诉讼法》督促程序）。",
    ProceedingKind.CONFIRMATION: "自调解协议生效起 {judicial-confirmation}内由双方共同申请（《人民调解法》第三十三条）。",
    ProceedingKind.ARBITRATION: "{arbitration-accept}内决定是否受理，受理后 {arbitration-award}内裁决，可延长 {arbitration-award.extension}（第二十九条、第四十三条）。",
}


REFUSED = ProceedingStage.REFUSED
LEGAL_AID = "legal-aid-first"  # what a notice calls it (vocabulary.REQUIREMENTS)


def aid_clause(case: Case) -> str:
    """What a notice in force for the case says of legal aid, quoted; "" where none does."""
    found = required_of(case, LEGAL_AID, on=timezone.localdate()).get(LEGAL_AID)
    return f"{found.cited}：{found.quotation}" if found else ""


@dataclass(frozen=True)
class ShownProceeding:
    """One proceeding as the tab shows it, with the forms open to the reader."""

    row: Proceeding
    tone: str
    result: legal.Result | None
    term: str
    forms: list[ProceedingStepForm]
    received: Decimal


def legal_tab(case: Case, user: User, balance: ledger.Balance, request: HttpRequest) -> dict[str, Any]:
    """Return the proceedings of a case and the legal services given."""
    may = acts.may_act(case, user)
    rows = list(case.proceedings.with_received().select_related("by"))
    done_acts = list(case.acts.filter(kind__in=[ActKind.NEGOTIATION, ActKind.MEDIATION, *LEGAL_SERVICES]))
    return {
        "courses": [_shown(row, may, ledger.may_post(case, user)) for row in reversed(rows)],
        "services": [act for act in done_acts if act.kind in LEGAL_SERVICES],
        "may_act": may,
    }


def next_offers(case: Case, user: User, balance: ledger.Balance) -> dict[str, Any]:
    """Return what is offered next: a proceeding after a failure, a repayment plan after an agreement."""
    if not acts.may_act(case, user) or not balance.outstanding.amount:
        return {"next_steps": [], "agreement": None}
    in_turn = list(case.acts.all())
    agreed = [act for act in in_turn if act.outcome == Outcome.AGREED]
    planned = bool(agreed) and case.plans.in_force().filter(kind="repayment").exists()
    return {
        "next_steps": legal.next_steps(case, case.proceedings.all(), in_turn),
        "agreement": agreed[-1] if agreed and not planned else None,
    }


def _shown(row: Any, may: bool, may_post: bool) -> ShownProceeding:
    money = may_post and row.kind in legal.BRING_MONEY and row.stage != REFUSED
    forms = [_form(row, step) for step in [*_open_steps(row), *(["receive"] if money else [])]] if may else []
    term = with_terms(TERMS.get(ProceedingKind(row.kind), "")) if row.is_running else ""
    return ShownProceeding(row, TONES[row.stage], legal.result_of(row), term, forms, row.received)


def _open_steps(row: Proceeding) -> list[str]:
    if not row.is_running:
        return []
    early = [] if row.accepted_on else ["accept", "refuse"]
    late = row.accepted_on and not row.extended and row.kind in legal.EXTENDABLE
    served = row.accepted_on and row.served_on is None and row.kind in legal.SERVED
    return [*early, *_aid_steps(row), *(["extend"] if late else []), *(["serve"] if served else []), "finish"]


def _aid_steps(row: Proceeding) -> list[str]:
    """审查, then 指派, of legal aid that was accepted."""
    if row.kind != ProceedingKind.LEGAL_AID or not row.accepted_on or row.assigned_on:
        return []
    return ["assign"] if row.reviewed_on else ["review"]


def _form(row: Proceeding, step: str) -> ProceedingStepForm:
    today = timezone.localdate()
    form = ProceedingStepForm(step=step, kind=row.kind, initial={"on": today}, today=today)
    form.auto_id = f"id_{row.pk}_{step}_%s"
    return form
