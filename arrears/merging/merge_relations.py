"""What goes along when a case is merged, and comes back when they are parted (docs/decisions/018-merging.md).

Letters of workers follow the matter: whoever handles the case that remains answers them. A plan in force is written anew there
where it has none of the kind; the duplicate's own sleeps and wakes with it. Letters sent out and referrals stay under the number
that is printed on them, and the case that remains shows them (`absorbed_matters`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Max, Q

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.cases.signals import plan_changed
from arrears.legal.models import Proceeding
from arrears.letters.models import Letter
from arrears.merging.models import IN_FORCE, Merger
from arrears.plans.actions import follow_ledger
from arrears.plans.models import Plan, PlanKind, PlanStep
from arrears.portal.models import WindowLetter
from arrears.referrals.models import Referral
from unions.log import audit
from unions.models import User


def along(row: Merger, by: User, at: datetime) -> None:
    """In the transaction of the merging, both cases held; what went along is noted in the merger."""
    row.carried = {"letters": _letters_along(row, by, at), "plans": _plans_along(row, by, at)}
    row.save(update_fields=["carried"])
    _grown(row.into, by, at)


def back(row: Merger, by: User, at: datetime) -> None:
    """What went along comes back; what was changed since at the case that remains stays there."""
    letters = WindowLetter.objects.filter(pk__in=row.carried.get("letters", []), case=row.into_id)
    for letter in letters.select_for_update(of=("self",)):
        _hand(letter, row.duplicate, by, at)
    for plan in Plan.objects.in_force().filter(pk__in=row.carried.get("plans", []), case=row.into_id):
        Plan.objects.filter(pk=plan.pk).update(replaced_at=at)
        plan.refresh_from_db()
        plan_changed.send(Plan, plan=plan, by=by, at=at)
    _grown(row.into, by, at)


def _grown(case: Case, by: User, at: datetime) -> None:
    """Whoever has the case that remains before her sees that something came or went."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at)
    case.refresh_from_db()


def _letters_along(row: Merger, by: User, at: datetime) -> list[int]:
    letters = list(row.duplicate.window_letters.select_for_update(of=("self",)).order_by("pk"))
    for letter in letters:
        _hand(letter, row.into, by, at)
    return [letter.pk for letter in letters]


def _hand(letter: WindowLetter, case: Case, by: User, at: datetime) -> None:
    before, letter.case = letter.case_id, case
    letter.changed_at = at
    letter.save(update_fields=["case", "changed_at"])
    audit.record(letter.stream, "taken", by, at, union=case.handling_union, case=case.pk, before=before)
    audit.record(case.stream, "window.taken", by, at, union=case.handling_union, letter_from=letter.pk)


def _plans_along(row: Merger, by: User, at: datetime) -> list[int]:
    kept = set(row.into.plans.in_force().values_list("kind", flat=True))
    plans = row.duplicate.plans.in_force().exclude(kind__in=kept).prefetch_related("steps").order_by("pk")
    made = [_written_anew(plan, row, by, at) for plan in plans if _fits(plan, row.into)]
    if any(plan.is_repayment for plan in made):
        follow_ledger(row.into, by, at)
    return [plan.pk for plan in made]


def _fits(plan: Plan, case: Case) -> bool:
    """A plan of a project goes only to a case of that project; a repayment only where something is left to pay."""
    if plan.kind == PlanKind.PROJECT:
        return case.project_id is not None and case.project_id == plan.case.project_id
    if plan.kind == PlanKind.EMPLOYER:
        return case.employer_id == plan.case.employer_id
    return bool(ledger.balance(case).outstanding.amount)


def _written_anew(plan: Plan, row: Merger, by: User, at: datetime) -> Plan:
    last = row.into.plans.filter(kind=plan.kind).aggregate(last=Max("version"))["last"] or 0
    left = ledger.balance(row.into).outstanding
    steps = list(plan.steps.all())
    copy = Plan.objects.create(
        case=row.into,
        kind=plan.kind,
        version=last + 1,
        basis=plan.basis,
        proceeding=plan.proceeding,
        agreed_on=plan.agreed_on,
        guarantee=plan.guarantee,
        gap=plan.gap,
        reason=f"由并入的案件 {row.duplicate} 转来",
        workers=max(left.workers, 0),
        amount=left.amount,
        paid_before=_paid_before(row.into, plan.agreed_on),
        union=row.into.handling_union,
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
    audit.record(row.into.stream, "plan.make", by, at, union=row.into.handling_union, plan=copy.pk, reason=told)
    plan_changed.send(Plan, plan=copy, by=by, at=at)
    return copy


def _paid_before(case: Case, day: date) -> Decimal:
    """Yuan the books had as resolved before the plan was agreed: what was paid since keeps its instalments."""
    resolved = (entry for entry in ledger.standing(case) if entry.kind in ledger.RESOLVED)
    return sum((entry.amount for entry in resolved if entry.on < day), Decimal(0))


# ---- what the case that remains shows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Absorbed:
    """One duplicate and what stands under its own number."""

    case: Case
    letters: list[Letter]
    referrals: list[Referral]
    plans: list[Plan]
    proceedings: list[Proceeding]
    evidence: int


def absorbed_matters(case: Case, user: User) -> list[Absorbed]:
    """Of every duplicate in `case` that the reader may see. One query where nothing was merged into it."""
    mergers = Merger.objects.filter(into=case, stage__in=IN_FORCE).values("duplicate")
    found = Case.objects.visible_to(user).filter(pk__in=mergers).select_related("employer", "handling_union")
    return [_absorbed(one, user) for one in found.order_by("pk")]


def _absorbed(case: Case, user: User) -> Absorbed:
    letters = Letter.objects.visible_to(user).filter(Q(case=case), number__isnull=False).order_by("pk")
    referrals = Referral.objects.visible_to(user).filter(case=case).select_related("agency").order_by("pk")
    return Absorbed(
        case,
        list(letters),
        list(referrals),
        list(case.plans.in_force().prefetch_related("steps")),
        list(case.proceedings.all()),
        case.evidence.count(),
    )
