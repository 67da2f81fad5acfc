"""Reports upward through the pages: asked, approved by a second person, received or returned, acknowledged."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind
from arrears.escalations import actions as escalations
from arrears.escalations.models import Acknowledgement, Escalation
from tests.cast import World, a_case, an_employer
from tests.readers import as_user
from unions.models import Event


def failed(world: World, **facts: Any) -> Case:
    return a_case(world, negotiation_failed_on=date(2026, 11, 12), **facts)


def asked(world: World, **facts: Any) -> Escalation:
    case = failed(world, **facts)
    return escalations.request(
        case, case.union, "negotiation_failed", "需要区里协调", world.user("li"), timezone.now(), seen=case.version
    )


def sent(world: World, **facts: Any) -> Escalation:
    row = asked(world, **facts)
    return escalations.approve(row, by=world.user("wang"), at=timezone.now(), seal=row.snapshot_hash)


def pay(row: Escalation, world: World) -> None:
    ledger.post(
        row.case,
        EntryKind.PAID,
        timezone.localdate(),
        world.user("he"),
        timezone.now(),
        workers=1,
        amount=Decimal(1000),
    )


def form(case: Case, ground: str = "negotiation_failed", **changes: Any) -> dict[str, Any]:
    return {"sender": case.union_id, "ground": ground, "reason": "", "seen": case.version} | changes


# ---- asking -------------------------------------------------------------------------------------------------------


def test_asking_shows_the_clause_and_the_line_of_levels(world: World) -> None:
    case = failed(world)
    li = as_user(world, "li")
    page = li.get(f"/cases/{case.pk}/?tab=escalations")
    assert "按属地原则向上级工会报告" in page.text
    assert [level.code for level in page.context["routes"][0][1]] == ["370202", "370200", "370000"]
    assert li.post(f"/cases/{case.pk}/escalate/", form(case)).status_code == 302
    assert li.post(f"/cases/{case.pk}/escalate/", form(case)).status_code == 409
    assert Escalation.objects.get().receiver.code == "370202"


def test_asking_with_a_stale_page_keeps_what_was_typed(world: World) -> None:
    case = failed(world)
    answer = as_user(world, "li").post(f"/cases/{case.pk}/escalate/", form(case, reason="请协调", seen=1))
    assert answer.status_code == 409 and "请协调" in answer.text


@pytest.mark.parametrize("changes", [{"ground": "fifty"}, {"ground": ""}, {"sender": "0"}, {"ground": "nonsense"}])
def test_asking_on_no_ground_is_refused(world: World, changes: dict[str, str]) -> None:
    case = failed(world)
    answer = as_user(world, "li").post(f"/cases/{case.pk}/escalate/", form(case, **changes))
    assert answer.status_code == 422 and not Escalation.objects.exists()


def test_without_a_ground_the_page_says_what_to_do(world: World) -> None:
    case = a_case(world, owed_from=date(2026, 9, 1))
    page = as_user(world, "li").get(f"/cases/{case.pk}/?tab=escalations").text
    assert "没有适用的上报依据" in page and "提出上报" not in page


def test_colleagues_who_may_not_ask_see_no_form(world: World) -> None:
    case = failed(world)
    for name in ("wang", "qian", "zhou"):
        client = as_user(world, name)
        assert "escalate-title" not in client.get(f"/cases/{case.pk}/?tab=escalations").text
        assert client.post(f"/cases/{case.pk}/escalate/", form(case)).status_code in (403, 409)
    assert not Escalation.objects.exists()


# ---- approving ----------------------------------------------------------------------------------------------------


def test_the_approver_sees_what_changed_which_rule_and_who_asked(world: World) -> None:
    row = asked(world)
    pay(row, world)
    page = as_user(world, "wang").get(row.get_absolute_url())
    assert {"label": "已处理数", "before": "0 人，0.00 元", "after": "1 人，1,000.00 元"} in page.context["changes"]
    for words in ("青岛通知第四条（一）", "李填报", "需要区里协调", "批准上报"):
        assert words in page.text


def test_an_approval_is_bound_to_the_page_it_was_given_on(world: World) -> None:
    row = asked(world)
    wang = as_user(world, "wang")
    shown = wang.get(row.get_absolute_url()).context["seal"]
    pay(row, world)
    answer = wang.post(f"{row.get_absolute_url()}approve/", {"seal": shown, "opinion": "同意"})
    assert answer.status_code == 409 and "同意" in answer.text and "1,000.00 元" in answer.text
    shown = answer.context["seal"]
    assert wang.post(f"{row.get_absolute_url()}approve/", {"seal": shown}).status_code == 302
    again = wang.post(f"{row.get_absolute_url()}approve/", {"seal": shown})
    assert again.status_code == 409 and "已上报待接收" in again.text


def test_whoever_asked_sees_the_reason_and_no_button(world: World) -> None:
    row = asked(world)
    for name, reason in {"li": "须由“海风建设工会”的审批人审批", "he": "审批人审批"}.items():
        client = as_user(world, name)
        page = client.get(row.get_absolute_url()).text
        assert reason in page and "批准上报</button>" not in page
        assert client.post(f"{row.get_absolute_url()}approve/", {"seal": row.snapshot_hash}).status_code == 403
    assert "撤回" in as_user(world, "li").get(row.get_absolute_url()).text


def test_declining_wants_a_reason_and_comes_back_to_the_desk(world: World) -> None:
    row = asked(world)
    wang, li = as_user(world, "wang"), as_user(world, "li")
    answer = wang.post(f"{row.get_absolute_url()}decline/", {"opinion": " "})
    assert answer.status_code == 422 and "请写明" in answer.text
    assert wang.post(f"{row.get_absolute_url()}decline/", {"opinion": "缺工资表"}).status_code == 302
    assert "缺工资表" in li.get("/").text
    case = Case.objects.get()
    assert li.post(f"/cases/{case.pk}/escalate/", form(case)).status_code == 302
    assert "缺工资表" not in li.get("/").text


def test_withdrawing(world: World) -> None:
    row = asked(world)
    assert as_user(world, "wang").post(f"{row.get_absolute_url()}withdraw/").status_code == 403
    li = as_user(world, "li")
    assert li.post(f"{row.get_absolute_url()}withdraw/").status_code == 302
    assert li.post(f"{row.get_absolute_url()}withdraw/").status_code == 409


# ---- receiving ----------------------------------------------------------------------------------------------------


def test_the_level_above_knows_nothing_before_the_approval(world: World) -> None:
    row = asked(world)
    sun = as_user(world, "sun")
    assert sun.get(f"/cases/{row.case_id}/").status_code == 200  # the case itself lies in the district
    # She reads the sender's books, so she may read the request; a level outside the sender's line may not.
    far = escalations.request(
        a_case(
            world,
            by="jiang",
            code="370000I0001E0001",
            negotiation_failed_on=date(2026, 11, 12),
            employer=an_employer("远方路桥", "370203"),
        ),
        world.unions["370000I0001E0001"],
        "negotiation_failed",
        "",
        world.user("jiang"),
        timezone.now(),
        seen=2,
    )
    assert far.receiver.code == "370203"
    assert as_user(world, "feng").get(far.get_absolute_url()).status_code == 404


def test_receiving_and_taking_over(world: World) -> None:
    row = sent(world)
    sun = as_user(world, "sun")
    assert "协商失败" in sun.get("/").text
    page = sun.get(row.get_absolute_url()).text
    assert "由本级办理" in page and "退回下级" in page
    assert (
        sun.post(f"{row.get_absolute_url()}receive/", {"handled_by": "here", "opinion": "由区里办"}).status_code == 302
    )
    case = Case.objects.get()
    assert (case.handling_union.code, case.officer and case.officer.username) == ("370202", "sun")
    assert sun.post(f"{row.get_absolute_url()}receive/", {"handled_by": "here"}).status_code == 409
    assert "由区里办" in as_user(world, "li").get(row.get_absolute_url()).text


def test_who_receives_says_who_handles_the_case_and_nothing_is_chosen_for_her(world: World) -> None:
    row = sent(world)
    sun, at = as_user(world, "sun"), row.get_absolute_url()
    page = sun.get(at).text
    assert page.count('name="handled_by"') == 2 and "checked" not in page.split('name="handled_by"', 1)[1][:600]
    assert "不能撤回。请核对接收后由谁办理" in page
    answer = sun.post(f"{at}receive/", {"opinion": "已收悉"})
    assert answer.status_code == 422 and "请选择接收后由谁办理" in answer.text and "已收悉" in answer.text
    assert Escalation.objects.get().stage == "sent"
    said = sun.post(f"{at}receive/", {"handled_by": "below", "opinion": "已收悉"}, follow=True).text
    assert "已接收上报，仍由“海风建设工会”办理；需要提级的，可在上报页面改由本级办理" in said


def test_what_was_received_as_the_lower_units_may_be_taken_over_later(world: World) -> None:
    row = sent(world)
    sun, at = as_user(world, "sun"), row.get_absolute_url()
    assert sun.post(f"{at}take-over/", {"reason": "要提级"}).status_code == 409  # it is not received yet
    sun.post(f"{at}receive/", {"handled_by": "below"})
    assert "改由本级办理" in sun.get(at).text and "改由本级办理" not in as_user(world, "li").get(at).text
    assert sun.post(f"{at}take-over/", {"reason": " "}).status_code == 422
    assert as_user(world, "zhou").post(f"{at}take-over/", {"reason": "要提级"}).status_code == 403
    said = sun.post(f"{at}take-over/", {"reason": "企业跨区，街道无力处理"}, follow=True).text
    case = Case.objects.get()
    assert (case.handling_union.code, case.officer and case.officer.username) == ("370202", "sun")
    assert "已改由“市南区总工会”办理，您为经办人" in said
    page = as_user(world, "li").get(at).text  # what was said first stays: it was received as the lower unit's
    assert "接收，仍由下级办理" in page and "改由本级办理" in page and "街道无力处理" in page
    assert sun.post(f"{at}take-over/", {"reason": "再来"}).status_code == 409
    offered = sun.get(f"/cases/{case.pk}/").text
    assert f"/cases/{case.pk}/moves/transfer/" in offered


def test_the_receiver_reads_which_elements_the_report_lacks(world: World) -> None:
    row = sent(world)
    page = as_user(world, "sun").get(row.get_absolute_url()).text
    assert "欠薪报告要素不全" in page and "也可以先行接收" in page


def test_returning_wants_a_reason(world: World) -> None:
    row = sent(world)
    sun = as_user(world, "sun")
    answer = sun.post(f"{row.get_absolute_url()}return/", {"opinion": ""})
    assert answer.status_code == 422 and "请写明" in answer.text
    assert sun.post(f"{row.get_absolute_url()}return/", {"opinion": "缺名单"}).status_code == 302
    assert "缺名单" in as_user(world, "li").get("/").text


@pytest.mark.parametrize("name", ["zhou", "li", "wang", "lv"])
def test_only_the_receivers_officer_receives(world: World, name: str) -> None:
    row = sent(world)
    client = as_user(world, name)
    assert "接收</button>" not in client.get(row.get_absolute_url()).text
    assert client.post(f"{row.get_absolute_url()}receive/", {}).status_code == 403


def test_strangers_and_wrong_methods(world: World) -> None:
    row = sent(world)
    for step in ("approve", "decline", "withdraw", "receive", "return"):
        assert as_user(world, "feng").post(f"{row.get_absolute_url()}{step}/").status_code == 404
        assert as_user(world, "sun").get(f"{row.get_absolute_url()}{step}/").status_code == 405
        assert Client().post(f"{row.get_absolute_url()}{step}/").status_code == 302
    assert as_user(world, "feng").get(row.get_absolute_url()).status_code == 404


def test_unapproved_reports_stay_out_of_the_timeline_of_those_drawn_in_later(world: World) -> None:
    case = a_case(world, by="jiang", code="370000I0001E0001", mass=True, negotiation_failed_on=date(2026, 11, 12))
    escalations.request(case, case.union, "mass", "内部说明", world.user("jiang"), timezone.now(), seen=case.version)
    # drawn in by the immediate ground, 市南 reads the case at once, but not the written report before its approval
    page = as_user(world, "sun").get(f"/cases/{case.pk}/?tab=facts").text
    assert "正式立案" in page and "内部说明" not in page
    assert "内部说明" in as_user(world, "jiang").get(f"/cases/{case.pk}/?tab=facts").text


# ---- lists and acknowledgements -------------------------------------------------------------------------------------


def test_each_list_holds_its_reports(world: World, django_assert_max_num_queries: Any) -> None:
    asked(world)
    for number in range(5):
        sent(world, employer=an_employer(f"第{number}建筑公司"))

    def rows(name: str, key: str) -> int:
        return len(as_user(world, name).get(f"/escalations/?list={key}").context["rows"])

    assert [rows("wang", key) for key in ("approve", "asked", "sent", "returned")] == [1, 1, 5, 0]
    assert [rows("sun", key) for key in ("receive", "asked", "sent")] == [5, 0, 5]
    assert rows("feng", "sent") == 0 and as_user(world, "feng").get("/escalations/?list=nonsense").status_code == 200
    sun = as_user(world, "sun")
    sun.get("/escalations/?list=sent")
    with django_assert_max_num_queries(9):
        sun.get("/escalations/?list=sent")


def test_QD_4_1d_each_level_acknowledges_with_its_own_clock(world: World) -> None:
    case = failed(world, mass=True)
    li = as_user(world, "li")
    assert li.post(f"/cases/{case.pk}/escalate/", form(case, "mass")).status_code == 302
    rows = {row.union.code: row for row in Acknowledgement.objects.select_related("union")}
    assert set(rows) == {"370202", "370200", "370000"}
    lv = as_user(world, "lv")
    assert "确认知悉" in lv.get("/").text
    path = f"/acknowledgements/{rows['370200'].pk}/"
    assert as_user(world, "feng").post(path).status_code == 404
    assert as_user(world, "sun").post(path).status_code == 403
    assert lv.get(path).status_code == 405
    assert lv.post(path).status_code == 302
    assert lv.post(path).status_code == 409
    page = lv.get(f"/cases/{case.pk}/?tab=escalations").text
    assert "吕经办" in page and "仍在计时" in page
    assert Event.objects.filter(stream=case.stream, verb="acknowledge").count() == 1


def test_a_returned_report_says_first_why_and_what_next(world: World) -> None:
    row = sent(world)
    escalations.send_back(row, by=world.user("sun"), at=timezone.now(), opinion="缺考勤记录")
    page = as_user(world, "li").get(row.get_absolute_url()).text
    assert "孙经办退回：缺考勤记录" in page and "重新提出上报" in page
    assert "重新提出上报" not in as_user(world, "qian").get(row.get_absolute_url()).text


def test_points_of_the_report_left_empty_are_named_to_who_asks_and_who_signs(world: World) -> None:
    case = failed(world)
    assert "生产经营和财务状况、" in as_user(world, "li").get(f"/cases/{case.pk}/?tab=escalations").text
    row = escalations.request(
        case, case.union, "negotiation_failed", "", world.user("li"), timezone.now(), seen=case.version
    )
    wang = as_user(world, "wang")
    assert "欠薪报告要素不全" in wang.get(row.get_absolute_url()).text
    full = {"condition": "停产", "union_opinion": "限期支付", "repayment_plan": "分两期"}
    Case.objects.filter(pk=case.pk).update(owed_from=date(2026, 6, 1), owed_until=date(2026, 9, 30), **full)
    assert "欠薪报告要素不全" not in wang.get(row.get_absolute_url()).text


def test_several_are_acknowledged_at_once_each_by_itself(world: World) -> None:
    """What is refused stays, with its sentence; what somebody was faster with is told."""
    rows = []
    for name in ("海风一建", "海风二建", "海风三建"):
        case = failed(world, mass=True, employer=an_employer(name, "370202"))
        escalations.request(case, case.union, "mass", "", world.user("li"), timezone.now(), seen=case.version)
        rows.append(Acknowledgement.objects.get(case=case, union__code="370200"))
    lv = as_user(world, "lv")
    desk = lv.get("/").text
    assert all(f'name="pk" value="{row.pk}"' in desk for row in rows) and "确认知悉所选" in desk
    escalations.acknowledge(rows[0], world.user("lv"), timezone.now())
    said = lv.post("/acknowledgements/", {"pk": [row.pk for row in rows]}, follow=True).text
    assert "已确认知悉 2 件" in said and "海风二建" in said
    assert "海风一建没有确认：本级已确认知悉" in said
    assert Acknowledgement.objects.filter(union__code="370200", at=None).count() == 0
    assert lv.post("/acknowledgements/", {"pk": ["x", "9" * 30]}).status_code == 422
    above = Acknowledgement.objects.filter(union__code="370000")
    lv.post("/acknowledgements/", {"pk": [row.pk for row in above]})
    assert above.filter(at=None).count() == 3  # of another level
