"""docs/figures.md: every figure of every page, against raw SQL, on a small world with all that used to be left out somewhere.

市南 (a district), its enterprise and 市北; an enterprise of the industrial union; cases on the books of city and province; a clue
nobody has verified, a clue that proved to be no arrears, a sum that proved untrue; returns with figures, signed as zero, taken
for zero, missing and waived; terms in time, late, and overdue from before. Of what the board counts beside cases, open and closed
matters of each kind; findings, works of prevention, causes and parties of projects.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from arrears.cases.models import Case, EntryKind, Project
from arrears.early_warning.models import WarningStanding
from arrears.inspections.models import Finding
from arrears.law.rules.rates import Rate
from arrears.law.scope import Period, Scope
from arrears.prevention.models import PreventionWork
from arrears.workers.models import PaymentAnswer, Worker, WorkerPayment
from reporting.boards.columns import COLUMNS
from reporting.boards.counts import read_board
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.ranking import counts
from reporting.forms import papers
from reporting.forms.files import known
from reporting.forms.listing import listing
from reporting.forms.tabulate import as_of_line, tabulate
from reporting.overview import figures as overview
from reporting.returns.models import ReturnStage, ReturnVersion
from tests.books import Payment, write_case, write_inspection
from tests.cast import AT, World, an_employer, moment
from tests.judged import DUE, a_return, a_term, indicator
from tests.matters import matters, no_longer_open
from tests.readers import as_user
from unions.common.encrypted_fields import Private
from unions.models import Union

DOCS = Path(__file__).resolve().parents[2] / "docs" / "figures.md"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
YEAR = {"period": "2026"}
CAMPAIGN = Period(date(2026, 10, 1), date(2026, 12, 31), date(2026, 11, 30))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 30))
NOON = moment("2026-11-20 12:00")
JUDGED = EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), moment("2026-11-30 12:00"))
DAYS = [date(2026, 11, day) for day in range(1, 28)]

LAST_YEAR = [Payment(date(2025, 6, 3), 2, Decimal(20_000)), Payment(date(2026, 3, 4), 2, Decimal(30_000))]


@pytest.fixture
def books(world: World) -> World:
    half = [Payment(DAYS[4], 2, Decimal("20000.00")), Payment(DAYS[5], 1, Decimal("5000.00"), EntryKind.UNTRUE)]
    _confirmations(write_case(world, DAYS[1], 12, "120000.00", payments=half, migrants=10), world)
    # Part of the stock of the campaign: 3,000 yuan were paid before it began.
    write_case(
        world, date(2026, 9, 3), 4, "8000.00", "370203E0001", payments=[Payment(date(2026, 9, 20), 1, Decimal(3000))]
    )
    for number in range(6):
        paid = [Payment(DAYS[9], 1, Decimal(1000))]
        write_case(world, DAYS[2], 1, "1000", "370202", payments=paid, closed_on=DAYS[10] if number else None)
    write_case(
        world, DAYS[3], 7, "123400.00", "370000I0001E0001", migrants=7, acts=[("legal_aid", DAYS[5], "done")]
    )  # industrial
    write_case(
        world, date(2025, 5, 6), 4, "50000", "370202", payments=LAST_YEAR, closed_on=date(2026, 3, 5)
    )  # closed since
    write_case(
        world,
        date(2025, 8, 7),
        2,
        "20000",
        "370203",
        payments=[Payment(date(2025, 8, 30), 2, Decimal(20_000))],
        closed_on=date(2025, 9, 1),
    )
    write_case(world, DAYS[3], 3, "9000.00", "370200")  # the city's own books
    write_case(world, DAYS[3], 2, "5000.00", "370000")  # the province's own
    write_case(world, DAYS[4], 9, "427700.00", "370202", clue=True)
    write_case(world, DAYS[4], 5, "6000.00", "370202", dismissed_at=AT)
    write_inspection(world, DAYS[6], 30, 20, an_employer("受检一", "370202"))
    _returns(world)
    a_term(world)
    a_term(world, "370203", met_at=DUE)
    a_term(world, due=DUE - 400 * DAY)
    cache.clear()
    return world


@pytest.fixture
def wider(books: World) -> World:
    """With what other books count."""
    matters(books, 2)
    no_longer_open(books)
    matters(books, 0)
    matters(books, 1, "370203")
    sun, visited = books.people["sun"], an_employer("受检二", "370202")
    firm, named = an_employer("总包甲", "370202"), {"developer": "海风置业", "contractor": "总包甲"}
    for name, chain in (("甲", named), ("乙", {"contractor": "总包甲"}), ("丙", {})):
        project = Project.objects.create(employer=firm, name=name, **chain)
        causes = ["passed_on", "works_unpaid"] if chain else []
        write_case(books, DAYS[3], 4, "40000", "370202", employer=firm, project=project, causes=causes)
    visit = write_inspection(books, DAYS[1], 30, 20, visited)
    for due_on, closed_on in ((DAYS[8], DAYS[7]), (DAYS[9], None), (date(2025, 12, 1), None)):
        Finding.objects.create(
            inspection=visit, path=visit.path, detail="没有告示牌", due_on=due_on, closed_on=closed_on, by=sun, at=AT
        )
    for done, withdrawn_at in (("走访三户", None), ("", None), ("走访两户", AT)):
        PreventionWork.objects.create(
            union=books.unions["370202"],
            path=books.unions["370202"].path,
            kind="meeting",
            on=DAYS[2],
            title="联席会议",
            done=done,
            withdrawn_at=withdrawn_at,
            by=sun,
            at=AT,
        )
    for code, level in (("370000", "红"), ("370200", "红"), ("370200", "橙")):
        WarningStanding.objects.create(
            union=books.unions[code],
            path=books.unions[code].path,
            employer=visited if level == "红" else firm,
            level=level,
            latest_on=DAYS[0],
            graded_on=DAYS[0],
        )
    cache.clear()
    return books


def _confirmations(case: Case, world: World) -> None:
    """Four listed workers: one confirms both payments, one only the first, one contradicts, one was not paid."""
    first, second = case.entries.exclude(kind=EntryKind.RECOGNISED).order_by("pk")
    by = world.people["he"]
    said = [("received", "received"), ("received", ""), ("nothing",), ()]
    for number, answers in enumerate(said):
        worker = Worker.objects.create(case=case, name=Private(f"职工{number}"), owed=10_000, added_by=by, added_at=AT)
        for entry, answer in zip((first, second), answers, strict=False):
            payment = WorkerPayment.objects.create(worker=worker, entry=entry, amount=1)
            if answer:
                PaymentAnswer.objects.create(payment=payment, answer=answer, at=AT)


def _returns(world: World) -> None:
    """With figures, signed as zero (both in time), taken for zero, missing, waived; one missing of the year before."""
    for nil in (False, True):
        sent = a_return(world, stage=ReturnStage.RECEIVED, submitted_at=DUE)
        sent.current = ReturnVersion.objects.create(
            report=sent,
            number=1,
            nil=nil,
            cells={"rows": []},
            as_of=date(2026, 9, 30),
            ledger_position=0,
            form_digest="",
            rulebook_digest="",
            calendar_version="x",
            signed_by=world.people["qian"],
            signed_at=DUE,
            hash=f"{nil}",
        )
        sent.save()
    a_return(world, stage=ReturnStage.IMPLIED)
    a_return(world, "370203")
    a_return(world, stage=ReturnStage.WAIVED)
    a_return(world, "370000I0001", DUE - 400 * DAY)


# ---- what the database says -------------------------------------------------------------------------------------------

UNFINISHED = "state IN ('clue', 'open', 'transferring', 'legal', 'settled')"
LEFT = """SELECT coalesce(sum(CASE WHEN e.counts_as IN ('recognised', 'adjusted') THEN e.{0} ELSE -e.{0} END), 0)
FROM cases_ledgerentry e JOIN cases_case c ON c.id = e.case_id WHERE c.path LIKE %s AND {1}"""
OF_CASES = "SELECT count(*) FROM cases_case WHERE path LIKE %s AND {0}"
RETURNS = """SELECT count(*) FROM returns_return r LEFT JOIN returns_returnversion v ON v.id = r.current_id
WHERE r.path LIKE %s AND r.stage <> 'waived' AND r.due_at >= '2026-01-01 00:00+08' AND r.due_at < '2027-01-01 00:00+08' AND {0}"""
TERMS = """SELECT count(*) FROM law_obligation WHERE path LIKE %s AND sense = 'due' AND {0}"""
IN_2026 = "due_at >= '2026-01-01 00:00+08' AND due_at < '2027-01-01 00:00+08'"
ENTRIES = """SELECT coalesce(sum(e.{0}), 0) FROM cases_ledgerentry e JOIN cases_case c ON c.id = e.case_id
WHERE c.path LIKE %s AND {1}"""
OWED, RESOLVED = "e.counts_as IN ('recognised', 'adjusted')", "e.counts_as IN ('paid', 'advanced')"
# A row for each paid worker: whether she said of every payment that it arrived.
ASKED = """SELECT count(*) FROM (SELECT bool_and(coalesce(a.answer = 'received', false)) AS yes FROM workers_worker w
JOIN cases_case c ON c.id = w.case_id JOIN workers_workerpayment p ON p.worker_id = w.id
JOIN cases_ledgerentry e ON e.id = p.entry_id LEFT JOIN cases_ledgerentry x ON x.cancels_id = e.id
LEFT JOIN workers_paymentanswer a ON a.payment_id = p.id AND a.last
WHERE c.path LIKE %s AND w.removed_at IS NULL AND x.id IS NULL AND e."on" BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY w.id) t WHERE {0}"""
STOOD = "c.verified_on <= '2026-11-30' AND (c.closed_on IS NULL OR c.closed_on >= '2026-10-01')"
AIDABLE = """state NOT IN ('draft', 'dismissed') AND verified_on IS NOT NULL AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31'
AND EXISTS (SELECT 1 FROM cases_ledgerentry e WHERE e.case_id = cases_case.id AND e.migrants > 0)"""
AIDED = """(EXISTS (SELECT 1 FROM legal_proceeding p WHERE p.case_id = cases_case.id AND p.kind = 'legal_aid'
AND (p.assigned_on IS NOT NULL OR p.result = 'done'))
OR EXISTS (SELECT 1 FROM cases_act a WHERE a.case_id = cases_case.id AND a.kind = 'legal_aid' AND a.outcome = 'done'))"""
CAUSES = "SELECT sum(greatest(cardinality(causes), 1)) FROM cases_case WHERE path LIKE %s AND {0}"
DEBTS = """SELECT count(*) FROM plans_receivable r JOIN cases_case c ON c.id = r.case_id WHERE c.path LIKE %s
AND c.{0} AND r.amount > coalesce((SELECT sum(amount) FROM plans_recovery WHERE receivable_id = r.id), 0)"""
PARTY = "EXISTS (SELECT 1 FROM cases_project j WHERE j.id = c.project_id AND j.{0} <> '')"
FINDINGS = "SELECT count(*) FROM inspections_finding WHERE path LIKE %s AND {0}"
DUE_IN_2026 = "(due_on BETWEEN '2026-01-01' AND '2026-12-31')"
LEFT_IN_2025 = f"({UNFINISHED} OR state = 'closed' AND closed_on > '2025-11-30') AND accepted_on <= '2025-11-30'"
SQL: dict[str, str] = {
    "未结案件": OF_CASES.format(UNFINISHED),
    "未解决人数": LEFT.format("workers", f"c.{UNFINISHED}"),
    "未解决金额": LEFT.format("amount", f"c.{UNFINISHED}"),
    "未查实的线索（件）": OF_CASES.format(f"{UNFINISHED} AND verified_on IS NULL"),
    "未查实的线索（金额）": LEFT.format("amount", f"c.{UNFINISHED} AND c.verified_on IS NULL"),
    "已查实未办结金额": LEFT.format("amount", f"c.{UNFINISHED} AND c.verified_on IS NOT NULL"),
    "期内办结": OF_CASES.format(
        "id IN (SELECT case_id FROM cases_closure WHERE reopened_on IS NULL AND on BETWEEN '2026-01-01' AND '2026-12-31')"
    ).replace(" on BETWEEN", ' "on" BETWEEN'),
    "期内清偿和垫付": ENTRIES.format("amount", f"{RESOLVED} AND e.\"on\" BETWEEN '2026-01-01' AND '2026-11-30'"),
    "去年同期办结": OF_CASES.format(
        "id IN (SELECT case_id FROM cases_closure WHERE reopened_on IS NULL AND \"on\" BETWEEN '2025-01-01' AND '2025-11-30')"
    ),
    "去年同期认定": ENTRIES.format("amount", f"{OWED} AND e.\"on\" BETWEEN '2025-01-01' AND '2025-11-30'"),
    "去年同期清偿和垫付": ENTRIES.format("amount", f"{RESOLVED} AND e.\"on\" BETWEEN '2025-01-01' AND '2025-11-30'"),
    "去年同日未结": OF_CASES.format(LEFT_IN_2025),
    "去年同日未解决": LEFT.format("amount", f"{LEFT_IN_2025} AND e.\"on\" <= '2025-11-30'"),
    "新受理案件": OF_CASES.format(
        "state NOT IN ('draft', 'dismissed') AND verified_on IS NOT NULL AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31'"
    ),
    "办结率（分子）": OF_CASES.format(
        "state = 'closed' AND verified_on IS NOT NULL AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31'"
    ),
    "办结率（不计）": OF_CASES.format(
        f"{UNFINISHED} AND NOT (verified_on IS NOT NULL AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31')"
    ),
    "应援尽援率（分子）": OF_CASES.format(f"{AIDABLE} AND {AIDED}"),
    "应援尽援率（分母）": OF_CASES.format(f"{AIDABLE} AND (state <> 'closed' OR {AIDED})"),
    "登记付款到人": ASKED.format("true"),
    "本人确认到账": ASKED.format("yes"),
    "应报报表": RETURNS.format("true"),
    "有数报出": RETURNS.format("r.submitted_at IS NOT NULL AND NOT coalesce(v.nil, false)"),
    "零报告": RETURNS.format("r.submitted_at IS NOT NULL AND v.nil"),
    "推定零报告": RETURNS.format("r.stage = 'implied'"),
    "漏报": RETURNS.format("r.submitted_at IS NULL AND r.stage <> 'implied'"),
    "报表按期率（分子）": RETURNS.format("(r.stage = 'implied' OR date_trunc('second', r.submitted_at) <= r.due_at)"),
    "时限按期率（分母）": TERMS.format(f"{IN_2026} AND subject ~ '^(case|warning|complaint):'"),
    "时限按期率（分子）": TERMS.format(f"{IN_2026} AND subject ~ '^(case|warning|complaint):' AND met_at <= due_at"),
    "时限按期率（不计）": TERMS.format(
        f"met_at IS NULL AND lifted_at IS NULL AND clock_at < now() AND NOT ({IN_2026} AND subject ~ '^(case|warning|complaint):')"
    ),
    "逾期及超提醒时限": TERMS.format("met_at IS NULL AND lifted_at IS NULL AND clock_at < now()"),
    "欠薪原因": CAUSES.format(UNFINISHED),
    "建设单位": LEFT.format("amount", f"c.{UNFINISHED} AND {PARTY.format('developer')}"),
    "总承包单位": LEFT.format("amount", f"c.{UNFINISHED} AND {PARTY.format('contractor')}"),
    "红色预警": """SELECT count(*) FROM early_warning_warningstanding s JOIN unions_union u ON u.id = s.union_id
