"""QD-7b: the register of supervisors, who picks from it, and 专项督查 with its report."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.inspections.actions import rounds
from arrears.inspections.forms.inspections import InspectionForm
from arrears.inspections.forms.rounds import RoundForm
from arrears.inspections.models import Round
from arrears.inspections.picking import PickingFilters
from arrears.letters.models import Letter
from tests.cast import AT, World, a_case
from tests.readers import as_user
from tests.rounds import a_project
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Supervisor
from unions.people import supervisors

TODAY = AT.date()
TERM = {"since": date(2025, 1, 1), "until": date(2099, 12, 31)}
ENTERPRISE = "370202E0001"


def a_supervisor(world: World, name: str = "周明", certificate: str = "鲁工监0001", **facts: Any) -> Supervisor:
    given = {"name": name, "post": "supervisor", "certificate": certificate} | TERM | facts
    return supervisors.enter_supervisor(world.unions[ENTERPRISE], given, world.user("he"), AT)


def test_QD_7b_the_register_has_certificate_and_term(world: World) -> None:
    unit, he = world.unions[ENTERPRISE], world.user("he")
    row = a_supervisor(world)
    over = a_supervisor(world, "吴倩", "鲁工监0002", until=date(2026, 1, 1))
    with pytest.raises(Refused, match="证号已经登记"):
        a_supervisor(world, "别人")
    with pytest.raises(Refused, match="止日早于起日"):
        a_supervisor(world, "别人", "鲁工监0003", until=date(2024, 1, 1))
    with pytest.raises(Forbidden):
        supervisors.enter_supervisor(unit, {"name": "甲"} | TERM, world.user("li"), AT)
    assert list(Supervisor.objects.at_hand(unit).in_term(TODAY)) == [row]
    assert list(Supervisor.objects.within([world.unions["370200"].path]).expired(TODAY)) == [over]
    supervisors.release(over, TODAY, he, AT)
    with pytest.raises(Stale):
        supervisors.release(over, TODAY, he, AT)

    reader, url = as_user(world, "he"), reverse("union", args=[ENTERPRISE])
    sent = {"name": "海风建设工会劳动法律监督委员会", "since": "2025-01-01", "until": "2099-12-31"}
    assert reader.post(reverse("supervision-committee", args=[ENTERPRISE]), sent).status_code == 302
    typed = {"name": "郑海波", "post": "member", "certificate": "", "since": "2025-01-01", "until": "2099-12-31"}
    wrong = reader.post(reverse("supervisor-new", args=[ENTERPRISE]), typed)
    assert wrong.status_code == 422 and "郑海波" in wrong.text
    reader.post(reverse("supervisor-new", args=[ENTERPRISE]), typed | {"certificate": "鲁工监0009"})
    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', wrong.text)
    assert len(ids) == len(set(ids)), "every label finds its own field"
    late = reverse("supervisor-end", args=[ENTERPRISE, row.pk])
    refused = reader.post(late, {"on": "2099-01-02"})
    assert refused.status_code == 422 and 'value="2099-01-02"' in refused.text, "what was typed stays"
    tab = reader.get(late, {"tab": "x"}, headers={"referer": f"http://testserver{late}"})
    assert tab["Location"] == f"{url}?tab=x", "never an address that is only sent to"
    page = reader.get(url).text
    assert "海风建设工会劳动法律监督委员会" in page and "鲁工监0009" in page and "已免职" in page
    assert "登记监督员" not in as_user(world, "wang").get(url).text
    sheet = as_user(world, "sun").get(reverse("supervisors-export", args=["370202"]))
    cells = {cell.value for line in openpyxl.load_workbook(BytesIO(sheet.content)).active.rows for cell in line}
    assert {"郑海波", "鲁工监0009", "在任", "已免职"} <= cells


def test_QD_7b_letters_visits_and_plans_pick_from_the_register(world: World) -> None:
    a_supervisor(world)
    a_supervisor(world, "吴倩", "鲁工监0002")
    a_supervisor(world, "过期", "鲁工监0003", until=date(2026, 1, 1))
    case, he = a_case(world), as_user(world, "he")
    url = reverse("letter-new", args=[case.pk, "opinion"])
    page = he.get(url).text
    assert "周明（监督员，证号 鲁工监0001）" in page and "过期" not in page
    sent = {
        "issuer": case.union_id,
        "picked": ["周明", "吴倩"],
        "supervisors": "外单位冯某",
        "investigated_on": str(timezone.localdate()),
        "facts": "拖欠工资",
        "breached": "劳动法",
        "demand": "支付",
    }
    he.post(url, sent)
    letter = Letter.objects.get()
    assert letter.supervisors == ["周明", "吴倩", "外单位冯某"]
    again = he.get(reverse("letter-edit", args=[letter.pk])).context["form"]
    assert (again.initial["picked"], again.initial["supervisors"]) == (["周明", "吴倩"], "外单位冯某")

    user = world.user("he")
    visit = InspectionForm({"picked": ["周明"], "supervisors": "冯某"}, user=user, regions=[], today=TODAY)
    visit.is_valid()
    assert visit.cleaned_data["supervisors"] == ["周明", "冯某"]
    plan = RoundForm({"picked": ["吴倩"], "members": "区人社局两人"}, user=user, today=TODAY)
    plan.is_valid()
    assert plan.cleaned_data["members"] == "吴倩、区人社局两人"
    plan = RoundForm({"picked": ["周明", "吴倩"], "members": "周明远，吴倩"}, user=user, today=TODAY)
    plan.is_valid()
    assert plan.cleaned_data["members"] == "周明、周明远，吴倩", "another's longer name is not hers"


def a_building_site(world: World) -> None:
    site = a_project()
    a_case(world, "sun", "370202", employer=site.employer, project=site)


def oversight(world: World) -> Round:
    facts = rounds.RoundFacts("恶意欠薪专项督查", "oversight", TODAY - timedelta(days=3), TODAY, members="周明")
    wanted = PickingFilters(natures=("government",))
    return rounds.plan_round(world.unions["370202"], facts, wanted, world.user("sun"), AT)


def test_QD_7b_an_oversight_round_has_its_report(world: World) -> None:
    a_building_site(world)
    sun = world.user("sun")
    row = oversight(world)
    assert row.get_kind_display() == "专项督查"
    with pytest.raises(Forbidden):
        rounds.report_round(row, "情况", world.user("he"), AT)
    with pytest.raises(Refused, match="请写明督查情况"):
        rounds.report_round(row, " ", sun, AT)
    reader = as_user(world, "sun")
    assert "尚未登记" in reader.get(row.get_absolute_url()).text
    report = reverse("round-report", args=[row.pk])
    assert reader.post(report, {"report": ""}).status_code == 422
    reader.post(report, {"report": "督查三处，已交办。"})
    page = reader.get(row.get_absolute_url()).text
    assert "督查三处，已交办。" in page and "发现问题（个）" in page
    sheet = reader.get(reverse("round-sheet", args=[row.pk]))
    cells = [str(cell.value) for line in openpyxl.load_workbook(BytesIO(sheet.content)).active.rows for cell in line]
    assert any("督查三处，已交办。" in text for text in cells)


def test_QD_7b_an_oversight_round_is_offered_while_the_notice_is_in_force(world: World) -> None:
    sun = world.user("sun")
    kinds = {day: dict(RoundForm(user=sun, today=day).fields["kind"].choices) for day in (date(2021, 8, 1), TODAY)}  # type: ignore[attr-defined]
    assert "oversight" in kinds[TODAY] and "oversight" not in kinds[date(2021, 8, 1)], "it is of 2021-08-11"


def test_QD_7b_where_no_notice_asks_there_is_no_oversight_round(world: World) -> None:
    a_building_site(world)
    facts = rounds.RoundFacts("专项督查", "oversight", TODAY, TODAY)
    with pytest.raises(Refused, match="没有要求专项督查"):
        rounds.plan_round(world.unions["370000"], facts, PickingFilters(natures=("government",)), world.user("han"), AT)
