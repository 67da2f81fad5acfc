"""Adding up what came in: who sent, who is late, what the sum says, and where it differs from the books as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from arrears.cases.models import Act, LedgerEntry
from arrears.law.scope import Period, Scope
from reporting.forms.figures import Gathered, gather
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.measures import MEASURES, Base
from reporting.forms.tabulate import Raw
from reporting.returns.filling import FilledReturn, compiled, figures, form_of, lines_of, stored_lines
from reporting.returns.models import NOT_SENT, SAYS_ZERO, Correction, FrozenFigure, Return, ReturnStage, ReturnVersion
from unions.models import Union

SHOWN_CASES = 200


@dataclass(frozen=True)
class Collected:
    """One entry of a rulebook and period, as the receiving unit sees it. `rows`: every return expected, by unit code."""

    rulebook: str
    rule: str
    period: str
    receiver: Union
    rows: list[Return]
    now: datetime

    @property
    def one(self) -> Return:
        return self.rows[0]

    @property
    def expected(self) -> list[Return]:
        return [row for row in self.rows if row.stage != ReturnStage.WAIVED]

    @property
    def received(self) -> list[Return]:
        return [row for row in self.rows if row.stage == ReturnStage.RECEIVED]

    @property
    def to_receive(self) -> list[Return]:
        return [row for row in self.rows if row.stage == ReturnStage.SUBMITTED]

    @property
    def on_time(self) -> list[Return]:
        return [row for row in self.rows if row.submitted_at and not row.late()]

    @property
    def late(self) -> list[Return]:
        return [row for row in self.rows if row.late()]

    @property
    def zeros(self) -> list[Return]:
        return [row for row in self.rows if row.says_zero]

    @property
    def contradicted(self) -> list[Return]:
        return [row for row in self.rows if row.contradicted_at]

    @property
    def missing(self) -> list[Return]:
        return [row for row in self.rows if row.missing(self.now)]

    @property
    def waiting(self) -> list[Return]:
        """Not sent, not yet due."""
        return [row for row in self.rows if row.expects_something and not row.missing(self.now)]


PEOPLE = ("signed_by", "signed_for", "approved_by", "approved_for")


def collected(receiver: Union, rulebook: str, rule: str, period: str, now: datetime) -> Collected | None:
    """What `receiver` collects; None where nothing was ever expected."""
    rows = list(
        Return.objects.of_period(rulebook, rule, period)
        .filter(receiver=receiver)
        .select_related("union", "receiver", *(f"current__{name}" for name in PEOPLE))
        .order_by("union__code")
    )
    return Collected(rulebook, rule, period, receiver, rows, now) if rows else None


def collections(returns: QuerySet[Return], now: datetime) -> QuerySet[Return, Any]:
    """One row (a dict) per receiver, entry and period of `returns`, the newest first.

    rulebook, rule, period, receiver, receiver__code, receiver__name; title, clause, due_at, first, last; and how many were
    expected, received, to_receive, late, missing, waiting, zeros, contradicted.
    """
    of = {
        "expected": ~Q(stage=ReturnStage.WAIVED),
        "received": Q(stage=ReturnStage.RECEIVED),
        "to_receive": Q(stage=ReturnStage.SUBMITTED),
        "late": Q(submitted_at__gte=F("due_at") + timedelta(seconds=1)),
        "zeros": SAYS_ZERO,
        "missing": NOT_SENT & Q(due_at__lt=now.replace(microsecond=0)),
        "waiting": NOT_SENT & Q(due_at__gte=now.replace(microsecond=0)),
        "contradicted": Q(contradicted_at__isnull=False),
    }
    return (
        returns.filter(receiver__isnull=False, compiles=False)
        .order_by()
        .values("rulebook", "rule", "period", "receiver", "receiver__code", "receiver__name")
        .annotate(
            title=Max("title"),
            clause=Max("clause"),
            due=Max("due_at"),
            begins=Min("first"),
            ends=Max("last"),
            **{name: Count("pk", filter=which) for name, which in of.items()},
        )
        .order_by("-due", "rulebook", "rule", "period", "receiver__code")
    )


def received_below(found: Collected) -> dict[int, tuple[int, int]]:
    """Of the units that collect the same entry and period themselves: how many returns they received, of how many."""
    rows = Return.objects.of_period(found.rulebook, found.rule, found.period).filter(
        receiver__in=[row.union_id for row in found.rows]
    )
    counts = (
        rows.order_by()
        .values("receiver")
        .annotate(
            done=Count("pk", filter=Q(stage=ReturnStage.RECEIVED)), of=Count("pk", filter=~Q(stage=ReturnStage.WAIVED))
        )
    )
    return {one["receiver"]: (one["done"], one["of"]) for one in counts}


def versions_of(found: Collected) -> list[ReturnVersion]:
    """The versions that stand: approved and not sent back."""
    return [_of_its_report(row.current, row) for row in found.rows if row.current]


def _of_its_report(version: ReturnVersion, row: Return) -> ReturnVersion:
    version.report = row
    return version


def summed(found: Collected) -> FilledReturn:
    """The sum of the versions that stand, in the edition of the form the period has. Versions signed in another edition of the
    form (a layout replaced within the period) cannot be added up and are left out; `unfit` names them."""
    form = form_of(found.one)
    fitting = [version for version in versions_of(found) if version.form_digest == form.digest]
    return compiled(form, scope_of_all(found), fitting)


def unfit(found: Collected) -> list[ReturnVersion]:
    digest = form_of(found.one).digest
    return [version for version in versions_of(found) if version.form_digest != digest]


def scope_of_all(found: Collected) -> Scope:
    one = found.one
    return Scope(found.receiver, Period(one.first, one.last, one.last))


def books_scope(scope: Scope, day: date) -> Scope:
    """The same unit and period as the books say on `day`: what is dated later is not in it."""
    cut = max(scope.since, min(scope.until, day))
    return Scope(scope.union, Period(scope.since, scope.until, cut))


# ---- sent on ------------------------------------------------------------------------------------------------------------


def sent_on(found: Collected) -> Return | None:
    """The receiver's own return of the entry and period, added up from these; None where nothing is sent on."""
    rows = Return.objects.of_period(found.rulebook, found.rule, found.period)
    people = (f"current__{name}" for name in PEOPLE)
    return rows.filter(union=found.receiver, compiles=True).select_related("union", "receiver", *people).first()


