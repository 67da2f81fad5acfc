"""Heavy cases in the browser's words: the tab, the registers with their price, the printable records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Act, Case
from arrears.serious.models import Emergency, FallbackParty, Opinion, Oversight, OversightKind, Reception
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user, days_ago
from tests.rulebook_uploads import still_in_force
from tests.serious import a_reception, an_emergency, an_opinion, an_oversight, in_force

LISTS = ["oversights", "emergencies", "opinions", "receptions"]


def now_typed() -> str:
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


def test_SD_2_4b_from_the_tab_to_the_badge_and_back(world: World) -> None:
    case = a_case(world)
    sun, zhou, he = (as_user(world, name) for name in ("sun", "zhou", "he"))
    typed = {
        "unit": world.unions["370202"].pk,
        "kind": "leader",
        "responsible": "周主席",
        "due_on": "2099-12-31",
        "demand": "年底前清偿",
    }
    wrong = sun.post(reverse("case-oversight", args=[case.pk]), typed | {"due_on": "2020-01-01"})
    assert wrong.status_code == 422 and "不能早于今天" in wrong.text and "年底前清偿" in wrong.text
    answer = sun.post(reverse("case-oversight", args=[case.pk]), typed)
    row = Oversight.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert "领导包案" not in he.get(case.get_absolute_url()).text.partition('<nav class="tabs"')[0]
    assert "不能由您审批" in sun.get(row.get_absolute_url()).text
    shown = zhou.get(row.get_absolute_url()).context["seal"]
    zhou.post(reverse("oversight-step", args=[row.pk, "approve"]), {"seal": shown})
    for page in (he.get(case.get_absolute_url()), he.get(reverse("cases"))):
        assert "领导包案" in page.text
    he.post(reverse("oversight-step", args=[row.pk, "report"]), {"report": "全部清偿"})
    page = zhou.get(row.get_absolute_url())
    assert "全部清偿" in page.text
    kept = zhou.post(reverse("oversight-step", args=[row.pk, "keep"]), {"opinion": ""})
    assert kept.status_code == 422 and "请写明原因" in kept.text
    zhou.post(reverse("oversight-step", args=[row.pk, "lift"]), {"seal": page.context["seal"]})
    assert "领导包案" not in he.get(reverse("cases")).text
    row.refresh_from_db()
    assert row.stage == "lifted"


def test_SD_2_4b_the_register_is_filtered(world: World) -> None:
    first = in_force(world, a_case(world))
    Oversight.objects.filter(pk=first.pk).update(due_on=date(2026, 11, 1))
    other = a_case(world, employer=an_employer("台风食品厂"))
    in_force(world, other, OversightKind.TASK_FORCE, due_on=date(2099, 1, 1))
    sun = as_user(world, "sun")
    for query, count in {
        "": 2,
        "?kind=listed": 1,
        "?late=on": 1,
        "?q=台风": 1,
        "?unit=370202": 2,
        "?stage=lifted": 0,
        "?unit=无此单位": 0,
        "?kind=x": 0,
    }.items():
        page = sun.get(reverse("oversights") + query)
        assert page.status_code == 200 and page.text.count('class="title-cell"') == count, query
    assert "逾期未报告" in sun.get(reverse("oversights")).text


def test_SD_2_4c_who_pays_stands_beside_the_clock(world: World) -> None:
    still_in_force(world)
    case = a_case(world, nature="government")
    he = as_user(world, "he")
    assert "尚未写明" in he.get(case.get_absolute_url()).text
    he.post(reverse("case-fallback", args=[case.pk]), {"name": "市南区财政局", "person": "刘科长"})
    assert FallbackParty.objects.get().case == case
    assert "市南区财政局" in he.get(case.get_absolute_url()).text
    assert "兜底责任单位" not in he.get(a_case(world, employer=an_employer("台风食品厂")).get_absolute_url()).text


def test_QD_6_5_the_record_is_told_live_and_printed_whole(world: World) -> None:
    case = a_case(world, mass=True)
    he, sun = as_user(world, "he"), as_user(world, "sun")
    begun = {"incident_at": now_typed(), "place": "项目部门口", "people": "30", "plan": "劝导、请代表座谈"}
    he.post(reverse("case-emergency", args=[case.pk]), begun)
    row = Emergency.objects.get()
    log = reverse("emergency-log", args=[row.pk])
    assert "every 15s" in he.get(log).text and he.get(log).text.count("未登记到场") == 3
    arrived = {"union": "370202", "people": "孙经办", "arrived_at": now_typed()}
    assert sun.post(reverse("emergency-arrive", args=[row.pk]), arrived).status_code == 302
    own = {"unit": world.unions["370202E0001"].pk}
    he.post(reverse("emergency-note", args=[row.pk]), own | {"kind": "demand", "text": "<b>三日内付清</b>"})
    live = he.get(log).text
    assert live.count("未登记到场") == 2 and "&lt;b&gt;三日内付清" in live
    refused = sun.post(reverse("emergency-arrive", args=[row.pk]), arrived)
    assert refused.status_code == 409 and "已经登记" in refused.text
    he.post(reverse("emergency-end", args=[row.pk]), {"outcome": "职工散去"})
    page = he.get(row.get_absolute_url()).text
    assert "职工散去" in page and "三日内付清" in page and "hx-get" not in he.get(log).text
    assert "登记到场</button>" not in page
    assert Act.objects.filter(kind="on_site", union__code="370202").count() == 1


def test_SD_3_3_an_opinion_event_is_linked_to_a_case_the_reader_sees(world: World) -> None:
    case, he = a_case(world), as_user(world, "he")
    typed = {"union": "370202E0001", "title": "讨薪视频", "source": "press", "seen_at": now_typed()}
    assert "请选择来源" in he.post(reverse("opinion-new"), typed | {"source": ""}).text
    he.post(reverse("opinion-new"), typed)
    row = Opinion.objects.get()
    link = reverse("opinion-step", args=[row.pk, "link"])
    foreign = a_case(world, "chu", "370203E0001", employer=an_employer("台东餐饮", "370203"))
    assert "没有找到" in he.post(link, {"number": foreign.number, "seen": 1}).text
    assert he.post(link, {"number": case.number, "seen": 1}).status_code == 302
    assert he.post(link, {"number": case.number, "seen": 1}).status_code == 409
    assert case.employer.name in he.get(row.get_absolute_url()).text
    assert "讨薪视频" in he.get(f"{case.get_absolute_url()}?tab=heavy").text


def test_SD_2_4d_a_session_and_what_was_taken(world: World) -> None:
    sun = as_user(world, "sun")
    typed = {
        "union": "370202",
        "on": days_ago(1),
        "season": "spring",
        "place": "职工服务中心",
        "leader": "周主席",
        "visitors": "6",
    }
    sun.post(reverse("reception-new"), typed)
    row = Reception.objects.get()
    taken = {"employer_name": "海天装饰有限公司", "region_code": "370202", "workers": "3", "amount": "9,000"}
    bad = sun.post(reverse("reception-take", args=[row.pk]), taken | {"amount": "九千"})
    assert bad.status_code == 422 and "海天装饰有限公司" in bad.text
    answer = sun.post(reverse("reception-take", args=[row.pk]), taken)
    case = Case.objects.get()
    assert answer["Location"] == reverse("case-edit", args=[case.pk])
    assert sun.get(answer["Location"]).status_code == 200
    page = sun.get(row.get_absolute_url()).text
    assert "海天装饰有限公司" in page and "现场受理 1 件" in page
    assert (
        "海天装饰有限公司" not in as_user(world, "lv").get(row.get_absolute_url()).text
    )  # a draft is its unit's alone


@pytest.mark.parametrize("name", ["interview", "stationed"])
def test_SD_3_4_recorded_above_and_counted(world: World, name: str) -> None:
    case, sun = a_case(world), as_user(world, "sun")
    typed = {"unit": world.unions["370202"].pk, "kind": name, "on": days_ago(0), "detail": "约谈项目经理"}
    assert sun.post(reverse("case-from-above", args=[case.pk]), typed).status_code == 302
    assert dict(sun.get(reverse("oversights")).context["acts"]) == {
        "约谈": int(name == "interview"),
        "蹲点督导": int(name == "stationed"),
    }


@pytest.mark.parametrize("name", LISTS)
def test_the_registers_cost_the_same_however_long(world: World, name: str, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        case = a_case(world, mass=True, employer=an_employer(f"第{number}建筑公司"))
        an_emergency(world, case)
        an_oversight(world, case)
        an_opinion(world, title=f"讨薪视频{number}")
        a_reception(world, place=f"第{number}会议室", on=AT.date())
    sun = as_user(world, "sun")
    sun.get(reverse(name))
    with django_assert_max_num_queries(10):
        assert sun.get(reverse(name)).text.count('class="title-cell"') == 12
