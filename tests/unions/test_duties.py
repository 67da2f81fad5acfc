"""Duties without a holder: decided above where the trade allows, told at once, seen on desks, warned of before somebody leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import Case
from arrears.desk.approvals import count_lists
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation, Stage
from arrears.reminders.models import Reminder
from tests.cast import FOUNDED, World, a_case
from tests.readers import appointed, as_user, paid_off, settled
from unions import duties
from unions.common.refusals import Forbidden
from unions.models import Appointment, Event, Union
from unions.people import accounts, appointments
from unions.people.rights import RoleName
from unions.tree import actions as tree

# One for what waits, one for its units, one for who is appointed there; then the reminders: there, wished by two, written.
TOLD_FIRST, TOLD_AGAIN = 7, 4
ENTERPRISE, DISTRICT, CITY = "370202E0001", "370202", "370200"


@pytest.fixture
def now(world: World) -> Any:
    return timezone.now()


def asked(world: World) -> Escalation:
    """李 of the enterprise asks to report a case up; 王 is its only approver."""
    case = a_case(world, mass=True)
    at = timezone.now()
    return escalations.request(case, world.unions[ENTERPRISE], "mass", "", world.user("li"), at, seen=case.version)


def leaves(world: World, name: str, by: str = "wu") -> None:
    row = Appointment.objects.get(user=world.user(name))
    today = timezone.localdate()
    appointments.dismiss(row, today, world.user(by), timezone.now())


def approve(world: World, row: Escalation, by: str) -> Escalation:
    at = timezone.now()
    row.refresh_from_db()
    return escalations.approve(row, by=world.user(by), at=at, seal=escalations.approval.seal(row, at), opinion="同意")


# ---- deciding in place ------------------------------------------------------------------------------------------------


def test_above_decides_only_where_the_unit_has_no_approver(world: World) -> None:
    row = asked(world)
    with pytest.raises(Forbidden, match="须由“海风建设工会”的审批人审批"):
        approve(world, row, "zhou")
    leaves(world, "wang")
    with pytest.raises(Forbidden, match="由上级“市南区总工会”的审批人代为审批"):
        approve(world, row, "shi")  # the district is nearer
    row = approve(world, row, "zhou")
    assert (row.stage, row.decided_above, row.decided_by) == (Stage.SENT, world.unions[DISTRICT], world.user("zhou"))
    event = Event.objects.get(stream=row.case.stream, verb="escalate.approve")
    assert event.data["decided_above"] == world.unions[DISTRICT].pk and event.data["reason"] == "同意"
    page = as_user(world, "zhou").get(row.get_absolute_url()).text
    assert "市南区总工会（上级代为审批）" in page
    assert "由上级代为审批" in as_user(world, "li").get(row.case.get_absolute_url() + "?tab=facts").text


def test_it_waits_on_her_list_and_page_and_nobody_elses(world: World) -> None:
    row = asked(world)
    assert row not in escalations.approval.awaiting(world.user("zhou"))
    leaves(world, "wang")
    for name in ("zhou", "shi", "yang", "chen"):
        expected = name == "zhou"
        assert (row in escalations.approval.awaiting(world.user(name))) is expected, name
        assert (row in Escalation.objects.visible_to(world.user(name))) is expected, name
    page = as_user(world, "zhou").get(row.get_absolute_url())
    assert page.status_code == 200 and "批准上报" in page.text
    leaves(world, "zhou")
    assert row in escalations.approval.awaiting(world.user("shi"))  # nobody nearer


def test_the_second_person_stands_above_too(world: World) -> None:
    """Who asked, and who worked on the case, decides from above no more than at the unit; who decided does not receive."""
    row = asked(world)
    leaves(world, "wang")
    appointed(world, "li", DISTRICT, RoleName.APPROVER)
    with pytest.raises(Forbidden, match="您是提出人"):
        approve(world, row, "li")
    appointed(world, "zhou", DISTRICT, RoleName.OFFICER)
    row = approve(world, row, "zhou")
    with pytest.raises(Forbidden, match="须由另一人接收"):
        escalations.receive(row, by=world.user("zhou"), at=timezone.now(), take_over=False)
    assert escalations.receive(row, by=world.user("sun"), at=timezone.now(), take_over=False).stage == Stage.RECEIVED


def barred(world: World, row: Escalation) -> Escalation:
    """王, the only approver of the enterprise, changed the case last."""
    Case.objects.filter(pk=row.case_id).update(last_edited_by=world.user("wang"))
    return Escalation.objects.get(pk=row.pk)


def test_above_decides_where_the_only_approver_is_no_second_person(world: World) -> None:
    row = barred(world, asked(world))
    with pytest.raises(Forbidden, match="最后修改过本案"):
        approve(world, row, "wang")
    because = escalations.approval.why_may_not_decide(row, world.user("shi"), timezone.now())
    assert because and "审批人均须回避" in because and "由上级“市南区总工会”的审批人代为审批" in because
    assert row in escalations.approval.awaiting(world.user("zhou"))
    assert row not in escalations.approval.awaiting(world.user("shi"))
    assert row in Escalation.objects.visible_to(world.user("zhou"))
    assert f"/escalations/{row.pk}/" in as_user(world, "zhou").get("/").text
    for name in ("li", "wang"):
        page = as_user(world, name).get("/").text
        assert "审批人均须回避" in page and "上报待审批 1 项（由上级代为审批）" in page, name
    row = approve(world, row, "zhou")
    assert (row.stage, row.decided_above) == (Stage.SENT, world.unions[DISTRICT])


def test_the_next_level_decides_where_the_nearer_one_is_barred_too(world: World) -> None:
    """周 of the district handled the case: 石 of the city decides, and only she finds it on her list."""
    row = barred(world, asked(world))
    Case.objects.filter(pk=row.case_id).update(officer=world.user("zhou"))
    row.refresh_from_db()
    assert row not in escalations.approval.awaiting(world.user("zhou"))
    assert row in escalations.approval.awaiting(world.user("shi"))
    assert approve(world, row, "shi").decided_above == world.unions["370200"]


def test_a_second_approver_of_the_unit_decides_alone(world: World) -> None:
    row = barred(world, asked(world))
    appointed(world, "xin", ENTERPRISE, RoleName.APPROVER)
    assert row not in escalations.approval.awaiting(world.user("zhou"))
    with pytest.raises(Forbidden, match="须由“海风建设工会”的审批人审批"):
        approve(world, row, "zhou")
    assert duties.vacancies(None, timezone.now()) == []


def test_other_kinds_are_decided_by_the_unit_alone(world: World) -> None:
    case = settled(world)
    leaves(world, "wang")
    because = workflow.closing.why_may_not_decide(case, world.user("zhou"), timezone.now())
    assert because and "暂无审批人，请该单位或上级的单位管理员任命" in because


# ---- told at once, seen on desks --------------------------------------------------------------------------------------


def told(world: World, name: str) -> list[str]:
    return list(
        Reminder.objects.filter(user=world.user(name), key__startswith="vacant:").values_list("title", flat=True)
    )


@pytest.mark.parametrize("way", ["dismissed", "disabled"])
def test_requester_administrator_and_level_above_are_told_at_once_and_see_it(world: World, way: str) -> None:
    asked(world)
    admin = appointed(world, "guan", ENTERPRISE, RoleName.UNIT_ADMIN)
    if way == "dismissed":
        leaves(world, "wang")
    else:
        accounts.set_active(world.user("wang"), False, world.user("anquan"), timezone.now())
    for name in ("li", admin.username, "sun", "zhou", "wu"):
        assert told(world, name) == ["岗位空缺：一个单位暂无审批人"], name
        page = as_user(world, name).get("/").text
        assert "暂无审批人" in page and "上报待审批 1 项" in page, name
    assert told(world, "feng") == [] and told(world, "shi") == []
    assert "岗位空缺" not in as_user(world, "feng").get("/").text
    assert "任命审批人" in as_user(world, "wu").get("/").text
    assert "任命审批人" not in as_user(world, "li").get("/").text


def test_who_asks_where_nobody_decides_is_told_at_once(world: World) -> None:
    leaves(world, "wang")
    assert told(world, "li") == []
    asked(world)
    assert told(world, "li") == ["岗位空缺：一个单位暂无审批人"]


def told_barred(world: World) -> dict[str, str]:
    rows = Reminder.objects.filter(key__startswith="barred:")
    return dict(rows.values_list("user__username", "title"))


@pytest.mark.parametrize("kind", ["report", "closing"])
def test_who_asks_where_every_approver_is_barred_is_told_at_once(world: World, kind: str) -> None:
    """Reports and what the unit decides alone: with the asking itself, each thing once."""
    appointed(world, "guan", ENTERPRISE, RoleName.UNIT_ADMIN)
    case = a_case(world, mass=kind == "report")
    Case.objects.filter(pk=case.pk).update(filed_by=world.user("wang"))
    case.refresh_from_db()
    if kind == "report":
        unit, at = world.unions[ENTERPRISE], timezone.now()
        escalations.request(case, unit, "mass", "", world.user("li"), at, seen=case.version)
        asker = "li"
    else:
        case = paid_off(world, case)
        workflow.move(case, "settle", world.user("he"), timezone.now(), seen=case.version, conclusion="paid")
        asker = "he"
    title = "须另行指定审批人：一个单位的审批人均须回避"
    assert told_barred(world) == dict.fromkeys([asker, "guan", "sun", "zhou", "wu"], title)
    assert told(world, asker) == []
    for name in (asker, "guan"):
        page = as_user(world, name).get("/").text
        assert "审批人均须回避" in page and "现有审批人均提出、登记或办理过该事项" in page, name
    before = Reminder.objects.count()
    duties.tell_of_vacancies(timezone.now())
    assert Reminder.objects.count() == before


def test_who_is_barred_is_asked_only_of_what_waits(world: World) -> None:
    """The desk asks of more than twenty kinds; of those without a row at her units nothing more than that."""
    asked(world)
    now = timezone.now()
    seats = duties.Seats([world.unions[ENTERPRISE].pk], timezone.localdate(now))
    wanted = [duty.key for duty in duties.in_question(seats, now) if duty.second_person]
    assert wanted == [duties.key_of(escalations.approval)]


def test_telling_costs_the_same_for_one_vacancy_and_for_many(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            duties.tell_of_vacancies(timezone.now())
        return len(queries)

    asked(world)
    Appointment.objects.filter(user=world.user("wang")).delete()
    first, again = cost(), cost()
    Appointment.objects.filter(user__username__in=["zhou", "sun", "qian", "shi", "chen"]).update(until=FOUNDED)
    assert len(duties.vacancies(None, timezone.now())) > 3
    assert (cost(), cost()) == (first, again) == (TOLD_FIRST, TOLD_AGAIN)


def test_another_post_filled_is_no_new_vacancy(world: World) -> None:
    """The key is of the post: a statistician who comes does not tell everybody again that the approver is missing."""
    asked(world)
    leaves(world, "wang")
    assert told(world, "wu") == ["岗位空缺：一个单位暂无审批人"]
    appointed(world, "xin", ENTERPRISE, RoleName.STATISTICIAN)
    duties.tell_of_vacancies(timezone.now())
    assert told(world, "wu") == ["岗位空缺：一个单位暂无审批人"]
    appointed(world, "fu", ENTERPRISE, RoleName.APPROVER)
    leaves(world, "fu")
    assert len(told(world, "wu")) == 2


def test_what_waits_at_a_closed_unit_is_a_vacancy_of_its_successor(world: World) -> None:
    row = asked(world)
    Appointment.objects.filter(user=world.user("zhou")).delete()
    unit, successor = world.unions[ENTERPRISE], world.unions[DISTRICT]
    tree.close(unit, successor, timezone.localdate(), None, timezone.now())
    found = [one for one in duties.vacancies(None, timezone.now()) if one.holder == "审批人"]
    assert [(one.union, one.waits) for one in found] == [(successor, {"上报待审批": 1})]
    assert row in escalations.approval.awaiting(world.user("shi"))
    page = as_user(world, "wu").get("/").text
    assert "岗位空缺" in page and "上报待审批 1 项" in page


def test_nobody_is_told_twice_and_it_ends_with_an_appointment(world: World) -> None:
    asked(world)
    leaves(world, "wang")
    before = Reminder.objects.count()
    duties.tell_of_vacancies(timezone.now())
    assert Reminder.objects.count() == before
    appointed(world, "xin", ENTERPRISE, RoleName.APPROVER)
    assert duties.vacancies(None, timezone.now()) == []
    assert "岗位空缺" not in as_user(world, "wu").get("/").text


def test_an_appointment_that_ran_out_is_found_by_the_clock(world: World) -> None:
    asked(world)
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.filter(user=world.user("wang")).update(until=yesterday)
    assert told(world, "li") == []
    duties.tell_of_vacancies(timezone.now())
    assert told(world, "li") == ["岗位空缺：一个单位暂无审批人"]


@pytest.mark.parametrize(("name", "holder"), [("zhou", "审批人"), ("sun", "经办人"), ("qian", "统计员")])
def test_each_post_is_seen_when_its_last_holder_left(world: World, name: str, holder: str) -> None:
    leaves(world, name)
    (row,) = duties.vacancies_for(world.user("wu"), timezone.now())
    assert (row.union, row.holder) == (world.unions[DISTRICT], holder)


def test_the_published_duty_officer_who_left_is_seen(world: World) -> None:
    Union.objects.filter(code=DISTRICT).update(duty_officer="孙经办", duty_phone="0532-12345678")
    assert duties.vacancies_for(world.user("wu"), timezone.now()) == []
    appointed(world, "er", DISTRICT, RoleName.OFFICER)
    leaves(world, "sun")
    (row,) = duties.vacancies_for(world.user("wu"), timezone.now())
    assert row.holder == "值班人员" and row.mends.endswith("/edit/")


# ---- leaving ----------------------------------------------------------------------------------------------------------


def test_leaving_warns_of_what_is_open_before_it_is_done(world: World) -> None:
    row = asked(world)
    Union.objects.filter(code=ENTERPRISE).update(duty_officer="王审批")
    page = f"/unions/{ENTERPRISE}/people/{Appointment.objects.get(user=world.user('wang')).pk}/dismiss/"
    text = as_user(world, "wu").get(page).text
    assert "最后一位审批人" in text and "上报待审批：1 项" in text and "公布的值班人员" in text
    assert row.get_absolute_url() not in text  # an administrator sees no cases
    appointed(world, "wu", DISTRICT, RoleName.OFFICER)
    assert row.get_absolute_url() in as_user(world, "wu").get(page).text
    appointed(world, "xin", ENTERPRISE, RoleName.APPROVER)
    assert "最后一位" not in as_user(world, "wu").get(page).text


def test_an_officer_leaves_cases_in_hand(world: World) -> None:
    case = a_case(world)
    type(case).objects.filter(pk=case.pk).update(officer=world.user("he"))
    appointed(world, "er", ENTERPRISE, RoleName.OFFICER)
    page = f"/unions/{ENTERPRISE}/people/{Appointment.objects.get(user=world.user('he')).pk}/dismiss/"
    text = as_user(world, "wu").get(page).text
    assert "本人经办的未办结案件，请先指定接办人：1 项" in text and "最后一位" not in text


def test_the_lists_agree(world: World) -> None:
    asked(world)
    leaves(world, "wang")
    counts = count_lists(world.user("zhou"))
    assert counts["report"] == 1


# ---- away -------------------------------------------------------------------------------------------------------------


def test_the_last_approver_who_is_away_leaves_a_vacancy_until_she_is_back(world: World) -> None:
    row = asked(world)
    today = timezone.localdate()
    own = Appointment.objects.get(user=world.user("wang"))
    page = f"/unions/{ENTERPRISE}/people/{own.pk}/away/"
    wang = as_user(world, "wang")
    assert "最后一位审批人" in wang.get(page).text
    assert wang.post(page, {"since": today, "until": today - timedelta(days=1)}).status_code == 422
    assert wang.post(page, {"since": today, "until": today + timedelta(days=3)}).status_code == 302
    assert "离岗" in wang.get(f"/unions/{ENTERPRISE}/people/").text
    assert told(world, "li") == told(world, "zhou") == ["岗位空缺：一个单位暂无审批人"]
    assert row in escalations.approval.awaiting(world.user("zhou"))
    assert row in escalations.approval.awaiting(world.user("wang"))  # she keeps what she may
    assert wang.post(page, {"back": "1"}).status_code == 302
    assert row not in escalations.approval.awaiting(world.user("zhou"))
    assert [event.verb for event in Event.objects.filter(verb__in=["away", "back"]).order_by("pk")] == ["away", "back"]


def test_nobody_else_records_it(world: World) -> None:
    own = Appointment.objects.get(user=world.user("wang"))
    today = timezone.localdate()
    with pytest.raises(Forbidden):
        appointments.set_away(own, today, today, world.user("li"), timezone.now())
    appointments.set_away(own, today, today, world.user("wu"), timezone.now())
