"""Whether a workbook somebody sent is one and harmless, before anything is made of it.

calamine keeps a sheet as one dense block, so a single cell in the far corner would ask for gigabytes. `check_extent`
walks the sheet beforehand with a real parser (what a pattern overlooks, calamine would not), with the sizes the archive
really has, not those it states.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import IO
from xml.parsers import expat

from unions.common.refusals import Refused

# Far to the right of any sheet people fill in; formatting without content does not count.
MOST_COLUMNS = 200
MOST_CELLS = 20_000_000
MOST_UNPACKED = 512 * 2**20
_PIECE = 1 * 2**20

_UNSOUND = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OSError,
    expat.ExpatError,
)
_MOST_ELEMENTS = 100_000  # of the parts that name the sheets
# What a reference may be at most, XFD1048576. Readers take a longer one at its word, so nothing else is let through.
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW = re.compile(r"[0-9]{1,7}")
_TARGET = re.compile(r"(/xl/)?(?!xl/)[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
# Parts of kinds that the same readers would open when the workbook itself displeased them.
_OTHER_KINDS = {"xl/workbook.bin", "content.xml", "mimetype"}


class Unreadable(Refused):
    """The file is no workbook that can be read here. One sentence for the person who sent it."""


def _names(archive: zipfile.ZipFile) -> set[str]:
    """The parts of a workbook. Two that are one to a reader which minds neither case nor slashes are refused: the one
    looked at here need not be the one that is read. So is what has something of another kind before it.
    """
    names = archive.namelist()
    alike = {name.replace("\\", "/").lower() for name in names}
    if "xl/workbook.xml" not in names or alike & _OTHER_KINDS:
        raise Unreadable("这不是 Excel 工作簿（.xlsx），请用 Excel 或 WPS 另存为 .xlsx 后再上传。")
    if len(alike) < len(names) or min(part.header_offset for part in archive.infolist()) > 0:
        raise Unreadable(_DAMAGED)
    return set(names)


def check_extent(file: Path | IO[bytes], most_rows: int) -> None:
    """Raises `Unreadable` when the first sheet is larger than anything people fill in, or the archive is not sound."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = _names(archive)
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(_TOO_LARGE)
            for name in names:
                if name.lower() in ("xl/sharedstrings.xml", "xl/styles.xml"):
                    _walk(archive, name, _check_count)
            _measure(archive, _first_sheet(archive), most_rows)
    except _UNSOUND as error:
        raise Unreadable(_DAMAGED) from error


def check_every_sheet(file: IO[bytes], most_rows: int) -> None:
    """As `check_extent`, for every sheet, for readers that open more than the first; any part that declares entities is refused."""
    check_extent(file, most_rows)
    try:
        with zipfile.ZipFile(file) as archive:
            # Wherever it lies and whatever its name: a sheet is what the workbook's relations call one.
            for name in archive.namelist():
                try:
                    _measure(archive, name, most_rows)
                except expat.ExpatError:
                    if name.endswith((".xml", ".rels")):
                        raise
    except _UNSOUND as error:
        raise Unreadable(_DAMAGED) from error


_DAMAGED = "这个工作簿已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_NO_PLACE = "工作表里有一格的位置写作「{}」，Excel 里没有这个位置。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
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
    sheets = [facts for kind, facts in _elements(archive, "xl/workbook.xml") if kind == "sheet"]
    wanted = next((value for name, value in sheets[0].items() if name.endswith(":id")), "") if sheets else ""
    links = [facts for kind, facts in _elements(archive, "xl/_rels/workbook.xml.rels") if kind == "Relationship"]
    targets = [facts["Target"] for facts in links if facts.get("Id") == wanted and facts.get("Target")]
    if not targets:
        raise Unreadable("工作簿里没有工作表，请核对后再上传。")
    # What one reader takes from the top and another from xl/, or a name given twice, leads each elsewhere.
    if len(targets) > 1 or not _TARGET.fullmatch(targets[0]):
        raise Unreadable(_DAMAGED)
    return f"xl/{targets[0].removeprefix('/xl/')}"


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part: name without prefix, attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, facts: dict[str, str]) -> None:
        if len(found) > _MOST_ELEMENTS:
            raise Unreadable(_TOO_LARGE)
        found.append((tag.rpartition(":")[2], facts))

    _walk(archive, name, start)
    return found


def _walk(archive: zipfile.ZipFile, name: str, start: Callable[[str, dict[str, str]], None]) -> None:
    """Tell `start` of every element; a part that declares entities of its own is refused."""
    # Readers take the bytes as UTF-8 whatever the part says of itself.
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.XmlDeclHandler = _in_utf8
    parser.StartDoctypeDeclHandler = _no_declarations
    for piece in _pieces(archive, name):
        parser.Parse(piece)
    parser.Parse(b"", True)


class _Extent:
    """How far to the right and down the cells that hold something go. A cell is where it says it is; one that says
    nothing follows the cell before it, in the row that its row says.
    """

    def __init__(self, most_rows: int) -> None:
        self.most_rows, self.rows, self.width = most_rows, 0, 0
        self._row, self._at_row, self._column, self._counted = 0, 0, 0, True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._at(attributes.get("r"))
        elif kind in ("v", "is", "f"):
            self._hold()
        elif kind == "row":
            stated = attributes.get("r")
            self._row = self._row + 1 if stated is None else _row_number(stated)
            self._column = 0

    def _at(self, place: str | None) -> None:
        if place is None:
            self._at_row, self._column = self._row, self._column + 1
        elif found := _PLACE.fullmatch(place):
            self._at_row, self._column = _row_number(found[2]), _column_number(found[1])
        else:
            raise Unreadable(_NO_PLACE.format(place[:20]))
        self._counted = False

    def _hold(self) -> None:
        if self._counted:
            return
        self._counted = True
        self.rows, self.width = max(self.rows, self._at_row), max(self.width, self._column)
        if self.rows > self.most_rows + 100:
            raise Unreadable(f"工作表超过 {self.most_rows:,} 行，请分成几个文件导入。")
        if self.width > MOST_COLUMNS or self.rows * self.width > MOST_CELLS:
            raise Unreadable(f"第一张工作表的内容超过 {MOST_COLUMNS} 列，请只保留要导入的各列后再上传。")


def _check_count(tag: str, attributes: dict[str, str]) -> None:
    """How many texts there are is asked of the machine beforehand, on the word of the part."""
    if tag.rpartition(":")[2] != "sst":
        return
    for name in ("count", "uniqueCount"):
        stated = attributes.get(name, "0")
        if not re.fullmatch("[0-9]{1,9}", stated) or int(stated) > MOST_CELLS:
            raise Unreadable(_DAMAGED)


def _measure(archive: zipfile.ZipFile, name: str, most_rows: int) -> None:
    """Refuse a sheet of too many rows or columns."""
    _walk(archive, name, _Extent(most_rows).start)


def _no_declarations(*declared: object) -> None:
    raise Unreadable("这个工作簿含有不该有的声明，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。")


def _in_utf8(version: str, encoding: str | None, standalone: int) -> None:
    if (encoding or "utf-8").lower() != "utf-8":
        raise Unreadable(_DAMAGED)


@cache
def _column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    if number > LAST_COLUMN:
        raise Unreadable(_NO_PLACE.format(letters))
    return number


def _row_number(digits: str) -> int:
    if not _ROW.fullmatch(digits) or not 1 <= int(digits) <= LAST_ROW:
        raise Unreadable(_NO_PLACE.format(digits[:20]))
    return int(digits)
