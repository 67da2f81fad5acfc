"""Warnings in the browser and by program: entering, the board, the employer's page, verifying, steps, API."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Employer
from arrears.early_warning.models import (
    CheckOutcome,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
)
from tests.cast import World, an_employer
from tests.readers import as_user, days_ago
from tests.warned import a_photo, a_signal, checked, standing
from unions.models import Event, Stash


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "union": "370202",
        "employer_name": "海风建设有限公司",
        "region_code": "370202",
        "source": "tax",
        "kind": "tax_arrears",
        "on": days_ago(40),
        "received_on": days_ago(2),
        "amount": "1,200,000",
        "reference": "青税通〔2026〕8号",
    } | fields


def test_YK_1_1_a_signal_is_entered_by_hand(world: World) -> None:
    sun = as_user(world, "sun")
    answer = sun.post(reverse("warning-new"), typed())
    signal = WarningSignal.objects.get()
    assert answer.status_code == 302 and answer["Location"] == standing(world, signal.employer).get_absolute_url()
    assert (signal.union.code, str(signal.amount), signal.by.username) == ("370202", "1200000.00", "sun")
    page = sun.get(answer["Location"]).content.decode()
    assert "欠税" in page and "税务部门 +2" in page and "1,200,000.00" in page and "待核实" in page
    assert [event.verb for event in Event.objects.filter(stream=signal.stream)] == ["signal"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "seized"}, "税务部门的预警信息应是：欠税"),
        ({"source": "moon"}, "请从列表中选择"),
        ({"on": "2999-01-01"}, "日期不能晚于今天"),
        ({"received_on": days_ago(50)}, "收到日期不能早于发生日期"),
        ({"amount": "12万"}, "请按元填写"),
        ({"union": "370203"}, "没有找到您可以登记的这个单位"),
        ({"uscc": "9137"}, "统一社会信用代码应为 18 位"),
        ({"employer_name": "（）"}, "单位名称不能只有标点"),
    ],
)
def test_bad_input_is_named_and_kept(world: World, wrong: dict[str, str], says: str) -> None:
    answer = as_user(world, "sun").post(reverse("warning-new"), typed(**wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page and "青税通〔2026〕8号" in page
    assert not WarningSignal.objects.exists() and not Employer.objects.exists()


def test_a_second_press_enters_nothing_twice_and_keeps_what_was_typed(world: World) -> None:
    sun = as_user(world, "sun")
    sun.post(reverse("warning-new"), typed())
    answer = sun.post(reverse("warning-new"), typed())
    assert answer.status_code == 422 and "已经登记过" in answer.content.decode()
    assert WarningSignal.objects.count() == 1


def test_what_is_typed_is_kept_until_it_is_handed_in(world: World) -> None:
    sun = as_user(world, "sun")
    sun.post(reverse("warning-new-autosave"), typed(amount="一百"), headers={"X-Autosave": "1"})
    page = sun.get(reverse("warning-new")).content.decode()
    assert "已恢复上次未提交的内容" in page and 'value="一百"' in page
    sun.post(reverse("warning-new"), typed())
    assert not Stash.objects.exists()


def test_the_board_counts_employers_by_grade_and_place_and_drills_down(world: World) -> None:
    for number in range(3):
        a_signal(
            world,
            an_employer(f"市南{number}号"),
            on=timezone.localdate(),
            received_on=timezone.localdate(),
            at=timezone.now(),
        )
    grave = an_employer("市北停产公司", "370203")
    today = {"on": timezone.localdate(), "received_on": timezone.localdate(), "at": timezone.now()}
    a_signal(world, grave, "feng", "370203", source="market", kind="stopped", major=True, **today)
    a_signal(world, grave, "feng", "370203", source="complaint", kind="complaint", **today)
    lv = as_user(world, "lv")
    page = lv.get(reverse("warnings")).content.decode()
    assert page.index("市北停产公司") < page.index("市南2号")
    assert "红色预警" in page and "?unit=370203&amp;level=%E7%BA%A2" in page
    for query, count in {
        "": 4,
        "?level=红": 1,
        "?level=黄": 3,
        "?q=停产": 1,
        "?major=on": 1,
        "?source=market": 1,
        "?unit=370202": 3,
        "?unverified=on": 4,
        "?source=police": 0,
        "?level=-": 0,
    }.items():
        answer = lv.get(reverse("warnings") + query)
        rows = answer.content.decode().split('<h2 class="section-title">用人单位')[-1]
        assert rows.count('class="title-cell"') == count, query
    assert as_user(world, "sun").get(reverse("warnings") + "?unit=370203").status_code == 404


def test_the_board_costs_the_same_however_long(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        a_signal(world, an_employer(f"单位{number}号"), on=date(2026, 11, 1 + number % 16))
    lv = as_user(world, "lv")
    with django_assert_max_num_queries(20):
        page = lv.get(reverse("warnings")).content.decode()
    rows = page.split('<h2 class="section-title">用人单位')[-1]
    assert rows.count('class="title-cell"') == 50


def test_every_row_is_on_exactly_one_page(world: World) -> None:
    for number in range(120):
        a_signal(world, an_employer(f"单位{number}号"), on=date(2026, 11, 1 + number % 16))
    lv, seen, url = as_user(world, "lv"), [], reverse("warnings")
    while url:
        page = lv.get(url).context["page"]
        seen += [row.pk for row in page.rows]
        url = reverse("warnings") + page.next if page.next else ""
    wanted = WarningStanding.objects.filter(union__code="370200").order_by("-rank", "-score", "-pk")
    assert seen == list(wanted.values_list("pk", flat=True))
    back = lv.get(reverse("warnings") + f"?before={row_key(wanted[60])}").context["page"]
    assert [row.pk for row in back.rows] == seen[10:60]


def row_key(row: WarningStanding) -> str:
    return f"{row.rank},{row.score},{row.pk}"


# One employer --------------------------------------------------------------------------------------------------------


def test_YK_1_2_the_visit_is_recorded_with_its_photos(world: World) -> None:
    employer = an_employer()
    signal = a_signal(world, employer)
    sun, row = as_user(world, "sun"), standing(world, employer)
    url = reverse("warning-check", args=[row.pk])
    sent = {"signal": [signal.pk], "on": "2026-11-18", "outcome": "monitored", "detail": "生产正常，工资发到十月。"}
    bare = sun.post(url, sent)
    assert (
        bare.status_code == 422
        and "至少一份现场材料" in bare.content.decode()
        and "工资发到十月" in bare.content.decode()
    )
    wrong = sun.post(url, sent | {"papers": [a_photo("run.png")], "signal": []})
    assert wrong.status_code == 409
    answer = sun.post(url, sent | {"papers": [a_photo("大门.png"), a_photo("工资表.png", b"1")]})
    assert answer.status_code == 302
    check = WarningCheck.objects.get()
    assert [paper.name for paper in check.papers.all()] == ["大门.png", "工资表.png"]
    page = sun.get(row.get_absolute_url()).content.decode()
    assert "暂未欠薪，继续监测" in page and "大门.png" in page
    paper = sun.get(reverse("site-paper", args=[check.papers.all()[0].pk]))
    assert paper["Content-Disposition"].startswith("attachment") and paper["X-Content-Type-Options"] == "nosniff"
    assert as_user(world, "feng").get(reverse("site-paper", args=[check.papers.all()[0].pk])).status_code == 404


def test_a_paper_that_is_no_paper_is_refused(world: World) -> None:
    employer = an_employer()
    signal = a_signal(world, employer)
    sent = {"signal": [signal.pk], "on": "2026-11-18", "outcome": "monitored", "detail": "正常"}
    url = reverse("warning-check", args=[standing(world, employer).pk])
    answer = as_user(world, "sun").post(
        url, sent | {"papers": [SimpleUploadedFile("页.png", b"<script>alert(1)</script>")]}
    )
    assert answer.status_code == 422 and "不是可接受的证据文件" in answer.content.decode()
    assert not WarningCheck.objects.exists()


def test_YK_1_3_a_report_upward_waits_on_the_board_above(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer, major=True)
    sun, lv = as_user(world, "sun"), as_user(world, "lv")
    row = standing(world, employer)
    answer = sun.post(reverse("warning-step", args=[row.pk]), {"kind": "above", "on": days_ago(0), "detail": "拟停产"})
    assert answer.status_code == 302
    step = WarningStep.objects.get()
    assert step.kind == StepKind.ABOVE and step.receiver == world.unions["370200"]
    board = lv.get(reverse("warnings")).content.decode()
    assert "下级报告，待确认知悉" in board
    answer = lv.post(reverse("warning-step-answer", args=[step.pk]), {"answered_on": days_ago(0), "answer": "知悉"})
    assert answer.status_code == 302
    assert "下级报告，待确认知悉" not in lv.get(reverse("warnings")).content.decode()
    assert "知悉" in sun.get(row.get_absolute_url()).content.decode()


def test_a_refused_step_keeps_what_was_typed(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer)
    answer = as_user(world, "sun").post(
        reverse("warning-step", args=[standing(world, employer).pk]),
        {"kind": "government", "on": days_ago(0), "detail": "涉及职工八十人"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "请写明送达的部门" in page and "涉及职工八十人" in page


def test_the_page_of_an_employer_costs_the_same_however_much_is_known(
    world: World, django_assert_max_num_queries: Any
) -> None:
    employer = an_employer()
    for number in range(12):
        a_signal(world, employer, reference=f"{number}号")
        checked(world, employer, CheckOutcome.MONITORED)
    sun = as_user(world, "sun")
    url = standing(world, employer).get_absolute_url()
    with django_assert_max_num_queries(24):
        assert sun.get(url).status_code == 200


def test_the_trend_is_drawn(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer)
    option = as_user(world, "sun").get(reverse("warning-trend", args=[standing(world, employer).pk])).json()
    assert len(option["series"][0]["data"]) == 13 and option["unit"] == "分"


# By program ----------------------------------------------------------------------------------------------------------


def test_YK_1_1_a_signal_is_entered_by_program(world: World) -> None:
    sun: Client = as_user(world, "sun")
    given = typed(amount="1200000.00", on="2026-10-03", received_on="2026-11-16")
    answer = sun.post(reverse("api-warnings"), given, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["level"] == "黄" and answer.json()["reasons"][0].startswith("欠税 2026-10-03 税务部门 +2")
    twice = sun.post(reverse("api-warnings"), given, content_type="application/json")
    assert twice.status_code == 422 and "已经登记过" in twice.json()["detail"]
    wrong = sun.post(reverse("api-warnings"), given | {"kind": "seized"}, content_type="application/json")
    assert wrong.status_code == 422 and "欠税" in wrong.json()["fields"]["kind"]
    listed = sun.get(reverse("api-warnings"), {"source": "tax", "since": "2026-11-01"}).json()
    assert [row["employer"]["name"] for row in listed["results"]] == ["海风建设有限公司"]
    assert as_user(world, "feng").get(reverse("api-warnings")).json()["results"] == []
