"""A return on paper: what was signed, cell by cell, with head, foot and foot-notes filled in. Nothing is computed again.

One `Paper` is the source of the workbook (the form's own table) and of the docx (words, then the table).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from arrears.law.scope import Scope, chinese_day
from reporting.forms.files import Form, FormColumn, Stub
from reporting.forms.listing import SOURCES
from reporting.forms.papers import about_lines, line_values, look_of, short_label
from reporting.forms.tabulate import FormTable, head_lines, shown
from reporting.returns import filling, versions
from reporting.returns.checking import remarks_of
from reporting.returns.collection import ReturnCollection
from reporting.returns.filling import FilledReturn, fill
from reporting.returns.models import Correction, Return, ReturnVersion
from reporting.returns.reported import moved_since
from reporting.returns.versions import ReturnChange, changed, earlier, table_of
from reporting.returns.wording import drafts_of
from unions.common import xlsx_writer as workbook
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.xlsx_writer import Row, Value, WrittenSheet
from unions.models import Union

DRAFT = "草稿：尚未签字、审批，不作报出之用"
SUMMED = "已报汇总：下级报出的现行版本之和，各以其签字时的数据为准；不是台账实时数，未经本单位签字、审批。"
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
    foot: Sequence[str]
    about: Sequence[tuple[str, str]]  # 编制说明
    label: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    draft: bool = False
    sealed_on: str = ""  # 2022年10月10日, when it was approved; what was not has no place for a seal

    @property
    def head(self) -> list[str]:
        return head_lines(self.form, self.scope, self.made_on)


def write(paper: Paper, out: Path, tick: Callable[[int], None] = lambda done: None) -> int:
    """Write the workbook; the number of its body rows."""
    return workbook.write(written_sheet(paper, tick), out)


def written_sheet(paper: Paper, tick: Callable[[int], None] = lambda done: None) -> WrittenSheet:
    form = paper.form
    return WrittenSheet(
        title=form.title,
        name=form.title,
        grid=form.grid(),
        columns=[look_of(column) for column in form.columns],
        rows=paper.rows,
        label=paper.label,
        head=paper.head,
        foot=paper.foot,
        notes=form.notes,
        about=paper.about,
        tick=tick,
    )


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
        signed_foot(form, version),
        [
            *about_lines(form, scope, _nature(version), _notes(version, form)),
            *_version_lines(version, form, before, changes),
        ],
        _label(form, "" if version.approved_at else UNAPPROVED),
        dict(versions.words_of(version.texts, form)),
        draft=version.approved_at is None,
        sealed_on=version.sealed_on,
    )


def _label(form: Form, state: str) -> str:
    return "　".join(filter(None, [f"【{state}】" if state else "", short_label(form)]))


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
        return [] if version.cells["rows"] else [source.nothing]
    return table_of(version).computed_notes


def _nature(version: ReturnVersion) -> str:
    sent = "签字、审批报出的固定数" if version.approved_at else f"{UNAPPROVED}的固定数"
    summed = f"，汇总自 {len(version.sources)} 份下级报表" if version.sources else ""
    return f"第 {version.number} 版，{sent}{summed}；签字以后台账的变动不在内。"


def _version_lines(
    version: ReturnVersion, form: Form, before: ReturnVersion | None, changes: list[ReturnChange] | None
) -> list[tuple[str, str]]:
    found = [("零报告", "本期无欠薪案件。")] if version.nil else []
    found += [("手工改动", note) for note in correction_notes(form, version.corrections.select_related("by"))]
    found += [("审核情况", one.text) for one in remarks_of(version) if one.asks]
    if version.explanation:
        found.append(("情况说明", f"{version.explanation}（{version.signature}）"))
    if before is not None:
        reason = f"，更正原因：{version.reason.rstrip('。')}" if version.reason else ""
        found.append(("更正", f"第 {version.number} 版{reason}；{_differences_in_words(before, changes)}"))
    found.append(("制表人", f"{version.signature}，{moment(version.signed_at)} 签字"))
    if version.approved_at:
        found.append(("单位负责人", f"{version.approval}，{moment(version.approved_at)} 审批"))
    return [*found, ("校验值", version.hash)]


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
    """工程建设领域，检查用人单位户数（户）：台账数 3，填报数 5，理由：…（张三）。"""
    columns, names = form.figure_columns, form.figure_headings
    return [
        f"{form.rows[one.row].text}，{names[one.column]}：台账数 {shown(one.computed, columns[one.column].unit):,f}，"
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
        filled.form.foot,
        [
            *about_lines(filled.form, filled.scope, f"{DRAFT}。", _live_notes(filled)),
            *(("手工改动", note) for note in notes),
            ("制表时间", chinese_day(today)),
        ],
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
        [f"{line}{found.receiver.duty_phone}" if line == "联系电话：" else line for line in summed.form.foot],
        [
            *about_lines(summed.form, summed.scope, SUMMED, _live_notes(summed)),
            *_who(found, summed, left_out),
            ("签字以后", f"各单位签字以后，台账中本期新记录 {moved_since(found)} 笔，未计入本表。"),
            ("汇总时间", moment(found.now)),
        ],
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
        return [] if filled.rows else [source.nothing]
    return filled.table().computed_notes


def _who(found: ReturnCollection, summed: FilledReturn, left_out: Sequence[ReturnVersion]) -> Iterator[tuple[str, str]]:
    have = {one.report_id for one in (*summed.sources, *left_out)}
    silent = [row.union for row in found.rows if row.implied_zero]
    lacking = [row.union for row in found.expected if row.pk not in have and not row.implied_zero]
    yield (
        "报送进度",
        f"应报 {len(found.expected)} 个单位，已报 {len(have)} 个，推定零报告 {len(silent)} 个，未报 {len(lacking)} 个。",
    )
    inside = "、".join(
        f"{one.report.union}{f'（第 {one.number} 版）' if one.number > 1 else ''}" for one in summed.sources
    )
    yield "汇总自", f"由 {len(summed.sources)} 份下级报表汇总：{inside}。" if inside else "暂无下级报表。"
    if silent:
        yield "推定零报告", f"{_units(silent)}。"
    if lacking:
        yield "未报", f"{_units(lacking)}。"
    if left_out:
        yield "未汇入", f"表式不同：{_units(one.report.union for one in left_out)}。"


def _units(units: Iterable[Union]) -> str:
    return "、".join(str(unit) for unit in units)


def file_name(report: Return, what: str, ending: str) -> str:
    """630100_西宁市总工会_周报_2022-W40_第1版.xlsx"""
    period = report.period.replace("/", "至")
    name = f"{report.union.code}_{report.union.name}_{report.title}_{period}_{what}.{ending}"
    return re.sub(r'[\\/:*?"<>|\s]', "-", name)
