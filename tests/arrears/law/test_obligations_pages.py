"""The pages of 办理时限: lists by the clock, one obligation, the boxes on case and desk; a longer term asked and decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Case
from arrears.law.models import Extension, Obligation, Step
from arrears.law.obligations import piles
from arrears.law.obligations.local import local
from arrears.law.obligations.reading import at_hand, overdue, silent, soon
from arrears.law.views import obligations as views
from tests.cast import AT, World, a_case, an_employer, moment
from tests.readers import as_user
from unions.models import Union

FAILED = date(2026, 11, 12)
DUE = moment("2026-11-19 23:59:59")


def a_row(world: World, code: str = "370202E0001", clock: datetime = DUE, key: str = "", **facts: Any) -> Obligation:
    """A row as the projection writes them, without the case around it."""
    unit = Union.objects.get(code=code)
    given = {
        "subject": f"case:{key or Obligation.objects.count() + 10_000}",
        "rulebook": "qingdao-2021",
        "rule": "report-failed-negotiation",
        "holder": unit,
        "path": unit.path,
        "bearer": "企业工会",
        "clause": "QD-5",
        "title": "企业工会上报",
        "started_at": AT,
        "due_at": clock,
        "clock_at": clock,
        "calendar_version": "x",
        "explanation": "说明",
    } | facts
    return Obligation.objects.create(**given)


# Lists -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "late"),
    [("2026-11-19 23:59:59", False), ("2026-11-19 23:59:59.900000", False), ("2026-11-20 00:00:00", True)],
)
def test_overdue_begins_with_the_next_second(world: World, now: str, late: bool) -> None:
    a_row(world)
    at = moment(now)
    li = world.user("li")
    assert overdue(li, at).exists() == late
    assert soon(li, at).exists() != late


def test_silence_climbs_to_the_approver_then_to_the_union_above(world: World) -> None:
    a_row(world)
    just, later = DUE + timedelta(seconds=1), DUE + local().silence + timedelta(seconds=2)
    for name, first, then in (
        ("wang", True, True),
        ("zhou", False, True),
        ("sun", False, True),
        ("shi", False, False),
        ("li", False, False),
        ("chen", False, False),
    ):
        user = world.user(name)
        assert (silent(user, just).exists(), silent(user, later).exists()) == (first, then), name


def test_units_see_their_own_subtree_only(world: World) -> None:
    a_row(world)
    for name, sees in (("li", True), ("sun", True), ("yang", True), ("feng", False), ("wei", False), ("shenji", False)):
        assert overdue(world.user(name), AT).exists() == sees, name


def test_pages_by_the_clock_meet_each_row_once_both_ways(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 3)
    rows = [a_row(world, clock=DUE + timedelta(hours=n // 2)) for n in range(8)]  # pairs at the same moment
    client, url, seen = as_user(world, "sun"), reverse("obligations"), []
    pages = [url]
    while True:
        page = client.get(pages[-1]).context["page"]
        seen += [row.pk for row in page.rows]
        if not page.next:
            break
        pages.append(f"{url}{page.next}")
    assert seen == [row.pk for row in rows]
    back = client.get(pages[-1]).context["page"].previous
    assert [row.pk for row in client.get(f"{url}{back}").context["page"].rows] == seen[3:6]
    for nonsense in ("after=x", "after=99999999999999999-1", "before=0-0", "after=%F0%9F%98%80"):
        assert client.get(f"{url}?{nonsense}").status_code == 200


def test_overdue_terms_of_one_matter_are_urged_by_district_at_once(world: World) -> None:
    cases = [a_case(world, employer=an_employer(f"第{n}建设公司")) for n in range(2)]
    for case in cases:
        a_row(world, clock=AT - timedelta(days=400), subject=f"case:{case.pk}", case=case)
    a_row(world, clock=AT - timedelta(days=400), title="另一事项")
    sun = as_user(world, "sun")
    page = sun.get(reverse("obligations"), {"list": "overdue"})
    (pile,) = page.context["piles"]
    assert (pile.place, pile.title, pile.count) == ("市南区总工会", "企业工会上报", 2)
    assert pile.asked == sorted(case.pk for case in cases) and "全部催办" in page.text
    asked = sun.get(reverse("bulk-new"), {"kind": "urge", "cases": pile.asked})
    assert asked.context["count"] == 2 and asked.context["kind"] == "urge"
    assert sun.get(reverse("obligations"), {"list": "open"}).context["piles"] == []


def test_a_pile_that_one_act_does_not_reach_whole_does_not_say_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piles, "MOST_CASES", 1)
    for n in range(2):
        case = a_case(world, employer=an_employer(f"第{n}建设公司"))
        a_row(world, clock=AT - timedelta(days=400), subject=f"case:{case.pk}", case=case)
    page = as_user(world, "sun").get(reverse("obligations"), {"list": "overdue"}).text
    assert "催办前 1 件" in page and "全部催办" not in page


def test_filters_by_unit_person_and_notice(world: World) -> None:
    mine = a_row(world, officer=world.user("sun"), code="370202")
    a_row(world)
    other = a_row(world, rulebook="shandong-2023-18")
    client = as_user(world, "sun")

    def found(**query: str) -> set[int]:
        return {row.pk for row in client.get(reverse("obligations"), query).context["page"].rows}

    assert found(mine="on") == {mine.pk}
    assert found(rulebook="shandong-2023-18") == {other.pk}
    assert len(found(unit="370202E0001")) == 2
    assert found(unit="没有这个单位") == set()
    assert "没有找到这个单位" in client.get(reverse("obligations"), {"unit": "没有这个单位"}).content.decode()


def test_the_price_of_the_list(world: World, django_assert_max_num_queries: Any) -> None:
    """Session, user, grants and what the frame asks; the counts, the rows."""
    client, url = as_user(world, "sun"), reverse("obligations")
    client.get(url)
    a_case(world, negotiation_failed_on=FAILED)
    with django_assert_max_num_queries(17) as few:
        client.get(url)
    for n in range(20):
        a_case(world, employer=an_employer(f"第{n}建设公司"), negotiation_failed_on=FAILED)
    with django_assert_max_num_queries(len(few)):
        answer = client.get(url)
    assert len(answer.context["rows"]) == 21


@pytest.mark.parametrize("name", ["xitong", "anquan", "shenji", "wu"])
def test_who_sees_no_case_sees_no_term(world: World, name: str) -> None:
    assert as_user(world, name).get(reverse("obligations")).status_code == 403
    row = a_row(world)
    assert as_user(world, name).get(row.get_absolute_url()).status_code == 404


def test_strangers_and_the_signed_out(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    row = Obligation.objects.get(case=case, clause="QD-5")
    assert as_user(world, "feng").get(row.get_absolute_url()).status_code == 404
    assert as_user(world, "feng").post(reverse("obligation-extend", args=[row.pk])).status_code == 404
    assert Client().get(reverse("obligations")).status_code == 302
    assert as_user(world, "li").get(reverse("obligation-extend", args=[row.pk])).status_code == 405


def test_one_obligation_explains_itself(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    row = Obligation.objects.get(case=case, clause="QD-5")
    text = as_user(world, "li").get(row.get_absolute_url()).content.decode()
    for said in (
        "11月12日（周四）协商失败，+5个工作日，跳过 11/14、11/15 → 11月19日",
        "企业工会应当于协商失败5个工作日内报告",
        "2026-11-19 23:59",
    ):
        assert said in text


def test_the_case_and_the_desk_show_the_countdown(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    client = as_user(world, "li")
    text = client.get(case.get_absolute_url()).content.decode()
    assert "办理时限" in text and "跳过 11/14、11/15 → 11月19日" in text
    assert "企业工会上报" in client.get(reverse("desk")).content.decode()
    assert [one.row.clause for one in at_hand(world.user("li"), AT, 6)] == ["QD-5"]
    assert at_hand(world.user("sun"), AT, 6) == []  # the district's own box, not its subtree's


def test_the_desk_says_when_more_is_due_than_it_shows(world: World) -> None:
    client = as_user(world, "li")
    for number in range(6):
        a_case(world, negotiation_failed_on=FAILED, employer=an_employer(f"第{number}建筑公司"))
    assert '到期和逾期（本人和本单位） <span class="tab-count">6</span>' in client.get(reverse("desk")).text
    a_case(world, negotiation_failed_on=FAILED, employer=an_employer("第九建筑公司"))
    assert '到期和逾期（本人和本单位） <span class="tab-count">7</span>' in client.get(reverse("desk")).text


# A longer term -----------------------------------------------------------------------------------------------------


def a_hard_case(world: World, now: datetime) -> tuple[Case, Obligation]:
    """Discovered on the campaign's last day but many: SD-2.3a, three days."""
    case = a_case(world, nature="government", accepted_on=now.date(), discovered_on=now.date())
    return case, Obligation.objects.get(case=case, rule="close-new")


