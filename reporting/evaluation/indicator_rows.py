"""The rows one indicator of one unit counts, which cost points and why, under the reader's rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Q, QuerySet, Value, When, prefetch_related_objects
from django.db.models import Case as Choose
from django.urls import reverse

from arrears.cases.models import Act, Case, Outcome
from arrears.inspections.models import Finding, Inspection, ReviewFinding
from arrears.law.models import Obligation
from arrears.law.rules.rates import Rate
from arrears.law.rules.rulebook import Indicator
from arrears.law.rules.vocabulary import NEEDS
from arrears.legal.actions import result_of
from arrears.legal.models import Proceeding, ProceedingKind
from arrears.prevention.models import EmployerRisk, PreventionWork
from arrears.transfers.models import Transfer
from arrears.workers.confirmations import last_answers
from arrears.workers.models import Worker
from reporting.evaluation.facts import (
    AIDED,
    CLOSED,
    COMPLETE,
    CONFIRMED,
    DUTY,
    FINDINGS,
    LIAISON,
    PREVENTED,
    PROMPT,
    REPORTED,
    RETURNS,
    REVIEWED,
    RHYTHM,
    SETTLED_BELOW,
    SOURCES,
    TERMS,
    VISITS,
    EvaluationPeriod,
    IndicatorSource,
    lacking,
)
from reporting.evaluation.ranking import rows_of
from reporting.returns.models import Return, ReturnVersion
from unions.common.formats import day, moment
from unions.models import Agency, Union, User

PER_PAGE = 50
LABELS = {
    AIDED.name: "案件",
    RETURNS.name: "报表",
    TERMS.name: "办理时限",
    REPORTED.name: "报表",
    PROMPT.name: "案件",
    CLOSED.name: "案件",
    COMPLETE.name: "案件",
    VISITS.name: "排查",
    FINDINGS.name: "检查问题",
    PREVENTED.name: "预防工作",
    CONFIRMED.name: "职工",
    RHYTHM.name: "用人单位",
    LIAISON.name: "成员部门",
    DUTY.name: "单位",
    REVIEWED.name: "互查审计问题",
    SETTLED_BELOW.name: "下移的线索",
}
COUNTED_IN = dict.fromkeys(LABELS, "件") | {
    RETURNS.name: "份",
    REPORTED.name: "份",
    VISITS.name: "次",
    FINDINGS.name: "个",
    PREVENTED.name: "次",
    CONFIRMED.name: "人",
    RHYTHM.name: "户",
    LIAISON.name: "个",
    DUTY.name: "个",
    REVIEWED.name: "个",
}
DAY_MEANS = {
    "due_at": "期限",
    "due_on": "整改期限",
    "accepted_on": "受理日期",
    "on": "日期",
    "since": "首次分类",
    "pk": "日期",
    "valid_from": "成立日期",
    "answered_at": "接收时间",
}


@dataclass(frozen=True)
class IndicatorRow:
    """One row. `good`: it is met; `said`: how it stands, or what cost the points."""

    url: str
    title: str
    under: str
    on: date | datetime | None
    good: bool
    said: str


@dataclass(frozen=True)
class IndicatorRows:
    """`count`: all rows of the unit, with how many like ones it leaves out; `seen`: those the reader may open. `listed`: how many of them the list goes through."""

    count: Rate
    seen: Rate
    listed: int
    parts: list[IndicatorRow]


def rows_behind(
    unit: Union,
    entry: Indicator,
    source: IndicatorSource,
    span: EvaluationPeriod,
    user: User,
    only_lost: bool,
    start: int,
) -> IndicatorRows:
    """Fifty rows from `start` (0 is the first), those that cost points first. Six queries."""
    rows, met = rows_of(unit, entry, source, span), source.met(entry, span)
    seen = rows.filter(pk__in=rows.model.objects.visible_to(user).values("pk"))
    left_out = rows_of(unit, entry, replace(source, rows=source.left_out), span).count() if source.left_out else 0
    count, mine = replace(_count(rows, met), left_out=left_out), _count(seen, met)
    good: Any = Choose(When(met, then=True), default=False, output_field=BooleanField()) if met else Value(True)
    listed = seen.annotate(good=good)
    if only_lost:
        listed = listed.filter(good=False)
    listed = listed.order_by("good", f"-{source.day}", "-pk").select_related(*_WITH[source.name])
    found = list(listed[start : start + PER_PAGE])
    parts = _SHOWN[source.name](found, entry)
    return IndicatorRows(count, mine, mine.lost if only_lost else mine.of, parts)


def counted_by_source(unit: Union, entry: Indicator, span: EvaluationPeriod, only_lost: bool) -> dict[str, int]:
    """How many rows of each source a list goes through. Two queries per source."""
    found = {}
    for source in SOURCES[entry.measure]:
        count = _count(rows_of(unit, entry, source, span), source.met(entry, span))
        found[source.name] = count.lost if only_lost else count.of
    return found


def _count(rows: QuerySet[Any], met: Q) -> Rate:
    of = rows.count()
    return Rate(rows.filter(met).count() if met else of, of)


# ---- how each row is told ---------------------------------------------------------------------------------------------


def _returns(rows: list[Return], entry: Indicator) -> list[IndicatorRow]:
    return [
        IndicatorRow(
            row.get_absolute_url(),
            f"{row.title}（{row.span}）",
            row.union.name,
            row.due_at,
            row.good,  # type: ignore[attr-defined] # annotated
            _sent(row),
        )
        for row in rows
    ]


def _sent(row: Return) -> str:
    if row.submitted_at:
        return f"{'迟报' if row.late() else '按期'}，{moment(row.submitted_at)} 报出"
    return "推定零报告" if row.implied_zero else "漏报"


def _reported(rows: list[Return], entry: Indicator) -> list[IndicatorRow]:
    prefetch_related_objects(rows, "versions")
    return [
        IndicatorRow(
            row.get_absolute_url(),
            f"{row.title}（{row.span}）",
            row.union.name,
            row.due_at,
            row.good,  # type: ignore[attr-defined] # annotated
            _doubted(row),
        )
        for row in rows
    ]


def _doubted(row: Return) -> str:
    versions = list(row.versions.all())
    said = [
        "被退回" if any(one.sent_back for one in versions) else "",
        "有更正" if any(_amends(one, versions) for one in versions) else "",
        "零报告与台账矛盾" if row.contradicted_at else "",
    ]
    return "、".join(filter(None, said)) or "一次报准"


def _amends(version: ReturnVersion, versions: list[ReturnVersion]) -> bool:
    """A further version after one that was not sent back."""
    before = next((one for one in versions if one.number == version.number - 1), None)
    return version.approved_at is not None and before is not None and not before.sent_back


def _terms(rows: list[Obligation], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        ended = row.met_at or row.lifted_at
        said = f"{moment(ended)} {'办理' if row.met_at else '解除'}" if ended else "尚未办理"
        good = bool(row.good)  # type: ignore[attr-defined]
        said = said if good else f"逾期，{said}"
        under = f"{row.case or row.subject} · {row.holder.name}"
        found.append(IndicatorRow(row.get_absolute_url(), str(row), under, row.due_at or row.started_at, good, said))
    return found


def _case(row: Any, said: str) -> IndicatorRow:
    url = reverse("case", args=[row.pk])
    return IndicatorRow(url, row.employer.name, f"{row} · {row.union.name}", row.accepted_on, row.good, said)


def _prompt(rows: list[Case], entry: Indicator) -> list[IndicatorRow]:
    acts = Act.objects.filter(case__in=rows).exclude(outcome=Outcome.UNREACHED).order_by("case_id", "on", "id")
    first = {act.case_id: act for act in acts.distinct("case_id")}
    return [_case(row, _acted(first.get(row.pk), row, entry)) for row in rows]


def _acted(act: Act | None, row: Any, entry: Indicator) -> str:
    if act is not None and (act.on - row.accepted_on).days <= (entry.days or 0):
        return f"{day(act.on)} {act.get_kind_display()}"
    if row.good:
        return "期限内已有清偿或垫付"
    late = f"首次办理在 {day(act.on)}，" if act else "还没有办理记录，"
    return f"{late}超过 {entry.days} 日"


def _closed(rows: list[Case], entry: Indicator) -> list[IndicatorRow]:
    return [
        _case(row, f"{day(row.closed_on)} 办结" if row.good and row.closed_on else row.get_state_display())  # type: ignore[attr-defined]
        for row in rows
    ]


def _aided(rows: list[Case], entry: Indicator) -> list[IndicatorRow]:
    applied = Proceeding.objects.filter(case__in=rows, kind=ProceedingKind.LEGAL_AID).order_by("case_id", "-pk")
    last = {one.case_id: one for one in applied.distinct("case_id")}
    return [_case(row, _aid(last.get(row.pk), row)) for row in rows]


def _aid(applied: Proceeding | None, row: Any) -> str:
    if applied is None:
        return "已提供法律援助" if row.good else "尚未申请法律援助"
    if applied.assigned_on:
        return (
            f"{day(applied.applied_on)} 申请，{day(applied.assigned_on)} 指派{'（优先）' if applied.priority else ''}"
        )
    result = result_of(applied)
    return f"{day(applied.applied_on)} 申请，{result.label if result else '尚未指派'}"


def _complete(rows: list[Case], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        missing = "、".join(NEEDS[name] for name in lacking(row, entry))
        found.append(_case(row, f"缺少：{missing}" if missing else "要素齐全"))
    return found


def _visits(rows: list[Inspection], entry: Indicator) -> list[IndicatorRow]:
    return [
        IndicatorRow(row.get_absolute_url(), row.employer.name, row.union.name, row.on, True, "排查") for row in rows
    ]


def _findings(rows: list[Finding], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        said = f"{day(row.closed_on)} 销号" if row.closed_on else "尚未整改"
        good = bool(row.good)  # type: ignore[attr-defined]
        under = f"{row.inspection.employer.name} · {row.inspection.union.name}"
        url = row.inspection.get_absolute_url()
        found.append(IndicatorRow(url, row.detail, under, row.due_on, good, said if good else f"逾期，{said}"))
    return found


def _works(rows: list[PreventionWork], entry: Indicator) -> list[IndicatorRow]:
    return [
        IndicatorRow(row.get_absolute_url(), row.title, row.union.name, row.on, True, row.get_kind_display())
        for row in rows
    ]


def _confirmed(rows: list[Worker], entry: Indicator) -> list[IndicatorRow]:
    """Names stay masked; the page of the case opens them one by one."""
    answers, found = last_answers(row.pk for row in rows), []
    for row in rows:
        said = "、".join(dict.fromkeys(one.get_answer_display() for one in answers.get(row.pk, []))) or "未答复"
        url, under = row.case.section_url("workers"), f"{row.case} · {row.case.employer.name}"
        good = bool(row.good)  # type: ignore[attr-defined]
        found.append(IndicatorRow(url, row.masked_name, under, None, good, "已足额收到" if good else said))
    return found


def _rhythm(rows: list[EmployerRisk], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        good = bool(row.good)  # type: ignore[attr-defined]
        said = f"{row.label}，每 {row.every_days} 日" + ("，按间隔检查" if good else "，间隔内没有检查")
        found.append(IndicatorRow(row.get_absolute_url(), row.employer.name, row.union.name, row.since, good, said))
    return found


def _reached(rows: list[Agency], entry: Indicator) -> list[IndicatorRow]:
    return [
        IndicatorRow(row.get_absolute_url(), row.name, row.union.name, None, True, row.get_kind_display())
        for row in rows
    ]


def _duty(rows: list[Union], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        good = bool(row.good)  # type: ignore[attr-defined]
        said = f"{row.duty_officer} {row.duty_phone}" if good else "没有公布值守人员和电话"
        found.append(IndicatorRow(row.get_absolute_url(), row.name, row.get_kind_display(), row.valid_from, good, said))
    return found


def _review_findings(rows: list[ReviewFinding], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        good = bool(row.good)  # type: ignore[attr-defined]
        said = f"{day(row.answered_at)} 答复整改" if row.answered_at else "尚未答复"
        url, unit = row.review.get_absolute_url(), row.review.inspected.name
        found.append(IndicatorRow(url, row.detail, unit, row.due_on, good, said if good else f"逾期，{said}"))
    return found


def _passed_down(rows: list[Transfer], entry: Indicator) -> list[IndicatorRow]:
    found = []
    for row in rows:
        good = bool(row.good)  # type: ignore[attr-defined]
        said = "调解成功并办结" if good else "还没有经街镇调解成功并办结"
        name = f"{row.case.clue_number} {row.case.employer.name}"
        found.append(IndicatorRow(row.case.get_absolute_url(), name, row.receiver.name, row.answered_at, good, said))
    return found


_SHOWN: dict[str, Callable[[list[Any], Indicator], list[IndicatorRow]]] = {
    AIDED.name: _aided,
    RETURNS.name: _returns,
    TERMS.name: _terms,
    REPORTED.name: _reported,
    PROMPT.name: _prompt,
    CLOSED.name: _closed,
    COMPLETE.name: _complete,
    VISITS.name: _visits,
    FINDINGS.name: _findings,
    PREVENTED.name: _works,
    CONFIRMED.name: _confirmed,
    RHYTHM.name: _rhythm,
    LIAISON.name: _reached,
    DUTY.name: _duty,
    REVIEWED.name: _review_findings,
    SETTLED_BELOW.name: _passed_down,
}
_WITH: dict[str, tuple[str, ...]] = {
    AIDED.name: ("employer", "union"),
    RETURNS.name: ("union",),
    TERMS.name: ("case", "holder"),
    REPORTED.name: ("union",),
    PROMPT.name: ("employer", "union"),
    CLOSED.name: ("employer", "union"),
    COMPLETE.name: ("employer", "union"),
    VISITS.name: ("employer", "union"),
    FINDINGS.name: ("inspection__employer", "inspection__union"),
    PREVENTED.name: ("union",),
    CONFIRMED.name: ("case__employer",),
    RHYTHM.name: ("employer", "union"),
    LIAISON.name: ("union",),
    DUTY.name: ("parent",),
    REVIEWED.name: ("review__inspected",),
    SETTLED_BELOW.name: ("case__employer", "receiver"),
}
