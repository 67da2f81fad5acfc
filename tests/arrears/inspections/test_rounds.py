"""排查计划 (QH-2a, YK-1.2, SD-2.1b, QP-4.3): whom a round lists, what meets it, what a month lacks, and its terms."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Employer, Project
from arrears.inspections.actions import inspections, key_targets, rounds
from arrears.inspections.models import Inspection, KeyTarget, Round, RoundTarget
from arrears.inspections.picking import PickingFilters, pick_targets
from arrears.inspections.terms import with_visits
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from tests.cast import AT, World, a_case, an_employer, moment
from tests.lent import taken_over
from tests.readers import as_user, days_ago
from tests.rounds import a_project, a_round
from tests.warned import a_signal
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.tree import actions as tree

OCTOBER = moment("2026-10-05 09:00")
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def watch(
    world: World,
    employer: Employer,
    risk: str = "高风险",
    project: Project | None = None,
    code: str = "370202",
    by: str = "sun",
    at: Any = OCTOBER,
) -> KeyTarget:
    """Since 5 October: of high risk (30 days) it is due on 4 November."""
    return key_targets.add_key_target(
        world.unions[code], employer, project, ["offender"], "孙经办", risk, "", world.user(by), at
    )


def visited(
    world: World,
    employer: Employer,
    on: date,
    project: Project | None = None,
    code: str = "370202",
    by: str = "sun",
    at: Any = AT,
) -> Inspection:
    facts = {"industry": "E", "on": on, "workers": 20, "migrants": 10, "project": project}
    return inspections.record_inspection(world.unions[code], employer, facts, world.user(by), at)


def terms(row: Round) -> dict[str, Obligation]:
    return {one.holder.code: one for one in Obligation.objects.filter(subject=row.stream).select_related("holder")}


# Picking -------------------------------------------------------------------------------------------------------------


def test_QP_4_3_the_rhythm_of_the_risk_class_says_who_is_due(world: World) -> None:
    due, calm = an_employer("高风险公司"), an_employer("低风险公司")
    watch(world, due)
    watch(world, calm, "低风险")
    found = pick_targets(world.unions["370202"], PickingFilters(due=True), NOVEMBER[1])
    assert [one.employer for one in found] == [due] and "2026-11-04" in found[0].reasons
    assert {
        one.employer for one in pick_targets(world.unions["370202"], PickingFilters(watched=True), NOVEMBER[1])
    } == {due, calm}
    visited(world, due, date(2026, 11, 10))
    assert pick_targets(world.unions["370202"], PickingFilters(due=True), NOVEMBER[1]) == []


def test_each_is_listed_once_with_all_its_reasons_and_the_unit_that_goes(world: World) -> None:
    north = an_employer("市北建设", "370203")
    road = a_project("公路", "soe", employer=an_employer("市南建设"))
    a_case(world, "sun", "370202", employer=road.employer, project=road)
    a_signal(world, north, "feng", "370203", major=True)
    a_signal(world, north, "feng", "370203", source="power", kind="fee_arrears")
    plant = an_employer("市南机械", industry="C")
    visited(world, plant, date(2026, 11, 3))
    city = world.unions["370200"]
    wanted = PickingFilters(levels=("红", "橙", "黄"), natures=("soe",), industries=("C", "E"))
    found = {(str(one.employer), str(one.project or "")): one for one in pick_targets(city, wanted, NOVEMBER[1])}
    assert set(found) == {("市北建设", ""), ("市南建设", "公路"), ("市南建设", ""), ("市南机械", "")}
    assert "预警" in found["市北建设", ""].reasons and "行业：建筑业" in found["市北建设", ""].reasons
    assert found["市北建设", ""].unit.code == "370203" and found["市南建设", "公路"].unit.code == "370202"
    assert pick_targets(city, PickingFilters(industries=("P",)), NOVEMBER[1]) == []


def test_a_round_for_nobody_and_what_cannot_be_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="没有找到用人单位"):
        a_round(world)
    watch(world, an_employer())
    with pytest.raises(Refused, match="止日早于起日"):
        a_round(world, until=date(2026, 10, 1))
    with pytest.raises(Refused, match="从一日起"):
        a_round(world, kind="monthly", since=date(2026, 11, 2))
    with pytest.raises(Forbidden):
        a_round(world, "zhou")
    a_round(world, kind="monthly")
    with pytest.raises(Refused, match="已经排过"):
        a_round(world, kind="monthly")


# What meets it -------------------------------------------------------------------------------------------------------


def test_QH_2a_a_visit_in_the_window_meets_what_is_listed_and_nothing_is_ticked(world: World) -> None:
    firm, other = an_employer("甲建设"), an_employer("乙建设")
    dam = a_project("水库", employer=firm)
    watch(world, firm, project=dam)
    watch(world, other)
    row = a_round(world)
    found = lambda: dict(with_visits(row.targets.all()).values_list("employer__name", "met_on"))  # noqa: E731
    visited(world, firm, date(2026, 11, 5))  # the firm, not the dam
    visited(world, other, date(2026, 10, 31))  # the day before
    assert found() == {"甲建设": None, "乙建设": None}
    visited(world, firm, date(2026, 11, 6), dam)
    visited(world, other, date(2026, 11, 1), code="370202E0001", by="he")  # by a unit below
    assert found() == {"甲建设": date(2026, 11, 6), "乙建设": date(2026, 11, 1)}
    (line,) = rounds.progress_by_unit(row.targets.all())
    assert (line.listed, line.met, line.left) == (2, 2, 0)


def test_a_visit_from_outside_the_reach_meets_nothing(world: World) -> None:
    firm = an_employer()
    watch(world, firm)
    row = a_round(world)
    visited(world, firm, date(2026, 11, 6), code="370203", by="feng")
    assert rounds.progress_by_unit(row.targets.all())[0].met == 0


def test_a_round_owes_each_unit_its_term_and_the_last_visit_meets_it(world: World) -> None:
    mine, north = an_employer("甲"), an_employer("乙", "370203")
    watch(world, mine)
    watch(world, north, code="370203", by="feng")
    row = a_round(world, "lv", "370200")
    owed = terms(row)
    assert set(owed) == {"370202", "370203"} and owed["370203"].clause == "", "no notice in force asks for it"
    assert owed["370203"].due_at is not None and timezone.localdate(owed["370203"].due_at) == NOVEMBER[1]
    visit = visited(world, north, date(2026, 11, 9), code="370203", by="feng")
    owed = terms(row)
    assert owed["370202"].is_open and not owed["370203"].is_open
    facts = {"on": date(2026, 10, 9)}  # the visit was written down on the wrong day
    inspections.edit_inspection(visit, north, facts, world.user("feng"), AT, seen=visit.version)
    assert terms(row)["370203"].is_open
    rounds.call_off_round(row, "并入专项检查", world.user("lv"), AT)
    assert {one.lifted_reason for one in terms(row).values()} == {"计划已取消"}
    kept = rebuild_all(AT)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)


def test_who_is_listed_by_mistake_is_dropped_and_who_was_visited_stays(world: World) -> None:
    first, second = an_employer("甲"), an_employer("乙")
    watch(world, first)
    row, sun = a_round(world), world.user("sun")
    with pytest.raises(Refused, match="只剩这一户"):
        rounds.drop_target(row.targets.get(), sun, AT)
    made = rounds.add_target(row, world.unions["370202"], second, None, "群众反映", sun, AT)
    with pytest.raises(Refused, match="已在计划里"):
        rounds.add_target(row, world.unions["370202"], second, None, "", sun, AT)
    with pytest.raises(Refused, match="以下"):
        rounds.add_target(row, world.unions["370203"], an_employer("丙"), None, "", sun, AT)
    visited(world, first, date(2026, 11, 6))
    with pytest.raises(Refused, match="已经检查过"):
        rounds.drop_target(row.targets.get(employer=first), sun, AT)
    assert terms(row)["370202"].is_open
    rounds.drop_target(made, sun, AT)
    assert not terms(row)["370202"].is_open  # nobody is left to be visited
    with pytest.raises(Forbidden):
        rounds.call_off_round(row, "不查了", world.user("li"), AT)
    rounds.call_off_round(row, "不查了", sun, AT)
    with pytest.raises(Stale):
        rounds.call_off_round(row, "不查了", sun, AT)
    assert list(audit.broken_links()) == []


def test_a_round_moves_with_its_unions(world: World) -> None:
    watch(world, an_employer(), code="370202T0001", by="zheng")
    row = a_round(world, "zheng", "370202T0001")
    tree.move(world.unions["370202T0001"], world.unions["370203"], AT.date(), None, AT)
    row.refresh_from_db()
    assert row.path.startswith(world.unions["370203"].path) and row.targets.get().path == row.path


# The month -----------------------------------------------------------------------------------------------------------


def test_YK_1_2_the_monthly_inspection_is_planned_in_one_click_from_what_is_due(world: World) -> None:
    taken_over("yingkou-2018-2")
    watch(world, an_employer("到期公司"))
    watch(world, an_employer("平稳公司"), "低风险")
    sun = as_user(world, "sun")
    page = sun.get(reverse("rounds-month")).content.decode()
    assert "本月还没有排专项检查" in page and "一键排本月检查" in page
    assert sun.post(reverse("rounds-month")).status_code == 302
    row = Round.objects.get()
    today = timezone.localdate()
    assert (row.kind, row.since, row.until) == ("monthly", *rounds.month_of(today))
    assert [str(one) for one in row.targets.all()] == ["到期公司"]
    assert sun.post(reverse("rounds-month")).status_code == 422
    assert terms(row)["370202"].clause == "YK-1.2"
    assert "已排，本月还没有检查" in sun.get(reverse("rounds-month")).content.decode()
    visited(world, row.targets.get().employer, today, at=timezone.now())
    assert "本月专项检查都已完成" in sun.get(reverse("rounds-month")).content.decode()


def test_YK_1_2_at_least_one_a_month_where_none_is_due(world: World) -> None:
    with pytest.raises(Refused, match="还没有重点对象"):
        rounds.plan_monthly_round(world.unions["370202"], world.user("sun"), AT)
    watch(world, an_employer("平稳公司"), "低风险")
    watch(world, an_employer("一般公司"), "中风险", at=AT)
    row = rounds.plan_monthly_round(world.unions["370202"], world.user("sun"), AT)
    (target,) = row.targets.all()
    assert "最早到期" in target.why


def test_YK_1_2_the_month_says_what_each_unit_lacks(world: World) -> None:
    watch(world, an_employer("甲"))
    watch(world, an_employer("乙", "370203"), code="370203", by="feng")
    rounds.plan_monthly_round(world.unions["370202"], world.user("sun"), AT)
    watch(world, an_employer("丙"))  # due as well, listed by nobody
    visited(world, Employer.objects.get(name="甲"), date(2026, 11, 12))
    found = {row.unit.code: row.lacks for row in rounds.monthly_states(world.unions["370200"], AT.date())}
    assert found == {"370202": "到期的重点对象有 1 户未列入计划", "370203": "本月还没有排专项检查"}


# Pages ---------------------------------------------------------------------------------------------------------------


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "union": "370202",
        "name": "冬季集中排查",
        "kind": "focused",
        "since": days_ago(9),
        "until": days_ago(-9),
        "places": "中山路一带",
        "members": "孙经办、住建局两人",
        "watched": "on",
    } | fields


def test_a_plan_is_looked_over_before_it_is_made(world: World) -> None:
    watch(world, an_employer("海风建设有限公司"))
    sun = as_user(world, "sun")
    seen = sun.post(reverse("round-new"), typed(preview="1"))
    assert seen.status_code == 200 and "按所选条件列入 1 户" in seen.content.decode() and not Round.objects.exists()
    nobody = sun.post(reverse("round-new"), typed(watched="", levels=["红"]))
    page = nobody.content.decode()
    assert nobody.status_code == 422 and "没有找到用人单位" in page and "中山路一带" in page
    bare = sun.post(reverse("round-new"), typed(watched=""))
    assert bare.status_code == 422 and "请至少选择一项检查谁的条件" in bare.content.decode()
    assert sun.post(reverse("round-new"), typed()).status_code == 302
    page = sun.get(Round.objects.get().get_absolute_url()).content.decode()
    assert "海风建设有限公司" in page and "登记排查" in page and "住建局两人" in page


def test_a_unit_below_sees_its_own_part_of_a_plan(world: World) -> None:
    watch(world, an_employer("甲"))
    watch(world, an_employer("乙", "370203"), code="370203", by="feng")
    row = a_round(world, "lv", "370200")
    page = as_user(world, "feng").get(row.get_absolute_url()).content.decode()
    assert "乙" in page and "甲" not in page and "各单位进度" in page
    assert as_user(world, "zheng").get(row.get_absolute_url()).status_code == 404
    listed = as_user(world, "lv").get(reverse("rounds")).content.decode()
    assert "十一月集中排查" in listed


def test_the_pages_cost_the_same_for_one_or_many(world: World) -> None:
    for number in range(8):
        watch(world, an_employer(f"第{number}公司"))
    rows = [a_round(world, name=f"计划{number}") for number in range(6)]
    sun = as_user(world, "sun")

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert sun.get(url).status_code == 200
        return len(seen)

    cost(reverse("rounds"))
    assert cost(reverse("rounds")) == cost(reverse("rounds") + "?q=计划3")
    several = cost(rows[0].get_absolute_url())
    RoundTarget.objects.filter(round=rows[0]).exclude(pk=rows[0].targets.first().pk).delete()  # type: ignore[union-attr]
    assert cost(rows[0].get_absolute_url()) == several
    assert cost(reverse("rounds-month")) <= 20
