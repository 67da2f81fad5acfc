"""Official tables as data: reads reporting/forms/*.toml and refuses a file that does not hold together. Keys: docs/forms.md."""

from __future__ import annotations

import hashlib
import pathlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from string import Formatter
from typing import Any

from arrears.law.scope import RHYTHMS
from reporting.forms.draft_names import DRAFT_NAMES
from reporting.forms.faults import FormError, Path
from reporting.forms.listing import SOURCES, VALUES
from reporting.forms.measures import MEASURES, Sort
from reporting.forms.shapes import UNITS as UNITS
from reporting.forms.shapes import Column as Column
from reporting.forms.shapes import Form as Form
from reporting.forms.shapes import Header as Header
from reporting.forms.shapes import Section as Section
from reporting.forms.shapes import Stub as Stub
from reporting.forms.shapes import Unit as Unit
from reporting.forms.shapes import parts_of as parts_of
from unions.common.industries import TableRow
from unions.models import UnionKind

FOLDER = pathlib.Path(__file__).parent

_TEXT, _FLAG, _DAY, _LIST, _NUMBER = str, bool, date, list, (int, float)
_SORTS: dict[Any, str] = {
    _TEXT: "一段文字，写在引号里",
    _FLAG: "true 或 false",
    _DAY: "日期，如 2023-11-16",
    _LIST: "一组，写在方括号里",
    _NUMBER: "数字",
    int: "整数",
}
FORM_KEYS: dict[str, Any] = {
    "title": _TEXT,
    "short": _TEXT,
    "clause": _TEXT,
    "notice": _TEXT,
    "about": _TEXT,
    "layout": _TEXT,
    "period": _TEXT,
    "since": _DAY,
    "until": _DAY,
    "header": _LIST,
    "rows": _LIST,
    "head": _LIST,
    "foot": _LIST,
    "notes": _LIST,
    "numbered": _TEXT,
    "label": _TEXT,
    "label_reason": _TEXT,
    "attached_to": _TEXT,
    "sections": _LIST,
    "rows_from": _TEXT,
    "threshold": _TEXT,
    "unit_kinds": _LIST,
    "rank_by": _TEXT,
}
HEADER_KEYS: dict[str, Any] = {
    "text": _TEXT,
    "columns": _LIST,
    "stub": _FLAG,
    "measure": _TEXT,
    "value": _TEXT,
    "unit": _TEXT,
    "width": _NUMBER,
    "editable": _FLAG,
    "rank": _FLAG,
}
SECTION_KEYS: dict[str, Any] = {"heading": _TEXT, "hint": _TEXT, "draft": _TEXT}
ROW_KEYS: dict[str, Any] = {"text": _TEXT, "takes": _LIST, "indent": int, "total": _FLAG}
PLACES = ("union", "as_of", "made_on", "period", "days_left")  # what head lines may speak of
LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS, DEEPEST = 300, 80, 200, 5
WIDEST = 80  # characters
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufffe\uffff]")


def _checked(row: Any, keys: Mapping[str, Any], needs: tuple[str, ...], at: Path) -> None:
    if not isinstance(row, dict):
        raise FormError('这里应是一个表，例如 { text = "…" }。', at)
    if unknown := sorted(row.keys() - keys.keys()):
        raise FormError(f"不认识的键 {'、'.join(unknown)}，可用：{'、'.join(keys)}。", (*at, unknown[0]))
    if missing := [key for key in needs if key not in row]:
        raise FormError(f"缺少 {'、'.join(missing)}。", at)
    for key, value in row.items():
        if not _fits(value, keys[key]):
            raise FormError(f"{key} 应是{_SORTS[keys[key]]}。", (*at, key))
        if isinstance(value, str):
            check_text(value, (*at, key))


def _fits(value: Any, sort: Any) -> bool:
    if isinstance(value, bool):
        return sort is _FLAG
    return isinstance(value, sort) and not isinstance(value, datetime)