WHERE u.path || '%%' = %s AND s.level = '红'""",
    "预防工作": """SELECT count(*) FROM prevention_preventionwork
WHERE path LIKE %s AND withdrawn_at IS NULL AND done <> '' AND "on" BETWEEN '2026-01-01' AND '2026-12-31'""",
    "问题整改率（分子）": FINDINGS.format(f"{DUE_IN_2026} AND closed_on <= due_on"),
    "问题整改率（分母）": FINDINGS.format(f"{DUE_IN_2026} AND (due_on < now()::date OR closed_on IS NOT NULL)"),
    "问题整改率（不计）": FINDINGS.format(f"NOT {DUE_IN_2026} AND closed_on IS NULL AND due_on < now()::date"),
    "预警名单逾期": TERMS.format(
        "met_at IS NULL AND lifted_at IS NULL AND subject LIKE 'source:%%' AND clock_at < '2026-11-20 12:00+08'"
    ),
    "约谈待反馈": """SELECT count(*) FROM serious_unitcall c JOIN unions_union u ON u.id = c.unit_id
WHERE u.path LIKE %s AND c.result_at IS NULL""",
    "不实舆情": """SELECT count(*) FROM serious_opinion WHERE path LIKE %s AND verdict = 'untrue'
AND handled_at >= '2026-01-01 00:00+08' AND handled_at < '2027-01-01 00:00+08'""",
    "今日舆情值班": "SELECT count(*) FROM serious_opinionwatch WHERE path LIKE %s AND \"on\" = '2026-11-20'",
    "被欠账款": DEBTS.format(UNFINISHED),
    "抽调人员": """SELECT count(*) FROM inspections_secondment WHERE path LIKE %s
