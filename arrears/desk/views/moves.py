"""Making a move: a page that asks what the move asks and shows what it will do. The closing has its own (closing.py)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from arrears.cases import conclusions, ledger, snapshot, workflow
from arrears.cases.forms.steps import CaseMoveForm
from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.transfers import actions as transfers
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused, Stale
from unions.form_drafts import forget
from unions.http import Request, form_page
from unions.models import User
from unions.people.rights import ROLES, RoleName

# What to do next, after the move.
NEXT = {
    "settle": "已提请办结，等待审批人以第二人身份批准。",
    "transfer": "已转办，等待对方接收；对方接收之前仍由本单位负责。",
    "accept_transfer": "已接收转办，您是本案经办人。",
    "refuse_transfer": "已退回转出单位，并告知原因。",
    "recall_transfer": "已撤回转办，仍由本单位办理。",
    "send_back": "已退回经办人继续办理。",
    "reopen": "案件已重新办理。新查实的欠薪请经办人记入台账（认定），再照常清偿、办结。",
}


@form_page
def move(request: Request, pk: int, name: str) -> HttpResponse:
    if name not in workflow.MOVES:
        raise Http404
    case, user = the_case(request, pk), request.user
    if request.method == "POST":
        return _make(request, case, name, user)
    return _ask(request, case, name, _form(case, name, None))


def _make(request: Request, case: Case, name: str, user: User) -> HttpResponse:
    form = _form(case, name, request.POST)
    if not form.is_valid():
        return _ask(request, case, name, form, status=422)
    try:
        case = workflow.move(case, name, user, timezone.now(), seen=seen_in(request.POST), **form.cleaned_data)
    except Forbidden:
        raise
    except Refused as refusal:
        return _again(request, case, name, form, refusal)
    if name in ("file", "report_clue"):
        forget(user, f"case:{case.pk}")
    messages.success(request, NEXT.get(name, f"已办理“{workflow.MOVES[name].label}”。"))
    # Whoever turns a transfer back may see the case no more.
    return redirect("clues" if name == "refuse_transfer" else case)


def _again(request: Request, case: Case, name: str, form: CaseMoveForm, refusal: Refused) -> HttpResponse:
    """The page anew with what was typed; when the move does not start here any more, only the sentence."""
    case = the_case(request, case.pk)
    if case.state not in workflow.MOVES[name].starts:
        context = {"sentence": refusal.message, "back_url": case.get_absolute_url(), "back_label": "查看案件"}
        return render(request, "errors/409.html", context, status=409)
    if isinstance(refusal, Stale):
        return _ask(request, case, name, form, status=409, stale=refusal.message)
    form.take(refusal.fields, refusal.message)
    return _ask(request, case, name, form, status=refusal.status)


def _ask(
    request: Request, case: Case, name: str, form: CaseMoveForm, *, status: int = 200, stale: str = ""
) -> HttpResponse:
    row, user = workflow.MOVES[name], request.user
    unit = workflow.responsible_unit(case, row)
    if not user.may(row.right, unit):
        holders = "、".join(role.label for role in RoleName if row.right in ROLES[role].rights)
        raise Forbidden(f"“{row.label}”须由“{unit}”的{holders}办理，您的任职不包含这一步。")
    offer = next((offer for offer in workflow.offers(case, user, timezone.localdate()) if offer.name == name), None)
    if offer is None:
        raise Stale(f"案件现在是“{case.get_state_display()}”，不能“{row.label}”。")
    context: dict[str, Any] = {
        "case": case,
        "name": name,
        "row": row,
        "offer": offer,
        "form": form,
        "lines": snapshot.report(case),
        "stale": stale,
        "balance": ledger.balance(case),
        "stated": case.number is None,
        "choices": _conclusions(case, form) if "conclusion" in row.asks else [],
        "near": transfers.likely_receivers(case) if "receiver" in row.asks else [],
        "warnings": workflow.warnings(case, name, timezone.localdate()),
        "waiting": transfers.transfer_under_way(case),
    }
    return render(request, "arrears/cases/move.html", context, status=status)


def _form(case: Case, name: str, data: Any) -> CaseMoveForm:
    labels = [(row.key, row.label) for row in conclusions.conclusions().values()]
    initial = {"conclusion": case.conclusion, "verification": case.verification}
    return CaseMoveForm(
        data, asks=workflow.MOVES[name].asks, conclusions=labels, initial=initial, today=timezone.localdate()
    )


def _conclusions(case: Case, form: CaseMoveForm) -> list[dict[str, Any]]:
    """The closed list: each with its model answer and what the case still lacks for it; those that fit first."""
    present = conclusions.present_facts(case)
    rows = [
        {
            "row": row,
            "answer": conclusions.model_answer(case, row.key),
            "missing": conclusions.missing_among(present, row.key),
            "chosen": form["conclusion"].value() == row.key,
        }
        for row in conclusions.conclusions().values()
    ]
    return sorted(rows, key=lambda one: bool(one["missing"]))