def check_text(text: str, at: Path) -> None:
    if len(text) > LONGEST_TEXT:
        raise FormError(f"文字有 {len(text)} 字，最多 {LONGEST_TEXT} 字。", at)
    if _CONTROL.search(text):
        raise FormError("文字里有不可见的控制字符，请删去。", at)


def _header(row: Any, at: Path, depth: int = 1) -> Header:
    _checked(row, HEADER_KEYS, ("text",), at)
    name = f"「{row['text']}」"
    if "columns" not in row:
        column = Column(**{"width": 12} | row)
        check_column(column, at)
        return Header(row["text"], leaf=column)
    if extra := sorted(row.keys() - {"text", "columns"}):
        raise FormError(f"{name}下面分了栏，自身不能再写 {'、'.join(extra)}。", (*at, extra[0]))
    if not row["columns"]:
        raise FormError(f"{name}下面没有栏目。", (*at, "columns"))
    if depth == DEEPEST:
        raise FormError(f"表头最多 {DEEPEST} 层，{name}下面还有。", (*at, "columns"))
    children = (_header(child, (*at, "columns", i), depth + 1) for i, child in enumerate(row["columns"]))
    return Header(row["text"], tuple(children))


def check_column(column: Column, at: Path) -> None:
    """Raises FormError with the path of what does not fit."""
    name = f"「{column.text}」"
    if not 2 <= column.width <= WIDEST:
        raise FormError(f"{name}的宽度应在 2 至 {WIDEST} 个字符之间。", (*at, "width"))
    if sum(map(bool, (column.stub, column.rank, column.measure, column.value))) != 1:
        raise FormError(
            f"{name}应写一项：stub = true（类别栏）、rank = true（名次）、measure（指标）或 value（逐件内容）。", at
        )
    if column.measure and column.measure not in MEASURES:
        raise FormError(f"{name}的指标 {column.measure} 不认识，请从指标一览中选。", (*at, "measure"))
    if column.value and column.value not in VALUES:
        raise FormError(f"{name}的逐件内容 {column.value} 不认识，请从指标一览中选。", (*at, "value"))
    sort = sort_of(column)
    if sort is None:
        if column.unit:
            raise FormError(f"{name}是文字，不写单位。", (*at, "unit"))
        return
    if column.unit not in UNITS or UNITS[column.unit].sort != sort:
        fitting = "、".join(unit for unit, rule in UNITS.items() if rule.sort == sort)
        wrong = f"单位“{column.unit}”不合" if column.unit else "没有写单位"
        raise FormError(f"{name}{wrong}：{column.measure or column.value} 可用 {fitting}。", (*at, "unit"))
    if not {f"({column.unit})", f"（{column.unit}）"} & {column.text[-len(column.unit) - 2 :]}:
        raise FormError(f"{name}应以单位结尾，写成“……（{column.unit}）”。", (*at, "text"))


def sort_of(column: Column) -> Sort | None:
    """What a column's figures are; None for words and days."""
    if column.measure:
        return MEASURES[column.measure].sort
    return VALUES[column.value].sort if column.value else None


def _stub(row: Any, at: Path) -> Stub:
    _checked(row, ROW_KEYS, ("text", "takes"), at)
    stub = Stub(row["text"], frozenset(), row.get("indent", 0), row.get("total", False))
    return replace(stub, takes=checked_takes(row["text"], row["takes"], (*at, "takes")))


def checked_takes(text: str, names: list[Any], at: Path) -> frozenset[str]:
    """The finest rows a row takes in. Raises FormError."""
    if dangling := [name for name in names if name not in TableRow.values]:
        listed = "、".join(f"{row.value}（{row.label}）" for row in TableRow)
        raise FormError(f"「{text}」包含的 {'、'.join(map(str, dangling))} 不认识，可用：{listed}。", at)
    if not names or len(set(names)) != len(names):
        raise FormError(f"「{text}」至少包含一类，且每类只写一次。", at)
    return frozenset(TableRow(name) for name in names)


