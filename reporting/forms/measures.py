"""The measures a form may name: what each counts, over which rows, under which condition.

A measure is data. `tabulate` sums many of them in one query per kind of row; `drilldown` opens the rows behind one
figure with the very same condition, so that a figure and what it opens cannot drift apart.
What the columns of the official tables count, and why: docs/decisions/006 and 007.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum

from arrears.cases.ledger import OWED, RESOLVED, signed
from arrears.cases.models import Act, ActKind, Case, EntryKind, Fund, LedgerEntry, State
from arrears.cases.models.act import LEGAL_SERVICES, Outcome
from arrears.inspections.models import Finding, Inspection
from arrears.law.rules.rates import Rate
from arrears.law.scope import Scope
from arrears.merging.models import Merger


class Base(StrEnum):
    """The rows a measure runs over."""

    INSPECTIONS = "inspections"
    CASES = "cases"
    ENTRIES = "entries"
    ACTS = "acts"


class MeasureSort(StrEnum):
    """What is measured; a column's unit must fit it. A share is a percentage."""

    THINGS = "things"
    PEOPLE = "people"
    MONEY = "money"
    SHARE = "share"


Condition = Callable[[Scope], Q]


@dataclass(frozen=True)
class Measure:
    """`adds` a field ("" counts rows), or counts the different values of `distinct`.

    A share is the measure `part` in percent of the measure `whole`, both over the rows of `over`: computed from their raw
    sums, never summed itself. `when` is the whole's.
    """

    name: str
    what: str  # Chinese, for the page behind the figure
    over: Base
    when: Condition
    sort: MeasureSort = MeasureSort.THINGS
    adds: str = ""
    distinct: str = ""
    part: str = ""
    whole: str = ""

    @property
    def additive(self) -> bool:
        """Whether rows of the table add up. Different employers do not (one may stand in two rows), nor do shares."""
        return not self.is_share and (not self.distinct or self.distinct == "case")

    @property
    def is_share(self) -> bool:
        return self.sort == MeasureSort.SHARE


# ---- the rows ---------------------------------------------------------------------------------------------------


def of_case(base: Base) -> str:
    """What leads from a row of `base` to the row that carries unit and place: "" or "case__"."""
    return "" if base in (Base.INSPECTIONS, Base.CASES) else "case__"


def rows_of(base: Base, scope: Scope) -> QuerySet[Any]:
    """Every row of `base` on the books of the scope's unit that is known on its last day."""
    return _ROWS[base](scope)


def _inspections(scope: Scope) -> QuerySet[Inspection]:
    return Inspection.objects.filter(scope.standing(), on__range=(scope.since, scope.last)).order_by()


def _cases(scope: Scope) -> QuerySet[Case]:
    cases = (
        Case.objects.filter(scope.standing())
        .filter(accepted_on__lte=scope.last)
        .exclude(state=State.DRAFT)
        .exclude(pk__in=Merger.objects.duplicates_on(scope.last))
    )
    return _with_closures(cases, scope, "").order_by()


def _entries(scope: Scope) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.filter(scope.standing("case__"), on__lte=scope.last)
    return _with_closures(entries, scope, "case__").order_by()


def _acts(scope: Scope) -> QuerySet[Act]:
    return Act.objects.filter(scope.standing("case__"), on__range=(scope.since, scope.last)).order_by()


_ROWS: dict[Base, Callable[[Scope], QuerySet[Any]]] = {
    Base.INSPECTIONS: _inspections,
    Base.CASES: _cases,
    Base.ENTRIES: _entries,
    Base.ACTS: _acts,
}


def _with_closures(rows: QuerySet[Any], scope: Scope, prefix: str) -> QuerySet[Any]:
    """`shut`: the closure in force on the last day. Closures of one case never overlap, so it is at most one row."""
    closures, on, reopened = (f"{prefix}closures", f"{prefix}closures__on", f"{prefix}closures__reopened_on")
    still = Q(**{f"{reopened}__isnull": True}) | Q(**{f"{reopened}__gt": scope.last})
    return rows.annotate(shut=FilteredRelation(closures, condition=still & Q(**{f"{on}__lte": scope.last})))


# ---- conditions -------------------------------------------------------------------------------------------------


def every(scope: Scope) -> Q:
    return Q()


def _last_visit(scope: Scope) -> Q:
    """Only the last visit to an employer (and project) in the window: people are not counted once per visit."""
    newest = (
        _inspections(scope).order_by("employer", "project", "-on", "-id").distinct("employer", "project").values("pk")
    )
    return Q(pk__in=newest)


def _accepted(scope: Scope) -> Q:
    return Q(accepted_on__gte=scope.since)


def _grave(scope: Scope) -> Q:
    return _accepted(scope) & (Q(extreme=True) | Q(mass=True))


def _verified(scope: Scope, case: str = "") -> Q:
    """Found true by the last day and not already over when the period began (SD-1: stock counts too)."""
    known = Q(**{f"{case}verified_on__lte": scope.last, f"{case}accepted_on__lte": scope.last})
    return known & (Q(shut__isnull=True) | Q(shut__on__gte=scope.since))


