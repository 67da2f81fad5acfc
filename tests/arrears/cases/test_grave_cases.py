"""YK-2.1, QP-2.3 and QD-2: grave cases told to government and office above, at once where the notice says so; focus sectors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Act
from arrears.escalations.grounds import open_grounds
from arrears.escalations.models import Escalation
from arrears.law.models import Attachment, Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.referrals.models import Referral
from reporting.evaluation.facts import EvaluationPeriod
from reporting.overview import figures as overview
from tests.cast import AT, World, a_case, a_draft, an_employer
from tests.readers import as_user
from unions.people import agencies


def attached(world: World, key: str, code: str = "370202") -> None:
    """That notice holds here from 2023 on."""
    Attachment.objects.create(union=world.unions[code], rulebook=key, since=date(2023, 1, 1), at=AT, approved_at=AT)


def a_short_one(world: World, **facts: Any) -> Any:
    """Twelve workers, two months, at the district."""
    given = {"owed_from": date(2026, 9, 1), "owed_until": date(2026, 10, 31), "accepted_on": date(2026, 11, 18)} | facts
    return a_case(world, "sun", "370202", **given)


@pytest.mark.parametrize(
    ("facts", "grave"),
    [
        ({}, False),
        ({"stated_workers": 49}, False),
        ({"stated_workers": 50}, True),
        ({"owed_from": date(2026, 8, 1)}, True),
        ({"owed_from": date(2026, 8, 2)}, False),
        ({"escalating": True}, True),
        ({"owed_until": None}, False),
    ],
)
def test_YK_2_1_fifty_people_three_months_or_signs_of_escalation(
    world: World, facts: dict[str, Any], grave: bool
) -> None:
    attached(world, "yingkou-2018-2")
    case = a_short_one(world, **facts)
    assert ("grave" in {ground.key for ground in open_grounds(case, world.unions["370202"])}) is grave


def test_YK_2_1_told_to_government_office_above_and_police_in_the_browser(world: World) -> None:
    attached(world, "yingkou-2018-2")
    kept = {}
    for kind, name in (("other", "市南区人民政府办公室"), ("police", "市南区公安分局")):
        kept[kind] = agencies.enter(world.unions["370202"], {"kind": kind, "name": name}, world.user("sun"), AT)
    case = a_short_one(world, escalating=True)
    owed = Obligation.objects.filter(case=case, clause="YK-2.1")
    assert {row.title for row in owed} == {"上报上一级办公室", "报告本级政府"} and all(row.is_open for row in owed)
    sun, zhou = as_user(world, "sun"), as_user(world, "zhou")
    page = sun.get(case.get_absolute_url())
    assert "有升级迹象" in page.text and "报告本级政府" in page.text
    for kind, agency in (("government", kept["other"]), ("early", kept["police"])):
        case.refresh_from_db()
        asked = {"seen": case.version, "kind": kind, "agency": agency.pk, "request": "事件有升级迹象，请予处置。"}
        answer = sun.post(reverse("case-refer", args=[case.pk]), asked)
        assert answer.status_code == 302, answer.text
        row = Referral.objects.get(kind=kind)
        shown = zhou.get(reverse("referral", args=[row.pk])).context["seal"]
        assert zhou.post(reverse("referral-approve", args=[row.pk]), {"seal": shown}).status_code == 302
    assert set(Act.objects.filter(case=case).values_list("kind", flat=True)) == {"government", "early"}
    assert not Obligation.objects.get(case=case, rule="tell-government").is_open
    case.refresh_from_db()
    up = {
        "seen": case.version,
        "ground": "grave",
        "unit": world.unions["370202"].pk,
        "sender": world.unions["370202"].pk,
        "reason": "有升级迹象",
    }
    assert sun.post(reverse("case-escalate", args=[case.pk]), up).status_code == 302
    report = Escalation.objects.get(case=case)
    shown = zhou.get(reverse("escalation", args=[report.pk])).context["seal"]
    assert zhou.post(reverse("escalation-approve", args=[report.pk]), {"seal": shown}).status_code == 302
    assert report.ground == "grave"
    assert not Obligation.objects.get(case=case, rule="report-major", clause="YK-2.1").is_open
    before = list(Obligation.objects.filter(case=case).order_by("rule").values("rule", "met_at", "clause"))
    rebuild_all(timezone.now())
    assert list(Obligation.objects.filter(case=case).order_by("rule").values("rule", "met_at", "clause")) == before


def test_QP_2_3_a_major_risk_shows_its_elapsed_time_until_it_is_reported(world: World) -> None:
    attached(world, "qingpu-2023-1")
    book_day = date(2023, 6, 1)
    case = a_short_one(
        world,
        escalating=True,
        accepted_on=book_day,
        discovered_on=book_day,
        owed_from=date(2023, 5, 1),
        owed_until=date(2023, 5, 31),
    )
    term = Obligation.objects.get(case=case, clause="QP-2.3", rule="report-major")
    assert term.due_at is None and term.is_open
    text = as_user(world, "sun").get(case.get_absolute_url()).text
    assert "重大隐患即知即报" in text and "立即办理" in text and "已用时" in text
    opinion = {"union": "370202", "title": "短视频反映欠薪", "source": "short_video", "seen_at": "2023-06-01T09:00"}
    made = as_user(world, "sun").post(reverse("opinion-new"), opinion, follow=True)
    assert made.status_code == 200 and Obligation.objects.filter(clause="QP-2.3", rule="answer-opinion").exists()


def test_QD_2_cases_by_focus_sector_and_whether_there_is_a_union(world: World) -> None:
    firms: dict[str, dict[str, Any]] = {
        "餐饮有工会": {"focus_sector": "catering", "has_union": True},
        "建筑无工会": {"focus_sector": "construction", "has_union": False},
        "别的": {},
    }
    for name, facts in firms.items():
        a_case(world, employer=an_employer(name, **facts))
    sun = as_user(world, "sun")

    def found(**query: str) -> set[str]:
        return {row.case.employer.name for row in sun.get(reverse("cases"), query).context["rows"]}

    assert found(sector="catering") == {"餐饮有工会"} and found(sector="none") == {"别的"}
    assert found(has_union="yes") == {"餐饮有工会"} and found(has_union="no") == {"建筑无工会"}
    assert found(has_union="unknown") == {"别的"} and found(sector="catering", has_union="no") == set()
    assert found(sector="nonsense") == set()


def test_QD_2_the_overview_groups_and_charts_by_focus_sector(world: World) -> None:
    a_case(world, employer=an_employer("餐饮", focus_sector="catering"), stated_amount=Decimal(300000))
    a_case(world, employer=an_employer("别的"))
    a_draft(world, employer=an_employer("草稿"))
    read = overview.read(world.unions["370202"], EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), AT))
    assert [(one.label, one.cases, one.left.amount) for one in read.open.sectors] == [
        ("餐饮服务", 1, Decimal(300000)),
        ("不属重点行业", 1, Decimal(120000)),
    ]
    assert sum(one.cases for one in read.open.sectors) == read.open.all.cases
    sun = as_user(world, "sun")
    chart = sun.get(reverse("overview-chart", args=["sectors"]), {"unit": "370202"}).json()
    assert chart["yAxis"]["data"] == ["餐饮服务", "不属重点行业"]
    (first, rest) = chart["series"][0]["data"]
    for part, name in ((first, "餐饮"), (rest, "别的")):
        assert [row.case.employer.name for row in sun.get(part["url"]).context["rows"]] == [name]
    page = sun.get(reverse("overview"))
    assert "按重点行业" in page.text


@pytest.mark.parametrize(("has_union", "said"), [(True, "已建工会"), (False, "未建工会"), (None, "未填写")])
def test_QD_2_an_employer_says_whether_it_has_a_union(world: World, has_union: bool | None, said: str) -> None:
    case = a_case(world, employer=an_employer("海风建设有限公司", focus_sector="construction", has_union=has_union))
    text = as_user(world, "li").get(reverse("employer", args=[case.employer_id])).text
    assert "建筑施工" in text and said in text
