"""The rows of indicators of prevention: its log, inspections by risk class, liaisons, duty phones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value

from arrears.cases.models import Act, ActKind, Closure, Outcome
from arrears.inspections.actions import reviews
from arrears.inspections.models import Inspection, ReviewFinding
from arrears.law.rules.rulebook import Indicator
from arrears.prevention.models import EmployerRisk, PreventionWork
from arrears.transfers.models import Transfer, TransferStage
from unions.common.clock import day_of
from unions.models import Agency, Liaison, Union, UnionKind
from unions.people.agencies import EXPECTED

if TYPE_CHECKING:
    from reporting.evaluation.facts import EvaluationPeriod

YEAR = 365


def every(entry: Indicator, span: EvaluationPeriod) -> Q:
    return Q()


# ---- prevention work (QD-7) ---------------------------------------------------------------------------------------------


def works(entry: Indicator, span: EvaluationPeriod) -> QuerySet[PreventionWork]:
    return PreventionWork.objects.carried_out().filter(on__range=(span.since, span.last)).order_by()


def works_owed(entry: Indicator, span: EvaluationPeriod, unit: Union) -> int:
    """So many a quarter, by the days of the period that are known, rounded half up, at least one."""
    return max(1, ((entry.per_quarter or 0) * 4 * span.days * 2 + YEAR) // (2 * YEAR))


# ---- inspections by risk class (QP-4.3) ---------------------------------------------------------------------------------


def due(entry: Indicator, span: EvaluationPeriod) -> QuerySet[EmployerRisk]:
    """Employers whose interval has passed at least once since they were classed, and those inspected before that."""
    passed = Q(since__lte=_days_before(span.last, F("every_days")))
    rhythmic = EmployerRisk.objects.filter(every_days__isnull=False, since__lte=span.last)
    return rhythmic.filter(passed | inspected(entry, span)).order_by()


def inspected(entry: Indicator, span: EvaluationPeriod) -> Q:
    visits = Inspection.objects.filter(
        employer=OuterRef("employer"),
        path__startswith=OuterRef("path"),
        on__lte=span.last,
        on__gte=_days_before(span.last, OuterRef("every_days")),
    )
    return Q(Exists(visits))


def _days_before(day: date, count: Any) -> Any:
    return ExpressionWrapper(Value(day) - count, output_field=DateField())


# ---- liaison persons (YK-3) ---------------------------------------------------------------------------------------------


def reached(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Agency]:
    """Of each body that is expected one department with a liaison on the last day, however many there are."""
    present = Liaison.objects.filter(since__lte=span.last).filter(Q(until=None) | Q(until__gt=span.last))
    there = Q(ended_on=None) | Q(ended_on__gt=span.last)
    with_one = Agency.objects.filter(there, Exists(present.filter(agency=OuterRef("pk"))))
    earlier = with_one.filter(union=OuterRef("union"), kind=OuterRef("kind"), pk__lt=OuterRef("pk"))
    return with_one.filter(kind__in=EXPECTED).exclude(Exists(earlier)).order_by()


def bodies(entry: Indicator, span: EvaluationPeriod, unit: Union) -> int | None:
    """General unions keep a directory of their level."""
    return len(EXPECTED) if unit.is_general else None


# ---- findings of looks from outside (SD-3.2) ---------------------------------------------------------------------------


def review_findings(entry: Indicator, span: EvaluationPeriod) -> QuerySet[ReviewFinding]:
    """Those whose term is over, and those answered before."""
    return reviews.findings_due_between(span.since, span.until).filter(
        Q(due_on__lt=day_of(span.now)) | Q(answered_at__isnull=False)
    )


def answered(entry: Indicator, span: EvaluationPeriod) -> Q:
    return reviews.ANSWERED_IN_TIME


# ---- clues passed to a township (QP-1.3) --------------------------------------------------------------------------------


def passed_down(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Transfer]:
    """Clues a township took over in the period and did not pass on."""
    since, after = span.moments()
    further = Transfer.objects.filter(case=OuterRef("case"), stage=TransferStage.ACCEPTED, pk__gt=OuterRef("pk"))
    taken = Transfer.objects.filter(
        stage=TransferStage.ACCEPTED,
        receiver__kind=UnionKind.TOWNSHIP,
        case__clue_number__isnull=False,
        answered_at__gte=since,
        answered_at__lt=min(after, span.now),
    )
    return taken.exclude(Exists(further)).order_by()


def settled_there(entry: Indicator, span: EvaluationPeriod) -> Q:
    """Mediated by the township since, and closed: what the 以案定补 list takes in (arrears/prevention/actions/subsidy.py)."""
    agreed = Act.objects.filter(
        case=OuterRef("case"),
        kind=ActKind.MEDIATION,
        outcome=Outcome.AGREED,
        union=OuterRef("receiver"),
        on__gte=OuterRef("answered_at__date"),
    )
    closed = Closure.objects.filter(case=OuterRef("case"), reopened_on=None, on__lte=span.last)
    return Q(Exists(agreed)) & Q(Exists(closed))


# ---- duty phones (QH-3a) ------------------------------------------------------------------------------------------------


def units(entry: Indicator, span: EvaluationPeriod) -> QuerySet[Union]:
    return Union.objects.filter(valid_from__lte=span.last, valid_until=None).order_by()


def on_duty(entry: Indicator, span: EvaluationPeriod) -> Q:
    return ~Q(duty_phone="") & ~Q(duty_officer="")
