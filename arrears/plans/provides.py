"""What plans give the core of cases and mergers: the promise in the report, plans of a merged case, drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max

from arrears.cases import ledger
from arrears.cases.merge_relations import MergeRelation
from arrears.cases.models import NO_MORE, Case, LedgerEntry
from arrears.law.rules.grading import Matter
from arrears.plans.actions import follow_ledger, follow_plan
from arrears.plans.models import Plan, PlanKind, PlanStep, Receivable, Recovery
from unions.common.formats import yuan
from unions.log import audit
from unions.models import User


def _along(duplicate: Case, into: Case, by: User, at: datetime) -> list[int]:
    """Write plans in force anew at the case that remains, where it has none of the kind."""
    kept = set(into.plans.in_force().values_list("kind", flat=True))
    plans = duplicate.plans.in_force().exclude(kind__in=kept).prefetch_related("steps").order_by("pk")
    made = [_copy(plan, duplicate, into, by, at) for plan in plans if _fits(plan, into)]
    if any(plan.is_repayment for plan in made):
        follow_ledger(into, by, at)
    return [plan.pk for plan in made]


def _back(duplicate: Case, into: Case, ids: list[int], by: User, at: datetime) -> None:
    for plan in Plan.objects.in_force().filter(pk__in=ids, case=into):
        Plan.objects.filter(pk=plan.pk).update(replaced_at=at)
        plan.refresh_from_db()
        follow_plan(plan, at)


def _fits(plan: Plan, case: Case) -> bool:
    """A plan of a project goes only to a case of that project; a repayment only where something is left to pay."""
    if plan.kind == PlanKind.PROJECT:
        return case.project_id is not None and case.project_id == plan.case.project_id
    if plan.kind == PlanKind.EMPLOYER:
        return case.employer_id == plan.case.employer_id
    return bool(ledger.balance(case).outstanding.amount)


def _copy(plan: Plan, duplicate: Case, into: Case, by: User, at: datetime) -> Plan:
    last = into.plans.filter(kind=plan.kind).aggregate(last=Max("version"))["last"] or 0
    left = ledger.balance(into).outstanding
    steps = list(plan.steps.all())
    copy = Plan.objects.create(
        case=into,
        kind=plan.kind,
        version=last + 1,
        basis=plan.basis,
        proceeding=plan.proceeding,
        agreed_on=plan.agreed_on,
        guarantee=plan.guarantee,
        gap=plan.gap,
        reason=f"由并入的案件 {duplicate} 转来",
        workers=max(left.workers, 0),
        amount=left.amount,
        paid_before=_paid_before(into, plan.agreed_on),
        union=into.handling_union,
        by=by,
        at=at,
    )
    for step in steps:
        kept = {} if copy.is_repayment else {"done_on": step.done_on, "note": step.note}
        PlanStep.objects.create(
            plan=copy,
            number=step.number,
            due_on=step.due_on,
            what=step.what,
            owner=step.owner,
            workers=step.workers,
            amount=step.amount,
            **kept,
        )
    told = f"{copy}：{copy.reason}"
    audit.record(into.stream, "plan.make", by, at, union=into.handling_union, plan=copy.pk, reason=told)
    follow_plan(copy, at)
    return copy


def _paid_before(case: Case, day: date) -> Decimal:
    """Return the yuan resolved before the plan was agreed; what was paid since pays its instalments."""
    resolved = (entry for entry in ledger.standing(case) if entry.kind in ledger.RESOLVED)
    return sum((entry.amount for entry in resolved if entry.on < day), Decimal(0))


PLANS = MergeRelation("plans", _along, _back)


def _debts_along(duplicate: Case, into: Case, by: User, at: datetime) -> list[int]:
    """Debts owed to the employer go to the case that remains: what comes in of them pays its wages."""
    moved = list(duplicate.receivables.values_list("pk", flat=True))
    Receivable.objects.filter(pk__in=moved).update(case=into)
    return moved


def _debts_back(duplicate: Case, into: Case, ids: list[int], by: User, at: datetime) -> None:
    Receivable.objects.filter(pk__in=ids, case=into).update(case=duplicate)


RECEIVABLES = MergeRelation("receivables", _debts_along, _debts_back)


def follow_repeats(repeats: list[tuple[LedgerEntry, LedgerEntry]], by: User, at: datetime) -> None:
    """Wages that what was recovered paid by cancelled entries are paid by those just written anew (old, new)."""
    anew = {old.pk: new for old, new in repeats}
    for row in Recovery.objects.filter(entry__in=anew):
        row.entry = anew[row.entry_id or 0]
        row.save(update_fields=["entry"])


def _in_force_of(case: Case, user: User) -> list[Plan]:
    return list(case.plans.in_force().prefetch_related("steps"))


ABSORBED = {"plans": _in_force_of}


def promised(case: Case) -> str:
    """Return the 偿还计划 in force in words, every instalment with its day; "" where there is none."""
    rows = case.plans.in_force().filter(kind=PlanKind.REPAYMENT)
    plan = rows.select_related("proceeding").prefetch_related("steps").first()
    return words_of_plan(plan) if plan else ""


def words_of_plan(plan: Plan) -> str:
    basis = f"{plan.agreed_on} {plan.get_basis_display()}" if plan.basis else f"{plan.agreed_on} 签订"
    parts = [f"{basis}：" + "；".join(_instalment(step) for step in plan.steps.all())]
    if plan.guarantee:
        parts.append(f"保证措施：{plan.guarantee}")
    return "。".join(parts)


def _instalment(step: PlanStep) -> str:
    people = f"（结清 {step.workers} 人）" if step.workers else ""
    kept = f"，{step.done_on} 付清" if step.done_on else ""
    return f"第 {step.number} 期 {step.due_on} 前 {yuan(step.amount)} 元{people}{kept}"


def late_payments(employers: Collection[int] | None, today: date) -> Iterator[Matter]:
    """Instalments that were promised and not paid, of cases not finished (SD-2.1a)."""
    rows = PlanStep.objects.broken(today).filter(plan__kind=PlanKind.REPAYMENT).exclude(plan__case__state__in=NO_MORE)
    if employers is not None:
        rows = rows.filter(plan__case__employer__in=employers)
    for row in rows.select_related("plan__case"):
        case = row.plan.case
        said = f"{case} {row} {row.due_on} 到期，欠 {yuan(row.left)} 元"
        url = case.section_url("plans")
        yield Matter(case.employer_id, case.path, "wage_payment", row.due_on, said, url, lasting=True)
