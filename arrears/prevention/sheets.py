"""The lists of prevention as workbooks: one title, one head line, rows with their units, and what they are as of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from arrears.prevention.actions.subsidy import SubsidyRate
from arrears.prevention.actions.subsidy import SubsidyRow as SubsidyRow
from arrears.prevention.counts import PreventionTally, UnitTally, kinds_shown
from arrears.prevention.models import AGREEING, EmployerRisk, EmployerRiskQuerySet, PreventionWorkQuerySet, SubsidyList
from arrears.prevention.quarters import spoken
from unions.common.formats import moment
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet
from unions.models import Union
from unions.people.agencies import Gap

# Header → width in characters, alignment, number format.
Columns = dict[str, tuple[float, str, str]]
MIDDLE, LEFT, WHOLE, MONEY = "center", "left", "#,##0", "#,##0.00"
WORKS: Columns = {
    "序号": (6, MIDDLE, ""),
    "日期": (12, MIDDLE, ""),
    "类别": (20, MIDDLE, ""),
    "事项": (36, LEFT, ""),
    "开展单位": (24, LEFT, ""),
    "用人单位（户）": (10, MIDDLE, WHOLE),
    "工程项目（个）": (10, MIDDLE, WHOLE),
    "覆盖人数（人）": (10, MIDDLE, WHOLE),
    "地点": (22, LEFT, ""),
    "服务人员（人）": (10, MIDDLE, WHOLE),
    "做了什么、有什么结果": (46, LEFT, ""),
    "议题、方案": (36, LEFT, ""),
    "参加单位": (26, LEFT, ""),
    "议定事项（项）": (10, MIDDLE, WHOLE),
    "未落实（项）": (10, MIDDLE, WHOLE),
}
CLASSES: Columns = {
    "序号": (6, MIDDLE, ""),
    "用人单位": (32, LEFT, ""),
    "统一社会信用代码": (22, MIDDLE, ""),
    "风险类别": (10, MIDDLE, ""),
    "按规则": (10, MIDDLE, ""),
    "理由": (44, LEFT, ""),
    "检查间隔（日）": (10, MIDDLE, WHOLE),
    "上次检查": (12, MIDDLE, ""),
    "应查日期": (12, MIDDLE, ""),
    "监管服务": (32, LEFT, ""),
    "分类单位": (22, LEFT, ""),
    "人工调整至": (12, MIDDLE, ""),
}
SUBSIDIES: Columns = {
    "序号": (6, MIDDLE, ""),
    "线索编号": (22, MIDDLE, ""),
    "案件编号": (22, MIDDLE, ""),
    "用人单位": (30, LEFT, ""),
    "街镇": (20, LEFT, ""),
    "转街镇": (12, MIDDLE, ""),
    "调解成功": (12, MIDDLE, ""),
    "办结": (12, MIDDLE, ""),
    "涉及人数（人）": (10, MIDDLE, WHOLE),
    "涉及金额（元）": (15, MIDDLE, MONEY),
    "计补": (22, MIDDLE, ""),
}
GAPS: Columns = {
    "序号": (6, MIDDLE, ""),
    "单位": (26, LEFT, ""),
    "成员部门类别": (22, MIDDLE, ""),
    "部门": (32, LEFT, ""),
    "缺口": (40, LEFT, ""),
}


def _sheet(
    title: str,
    name: str,
    columns: Columns,
    rows: Iterable[Row],
    head: Sequence[str],
    notes: Sequence[str],
    now: datetime,
) -> WrittenSheet:
    return WrittenSheet(
        title=title,
        name=name,
        grid=[[HeaderCell(text, 0, nth, 1, 1) for nth, text in enumerate(columns)]],
        columns=[ColumnLook(width, form, align=align) for width, align, form in columns.values()],
        rows=rows,
        head=list(head),
        notes=[*notes, f"数据截至 {moment(now)}。"],
    )


def works(found: PreventionWorkQuerySet, now: datetime) -> WrittenSheet:
    notes = ["检查取自集中排查，不在此表；同一单位去几次计几户次。"]
    return _sheet("预防工作登记表", "预防工作", WORKS, _works(found), [], notes, now)


def _works(found: PreventionWorkQuerySet) -> Iterator[Row]:
    rows = found.with_tasks().select_related("union").order_by("on", "id")
    for serial, row in enumerate(rows.iterator(chunk_size=1000), 1):
        yield Row(
            (
                serial,
                row.on,
                f"{row.get_kind_display()}（计划）" if row.is_plan else row.get_kind_display(),
                row.title,
                row.union.name,
                row.firms,
                row.projects,
                row.people,
                row.place,
                row.helpers or None,
                row.done,
                row.agenda,
                row.partners,
                row.agreed,  # type: ignore[attr-defined] # annotated
                row.unfinished,  # type: ignore[attr-defined]
            )
        )


def figures(
    unit: Union, since: date, until: date, rows: Sequence[UnitTally], total: PreventionTally, now: datetime
) -> WrittenSheet:
    shown = kinds_shown(unit, total)
    kinds: Columns = {f"{label}（次）": (11, MIDDLE, WHOLE) for _, label in shown}
    meets: Columns = {"议定事项已落实（项）": (12, MIDDLE, "")} if AGREEING & dict(shown).keys() else {}
    tail = dict.fromkeys(("合计（次）", "用人单位（户次）", "覆盖（人次）"), (11, MIDDLE, WHOLE))
    several = len(rows) > 1
    keys = [kind for kind, _ in shown]
    lines = [
        _tally(f"{one.union.name}（本级）" if one.own and several else one.union.name, one.tally, keys) for one in rows
    ]
    if several:
        lines.append(_tally("合计", total, keys))
    head = [f"单位：{unit.name}及以下", f"期间：{since} 至 {until}"]
    notes = ["检查取自集中排查，不另行登记；同一单位去几次计几户次。"]
    return _sheet("预防工作统计表", "统计", {"单位": (26, LEFT, ""), **kinds, **tail, **meets}, lines, head, notes, now)


def _tally(name: str, one: PreventionTally, kinds: Sequence[str]) -> Row:
    tasks = (one.tasks,) if AGREEING & set(kinds) else ()
    return Row((name, *(one.times.get(kind, 0) for kind in kinds), one.all, one.firms, one.people, *tasks))


def classes(found: EmployerRiskQuerySet, now: datetime) -> WrittenSheet:
    """`found` with `last_on`."""
    notes = ["类别、间隔和服务按现行规则，规则没有给出的数字为本地设置；人工调整的到期后恢复按规则分类。"]
    return _sheet("企业风险分类表", "企业分类", CLASSES, _classes(found), [], notes, now)


def _classes(found: EmployerRiskQuerySet) -> Iterator[Row]:
    rows = found.select_related("employer", "union", "change").order_by("-rank", "-score", "-pk")
    for serial, row in enumerate(rows.iterator(chunk_size=1000), 1):
        yield _class(serial, row)


def _class(serial: int, row: EmployerRisk) -> Row:
    last = row.last_on  # type: ignore[attr-defined]
    return Row(
        (
            serial,
            row.employer.name,
            row.employer.uscc or "",
            row.label,
            row.rule_label,
            "；".join(said for said, _ in row.reasons()),
            row.every_days,
            last,
            row.next_on(last),
            row.service,
            row.union.name,
            row.change.until if row.change else None,
        )
    )


def subsidies(
    unit: Union,
    quarter: str,
    rows: Sequence[SubsidyRow],
    rate: SubsidyRate | None,
    of: SubsidyList | None,
    now: datetime,
) -> WrittenSheet:
    """`of`: the confirmed or drafted list; None: what the books give now."""
    counted = sum(row.counts for row in rows)
    said = f"每件 {rate.per_case:,.2f} 元，应补 {rate.per_case * counted:,.2f} 元" if rate else "每件金额：未设定"
    state = of.get_stage_display() if of else "未提出确认"
    head = [f"单位：{unit.name}", f"办结季度：{spoken(quarter)}", f"清单状态：{state}"]
    notes = [f"下移街镇并调解成功 {len(rows)} 件，计补 {counted} 件；{said}。"]
    if of and of.decided_by and of.decided_at:
        notes.append(
            f"提出：{of.drafted_by.name} {moment(of.drafted_at)}；{state}：{of.decided_by.name} {moment(of.decided_at)}。"
        )
    return _sheet("以案定补清单", "以案定补", SUBSIDIES, _subsidies(rows), head, notes, now)


def _subsidies(rows: Sequence[SubsidyRow]) -> Iterator[Row]:
    for serial, row in enumerate(rows, 1):
        yield Row(
            (
                serial,
                row.clue_number,
                row.number,
                row.employer,
                row.township,
                date.fromisoformat(row.passed_on),
                date.fromisoformat(row.mediated_on),
                date.fromisoformat(row.closed_on),
                row.workers,
                row.money,
                _counts(row),
            )
        )


def _counts(row: SubsidyRow) -> str:
    if row.reopened_on:
        return f"不计：{row.reopened_on} 重新办理"
    return f"不计：已列入{row.listed}" if row.listed else "计补"


def gaps(found: Sequence[Gap], now: datetime) -> WrittenSheet:
    rows = [
        Row((serial, one.union.name, one.kind, one.agency.name if one.agency else "", one.why))
        for serial, one in enumerate(found, 1)
    ]
    notes = [f"尚无部门或联络员的共 {len(found)} 处。"]
    return _sheet("联络员名录缺口清单", "缺口", GAPS, rows, [], notes, now)
