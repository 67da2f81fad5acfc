"""A return on paper: what was signed, cell by cell, with head, foot and foot-notes filled in. Nothing is computed again.

One `Paper` is the source of the workbook (the form's own table) and of the docx (words, then the table).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from arrears.law.scope import Scope, chinese_day
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.listing import SOURCES
from reporting.forms.papers import label_line, line_values, look_of
from reporting.forms.tabulate import FormTable, as_of_line, head_lines, shown
from reporting.returns import filling, versions
from reporting.returns.collection import ReturnCollection
from reporting.returns.filling import FilledReturn, fill
from reporting.returns.models import Correction, Return, ReturnVersion
from reporting.returns.versions import ReturnChange, changed, earlier, table_of
from reporting.returns.wording import drafts_of
from unions.common import xlsx_writer as workbook
from unions.common.clock import day_of
from unions.common.xlsx_writer import Row, Value, WrittenSheet
from unions.models import Union

DRAFT = "草稿：尚未签字、审批，不作报出之用"
UNAPPROVED = "已签字、尚未审批，不作报出之用"
MOST_TOLD = 20  # changed cells named in the foot-note
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Paper:
    """`title`: of the return; the table keeps its form's. `label`: the red line under the title. `texts`: heading → words."""

    form: Form
    scope: Scope
    title: str
    to: str
    made_on: date
    rows: Sequence[Row]
    notes: Sequence[str]
    foot: Sequence[str]
    label: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    draft: bool = False

    @property
    def head(self) -> list[str]:
        return head_lines(self.form, self.scope, self.made_on)


def write(paper: Paper, out: Path, tick: Callable[[int], None] = lambda done: None) -> int:
    """Write the workbook; the number of its body rows."""
    form = paper.form
    sheet = WrittenSheet(
        title=form.title,
        name=form.title,
        grid=form.grid(),
        columns=[look_of(column) for column in form.columns],
        rows=paper.rows,
        label=paper.label,
        head=paper.head,
        foot=paper.foot,
        notes=paper.notes,
        tick=tick,
    )
    return workbook.write(sheet, out)


# ---- a version --------------------------------------------------------------------------------------------------------


def of_version(version: ReturnVersion) -> Paper:
    """The paper of what was signed. Wants `report` with its union and receiver."""
    report, form = version.report, versions.form_of_version(version)
    scope = versions.scope_of_version(version)
    before = earlier(version)
    changes = changed(before, version) if before else None
    return Paper(
        form,
        scope,
        report.title,
        report.to,
        day_of(version.signed_at),
        _frozen_rows(version, form, changes or []),
        [*_notes(version, form), *_version_notes(version, form, before, changes), as_of_line(scope, form)],
        signed_foot(form, version),
        _label(form, "" if version.approved_at else UNAPPROVED),
        dict(versions.words_of(version.texts, form)),
        draft=version.approved_at is None,
    )


def _label(form: Form, state: str) -> str:
    return "　".join(filter(None, [f"【{state}】" if state else "", label_line(form)]))


def _frozen_rows(version: ReturnVersion, form: Form, changes: Iterable[ReturnChange]) -> list[Row]:
    if form.is_list:
        places = {(one.row, one.column) for one in changes}
        return [
            Row(
                [_restored(column, cell) for column, cell in zip(form.columns, cells, strict=True)],
                marks=frozenset(column for row, column in places if row == number),
            )
            for number, cells in enumerate(version.cells["rows"])
        ]
    return _table_rows(table_of(version), versions.stubs_of(version, form), changes)


def _table_rows(table: FormTable, stubs: Sequence[Stub], changes: Iterable[ReturnChange] = ()) -> list[Row]:
    """Lines as printed; ranked ones stand in another order than they are stored in."""
    form = table.form
    places = [number for number, column in enumerate(form.columns) if column.measure]
    marks: dict[int, set[int]] = {}
    for one in changes:
        marks.setdefault(one.row, set()).add(places[one.column])
    return [
        Row(
            line_values(form, line), line.stub.total, line.stub.indent, frozenset(marks.get(stubs.index(line.stub), ()))
        )
        for line in table.lines
    ]


def _restored(column: FormColumn, cell: Any) -> Value:
    """A stored cell of a list as a number or day again."""
    if column.unit and isinstance(cell, str):
        return Decimal(cell)
    if column.value.endswith("_on") and isinstance(cell, str) and _DAY.fullmatch(cell):
        return date.fromisoformat(cell)
    return None if cell is None else cell if isinstance(cell, int) else str(cell)


def _notes(version: ReturnVersion, form: Form) -> list[str]:
    if form.is_list:
        source = SOURCES[form.rows_from]
        return [*([] if version.cells["rows"] else [source.nothing]), *form.notes]
    return table_of(version).notes


def _version_notes(
    version: ReturnVersion, form: Form, before: ReturnVersion | None, changes: list[ReturnChange] | None
) -> list[str]:
    notes = ["零报告：本期无欠薪案件。"] if version.nil else []
    notes += correction_notes(form, version.corrections.select_related("by"))
    if before is not None:
        reason = f"，更正原因：{version.reason.rstrip('。')}" if version.reason else ""
        notes.append(f"第 {version.number} 版{reason}；{_differences_in_words(before, changes)}")
    if not any("{made_on}" in line for line in form.head):
        notes.append(f"制表时间：{chinese_day(day_of(version.signed_at))}。")
    return [*notes, f"校验值 {version.hash[:16]}。"]


