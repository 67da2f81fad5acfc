"""The boards as workbooks: the numbers of a unit, units side by side, and the rows behind one number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from arrears.law.rules.rates import FEWEST, NOTHING
from arrears.law.rules.scoring import HUNDREDTH
from reporting.boards.columns import COLUMNS, CellKind
from reporting.boards.comparison import ComparedCell, ComparedUnit, Comparison
from reporting.boards.counts import BoardCounts
from reporting.boards.lines import BoardLine, BoardRow
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.forms import period_name
from unions.common import xlsx_writer as workbook
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, Value, WrittenSheet
from unions.models import Union

FORMATS = {CellKind.MONEY: "#,##0.00", CellKind.RATE: "0.00", CellKind.PER_HUNDRED: "0.00"}
TOGETHER, LAST_YEAR = "合计", "去年同期"


def _heads(titles: Iterable[str]) -> list[list[HeaderCell]]:
    return [[HeaderCell(title, 0, at, 1, 1) for at, title in enumerate(titles)]]


# ---- the board of one unit --------------------------------------------------------------------------------------------


def write_board(union: Union, counted: BoardCounts, now: datetime, out: Path) -> None:
    rows = [Row(["欠薪预警", f"{level.label}色预警用人单位", level.count, "户"]) for level in counted.levels]
    for _, panel, lines in counted.panels():
        rows += [Row([panel.title, line.label, count, line.unit]) for line, count in lines]
    workbook.write(
        WrittenSheet(
            title=f"{union.name}看板",
            name="看板",
            grid=_heads(("类别", "事项", "数量", "单位")),
            columns=[ColumnLook(22), ColumnLook(56, align="left"), ColumnLook(18, "#,##0"), ColumnLook(14)],
            rows=rows,
            head=[f"统计单位：{union.name}及以下", f"时间：{moment(now)}"],
            foot=["制表人：", "日期："],
        ),
        out,
    )


def write_rows(union: Union, line: BoardLine, rows: Iterable[BoardRow], now: datetime, out: Path) -> int:
    titles = ("序号", "事项（用人单位）", "说明", line.day_means, "情况")
    widths = (6.0, 40.0, 58.0, 18.0, 24.0)
    return workbook.write(
        WrittenSheet(
            title=f"{line.label}清单",
            name=line.label,
            grid=_heads(titles),
            columns=[ColumnLook(width, align="left" if at in (1, 2) else "center") for at, width in enumerate(widths)],
            rows=_numbered_rows(rows),
            head=[f"统计单位：{union.name}及以下", f"时间：{moment(now)}"],
        ),
        out,
    )


def _numbered_rows(rows: Iterable[BoardRow]) -> Iterator[Row]:
    for serial, one in enumerate(rows, 1):
        on = day_of(one.on) if isinstance(one.on, datetime) else one.on
        yield Row((serial, one.title, one.under, on, one.said))


# ---- units side by side -----------------------------------------------------------------------------------------------


def write_comparison(
    union: Union, found: Comparison, then: Sequence[dict[str, ComparedCell]], span: EvaluationPeriod, out: Path
) -> None:
    """Every unit in two rows, this year's and last year's: `then`, in the order of the units and the whole."""
    columns = list(COLUMNS.values())
    body: list[Row] = []
    for nth, (one, before) in enumerate(zip([*found.all, found.total], then, strict=True), 1):
        serial, name = nth if nth <= len(found.rows) else "", TOGETHER if one.whole else one.name
        body += [Row([serial, name, *_values(one.cells)], strong=one.whole)]
        if before:
            body += [Row(["", LAST_YEAR, *_values(before)])]
    workbook.write(
        WrittenSheet(
            title=f"{period_name(span)}欠薪工作对比表",
            name="对比表",
            grid=_heads(("序号", "单位", *(one.heading for one in columns))),
            columns=[
                ColumnLook(6),
                ColumnLook(24, align="left"),
                *(ColumnLook(11, FORMATS.get(one.kind, "#,##0")) for one in columns),
            ],
            rows=body,
            head=[f"统计单位：{union.name}所辖", f"期间：{period_name(span)}", f"共 {len(found.rows)} 个单位"],
            notes=[
                *(f"{one.label}：{one.note}" for one in columns),
                f"没有相应事项的比率记“—”；不足 {FEWEST} 件的列件数，不参加排序。",
                *_left_out(found.total),
                "合计为本单位及所辖全部，含本级和产业、直属工会；红色预警和受检的用人单位涉及多个单位的，在合计中只计一户。",
                f"数据截至 {moment(span.now)}。",
            ],
            foot=["审核人：", "制表人：", "日期："],
        ),
        out,
    )


def _left_out(total: ComparedUnit) -> list[str]:
    """What the rates of the whole count in neither number."""
    return [
        f"{cell.column.label}：{cell.column.left_out} {cell.left_out:,}，不计入。"
        for cell in total.cells.values()
        if cell.column.left_out and cell.left_out
    ]


def _values(cells: dict[str, ComparedCell]) -> list[Value]:
    return [cell_value(cell) for cell in cells.values()]


def cell_value(cell: ComparedCell) -> Value:
    """Money in 万元, as its head says."""
    if cell.value is None:
        return NOTHING
    if cell.rate is not None:
        return cell.rate.cell()
    if cell.column.kind == CellKind.MONEY:
        return (Decimal(cell.value) / 10_000).quantize(HUNDREDTH, ROUND_HALF_UP)
    return cell.value
