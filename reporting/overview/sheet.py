"""The overview as a workbook: every figure of the page, this period beside last year's and the one before."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from reporting.boards.sheets import cell_value
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import period_name
from reporting.overview.figures import PARTIES, Group, Overview
from reporting.overview.summary import SUMMARY
from unions.common import xlsx_writer as workbook
from unions.common.formats import moment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, Value, WrittenSheet
from unions.models import Union

TITLES = ("类别", "项目", "计量单位", "本期", "去年同期", "上期")
HUNDREDTH = Decimal("0.01")


def write(union: Union, read: Overview, span: EvaluationPeriod, by_sector: bool, out: Path) -> None:
    """`by_sector`: whether a notice asks for the focus sectors here."""
    spans = read.spans
    before = f"上期：{period_name(spans.before)}" if spans.before else "上期：与去年同期相同"
    workbook.write(
        WrittenSheet(
            title=f"{union.name}欠薪概览",
            name="概览",
            grid=[[HeaderCell(title, 0, at, 1, 1) for at, title in enumerate(TITLES)]],
            columns=[
                ColumnLook(18, align="left"),
                ColumnLook(36, align="left"),
                ColumnLook(10),
                *(ColumnLook(16, "#,##0.##") for _ in TITLES[3:]),
            ],
            rows=[*_summary(read), *_groups(read, by_sector), *_months(read)],
            head=[
                f"统计单位：{union.name}及以下",
                f"本期：{period_name(spans.now)}",
                f"去年同期：{period_name(spans.year_ago)}",
                before,
            ],
            notes=[
                *(f"{one.label}：{one.note}" for one in SUMMARY.values()),
                "各类分组和各月末为未解决的件数、人数和金额；去年同期一栏是去年同日的。",
                f"数据截至 {moment(span.now)}。",
            ],
            foot=["审核人：", "制表人：", "日期："],
        ),
        out,
    )


def _summary(read: Overview) -> Iterator[Row]:
    for line in read.summary.lines():
        cells = [line.now, line.year_ago, *([line.before] if line.before else [])]
        yield _row(["指标", line.column.label, line.column.unit, *(cell_value(cell) for cell in cells)])


def _groups(read: Overview, by_sector: bool) -> Iterator[Row]:
    open_ = read.open
    kinds: dict[str, list[Group]] = {
        "按下级单位": [*open_.places, open_.all],
        "按行业": open_.industries,
        **({"按重点行业": open_.sectors} if by_sector else {}),
        "按受理渠道": open_.channels,
        "按欠薪原因": open_.causes,
        **{f"按{label}": open_.parties[label] for label in PARTIES.values()},
    }
    for kind, groups in kinds.items():
        for group in groups:
            name = "合计" if group is open_.all else group.label
            yield _row([kind, name, "件", group.cases, group.cases_then])
            yield _row([kind, name, "人", group.left.workers, group.left_then.workers])
            yield _row([kind, name, "万元", _wan(group.left.amount), _wan(group.left_then.amount)])


def _months(read: Overview) -> Iterator[Row]:
    for month in read.months:
        yield _row([month.label, "认定", "万元", _wan(month.recognised.amount)])
        yield _row([month.label, "清偿和垫付", "万元", _wan(month.resolved.amount)])
        yield _row([month.label, "月末未解决", "万元", _wan(month.left), _wan(month.left_then)])


def _row(values: list[Value]) -> Row:
    """With empty cells up to the last column."""
    return Row([*values, *([""] * (len(TITLES) - len(values)))])


def _wan(amount: Decimal) -> Value:
    return (Decimal(amount) / 10_000).quantize(HUNDREDTH, ROUND_HALF_UP)
