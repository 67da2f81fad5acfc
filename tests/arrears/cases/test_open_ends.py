"""Closing needs nothing left open beside the money; merging takes along what can go and refuses what cannot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from arrears.cases import snapshot, workflow
from arrears.cases.models import Case, State
from arrears.legal import actions as legal_steps
from arrears.legal.models import ProceedingKind
from arrears.letters.actions import follow_up
from arrears.merging import actions as merging
from arrears.merging import merge_relations
from arrears.merging.models import Merger
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from arrears.portal import receipts
from arrears.portal.actions import staff as answering
from arrears.portal.actions import worker as writing
from arrears.portal.actions.worker import WrittenForm
from arrears.portal.models import WindowLetter
from arrears.referrals import actions as referrals
from arrears.referrals.kinds import KINDS
from arrears.serious.actions import emergencies, oversights
from arrears.transfers import actions as transfers
from tests.cast import AT, World, a_case, an_employer
from tests.departments import beside
from tests.letters import delivered, issued
from tests.readers import as_user, paid_off
from tests.serious import an_emergency, an_oversight, in_force
from tests.window import PHONE, WORDS
from unions.approvals import seal_of
from unions.common.refusals import Refused

DAY = date(2026, 11, 16)


def written(case: Case | None = None, phone: str = PHONE, region: str = "370202") -> WindowLetter:
    """A letter that belongs to `case`."""
    letter = writing.receive_letter(
        WrittenForm(region, "海风建设有限公司", words=WORDS, phone=phone), [], receipts.new_form(), None, AT
    ).letter
    if case is not None:
        WindowLetter.objects.filter(pk=letter.pk).update(case=case, standing="taken", unread=False)
        letter.refresh_from_db()
    return letter


def settle(world: World, case: Case) -> Case:
    case.refresh_from_db()
    return workflow.move(case, "settle", world.user("he"), AT, seen=case.version, conclusion="paid")


def close(world: World, case: Case) -> Case:
    shown = seal_of(snapshot.closing(case))
    return workflow.move(case, "close", world.user("wang"), AT, seen=case.version, seal=shown)


def lifted(world: World, row: Any) -> None:
    row = oversights.report(row, "已全部清偿", world.user("he"), AT)
    oversights.lift(row, by=world.user("zhou"), at=AT, seal=oversights.LIFTING.seal(row, AT))


# ---- closing --------------------------------------------------------------------------------------------------------


def test_a_pending_withdrawal_keeps_the_case_open_until_the_worker_was_rung(world: World) -> None:
    case = paid_off(world, a_case(world))
    letter = written(case)
    writing.ask_withdrawal(letter, "不想追究了", AT)
    with pytest.raises(Refused, match=r"要求撤回.*电话回访"):
        settle(world, case)
    page = as_user(world, "he").get(case.get_absolute_url()).text
    assert "暂不能“提请办结”" in page and f'href="{letter.get_absolute_url()}">前往办理' in page
    answering.record_call(letter, answering.UNREACHED, "无人接听", world.user("he"), AT)
    with pytest.raises(Refused, match="要求撤回"):
        settle(world, case)
    answering.record_call(letter, answering.CONFIRMED, "本人确认", world.user("he"), AT)
    assert close(world, settle(world, case)).state == State.CLOSED


def test_SD_2_4b_oversight_in_force_is_lifted_before_closing(world: World) -> None:
    case = paid_off(world, a_case(world))
    row = in_force(world, case)
    with pytest.raises(Refused, match="市南区总工会”的挂牌督办尚未解除"):
        settle(world, case)
    lifted(world, row)
    assert settle(world, case).state == State.SETTLED


def test_oversight_set_while_the_closing_waits_stops_it(world: World) -> None:
    case = settle(world, paid_off(world, a_case(world)))
    row = in_force(world, case)
    case.refresh_from_db()
    with pytest.raises(Refused, match="尚未解除"):
        close(world, case)
    lifted(world, row)
    case.refresh_from_db()
    assert close(world, case).state == State.CLOSED


def test_what_is_only_asked_for_above_is_not_told_below(world: World) -> None:
    case = paid_off(world, a_case(world))
    an_oversight(world, case)
    assert settle(world, case).state == State.SETTLED


def test_QD_6_5_an_emergency_without_its_outcome_keeps_the_case_open(world: World) -> None:
    case = paid_off(world, a_case(world, mass=True))
    row = an_emergency(world, case)
    with pytest.raises(Refused, match="应急处置尚未办结"):
        settle(world, case)
    union = world.unions["370202E0001"]
    emergencies.add_note(row, union, "demand", "要求付清工资", world.user("he"), AT)  # type: ignore[arg-type]
    emergencies.end(row, "已平息", world.user("he"), AT)
    with pytest.raises(Refused, match=r"尚未向上级报告（《关于健全完善.*》 四（一）极端讨薪、群体性事件）") as refused:
        settle(world, case)
    assert "应急处置" not in refused.value.message


def test_answers_others_owe_are_shown_to_whoever_signs_and_stop_nothing(world: World) -> None:
    here = beside(world)
    case = a_case(world, "sun", "370202", employer=an_employer("市南装饰", "370202"))
    row = referrals.accept(here.sent(case), world.user("ma"), AT)
    case.refresh_from_db()
    shown = {line.label: line.value for line in snapshot.closing(case)}
    assert shown["仍在等待答复"] == "市南区人社局尚未答复（提请人社部门查处）"
    referrals.answer(row, next(iter(KINDS[row.kind].results)), AT.date(), "已督促支付", world.user("ma"), AT)
    case.refresh_from_db()
    assert {line.label: line.value for line in snapshot.closing(case)}["仍在等待答复"] == "无"


def test_a_case_asked_to_go_into_another_is_not_closed_meanwhile(world: World) -> None:
    duplicate, into = pair(world)
    row = asked(world, duplicate, into)
    paid_off(world, duplicate)
    paid_off(world, into)
    with pytest.raises(Refused, match="已提出并入另一案件"):
        settle(world, duplicate)
    with pytest.raises(Refused, match="正申请并入本案"):
        settle(world, into)
    merging.withdraw(row, by=world.user("he"), at=AT)
    assert settle(world, into).state == State.SETTLED


# ---- merging --------------------------------------------------------------------------------------------------------


def pair(world: World) -> tuple[Case, Case]:
    """(the duplicate, the case that remains)."""
    into = a_case(world)
    return a_case(world, employer=into.employer), into


def asked(world: World, duplicate: Case, into: Case) -> Merger:
    duplicate.refresh_from_db()
    return merging.request(duplicate, into, "同一批职工", world.user("he"), AT, seen=duplicate.version)


def merged(world: World, duplicate: Case, into: Case) -> Merger:
    row = asked(world, duplicate, into)
    return merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)


def parted(world: World, row: Merger) -> Merger:
    merging.request_undo(row, "不是同一批人", world.user("he"), AT)
    return merging.undo(row, by=world.user("wang"), at=AT, seal=merging.parting.seal(Merger.objects.get(pk=row.pk), AT))


def a_plan(world: World, case: Case, agreed_on: date = DAY) -> Any:
    promises = [Promise(date(2026, 12, 1), Decimal(60000), 6), Promise(date(2027, 1, 4), Decimal(60000), 6)]
    terms = PlanTerms(agreed_on, PlanBasis.MEDIATION, guarantee="股东担保")
    return plans.make(case, PlanKind.REPAYMENT, promises, terms, world.user("he"), AT)


def test_merging_waits_for_oversight_emergency_and_running_proceedings(world: World) -> None:
    duplicate, into = pair(world)
    row = in_force(world, duplicate)
    with pytest.raises(Refused, match="挂牌督办尚未解除"):
        asked(world, duplicate, into)
    lifted(world, row)
    he = world.user("he")
    proceeding = legal_steps.begin(duplicate, ProceedingKind.MEDIATION, DAY, "调解中心", "", he, AT)
    with pytest.raises(Refused, match="正在进行"):
        asked(world, duplicate, into)
    legal_steps.finish(proceeding, DAY, "failed", "", he, AT)
    request = asked(world, duplicate, into)
    in_force(world, duplicate)  # meanwhile
    with pytest.raises(Refused, match="尚未解除"):
        merging.approve(
            request, by=world.user("wang"), at=AT, seal=merging.merging.seal(Merger.objects.get(pk=request.pk), AT)
        )


def test_merging_waits_for_referrals_and_transfers_on_their_way(world: World) -> None:
    here = beside(world)
    into = a_case(world, "sun", "370202", employer=an_employer("市南装饰", "370202"))
    duplicate = a_case(world, "sun", "370202", employer=into.employer)
    row = here.sent(duplicate)
    sun = world.user("sun")
    duplicate.refresh_from_db()
    with pytest.raises(Refused, match="转送部门的事项"):
        merging.request(duplicate, into, "同一件", sun, AT, seen=duplicate.version)
    referrals.accept(row, world.user("ma"), AT)
    duplicate.refresh_from_db()
    duplicate = workflow.move(
        duplicate, "transfer", sun, AT, seen=duplicate.version, receiver=world.unions["370203"], reason="属地"
    )
    assert transfers.transfer_under_way(duplicate)
    with pytest.raises(Refused, match="正在转办"):
        merging.request(duplicate, into, "同一件", sun, AT, seen=duplicate.version)


def test_letters_of_workers_and_the_plan_go_along_and_come_back(world: World) -> None:
    duplicate, into = pair(world)
    letter, plan = written(duplicate), a_plan(world, duplicate)
    writing.ask_withdrawal(letter, "", AT)
    row = merged(world, duplicate, into)
    letter.refresh_from_db()
    assert letter.case_id == into.pk and letter.responsible_unit.code == "370202E0001"
    copy = into.plans.in_force().get()
    assert [(step.due_on, step.amount) for step in copy.steps.all()] == [
        (step.due_on, step.amount) for step in plan.steps.all()
    ]
    assert copy.guarantee == "股东担保" and str(duplicate) in copy.reason
    paid_off(world, into)
    with pytest.raises(Refused, match="要求撤回"):
        settle(world, into)
    parted(world, row)
    letter.refresh_from_db()
    assert letter.case_id == duplicate.pk
    assert not into.plans.in_force().exists() and duplicate.plans.in_force().get() == plan


def test_the_plan_of_the_case_that_remains_stands(world: World) -> None:
    duplicate, into = pair(world)
    a_plan(world, duplicate)
    own = a_plan(world, into)
    row = merged(world, duplicate, into)
    assert into.plans.in_force().get() == own
    parted(world, row)
    assert into.plans.in_force().get() == own


def test_the_case_that_remains_shows_what_stands_under_the_other_number(world: World) -> None:
    duplicate, into = pair(world)
    letter = delivered(world, issued(world, duplicate))
    a_plan(world, duplicate)
    merged(world, duplicate, into)
    page = as_user(world, "he").get(f"/cases/{into.pk}/likenesses/").text
    assert f"并入案件 {duplicate} 的事项" in page and str(letter.number) in page and "偿还计划第 1 版" in page
    (one,) = merge_relations.absorbed_matters(into, world.user("he"))
    assert (one.letters, one.evidence) == ([letter], 0)
    assert merge_relations.absorbed_matters(into, world.user("zheng")) == []
    letter.refresh_from_db()
    follow_up.record_reply(
        letter, world.user("li"), AT, seen=letter.version, on=AT.date(), answer="corrected", note="已付"
    )
    assert merge_relations.absorbed_matters(into, world.user("he"))[0].letters[0].state == "answered"
