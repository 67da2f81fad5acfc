"""Where the sum of what was sent differs from the ledger as it is now, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

from arrears.cases.models import Act, LedgerEntry
from arrears.law.scope import Period, Scope
from reporting.forms.figures import Gathered, gather
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.measures import MEASURES, Base
from reporting.forms.tabulate import Raw
from reporting.returns.filling import FilledReturn, lines_of
from reporting.returns.models import Correction, FrozenFigure, ReturnVersion
from unions.models import Union

MOST_SHOWN = 200
Cases = dict[Base, dict[int, int]]


def live_scope(scope: Scope, day: date) -> Scope:
    """The same unit and period as the books say on `day`: what is dated later is not in it."""
    cut = max(scope.since, min(scope.until, day))
    return Scope(scope.union, Period(scope.since, scope.until, cut))


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


@dataclass(frozen=True)
class LedgerComparison:
    """A compiled table beside the books of the same units on `day`. A handful of queries, however many figures differ."""

    sent: FilledReturn
    day: date

    @cached_property
    def live(self) -> Gathered:
        return gather(self.sent.form, live_scope(self.sent.scope, self.day))

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
        """Every figure that differs; shares, which follow from others, are left out."""
        columns = self.sent.form.figure_columns
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
        columns = self.sent.form.figure_columns
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
        stub, column = self.sent.stubs[r], self.sent.form.figure_columns[c]
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
    return sorted(set(ids))[:MOST_SHOWN]


def _frozen(versions: list[ReturnVersion], measures: set[str]) -> dict[tuple[str, str], set[int]]:
    rows = FrozenFigure.objects.filter(version__in=[one.pk for one in versions], measure__in=measures)
    found: dict[tuple[str, str], set[int]] = {}
    for measure, row, ids in rows.values_list("measure", "row", "ids"):
        found.setdefault((measure, row), set()).update(ids)
    return found


def _cases_behind(form: Form, apart: dict[tuple[int, int], tuple[set[int], set[int]]]) -> Cases:
    """By what the rows are: row → its case. Inspections belong to none."""
    ids: dict[Base, set[int]] = {base: set() for base in Base}
    columns = form.figure_columns
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
    live = gather(sent.form, live_scope(sent.scope, day))
    there, then = {pk for pk, _ in live.rows}, {pk for pk, _ in sent.rows}
    return sorted(there - then)[:MOST_SHOWN], sorted(then - there)[:MOST_SHOWN]
