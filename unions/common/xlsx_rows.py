"""Reading a workbook's first sheet as rows of text and dates, with the row numbers Excel shows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from unions.common.text import clean, narrow
from unions.common.xlsx_guard import Unreadable
from unions.common.xlsx_reader import first_sheet

MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class BadCell:
    """What is wrong in one cell: Excel's row number (the header is 1), the column's header, why (Chinese)."""

    row: int
    column: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "reason": self.reason}


class Sheet:
    """`header`: column → index. Iterating gives (row number, cells) of every row that is not empty."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raises `Unreadable` when it is no workbook."""
        if not zipfile.is_zipfile(file):
            raise Unreadable("这不是可以读取的 Excel 工作簿（.xlsx）。请用 Excel 或 WPS 另存为 .xlsx 再导入。")
        self._rows = list(first_sheet(file, MOST_ROWS))
        self.titles = [as_text(cell) for cell in self._rows[0]] if self._rows else []
        self.header = {title: index for index, title in reversed(list(enumerate(self.titles))) if title}

    def __len__(self) -> int:
        return max(len(self._rows) - 1, 0)

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        for number, cells in enumerate(self._rows[1:], start=2):
            if any(cell != "" for cell in cells):
                yield number, cells

    def missing(self, columns: Sequence[str]) -> list[BadCell]:
        return [BadCell(1, column, "缺少这一列") for column in columns if column not in self.header]


def as_text(cell: Any) -> str:
    """What the reader sees in the cell: 370202.0 is the code 370202."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return clean(str(cell)).strip()


def as_date(cell: Any) -> date | None:
    """A date cell, or text such as 2026-11-21, 2026/11/21, 2026.11.21, 2026年11月21日, 20261121. None: not a date."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = narrow(as_text(cell))
    for mark in "年月/.":
        text = text.replace(mark, "-")
    parts = text.rstrip("日").split("-")
    if len(parts) == 1 and len(text) == 8:
        parts = [text[:4], text[4:6], text[6:]]
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None
