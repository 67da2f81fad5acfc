"""Pages and workbooks of prevention: what stands on them, what opens what, what they cost."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.inspections.actions import inspections
from arrears.prevention.classing import classify
from arrears.prevention.models import EmployerRisk, PreventionWork, RiskChange, SubsidyList
from reporting.tasks import class_employers
from tests.cast import World, a_case, an_employer
from tests.departments import beside
from tests.prevented import a_work, mediated, risk_of
from tests.readers import as_user, days_ago
from unions.models import Event, Stash
from unions.people import agencies as liaison_gaps

TYPED = {
    "union": "370202E0001",
    "kind": "visit",
    "title": "走访开工企业",
    "done": "宣讲工资支付规定",
    "firms": "２",
    "named": "海风建设有限公司\n新开工装饰公司\n",
    "people": "１２０",
}


def sheet_of(answer: Any) -> list[list[Any]]:
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return [[cell for cell in row if cell is not None] for row in rows]


def test_QD_7_written_in_the_browser_and_found_in_list_figures_and_workbook(world: World) -> None:
    li = as_user(world, "li")
    answer = li.post(reverse("prevention-new"), TYPED | {"on": days_ago(1)}, follow=True)
    assert "已登记“走访开工企业”" in answer.text and "新开工装饰公司" in answer.text
    work = PreventionWork.objects.get()
    assert (work.firms, work.people, work.employers.count()) == (2, 120, 2)
    sun = as_user(world, "sun")
    page = sun.get(reverse("prevention"), {"kind": "visit", "q": "新开工"}).text
    assert (
        "走访开工企业" in page and sun.get(reverse("prevention"), {"kind": "checkup"}).text.count("走访开工企业") == 0
    )
    figures = sun.get(reverse("prevention-figures"))
    cells = {row.union.code: cells for row, cells in figures.context["rows"]}
    (_, count, url) = cells["370202E0001"][1]
    assert count == 1 and "走访开工企业" in sun.get(url).text
    rows = sheet_of(sun.get(reverse("prevention-export")))
    assert [rows[-3][0], *rows[-3][2:8]] == [1, "走访", "走访开工企业", "海风建设工会", 2, 0, 120] or any(
        "走访开工企业" in row for row in rows
    )
    table = sheet_of(sun.get(reverse("prevention-figures-export"), {"unit": "370202"}))
    assert ["海风建设工会", 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 120, "0/0"] in table
    assert Event.objects.filter(verb="export-prevention").count() == 2


def test_QD_7_nothing_typed_is_lost(world: World) -> None:
    li = as_user(world, "li")
    answer = li.post(reverse("prevention-new"), TYPED | {"on": days_ago(-3), "firms": "两户"})
    assert answer.status_code == 422
    assert "日期不能晚于今天" in answer.text and "宣讲工资支付规定" in answer.text and "两户" in answer.text
    assert li.post(reverse("prevention-new-autosave"), TYPED).json()["saved_at"]
    assert "宣讲工资支付规定" in li.get(reverse("prevention-new")).text and Stash.objects.count() == 1
    li.post(reverse("prevention-new"), TYPED | {"on": days_ago(1)})
    assert Stash.objects.count() == 0
    work = PreventionWork.objects.get()
    stale = li.post(reverse("prevention-edit", args=[work.pk]), TYPED | {"on": days_ago(1), "seen": 7, "title": "改"})
    assert stale.status_code == 409 and "改" in stale.text
    done = li.post(reverse("prevention-edit", args=[work.pk]), TYPED | {"on": days_ago(1), "seen": 1, "title": "改过"})
    assert done.status_code == 302
    li.post(reverse("prevention-withdraw", args=[work.pk]), {"reason": "记错"})
    assert li.get(reverse("prevention")).context["page"].rows == []
    assert "记错" in li.get(work.get_absolute_url()).text


@pytest.mark.parametrize("query", [{"since": "x"}, {"unit": "没有"}, {"own": "on"}, {"kind": "inspection"}])
def test_a_filter_that_cannot_be_read_is_said(world: World, query: dict[str, str]) -> None:
    a_work(world)
    sun = as_user(world, "sun")
    assert sun.get(reverse("prevention"), query).context["page"].rows == []
    assert sun.get(reverse("prevention-export"), query).status_code == 422


def test_QP_4_3_the_list_by_class_its_filters_and_its_price(world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(70):
        facts = {"industry": "C", "on": timezone.localdate() - timedelta(days=2), "workers": 8}

        inspections.record_inspection(
            world.unions["370202E0001"],
            an_employer(f"第{n}家公司", "370202", focus_sector="catering"),
            facts,
            world.user("he"),
            timezone.now(),
        )
    grave = a_case(world).employer
    sun = as_user(world, "sun")
    sun.get(reverse("risk-classes"))
    with django_assert_max_num_queries(16):
        page = sun.get(reverse("risk-classes"))
    rows = page.context["page"].rows
    assert rows[0].employer == grave and len(rows) == 50
    second = sun.get(reverse("risk-classes") + page.context["page"].next).context["page"].rows
    assert {row.pk for row in rows} | {row.pk for row in second} == set(
        EmployerRisk.objects.values_list("pk", flat=True)
    )
    assert len(sun.get(reverse("risk-classes"), {"label": "高风险"}).context["page"].rows) == 1
    assert len(sun.get(reverse("risk-classes"), {"sector": "catering"}).context["page"].rows) == 50
    exported = sheet_of(sun.get(reverse("risk-export"), {"label": "高风险"}))
    assert any(grave.name in row and "未结案件 1 件" in str(row) for row in exported)


def test_QP_4_3_a_class_is_changed_by_hand_in_the_browser_and_seen_on_the_employer(world: World) -> None:
    case = a_case(world)
    row = risk_of(case.employer)
    sun, zhou = as_user(world, "sun"), as_user(world, "zhou")
    asked = {"label": "中风险", "reason": "已提供担保", "until": days_ago(-60)}
    assert sun.post(reverse("risk-change", args=[row.pk]), asked).status_code == 302
    page = zhou.get(row.get_absolute_url())
    assert "已提供担保" in page.text and page.context["why_not"] is None
    assert "不能由您审批" in sun.get(row.get_absolute_url()).text
    url = reverse("risk-change-step", args=[row.pk, "approve"])
    assert zhou.post(url, {"seal": page.context["seal"]}).status_code == 302
    assert RiskChange.objects.get().stage == "approved"
    li = as_user(world, "li")
    employer = li.get(reverse("employer", args=[case.employer_id])).text
    assert "中风险" in employer and "每 90 日检查一次" in employer
    assert li.get(row.get_absolute_url()).status_code == 200, "an employer on her own books"
    other = EmployerRisk.objects.get(
        pk=risk_of(a_case(world, "sun", "370202", employer=an_employer("别家")).employer).pk
    )
    assert li.get(other.get_absolute_url()).status_code == 404


def test_QP_1_3_a_quarter_in_the_browser(world: World) -> None:
    mediated(world)
    sun, zhou = as_user(world, "sun"), as_user(world, "zhou")
    asked = {"unit": "370202", "quarter": "2026Q3"}
    page = sun.get(reverse("subsidies"), asked)
    assert "八大湖装修队" in page.text and "未设定" in page.text
    made = sun.post(reverse("subsidy-draft"), asked, follow=True)
    row = SubsidyList.objects.get()
    assert "不能由您确认" in made.text
    step = reverse("subsidy-step", args=[row.pk, "confirm"])
    assert zhou.post(step, {"seal": row.hash}, follow=True).text.count("清单已确认") == 1
    answer = zhou.get(reverse("subsidy-list-export", args=[row.pk]))
    assert "以案定补清单_市南区总工会_2026Q3" in unquote(answer["Content-Disposition"])
    assert any("八大湖装修队" in line and "计补" in line and 120000 in line for line in sheet_of(answer))
    assert sheet_of(zhou.get(reverse("subsidy-export"), asked))


def test_YK_3_every_gap_of_the_directory_is_a_row_on_page_and_workbook(world: World) -> None:
    beside(world)
    sun = as_user(world, "sun")
    gaps = liaison_gaps.gaps(world.user("sun"))
    assert gaps and {gap.why for gap in gaps} <= {liaison_gaps.NOT_ENTERED, liaison_gaps.NOBODY}
    page = sun.get(reverse("agency-gaps"))
    assert len(page.context["rows"]) == len(gaps) and f"尚无部门或联络员的 {len(gaps)} 处" in page.text
    assert f"缺口清单（{len(gaps)}）" in sun.get(reverse("agencies")).text
    rows = sheet_of(sun.get(reverse("agency-gaps-export")))
    assert sum(liaison_gaps.NOT_ENTERED in row or liaison_gaps.NOBODY in row for row in rows) == len(gaps)


def test_the_price_of_log_and_figures(world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(60):
        a_work(world, title=f"第{n}次")
    sun = as_user(world, "sun")
    sun.get(reverse("prevention"))
    for name in ("prevention", "prevention-figures"):
        with django_assert_max_num_queries(16):
            sun.get(reverse(name))


def test_everybody_is_classed_again_by_the_clock(world: World) -> None:
    case = a_case(world)
    EmployerRisk.objects.all().delete()
    assert class_employers() >= 1 and risk_of(case.employer).label == "高风险"
    assert classify([], timezone.now()) == 0
