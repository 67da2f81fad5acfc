"""What stands behind one figure: the cases, inspections or acts it was summed from, under the reader's own rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, Q, QuerySet, Sum, When, Window
from django.db.models import Value as Const
from django.db.models.functions import RowNumber
from django.urls import reverse

from arrears.cases.models import Act, ActKind, Case, LedgerEntry, State
from arrears.inspections.models import Inspection
from arrears.law.rules.rates import Rate
from arrears.law.scope import Scope
from reporting.forms.files import UNITS, Form, FormColumn, Stub
from reporting.forms.measures import MEASURES, Base, Measure, rows_of, total_of, value_of
from reporting.forms.table_rows import TableRows, rows_for
from reporting.forms.tabulate import Raw, one_moment, shown
from unions.models import User

PER_PAGE = 50


@dataclass(frozen=True)
class FigureRow:
    """One row behind a figure. `adds`: what it adds, raw; 0 for an employer already counted."""

    url: str
    title: str
    under: str
    on: date | None
    said: str
    adds: Raw


@dataclass(frozen=True)
class FigureRows:
    """`figure`: as in the table; `seen`: the part of it the reader may open; both raw, a share as its `Rate`. `count`: rows
    she may open.

    Behind a share stand the rows of its whole; those that are part of it add 1, the others 0.
    """

    form: Form
    stub: Stub
    column: FormColumn
    measure: Measure
    figure: Raw | Rate
    seen: Raw | Rate
    count: int
    parts: list[FigureRow]

    @property
    def whole(self) -> bool:
        return self.figure == self.seen

    def text(self, raw: Raw | Rate) -> str:
        """One of the two as the table shows it."""
        unit = self.column.unit
        return raw.text(UNITS[unit].places) if isinstance(raw, Rate) else f"{shown(raw, unit):,f}"


def behind(form: Form, stub: Stub, column: FormColumn, scope: Scope, user: User, start: int = 0) -> FigureRows:
    """The figure of `stub` and `column`, and fifty of its rows from `start` (0 is the first)."""
    measure = MEASURES[column.measure]
    scope = scope.counted_from(form.since)
    figure: Raw | Rate
    total: Raw | Rate
    with one_moment():
        here = _Here(stub, rows_for(form, scope), scope)
        counted = here.counted(measure)
        seen = counted.filter(_READABLE[measure.over](user))
        listed = _LISTED[measure.over](seen, measure)
        if measure.is_share:
            listed = listed.annotate(adds=_is_part(measure, scope))
            count, total = listed.count(), _share(here, measure, user)
            figure = _share(here, measure, None)
        else:
            count, total = _count_and_total(seen, listed, measure)
            figure = _total(counted, measure)
        return FigureRows(
            form,
            stub,
            column,
            measure,
            figure=figure,
            seen=total,
            count=count,
            parts=list(_SHOWN[measure.over](listed[start : start + PER_PAGE])),
        )


def behind_frozen(
    form: Form,
    stub: Stub,
    column: FormColumn,
    ids: Sequence[int],
    user: User,
    start: int = 0,
    gave: Mapping[int, Raw] | None = None,
) -> FigureRows:
    """The same of rows kept by id: those of a signed return. `gave`: what each gave then, where it may be edited since."""
    measure = MEASURES[column.measure]
    with one_moment():
        counted = _KEPT[measure.over].objects.filter(pk__in=ids).order_by()
        seen = counted.filter(_READABLE[measure.over](user))
        listed = _LISTED[measure.over](seen, measure)
        total: Raw = 0
        figure: Raw = 0
        if measure.is_share:
            listed = listed.annotate(adds=Const(0))
            count = listed.count()
        else:
            count, total = _count_and_total(seen, listed, measure)
            figure = _total(counted, measure)
        rows = list(listed[start : start + PER_PAGE])
    for row in rows if gave else ():
        row.adds = gave.get(row.pk, 0) if gave else 0
    return FigureRows(form, stub, column, measure, figure, total, count, list(_SHOWN[measure.over](rows)))


_KEPT: dict[Base, Any] = {Base.INSPECTIONS: Inspection, Base.CASES: Case, Base.ENTRIES: LedgerEntry, Base.ACTS: Act}


@dataclass(frozen=True)
class _Here:
    """One row of the table."""

    stub: Stub
    rows: TableRows
    scope: Scope

    def counted(self, measure: Measure) -> QuerySet[Any]:
        found = self.rows.keyed(rows_of(measure.over, self.scope), measure.over)
        return found.filter(measure.when(self.scope), row_key__in=self.rows.keys(self.stub))


def _total(rows: QuerySet[Any], measure: Measure) -> Raw:
    return rows.aggregate(total=total_of(measure, Q()))["total"] or 0


def _share(here: _Here, measure: Measure, user: User | None) -> Rate:
    """Of all rows, or of those the reader may open."""
    sums = []
    for one in (MEASURES[measure.part], MEASURES[measure.whole]):
        counted = here.counted(one)
        sums.append(int(_total(counted if user is None else counted.filter(_READABLE[one.over](user)), one)))
    return Rate(*sums)


def _is_part(measure: Measure, scope: Scope) -> Any:
    return Choose(When(MEASURES[measure.part].when(scope), then=1), default=0)


def _count_and_total(seen: QuerySet[Any], listed: QuerySet[Any], measure: Measure) -> tuple[int, Raw]:
    """How many rows are listed, and what they add up to; entries, grouped by case, in one pass for both."""
    if measure.over != Base.ENTRIES:
        return listed.count(), _total(seen, measure)
    found = listed.order_by().aggregate(count=Count("case_id"), total=Sum("adds"))
    return found["count"], found["total"] or 0


# ---- what the reader may open -----------------------------------------------------------------------------------

_READABLE: dict[Base, Callable[[User], Q]] = {
    Base.INSPECTIONS: lambda user: Q(pk__in=Inspection.objects.visible_to(user).values("pk")),
    Base.CASES: lambda user: Q(pk__in=Case.objects.visible_to(user).values("pk")),
    Base.ENTRIES: lambda user: Q(case__in=Case.objects.visible_to(user).values("pk")),
    Base.ACTS: lambda user: Q(case__in=Case.objects.visible_to(user).values("pk")),
}


# ---- in which order, and what each row adds -----------------------------------------------------------------------


def _numbered(rows: QuerySet[Any], measure: Measure) -> QuerySet[Any]:
    """Newest first; `nth` counts the rows of one employer (project, case): only the first of them adds."""
    if measure.distinct:
        nth = Window(RowNumber(), partition_by=[F(measure.distinct)], order_by=[F("on").desc(), F("id").desc()])
        rows = rows.annotate(nth=nth)
    return rows.order_by("-on", "-id")


def _inspections(rows: QuerySet[Any], measure: Measure) -> QuerySet[Any]:
    adds = {"adds": F(measure.adds)} if measure.adds else {}
    return _numbered(rows, measure).annotate(**adds).select_related("employer", "project", "union")


def _cases(rows: QuerySet[Any], measure: Measure) -> QuerySet[Any]:
    return rows.order_by("-accepted_on", "-id").select_related("employer")


def _entries(rows: QuerySet[Any], measure: Measure) -> QuerySet[Any]:
    """By case, the greatest first; cases whose entries cancel out add nothing and are left out."""
    by_case = rows.values("case_id").annotate(adds=Sum(value_of(measure))).exclude(adds=0)
    return by_case.order_by("-adds", "-case_id")


def _acts(rows: QuerySet[Any], measure: Measure) -> QuerySet[Any]:
    return _numbered(rows, measure).select_related("case__employer")


_LISTED: dict[Base, Callable[[QuerySet[Any], Measure], QuerySet[Any]]] = {
    Base.INSPECTIONS: _inspections,
    Base.CASES: _cases,
    Base.ENTRIES: _entries,
    Base.ACTS: _acts,
}


# ---- how each row is shown ------------------------------------------------------------------------------------------


def _first_counts(row: Any) -> Raw:
    return int(getattr(row, "nth", 1) == 1)


def _show_inspections(rows: Iterable[Any]) -> Iterator[FigureRow]:
    for row in rows:
        adds: Raw = row.adds if hasattr(row, "adds") else _first_counts(row)
        under = "，".join(filter(None, [row.project and row.project.name, row.union.name]))
        yield FigureRow(reverse("inspection", args=[row.pk]), row.employer.name, under, row.on, "检查", adds)


def _show_cases(rows: Iterable[Any]) -> Iterator[FigureRow]:
    for row in rows:
        said = State(row.state).label
        adds = getattr(row, "adds", 1)
        yield FigureRow(reverse("case", args=[row.pk]), row.employer.name, row.number, row.accepted_on, said, adds)


def _show_entries(rows: Iterable[Any]) -> Iterator[FigureRow]:
    # Named only now: grouping 200,000 cases by their names as well takes several times as long.
    sums = list(rows)
    cases = Case.objects.select_related("employer").in_bulk([row["case_id"] for row in sums])
    for row in sums:
        case = cases[row["case_id"]]
        url, said = case.section_url("ledger"), State(case.state).label
        yield FigureRow(url, case.employer.name, str(case), case.accepted_on, said, row["adds"])


def _show_acts(rows: Iterable[Any]) -> Iterator[FigureRow]:
    for row in rows:
        url, said = row.case.section_url("acts"), ActKind(row.kind).label
        yield FigureRow(url, row.case.employer.name, row.case.number, row.on, said, _first_counts(row))


_SHOWN: dict[Base, Callable[[Iterable[Any]], Iterator[FigureRow]]] = {
    Base.INSPECTIONS: _show_inspections,
    Base.CASES: _show_cases,
    Base.ENTRIES: _show_entries,
    Base.ACTS: _show_acts,
}
DAY_MEANS = {Base.INSPECTIONS: "检查日期", Base.CASES: "受理日期", Base.ENTRIES: "受理日期", Base.ACTS: "办理日期"}
