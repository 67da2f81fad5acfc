"""Whether a workbook somebody sent is one and harmless, before anything is made of it.

calamine keeps a sheet as one dense block, so a single cell in the far corner would ask for gigabytes. `look_at` walks every
visible sheet beforehand with a real parser (what a pattern overlooks, calamine would not), with the sizes the archive really
has, not those it states; and notes on the way what calamine does not tell: hidden rows, merged cells, formulas without a
result, error values.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO
from xml.parsers import expat

from unions.common.refusals import Refused

# Far to the right of any sheet people fill in; formatting without content does not count.
MOST_COLUMNS = 200
MOST_CELLS = 20_000_000
MOST_UNPACKED = 512 * 2**20
MOST_MARKS = 200_000
MOST_FAR = 10_000  # texts far away that have to be looked up
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


@dataclass
class SheetLook:
    """A visible sheet as it lies in the workbook: how far it goes, and what is true of a cell beside its value. Places: (row,
    column), both from 1.
    """

    name: str
    part: str
    rows: int = 0
    width: int = 0
    hidden: set[int] = field(default_factory=set)  # rows
    uncalculated: set[tuple[int, int]] = field(default_factory=set)  # formulas without a result
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # "#N/A" and its like
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    strayed: bool = False  # blank cells far away, which the quick reader cannot bear
    refusal: Unreadable | None = None  # why this one cannot be read


@dataclass
class BookLook:
    """A workbook that is sound: its visible sheets in order, how many are hidden, and from which year it counts days."""

    sheets: list[SheetLook]
    hidden_sheets: int
    from_1904: bool


def look_at(file: Path | IO[bytes], most_rows: int) -> BookLook:
    """Walk every visible sheet. Raises `Unreadable` when none can be read, or the archive is not sound."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
            book = _visible_sheets(archive)
            for sheet in book.sheets:
                _walk_sheet(archive, sheet, most_rows)
    except _UNSOUND as error:
        raise Unreadable(_DAMAGED) from error
    if all(sheet.refusal for sheet in book.sheets) and (refusal := book.sheets[0].refusal):
        raise refusal
    return book


def _walk_sheet(archive: zipfile.ZipFile, sheet: SheetLook, most_rows: int) -> None:
    """Look at one sheet; what is wrong with it is kept, for another one may be meant."""
    extent = _Extent(most_rows, sheet)
    try:
        _walk(archive, sheet.part, extent.start, extent.listen)
        extent.conclude()
        if extent.far_strings and not _all_blank(archive, extent.far_strings):
            raise Unreadable(_TOO_WIDE)
    except Unreadable as refusal:
        sheet.refusal = refusal


def _check_parts(archive: zipfile.ZipFile) -> set[str]:
    names = _names(archive)
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
        raise Unreadable(_TOO_LARGE)
    for name in names:
        if name.lower() in ("xl/sharedstrings.xml", "xl/styles.xml"):
            _walk(archive, name, _check_count)
    return names