def _section(row: Any, at: Path) -> Section:
    _checked(row, SECTION_KEYS, ("heading",), at)
    if (draft := row.get("draft", "")) and draft not in DRAFT_NAMES:
        known_ones = "、".join(f"{name}（{what}）" for name, what in DRAFT_NAMES.items())
        raise FormError(f"起草文字 {draft} 不认识，可用：{known_ones}。", (*at, "draft"))
    return Section(**row)


def read(text: str, key: str) -> Form:
    """The form written in `text`. Raises FormError naming the file `key`, the line and the reason."""
    file = f"{key}.toml"
    try:
        return _read(tomllib.loads(text), text, key)
    except FormError as fault:
        raise fault.located(file, text) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        raise FormError("不是合格的 TOML，请核对引号、括号和等号。", (), file, line) from None
    except (ValueError, RecursionError):  # a number of ten thousand digits, a thousand brackets
        raise FormError("有过长的数字或过深的嵌套，不能读取。", (), file) from None


def _read(raw: dict[str, Any], text: str, key: str) -> Form:
    _checked(raw, FORM_KEYS, ("title", "short", "clause", "notice", "about", "layout", "period", "since", "header"), ())
    lists = {name: tuple(raw.get(name, ())) for name in ("head", "foot", "notes", "unit_kinds")}
    if raw["layout"] == "list":
        raw = {"rows_from": "cases_accepted"} | raw
    plain = {name: raw[name] for name in raw.keys() - {"header", "rows", "sections", *lists}}
    form = Form(
        key=key,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        header=tuple(_header(row, ("header", i)) for i, row in enumerate(raw["header"])),
        rows=tuple(_stub(row, ("rows", i)) for i, row in enumerate(raw.get("rows", ()))),
        sections=tuple(_section(row, ("sections", i)) for i, row in enumerate(raw.get("sections", ()))),
        **{"until": None} | plain | lists,
    )
    _check_form(form)
    return form


def _check_form(form: Form) -> None:
    for name in ("title", "short", "notice", "about"):
        if not str(getattr(form, name)).strip():
            raise FormError(f"{name} 不能是空的。", (name,))
    if form.layout not in ("table", "list", "units"):
        raise FormError(
            f"layout 应是 table（分类汇总）、list（逐件列出）或 units（按下级单位），不是 {form.layout}。", ("layout",)
        )
    if form.period not in (*RHYTHMS, "campaign"):
        raise FormError(
            f"period 应是 day、week、month、quarter、year（按日、周、月、季、年）或 campaign（累计），不是 {form.period}。",
            ("period",),
        )
    if form.until and form.until < form.since:
        raise FormError(f"until {form.until} 早于 since {form.since}。", ("until",))
    _check_size(form)
    _check_layout(form)
    if not form.until and any("{days_left}" in str(line) for line in (*form.head, *form.foot, *form.notes)):
        raise FormError("写了 {days_left}（距行动结束天数）的表要写 until。", ("until",))
    for name in ("head", "foot", "notes"):
        for line in getattr(form, name):
            check_line(line, (name,))
    headings = [section.heading for section in form.sections]
    if len(set(headings)) != len(headings):
        raise FormError("两段文字说明的标题相同。", ("sections",))
    names = [row.text for row in form.rows]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise FormError(f"有两行都叫「{name}」，请区分。", ("rows", i, "text"))


def _check_size(form: Form) -> None:
    if not form.header:
        raise FormError("没有任何栏目。", ("header",))
    if len(form.columns) > MOST_COLUMNS or len(form.rows) > MOST_ROWS:
        raise FormError(f"最多 {MOST_COLUMNS} 栏、{MOST_ROWS} 行。", ("header",))


