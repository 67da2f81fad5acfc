"""Official tables as data: reads reporting/forms/*.toml and refuses a file that does not hold together.

A form has a header tree, one named measure (table) or value (list) per column, rows that take in the finest rows of
`arrears.industries.TableRow`, lines above and below, and a period. Keys: docs/forms.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from arrears.industries import TableRow
from reporting.listing import VALUES
from reporting.measures import MEASURES, Sort

FOLDER = Path(__file__).parent / "forms"


class FormError(ValueError):
    """A form file that cannot be used: the file and the reason."""


@dataclass(frozen=True)
class Unit:
    """How a figure is written: divided by `scale`, rounded half up to `places`."""

    sort: Sort
    scale: int
    places: int

    @property
    def number_format(self) -> str:
        return f"0.{'0' * self.places}" if self.places else "0"


UNITS: dict[str, Unit] = {
    **{name: Unit(Sort.THINGS, 1, 0) for name in ("户", "个", "件", "起", "次")},
    "人": Unit(Sort.PEOPLE, 1, 0),
    "万人": Unit(Sort.PEOPLE, 10_000, 4),
    "元": Unit(Sort.MONEY, 1, 2),
    "万元": Unit(Sort.MONEY, 10_000, 2),
}


@dataclass(frozen=True)
class Column:
    """A leaf of the header tree. Exactly one of `stub`, `measure`, `value` is set."""

    text: str
    width: float  # in characters of the body font, as Excel counts
    unit: str = ""
    stub: bool = False
    measure: str = ""
    value: str = ""


@dataclass(frozen=True)
class Header:
    text: str
    columns: tuple[Header, ...] = ()
    leaf: Column | None = None

    def leaves(self) -> Iterator[Column]:
        if self.leaf:
            yield self.leaf
        for child in self.columns:
            yield from child.leaves()

    def depth(self) -> int:
        return 1 + max((child.depth() for child in self.columns), default=0)


@dataclass(frozen=True)
class Stub:
    """One row of a table: its text and the finest rows it takes in."""

    text: str
    takes: frozenset[TableRow]
    indent: int = 0
    total: bool = False


@dataclass(frozen=True)
class HeaderCell:
    """One cell of the printed header; rows and columns count from 0."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Form:
    key: str
    title: str
    short: str
    clause: str
    notice: str
    about: str
    layout: str  # table or list
    period: str  # month or campaign
    since: date
    until: date | None
    header: tuple[Header, ...]
    rows: tuple[Stub, ...] = ()
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    numbered: str = ""  # the stub's text in a row that numbers the columns (栏次)
    label: str = ""
    label_reason: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for header in self.header for column in header.leaves())

    @property
    def is_list(self) -> bool:
        return self.layout == "list"

    @property
    def monthly(self) -> bool:
        return self.period == "month"

    def grid(self) -> list[list[HeaderCell]]:
        """The header as rows of cells with their spans; the numbering row, if any, last."""
        depth = max(header.depth() for header in self.header)
        grid: list[list[HeaderCell]] = [[] for _ in range(depth)]
        column = 0
        for header in self.header:
            column = _place(header, 0, column, depth, grid)
        if self.numbered:
            words = [self.numbered, *(str(i) for i in range(1, len(self.columns)))]
            grid.append([HeaderCell(word, depth, i, 1, 1) for i, word in enumerate(words)])
        return grid

    def parts(self, whole: Stub) -> list[Stub]:
        """The largest rows that together make up `whole` without overlap; empty when there are none."""
        inside = [row for row in self.rows if row.takes < whole.takes]
        largest = [row for row in inside if not any(row.takes < other.takes for other in inside)]
        taken = [kind for row in largest for kind in row.takes]
        return largest if len(taken) == len(set(taken)) and set(taken) == set(whole.takes) else []


def _place(header: Header, row: int, column: int, depth: int, grid: list[list[HeaderCell]]) -> int:
    width = sum(1 for _ in header.leaves())
    height = 1 if header.columns else depth - row
    grid[row].append(HeaderCell(header.text, row, column, height, width))
    for child in header.columns:
        _place(child, row + 1, column, depth, grid)
        column += sum(1 for _ in child.leaves())
    return column if header.columns else column + 1


# ---- reading ----------------------------------------------------------------------------------------------------

_TEXT, _FLAG, _DAY, _LIST, _NUMBER = str, bool, date, list, (int, float)
_FORM_KEYS: dict[str, Any] = {
    "title": _TEXT, "short": _TEXT, "clause": _TEXT, "notice": _TEXT, "about": _TEXT, "layout": _TEXT,
    "period": _TEXT, "since": _DAY, "until": _DAY, "header": _LIST, "rows": _LIST, "head": _LIST, "foot": _LIST,
    "notes": _LIST, "numbered": _TEXT, "label": _TEXT, "label_reason": _TEXT,
}  # fmt: skip
_HEADER_KEYS: dict[str, Any] = {
    "text": _TEXT, "columns": _LIST, "stub": _FLAG, "measure": _TEXT, "value": _TEXT, "unit": _TEXT, "width": _NUMBER,
}  # fmt: skip
_ROW_KEYS: dict[str, Any] = {"text": _TEXT, "takes": _LIST, "indent": int, "total": _FLAG}
_PLACES = {"union": "", "as_of": "", "made_on": "", "period": ""}  # what head lines may speak of


