"""Opening what somebody sent: which file it is, which of its sheets is meant, or what separates the cells of a text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from unions.common.tables.columns import Columns
from unions.common.tables.table import Source, Table
from unions.common.tables.text import HEADINGS_WITHIN, decoded, rows_of_text
from unions.common.xlsx_guard import Unreadable, look_at
from unions.common.xlsx_reader import rows_of, tops_of

MOST_ROWS = 200_000
SHOWN = 5


def open_table(file: Path | IO[bytes], columns: Columns, *, name: str = "", most_bytes: int | None = None) -> Table:
    """The list in a workbook, or in a text file where `name` ends in .csv or .txt. Raises Refused, `Unreadable`."""
    name = name or (file.name if isinstance(file, Path) else str(getattr(file, "name", "")))
    if name.lower().endswith((".csv", ".txt")):
        data = file.read_bytes() if isinstance(file, Path) else file.read()
        return table_of_text(decoded(data), columns)
    _check_kind(file, most_bytes)
    return Table(_workbook(file, columns), columns)


def table_of_text(text: str, columns: Columns) -> Table:
    return Table(source_of_text(text, columns), columns)


def source_of_text(text: str, columns: Columns) -> Source:
    separator, rows = rows_of_text(text, columns.heads)
    return Source(iter(rows), separator=separator)


def _check_kind(file: Path | IO[bytes], most_bytes: int | None) -> None:
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return _check_kind(stream, most_bytes)
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise Unreadable("这是一个空文件，请重新选择。")
    if most_bytes is not None and size > most_bytes:
        raise Unreadable(f"文件超过 {most_bytes // 2**20} MB，请分成几个文件导入。")
    head = file.read(8)
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        locked = "EncryptedPackage".encode("utf-16-le") in file.read()
        raise Unreadable(
            "这个工作簿设了打开密码，请去掉密码后再上传。"
            if locked
            else "这是旧版的 .xls 文件，请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
        )
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable(
            "这不是 Excel 工作簿（.xlsx）。如果是 .csv 等文件改了名字，请用 Excel 或 WPS 打开后另存为 .xlsx。"
        )
    file.seek(0)
    return None


def _workbook(file: Path | IO[bytes], columns: Columns) -> Source:
    """The visible sheet whose top rows hold the most headings; the first one where none does."""
    book = look_at(file, MOST_ROWS)
    sheets = [sheet for sheet in book.sheets if sheet.refusal is None]
    alike: list[str] = []
    chosen = sheets[0]
    if len(sheets) > 1:
        tops = tops_of(file, sheets, HEADINGS_WITHIN)
        known = [max(((columns.heads(row), columns.known(row)) for row in top), default=(0, 0)) for top in tops]
        place = known.index(max(known))
        chosen = sheets[place]
        alike = [sheet.name for at, sheet in enumerate(sheets) if at != place and (0, 1) < known[at] == known[place]]
    others = [sheet.name for sheet in book.sheets if sheet is not chosen]
    return Source(
        enumerate(rows_of(file, chosen), 1),
        chosen.name,
        others,
        list(_told_of_sheets(chosen.name, others, alike, book.hidden_sheets)),
        chosen,
        book.from_1904,
    )


def _told_of_sheets(chosen: str, others: list[str], alike: list[str], hidden: int) -> Iterator[str]:
    if others:
        named = "、".join(f"“{name}”" for name in others[:SHOWN]) + ("等" if len(others) > SHOWN else "")
        yield f"读取的是工作表“{chosen}”；{named}共 {len(others)} 张没有读取。"
    if alike:
        yield f"“{alike[0]}”有同样的表头，没有读取；需要导入的，请另存为一个文件。"
    if hidden:
        yield f"另有 {hidden} 张隐藏的工作表，没有读取。"
