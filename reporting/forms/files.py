"""Official tables as data: reads reporting/forms/*.toml and refuses a file that does not hold together. Keys: docs/forms.md."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from arrears.law.rules.toml_reader import Path, Reader, TomlError, TomlFault
from arrears.law.scope import RHYTHMS
from reporting.forms.listing import SOURCES, VALUES
from reporting.forms.measures import MEASURES, MeasureSort
from reporting.forms.shapes import CHECK_KINDS, DRAFT_NAMES, SECTION_PLACES
from reporting.forms.shapes import UNITS as UNITS
from reporting.forms.shapes import Form as Form
from reporting.forms.shapes import FormCheck as FormCheck
from reporting.forms.shapes import FormColumn as FormColumn
from reporting.forms.shapes import FormSection as FormSection
from reporting.forms.shapes import FormUnit as FormUnit
from reporting.forms.shapes import Stub as Stub
from reporting.forms.shapes import parts_of as parts_of
from unions.models import UnionKind

FOLDER = pathlib.Path(__file__).parent
MOST_COLUMNS, MOST_ROWS, DEEPEST = 80, 200, 5
WIDEST = 80  # characters


class FormError(TomlError):
    """A form that cannot be used."""


READER = Reader(Form, FormError, quoted=False)


def read(text: str, key: str) -> Form:
    """Read the form written in `text`. Raises FormError naming the file `key`, and every line and reason.

    The whole is only looked at where its parts are right: a measure nobody knows has no unit that fits.
    """
    file = f"{key}.toml"
    form, lines = READER.read(text, file)
    if form.is_list and not form.rows_from:
        form = replace(form, rows_from="cases_accepted")
    wrong = list(_faults_of_parts(form)) or list(_faults_of_whole(form))
    if wrong:
        raise FormError(file, map(lines.located, wrong))
    return replace(form, key=key, digest=hashlib.sha256(text.encode()).hexdigest())


# Parts ---------------------------------------------------------------------------------------------------------------


def _faults_of_parts(form: Form) -> Iterator[TomlFault]:
    for nth, column in enumerate(form.header):
        yield from _header_faults(column, ("header", nth), 1)
    for nth, section in enumerate(form.sections):
        if section.draft and section.draft not in DRAFT_NAMES:
            names = "、".join(f"{name}（{what}）" for name, what in DRAFT_NAMES.items())
            yield TomlFault(("sections", nth, "draft"), f"起草文字 {section.draft} 不认识，可用：{names}。")
        if section.place not in SECTION_PLACES:
            yield TomlFault(
                ("sections", nth, "place"), f"位置应是 to（主送）或 copies（抄送），正文不写，不是 {section.place}。"
            )
    if form.layout not in ("table", "list", "units"):
        yield TomlFault(
            ("layout",), f"layout 应是 table（分类汇总）、list（逐件列出）或 units（按下级单位），不是 {form.layout}。"
        )
    if form.period not in (*RHYTHMS, "campaign"):
        yield TomlFault(
            ("period",),
            "period 应是 day、week、month、quarter、year（按日、周、月、季、年）或 campaign（累计），"
            f"不是 {form.period}。",
        )


def _header_faults(column: FormColumn, at: Path, depth: int) -> Iterator[TomlFault]:
    if not column.columns:
        yield from column_faults(column, at)
        return
    name, blank = f"“{column.text}”", FormColumn(text=column.text, columns=column.columns)
    keys = ("stub", "measure", "value", "unit", "width", "editable", "rank")
    if extra := [key for key in keys if getattr(column, key) != getattr(blank, key)]:
        yield TomlFault((*at, extra[0]), f"{name}下面分了栏，自身不能再写 {'、'.join(extra)}。")
    if depth == DEEPEST:
        yield TomlFault((*at, "columns"), f"表头最多 {DEEPEST} 层，{name}下面还有。")
        return
    for nth, child in enumerate(column.columns):
        yield from _header_faults(child, (*at, "columns", nth), depth + 1)


def column_faults(column: FormColumn, at: Path) -> Iterator[TomlFault]:
    """Find what does not fit in a leaf of the header."""
    name = f"“{column.text}”"
    if not 2 <= column.width <= WIDEST:
        yield TomlFault((*at, "width"), f"{name}的宽度应在 2 至 {WIDEST} 个字符之间。")
    if sum(map(bool, (column.stub, column.rank, column.measure, column.value))) != 1:
        kinds = "stub = true（类别栏）、rank = true（名次）、measure（指标）或 value（逐件内容）"
        yield TomlFault(at, f"{name}应写一项：{kinds}。")
    elif column.measure and column.measure not in MEASURES:
        yield TomlFault((*at, "measure"), f"{name}的指标 {column.measure} 不认识，请从指标一览中选。")
    elif column.value and column.value not in VALUES:
        yield TomlFault((*at, "value"), f"{name}的逐件内容 {column.value} 不认识，请从指标一览中选。")
    else:
        yield from _unit_faults(column, name, at)


def _unit_faults(column: FormColumn, name: str, at: Path) -> Iterator[TomlFault]:
    sort = sort_of(column)
    if sort is None:
        if column.unit:
            yield TomlFault((*at, "unit"), f"{name}是文字，不写单位。")
    elif column.unit not in UNITS or UNITS[column.unit].sort != sort:
        fitting = "、".join(unit for unit, rule in UNITS.items() if rule.sort == sort)
        wrong = f"单位“{column.unit}”不合" if column.unit else "没有写单位"
        yield TomlFault((*at, "unit"), f"{name}{wrong}：{column.measure or column.value} 可用 {fitting}。")
    elif not {f"({column.unit})", f"（{column.unit}）"} & {column.text[-len(column.unit) - 2 :]}:
        yield TomlFault((*at, "text"), f"{name}应以单位结尾，写成“……（{column.unit}）”。")


def sort_of(column: FormColumn) -> MeasureSort | None:
    """What a column's figures are; None for words and days."""
    if column.measure:
        return MEASURES[column.measure].sort
    return VALUES[column.value].sort if column.value else None


