"""QD-6.5: standing emergency plans of a unit with version and drill days; an incident names the plan it followed."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from arrears.serious.actions import emergencies, standing_plans
from arrears.serious.models import StandingPlan
from reporting.boards.counts import read_board
from tests.cast import AT, FOUNDED, World, a_case
from tests.readers import as_user, days_ago
from unions.common.refusals import Refused
from unions.models import UnionKind
from unions.tree import actions as tree

TITLE = "群体性事件应急预案"


def a_plan(world: World, since: date = date(2026, 3, 1), code: str = "370202", by: str = "sun") -> StandingPlan:
    return standing_plans.put_in_force(world.unions[code], TITLE, since, "分工、报告、到场、安抚", world.user(by), AT)


def test_QD_6_5_a_new_version_ends_the_one_before_and_its_text_stays(world: World) -> None:
    first = a_plan(world, date(2025, 1, 1))
    second = a_plan(world)
    first.refresh_from_db()
    assert (first.version, first.until, second.version, second.until) == (1, date(2026, 2, 28), 2, None)
    with pytest.raises(Refused, match="第 2 版自 2026-03-01 起施行"):
        a_plan(world)
    with pytest.raises(Refused, match="施行期间"):
        standing_plans.drill(first, date(2026, 5, 1), 10, "推演", world.user("sun"), AT)


def test_QD_6_5_the_incident_names_the_plan_it_followed(world: World) -> None:
    plan, foreign = a_plan(world), a_plan(world, code="370203", by="feng")
    case = a_case(world, mass=True)
    he = as_user(world, "he")
    assert "市南区总工会《群体性事件应急预案》第 1 版" in he.get(case.get_absolute_url(), {"tab": "heavy"}).text
    given = {"incident_at": f"{days_ago(1)}T08:00", "place": "项目部", "people": "30"}
    url = reverse("case-emergency", args=[case.pk])
    assert he.post(url, given).status_code == 422, "neither a plan followed nor one written"
    assert he.post(url, given | {"standing_plan": foreign.pk}).status_code == 422
    assert he.post(url, given | {"standing_plan": plan.pk}).status_code == 302
    row = case.emergencies.get()
    assert (row.standing_plan, row.plan) == (plan, "按《群体性事件应急预案》第 1 版处置。")
    shown = he.get(row.get_absolute_url()).text
    assert "所依预案" in shown and "第 1 版" in shown
    counted = StandingPlan.objects.with_figures().get(pk=plan.pk)
    assert counted.followed == 1
    with pytest.raises(Refused, match="不是本案所在单位及其上级"):
        again = a_case(world, mass=True, employer=row.case.employer)
        emergencies.begin(again, AT, "门口", 3, "", world.user("he"), AT, follows=foreign)


def test_where_no_notice_asks_for_plans_no_unit_is_said_to_lack_one(world: World) -> None:
    """QD-6.5 binds in Qingdao; the winter campaign (SD-3.3b), which asks all of Shandong, is over."""
    home, yang = world.unions["370000"], world.user("yang")
    zibo = tree.found("370300", "淄博市总工会", UnionKind.CITY, home, FOUNDED, None, AT, region_code="370300")
    assert zibo in standing_plans.units_without(yang, date(2023, 12, 1))
    now = standing_plans.units_without(yang, AT.date())
    assert zibo not in now and world.unions["370200"] in now


def test_QD_6_5_the_register_shows_versions_drills_and_units_without_a_plan(world: World) -> None:
    sun = as_user(world, "sun")
    page = sun.get(reverse("emergencies"))
    assert [unit.name for unit in page.context["without_plan"]] == ["市南区总工会", "八大湖街道工会"]
    given = {"union": "370202", "title": TITLE, "since": "2025-03-01", "text": "分工、报告、到场"}
    assert sun.post(reverse("standing-plan-new"), given).status_code == 302
    plan = StandingPlan.objects.get()
    assert read_board(world.unions["370200"], AT).counts["plans-undrilled"] == 1
    drilled = {"plan": plan.pk, "on": days_ago(3), "people": "20", "summary": "桌面推演，名单过期"}
    assert sun.post(reverse("standing-plan-drill"), drilled).status_code == 302
    assert read_board(world.unions["370200"], AT).counts["plans-undrilled"] == 0
    shown = sun.get(reverse("emergencies"))
    assert "桌面推演，名单过期" in shown.text and "第 1 版" in shown.text
    book = openpyxl.load_workbook(io.BytesIO(sun.get(reverse("standing-plans-export")).content))
    (row,) = [row for row in book.active.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert row[1:4] == ("市南区总工会", TITLE, 1) and row[6] == 1
    assert as_user(world, "feng").get(reverse("emergencies")).context["plans"].count() == 0
