"""The lists of prevention as workbooks: one title, one head line, rows with their units, and what they are as of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from arrears.prevention.actions.subsidy import SubsidyRate, SubsidyRow
from arrears.prevention.counts import PreventionTally, UnitTally, kinds_shown
from arrears.prevention.models import AGREEING, EmployerRisk, EmployerRiskQuerySet, PreventionWorkQuerySet, SubsidyList
from arrears.prevention.quarters import spoken
from unions.common.formats import moment
from unions.common.xlsx_writer import WrittenSheet
from unions.models import Union
from unions.people.agencies import Gap
from unions.sheets import LEFT, MIDDLE, MONEY, WHOLE, ListColumns, list_sheet

WORKS: ListColumns = {
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
CLASSES: ListColumns = {
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
SUBSIDIES: ListColumns = {
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
GAPS: ListColumns = {
    "单位": (26, LEFT, ""),
    "成员部门类别": (22, MIDDLE, ""),
    "部门": (32, LEFT, ""),
    "缺口": (40, LEFT, ""),
}


def works(found: PreventionWorkQuerySet, now: datetime) -> WrittenSheet:
    notes = ["检查取自集中排查，不在此表；同一单位去几次计几户次。"]
    return list_sheet("预防工作登记表", WORKS, _works(found), now, notes, name="预防工作")


def _works(found: PreventionWorkQuerySet) -> Iterator[tuple[Any, ...]]:
    rows = found.with_tasks().select_related("union").order_by("on", "id")
    for row in rows.iterator(chunk_size=1000):
        yield (
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


def figures(
    unit: Union, since: date, until: date, rows: Sequence[UnitTally], total: PreventionTally, now: datetime
) -> WrittenSheet:
    shown = kinds_shown(unit, total)
    kinds: ListColumns = {f"{label}（次）": (11, MIDDLE, WHOLE) for _, label in shown}
    meets: ListColumns = {"议定事项已落实（项）": (12, MIDDLE, "")} if AGREEING & dict(shown).keys() else {}
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
    columns = {"单位": (26, LEFT, ""), **kinds, **tail, **meets}
    return list_sheet("预防工作统计表", columns, lines, now, notes, head=head, name="统计", numbered=False)


def _tally(name: str, one: PreventionTally, kinds: Sequence[str]) -> tuple[Any, ...]:
    tasks = (one.tasks,) if AGREEING & set(kinds) else ()
    return (name, *(one.times.get(kind, 0) for kind in kinds), one.all, one.firms, one.people, *tasks)


def classes(found: EmployerRiskQuerySet, now: datetime) -> WrittenSheet:
    """`found` with `last_on`."""
    notes = ["类别、间隔和服务按现行规则，规则没有给出的数字为本地设置；人工调整的到期后恢复按规则分类。"]
    return list_sheet("企业风险分类表", CLASSES, _classes(found), now, notes, name="企业分类")


def _classes(found: EmployerRiskQuerySet) -> Iterator[tuple[Any, ...]]:
    rows = found.select_related("employer", "union", "change").order_by("-rank", "-score", "-pk")
    return map(_class, rows.iterator(chunk_size=1000))


def _class(row: EmployerRisk) -> tuple[Any, ...]:
    last = row.last_on  # type: ignore[attr-defined]
    return (
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
    return list_sheet("以案定补清单", SUBSIDIES, map(_subsidy, rows), now, notes, head=head, name="以案定补")


def _subsidy(row: SubsidyRow) -> tuple[Any, ...]:
    return (
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


def _counts(row: SubsidyRow) -> str:
    if row.reopened_on:
        return f"不计：{row.reopened_on} 重新办理"
    return f"不计：已列入{row.listed}" if row.listed else "计补"


def gaps(found: Sequence[Gap], now: datetime) -> WrittenSheet:
    rows = [(one.union.name, one.kind, one.agency.name if one.agency else "", one.why) for one in found]
    notes = [f"尚无部门或联络员的共 {len(found)} 处。"]
    return list_sheet("联络员名录缺口清单", GAPS, rows, now, notes, name="缺口")