def raw_unit(column: FormColumn) -> str:
    """The unit of a column's raw figures: 元 for money, 人 for people, else its own."""
    return {MeasureSort.MONEY: "元", MeasureSort.PEOPLE: "人"}.get(sort_of(column) or MeasureSort.THINGS, column.unit)


# The whole -----------------------------------------------------------------------------------------------------------


def _faults_of_whole(form: Form) -> Iterator[TomlFault]:
    if form.until and form.until < form.since:
        yield TomlFault(("until",), f"until {form.until} 早于 since {form.since}。")
    if not form.until and any("{days_left}" in line for line in (*form.head, *form.foot, *form.notes)):
        yield TomlFault(("until",), "写了 {days_left}（距行动结束天数）的表要写 until。")
    headings = [section.heading for section in form.sections]
    if len(set(headings)) != len(headings):
        yield TomlFault(("sections",), "两段文字说明的标题相同。")
    names = [row.text for row in form.rows]
    for nth, name in enumerate(names):
        if name in names[:nth]:
            yield TomlFault(("rows", nth, "text"), f"有两行都叫“{name}”，请区分。")
    if not form.header:
        yield TomlFault(("header",), "没有任何栏目。")
    elif len(form.columns) > MOST_COLUMNS or len(form.rows) > MOST_ROWS:
        yield TomlFault(("header",), f"最多 {MOST_COLUMNS} 栏、{MOST_ROWS} 行。")
    else:
        yield from _list_faults(form) if form.is_list else _table_faults(form)
        yield from _check_faults(form)


def _check_faults(form: Form) -> Iterator[TomlFault]:
    """What `[[checks]]` compare must stand in the table, and be of a sort that can be compared."""
    sorts = {column.measure or column.value: sort_of(column) for column in form.columns}
    for nth, check in enumerate(form.checks):
        at = ("checks", nth)
        pair = [check.measure, check.than] if check.kind != "jump" else [check.measure]
        if check.kind not in CHECK_KINDS:
            yield TomlFault((*at, "kind"), f"审核类型应是 {'、'.join(CHECK_KINDS)} 之一，不是 {check.kind}。")
        elif strange := [name for name in pair if sorts.get(name) in (None, MeasureSort.SHARE)]:
            yield TomlFault((*at, "measure"), f"审核的指标 {'、'.join(strange) or '（空）'} 不是本表的数字栏。")
        elif reason := _check_fault(form, check, [sorts[name] for name in pair]):
            yield TomlFault(at, reason)


