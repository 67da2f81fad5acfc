"""QD-3: the 欠薪报告 says the plan in force, and failing that the typed words."""

from __future__ import annotations

from datetime import date

from arrears.cases import snapshot
from arrears.cases.models import Case
from arrears.desk import case_file
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from tests.arrears.cases.test_open_ends import a_plan
from tests.cast import AT, World, a_case
from tests.readers import as_user

LABEL = "偿还计划和保证措施"


def said(case: Case) -> str:
    return {line.label: line.value for line in snapshot.report(case)}[LABEL]


def test_QD_3_the_report_prints_the_instalments_of_the_plan_in_force(world: World) -> None:
    case = a_case(world, repayment_plan="口头承诺年底付清")
    assert said(case) == "口头承诺年底付清"
    plan = a_plan(world, case)
    assert said(case) == (
        "2026-11-16 调解协议：第 1 期 2026-12-01 前 60,000.00 元（结清 6 人）；"
        "第 2 期 2027-01-04 前 60,000.00 元（结清 6 人）。保证措施：股东担保"
    )
    assert LABEL not in snapshot.lacking(a_case(world, employer=case.employer, repayment_plan="x"))
    page = as_user(world, "he").get(f"/cases/{case.pk}/report/").text
    assert "第 2 期 2027-01-04 前 60,000.00 元" in page and "口头承诺" not in page
    points, _ = case_file.report_points(case)
    assert points[7] == (LABEL, said(case))
    revised = [Promise(date(2026, 12, 20), plan.amount, 12)]
    terms = PlanTerms(date(2026, 11, 18), PlanBasis.PROMISE, reason="推迟")
    plans.make(case, PlanKind.REPAYMENT, revised, terms, world.user("he"), AT)
    assert said(case) == "2026-11-18 用人单位书面承诺：第 1 期 2026-12-20 前 120,000.00 元（结清 12 人）"


def test_a_plan_that_is_no_repayment_promises_no_money(world: World) -> None:
    case = a_case(world, repayment_plan="变卖设备")
    steps = [Promise(date(2026, 12, 1), what="处置设备", owner="赵科长")]
    plans.make(case, PlanKind.EMPLOYER, steps, PlanTerms(date(2026, 11, 16)), world.user("he"), AT)
    assert said(case) == "变卖设备"
