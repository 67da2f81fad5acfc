"""What is looked at before a return is signed (审核): what cannot be true, and what wants a word of explanation.

What a form compares, and its bounds, are data of the form (`[[checks]]`, docs/forms.md). Rows that do not add up, figures by hand,
lateness, zeros against the ledger and units not yet in the sum are looked at in every return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from reporting.forms.files import UNITS, Form, FormCheck, FormColumn, parts_of
from reporting.forms.listing import SOURCES
from reporting.forms.measures import MEASURES
from reporting.forms.table_rows import link_key
from reporting.forms.tabulate import Raw, shown
from reporting.returns import zero_reports
from reporting.returns.filling import FilledReturn, draft_corrections, stored_lines
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.versions import form_of_version, stubs_of
from unions.common.formats import elapsed, moment

MOST_NAMED = 5
SAME_TIME = timedelta(days=7)  # the same period of last year begins within so many days of this one's day


@dataclass(frozen=True)
class Remark:
    """One sentence about a return. `bars`: it cannot be signed so; `asks`: whoever signs says why it is so.

    `row`, `column`: the figure it is about, as links name it; `of`, `pk`: or the row of a list ("case", "employer").
    """

    text: str
    bars: bool = False
    asks: bool = True
    row: str = ""
    column: str = ""
    of: str = ""
    pk: int = 0

    def stored(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value not in ("", 0)}

    def url(self, report: Return, version: ReturnVersion | None) -> str:
        """What it is about; empty where it is about the whole."""
        if self.of:
            return reverse(self.of, args=[self.pk])
        if not self.column:
            return ""
        where = ({"version": str(version.number)} if version else {}) | {"row": self.row, "column": self.column}
        return f"{reverse('return-cell', args=[report.pk])}?{urlencode(where)}"


@dataclass(frozen=True)
class Checked:
    """What was to be said of a return, and why it is signed all the same."""

    remarks: list[Remark]
    explanation: str


@dataclass(frozen=True)
class CheckedRow:
    """A row of a return with its raw figures by measure (a list's: by value)."""

    name: str
    figures: dict[str, Raw]
    place: dict[str, Any]  # as `Remark` names it
    whole: bool = False


def remarks_on(report: Return, filled: FilledReturn, at: datetime) -> list[Remark]:
    """Everything that is to be said of what the return says now, the gravest first."""
    rows = list(_rows(filled))
    found = [one for check in filled.form.checks for one in COMPARED[check.kind](report, filled.form, check, rows)]
    found += [
        *_sums(filled),
        *_by_hand(report, filled),
        *_not_in_it(report),
        *_zero(report, filled),
        *_late(report, at),
    ]
    return sorted(found, key=lambda one: (not one.bars, not one.asks))


def remarks_of(version: ReturnVersion) -> list[Remark]:
    """What was said when it was signed."""
    return [Remark(**stored) for stored in version.remarks]


def _rows(filled: FilledReturn) -> Iterator[CheckedRow]:
    form = filled.form
    if form.is_list:
        of = SOURCES[form.rows_from].of
        name = next((n for n, column in enumerate(form.columns) if column.value.startswith("employer")), 0)
        for pk, cells in filled.rows:
            figures = {column.value: _raw(cell, column) for column, cell in zip(form.columns, cells, strict=True)}
            yield CheckedRow(
                str(cells[name]), {k: v for k, v in figures.items() if v is not None}, {"of": of, "pk": pk}
            )
        return
    names = [column.measure for column in form.figure_columns]
    for number, (stub, line) in enumerate(zip(filled.stubs, filled.lines, strict=True)):
        place = {"row": link_key(number, stub)}
        yield CheckedRow(stub.text, dict(zip(names, line, strict=True)), place, stub.total)


def _raw(cell: Any, column: FormColumn) -> Raw | None:
    """A printed figure of a list in 元, 人 or things again."""
    if not column.unit or cell in (None, ""):
        return None
    try:
        return Decimal(str(cell)) * UNITS[column.unit].scale
    except ArithmeticError:
        return None


# ---- what a form compares -----------------------------------------------------------------------------------------------


def _column(form: Form, name: str) -> tuple[str, FormColumn]:
    """How a column is called, with the groups above it, and itself."""
    named = (pair for header in form.header for pair in header.named_leaves())
    return next((words, leaf) for words, leaf in named if name in (leaf.measure, leaf.value))


def _said(form: Form, name: str, raw: Raw) -> str:
    words, column = _column(form, name)
    return f"{words} {shown(raw, column.unit):,f}"


def _place(row: CheckedRow, name: str) -> dict[str, Any]:
    return row.place if "of" in row.place else row.place | {"column": name}


def _within(report: Return, form: Form, check: FormCheck, rows: list[CheckedRow]) -> Iterator[Remark]:
    for row in rows:
        this, than = row.figures.get(check.measure, 0), row.figures.get(check.than, 0)
        if this > than:
            both = f"{_said(form, check.measure, this)}，大于{_said(form, check.than, than)}"
            yield Remark(f"{row.name}：{both}。", check.bars, **_place(row, check.measure))


def _per_head(report: Return, form: Form, check: FormCheck, rows: list[CheckedRow]) -> Iterator[Remark]:
    found = False
    for row in rows:
        amount, heads = row.figures.get(check.measure, 0), row.figures.get(check.than, 0)
        if heads and amount / heads > check.most and not (row.whole and found):  # the total says it no second time
            found = True
            each = f"{Decimal(amount) / heads:,.0f} 元"
            text = f"{row.name}：{_said(form, check.measure, amount)}，人均 {each}，超过 {check.most:,} 元，请核对是否误把“元”填作“万元”。"
            yield Remark(text, **_place(row, check.measure))


def _jump(report: Return, form: Form, check: FormCheck, rows: list[CheckedRow]) -> Iterator[Remark]:
    row = next((one for one in rows if one.whole), None)
    for words, totals in _earlier(report) if row else ():
        assert row is not None
        now, before = row.figures.get(check.measure, 0), totals.get(check.measure)
        if before is None or max(now, before) < check.least or max(now, before) < check.most * min(now, before):
            continue
        text = f"{row.name}：{_said(form, check.measure, now)}，{words}为 {_then(form, check.measure, before)}，相差 {check.most} 倍以上。"
        yield Remark(text, **_place(row, check.measure))


def _then(form: Form, name: str, raw: Raw) -> str:
    return f"{shown(raw, _column(form, name)[1].unit):,f}"


Compare = Callable[[Return, Form, FormCheck, list[CheckedRow]], Iterator[Remark]]
COMPARED: dict[str, Compare] = {"within": _within, "per-head": _per_head, "jump": _jump}


def _earlier(report: Return) -> list[tuple[str, dict[str, Raw]]]:
    """What the unit sent for the period before and for the same of last year: measure → its total. One query a return."""
    if not hasattr(report, "_earlier"):
        report._earlier = list(_read_earlier(report))  # type: ignore[attr-defined]
    found: list[tuple[str, dict[str, Raw]]] = report._earlier  # type: ignore[attr-defined]
    return found


def _read_earlier(report: Return) -> Iterator[tuple[str, dict[str, Raw]]]:
    year_ago = report.first - timedelta(days=365)
    before = Q(last=report.first - timedelta(days=1)) | Q(first=report.first, last__lt=report.last)
    last_year = Q(first__range=(year_ago - SAME_TIME, year_ago + SAME_TIME))
    rows = Return.objects.filter(before | last_year, union=report.union_id, form=report.form, current__isnull=False)
    seen = set()
    for row in rows.select_related("union", "current").order_by("-last"):
        words = "上期" if row.first > year_ago + SAME_TIME else "去年同期"
        if words not in seen and row.current:
            seen.add(words)
            row.current.report = row
            yield words, _totals(row.current)


def _totals(version: ReturnVersion) -> dict[str, Raw]:
    """Of the first total, as in `_jump`."""
    form = form_of_version(version)
    if form.is_list:
        return {}
    lines = [line for stub, line in zip(stubs_of(version, form), stored_lines(version), strict=True) if stub.total]
    return dict(zip([column.measure for column in form.figure_columns], lines[0], strict=True)) if lines else {}


# ---- what is looked at in every return ----------------------------------------------------------------------------------


def _sums(filled: FilledReturn) -> Iterator[Remark]:
    """A row that is not what its parts add up to. Different employers may stand in two rows: their whole lies between the greatest
    part and the sum."""
    lines = dict(zip(filled.stubs, filled.lines, strict=True))
    for number, (whole, line) in enumerate(lines.items()):
        parts = [lines[part] for part in parts_of(filled.stubs, whole)]
        for place, column in enumerate(filled.form.figure_columns) if parts else ():
            each, measure = [part[place] for part in parts], MEASURES[column.measure]
            least = sum(each) if measure.additive else max(each)
            if not measure.is_share and not least <= line[place] <= sum(each):
                name = filled.form.figure_headings[place]
                is_sum, it_is = f"{shown(sum(each), column.unit):,f}", f"{shown(line[place], column.unit):,f}"
                text = f"{whole.text}：{name} {it_is}，与各行之和 {is_sum} 不符。"
                yield Remark(text, measure.additive, row=link_key(number, whole), column=column.measure)


def _by_hand(report: Return, filled: FilledReturn) -> Iterator[Remark]:
    """A figure given otherwise than the books say has its own reason; what the books say otherwise since then wants another."""
    form = filled.form
    for one in draft_corrections(report, form) if filled.computed and not report.compiles else ():
        column, name = form.figure_columns[one.column], form.figure_headings[one.column]
        place: dict[str, Any] = {"row": link_key(one.row, form.rows[one.row]), "column": column.measure}
        then, given = (f"{shown(raw, column.unit):,f}" for raw in (one.computed, one.given))
        now = filled.computed[one.row][one.column]
        said = f"{form.rows[one.row].text}：{name}填报 {given}，台账为 {shown(now, column.unit):,f}"
        if now != one.computed:
            yield Remark(f"{said}，填报时台账为 {then}，此后有变动，请核对填报数。", **place)
        else:
            yield Remark(f"{said}。理由：{one.reason.rstrip('。')}。", asks=False, **place)


def _not_in_it(report: Return) -> Iterator[Remark]:
    """Of a compilation: who has not sent."""
    if not report.compiles:
        return
    below = Return.objects.of_period(report.rulebook, report.rule, report.period).filter(receiver=report.union)
    waited = [row for row in below.select_related("union").order_by("union__code") if row.expects_something]
    if waited:
        names = "、".join(str(row.union) for row in waited[:MOST_NAMED])
        more = f"等 {len(waited)} 个单位" if len(waited) > MOST_NAMED else ""
        yield Remark(f"下级尚未报齐：{names}{more}未报，其数字没有汇入。")


def _zero(report: Return, filled: FilledReturn) -> Iterator[Remark]:
    if report.compiles or filled.rows or any(raw for line in filled.lines for raw in line):
        return
    if cases := list(zero_reports.cases_against(report).select_related("employer").order_by("pk")[: MOST_NAMED + 1]):
        names = "、".join(str(case.employer) for case in cases[:MOST_NAMED])
        more = "等" if len(cases) > MOST_NAMED else ""
        text = f"本表没有数字，而台账中这一期间有案件：{names}{more}。请核对案件是否已查实、入账。"
        yield Remark(text, of="case", pk=cases[0].pk)


def _late(report: Return, at: datetime) -> Iterator[Remark]:
    if report.missing(at):
        yield Remark(f"已超过报送期限（{moment(report.due_at)}）{elapsed(report.due_at, at)}。")
