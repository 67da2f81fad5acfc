"""The publication list as a workbook: what is frozen, never what the books say since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from arrears.law.scope import chinese_day
from arrears.sanctions.actions import publications
from arrears.sanctions.models import Publication
from unions.common import xlsx_writer as workbook
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet

# Header → width in characters, alignment, number format.
COLUMNS: dict[str, tuple[float, str, str]] = {
    "序号": (6, "center", ""),
    "用人单位名称": (28, "left", ""),
    "统一社会信用代码": (22, "center", ""),
    "单位地址": (26, "left", ""),
    "法定代表人（负责人）": (14, "center", ""),
    "主要违法事实": (34, "left", ""),
    "处理情况": (40, "left", ""),
    "决定日期": (13, "center", ""),
    "涉及人数(人)": (10, "center", "0"),
    "涉及金额(万元)": (12, "center", "0.00"),
}
# Of honest employers (YK-3b): other words for what is written, and nothing owed.
HONEST_COLUMNS: dict[str, tuple[float, str, str]] = {
    **dict(list(COLUMNS.items())[:5]),
    "推荐理由": (40, "left", ""),
    "核对情况": (40, "left", ""),
    "核对日期": (13, "center", ""),
}


def write(row: Publication, out: Path) -> None:
    approved, columns = bool(row.frozen), HONEST_COLUMNS if row.is_honest else COLUMNS
    workbook.write(
        WrittenSheet(
            title=f"{row.period_words}{'' if row.is_honest else '重大欠薪违法行为'}{row.list_name}",
            name=row.list_name,
            label="" if approved else "拟制稿，未经批准，不得公布",
            grid=[[HeaderCell(title, 0, number, 1, 1) for number, title in enumerate(columns)]],
            columns=[ColumnLook(width, number, align) for width, align, number in columns.values()],
            rows=[Row(tuple(line.values)[: len(columns)]) for line in _rows(row)],
            head=[f"公布单位：{row.union.name}", f"公布至：{chinese_day(row.until)}"],
            notes=[f"内容校验值：{row.hash}"] if approved else [],
            foot=["审批人：", "拟制人：", "日期："],
        ),
        out,
    )


def _rows(row: Publication) -> Iterator[Row]:
    content = row.frozen or publications.frozen_rows(row)
    for serial, line in enumerate((one for one in content if not one["out"]), 1):
        yield Row(
            (
                serial,
                line["name"],
                line["code"],
                line["address"],
                line["representative"],
                line["violation"],
                line["decision"],
                date.fromisoformat(line["decided_on"]),
                line["workers"],
                Decimal(line["amount"]) / 10_000,
            )
        )
