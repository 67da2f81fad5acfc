"""Opening a workbook somebody sent: first whether it is one and harmless (unions/common/xlsx_guard.py), then row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from unions.common.xlsx_guard import Unreadable
from unions.common.xlsx_reader import first_sheet

MOST_ROWS = 200_000


class Line(NamedTuple):
    """One row of the sheet: the number Excel shows, and its cells."""

    number: int
    cells: list[Any]


def open_lines(path: Path, most_bytes: int) -> Iterator[Line]:
    """The rows of the first sheet, from the first row on. Raises `Unreadable` before the first one is given."""
    _check_kind(path, most_bytes)
    rows = first_sheet(path, MOST_ROWS)
    return (Line(number, row) for number, row in enumerate(rows, start=1))


def _check_kind(path: Path, most_bytes: int) -> None:
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("这是一个空文件，请重新选择。")
    if size > most_bytes:
        raise Unreadable(f"文件超过 {most_bytes // 2**20} MB，请分成几个文件导入。")
    with path.open("rb") as stream:
        head = stream.read(8)
        if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            locked = "EncryptedPackage".encode("utf-16-le") in stream.read()
            raise Unreadable(
                "这个工作簿设了打开密码，请去掉密码后再上传。"
                if locked
                else "这是旧版的 .xls 文件，请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
            )
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable(
            "这不是 Excel 工作簿（.xlsx）。如果是 .csv 等文件改了名字，请用 Excel 或 WPS 打开后另存为 .xlsx。"
        )
