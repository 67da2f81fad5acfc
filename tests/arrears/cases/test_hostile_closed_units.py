"""A unit is closed while its report is on the way: nobody reports to herself, and the page names who is in charge."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from arrears.cases import route, snapshot
from arrears.cases.models import Case
from arrears.escalations import actions as escalations
from arrears.escalations.models import Escalation, Stage
from tests.cast import AT, World, a_case, moment
from tests.readers import as_user
from unions.approvals import seal_of
from unions.common.refusals import Forbidden, Stale
from unions.log import audit
from unions.models import Appointment, Event, Union, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

TOWN, DISTRICT = "370202T0001", "370202"
LATER = moment("2026-11-20 15:00")
SAID = "“八大湖街道工会”已终止，由“市南区总工会”承接，上报单位和接收单位已是同一单位，无需再上报"


@pytest.fixture
def town(world: World) -> World:
    """八大湖街道 with an approver 曹审批, so that its reports can leave."""
    user = User.objects.create_user("cao", "a-good-long-password", name="曹审批")
    Appointment.objects.create(user=user, union=world.unions[TOWN], role=RoleName.APPROVER, since=date(2026, 1, 1))
    sync_rights(user, timezone.localdate())
    world.people["cao"] = user
    return world


def asked(world: World) -> Escalation:
    case = a_case(world, "zheng", TOWN, negotiation_failed_on=date(2026, 11, 12))
    row = escalations.request(
        case, world.unions[TOWN], "discovered", "多次协商无果", world.user("zheng"), AT, seen=case.version
    )
    assert row.receiver.code == DISTRICT
    return row


def sent(world: World) -> Escalation:
    row = asked(world)
    return escalations.approve(row, by=world.user("cao"), at=AT, seal=row.snapshot_hash)


def close(world: World, code: str = TOWN, into: str = DISTRICT) -> None:
    unions = {one: Union.objects.get(code=one) for one in (code, into)}
    tree.close(unions[code], unions[into], date(2026, 11, 20), None, LATER)


def told(case: Case) -> list[tuple[str, str]]:
    events = Event.objects.filter(stream=case.stream, verb__startswith="escalate").order_by("seq")
    return [(event.verb, event.by.username if event.by else "") for event in events]


def shown(row: Escalation) -> str:
    return seal_of(snapshot.report(Case.objects.get(pk=row.case_id)))


def test_QD_4_1a_no_district_reports_to_itself(town: World) -> None:
    row = asked(town)
    close(town)
    with pytest.raises(Stale, match=SAID):
        escalations.approve(row, by=town.user("zhou"), at=LATER, seal=shown(row))
    row.refresh_from_db()
    assert (row.stage, row.decided_by) == (Stage.DECLINED, town.people["zhou"])
    assert row.decision.startswith(SAID)
    case = Case.objects.get(pk=row.case_id)
    assert (case.handling_union.in_charge().code, case.state) == (DISTRICT, "open")
    assert told(case) == [("escalate.request", "zheng"), ("escalate.end", "zhou")]
    assert [link for link in audit.broken_links() if link.stream == case.stream] == []


def test_QD_4_1a_what_was_on_its_way_ends_where_it_arrives(town: World) -> None:
    row = sent(town)
    close(town)
    with pytest.raises(Stale, match=SAID):
        escalations.receive(row, by=town.user("sun"), at=LATER, take_over=True)
    row.refresh_from_db()
    assert (row.stage, row.answered_by, row.taken_over) == (Stage.RETURNED, town.people["sun"], False)
    case = Case.objects.get(pk=row.case_id)
    assert case.handling_union.in_charge().code == DISTRICT
    assert told(case)[-1] == ("escalate.end", "sun")


def test_only_who_could_have_decided_ends_it(town: World) -> None:
    row = asked(town)
    close(town)
    for name in ("sun", "wang", "shi", "feng"):
        with pytest.raises(Forbidden):
            escalations.approve(row, by=town.user(name), at=LATER, seal=shown(row))
    row.refresh_from_db()
    assert row.stage == Stage.REQUESTED


def test_the_district_reports_the_case_on_as_its_own(town: World) -> None:
    row = asked(town)
    close(town)
    with pytest.raises(Stale):
        escalations.approve(row, by=town.user("zhou"), at=LATER, seal=shown(row))
    case, sun = Case.objects.get(pk=row.case_id), town.user("sun")
    assert [unit.code for unit in escalations.senders(case, sun)] == [DISTRICT]
    up = escalations.request(case, town.unions[DISTRICT], "level_by_level", "由区总承接", sun, LATER, seen=case.version)
    assert (up.sender.code, up.receiver.code) == (DISTRICT, "370200")


def test_a_receiver_that_was_closed_hands_the_case_to_who_acts_for_it(town: World) -> None:
    """海风建设 under the township reports to it; the township is closed: the district receives and handles the case."""
    tree.move(Union.objects.get(code="370202E0001"), Union.objects.get(code=TOWN), date(2026, 11, 1), None, AT)
    case = a_case(town, negotiation_failed_on=date(2026, 11, 12))
    row = escalations.request(case, case.union, "negotiation_failed", "", town.user("li"), AT, seen=case.version)
    assert row.receiver.code == TOWN
    close(town)
    row = escalations.approve(row, by=town.user("wang"), at=LATER, seal=shown(row))
    row = escalations.receive(row, by=town.user("sun"), at=LATER, take_over=True)
    case.refresh_from_db()
    assert (row.stage, case.handling_union.code, case.officer) == (Stage.RECEIVED, DISTRICT, town.people["sun"])


def test_a_unit_that_acts_for_the_one_it_reported_to_reports_above_it(town: World) -> None:
    Union.objects.filter(code=DISTRICT).update(reports_to=Union.objects.get(code="370203"))
    close(town, "370203", DISTRICT)
    case = a_case(town, "zheng", TOWN)
    assert route.next_level(case, Union.objects.get(code=DISTRICT)) == town.unions["370200"]


def test_the_page_of_the_report_says_why_it_ended(town: World) -> None:
    row = asked(town)
    close(town)
    zhou = as_user(town, "zhou")
    answer = zhou.post(f"/escalations/{row.pk}/approve/", {"seal": shown(row), "opinion": "同意"})
    assert answer.status_code == 409
    assert SAID in answer.content.decode()
    assert "批准上报，等待上级接收" not in zhou.get(f"/escalations/{row.pk}/").content.decode()
    case_page = zhou.get(f"/cases/{row.case_id}/?tab=facts").content.decode()
    assert "上报终止" in case_page


# ---- the head of the case -------------------------------------------------------------------------------------------


def test_the_head_of_the_case_names_who_is_in_charge(town: World) -> None:
    for code, phone in ((TOWN, "0532-1111"), (DISTRICT, "0532-2222")):
        Union.objects.filter(code=code).update(duty_phone=phone)
    case = a_case(town, "zheng", TOWN)
    head: Any = as_user(town, "sun").get(f"/cases/{case.pk}/").content.decode()
    assert "八大湖街道工会承办 · 经办人 郑街道" in head and "0532-1111" in head
    close(town)
    head = as_user(town, "sun").get(f"/cases/{case.pk}/").content.decode()
    assert "八大湖街道工会（已终止，由市南区总工会承接）承办 · 经办人 未定" in head
    assert "电话 0532-2222" in head and "0532-1111" not in head


def test_an_officer_who_serves_at_the_unit_in_charge_stays_named(town: World) -> None:
    case = a_case(town, "zheng", TOWN)
    Case.objects.filter(pk=case.pk).update(officer=town.people["sun"])
    close(town)
    head = as_user(town, "sun").get(f"/cases/{case.pk}/").content.decode()
    assert "由市南区总工会承接）承办 · 经办人 孙经办" in head
