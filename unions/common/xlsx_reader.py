"""The rows of a workbook's sheets, read in a process of its own.

calamine is quick, and ends the whole process when it asks for more memory than there is: a file of a kilobyte could take the
site down. The workbook is looked at beforehand (unions/common/xlsx_guard.py); what that overlooks ends a process that holds nothing.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

from unions.common.xlsx_guard import SheetLook, Unreadable
from unions.common.xlsx_reader_child import NO_WORKBOOK

CHILD = Path(__file__).with_name("xlsx_reader_child.py")
_NOT_OPENED = "这个工作簿打不开，可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_NOT_READ = "这个工作簿读到一半就超出了能处理的大小。请新建一个工作簿，只粘贴要导入的内容，再上传。"


def rows_of(file: Path | IO[bytes], sheet: SheetLook) -> Iterator[list[Any]]:
    """Every row from the first of the sheet on, with all cells from the first column on; a cell is text, number, truth or date.

    Raises `Unreadable` before the first row is given, or, when the reading process dies, in between.
    """
    pieces = _told(file, [sheet], None)
    # The first piece is asked for here, so that what is no workbook is refused at once.
    first = next(pieces)
    return chain(first or [], _until_the_end(pieces if first is not None else iter(())))


def _until_the_end(pieces: Iterator[list[list[Any]] | None]) -> Iterator[list[Any]]:
    for piece in pieces:
        yield from piece or []


def tops_of(file: Path | IO[bytes], sheets: Sequence[SheetLook], most: int) -> list[list[list[Any]]]:
    """The first `most` rows of each of the sheets."""
    tops: list[list[list[Any]]] = []
    here: list[list[Any]] = []
    for piece in _told(file, sheets, most):
        if piece is None:
            tops.append(here)
            here = []
        else:
            here += piece
    return tops


def _told(file: Path | IO[bytes], sheets: Sequence[SheetLook], most: int | None) -> Iterator[list[list[Any]] | None]:
    """What the process says: pieces of a sheet, None where one ends."""
    asked = [(sheet.name, (sheet.rows, sheet.width) if sheet.strayed else None) for sheet in sheets]
    with tempfile.TemporaryFile() as copy:
        if isinstance(file, Path):
            with file.open("rb") as stored:
                copyfileobj(stored, copy)
        else:
            file.seek(0)
            copyfileobj(file, copy)
        copy.seek(0)
        with subprocess.Popen(
            [sys.executable, "-I", str(CHILD), json.dumps(most), json.dumps(asked)],
            stdin=copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            assert child.stdout is not None
            try:
                yield from _pieces(child.stdout, len(asked))
            finally:
                child.kill()


def _pieces(told: IO[bytes], sheets: int) -> Iterator[list[list[Any]] | None]:
    while sheets:
        try:
            piece = pickle.load(told)
        except (EOFError, pickle.UnpicklingError) as error:
            raise Unreadable(_NOT_READ) from error
        if piece == NO_WORKBOOK:
            raise Unreadable(_NOT_OPENED)
        sheets -= piece is None
        yield piece
