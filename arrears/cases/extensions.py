"""A longer term, where the rulebook's entry allows one: asked with a reason, approved by a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.cases.second_person import CaseApproval
from arrears.cases.terms import keep_cases
from arrears.law.models import Extension, ExtensionKind, Obligation, Step
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.projection import Tools
from arrears.law.obligations.reading import PARTS
from arrears.law.rules.rulebook import DeadlineRule, Rulebook
from unions.approvals import ApprovalList, FieldValues, ShownLine, Transition
from unions.common.clauses import in_brackets
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User, acts_at
from unions.people.rights import Right


def entry_of(row: Obligation, books: RulebooksByUnit) -> tuple[DeadlineRule, Rulebook] | None:
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


def responsible_unit(row: Obligation) -> Union:
    """Where the right must be held today."""
    return row.holder.in_charge()


def may_ask(row: Obligation, user: User) -> bool:
    return user.may(Right.HANDLE, responsible_unit(row)) or user.may(Right.FILE, responsible_unit(row))


@transaction.atomic
def request(
    row: Obligation, kind: ExtensionKind, reason: str, by: User, at: datetime, books: RulebooksByUnit | None = None
) -> Extension:
    """Ask for a longer term before it has run out. Raises Forbidden, Refused, Stale."""
    case = _hold(row)
    row.refresh_from_db()
    if not may_ask(row, by):
        raise Forbidden(f"须由“{responsible_unit(row)}”的经办人或填报员提出。")
    entry = entry_of(row, books or RulebooksByUnit())
    if kind not in allowed(row, entry[0] if entry else None):
        raise Refused(f"“{row.title}”{in_brackets(row.clause, row.rulebook)}的期限，通知不允许延长，或事项已办结。")
    if row.late(at) or row.backfilled:
        raise Refused("期限已过，不能再延长；请尽快办理，并在办理记录中说明。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明理由。")
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
    approval.record(asked, "extension.request", by, at, asked.reason)
    approval.tell_if_nobody(asked, at)
    return asked


def pending(row: Obligation) -> QuerySet[Extension]:
    return Extension.objects.filter(
        case=row.case, rulebook=row.rulebook, rule=row.rule, step=Step.REQUESTED
    ).select_related("case", "requested_by")


def _hold(row: Obligation) -> Case:
    if row.case is None:
        raise Refused("只有案件的期限可以在这里延长。")
    return ledger.lock(row.case)


class ExtensionApproval(CaseApproval[Extension]):
    """A longer term: the new due time follows from the approval at once."""

    model = Extension
    listed = ApprovalList(
        "extension", "延长期限", ("case__employer", "requested_by"), "arrears/cases/extension_approval_row.html"
    )
    stage = "step"
    waits = Step.REQUESTED
    approved = Transition(Step.APPROVED, "extension.approve", "批准", "已批准，期限已重新推算。")
    declined = Transition(Step.DECLINED, "extension.decline", "不批准", "已退回，仍按原期限计时。")
    parts = ("case", "requested_by")
    no_reason = "请写明不批准的原因。"
    this = "这项延长"
    opinion_help = "不批准时须写明原因。"
    declining_takes_a_second_person = True

    def __init__(self, tools: Tools | None = None) -> None:
        """`tools`: with which the new due time is found, where they are at hand."""
        self.tools = tools

    def unit_of(self, row: Extension) -> Union:
        return obligation_of(row).holder

    def unit_id(self) -> Any:
        keys = {name: OuterRef(name) for name in ("case", "rulebook", "rule")}
        return Subquery(Obligation.objects.filter(**keys).values("holder")[:1])

    def awaiting(self, user: User) -> QuerySet[Extension]:
        """Of terms held where the reader approves, with `term_title`."""
        keys = {name: OuterRef(name) for name in ("case", "rulebook", "rule")}
        terms = Obligation.objects.filter(acts_at(user.paths(self.right), "holder"), **keys)
        rows = self.waiting_rows().annotate(term_title=Subquery(terms.values("title")[:1]))
        return rows.filter(term_title__isnull=False)

    def shown(self, row: Extension, at: datetime) -> list[ShownLine]:
        term = obligation_of(row)
        return [
            ShownLine("案件", str(row.case)),
            ShownLine("事项", f"{term.title}{in_brackets(term.clause, term.rulebook)}"),
            ShownLine("现在的期限", moment(term.due_at)),
            ShownLine("延长方式", row.get_kind_display()),
            ShownLine("理由", row.reason),
            ShownLine("提出人", f"{row.requested_by.name}，{day_of(row.requested_at)}"),
        ]

    def before_approve(self, row: Extension, by: User, at: datetime) -> FieldValues:
        if not obligation_of(row).is_open:
            raise Stale("这一项已经办结，无需再延长。")
        return {}

    def after_approve(self, row: Extension, by: User, at: datetime) -> None:
        keep_cases([row.case_id], at, self.tools)

    def record(self, row: Extension, verb: str, by: User, at: datetime, reason: str) -> None:
        term = obligation_of(row)
        audit.record(
            row.case.stream,
            verb,
            by,
            at,
            union=term.holder,
            clause=term.clause,
            title=term.title,
            kind=row.kind,
            reason=reason,
            extension=row.pk,
        )


def obligation_of(asked: Extension) -> Obligation:
    """Return the row of the term that is to be longer."""
    rows = Obligation.objects.select_related(*PARTS, "holder__parent", "case__union", "case__handling_union")
    return rows.get(case=asked.case_id, rulebook=asked.rulebook, rule=asked.rule)


approval = ExtensionApproval()
approve, decline = approval.approve, approval.decline
