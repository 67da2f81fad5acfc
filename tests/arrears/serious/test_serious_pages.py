"""Heavy cases in the browser's words: the tab, the registers with their price, the printable records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Act, Case
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.serious.actions import opinions, watch
from arrears.serious.models import (
    Emergency,
    FallbackParty,
    Opinion,
    OpinionWatch,
    Oversight,
    OversightKind,
    Reception,
    UnitCall,
)
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user, days_ago
from tests.rulebook_uploads import still_in_force
from tests.serious import a_reception, an_emergency, an_opinion, an_oversight, in_force
from unions.log import audit

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
    with django_assert_max_num_queries(15):
        assert sun.get(reverse(name)).text.count('class="title-cell"') == 12


# ---- the duty roster and what proved untrue (SD-3.3b) -----------------------------------------------------------------


def test_SD_3_3b_somebody_watches_around_the_clock(world: World) -> None:
    he, lv = as_user(world, "sun"), as_user(world, "lv")
    url, today = reverse("opinion-watch"), timezone.localdate()
    typed = {"union": "370202", "first": today, "last": today + timedelta(days=1), "shift": "day", "person": "孙经办"}
    typed |= {"phone": "0532-85712351"}
    assert "舆情值班" not in he.get(reverse("opinions")).text  # no notice in force asks for it
    assert he.post(url, typed).status_code == 403
    still_in_force(world)
    page = he.get(reverse("opinions")).text
    assert "鲁就办〔2023〕18号" in page and "未安排" in page
    assert "今日无人全天候值班的单位" in lv.get(reverse("opinions")).text
    wrong = he.post(url, typed | {"last": today - timedelta(days=1)})
    assert wrong.status_code == 422 and "孙经办" in wrong.text  # what was typed stays
    assert he.post(url, typed).status_code == 302
    assert world.unions["370202"] in watch.unwatched(world.user("sun"), today)  # nobody at night
    assert he.post(url, typed | {"shift": "night", "person": "周值班"}).status_code == 302
    assert world.unions["370202"] not in watch.unwatched(world.user("sun"), today)
    assert he.post(url, typed | {"shift": "night", "person": "吴值班"}).status_code == 302  # takes the place
    assert OpinionWatch.objects.filter(on=today).count() == 2
    page = he.get(reverse("opinions")).text
    assert "白班 孙经办" in page and "夜班 吴值班" in page and "周值班" not in page
    assert as_user(world, "feng").post(url, typed).status_code == 422  # not of her own unit
    rows = lv.get("/boards/rows/watch-today/?unit=370200").text
    assert "吴值班" in rows and "市南区总工会" in rows


def test_SD_3_3b_what_proved_untrue_is_set_right_with_its_statement(world: World) -> None:
    he, row = as_user(world, "he"), an_opinion(world)
    url, now = reverse("opinion-step", args=[row.pk, "handle"]), timezone.localtime()
    row = opinions.answer(row, "已联系发布人", AT, world.user("he"), AT, seen=1)
    typed = {"seen": 2, "when": f"{now:%Y-%m-%d %H:%M}", "text": "查无此事", "verdict": "untrue", "statement": ""}
    refused = he.post(url, typed)
    assert refused.status_code == 422 and "请填写澄清声明" in refused.text and "查无此事" in refused.text
    assert he.post(url, typed | {"statement": "经查，该单位没有拖欠工资。已于官方账号发布。"}).status_code == 302
    page = he.get(row.get_absolute_url()).text
    assert "不实，已澄清" in page and "该单位没有拖欠工资" in page
    assert row.title in he.get(reverse("opinions"), {"verdict": "untrue"}).text
    assert row.title not in he.get(reverse("opinions"), {"verdict": "true"}).text
    assert row.title in he.get("/boards/rows/opinions-untrue/?unit=370202E0001").text


# ---- units called to account (SD-3.4b) --------------------------------------------------------------------------------


def test_SD_3_4b_a_unit_is_called_to_account_and_answers_in_its_term(world: World) -> None:
    lv, feng, today = as_user(world, "lv"), as_user(world, "feng"), timezone.localdate()
    url, book = reverse("unit-call"), reverse("oversights")
    assert "约谈、通报、问责" not in lv.get(book).text
    assert lv.post(url, {}).status_code == 403  # no notice in force speaks of it
    still_in_force(world)
    case = a_case(world, "feng", "370203", employer=an_employer("台东酒店", "370203"))
    typed = {"unit": world.unions["370200"].pk, "kind": "interview", "called": "370203", "number": case.number}
    typed |= {"ground": "slow", "detail": "办结率居末位", "on": today, "persons": "分管副主席", "demands": "两周内清零"}
    typed |= {"due_on": today + timedelta(days=14)}
    wrong = lv.post(url, typed | {"ground": ""})
    assert wrong.status_code == 422 and "两周内清零" in wrong.text
    above = lv.post(url, typed | {"called": "370200"})
    assert above.status_code == 422 and "所辖的单位" in above.text
    assert lv.post(url, typed).status_code == 302
    row = UnitCall.objects.get()
    term = Obligation.objects.get(subject=row.stream)
    assert (term.holder.code, term.clause, term.is_open) == ("370203", "SD-3.4b", True)
    page = feng.get(book).text
    assert "办结率居末位" in page and "待反馈" in page and "进展缓慢" in page
    assert "约谈" in feng.get(f"/cases/{case.pk}/?tab=heavy").text
    assert str(row) in lv.get("/boards/rows/calls-open/?unit=370200").text
    answer = reverse("unit-call-answer", args=[row.pk])
    assert as_user(world, "he").post(answer, {}).status_code == 404
    assert feng.post(answer, {"on": today, "result": ""}).status_code == 422
    assert feng.post(answer, {"on": today, "result": "已逐件办结"}).status_code == 302
    term.refresh_from_db()
    assert term.met_at is not None
    assert "已逐件办结" in lv.get(book).text
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(timezone.now())
    assert list(Obligation.objects.order_by("pk").values()) == before
    assert list(audit.broken_links()) == []
