"""The 考核 sheet of a unit's units as a workbook, with what every indicator counts and weighs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from arrears.law.editions.wording import indicator as wording_of
from arrears.law.editions.wording import plain
from arrears.law.rules.rates import FEWEST, NOTHING
from arrears.law.rules.rulebook import Indicator, Rulebook
from arrears.law.rules.scoring import Mark
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import period_name
from reporting.evaluation.ranking import JudgedUnit
from unions.common import xlsx_writer as workbook
from unions.common.clauses import in_brackets
from unions.common.formats import moment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, Value, WrittenSheet
from unions.models import Union

PARTS = ("完成／应有", "比率（%）", "得分")
SPREAD = "没有相应事项的指标记“—”，其权重按比例分到本单位的其他指标；总分满分 100 分。"
FEW = f"不足 {FEWEST} 件的指标列件数，不列比率；各项指标合计不足 {FEWEST} 件的单位不排名次。"
LOCAL = "权重和计分标准为本地设置，通知没有给出数字。"


def write(above: Union, book: Rulebook, judged: Sequence[JudgedUnit], span: EvaluationPeriod, out: Path) -> None:
    entries = book.indicators
    workbook.write(
        WrittenSheet(
            title=title_of(book, span),
            name="考核表",
            grid=_grid(entries),
            columns=_columns(entries),
            rows=[_row(one) for one in judged],
            head=[f"考核单位：{above.name}", f"期间：{period_name(span)}", f"参评单位：{len(judged)} 个"],
            notes=[*_notes(book, span), *_left_out(judged)],
            foot=["审批人：", "制表人：", "日期："],
        ),
        out,
    )


def title_of(book: Rulebook, span: EvaluationPeriod) -> str:
    return f"{period_name(span)}欠薪报告制度落实情况考核表"


def file_name(above: Union, span: EvaluationPeriod) -> str:
    period = (
        period_name(span)
        if (span.since.month, span.since.day) == (1, 1)
        else f"{span.since:%Y%m%d}-{span.until:%Y%m%d}"
    )
    return f"考核表_{above.name}_{period}.xlsx".replace("/", "_")


def _grid(entries: Sequence[Indicator]) -> list[list[HeaderCell]]:
    """Bodies (where the notice splits the assessment by them), indicators with their weight, and what is told of each."""
    bodies = any(entry.body for entry in entries)
    depth = 3 if bodies else 2
    first = [HeaderCell("名次", 0, 0, depth, 1), HeaderCell("单位", 0, 1, depth, 1)]
    middle, last = [], []
    at, row = 2, depth - 2
    for entry in entries:
        middle.append(HeaderCell(f"{entry.title}（{plain(entry.weight)}分）", row, at, 1, len(PARTS)))
        last += [HeaderCell(part, depth - 1, at + nth, 1, 1) for nth, part in enumerate(PARTS)]
        at += len(PARTS)
    total = HeaderCell("总分", 0, at, depth, 1)
    if not bodies:
        return [[*first, *middle, total], last]
    return [[*first, *_bodies(entries), total], middle, last]


def _bodies(entries: Sequence[Indicator]) -> Iterable[HeaderCell]:
    """Neighbours of one body under one head."""
    at = 2
    while at - 2 < len(entries) * len(PARTS):
        start = (at - 2) // len(PARTS)
        body = entries[start].body
        count = next((n for n, one in enumerate(entries[start:]) if one.body != body), len(entries) - start)
        yield HeaderCell(body or "其他", 0, at, 1, count * len(PARTS))
        at += count * len(PARTS)


def _columns(entries: Sequence[Indicator]) -> list[ColumnLook]:
    parts = [ColumnLook(9), ColumnLook(9, "0.00"), ColumnLook(8, "0.00")]
    return [ColumnLook(6), ColumnLook(24, align="left"), *(parts * len(entries)), ColumnLook(9, "0.00")]


def _row(one: JudgedUnit) -> Row:
    values: list[Value] = [one.rank or NOTHING, one.union.name]
    for mark in one.score.marks:
        values += _mark_values(mark)
    return Row([*values, NOTHING if one.score.total is None else one.score.total])


def _mark_values(mark: Mark) -> list[Value]:
    if mark.share is None or mark.points is None:
        return [NOTHING] * len(PARTS)
    share = mark.share if mark.count.ranks else mark.count.events
    return [f"{mark.count.met}／{mark.count.of}", share, mark.points]


def _left_out(judged: Sequence[JudgedUnit]) -> Iterable[str]:
    """What the rates of each indicator leave out, all units together."""
    for marks in zip(*(one.score.marks for one in judged), strict=True):
        if count := sum(mark.count.left_out for mark in marks):
            yield f"{marks[0].indicator.title}：期间以外至今逾期或未办结的同类事项 {count:,} 件，不计入比率。"


def _notes(book: Rulebook, span: EvaluationPeriod) -> Iterable[str]:
    yield f"依据：{book.issuer}《{book.title}》{book.number}".rstrip()
    for entry in book.indicators:
        yield f"{entry.title}{in_brackets(entry.clause, book.key)}：{'；'.join(wording_of(entry))}。"
    yield SPREAD
    yield FEW
    if any(entry.local for entry in book.indicators):
        yield LOCAL
    yield f"数据截至 {moment(span.now)}。"