def _differences_in_words(before: ReturnVersion, changes: list[ReturnChange] | None) -> str:
    with_it = f"与第 {before.number} 版"
    if changes is None:
        return f"{with_it}表式不同，不逐格对照。"
    if not changes:
        return f"{with_it}数字相同。"
    listed = "；".join(f"{one.label} {one.before or '（空）'} → {one.after or '（空）'}" for one in changes[:MOST_TOLD])
    more = f"；等 {len(changes)} 处" if len(changes) > MOST_TOLD else ""
    return f"{with_it}不同之处（底色标出）：{listed}{more}。"


def correction_notes(form: Form, corrections: Iterable[Correction]) -> list[str]:
    """手工改动：工程建设领域，检查用人单位户数（户）：台账数 3，填报数 5，理由：…（张三）。"""
    columns, names = form.figure_columns, form.figure_headings
    return [
        f"手工改动：{form.rows[one.row].text}，{names[one.column]}：台账数 {shown(one.computed, columns[one.column].unit):,f}，"
        f"填报数 {shown(one.given, columns[one.column].unit):,f}，理由：{one.reason.rstrip('。')}（{one.by.name}）。"
        for one in corrections
    ]


def signed_foot(form: Form, version: ReturnVersion) -> list[str]:
    """The form's foot with who signed, who approved and the unit's published duty phone; one without gets them as well."""
    words = {
        "单位负责人": version.approval,
        "制表人": version.signature,
        "填表人": version.signature,
        "联系电话": version.report.union.duty_phone,
    }
    lines = [f"{line}{words.get(line.removesuffix('：'), '')}" for line in form.foot]
    if any(line.removesuffix("：") in words for line in form.foot):
        return lines
    unit = f"制表单位（盖章）：{version.report.union}"
    return [*lines, unit, *(f"{name}：{words[name]}" for name in ("单位负责人", "制表人", "联系电话"))]


# ---- what changed -------------------------------------------------------------------------------------------------------


# ---- a draft, a compilation -----------------------------------------------------------------------------------------------


def of_draft(report: Return, today: date) -> Paper:
    """What the return says today, marked as a draft; its words where the unit has written none are the system's."""
    filled = fill(report, today)
    notes = correction_notes(filled.form, filling.draft_corrections(report, filled.form))
    return Paper(
        filled.form,
        filled.scope,
        report.title,
        report.to,
        today,
        _live_rows(filled),
        [*_live_notes(filled), *notes, as_of_line(filled.scope, filled.form)],
        filled.form.foot,
        _label(filled.form, DRAFT),
        drafts_of(report, today) | report.texts,
        draft=True,
    )


def of_collection(
    found: ReturnCollection, summed: FilledReturn, left_out: Sequence[ReturnVersion], today: date
) -> Paper:
    """The sum of what stands, with who is in it and who is not."""
    return Paper(
        summed.form,
        summed.scope,
        f"{found.one.title}汇总",
        "",
        today,
        _live_rows(summed),
        [*_live_notes(summed), *_who(found, summed, left_out), as_of_line(summed.scope, summed.form)],
        [f"{line}{found.receiver.duty_phone}" if line == "联系电话：" else line for line in summed.form.foot],
        _label(summed.form, ""),
    )


def _live_rows(filled: FilledReturn) -> list[Row]:
    if filled.form.is_list:
        return [Row(cells_of(filled.form, cells)) for _, cells in filled.rows]
    return _table_rows(filled.table(), filled.stubs)


def cells_of(form: Form, cells: Iterable[Any]) -> list[Value]:
    """Cells of a list, fresh or as they were frozen below."""
    return [
        cell if isinstance(cell, Decimal | date) else _restored(column, cell)
        for column, cell in zip(form.columns, cells, strict=True)
    ]


def _live_notes(filled: FilledReturn) -> list[str]:
    if filled.form.is_list:
        source = SOURCES[filled.form.rows_from]
        return [*([] if filled.rows else [source.nothing]), *filled.form.notes]
    return filled.table().notes


def _who(found: ReturnCollection, summed: FilledReturn, left_out: Sequence[ReturnVersion]) -> list[str]:
    inside = "、".join(
        f"{one.report.union}{f'（第 {one.number} 版）' if one.number > 1 else ''}" for one in summed.sources
    )
    notes = [f"由 {len(summed.sources)} 份下级报表汇总：{inside}。" if inside else "暂无下级报表。"]
    silent = [row.union for row in found.rows if row.implied_zero]
    if silent:
        notes.append(f"推定零报告：{_units(silent)}。")
    have = {one.report_id for one in (*summed.sources, *left_out)}
    lacking = [row.union for row in found.expected if row.pk not in have and not row.implied_zero]
    if lacking:
        notes.append(f"未报：{_units(lacking)}。")
    if left_out:
        notes.append(f"表式不同、未汇入：{_units(one.report.union for one in left_out)}。")
    return notes


def _units(units: Iterable[Union]) -> str:
    return "、".join(str(unit) for unit in units)


def file_name(report: Return, what: str, ending: str) -> str:
    """630100_西宁市总工会_周报_2022-W40_第1版.xlsx"""
    period = report.period.replace("/", "至")
    name = f"{report.union.code}_{report.union.name}_{report.title}_{period}_{what}.{ending}"
    return re.sub(r'[\\/:*?"<>|\s]', "-", name)