def check_every_sheet(file: IO[bytes], most_rows: int) -> None:
    """For readers that open more than one sheet: every part is looked at; any that declares entities is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive)
            _visible_sheets(archive)
            # Wherever it lies and whatever its name: a sheet is what the workbook's relations call one.
            for name in archive.namelist():
                sheet = SheetLook(name, name)
                extent = _Extent(most_rows, sheet)
                try:
                    _walk(archive, name, extent.start, extent.listen)
                    extent.conclude()
                except expat.ExpatError:
                    if name.endswith((".xml", ".rels")):
                        raise
                if extent.far_strings and not _all_blank(archive, extent.far_strings):
                    raise Unreadable(_TOO_WIDE)
    except _UNSOUND as error:
        raise Unreadable(_DAMAGED) from error


_DAMAGED = "这个工作簿已损坏，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_NO_PLACE = "工作表里有一格的位置写作“{}”，Excel 里没有这个位置。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"
_TOO_WIDE = f"工作表的内容超过 {MOST_COLUMNS} 列，请只保留要导入的各列后再上传。"
_TOO_MANY_MARKS = "工作表里没有计算结果的公式、错误值或合并的单元格太多，请改为数值、取消合并后再上传。"
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


def _visible_sheets(archive: zipfile.ZipFile) -> BookLook:
    """The sheets one sees when the workbook is opened; charts are none."""
    parts = _elements(archive, "xl/workbook.xml")
    stated = [facts for kind, facts in parts if kind == "sheet"]
    if len({facts.get("name") for facts in stated}) < len(stated):
        raise Unreadable(_DAMAGED)
    links = [facts for kind, facts in _elements(archive, "xl/_rels/workbook.xml.rels") if kind == "Relationship"]
    seen = [facts for facts in stated if facts.get("state", "visible") == "visible"]
    sheets = [sheet for facts in seen if (sheet := _sheet(facts, links)) is not None]
    if not sheets and len(seen) < len(stated):
        raise Unreadable("工作簿里的工作表都是隐藏的，请取消隐藏要导入的一张，核对内容后再上传。")
    if not sheets:
        raise Unreadable("工作簿里没有工作表，请核对后再上传。")
    whole = next((facts for kind, facts in parts if kind == "workbookPr"), {})
    return BookLook(sheets, len(stated) - len(seen), whole.get("date1904", "0").lower() in ("1", "true", "on"))


def _sheet(facts: dict[str, str], links: list[dict[str, str]]) -> SheetLook | None:
    wanted = next((value for name, value in facts.items() if name.endswith(":id")), "")
    found = [link for link in links if link.get("Id") == wanted and link.get("Target")]
    if not found:
        raise Unreadable("工作簿里没有工作表，请核对后再上传。")
    target = found[0]["Target"]
    # What one reader takes from the top and another from xl/, or a name given twice, leads each elsewhere.
    if len(found) > 1 or not _TARGET.fullmatch(target):
        raise Unreadable(_DAMAGED)
    if not found[0].get("Type", "").endswith("/worksheet"):
        return None
    return SheetLook(facts.get("name", ""), f"xl/{target.removeprefix('/xl/')}")


def _all_blank(archive: zipfile.ZipFile, wanted: set[int]) -> bool:
    """Whether the shared texts of these numbers say nothing."""
    part = next(name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml")
    number, said = -1, ""

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal number
        number += tag.rpartition(":")[2] == "si"

    def text(piece: str) -> None:
        nonlocal said
        if number in wanted:
            said += piece.strip()

    _walk(archive, part, start, lambda parser: setattr(parser, "CharacterDataHandler", text))
    return not said


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part: name without prefix, attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, facts: dict[str, str]) -> None:
        if len(found) > _MOST_ELEMENTS:
            raise Unreadable(_TOO_LARGE)
        found.append((tag.rpartition(":")[2], facts))

    _walk(archive, name, start)
    return found


def _walk(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    listen: Callable[[expat.XMLParserType], None] = lambda parser: None,
) -> None:
    """Tell `start` of every element; a part that declares entities of its own is refused. `listen` may ask for more."""
    # Readers take the bytes as UTF-8 whatever the part says of itself.
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.XmlDeclHandler = _in_utf8
    parser.StartDoctypeDeclHandler = _no_declarations
    listen(parser)
    for piece in _pieces(archive, name):
        parser.Parse(piece)
    parser.Parse(b"", True)


class _Extent:
    """How far to the right and down the cells that hold something go, and what is true of them beside their values. A cell is
    where it says it is; one that says nothing follows the cell before it, in the row that its row says.
    """

    def __init__(self, most_rows: int, sheet: SheetLook) -> None:
        self.most_rows, self.sheet = most_rows, sheet
        self.far_strings: set[int] = set()
        self._row, self._at_row, self._column, self._counted = 0, 0, 0, True
        self._sort, self._formula, self._heard = "n", False, False
        self._said: list[str] = []
        self._parser: expat.XMLParserType | None = None

    def listen(self, parser: expat.XMLParserType) -> None:
        self._parser = parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._settle()
            self._at(attributes.get("r"))
            self._sort = attributes.get("t", "n")
        elif kind in ("v", "is", "f"):
            self._hold(kind)
        elif kind == "row":
            self._settle()
            stated = attributes.get("r")
            self._row = self._row + 1 if stated is None else _row_number(stated)
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.sheet.hidden.add(self._row)
        elif kind == "mergeCell":
            self._settle()
            self._merge(attributes.get("ref", ""))

    def conclude(self) -> None:
        self._settle()

    def _at(self, place: str | None) -> None:
        if place is None:
            self._at_row, self._column = self._row, self._column + 1
        elif found := _PLACE.fullmatch(place):
            self._at_row, self._column = _row_number(found[2]), _column_number(found[1])
        else:
            raise Unreadable(_NO_PLACE.format(place[:20]))
        self._counted = False

    def _is_far(self) -> bool:
        return self._column > MOST_COLUMNS or self._at_row > self.most_rows + 100

    def _hold(self, kind: str) -> None:
        self._formula = self._formula or kind == "f"
        if kind != "f" and self._parser and (self._formula or self._sort == "e" or self._is_far()):
            self._heard = True
            self._parser.CharacterDataHandler = self._said.append
        if self._counted or self._is_far():
            return
        self._counted = True
        sheet = self.sheet
        sheet.rows, sheet.width = max(sheet.rows, self._at_row), max(sheet.width, self._column)
        if sheet.rows * sheet.width > MOST_CELLS:
            raise Unreadable("工作表的内容太多，请分成几个文件，或只保留要导入的各列后再上传。")

    def _settle(self) -> None:
        """What the cell that ends here turned out to be."""
        if not (self._formula or self._heard):
            return
        said = "".join(self._said).strip()
        if self._is_far():
            self._far(said)
        elif self._sort == "e" and self._heard:
            self.sheet.errors[self._at_row, self._column] = said[:20] or "#VALUE!"
        elif self._formula and not said and self._sort != "str":
            self.sheet.uncalculated.add((self._at_row, self._column))
        if len(self.sheet.errors) + len(self.sheet.uncalculated) > MOST_MARKS:
            raise Unreadable(_TOO_MANY_MARKS)
        self._formula = self._heard = False
        self._said.clear()
        if self._parser:
            self._parser.CharacterDataHandler = None

    def _far(self, said: str) -> None:
        """A cell beyond anything people fill in may be there as long as it says nothing."""
        self.sheet.strayed = True
        if said and self._sort == "s" and re.fullmatch("[0-9]{1,9}", said) and len(self.far_strings) < MOST_FAR:
            self.far_strings.add(int(said))
        elif said:
            if self._at_row > self.most_rows + 100:
                raise Unreadable(f"工作表超过 {self.most_rows:,} 行，请分成几个文件导入。")
            raise Unreadable(_TOO_WIDE)

    def _merge(self, ref: str) -> None:
        corners = [_PLACE.fullmatch(corner) for corner in ref.split(":")]
        if len(corners) != 2 or not (corners[0] and corners[1]):
            raise Unreadable(_NO_PLACE.format(ref[:20]))
        (left, top), (right, bottom) = (
            (_column_number(corner[1]), _row_number(corner[2])) for corner in corners if corner
        )
        if len(self.sheet.merged) >= MOST_MARKS:
            raise Unreadable(_TOO_MANY_MARKS)
        self.sheet.merged.append((top, left, bottom, right))


def _check_count(tag: str, attributes: dict[str, str]) -> None:
    """How many texts there are is asked of the machine beforehand, on the word of the part."""
    if tag.rpartition(":")[2] != "sst":
        return
    for name in ("count", "uniqueCount"):
        stated = attributes.get(name, "0")
        if not re.fullmatch("[0-9]{1,9}", stated) or int(stated) > MOST_CELLS:
            raise Unreadable(_DAMAGED)


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
