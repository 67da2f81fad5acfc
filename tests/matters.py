"""What the board of 市南区 counts beside cases: one open matter of each kind, written straight into the books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from arrears.inspections.models import Secondment
from arrears.law.models import Obligation
from arrears.legal.models import Proceeding, ProceedingPayment
from arrears.plans.models import Receivable, Recovery
from arrears.referrals.models import AgencyClue
from arrears.serious.models import Opinion, OpinionWatch, PlanDrill, StandingPlan, UnitCall
from tests.books import Payment, write_case
from tests.cast import AT, World
from tests.judged import a_term
from unions.models import Agency, User

DAY = date(2026, 11, 20)
# The lines of the board that count them, in no order.
LINES = (
    "agency-clues",
    "calls-open",
    "debts-open",
    "enforcement-running",
    "lists-late",
    "opinions-untrue",
    "plans-undrilled",
    "seconded",
    "watch-today",
)


def matters(world: World, number: int, code: str = "370202") -> None:
    """One more of each; `number` tells those of several calls apart (at most one a shift: 0 to 2)."""
    unit, sun = world.unions[code], world.user("sun")
    here: dict[str, Any] = {"union": unit, "by": sun, "at": AT}
    placed = here | {"path": unit.path}
    case = write_case(world, DAY, 8, "80000", code, payments=[Payment(DAY, 1, Decimal(4000))])
    OpinionWatch.objects.create(on=DAY, shift=("whole", "day", "night")[number], person="孙", phone="12351", **placed)
    Secondment.objects.create(person=f"李{number}", task_force="专班", task="排查", since=DAY, **placed)
    StandingPlan.objects.create(title=f"预案{number}", key=f"预案{number}", version=1, since=DAY, text="一、", **placed)
    Opinion.objects.create(
        title=f"传言{number}",
        source="press",
        seen_at=AT,
        answered_at=AT,
        handled_at=AT,
        outcome="已澄清",
        verdict="untrue",
        statement="与事实不符",
        **placed,
    )
    suit = Proceeding.objects.create(
        case=case, kind="enforcement", stage="accepted", body="法院", applied_on=DAY, accepted_on=DAY, **here
    )
    ProceedingPayment.objects.create(proceeding=suit, entry=case.entries.get(kind="paid"))
    debt = Receivable.objects.create(case=case, debtor=f"某公司{number}", amount=1000, since=DAY, **here)
    Recovery.objects.create(receivable=debt, on=DAY, amount=400, by=sun, at=AT)
    _called(world, code)
    _sent(world, number, code)
    a_term(world, code, subject=f"source:{number}")


def no_longer_open(world: World) -> None:
    """Every matter written so far was answered, drilled, collected or came to its end."""
    before, sun = DAY - timedelta(days=1), world.user("sun")
    for plan in StandingPlan.objects.all():
        PlanDrill.objects.create(plan=plan, on=before, summary="桌面推演", by=sun, at=AT)
    for debt in Receivable.objects.all():
        Recovery.objects.create(receivable=debt, on=DAY, amount=600, by=sun, at=AT)
    UnitCall.objects.update(result="已整改", result_on=DAY, result_by=sun, result_at=AT)
    Opinion.objects.update(verdict="true", statement="")
    OpinionWatch.objects.update(on=before)
    Secondment.objects.update(since=before, until=before)
    Proceeding.objects.update(stage="ended", ended_on=DAY)
    AgencyClue.objects.update(stage="declined")
    Obligation.objects.filter(subject__startswith="source:").update(met_at=AT)


def _called(world: World, code: str) -> None:
    UnitCall.objects.create(
        kind="interview",
        setter=world.unions["370000"],
        unit=world.unions[code],
        ground="slow",
        detail="进展缓慢",
        on=DAY,
        persons="主席",
        demands="限期清零",
        due_on=DAY,
        by=world.user("han"),
        at=AT,
    )


def _sent(world: World, number: int, code: str) -> None:
    unit = world.unions[code]
    agency, _ = Agency.objects.get_or_create(union=unit, kind="hr", name="市南区人社局")
    sender, _ = User.objects.get_or_create(username="ma", defaults={"name": "马人社"})
    AgencyClue.objects.create(
        number=f"QS{number}",
        agency=agency,
        union=unit,
        path=unit.path,
        employer_name=f"移送{number}",
        region_code=code,
        industry="E",
        workers=3,
        amount=9000,
        facts="来访反映",
        sent_by=sender,
        sent_at=AT,
        due_on=DAY,
    )
