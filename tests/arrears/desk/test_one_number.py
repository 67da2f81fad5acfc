"""Badge, card, page and tab of one thing show one number; what is of the reader, of her unit and of those below is said."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation
from arrears.law.models import Obligation
from reporting.returns import actions as life
from reporting.returns.models import Return, ReturnStage
from tests.arrears.escalations.test_escalation_pages import asked
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user
from unions.people.rights import Right

MANY = 8  # more than a card shows


def badge(client: Client, label: str) -> int:
    items = [item for group in client.get("/").context["navigation"] for item in group["items"]]
    return next(item["count"]() for item in items if item["label"] == label)


def card(client: Client, box: str) -> int:
    """The number in the heading of a card of the desk; 0 where it says none, or there is no card."""
    text = client.get("/").text
    heading = next((part for part in re.findall(r"<h2.*?</h2>", text, re.S) if box in part), "")
    return number_in(heading)


def tab(client: Client, url: str, label: str) -> int:
    (found,) = (part for part in re.findall(r'<a class="tab.*?</a>', client.get(url).text, re.S) if label in part)
    return number_in(found)


def number_in(html: str) -> int:
    found = re.search(r'tab-count">([^<]*)<', html)
    return int(found[1]) if found else 0


def a_return(world: World, code: str, period: str, due_at: datetime, stage: str = ReturnStage.OPEN) -> Return:
    union = world.unions[code]
    return Return.objects.create(
        rulebook="yingkou-2018-2",
        rule="monthly",
        period=period,
        union=union,
        path=union.path,
        receiver=union.parent,
        clause="YK-1",
        title="月报",
        form="yingkou-monthly-inspection",
        first=AT.date(),
        last=AT.date(),
        due_at=due_at,
        explanation="",
        calendar_version="x",
        opened_at=AT,
        changed_at=AT,
        stage=stage,
    )


def test_approvals(world: World) -> None:
    for number in range(MANY):
        asked(world, employer=an_employer(f"第{number}建筑公司", "370202"))
    report = a_return(world, "370202E0001", "2026-09", AT)
    life.terms.keep(Return.objects.filter(pk=report.pk), AT)
    wang = as_user(world, "wang")
    page = number_in(re.search(r"<h1.*?</h1>", wang.get("/approvals/").text, re.S)[0])
    reports = tab(wang, "/escalations/", "待我审批")
    assert (
        MANY
        == page
        == card(wang, "待我审批")
        == badge(wang, "工作台")
        == badge(wang, "待我审批")
        == badge(wang, "上报与接收")
        == reports
    )


def test_reports_to_receive(world: World) -> None:
    for number in range(MANY):
        asked(world, employer=an_employer(f"第{number}建筑公司", "370202"))
    for row in Escalation.objects.all():
        escalations.approve(row, by=world.user("wang"), at=AT, seal=escalations.approval.seal(row, AT))
    sun = as_user(world, "sun")
    rows = sun.get("/escalations/?list=receive").context["rows"]
    assert MANY == len(rows) == tab(sun, "/escalations/", "待我接收") == card(sun, "待接收的上报")
    assert badge(sun, "上报与接收") == MANY and badge(sun, "工作台") == MANY


def test_what_the_statistician_owes(world: World) -> None:
    """A return due tonight stands on her desk, in both cards; the number is that of the tab and of the sidebar."""
    tonight = timezone.now() + timedelta(hours=3)
    a_return(world, "370202", "2026-10", tonight)
    for number in range(1, MANY):
        a_return(world, "370202", f"2026-0{number}", tonight + timedelta(days=number))
    a_return(world, "370202E0001", "2026-10", tonight, ReturnStage.SUBMITTED)
    life.terms.keep(Return.objects.all(), timezone.now())
    qian = as_user(world, "qian")
    text = qian.get("/").text
    prepare, receive = tab(qian, "/returns/", "待填报"), tab(qian, "/returns/", "待我接收")
    assert (prepare, receive) == (MANY, 1)
    assert card(qian, "报表报送") == badge(qian, "报表报送") == badge(qian, "工作台") == prepare + receive
    assert f"待填报 {MANY}" in text and "待我接收 1" in text
    owed = Obligation.objects.filter(path=world.unions["370202"].path, subject__startswith="return:")
    near = owed.filter(clock_at__lte=timezone.now() + timedelta(days=3)).count()
    assert "没有到期的事项" not in text and near
    own = tab(qian, "/obligations/", "到期和逾期（本人和本单位）")
    assert card(qian, "到期和逾期（本人和本单位）") == own
    assert len(qian.get("/obligations/?list=own").context["rows"]) == own


def test_cases_to_handle(world: World) -> None:
    for number in range(MANY):
        a_case(world, employer=an_employer(f"第{number}建筑公司", "370202"))
    a_case(world, "zheng", "370202T0001", employer=an_employer("街道公司", "370202"))
    for name, number in {"he": MANY, "sun": 0, "li": MANY}.items():
        client = as_user(world, name)
        assert card(client, "待我办理") == len(client.get("/cases/?todo=on").context["rows"]) == number, name


def test_the_words_of_a_number_say_over_whom(world: World) -> None:
    sun = as_user(world, "sun")
    text = sun.get("/").text
    assert "到期和逾期（本人和本单位）" in text and "今日看板（含下级）" in text and "退回本人的上报和办结" in text
    assert all(label in sun.get("/obligations/").text for label in ("全部待办（含下级）", "即将到期（含下级）"))
    assert all(label in sun.get("/escalations/").text for label in ("待审批（含下级）", "被退回（含下级）"))


@pytest.mark.parametrize("name", ["li", "he", "wang", "sun", "zhou", "qian", "shi", "han", "shen"])
def test_no_number_is_a_lower_bound(world: World, name: str) -> None:
    client = as_user(world, name)
    for number in range(MANY):
        asked(world, employer=an_employer(f"第{number}建筑公司", "370202"))
    assert world.user(name).paths(Right.VIEW)
    for url in ("/", "/escalations/", "/obligations/", "/returns/"):
        assert not re.search(r"\d\+<", client.get(url).text), url
