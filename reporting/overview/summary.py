"""The figures of a period beside those of the same days of last year and of the period before: three spans, three statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from arrears.cases import ledger
from arrears.cases.ledger import OWED, RESOLVED
from arrears.cases.models import Case, LedgerEntry
from arrears.law.rules.rates import NOTHING
from arrears.law.scope import Period
from reporting.analysis import closings, entries_left_on, left_on, one_before
from reporting.boards.columns import COLUMNS, EVERYTHING, BoardColumn, CellKind
from reporting.boards.comparison import ComparedCell, Number
from reporting.boards.counts import count_of
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import year_before_of
from unions.common import formats
from unions.models import Union

RATES = ("closing-rate", "confirmed-rate", "returns-rate", "terms-rate")
# Of entries (dated in the period) and of what was left on its last day; the others are columns of the comparison.
OWN = {
    one.name: one
    for one in (
        BoardColumn("owed-workers", "认定人数", "人", CellKind.PEOPLE, "期内入账的认定、调整的人数。"),
        BoardColumn("owed-amount", "认定金额", "万元", CellKind.MONEY, "期内入账的认定、调整的金额。"),
        BoardColumn("paid-workers", "清偿和垫付人数", "人", CellKind.PEOPLE, "期内入账的清偿、垫付的人数。", "low"),
        BoardColumn("paid-amount", "清偿和垫付金额", "万元", CellKind.MONEY, "期内入账的清偿、垫付的金额。", "low"),
        BoardColumn(
            "left-cases",
            "期末未结案件",
            "件",
            CellKind.COUNT,
            "期末已受理而没有办结的案件，含未查实的线索；以现在所知回溯，后来并案和查明不属欠薪的不计。",
            "high",
        ),
        BoardColumn(
            "left-workers",
            "期末未解决人数",
            "人",
            CellKind.PEOPLE,
            "期末未结案件到期末的认定、调整减清偿、垫付、不属实的人数。",
            "high",
        ),
        BoardColumn(
            "left-amount",
            "期末未解决金额",
            "万元",
            CellKind.MONEY,
            "期末未结案件到期末的认定、调整减清偿、垫付、不属实的金额。",
            "high",
        ),
    )
}
SUMMARY: dict[str, BoardColumn] = {
    name: OWN.get(name) or COLUMNS[name]
    for name in (
        "left-cases",
        "left-workers",
        "left-amount",
        "new",
        "closed",
        "owed-workers",
        "owed-amount",
        "paid-workers",
        "paid-amount",
        *RATES,
    )
}


@dataclass(frozen=True)
class Spans:
    """`before` None: the period before is the same of last year."""

    now: EvaluationPeriod
    year_ago: EvaluationPeriod
    before: EvaluationPeriod | None

    def named(self) -> Iterator[tuple[str, EvaluationPeriod]]:
        yield "now", self.now
        yield "year_ago", self.year_ago
        if self.before:
            yield "before", self.before


def spans_of(span: EvaluationPeriod) -> Spans:
    """What `span` is compared with, each as far as `span` itself is known."""
    before = one_before(span.since, span.last, Period(span.since, span.until, span.last).rhythm)
    return Spans(
        EvaluationPeriod(span.since, span.last, span.now),
        year_before_of(span),
        EvaluationPeriod(*before, span.now) if before else None,
    )


@dataclass(frozen=True)
class SummaryLine:
    """One measure over the spans. `before` None where the spans have none."""

    column: BoardColumn
    now: ComparedCell
    year_ago: ComparedCell
    before: ComparedCell | None


@dataclass(frozen=True)
class Summary:
    """By the name of the span, then of the measure."""

    cells: dict[str, dict[str, ComparedCell]] = field(default_factory=dict)

    def lines(self) -> list[SummaryLine]:
        before = self.cells.get("before", {})
        return [
            SummaryLine(column, self.cells["now"][name], self.cells["year_ago"][name], before.get(name))
            for name, column in SUMMARY.items()
        ]

    def value(self, name: str, span: str = "now") -> Number:
        return self.cells[span][name].top or 0


# ---- counting ---------------------------------------------------------------------------------------------------------


def summary(union: Union, spans: Spans) -> Summary:
    """All measures of all spans. Three statements, whatever the number of units and cases."""
    found = _counted(union, spans) | _booked(union, spans) | _left(union, spans)
    return Summary({name: {key: _cell(found, name, key) for key in SUMMARY} for name, _ in spans.named()})


def _cell(found: Mapping[str, Number], span: str, name: str) -> ComparedCell:
    key = _key(span, name)
    return ComparedCell(SUMMARY[name], found[key], int(found.get(f"{key}_of", 0)))


def _key(span: str, name: str) -> str:
    return f"{span}_{name}".replace("-", "_")


def _counted(union: Union, spans: Spans) -> dict[str, Number]:
    """Counts and rates: one statement of one count each."""
    counts: dict[str, Any] = {}
    for span, days in spans.named():
        for name in RATES:
            source = COLUMNS[name].source
            assert source is not None
            rows = source.rows(EVERYTHING, days).filter(**{f"{source.path}__startswith": union.path})
            counts[_key(span, name)] = count_of(rows.filter(source.met(EVERYTHING, days)))
            counts[f"{_key(span, name)}_of"] = count_of(rows)
            if name == "closing-rate":
                counts[_key(span, "new")] = count_of(rows)
        left = Case.objects.filter(left_on(days.last), path__startswith=union.path)
        counts[_key(span, "left-cases")] = count_of(left)
        shut = closings(days.since, days.last).filter(case__path__startswith=union.path)
        counts[_key(span, "closed")] = count_of(shut)
    return dict(Union.objects.filter(pk=union.pk).annotate(**counts).values(*counts).get())


def _booked(union: Union, spans: Spans) -> dict[str, Number]:
    """What was entered in each span: one pass over the entries of all of them."""
    sums: dict[str, Any] = {}
    within = Q()
    for span, days in spans.named():
        here = Q(on__range=(days.since, days.last))
        within |= here
        for what, kinds in (("owed", OWED), ("paid", RESOLVED)):
            for number, nothing in (("workers", 0), ("amount", Decimal(0))):
                said = Sum(number, filter=here & Q(counts_as__in=kinds))
                sums[_key(span, f"{what}-{number}")] = Coalesce(said, nothing)
    return LedgerEntry.objects.filter(within, case__path__startswith=union.path).aggregate(**sums)


def _left(union: Union, spans: Spans) -> dict[str, Number]:
    """People and money left at the end of each span: one pass over the entries."""
    sums: dict[str, Any] = {}
    anywhere = Q()
    for span, days in spans.named():
        of_entries = entries_left_on(days.last)
        anywhere |= of_entries
        for number, nothing in (("workers", 0), ("amount", Decimal(0))):
            said = Sum(ledger.signed(number), filter=of_entries)
            sums[_key(span, f"left-{number}")] = Coalesce(said, nothing)
    return LedgerEntry.objects.filter(anywhere, case__path__startswith=union.path).aggregate(**sums)


# ---- words ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """How a figure differs from another: `words` with the direction; `tone` good, bad or neither; `icon` an arrow."""

    words: str
    tone: str = ""
    icon: str = ""


def change(now: ComparedCell, then: ComparedCell) -> Change:
    """增加 3 件（12.5%）; of rates 上升 2.10 个百分点; “—” where one of them cannot be compared."""
    if not (now.ranks and then.ranks) or now.value is None or then.value is None:
        return Change(NOTHING)
    by = Decimal(now.value) - Decimal(then.value)
    if not by:
        return Change("持平")
    up = by > 0
    tone = "" if not now.column.worse else "bad" if up == (now.column.worse == "high") else "good"
    icon = "arrow-up" if up else "arrow-down"
    if now.column.is_rate:
        return Change(f"{'上升' if up else '下降'} {abs(by):.2f} 个百分点", tone, icon)
    size = formats.wan(abs(by)) if now.column.kind == CellKind.MONEY else formats.people(int(abs(by)))
    share = _share(by, then.value)
    return Change(f"{'增加' if up else '减少'} {size} {now.column.unit}{share}", tone, icon)


def _share(by: Decimal, of: Number) -> str:
    if of <= 0:
        return ""
    share = (100 * abs(by) / Decimal(of)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"（{share:,}%）"