AND since <= '2026-11-20' AND (until IS NULL OR until >= '2026-11-20')""",
    "预案未演练": """SELECT count(*) FROM serious_standingplan s WHERE path LIKE %s
AND since <= '2026-11-20' AND (until IS NULL OR until >= '2026-11-20')
AND NOT EXISTS (SELECT 1 FROM serious_plandrill d WHERE d.plan_id = s.id AND d."on" > '2025-11-20')""",
    "强制执行在办": """SELECT count(*) FROM legal_proceeding p JOIN cases_case c ON c.id = p.case_id WHERE c.path LIKE %s
AND p.kind IN ('enforcement', 'support') AND p.stage IN ('applied', 'accepted')
AND c.state NOT IN ('draft', 'closed', 'dismissed', 'merged')""",
    "部门线索待答复": "SELECT count(*) FROM referrals_agencyclue WHERE path LIKE %s AND stage = 'waiting'",
    "未公布值班": """SELECT count(*) FROM unions_union WHERE path LIKE %s AND valid_until IS NULL
AND (duty_officer = '' OR duty_phone = '')""",
    "每百户受检（分子）": "SELECT count(DISTINCT employer_id) FROM inspections_inspection WHERE path LIKE %s AND \"on\" >= '2026-01-01'",
    "冬季表 6 查实案件": OF_CASES.format(STOOD.replace("c.", "")),
    "冬季表 8 涉及金额": ENTRIES.format("amount", f"{STOOD} AND {OWED}"),
    "冬季表 11 解决金额": ENTRIES.format("amount", f"{RESOLVED} AND e.\"on\" >= '2026-10-01'"),
    "冬季表 14 未办结金额": LEFT.format("amount", f"{STOOD} AND c.closed_on IS NULL"),
    "冬季表 不属实": ENTRIES.format("amount", f"{STOOD} AND e.counts_as = 'untrue'"),
    "冬季表 期前已解决": ENTRIES.format("amount", f"{STOOD} AND {RESOLVED} AND e.\"on\" < '2026-10-01'"),
    "附件 1 列入": OF_CASES.format(
        "state NOT IN ('draft', 'dismissed') AND accepted_on BETWEEN '2026-11-01' AND '2026-11-30'"
    ),
    "附件 1 未列入": OF_CASES.format("state = 'dismissed' AND accepted_on BETWEEN '2026-11-01' AND '2026-11-30'"),
}


def from_sql(name: str, union: Union) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(SQL[name], [f"{union.path}%"])
        return cursor.fetchone()[0]


# ---- what the pages say -----------------------------------------------------------------------------------------------

Page = Callable[[World, Client, Union], Any]


def _overview(tell: Callable[[overview.Overview], Any]) -> Page:
    return lambda world, client, union: tell(overview.read(union, JUDGED))


def _summary(name: str, span: str = "now") -> Page:
    return _overview(lambda read: read.summary.value(name, span))


def _overview_page(tell: Callable[[Any], Any]) -> Page:
    return lambda world, client, union: tell(client.get(reverse("overview"), {"unit": union.code}).context["read"])


def _comparison(column: str, part: str = "top") -> Page:
    """The bottom line of the page; its rows add up to it where the column adds up."""

    def told(world: World, client: Client, union: Union) -> Any:
        context = client.get(reverse("comparison"), YEAR | {"unit": union.code}).context
        found = context["compared"]
        cells = [one.cells[column] for one in found.all]
        if COLUMNS[column].adds:
            assert sum((getattr(cell, part) or 0 for cell in cells), 0) == getattr(found.total.cells[column], part)
        return getattr(found.total.cells[column], part)

    return told


def _map(name: str, **measure: str) -> Page:
    def told(world: World, client: Client, union: Union) -> Any:
        context = client.get(reverse(name), YEAR | {"unit": union.code} | measure).context
        tiles = [*context["drawn"].tiles, *context["drawn"].plain]
        return sum((tile.cell.top for tile in tiles if tile.cell), 0)

    return told


def _map_total(name: str) -> Page:
    def told(world: World, client: Client, union: Union) -> Any:
        return Decimal(client.get(reverse(name), {"unit": union.code}).context["total"].replace(",", "")) * 10_000

    return told


def _board(*lines: str) -> Page:
    def told(world: World, client: Client, union: Union) -> Any:
        counted = client.get(reverse("board"), {"unit": union.code}).context["counted"]
        return sum(counted.counts[line] for line in lines)

    return told


def _board_line(name: str) -> Page:
    return lambda world, client, union: read_board(union, NOON).counts[name]


def _left_out_of_the_evaluation(measure: str) -> Page:
    """Beside the mark of a unit that is judged by everything below it."""
    entry = indicator(measure, reach="below")
    return lambda world, client, union: counts([union], [entry], JUDGED)[union.pk][entry.name].left_out


def _sheet(heading: str) -> Page:
    """The bottom line of the comparison as a workbook."""

    def told(world: World, client: Client, union: Union) -> Any:
        answer = client.get(reverse("comparison-sheet"), YEAR | {"unit": union.code})
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        heads = next(row for row in rows if "单位" in row)
        at = next(n for n, head in enumerate(heads) if str(head).replace("\n", "") == heading)
        return next(row[at] for row in rows if row[1] == "合计")

    return told


def _winter(measure: str) -> Page:
    def told(world: World, client: Client, union: Union) -> Any:
        table = tabulate(known()["shandong-winter"], Scope(union, CAMPAIGN))
        return next(one.raw for one in table.lines[-1].figures if one.column.measure == measure)

    return told


def _winter_note(part: str) -> Page:
    def told(world: World, client: Client, union: Union) -> Any:
        table = tabulate(known()["shandong-winter"], Scope(union, CAMPAIGN))
        assert table.parts
        return table.parts["amount_owed"][part]

    return told


def _annex(world: World, client: Client, union: Union) -> Any:
    return len(listing(known()["qinghai-annex-1"], Scope(union, NOVEMBER)).ids)


def _annex_note(world: World, client: Client, union: Union) -> Any:
    said = as_of_line(Scope(union, NOVEMBER), known()["qinghai-annex-1"])
    return int(re.findall(r"未列入 (\d+) 件", said)[0])


def _in_wan(page: Page) -> Page:
    return lambda world, client, union: Decimal(str(page(world, client, union))) * 10_000


# (page, figure) as docs/figures.md has them → how the page says it, and the name of the definition above.
FIGURES: dict[tuple[str, str], tuple[Page, str]] = {
    ("概览", "未结案件"): (_overview_page(lambda read: read.open.all.cases), "未结案件"),
    ("概览", "未解决人数"): (_overview_page(lambda read: read.open.all.left.workers), "未解决人数"),
    ("概览", "未解决金额"): (_overview_page(lambda read: read.open.all.left.amount), "未解决金额"),
    ("概览", "按下级单位合计"): (
        _overview(lambda read: sum(one.left.amount for one in read.open.places)),
        "未解决金额",
    ),
    ("概览", "按行业合计"): (
        _overview(lambda read: sum(one.left.amount for one in read.open.industries)),
        "未解决金额",
    ),
    ("概览", "按重点行业合计"): (
        _overview(lambda read: sum(one.left.amount for one in read.open.sectors)),
        "未解决金额",
    ),
    ("概览", "按欠薪原因合计"): (_overview(lambda read: sum(one.cases for one in read.open.causes)), "欠薪原因"),
    ("概览", "按建设单位合计"): (
        _overview(lambda read: sum(one.left.amount for one in read.open.parties["建设单位"])),
        "建设单位",
    ),
    ("概览", "按总承包单位合计"): (
        _overview(lambda read: sum(one.left.amount for one in read.open.parties["总承包单位"])),
        "总承包单位",
    ),
    ("概览", "其中未查实的线索"): (_overview_page(lambda read: read.open.unverified.cases), "未查实的线索（件）"),
    ("概览", "其中未查实的线索金额"): (
        _overview_page(lambda read: read.open.unverified.left.amount),
        "未查实的线索（金额）",
    ),
    ("概览", "按受理渠道合计"): (
        _overview(lambda read: sum(one.left.amount for one in read.open.channels)),
        "未解决金额",
    ),
    ("概览", "新受理案件"): (_summary("new"), "新受理案件"),
    ("概览", "办结案件"): (_summary("closed"), "期内办结"),
    ("概览", "办结案件（去年同期）"): (_summary("closed", "year_ago"), "去年同期办结"),
    ("概览", "认定金额（去年同期）"): (_summary("owed-amount", "year_ago"), "去年同期认定"),
    ("概览", "清偿和垫付金额"): (_summary("paid-amount"), "期内清偿和垫付"),
    ("概览", "清偿和垫付金额（去年同期）"): (_summary("paid-amount", "year_ago"), "去年同期清偿和垫付"),
    ("概览", "期末未结案件（去年同期）"): (_summary("left-cases", "year_ago"), "去年同日未结"),
    ("概览", "期末未解决金额（去年同期）"): (_summary("left-amount", "year_ago"), "去年同日未解决"),
    ("概览", "按下级单位合计（去年同日）"): (
        _overview(lambda read: sum(one.left_then.amount for one in read.open.places)),
        "去年同日未解决",
    ),
    ("概览", "月末未解决（去年同月末）"): (_overview(lambda read: read.months[-1].left_then), "去年同日未解决"),
    ("概览", "到账确认率"): (_summary("confirmed-rate"), "本人确认到账"),
    ("概览", "到账确认率（全部）"): (
        _overview(lambda read: read.summary.cells["now"]["confirmed-rate"].bottom),
        "登记付款到人",
    ),
    ("概览", "报表按期率"): (_summary("returns-rate"), "报表按期率（分子）"),
    ("概览", "时限按期率"): (_summary("terms-rate"), "时限按期率（分子）"),
    ("地图", "各格之和"): (_map("board-map"), "未解决金额"),
    ("地图", "按其他指标看"): (_map("board-map", measure="new"), "新受理案件"),
    ("地图", "合计"): (_map_total("board-map"), "未解决金额"),
    ("工作台地图", "合计"): (_map_total("board-desk"), "未解决金额"),
    ("对比", "新受理案件"): (_comparison("new"), "新受理案件"),
    ("对比", "办结案件"): (_comparison("closed"), "期内办结"),
    ("对比", "办结率"): (_comparison("closing-rate"), "办结率（分子）"),
    ("对比", "应援尽援率"): (_comparison("aided-rate"), "应援尽援率（分子）"),
    ("对比", "应援尽援率（全部）"): (_comparison("aided-rate", "bottom"), "应援尽援率（分母）"),
    ("对比", "办结率（全部）"): (_comparison("closing-rate", "bottom"), "新受理案件"),
    ("对比", "办结率（不计）"): (_comparison("closing-rate", "left_out"), "办结率（不计）"),
    ("对比", "未解决人数"): (_comparison("left-workers"), "未解决人数"),
    ("对比", "未解决金额"): (_comparison("left-amount"), "未解决金额"),
    ("对比", "到账确认率"): (_comparison("confirmed-rate"), "本人确认到账"),
    ("对比", "到账确认率（全部）"): (_comparison("confirmed-rate", "bottom"), "登记付款到人"),
    ("对比", "应报报表"): (_comparison("returns-due"), "应报报表"),
    ("对比", "报表按期率"): (_comparison("returns-rate"), "报表按期率（分子）"),
    ("对比", "有数报出"): (_comparison("filled"), "有数报出"),
    ("对比", "零报告"): (_comparison("zero"), "零报告"),
    ("对比", "推定零报告"): (_comparison("implied"), "推定零报告"),
    ("对比", "漏报"): (_comparison("missing"), "漏报"),
    ("对比", "时限按期率"): (_comparison("terms-rate"), "时限按期率（分子）"),
    ("对比", "时限按期率（全部）"): (_comparison("terms-rate", "bottom"), "时限按期率（分母）"),
    ("对比", "时限按期率（不计）"): (_comparison("terms-rate", "left_out"), "时限按期率（不计）"),
    ("对比", "每百户受检"): (_comparison("inspected"), "每百户受检（分子）"),
    ("对比", "红色预警"): (_comparison("red"), "红色预警"),
    ("对比", "预防工作"): (_comparison("prevention"), "预防工作"),
    ("对比", "问题整改率"): (_comparison("findings-rate"), "问题整改率（分子）"),
    ("对比", "问题整改率（全部）"): (_comparison("findings-rate", "bottom"), "问题整改率（分母）"),
    ("对比", "问题整改率（不计）"): (_comparison("findings-rate", "left_out"), "问题整改率（不计）"),
    ("考核评价", "办结：期外未办"): (_left_out_of_the_evaluation("closed"), "办结率（不计）"),
    ("对比表（工作簿）", "未解决金额"): (_in_wan(_sheet("未解决金额（万元）")), "未解决金额"),
    ("对比表（工作簿）", "新受理案件"): (_sheet("新受理案件（件）"), "新受理案件"),
    ("看板", "各阶段案件之和"): (
        _board("cases-clue", "cases-open", "cases-transferring", "cases-legal", "cases-settled"),
        "未结案件",
    ),
    ("看板", "逾期及超提醒时限"): (_board("overdue"), "逾期及超提醒时限"),
    ("看板", "预警名单逾期未收到"): (_board_line("lists-late"), "预警名单逾期"),
    ("看板", "约谈、通报、问责待反馈"): (_board_line("calls-open"), "约谈待反馈"),
    ("看板", "不实、已澄清的舆情"): (_board_line("opinions-untrue"), "不实舆情"),
    ("看板", "今日舆情值班"): (_board_line("watch-today"), "今日舆情值班"),
    ("看板", "用人单位被欠账款未收回"): (_board_line("debts-open"), "被欠账款"),
    ("看板", "在工作专班的抽调人员"): (_board_line("seconded"), "抽调人员"),
    ("看板", "应急预案一年内未演练"): (_board_line("plans-undrilled"), "预案未演练"),
    ("看板", "强制执行、支持起诉在办"): (_board_line("enforcement-running"), "强制执行在办"),
    ("看板", "部门移来线索待答复"): (_board_line("agency-clues"), "部门线索待答复"),
    ("看板", "未公布值班人员或电话的单位"): (_board_line("units-without-duty"), "未公布值班"),
    ("山东冬季行动表", "未办结金额（第 14 栏）"): (_winter("amount_outstanding"), "冬季表 14 未办结金额"),
    ("山东冬季行动表", "已查实的未解决金额"): (_winter("amount_outstanding"), "已查实未办结金额"),
    ("山东冬季行动表", "查实案件（第 6 栏）"): (_winter("cases_verified"), "冬季表 6 查实案件"),
    ("山东冬季行动表", "涉及金额（第 8 栏）"): (_winter("amount_owed"), "冬季表 8 涉及金额"),
    ("山东冬季行动表", "解决金额（第 11 栏）"): (_winter("amount_resolved"), "冬季表 11 解决金额"),
    ("山东冬季行动表", "表注：不属实"): (_winter_note("untrue"), "冬季表 不属实"),
    ("山东冬季行动表", "表注：期前已解决"): (_winter_note("before"), "冬季表 期前已解决"),
    ("青海附件 1", "列入的案件"): (_annex, "附件 1 列入"),
    ("青海附件 1", "统计范围行：未列入"): (_annex_note, "附件 1 未列入"),
}


@pytest.mark.parametrize(("page", "figure"), FIGURES)
def test_a_figure_is_what_the_database_says(wider: World, page: str, figure: str) -> None:
    """At the province, and at the city where the page has one."""
    told, definition = FIGURES[page, figure]
    union, client = wider.unions["370000"], as_user(wider, "han")
    expected = from_sql(definition, union)
    assert told(wider, client, union) == expected
    assert expected, "a figure of nothing proves nothing"


def test_the_pages_agree_and_say_what_differs(books: World) -> None:
    """898.47 beside 886.15 beside 855.55: industrial unions are in all of them, and what only some count is said."""
    union = books.unions["370000"]
    whole, verified = from_sql("未解决金额", union), from_sql("已查实未办结金额", union)
    assert whole - verified == from_sql("未查实的线索（金额）", union) == Decimal("427700.00")
    html = as_user(books, "han").get(reverse("overview")).text
    assert "其中未查实的线索 42.77 万元" in html and "报表只计已查实的案件" in html


def test_the_winter_table_closes_by_its_note(books: World) -> None:
    table = tabulate(known()["shandong-winter"], Scope(books.unions["370000"], CAMPAIGN))
    bottom = {figure.column.measure: figure.raw for figure in table.lines[-1].figures}
    assert table.parts is not None
    parts = table.parts["amount_owed"]
    assert bottom["amount_owed"] == (
        bottom["amount_resolved"]
        + bottom["amount_outstanding"]
        + parts["untrue"]
        + parts["before"]
        + parts["shut"]
        - parts["other"]
    )
    [note] = [one for one in table.notes if "涉及金额" in one]
    assert "＋不属实 0.50 万元＋统计期间以前已解决 0.30 万元。" in note


def test_annex_1_keeps_to_its_cells_and_says_beside_them_what_it_drops(books: World, tmp_path: Path) -> None:
    scope, form = Scope(books.unions["370000"], NOVEMBER), known()["qinghai-annex-1"]
    papers.write(form, scope, date(2026, 11, 30), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    numbered = [row for row in rows if isinstance(row[0], int)]
    assert len(numbered) == from_sql("附件 1 列入", scope.union)
    explained = dict(book["编制说明"].iter_rows(min_row=3, values_only=True))
    assert explained["统计范围"].endswith("数据截至 2026年11月30日。期内受理而未列入 1 件：查明不属欠薪 1 件。")


def test_a_rate_of_nothing_takes_no_place_and_few_events_are_shown(books: World) -> None:
    """The bulletin: 市南 has eight verified cases of which six are closed; 市北 two, one closed; three cities would have none."""
    form = known()["shandong-monthly-bulletin"]
    table = tabulate(form, Scope(books.unions["370200"], NOVEMBER))
    told = {line.stub.text: (line.rank, line.figures[2].text) for line in table.lines}
    assert told["市南区总工会"] == (1, "75.0")
    assert told["市北区总工会"] == (None, "1/2")
    nobody = tabulate(form, Scope(books.unions["370000I0001"], NOVEMBER))
    assert {line.figures[2].text for line in nobody.lines if line.stub.total} == {"0/1"}
    province = tabulate(form, Scope(books.unions["370000"], NOVEMBER))
    assert [line.stub.text for line in province.lines if line.rank] == ["青岛市总工会"]


def test_a_rate_knows_how_it_is_shown() -> None:
    assert (Rate().text(), Rate().cell(), Rate().ranks) == ("—", "—", False)
    assert (Rate(1, 2).text(1, "%"), Rate(1, 2).cell(), Rate(1, 2).ranks) == ("1/2", "1/2", False)
    assert (Rate(2, 3) + Rate(2, 3, 9)).text(1, "%") == "66.7%" and (Rate(2, 3) + Rate(2, 3, 9)).left_out == 9


def test_the_table_of_the_docs_is_this_table() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", DOCS.read_text("utf-8"), re.M)
    assert set(FIGURES) == {row for row in rows if row[0] not in ("页面", "---")}