@dataclass(frozen=True)
class OutdatedUnit:
    """A unit whose figures the compilation does not have as they stand now. `compiled`: the number of the version it took,
    `stands`: of the one that stands; None: none."""

    report: Return
    compiled: int | None
    stands: int | None


def behind(version: ReturnVersion, found: Collected) -> list[OutdatedUnit]:
    """By which units the compilation `version` is behind what they have sent since it was signed. One query."""
    taken = dict(ReturnVersion.objects.filter(pk__in=version.sources).order_by().values_list("report_id", "number"))
    left_out = {one.report_id for one in unfit(found)}
    stands = {row.pk: row.current.number if row.current else None for row in found.rows}
    return [
        OutdatedUnit(row, taken.get(row.pk), stands[row.pk])
        for row in found.rows
        if taken.get(row.pk) != stands[row.pk] and row.pk not in left_out
    ]


# ---- against the books -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FigureGap:
    """One figure in which what was sent and the books differ; `row` and `place` count from 0, rows of the table and columns of
    figures. Raw values.

    `added`, `gone`: the cases whose rows make the difference (in the books and in no return; the reverse), at most 200;
    `visits_added`, `visits_gone`: inspections likewise. `by_hand`: units that corrected a part of this figure by hand.
    """

    row: int
    place: int
    stub: Stub
    column: FormColumn
    sent: Raw
    live: Raw
    added: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    visits_added: list[int] = field(default_factory=list)
    visits_gone: list[int] = field(default_factory=list)
    by_hand: list[Union] = field(default_factory=list)

    @property
    def by(self) -> Raw:
        return self.live - self.sent


def gaps(sent: FilledReturn, day: date) -> list[FigureGap]:
    """Where the sum of a table's returns and the live books of the same units differ, figure by figure."""
    if sent.form.is_list:
        return []
    return Comparison(sent, day).gaps()


