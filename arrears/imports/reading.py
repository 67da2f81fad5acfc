"""Opening a workbook somebody sent: first whether it is one and harmless, then row by row.

calamine keeps a sheet as one dense block, so a single cell in the far corner would ask for gigabytes. `_measure` reads
the sheet's text beforehand, with the sizes the archive really has, not those it states.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from unions.refusals import Refused

MOST_ROWS = 200_000
# Far to the right of any sheet people fill in; formatting without content does not count.
MOST_COLUMNS = 200
MOST_CELLS = 20_000_000
MOST_UNPACKED = 512 * 2**20
_PIECE = 4 * 2**20

# Attributes are bounded, so that no text makes these expressions slow.
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]{0,400})>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d+)[\"']")
# A cell that holds something is not closed at once.
_FILLED = re.compile(
    rb"<(?:\w+:)?c\b(?:[^<>]{0,200}?\br\s*=\s*[\"']([A-Z]+)\d+[\"'])?[^<>]{0,400}(?<!/)>(?!</)"
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^<>]{0,400}?\bid\s*=\s*[\"']([^\"']+)[\"']")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]{0,2000}>")


class Unreadable(Refused):
    """The file is no workbook that can be read here. One sentence for the person who sent it."""


class Line(NamedTuple):
    """One row of the sheet: the number Excel shows, and its cells."""

    number: int
    cells: list[Any]


def open_lines(path: Path, most_bytes: int) -> Iterator[Line]:
    """The rows of the first sheet, from the first row on. Raises `Unreadable` before the first one is given."""
    _check_kind(path, most_bytes)
    _check_size(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with path.open("rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
            sheet = book.get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Unreadable(
            "这个工作簿打不开，可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
        ) from error
    left = sheet.start[1] if sheet.start else 0
    # calamine leaves out the empty columns at the left.
    padding: list[Any] = [""] * left
    return (Line(number, padding + row) for number, row in enumerate(sheet.iter_rows(), start=1))


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
                "这个工作簿设了打开密码，请去掉密码后再上传。" if locked
                else "这是旧版的 .xls 文件，请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
            )  # fmt: skip
    if not head.startswith(b"PK\x03\x04"):
        raise Unreadable(
            "这不是 Excel 工作簿（.xlsx）。如果是 .csv 等文件改了名字，请用 Excel 或 WPS 打开后另存为 .xlsx。"
        )


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise Unreadable("这不是 Excel 工作簿（.xlsx），请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(_TOO_LARGE)
            for name in names & {"xl/sharedStrings.xml", "xl/styles.xml"}:
                for _ in _pieces(archive, name):
                    pass
            _measure(archive, _first_sheet(archive))
    except (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable("这个工作簿已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。") from error


_TOO_LARGE = "这个工作簿展开后过大，请只保留要导入的一张表，去掉图片后另存再上传。"


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The entry, unpacked piece by piece, up to the limit."""
    entry = archive.getinfo(name)
    # zipfile stops where the archive says the entry ends; a forged size must not hide the rest.
    entry.file_size = MOST_UNPACKED + 1
    read = 0
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            read += len(piece)
            if read > MOST_UNPACKED:
                raise Unreadable(_TOO_LARGE)
            yield piece


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The archive's name of the first sheet."""
    found = _SHEET.search(b"".join(_pieces(archive, "xl/workbook.xml")))
    relations = b"".join(_pieces(archive, "xl/_rels/workbook.xml.rels"))
    for relation in _RELATION.findall(relations):
        facts = dict(re.findall(rb"(\w+)\s*=\s*[\"']([^\"']*)[\"']", relation))
        if found and facts.get(b"Id") == found[1]:
            target = facts.get(b"Target", b"").decode()
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise Unreadable("工作簿里没有工作表，请核对后再上传。")


def _measure(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a sheet of too many rows or columns."""
    rows, width, rest = 0, 0, b""
    for piece in _pieces(archive, name):
        *whole, rest = re.split(rb"(?=<(?:\w+:)?row\b)", rest + piece)
        if len(rest) > 4 * _PIECE:
            raise Unreadable(_TOO_LARGE)
        for text in whole:
            rows, width = _row_extent(text, rows, width)
    rows, width = _row_extent(rest, rows, width)
    if width > MOST_COLUMNS or rows * width > MOST_CELLS:
        raise Unreadable(f"第一张工作表的内容超过 {MOST_COLUMNS} 列，请只保留台账的各列后再上传。")


def _row_extent(text: bytes, rows: int, width: int) -> tuple[int, int]:
    if (row := _ROW.match(text)) is None:
        return rows, width
    number = _ROW_NUMBER.search(row[1])
    filled = _FILLED.findall(text)
    if filled:
        rows = max(rows + 1, int(number[1]) if number else 0)
        width = max(width, len(filled), _column_number(max(filled, key=lambda name: (len(name), name))))
    if rows > MOST_ROWS + 100:
        raise Unreadable(f"第一张工作表超过 {MOST_ROWS:,} 行，请分成几个文件导入。")
    return rows, width


def _column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