def _check_fault(form: Form, check: FormCheck, sorts: list[MeasureSort | None]) -> str:
    match check.kind:
        case "within" if sorts[0] != sorts[1]:
            return f"{check.measure} 与 {check.than} 不是同一类数字，不能比大小。"
        case "per-head" if sorts != [MeasureSort.MONEY, MeasureSort.PEOPLE]:
            return "人均（per-head）的指标应是金额，对照指标应是人数。"
        case "jump" if form.is_list:
            return "逐件列出的表不与上期比（jump）。"
        case "per-head" | "jump" if not check.most:
            return f"{check.kind} 要写上限（most）。"
        case "per-head" | "jump" if check.bars:
            return "只有 within 可以写 bars（强制）。"
    return ""


def _list_faults(form: Form) -> Iterator[TomlFault]:
    wrong = [column.text for column in form.columns if not column.value]
    if wrong or form.rows:
        yield TomlFault(("layout",), f"逐件列出的表没有行，每栏都写 value{'：' * bool(wrong)}{'、'.join(wrong)}。")
    source = SOURCES.get(form.rows_from)
    if source is None:
        yield TomlFault(("rows_from",), f"rows_from 应是 {'、'.join(SOURCES)} 之一，不是 {form.rows_from}。")
        return
    if foreign := [column.text for column in form.columns if column.value and column.value not in source.values]:
        yield TomlFault(("rows_from",), f"{form.rows_from} 没有这些内容：{'、'.join(foreign)}。")
    if bool(form.threshold) != source.judges:
        wanted = "要写" if source.judges else "不写"
        yield TomlFault(("threshold",), f"rows_from = {form.rows_from} {wanted} threshold（门槛的条款号）。")


def _table_faults(form: Form) -> Iterator[TomlFault]:
    for key in ("rows_from", "threshold"):
        if getattr(form, key):
            yield TomlFault((key,), f"只有逐件列出的表（layout = list）才写 {key}。")
    stubs = [nth for nth, column in enumerate(form.columns) if column.stub]
    if any(column.value for column in form.columns) or stubs != [0] or bool(form.rows) == form.by_unit:
        yield TomlFault(
            ("layout",),
            "分类汇总的表要有行（按下级单位的表不写行），第一栏是类别（stub = true），其余每栏写一个 measure。",
        )
    yield from _units_faults(form)
    # A share is computed anew from its parts wherever rows are added up, so they stand in the table.
    measures = {column.measure for column in form.columns if column.measure}
    for name in sorted(measures):
        if missing := {MEASURES[name].part, MEASURES[name].whole} - measures - {""}:
            yield TomlFault(("header",), f"有 {name} 一栏的表还要有 {'、'.join(sorted(missing))}。")


def _units_faults(form: Form) -> Iterator[TomlFault]:
    ranks = [nth for nth, column in enumerate(form.columns) if column.rank]
    measures = [column.measure for column in form.columns if column.measure]
    if unknown := [kind for kind in form.unit_kinds if kind not in UnionKind.values]:
        kinds = "、".join(UnionKind.values)
        yield TomlFault(("unit_kinds",), f"unit_kinds 中的 {'、'.join(unknown)} 不认识，可用：{kinds}。")
    if bool(form.unit_kinds) != form.by_unit:
        yield TomlFault(("unit_kinds",), "按下级单位的表（layout = units）要写 unit_kinds，其他表不写。")
    if ranks not in ([], [1]) or bool(ranks) != bool(form.rank_by) or (ranks and not form.by_unit):
        yield TomlFault(("rank_by",), "名次栏（rank = true）只在按下级单位的表里，是第二栏，并写 rank_by。")
    elif form.rank_by and form.rank_by not in measures:
        yield TomlFault(("rank_by",), f"rank_by 应是本表的一个指标，不是 {form.rank_by}。")


@cache
def known() -> dict[str, Form]:
    """Every form at hand by its key (the file's name), in the order of the names."""
    files = sorted(FOLDER.glob("*.toml"))
    return {file.stem: read(file.read_text(encoding="utf-8"), file.stem) for file in files}
