"""Small import sheets for tests, written as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from arrears.imports import run
from tests.cast import AT, World

REAL = Path(__file__).parent / "data" / "wage-claims-nj.xlsx"

# A row that is in order; tests change one cell of it.
GOOD: dict[str, Any] = {
    "原编号": "A-1",
    "受理日期": "2023-06-01",
    "企业名称": "海风建设有限公司",
    "所属行业": "建筑业",
    "是否工程建设项目": "是",
    "项目名称": "滨海大道一期",
    "项目性质": "政府投资",
    "受理渠道": "职工来访",
    "欠薪涉及人数(人)": 12,
    "其中农民工(人)": 10,
    "欠薪金额(元)": 120000.5,
    "已解决人数(人)": 12,
    "已解决金额(元)": 120000.5,
    "解决日期": "2023-06-20",
    "是否进行调解或提供法律服务": "是",
    "是否办结": "是",
    "办结日期": "2023-06-25",
}


def sheet(path: Path, rows: Sequence[dict[str, Any]], heading: Sequence[str] | None = None) -> Path:
    """A workbook of `rows`; the heading is that of all rows together unless given."""
    names = list(heading or dict.fromkeys(name for row in rows for name in row))
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(names)
    for number, row in enumerate(rows, start=2):
        for place, name in enumerate(names, start=1):
            cell = page.cell(number, place, row.get(name))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what looks like a formula is text here
    book.save(path)
    return path


def noon(year: int, month: int, day: int) -> datetime:
    """A cell with date and time, as a workbook holds it: without a zone."""
    return datetime.combine(date(year, month, day), time(12))


def bring_in(world: World, path: Path, by: str = "sun", code: str = "370202") -> tuple[list[tuple[Any, ...]], int, int]:
    """(faults, created, unchanged)."""
    found, taken = run.bring_in(path, world.unions[code], world.user(by), AT, file=path.name)
    return [tuple(fault) for fault in found.faults], taken.created, taken.unchanged
