"""A form's spreadsheet, filled in by hand → the text of its file, with every bad cell named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from arrears.law.rules.toml_reader import Path, TomlFault, complaint
from reporting.forms.editions import sheet_layout
from reporting.forms.editions.sheet_cells import CellFault, CellPlace, Rows, Taking, at, opened, words
from reporting.forms.editions.sheet_layout import Field
from reporting.forms.files import FormColumn, FormError, column_faults, read
from reporting.forms.shapes import LONGEST_TEXT, PrintedLine, TakesValue
from unions.common.refusals import Refused

MOST_FAULTS = 50
SHEETS = (sheet_layout.ABOUT, sheet_layout.COLUMNS, sheet_layout.ROWS, sheet_layout.SECTIONS, sheet_layout.CHECKS)


class BadSheet(Refused):
    """`faults`: every bad cell, in the order of the sheets."""

    def __init__(self, faults: list[CellFault]) -> None:
        super().__init__(f"表格里有 {len(faults)} 处要改：{faults[0]}")
        self.faults = faults


@dataclass(frozen=True)
class FilledForm:
    """The form's key as the sheet says it ("" when it does not), and the text of its file."""

    key: str
    content: str


def from_workbook(data: bytes) -> FilledForm:
    """Raises BadSheet with every bad cell; Refused when it is no workbook of ours."""
    return _SheetReading(opened(data, SHEETS)).result()


@dataclass(frozen=True)
class _Line:
    """One row of a sheet: its number, and its cells by the titles above them."""

    sheet: str
    number: int
    row: list[Any]
    titles: dict[str, int]

    def cell(self, title: str) -> Any:
        return at(self.row, self.titles[title]) if title in self.titles else None

    def place(self, title: str) -> CellPlace:
        return CellPlace(self.sheet, self.number, self.titles.get(title, 0) + 1)


