"""Rows for evaluations in the Qingdao cast: returns and terms with exact moments, and how one unit is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from arrears.cases.models import Case
from arrears.law.models import Obligation
from arrears.law.rules.rates import Rate
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.rulebook import Indicator
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.ranking import counts
from reporting.returns.models import Return
from tests.cast import AT, World, moment

DISTRICT = "370202"
DUE = moment("2026-09-30 23:59:59")
YEAR = EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), moment("2027-01-10 09:00"))


def indicator(measure: str, **changed: Any) -> Indicator:
    """Qingdao's; what only Qingpu has, Qingpu's."""
    entries = (*delivered_rulebooks()["qingdao-2021"].indicators, *delivered_rulebooks()["qingpu-2023-1"].indicators)
    return replace(next(one for one in entries if one.measure == measure), **changed)


def counted(world: World, entry: Indicator, span: EvaluationPeriod = YEAR, code: str = DISTRICT) -> tuple[int, int]:
    """(met, of) of one unit."""
    unit = world.unions[code]
    found = counts([unit], [entry], span)[unit.pk].get(entry.name, Rate())
    return found.met, found.of


def a_return(world: World, code: str = DISTRICT, due: datetime = DUE, **facts: Any) -> Return:
    """A return of a period of its own; not sent unless said otherwise."""
    unit, number = world.unions[code], Return.objects.count()
    given = {
        "rulebook": "qingdao-2021",
        "rule": "quarterly-summary",
        "period": f"P{number}",
        "receiver": unit.parent,
        "clause": "QD-5",
        "title": "季度欠薪情况汇总",
        "form": "qingdao-quarterly",
        "first": date(2026, 7, 1),
        "last": date(2026, 9, 30),
        "due_at": due,
        "explanation": "",
        "calendar_version": "x",
        "opened_at": AT,
        "changed_at": AT,
    } | facts
    return Return.objects.create(union=unit, path=unit.path, **given)


def a_term(world: World, code: str = DISTRICT, due: datetime | None = DUE, **facts: Any) -> Obligation:
    """A term of the unit's own work; open unless said otherwise."""
    unit, number = world.unions[code], Obligation.objects.count()
    given = {
        "subject": f"case:{900_000 + number}",
        "rulebook": "qingdao-2021",
        "rule": "report-discovered",
        "bearer": "区市工会",
        "clause": "QD-5",
        "title": "上报",
        "started_at": DUE - timedelta(days=7),
        "due_at": due,
        "clock_at": due,
        "calendar_version": "x",
        "explanation": "",
    } | facts
    return Obligation.objects.create(holder=unit, path=unit.path, **given)


def span(first: str, last: str, now: datetime | None = None) -> EvaluationPeriod:
    return EvaluationPeriod(date.fromisoformat(first), date.fromisoformat(last), now or timezone.now())


def closed(case: Case, on: date) -> Case:
    """As the door leaves it, on a day of our own."""
    case.closures.create(on=on, conclusion="paid", approved_by=case.filed_by, at=AT)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_on=on)
    case.refresh_from_db()
    return case