def _new(scope: Scope, case: str = "") -> Q:
    """Found true within the period: so every case is new in exactly one week, clue or not before."""
    within = (scope.since, scope.last)
    return Q(**{f"{case}verified_on__range": within, f"{case}accepted_on__lte": scope.last})


def _closed(scope: Scope) -> Q:
    return _verified(scope) & Q(shut__isnull=False)


def _unclosed(scope: Scope) -> Q:
    return _verified(scope) & Q(shut__isnull=True)


def _owed(scope: Scope) -> Q:
    return _verified(scope, "case__") & Q(counts_as__in=OWED)


def _newly_owed(scope: Scope) -> Q:
    return _new(scope, "case__") & Q(counts_as__in=OWED)


def _outstanding(scope: Scope) -> Q:
    return _verified(scope, "case__") & Q(shut__isnull=True)


def _resolved(scope: Scope) -> Q:
    return Q(counts_as__in=RESOLVED, on__gte=scope.since)


def _advanced_by(fund: Fund) -> Condition:
    return lambda scope: Q(counts_as=EntryKind.ADVANCED, fund=fund, on__gte=scope.since)


def _act(kind: ActKind) -> Condition:
    """Acts of a kind, but for those whose decision was revoked by the day the table is as of (SD-2.3b)."""
    stands = Q(sanction__voided_on=None)
    return lambda scope: Q(kind=kind) & (stands | Q(sanction__voided_on__gt=scope.as_of))


def _mediated(scope: Scope) -> Q:
    """Mediation or arbitration brought to an end, or legal aid given."""
    counted_elsewhere = Q(case__in=Merger.objects.duplicates_on(scope.last))
    ended = Q(kind__in=[ActKind.MEDIATION, ActKind.ARBITRATION], outcome__in=[Outcome.DONE, Outcome.AGREED])
    return (ended | Q(kind__in=LEGAL_SERVICES)) & ~counted_elsewhere


def _with_findings(scope: Scope) -> Q:
    return Q(Exists(Finding.objects.filter(inspection=OuterRef("pk"))))


def _key_target(scope: Scope) -> Q:
    """YK-1.2: complained about or found unpaid before the visit, by the books of the same unit."""
    before = Case.objects.filter(scope.standing(), employer=OuterRef("employer"), accepted_on__lte=OuterRef("on"))
    return Q(Exists(before.exclude(state__in=[State.DRAFT, State.DISMISSED])))


def _after_inspection(scope: Scope) -> Q:
    """Accepted in the period, on the day its employer had been inspected or after."""
    visits = _inspections(scope).filter(employer=OuterRef("employer"), on__lte=OuterRef("accepted_on"))
    return _accepted(scope) & Q(Exists(visits))


def _to_date(when: Condition) -> Condition:
    """The same from the day the form counts from. Only for cases and entries, whose rows reach back that far."""
    return lambda scope: when(scope.to_date())


# ---- the library ------------------------------------------------------------------------------------------------