def _check_layout(form: Form) -> None:
    if form.is_list:
        _check_list(form)
        return
    for key in ("rows_from", "threshold"):
        if getattr(form, key):
            raise FormError(f"只有逐件列出的表（layout = list）才写 {key}。", (key,))
    stubs = [i for i, column in enumerate(form.columns) if column.stub]
    if any(column.value for column in form.columns) or stubs != [0] or bool(form.rows) == form.by_unit:
        raise FormError(
            "分类汇总的表要有行（按下级单位的表不写行），第一栏是类别（stub = true），其余每栏写一个 measure。",
            ("layout",),
        )
    _check_units(form)
    _check_shares(form)


def _check_list(form: Form) -> None:
    wrong = [column.text for column in form.columns if not column.value]
    if wrong or form.rows:
        raise FormError(f"逐件列出的表没有行，每栏都写 value{'：' * bool(wrong)}{'、'.join(wrong)}。", ("layout",))
    source = SOURCES.get(form.rows_from)
    if source is None:
        raise FormError(f"rows_from 应是 {'、'.join(SOURCES)} 之一，不是 {form.rows_from}。", ("rows_from",))
    if foreign := [column.text for column in form.columns if column.value not in source.values]:
        raise FormError(f"{form.rows_from} 没有这些内容：{'、'.join(foreign)}。", ("rows_from",))
    if bool(form.threshold) != source.judges:
        raise FormError(
            f"rows_from = {form.rows_from} {'要写' if source.judges else '不写'} threshold（门槛的条款号）。",
            ("threshold",),
        )


def _check_units(form: Form) -> None:
    ranks = [i for i, column in enumerate(form.columns) if column.rank]
    measures = [column.measure for column in form.columns if column.measure]
    if unknown := [kind for kind in form.unit_kinds if kind not in UnionKind.values]:
        raise FormError(
            f"unit_kinds 中的 {'、'.join(map(str, unknown))} 不认识，可用：{'、'.join(UnionKind.values)}。",
            ("unit_kinds",),
        )
    if bool(form.unit_kinds) != form.by_unit:
        raise FormError("按下级单位的表（layout = units）要写 unit_kinds，其他表不写。", ("unit_kinds",))
    if ranks not in ([], [1]) or bool(ranks) != bool(form.rank_by) or (ranks and not form.by_unit):
        raise FormError("名次栏（rank = true）只在按下级单位的表里，是第二栏，并写 rank_by。", ("rank_by",))
    if form.rank_by and form.rank_by not in measures:
        raise FormError(f"rank_by 应是本表的一个指标，不是 {form.rank_by}。", ("rank_by",))


def _check_shares(form: Form) -> None:
    """A share is computed anew from its parts wherever rows are added up, so they stand in the table."""
    measures = {column.measure for column in form.columns if column.measure}
    for name in measures:
        missing = {MEASURES[name].part, MEASURES[name].whole} - measures - {""}
        if missing:
            raise FormError(f"有 {name} 一栏的表还要有 {'、'.join(sorted(missing))}。", ("header",))


def check_line(line: Any, at: Path) -> None:
    """A line above or below the table: plain words and whole names in braces, nothing else a format could do."""
    allowed = "、".join(f"{{{name}}}" for name in PLACES)
    try:
        parts = list(Formatter().parse(line))
    except (TypeError, ValueError):
        raise FormError(f"“{line}”里的花括号不成对；可用 {allowed}。", at) from None
    check_text(line, at)
    for _, name, spec, conversion in parts:
        if name is not None and (name not in PLACES or spec or conversion):
            raise FormError(f"“{line}”里只能用 {allowed}。", at)


@cache
def known() -> dict[str, Form]:
    """Every form at hand by its key (the file's name), in the order of the names."""
    files = sorted(FOLDER.glob("*.toml"))
    return {file.stem: read(file.read_text(encoding="utf-8"), file.stem) for file in files}
