"""What may be done with a return on its page: its moves, what stands against them, and 免报."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from reporting.returns import actions, checking, versions, waivers, zero_reports
from reporting.returns.checking import Remark
from reporting.returns.filling import FilledReturn, draft_corrections
from reporting.returns.forms import RefusedInput, ReturnMoveForm, WaiverForm
from reporting.returns.models import Return, ReturnStage, ReturnVersion, Waiver
from reporting.returns.status import insider
from unions.approval_page import decision
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.http import Request
from unions.models import User

MOST_MOVED = 12


def moves_context(
    request: Request,
    row: Return,
    version: ReturnVersion | None,
    filled: FilledReturn | None,
    now: datetime,
    typed: RefusedInput,
) -> dict[str, Any]:
    user, today = request.user, day_of(now)
    offers = {offer.name: offer for offer in actions.offers(row, user, today)}
    forms = {name: ReturnMoveForm(name=name, today=today) for name in offers}
    if typed.move:
        forms[typed.move[0]] = typed.move[1]
    remarks = checking.remarks_on(row, filled, now) if "sign" in offers and filled else []
    cases = zero_reports.cases_against(row).count() if "sign_zero" in offers else 0
    listed = len(filled.rows) if filled else 0
    changed = "sign_zero" in offers and filled is not None and draft_corrections(row, filled.form)
    looked_at = version if row.stage in (ReturnStage.SIGNED, ReturnStage.SUBMITTED) else None
    above = row.receiver is not None and actions.may(row, actions.MOVES["receive"], user)
    compare = looked_at is not None and (above or insider(row, user))
    since = versions.moved(row, looked_at, today) if compare and looked_at else None
    return {
        "offers": offers,
        "forms": forms,
        "against": cases,
        "listed": listed,
        "barring": [one for one in remarks if one.bars],
        "to_explain": [one for one in remarks if one.asks and not one.bars],
        "remarks": remark_rows(row, version, checking.remarks_of(version) if version else remarks),
        "zero_barred": cases or listed or changed,
        "moved": since[:MOST_MOVED] if since else since,
        "moved_more": len(since or ()) - MOST_MOVED,
        "waits_for": _waits_for(row),
        **_decision(request, row, version, offers, forms, now),
    }


def _decision(
    request: Request,
    row: Return,
    version: ReturnVersion | None,
    offers: dict[str, actions.ReturnOffer],
    forms: dict[str, ReturnMoveForm],
    now: datetime,
) -> dict[str, Any]:
    """The second person's block, beside the figures she approves; what else is offered stands below it."""
    if "approve" not in offers or version is None:
        return {"other_offers": offers}
    address = partial(_move_address, row)
    context = decision(actions.approval, row, [], request, now, address)
    decided = ("approve",) if context["why_not"] else ("approve", "decline")
    signed = f"您审批的就是本页所示第 {version.number} 版，由 {version.signature} 于 {moment(version.signed_at)} 签字。"
    return context | {
        "decision_form": forms["decline"] if forms["decline"].is_bound else forms["approve"],
        "other_offers": [name for name in offers if name not in decided],
        "opinion_note": signed,
        "sealed_hash": version.hash,
        "seen": row.version,
    }


def _move_address(row: Return, step: str) -> str:
    return reverse("return-move", args=[row.pk, step])


def remark_rows(row: Return, version: ReturnVersion | None, remarks: list[Remark]) -> list[tuple[Remark, str]]:
    """What was found, each with the address of what it is about."""
    return [(one, one.url(row, version)) for one in remarks]


def _waits_for(row: Return) -> str:
    """Whose turn it is, for readers who have nothing to do here."""
    unit = row.union.in_charge()
    if row.stage == ReturnStage.SIGNED:
        return actions.approval.why_nobody(row, timezone.localdate()) or f"由“{unit}”的审批人审批后报出。"
    if row.stage == ReturnStage.SUBMITTED:
        return f"已报出，由“{row.to}”接收。" if row.receiver_id else f"已报出，报送“{row.to}”。"
    if row.stage in (ReturnStage.OPEN, ReturnStage.RETURNED, ReturnStage.AMENDING):
        return f"由“{unit}”的统计员填报。"
    return ""


def waiver_context(row: Return, user: User, now: datetime, typed: RefusedInput) -> dict[str, Any]:
    if row.receiver is None or row.compiles:
        return {}
    asked: Waiver | None = waivers.pending(row).select_related("requested_by").first()
    ask = asked is None and row.stage == ReturnStage.OPEN and waivers.may_ask(row, user)
    return {
        "waiver_asked": asked,
        "waiver_decides": asked is not None and waivers.approval.why_may_not_decide(asked, user, now) is None,
        "waiver_form": (typed.waiver or WaiverForm(last=row.last, today=day_of(now))) if ask else None,
    }
