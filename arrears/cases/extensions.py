"""A longer term, where the rulebook's entry allows one: asked with a reason, approved by a second person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.cases.second_person import barred_because
from arrears.cases.terms import keep_cases
from arrears.law.models import Extension, ExtensionKind, Obligation, Step
from arrears.law.obligations.applicable import Bookcase
from arrears.law.obligations.projection import Tools
from arrears.law.rules.rulebook import DeadlineRule, Rulebook
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right


def entry_of(row: Obligation, books: Bookcase) -> tuple[DeadlineRule, Rulebook] | None:
    """The rulebook entry behind a row, of the edition its term began under; None where its rulebook holds nowhere now."""
    return books.entry(row.rulebook, row.rule, day_of(row.started_at))


def allowed(row: Obligation, rule: DeadlineRule | None) -> list[ExtensionKind]:
    """What the entry allows: a number of days it names itself, or its own longer term for hard cases."""
    if rule is None or row.case is None or not row.is_open or row.extended:
        return []
    kinds = []
    if rule.extension_workdays or rule.extension_days:
        kinds.append(ExtensionKind.EXTEND)
    if rule.only.hard is False:
        kinds.append(ExtensionKind.HARD)
    return kinds


def seat(row: Obligation) -> Union:
    """Where the right must be held today."""
    return row.holder.in_charge()


def may_ask(row: Obligation, user: User) -> bool:
    return user.may(Right.HANDLE, seat(row)) or user.may(Right.FILE, seat(row))


def barred(row: Obligation, asked: Extension, user: User, at: datetime) -> str | None:
    """Why `user` may not decide this request, or None."""
    if not user.may(Right.APPROVE, seat(row)):
        return f"须由「{seat(row)}」的审批人审批。"
    return barred_because(asked.case, user, asked.requested_by, day_of(at), day_of(asked.requested_at))


@transaction.atomic
def request(
    row: Obligation, kind: ExtensionKind, reason: str, by: User, at: datetime, books: Bookcase | None = None
) -> Extension:
    """Ask for a longer term before it has run out. Raises Forbidden, Refused, Stale."""
    case = _hold(row)
    row.refresh_from_db()
    if not may_ask(row, by):
        raise Forbidden(f"须由「{seat(row)}」的经办人或填报员提出。")
    entry = entry_of(row, books or Bookcase())
    if kind not in allowed(row, entry[0] if entry else None):
        raise Refused(f"「{row.title}」（{row.clause}）的期限，通知不允许延长，或事项已了结。")
    if row.late(at):
        raise Refused("期限已过，不能再延长；请尽快办理，并在办理记录中说明。")
    if not reason.strip():
        raise Refused("请写明理由。", {"reason": "请写明理由。"})
    if pending(row).exists():
        raise Stale("这一项已经提出过，请等待审批。")
    asked = Extension.objects.create(
        case=case,
        rulebook=row.rulebook,
        rule=row.rule,
        kind=kind,
        reason=reason.strip(),
        requested_by=by,
        requested_at=at,
    )
    _note(asked, row, "extension.request", by, at, asked.reason)
    return asked


def pending(row: Obligation) -> QuerySet[Extension]:
    return Extension.objects.filter(
        case=row.case, rulebook=row.rulebook, rule=row.rule, step=Step.REQUESTED
    ).select_related("case", "requested_by")


@transaction.atomic
def decide(
    asked: Extension, approve: bool, decision: str, by: User, at: datetime, tools: Tools | None = None
) -> Extension:
    """The second person's yes, from which the new due time follows at once, or her no with a reason."""
    ledger.lock(asked.case)
    asked = Extension.objects.select_for_update(of=("self",)).select_related("case", "requested_by").get(pk=asked.pk)
    if asked.step != Step.REQUESTED:
        raise Stale(f"这项申请{asked.get_step_display()}，请刷新页面。")
    row = Obligation.objects.select_related("holder", "case").get(
        case=asked.case, rulebook=asked.rulebook, rule=asked.rule
    )
    if because := barred(row, asked, by, at):
        raise Forbidden(because)
    if not approve and not decision.strip():
        raise Refused("请写明不批准的原因。", {"decision": "请写明原因。"})
    if approve and not row.is_open:
        raise Stale("这一项已经了结，不必再延长。")
    asked.step = Step.APPROVED if approve else Step.DECLINED
    asked.decided_by, asked.decided_at, asked.decision = by, at, decision.strip()
    asked.save(update_fields=["step", "decided_by", "decided_at", "decision"])
    _note(asked, row, "extension.approve" if approve else "extension.decline", by, at, asked.decision)
    if approve:
        keep_cases([asked.case_id], at, tools)
    return asked


def _hold(row: Obligation) -> Case:
    if row.case is None:
        raise Refused("只有案件的期限可以在这里延长。")
    return ledger.lock(row.case)


def _note(asked: Extension, row: Obligation, verb: str, by: User, at: datetime, reason: str) -> None:
    audit.record(
        asked.case.stream,
        verb,
        by,
        at,
        union=row.holder,
        clause=row.clause,
        title=row.title,
        kind=asked.kind,
        reason=reason,
        extension=asked.pk,
    )