_I, _C, _E, _A = Base.INSPECTIONS, Base.CASES, Base.ENTRIES, Base.ACTS
_PEOPLE, _MONEY = MeasureSort.PEOPLE, MeasureSort.MONEY
_ALL_VERIFIED, _ALL_CLOSED = _to_date(_verified), _to_date(_closed)
_ALL_OWED, _ALL_RESOLVED = _to_date(_owed), _to_date(_resolved)

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "employers_inspected", "期内检查过的用人单位，同一单位多次检查只计一户", _I, every, distinct="employer"
        ),
        Measure(
            "projects_inspected",
            "期内检查过的工程项目，同一项目多次检查只计一个",
            _I,
            lambda scope: Q(project__isnull=False),
            distinct="project",
        ),
        Measure(
            "workers_inspected",
            "所检查用人单位（项目）的职工，多次检查的以最后一次为准",
            _I,
            _last_visit,
            _PEOPLE,
            "workers",
        ),
        Measure(
            "migrants_inspected",
            "所检查用人单位（项目）的农民工，多次检查的以最后一次为准",
            _I,
            _last_visit,
            _PEOPLE,
            "migrants",
        ),
        Measure("clues_accepted", "期内受理的线索和案件，含后来查明不属欠薪的", _C, _accepted),
        Measure("grave_events", "期内受理的极端讨薪和群体性事件", _C, _grave),
        Measure("cases_verified", "截至日已查实、统计期间开始时尚未办结的案件", _C, _verified),
        Measure("cases_closed", "上述案件中截至日已办结的", _C, _closed),
        Measure("cases_unclosed", "上述案件中截至日未办结的", _C, _unclosed),
        Measure("workers_owed", "已查实案件认定（含调整）的欠薪人数", _E, _owed, _PEOPLE, "workers"),
        Measure("amount_owed", "已查实案件认定（含调整）的欠薪金额", _E, _owed, _MONEY, "amount"),
        Measure("workers_resolved", "期内清偿和垫付所解决的人数", _E, _resolved, _PEOPLE, "workers"),
        Measure("amount_resolved", "期内清偿和垫付的金额", _E, _resolved, _MONEY, "amount"),
        Measure("workers_outstanding", "未办结案件截至日尚未解决的人数", _E, _outstanding, _PEOPLE, "left_workers"),
        Measure("amount_outstanding", "未办结案件截至日尚未解决的金额", _E, _outstanding, _MONEY, "left_amount"),
        Measure("deposit_advanced", "期内动用工资保证金垫付的金额", _E, _advanced_by(Fund.DEPOSIT), _MONEY, "amount"),
        Measure(
            "emergency_advanced", "期内动用应急周转金垫付的金额", _E, _advanced_by(Fund.EMERGENCY), _MONEY, "amount"
        ),
        Measure("penalties", "期内作出的行政处理处罚", _A, _act(ActKind.PENALTY)),
        Measure("police_transfers", "期内移送公安机关", _A, _act(ActKind.POLICE)),
        Measure(
            "employers_listed",
            "期内列入失信联合惩戒名单的用人单位",
            _A,
            _act(ActKind.LISTING),
            distinct="case__employer",
        ),
        Measure("cases_mediated", "期内调解、仲裁结案或提供法律援助的案件", _A, _mediated, distinct="case"),
        Measure("cases_new", "查实日期在期内的案件", _C, _new),
        Measure("workers_new", "期内查实案件认定（含调整）的欠薪人数", _E, _newly_owed, _PEOPLE, "workers"),
        Measure("amount_new", "期内查实案件认定（含调整）的欠薪金额", _E, _newly_owed, _MONEY, "amount"),
        Measure("cases_verified_to_date", "专项行动以来查实的案件，含开始时尚未办结的", _C, _ALL_VERIFIED),
        Measure("cases_closed_to_date", "上述案件中专项行动以来已办结的", _C, _ALL_CLOSED),
        Measure(
            "closing_rate",
            "专项行动以来查实的案件中已办结的占比，未查实的线索不计；没有查实案件的为“—”，不足 5 件的列件数，都不排名次",
            _C,
            _ALL_VERIFIED,
            MeasureSort.SHARE,
            part="cases_closed_to_date",
            whole="cases_verified_to_date",
        ),
        Measure(
            "workers_owed_to_date", "专项行动以来查实案件认定（含调整）的欠薪人数", _E, _ALL_OWED, _PEOPLE, "workers"
        ),
        Measure("amount_owed_to_date", "专项行动以来查实案件认定（含调整）的欠薪金额", _E, _ALL_OWED, _MONEY, "amount"),
        Measure(
            "workers_resolved_to_date", "专项行动以来清偿和垫付所解决的人数", _E, _ALL_RESOLVED, _PEOPLE, "workers"
        ),
        Measure("amount_resolved_to_date", "专项行动以来清偿和垫付的金额", _E, _ALL_RESOLVED, _MONEY, "amount"),
        Measure("inspections_made", "期内的检查，一次检查计一次", _I, every),
        Measure("inspections_with_findings", "期内检查中发现问题、已列出整改事项的", _I, _with_findings),
        Measure(
            "key_employers_inspected",
            "期内检查过的用人单位中，检查之前已有欠薪线索或案件的",
            _I,
            _key_target,
            distinct="employer",
        ),
        Measure(
            "cases_after_inspection", "期内受理、其用人单位在期内受理之前已检查过的线索和案件", _C, _after_inspection
        ),
    )
}

# Fields an entry gives beside its own: what is owed counts up, what is settled or untrue counts down.
SIGNED = {"left_workers": "workers", "left_amount": "amount"}


def share(part: int | Decimal, whole: int | Decimal) -> Decimal:
    """`part` in percent of `whole`, to four places, for adding up and storing; 0 over nothing. People read its `Rate`."""
    return Rate(int(part), int(whole)).percent(4) or Decimal(0)


def with_parts(measures: Iterable[Measure]) -> list[Measure]:
    """The measures to sum so that all of `measures` can be told: those that are no shares, and the parts of those that are."""
    found: dict[str, Measure] = {}
    for measure in measures:
        names = (measure.part, measure.whole) if measure.is_share else (measure.name,)
        found |= {name: MEASURES[name] for name in names}
    return list(found.values())


def total_of(measure: Measure, condition: Q) -> Any:
    """The measure as an aggregate over its rows, limited to `condition`. NULL over no rows. Not for shares."""
    only = condition or None
    if measure.distinct:
        return Count(measure.distinct, filter=only, distinct=True)
    if not measure.adds:
        return Count("pk", filter=only)
    return Sum(value_of(measure), filter=only)


def value_of(measure: Measure) -> Any:
    """What one row adds to the measure."""
    field = SIGNED.get(measure.adds)
    return signed(field) if field else F(measure.adds)