class _SheetReading:
    """Cells on their way to the form: `places` remembers from which cell each part came."""

    def __init__(self, sheets: dict[str, Rows]) -> None:
        self.sheets = sheets
        self.take = Taking()
        self.places: dict[Path, CellPlace] = {}
        self.key = ""

    def result(self) -> FilledForm:
        raw: dict[str, Any] = {**self._about(), "header": self._header()}
        if rows := list(self._rows()):
            raw["rows"] = rows
        if sections := list(self._plain(sheet_layout.SECTIONS, sheet_layout.SECTION_FIELDS, "sections")):
            raw["sections"] = sections
        if checks := list(self._plain(sheet_layout.CHECKS, sheet_layout.CHECK_FIELDS, "checks")):
            raw["checks"] = checks
        content = written(raw)
        if not self.take.faults:
            try:
                read(content, self.key or "form")
            except FormError as error:
                self._wrong(error.faults)
        if self.take.faults:
            first = {fault.place: fault for fault in reversed(self.take.faults)}
            raise BadSheet(sorted(first.values(), key=_order)[:MOST_FAULTS])
        return FilledForm(self.key, content)

    def _wrong(self, faults: Iterable[TomlFault]) -> None:
        """Note each fault at the cell its part came from, or the nearest around it."""
        for fault in faults:
            path = fault.path
            while path and path not in self.places:
                path = path[:-1]
            self.take.wrong(self.places.get(path, CellPlace(sheet_layout.ABOUT, 1, 1)), fault.sentence)

    # -- 基本信息 ------------------------------------------------------------------------------------------------

    def _about(self) -> dict[str, Any]:
        fields = {field.label: field for field in sheet_layout.ABOUT_FIELDS}
        raw: dict[str, Any] = {}
        for number, row in enumerate(self.sheets[sheet_layout.ABOUT][1:], 2):
            name, cell, place = words(at(row, 0)), at(row, 1), CellPlace(sheet_layout.ABOUT, number, 2)
            if not name or words(cell) == "":
                continue
            if name == sheet_layout.KEY:
                self.key = self.take.text(cell, place)
            elif name not in fields:
                self.take.wrong(CellPlace(sheet_layout.ABOUT, number, 1), f"不认识的项目“{name[:20]}”。")
            else:
                self._about_value(raw, fields[name], cell, place)
        return raw

    def _about_value(self, raw: dict[str, Any], field: Field, cell: Any, place: CellPlace) -> None:
        path: Path = (field.key,)
        self.places.setdefault(path, place)
        if field.sort is list:
            line = self.take.text(cell, place)
            raw.setdefault(field.key, []).append(line)
            if sentence := complaint(PrintedLine(LONGEST_TEXT, blank=True), line):
                self.take.wrong(place, sentence)
            return
        if field.key in raw:
            self.take.wrong(place, f"“{field.label}”写了两次。")
        raw[field.key] = self.take.value(cell, field, place)

    # -- 栏目 ----------------------------------------------------------------------------------------------------

    def _header(self) -> list[dict[str, Any]]:
        tree: list[dict[str, Any]] = []
        above: list[str] = []
        for line in self._lines(
            sheet_layout.COLUMNS, [*sheet_layout.LEVELS, *(f.label for f in sheet_layout.COLUMN_FIELDS)]
        ):
            levels = [self.take.text(line.cell(name), line.place(name)) for name in sheet_layout.LEVELS]
            while levels and not levels[-1]:
                levels.pop()
            # An empty group is the one above, as under a merged cell.
            levels = [text or (above[i] if i < len(above) - 1 else "") for i, text in enumerate(levels)]
            if not levels or not all(levels):
                why = "上级表头是空的，上一行也没有可以沿用的。" if levels else "这一行没有写表头文字。"
                self.take.wrong(CellPlace(line.sheet, line.number, 1), why)
                continue
            self._leaf(tree, levels, line)
            above = levels
        return tree

    def _leaf(self, tree: list[dict[str, Any]], levels: list[str], line: _Line) -> None:
        """Hang a column under its groups, beginning a group where the one above is another."""
        here = tree
        path: Path = ("header",)
        for depth, text in enumerate(levels[:-1]):
            if not here or here[-1]["text"] != text or "columns" not in here[-1]:
                here.append({"text": text, "columns": []})
                self.places[(*path, len(here) - 1)] = line.place(sheet_layout.LEVELS[depth])
            path = (*path, len(here) - 1, "columns")
            here = here[-1]["columns"]
        path = (*path, len(here))
        place = line.place(sheet_layout.LEVELS[len(levels) - 1])
        self.places |= {path: place, (*path, "text"): place}
        leaf = {"text": levels[-1], **self._facts(sheet_layout.COLUMN_FIELDS, line, path)}
        here.append(leaf)
        self._wrong(column_faults(FormColumn(**leaf), path))

    # -- 行 ------------------------------------------------------------------------------------------------------

    def _rows(self) -> Iterator[dict[str, Any]]:
        titles = [*(field.label for field in sheet_layout.ROW_FIELDS), *sheet_layout.TAKES]
        for nth, line in enumerate(self._lines(sheet_layout.ROWS, titles)):
            path: Path = ("rows", nth)
            self.places[path] = CellPlace(sheet_layout.ROWS, line.number, 1)
            raw = self._facts(sheet_layout.ROW_FIELDS, line, path)
            if "text" not in raw:
                self.take.wrong(self.places[path], "这一行没有写行名。")
                continue
            marks = {name: self.take.mark(line.cell(name), line.place(name)) for name in sheet_layout.TAKES}
            raw["takes"] = [sheet_layout.TAKES[name] for name, marked in marks.items() if marked]
            self.places[(*path, "takes")] = line.place(next(iter(sheet_layout.TAKES)))
            if sentence := complaint(TakesValue(), raw["takes"]):
                self.take.wrong(self.places[(*path, "takes")], sentence)
            yield raw

    # -- 文字部分, 审核关系 --------------------------------------------------------------------------------------------

    def _plain(self, sheet: str, fields: list[Field], key: str) -> Iterator[dict[str, Any]]:
        """A sheet of which each line is one table of the file."""
        for nth, line in enumerate(self._lines(sheet, [field.label for field in fields])):
            path: Path = (key, nth)
            self.places[path] = CellPlace(sheet, line.number, 1)
            yield self._facts(fields, line, path)

    # -- cells ---------------------------------------------------------------------------------------------------

    def _lines(self, sheet: str, known: list[str]) -> Iterator[_Line]:
        titles = self._titles(sheet, known)
        for number, row in enumerate(self.sheets[sheet][1:], 2):
            if any(words(cell) for cell in row):
                yield _Line(sheet, number, row, titles)

    def _titles(self, sheet: str, known: list[str]) -> dict[str, int]:
        """Title → index of the sheet's first row; what is not known there is named."""
        titles: dict[str, int] = {}
        for index, cell in enumerate(self.sheets[sheet][0] if self.sheets[sheet] else []):
            name, place = words(cell), CellPlace(sheet, 1, index + 1)
            if name in titles or (name and name not in known):
                again = "写了两次" if name in titles else "不认识"
                self.take.wrong(place, f"列名“{name[:20]}”{again}，请用模板的列名。")
            elif name:
                titles[name] = index
        if known[0] not in titles:
            self.take.wrong(CellPlace(sheet, 1, 1), f"缺少“{known[0]}”列，请在下载的模板上填写。")
        return titles

    def _facts(self, fields: list[Field], line: _Line, path: Path) -> dict[str, Any]:
        raw: dict[str, Any] = {}
        for field in fields:
            place = self.places[(*path, field.key)] = line.place(field.label)
            if (value := self.take.value(line.cell(field.label), field, place)) is not None:
                raw[field.key] = value
        return raw


def _order(fault: CellFault) -> tuple[int, int, int]:
    return SHEETS.index(fault.place.sheet), fault.place.row, fault.place.column


def written(raw: Mapping[str, Any]) -> str:
    """TOML of a form: plain keys first, then the header tree, then the rows."""
    return "\n".join(_table(raw, ())).strip() + "\n"


def _table(raw: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in raw.items() if _is_tables(value)}
    for key, value in raw.items():
        if key not in inner:
            yield f"{key} = {_value(value)}"
    for key, rows in inner.items():
        for row in rows:
            yield ""
            yield f"[[{'.'.join((*path, key))}]]"
            yield from _table(row, (*path, key))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