def test_sd_2_3a_hard_cases_get_seven_days_by_a_second_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    day = moment("2023-11-28 10:00")
    monkeypatch.setattr(timezone, "now", lambda: day)
    case, row = a_hard_case(world, day)
    he, wang = as_user(world, "he"), as_user(world, "wang")
    assert "认定为疑难复杂" in he.get(row.get_absolute_url()).content.decode()
    ask = reverse("obligation-extend", args=[row.pk])
    assert he.post(ask, {"kind": "hard", "reason": " "}).status_code == 422
    assert he.post(ask, {"kind": "extend", "reason": "事实复杂"}).status_code == 422  # the notice allows no such thing
    assert he.post(ask, {"kind": "hard", "reason": "承包关系复杂"}).status_code == 302
    assert he.post(ask, {"kind": "hard", "reason": "承包关系复杂"}).status_code == 409
    asked = Extension.objects.get()
    approve, decline = (reverse("extension-step", args=[asked.pk, step]) for step in ("approve", "decline"))
    assert he.post(approve).status_code == 403
    assert as_user(world, "zhou").post(approve).status_code == 403
    assert wang.post(decline, {"opinion": ""}).status_code == 422
    assert asked.get_absolute_url() in wang.get(row.get_absolute_url()).text
    page = wang.get(asked.get_absolute_url())
    assert "承包关系复杂" in page.text and "期限计算说明" in page.text and "依据" in page.text
    assert wang.post(approve, {"opinion": "同意", "seal": page.context["seal"]}).status_code == 302
    assert wang.post(approve).status_code == 409
    row.refresh_from_db()
    assert row.lifted_at == day
    hard = Obligation.objects.get(case=case, rule="close-hard")
    assert hard.due_at == moment("2023-12-05 23:59:59") and hard.is_open
    text = he.get(f"{case.get_absolute_url()}?tab=facts").content.decode()
    assert "批准延长期限" in text and "extension." not in text
    assert asked.pk == Extension.objects.get(step=Step.APPROVED).pk


def test_a_term_that_ran_out_is_not_extended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    day = moment("2023-11-28 10:00")
    _, row = a_hard_case(world, day)
    for at, status in (("2023-12-01 23:59:59", 302), ("2023-12-02 00:00:00", 422)):
        monkeypatch.setattr(timezone, "now", lambda at=at: moment(at))
        answer = as_user(world, "he").post(
            reverse("obligation-extend", args=[row.pk]), {"kind": "hard", "reason": "复杂"}
        )
        assert answer.status_code == status
        Extension.objects.all().delete()
