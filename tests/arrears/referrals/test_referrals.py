"""Matters put to departments: the second person, what is frozen, what they answer, what it counts for."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from arrears.cases import acts, ledger, workflow
from arrears.cases.models import Act, ActKind, Case, EntryKind, Outcome
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.referrals import actions as referrals
from arrears.referrals.kinds import KINDS, ORDER, OWED
from arrears.referrals.models import Referral, ReferralAnswer, ReferralStage
from arrears.reminders.models import Reminder
from tests.cast import AT, World, a_draft, an_employer, moment
from tests.departments import Departments, a_district_case, beside
from tests.lent import taken_over
from tests.subjects import PNG
from unions.approvals import restored
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event

LATER = moment("2026-11-25 10:00")


@pytest.fixture
def here(world: World) -> Departments:
    return beside(world)


def terms(row: Referral) -> dict[str, Obligation]:
    return {one.rule: one for one in Obligation.objects.filter(subject=row.stream)}


# ---- asking and sending --------------------------------------------------------------------------------------------


def test_QH_3b_telling_hr_is_a_referral_and_the_act_comes_with_it(here: Departments) -> None:
    case = a_district_case(here.world)
    told = Obligation.objects.get(case=case, rule="tell-hr")
    assert told.is_open
    row = here.put(case)
    assert (row.stage, row.number, Act.objects.count()) == (ReferralStage.REQUESTED, None, 0)
    row = here.approved(row)
    assert (row.stage, row.number) == (ReferralStage.SENT, "370202-ZS2026-0001")
    act = Act.objects.get()
    assert (act.kind, act.case_id, act.by.username) == (ActKind.INFORM_HR, case.pk, "sun")
    told.refresh_from_db()
    assert told.met_at is not None
    assert list(audit.broken_links()) == []


def test_whoever_asked_or_works_on_the_case_does_not_approve(here: Departments) -> None:
    row = here.put(a_district_case(here.world))
    for name in ("sun", "qian", "chen"):
        with pytest.raises(Forbidden):
            here.approved(row, name)
    assert here.approved(row).stage == ReferralStage.SENT


def test_an_approval_is_bound_to_what_was_shown(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.put(case)
    ledger.post(case, EntryKind.PAID, date(2026, 11, 18), here.world.user("sun"), AT, workers=1)
    with pytest.raises(Stale, match="有了变动"):
        referrals.approve(row, by=here.world.user("zhou"), at=AT, seal=row.snapshot_hash)


def test_what_was_sent_stays_as_it_was(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.sent(case)
    before = restored(row.snapshot)
    case.refresh_from_db()
    ledger.post(case, EntryKind.PAID, date(2026, 11, 18), here.world.user("sun"), AT, workers=3)
    row.refresh_from_db()
    assert restored(row.snapshot) == before
    assert restored(row.snapshot) != referrals.approval.shown(row, AT)


def test_a_second_click_asks_nothing_twice(here: Departments) -> None:
    case = a_district_case(here.world)
    wanted = referrals.ReferralRequest(KINDS["hr"], here.kept["hr"], "请查处")
    referrals.request(case, wanted, here.world.user("sun"), AT, seen=case.version)
    with pytest.raises(Stale, match="重复提交"):
        referrals.request(case, wanted, here.world.user("sun"), AT, seen=case.version)
    with pytest.raises(Refused, match="无需重复提出"):
        here.put(case)
    assert Referral.objects.count() == 1


def test_a_department_of_the_wrong_kind_is_refused(here: Departments) -> None:
    case = a_district_case(here.world)
    with pytest.raises(Refused, match="收件部门"):
        here.put(case, "police", "hr", materials=(ORDER, OWED))
    ended = here.kept["hr"]
    ended.ended_on = date(2026, 11, 1)
    ended.save()
    with pytest.raises(Refused, match="收件部门"):
        here.put(case)


def test_numbers_have_no_gap_when_a_referral_is_declined(here: Departments) -> None:
    first = here.put(a_district_case(here.world))
    referrals.decline(first, by=here.world.user("zhou"), at=AT, opinion="请补充")
    second = here.sent(a_district_case(here.world, "市南餐饮有限公司"))
    assert second.number == "370202-ZS2026-0001"


# ---- police --------------------------------------------------------------------------------------------------------


def test_QP_3_2_the_police_get_the_required_papers_or_nothing(here: Departments) -> None:
    case = a_district_case(here.world)
    with pytest.raises(Refused, match=ORDER):
        here.put(case, "police", "police", materials=(OWED,))
    clue = a_draft(here.world, "sun", "370202", employer=an_employer("市南机电", "370202"))
    clue = workflow.move(clue, "report_clue", here.world.user("sun"), AT, seen=clue.version)
    with pytest.raises(Refused, match="先查实"):
        here.put(clue, "police", "police", materials=(ORDER, OWED))


def test_YK_2_4_the_local_crime_threshold_stands_beside_the_transfer(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.put(case, "police", "police", materials=(ORDER, OWED))
    said = {line.label: line.value for line in referrals.approval.shown(row, AT)}
    assert "山东省的具体数额未查到，暂不设定" in said["当地数额标准"]
    case.employer.region_code = "210802"  # 营口站前区: Liaoning has set its amounts
    case.employer.save()
    row.refresh_from_db()
    said = {line.label: line.value for line in referrals.approval.shown(Referral.objects.get(pk=row.pk), AT)}
    assert "达到" in said["当地数额标准"] and "50,000" in said["当地数额标准"]
    hr = here.put(case)
    assert "当地数额标准" not in {line.label for line in referrals.approval.shown(hr, AT)}


def test_SD_2_3e_a_transfer_to_the_police_is_followed_to_the_decision(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.sent(case, "police", "police", materials=(ORDER, OWED))
    assert Act.objects.get().kind == ActKind.POLICE
    pan = here.world.user("pan")
    row = referrals.accept(row, pan, AT)
    referrals.answer(row, "filed", date(2026, 11, 20), "已立案侦查", pan, AT)
    row.refresh_from_db()
    first = row.answered_at
    referrals.answer(row, "judged", date(2026, 11, 25), "判处……", pan, LATER)
    row.refresh_from_db()
    assert [one.result for one in row.answers.all()] == ["filed", "judged"]
    assert row.answered_at == first


# ---- the other side ------------------------------------------------------------------------------------------------


def test_QD_6_4_a_referral_has_addressee_due_date_and_answer(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    term = terms(row)["referral-answer"]
    assert (term.clause, term.is_open, term.holder.code) == ("QD-6.4", True, "370202")
    assert term.due_at == moment("2026-12-04 23:59:59")
    ma = here.world.user("ma")
    row = referrals.accept(row, ma, AT)
    term.refresh_from_db()
    assert term.is_open
    referrals.answer(row, "ordered", date(2026, 11, 25), "已责令限期支付", ma, LATER)
    term.refresh_from_db()
    assert term.met_at == LATER


def test_QH_2b_a_refusal_comes_back_with_its_reason_and_nothing_is_lost(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.sent(case)
    with pytest.raises(Refused, match="原因"):
        referrals.refuse(row, here.world.user("ma"), AT, opinion=" ")
    row = referrals.refuse(row, here.world.user("ma"), AT, opinion="属市北区管辖")
    assert (row.stage, row.reception) == (ReferralStage.REFUSED, "属市北区管辖")
    assert all(one.lifted_reason == "对方不予接收，事项退回" for one in terms(row).values())
    event = Event.objects.filter(stream=case.stream).latest("seq")
    assert (event.verb, event.data["reason"]) == ("referral.refuse", "属市北区管辖")
    assert here.sent(case).number == "370202-ZS2026-0002"


def test_only_the_departments_own_people_speak_for_it(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    for name in ("pan", "zhou", "feng", "li"):
        with pytest.raises(Forbidden):
            referrals.accept(row, here.world.user(name), AT)
    with pytest.raises(Refused, match="对方谁告知"):
        referrals.accept(row, here.world.user("sun"), AT)
    row = referrals.accept(row, here.world.user("sun"), AT, told_by="马科长，电话")
    assert (row.stage, row.told_by) == (ReferralStage.ACCEPTED, "马科长，电话")


def test_decided_once(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    ma = here.world.user("ma")
    referrals.accept(row, ma, AT)
    with pytest.raises(Stale, match="已接收"):
        referrals.refuse(row, ma, AT, opinion="不")
    with pytest.raises(Stale):
        referrals.withdraw(row, by=here.world.user("sun"), at=AT, opinion="不需要了")


def test_the_case_does_not_close_over_a_matter_nobody_accepted(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.sent(case)
    case.refresh_from_db()
    sun = here.world.user("sun")
    left = ledger.balance(case).outstanding
    ledger.post(case, EntryKind.PAID, date(2026, 11, 18), sun, AT, **vars(left))
    case.refresh_from_db()
    with pytest.raises(Refused, match="转送部门"):
        workflow.move(case, "settle", sun, AT, seen=case.version, conclusion="paid")
    referrals.withdraw(row, by=sun, at=AT, opinion="工资已付清")
    case.refresh_from_db()
    assert workflow.move(case, "settle", sun, AT, seen=case.version, conclusion="paid").state == "settled"
    assert [one.lifted_reason for one in terms(row).values()] == ["转送已撤回"]


def test_legal_aid_and_listing_count_when_they_are_granted(here: Departments) -> None:
    case = a_district_case(here.world)
    row = here.sent(case, "legal_aid", "justice")
    sun = here.world.user("sun")
    row = referrals.accept(row, sun, AT, told_by="司法局")
    assert not Act.objects.exists()
    for _ in range(2):
        referrals.answer(row, "assigned", date(2026, 11, 19), "已指派律师", sun, AT, told_by="司法局")
        row.refresh_from_db()
    assert [act.kind for act in Act.objects.all()] == [ActKind.LEGAL_AID]


def test_YK_1_3_what_the_industry_authority_answers_goes_up(here: Departments) -> None:
    taken_over("yingkou-2018-2")
    case = a_district_case(here.world)
    row = here.sent(case, "industry", "housing")
    zhu = here.world.user("zhu")
    row = referrals.accept(row, zhu, AT)
    referrals.answer(row, "resolved", date(2026, 11, 20), "总包已代付", zhu, AT)
    row.refresh_from_db()
    assert (row.passed_to.code, row.read_at) == ("370200", None)  # type: ignore[union-attr]
    told = set(Reminder.objects.filter(title__contains="待阅知").values_list("user__username", flat=True))
    assert told == {"lv", "shi"}
    with pytest.raises(Forbidden):
        referrals.read_above(row, here.world.user("sun"), AT)
    referrals.read_above(row, here.world.user("lv"), AT)
    with pytest.raises(Stale):
        referrals.read_above(row, here.world.user("shi"), AT)


# ---- files ---------------------------------------------------------------------------------------------------------


def test_a_file_of_the_department_is_kept_once(here: Departments, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = a_district_case(here.world)
    row = referrals.accept(here.sent(case), here.world.user("ma"), AT)
    paper = referrals.attach(row, SimpleUploadedFile("指令书.png", PNG), "限期改正", here.world.user("ma"), AT)
    assert (paper.from_agency, paper.evidence.case_id) == (True, case.pk)
    with pytest.raises(Refused, match="已在材料中"):
        referrals.attach(row, SimpleUploadedFile("再来.png", PNG), "", here.world.user("ma"), AT)
    with pytest.raises(Forbidden):
        referrals.attach(row, SimpleUploadedFile("x.png", PNG + b"1"), "", here.world.user("pan"), AT)


# ---- the projection ------------------------------------------------------------------------------------------------


def test_rebuilding_gives_the_same_terms(here: Departments) -> None:
    accepted = referrals.accept(here.sent(a_district_case(here.world)), here.world.user("ma"), AT)
    referrals.answer(accepted, "filed", date(2026, 11, 20), "立案", here.world.user("ma"), AT)
    here.sent(a_district_case(here.world, "市南机电"), "industry", "housing")
    refused = here.sent(a_district_case(here.world, "市南餐饮"))
    referrals.refuse(refused, here.world.user("ma"), AT, opinion="不属管辖")
    before = list(Obligation.objects.order_by("subject", "rulebook", "rule").values())
    kept = rebuild_all(LATER)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)
    Obligation.objects.all().delete()
    rebuild_all(LATER)
    after = list(Obligation.objects.order_by("subject", "rulebook", "rule").values())
    for row in [*before, *after]:
        del row["id"]
    assert after == before


def test_answers_only_grow(here: Departments) -> None:
    row = referrals.accept(here.sent(a_district_case(here.world)), here.world.user("ma"), AT)
    referrals.answer(row, "filed", date(2026, 11, 20), "立案", here.world.user("ma"), AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferralAnswer.objects.update(text="别的")
    assert connection.is_usable()


# ---- several call-backs --------------------------------------------------------------------------------------------


def test_QD_4_2_only_a_call_that_reached_somebody_is_feedback(here: Departments) -> None:
    case = a_district_case(here.world, channel="visit")
    sun = here.world.user("sun")
    left = ledger.balance(case).outstanding
    ledger.post(case, EntryKind.PAID, date(2026, 11, 18), sun, AT, **vars(left))
    kind = ActKind.FEEDBACK_WORKER
    for _ in range(2):
        acts.perform(case, kind, date(2026, 11, 19), "无人接听", Outcome.UNREACHED, sun, AT)
    assert Obligation.objects.filter(case=case, rule__contains="worker", met_at=None).exists()
    case.refresh_from_db()
    with pytest.raises(Refused, match="向职工反馈"):
        workflow.move(case, "settle", sun, AT, seen=case.version, conclusion="paid")
    acts.perform(case, kind, date(2026, 11, 20), "已告知", Outcome.DONE, sun, AT)
    case = Case.objects.get(pk=case.pk)
    assert workflow.move(case, "settle", sun, AT, seen=case.version, conclusion="paid").state == "settled"
    with pytest.raises(Refused, match="未接通"):
        acts.perform(
            a_district_case(here.world, "别家"), ActKind.NOTE, date(2026, 11, 20), "", Outcome.UNREACHED, sun, AT
        )