@dataclass(frozen=True)
class Comparison:
    """A compiled table beside the books of the same units on `day`. A handful of queries, however many figures differ."""

    sent: FilledReturn
    day: date

    @cached_property
    def live(self) -> Gathered:
        return gather(self.sent.form, books_scope(self.sent.scope, self.day))

    @cached_property
    def now(self) -> list[list[Raw]]:
        return lines_of(self.live)

    def differences(self) -> list[list[Raw]]:
        """Of every figure, how much more the books say."""
        return [
            [now - then for now, then in zip(*pair, strict=True)]
            for pair in zip(self.now, self.sent.lines, strict=True)
        ]

    def gaps(self) -> list[FigureGap]:
        columns = figures(self.sent.form)
        places = [
            (r, c)
            for r, line in enumerate(self.differences())
            for c, by in enumerate(line)
            if by and not MEASURES[columns[c].measure].is_share
        ]
        apart = self._apart(places)
        cases = _cases_behind(self.sent.form, apart)
        return [self._gap(place, apart[place], cases) for place in places]

    def _apart(self, places: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[set[int], set[int]]]:
        """Rows of the books behind each figure: those only the books have, those only the returns have."""
        columns = figures(self.sent.form)
        frozen = _frozen(self.sent.sources, {columns[c].measure for _, c in places})
        found = {}
        for r, c in places:
            measure, stub = columns[c].measure, self.sent.stubs[r]
            there = set(self.live.ids_of(measure, stub))
            then = set(chain.from_iterable(frozen.get((measure, kind), ()) for kind in stub.takes))
            found[r, c] = (there - then, then - there)
        return found

    def _gap(self, place: tuple[int, int], apart: tuple[set[int], set[int]], cases: Cases) -> FigureGap:
        r, c = place
        stub, column = self.sent.stubs[r], figures(self.sent.form)[c]
        over = MEASURES[column.measure].over
        added, gone = ([cases[over][pk] for pk in ids if pk in cases[over]] for ids in apart)
        more, fewer = apart if over == Base.INSPECTIONS else (set(), set())
        return FigureGap(
            r,
            c,
            stub,
            column,
            self.sent.lines[r][c],
            self.now[r][c],
            _first(added),
            _first(gone),
            _first(more),
            _first(fewer),
            self._by_hand(stub, c),
        )

    def _by_hand(self, stub: Stub, place: int) -> list[Union]:
        return [
            one.version.report.union
            for one in self._corrections
            if one.version and one.column == place and self.sent.form.rows[one.row].takes <= stub.takes
        ]

    @cached_property
    def _corrections(self) -> list[Correction]:
        rows = Correction.objects.filter(version__in=[version.pk for version in self.sent.sources])
        return list(rows.select_related("version__report__union"))


def _first(ids: Iterable[int]) -> list[int]:
    return sorted(set(ids))[:SHOWN_CASES]


Cases = dict[Base, dict[int, int]]


def _frozen(versions: list[ReturnVersion], measures: set[str]) -> dict[tuple[str, str], set[int]]:
    rows = FrozenFigure.objects.filter(version__in=[one.pk for one in versions], measure__in=measures)
    found: dict[tuple[str, str], set[int]] = {}
    for measure, row, ids in rows.values_list("measure", "row", "ids"):
        found.setdefault((measure, row), set()).update(ids)
    return found


def _cases_behind(form: Form, apart: dict[tuple[int, int], tuple[set[int], set[int]]]) -> Cases:
    """By what the rows are: row → its case. Inspections belong to none."""
    ids: dict[Base, set[int]] = {base: set() for base in Base}
    columns = figures(form)
    for (_, c), (added, gone) in apart.items():
        ids[MEASURES[columns[c].measure].over] |= added | gone
    entries = LedgerEntry.objects.filter(pk__in=ids[Base.ENTRIES]).order_by()
    acts = Act.objects.filter(pk__in=ids[Base.ACTS]).order_by()
    return {
        Base.INSPECTIONS: {},
        Base.CASES: {pk: pk for pk in ids[Base.CASES]},
        Base.ENTRIES: dict(entries.values_list("pk", "case_id")) if ids[Base.ENTRIES] else {},
        Base.ACTS: dict(acts.values_list("pk", "case_id")) if ids[Base.ACTS] else {},
    }


def listed_gaps(sent: FilledReturn, day: date) -> tuple[list[int], list[int]]:
    """Of a list: cases in the books and in no return, and cases in a return and not in the books."""
    live = gather(sent.form, books_scope(sent.scope, day))
    there, then = {pk for pk, _ in live.rows}, {pk for pk, _ in sent.rows}
    return sorted(there - then)[:SHOWN_CASES], sorted(then - there)[:SHOWN_CASES]


def behind_cell(
    versions: Iterable[ReturnVersion], form: Form, row: int, column: int
) -> list[tuple[ReturnVersion, Raw]]:
    """What each version gave to one figure of the sum, the greatest first: the first step down from the compilation."""
    gave = [(version, stored_lines(version)[row][column]) for version in versions if version.form_digest == form.digest]
    return sorted(gave, key=lambda one: one[1], reverse=True)