def _checked(row: Mapping[str, Any], keys: Mapping[str, Any], needs: tuple[str, ...], where: str) -> None:
    if not isinstance(row, dict):
        raise FormError(f"{where}: a table is expected")
    if unknown := sorted(row.keys() - keys.keys()):
        raise FormError(f"{where}: unknown key {', '.join(unknown)}")
    if missing := [key for key in needs if key not in row]:
        raise FormError(f"{where}: {', '.join(missing)} is missing")
    for key, value in row.items():
        if not isinstance(value, keys[key]):
            raise FormError(f"{where}: {key} has the wrong type")


def _header(row: Mapping[str, Any], where: str) -> Header:
    _checked(row, _HEADER_KEYS, ("text",), where)
    where = f"{where}「{row['text']}」"
    if "columns" in row:
        if extra := sorted(row.keys() - {"text", "columns"}):
            raise FormError(f"{where}: a group of columns has no {', '.join(extra)}")
        if not row["columns"]:
            raise FormError(f"{where}: a group without columns")
        return Header(row["text"], tuple(_header(child, where) for child in row["columns"]))
    facts = {key: value for key, value in row.items() if key != "columns"}
    column = Column(**{"width": 12} | facts)
    _check_column(column, where)
    return Header(row["text"], leaf=column)


def _check_column(column: Column, where: str) -> None:
    if sum(map(bool, (column.stub, column.measure, column.value))) != 1:
        raise FormError(f"{where}: a column is a stub, or names one measure, or one value")
    if column.measure and column.measure not in MEASURES:
        raise FormError(f"{where}: unknown measure {column.measure}")
    if column.value and column.value not in VALUES:
        raise FormError(f"{where}: unknown value {column.value}")
    sort = (
        MEASURES[column.measure].sort
        if column.measure
        else VALUES[column.value].sort
        if column.value
        else None
    )
    if sort is None:
        if column.unit:
            raise FormError(f"{where}: a column of words has no unit")
        return
    if column.unit not in UNITS or UNITS[column.unit].sort != sort:
        raise FormError(
            f"{where}: unit {column.unit or '(none)'} does not fit {column.measure or column.value}"
        )
    if not {f"({column.unit})", f"（{column.unit}）"} & {column.text[-len(column.unit) - 2 :]}:
        raise FormError(f"{where}: the text must end with its unit ({column.unit})")


def _stub(row: Mapping[str, Any], where: str) -> Stub:
    _checked(row, _ROW_KEYS, ("text", "takes"), where)
    where = f"{where}「{row['text']}」"
    if dangling := [name for name in row["takes"] if name not in TableRow.values]:
        raise FormError(f"{where}: takes in an unknown row {', '.join(map(str, dangling))}")
    if not row["takes"] or len(set(row["takes"])) != len(row["takes"]):
        raise FormError(f"{where}: must take in rows, each once")
    takes = frozenset(TableRow(name) for name in row["takes"])
    return Stub(row["text"], takes, row.get("indent", 0), row.get("total", False))


def read(text: str, key: str) -> Form:
    """The form written in `text`. Raises FormError naming the file `key` and the reason."""
    where = f"{key}.toml"
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{where}: not TOML: {error}") from None
    needs = ("title", "short", "clause", "notice", "about", "layout", "period", "since", "header")
    _checked(raw, _FORM_KEYS, needs, where)
    lists = {name: tuple(raw.get(name, ())) for name in ("head", "foot", "notes")}
    plain = {name: raw[name] for name in raw.keys() - {"header", "rows", *lists}}
    form = Form(
        key=key, header=tuple(_header(row, where) for row in raw["header"]),
        rows=tuple(_stub(row, where) for row in raw.get("rows", ())), **{"until": None} | plain | lists,
    )  # fmt: skip
    _check_form(form, where)
    return form


def _check_form(form: Form, where: str) -> None:
    if form.layout not in ("table", "list"):
        raise FormError(f"{where}: layout is table or list, not {form.layout}")
    if form.period not in ("month", "campaign"):
        raise FormError(f"{where}: period is month or campaign, not {form.period}")
    if form.until and form.until < form.since:
        raise FormError(f"{where}: until is before since")
    wrong = [column.text for column in form.columns if bool(column.value) != form.is_list]
    stubs = [i for i, column in enumerate(form.columns) if column.stub]
    if form.is_list and (wrong or form.rows):
        raise FormError(f"{where}: a list has neither rows nor columns without a value ({', '.join(wrong)})")
    if not form.is_list and (any(c.value for c in form.columns) or stubs != [0] or not form.rows):
        raise FormError(
            f"{where}: a table has rows, a stub as its first column, and a measure in every other"
        )
    for line in (*form.head, *form.foot, *form.notes):
        _check_line(line, where)
    names = [row.text for row in form.rows]
    if len(set(names)) != len(names):
        raise FormError(f"{where}: two rows of the same text")


def _check_line(line: Any, where: str) -> None:
    try:
        line.format(**_PLACES)
    except (KeyError, IndexError, ValueError, AttributeError):
        raise FormError(f"{where}: a line may speak of {', '.join(_PLACES)} only: {line}") from None


@cache
def known() -> dict[str, Form]:
    """Every form at hand by its key (the file's name), in the order of the names."""
    files = sorted(FOLDER.glob("*.toml"))
    return {file.stem: read(file.read_text(encoding="utf-8"), file.stem) for file in files}
