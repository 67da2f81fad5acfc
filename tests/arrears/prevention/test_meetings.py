"""Joint meetings with what they agree, and the yearly campaign, where a notice asks for them (QP-4.1)."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from arrears.law.models import Attachment, Obligation
from arrears.law.obligations.projection import Tools
from arrears.prevention import counts, terms
from arrears.prevention.actions import log
from arrears.prevention.actions.log import Work
from arrears.prevention.models import PreventionKind, PreventionTask, PreventionWork
from tests.cast import AT, World
from tests.readers import as_user, days_ago
from unions.common.refusals import Refused, Stale

TODAY = AT.date()
MEETING = Work(
    PreventionKind.MEETING, TODAY, "第四季度联席会议", "议定两项。", agenda="线索处置", partners="人社局、住建局"
)


@pytest.fixture
def meets(world: World) -> World:
    """市南 is a place where the notice of joint meetings holds."""
    unit, since = world.unions["370202"], date(2023, 1, 1)
    Attachment.objects.create(union=unit, rulebook="qingpu-2023-1", since=since, at=AT, approved_at=AT)
    return world


def term(stream: str) -> Obligation:
    return Obligation.objects.get(subject=stream)


def test_QP_4_1_a_meeting_is_planned_held_and_what_it_agreed_has_terms(meets: World) -> None:
    unit, sun = meets.unions["370202"], meets.user("sun")
    plan = log.record(unit, replace(MEETING, on=TODAY + timedelta(days=5), done=""), [], sun, AT)
    assert plan.is_plan and term(plan.stream).title == "联席会议：第四季度联席会议" and term(plan.stream).is_open
    assert not counts.works(unit, TODAY, TODAY + timedelta(days=9)).exists(), "what is planned counts for nothing"
    held_at = AT + timedelta(days=5)
    said = replace(MEETING, on=TODAY + timedelta(days=5))
    held = log.edit(plan, said, [], sun, held_at, seen=plan.version)
    assert not held.is_plan and not term(held.stream).is_open
    task = log.add_task(held, "核对在建工地工资专户", "住建局", TODAY + timedelta(days=20), sun, held_at)
    owed = term(task.stream)
    assert (owed.is_open, owed.bearer, owed.holder) == (True, "住建局", unit) and "住建局落实" in owed.explanation
    log.finish_task(task, TODAY + timedelta(days=9), "九处均已核对。", sun, AT + timedelta(days=9))
    assert not term(task.stream).is_open
    with pytest.raises(Stale, match="已经登记落实"):
        log.finish_task(task, TODAY + timedelta(days=9), "再来一次", sun, AT + timedelta(days=9))
    _, total = counts.per_unit(unit, TODAY, TODAY + timedelta(days=9))
    assert (total.times, total.tasks) == ({"meeting": 1}, "1/1")
    kept = list(Obligation.objects.order_by("pk").values("subject", "due_at", "met_at"))
    terms.rebuild(AT, Tools())
    assert list(Obligation.objects.order_by("pk").values("subject", "due_at", "met_at")) == kept


def test_QP_4_1_a_withdrawn_meeting_owes_nothing_more(meets: World) -> None:
    unit, sun = meets.unions["370202"], meets.user("sun")
    held = log.record(unit, MEETING, [], sun, AT)
    task = log.add_task(held, "报送名单", "各街镇", TODAY + timedelta(days=3), sun, AT)
    log.withdraw(held, "登记错了", sun, AT)
    assert term(task.stream).lifted_reason == "已撤销"


def test_QP_4_1_where_no_notice_asks_for_it_it_is_neither_offered_nor_taken(world: World) -> None:
    with pytest.raises(Refused, match="通知没有要求"):
        log.record(world.unions["370202"], MEETING, [], world.user("sun"), AT)
    page = as_user(world, "sun").get(reverse("prevention-new")).text
    assert "联席会议" not in page and "专题宣传" not in page
    assert "联席会议" not in as_user(world, "sun").get(reverse("prevention-figures")).text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agenda": ""}, "agenda"),
        ({"partners": " "}, "partners"),
        ({"done": "", "on": TODAY - timedelta(days=1)}, "done"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"kind": PreventionKind.CAMPAIGN}, "firms"),
    ],
)
def test_QP_4_1_what_is_missing_is_said_at_its_field(meets: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        log.record(meets.unions["370202"], replace(MEETING, **change), [], meets.user("sun"), AT)
    assert list(refused.value.fields) == [field]


def test_QP_4_1_from_the_pages_the_campaign_of_the_year_and_a_meeting(meets: World) -> None:
    sun, today = as_user(meets, "sun"), timezone.localdate()
    page = sun.get(reverse("prevention")).text
    assert "本年度五一专题宣传尚未安排" in page and "组织开展《保障农民工工资支付条例》" in page
    typed = {"union": "370202", "kind": "campaign", "title": "条例宣传周", "agenda": "工地咨询", "partners": "人社局"}
    planned = sun.post(reverse("prevention-new"), typed | {"on": str(today)}, follow=True).text
    assert "计划中" in planned and "本年度五一专题宣传已安排" in sun.get(reverse("prevention")).text
    campaign = PreventionWork.objects.get()
    done = typed | {"on": str(today), "done": "六个工地设点", "projects": "6", "seen": campaign.version}
    assert sun.post(reverse("prevention-edit", args=[campaign.pk]), done).status_code == 302
    assert "本年度五一专题宣传" not in sun.get(reverse("prevention")).text
    meeting = typed | {"kind": "meeting", "title": "联席会", "done": "纪要如下", "on": days_ago(2)}
    url = sun.post(reverse("prevention-new"), meeting)["Location"]
    answer = sun.post(
        f"{url}tasks/", {"what": "逐一核对专户", "responsible": "住建局", "due_on": str(today)}, follow=True
    )
    assert "逐一核对专户" in answer.text and "落实中" in answer.text
    assert sun.post(f"{url}tasks/", {"what": "没有期限", "responsible": "住建局"}).status_code == 422
    assert "未落实 1 项" in sun.get(reverse("prevention"), {"open": "on"}).text
    task = PreventionTask.objects.get()
    other = log.add_task(task.work, "通报进展", "人社局", today, meets.user("sun"), timezone.now())
    empty = sun.post(reverse("prevention-task-done", args=[task.work_id, task.pk]), {"on": "2020-02-02"})
    assert empty.status_code == 422 and "登记落实情况" in empty.text
    assert empty.text.count('value="2020-02-02"') == 1, "what was typed of one matter stands at that matter alone"
    ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', empty.text)
    assert len(ids) == len(set(ids)), "every label finds its own field"
    log.finish_task(other, today, "已通报", meets.user("sun"), timezone.now())
    sun.post(reverse("prevention-task-done", args=[task.work_id, task.pk]), {"on": str(today), "result": "已核对"})
    assert "已落实" in sun.get(url).text and "联席会</a>" not in sun.get(reverse("prevention"), {"open": "on"}).text
    figures = sun.get(reverse("prevention-figures"), {"unit": "370202", "period": today.year})
    assert "议定事项已落实（项）" in figures.text and "2/2" in figures.text
    sheet = sun.get(reverse("prevention-figures-export"), {"unit": "370202", "period": today.year})
    rows = openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values
    cells = {str(cell).replace("\n", "") for row in rows for cell in row}
    assert {"联席会议（次）", "专题宣传（次）", "议定事项已落实（项）", "2/2"} <= cells
    stranger = as_user(meets, "li")
    assert stranger.post(f"{url}tasks/", {"what": "x", "responsible": "y", "due_on": str(today)}).status_code in (
        403,
        404,
    )
