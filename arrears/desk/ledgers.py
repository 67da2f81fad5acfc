"""欠薪信息台账: the cases, or the employers, that the list of cases is narrowed to, with their sums (QD-4.2, QH-3c, QP-2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from arrears.cases import employer_ledger, ledger
from arrears.cases.employer_ledger import EmployerLine
from arrears.cases.models import ActKind, Case, LedgerEntry, Outcome
from arrears.cases.models.act import Act
from arrears.cases.models.employer import CHAIN
from unions.common.xlsx_writer import WrittenSheet
from unions.sheets import LEFT, MIDDLE, MONEY, WHOLE, ListColumns, list_sheet

CHUNK = 1000
CASES: ListColumns = {
    "编号": (24, MIDDLE, ""),
    "线索编号": (24, MIDDLE, ""),
    "受理日期": (12, MIDDLE, ""),
    "受理渠道": (14, MIDDLE, ""),
    "用人单位": (32, LEFT, ""),
    "统一社会信用代码": (22, MIDDLE, ""),
    "所属行业": (14, MIDDLE, ""),
    "欠薪起始": (12, MIDDLE, ""),
    "欠薪截止": (12, MIDDLE, ""),
    "欠薪原因": (22, LEFT, ""),
    "工程项目": (26, LEFT, ""),
    **dict.fromkeys(CHAIN.values(), (22, LEFT, "")),
    "涉及人数（人）": (10, MIDDLE, WHOLE),
    "其中农民工（人）": (10, MIDDLE, WHOLE),
    "欠薪发生数（元）": (16, MIDDLE, MONEY),
    "已处理数（元）": (16, MIDDLE, MONEY),
    "不属实（元）": (14, MIDDLE, MONEY),
    "未解决（人）": (10, MIDDLE, WHOLE),
    "未解决（元）": (16, MIDDLE, MONEY),
    "查实日期": (12, MIDDLE, ""),
    "立案单位": (24, LEFT, ""),
    "承办单位": (24, LEFT, ""),
    "经办人": (10, MIDDLE, ""),
    "反馈职工": (12, MIDDLE, ""),
    "反馈 12351": (12, MIDDLE, ""),
    "状态": (12, MIDDLE, ""),
    "办结日期": (12, MIDDLE, ""),
}
EMPLOYERS: ListColumns = {
    "用人单位": (36, LEFT, ""),
    "统一社会信用代码": (22, MIDDLE, ""),
    "案件（件）": (9, MIDDLE, WHOLE),
    "未结（件）": (9, MIDDLE, WHOLE),
    "其中未查实（件）": (9, MIDDLE, WHOLE),
    "多次欠薪": (9, MIDDLE, ""),
    "涉及人数（人）": (10, MIDDLE, WHOLE),
    "欠薪发生数（元）": (16, MIDDLE, MONEY),
    "已处理数（元）": (16, MIDDLE, MONEY),
    "不属实（元）": (14, MIDDLE, MONEY),
    "未解决（人）": (10, MIDDLE, WHOLE),
    "未解决（元）": (16, MIDDLE, MONEY),
    "自何时欠薪": (12, MIDDLE, ""),
    "最近入账": (12, MIDDLE, ""),
}


@dataclass(frozen=True)
class LedgerCase:
    """One case of the ledger; days on which the worker and the hotline were told, None: not yet."""

    case: Case
    balance: ledger.Balance
    told_worker: date | None
    told_hotline: date | None


@dataclass(frozen=True)
class LedgerTotals:
    """Of everything the ledger lists; `unverified`: the clues nobody has verified, which official tables leave out."""

    cases: int
    employers: int
    balance: ledger.Balance
    unverified: int
    unverified_left: ledger.Sums


def totals(cases: QuerySet[Case]) -> LedgerTotals:
    """Five queries, whatever the number of cases."""
    found = employer_ledger.in_books(cases).order_by()
    clues = found.filter(verified_on=None)
    return LedgerTotals(
        cases=found.count(),
        employers=found.values("employer").distinct().count(),
        balance=ledger.total(_entries(found)),
        unverified=clues.count(),
        unverified_left=ledger.total(_entries(clues)).outstanding,
    )


def _entries(cases: QuerySet[Case]) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(case__in=cases.values("pk"))


def ledger_cases(cases: QuerySet[Case], most: int | None = None) -> Iterator[LedgerCase]:
    """In the order of acceptance; a query of figures per thousand cases."""
    found = employer_ledger.in_books(cases).select_related("employer", "project", "union", "handling_union", "officer")
    found = found.annotate(told_worker=_told(ActKind.FEEDBACK_WORKER), told_hotline=_told(ActKind.FEEDBACK_HOTLINE))
    rows = found.order_by("accepted_on", "pk")[:most].iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        books = ledger.balances(case.pk for case in chunk)
        for case in chunk:
            told: tuple[Any, Any] = (case.told_worker, case.told_hotline)
            yield LedgerCase(case, books[case.pk], *told)


def _told(kind: ActKind) -> Subquery:
    acts = Act.objects.filter(case=OuterRef("pk"), kind=kind).exclude(outcome=Outcome.UNREACHED).order_by()
    return Subquery(acts.values("case").annotate(last=Max("on")).values("last"))


def cases_sheet(cases: QuerySet[Case], head: str, now: datetime) -> WrittenSheet:
    every = totals(cases)
    return list_sheet("欠薪信息台账", CASES, map(_case_values, ledger_cases(cases)), now, [said(every)], head=[head])


def employers_sheet(cases: QuerySet[Case], head: str, now: datetime) -> WrittenSheet:
    every = totals(cases)
    rows = employer_ledger.lines(employer_ledger.by_employer(cases))
    return list_sheet("欠薪单位台账", EMPLOYERS, _employer_values(rows), now, [said(every)], head=[head])


def said(every: LedgerTotals) -> str:
    """The totals in one sentence, at the foot of page and workbook."""
    sums = every.balance
    return (
        f"合计 {every.cases:,} 件、{every.employers:,} 家用人单位，涉及 {sums.owed.workers:,} 人，"
        f"欠薪发生数 {sums.owed.amount:,.2f} 元，已处理 {sums.resolved.amount:,.2f} 元，不属实 {sums.untrue.amount:,.2f} 元，"
        f"未解决 {sums.outstanding.amount:,.2f} 元；其中未查实的线索 {every.unverified:,} 件、"
        f"未解决 {every.unverified_left.amount:,.2f} 元。不解决不销账。"
    )


def _case_values(row: LedgerCase) -> tuple[Any, ...]:
    case, sums, project = row.case, row.balance, row.case.project
    return (
        case.number,
        case.clue_number,
        case.accepted_on,
        case.get_channel_display(),
        case.employer.name,
        case.employer.uscc,
        case.get_industry_display(),
        case.owed_from,
        case.owed_until,
        case.causes_said,
        project.name if project else "",
        *(getattr(project, name, "") for name in CHAIN),
        sums.owed.workers,
        sums.owed.migrants,
        sums.owed.amount,
        sums.resolved.amount,
        sums.untrue.amount,
        sums.outstanding.workers,
        sums.outstanding.amount,
        case.verified_on or "未查实",
        case.union.name,
        case.handling_union.name,
        case.officer.name if case.officer else "",
        row.told_worker,
        row.told_hotline,
        case.get_state_display(),
        case.closed_on,
    )


def _employer_values(rows: Iterable[EmployerLine]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        sums = row.balance
        yield (
            row.name,
            row.code,
            row.cases,
            row.unfinished,
            row.unverified,
            "是" if row.repeated else "否",
            sums.owed.workers,
            sums.owed.amount,
            sums.resolved.amount,
            sums.untrue.amount,
            sums.outstanding.workers,
            sums.outstanding.amount,
            row.since,
            row.last,
        )
