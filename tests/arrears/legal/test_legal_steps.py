"""Legal steps with the terms of the law, their results, and what a failure leads to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from arrears.cases import acts
from arrears.cases.models import Act, ActKind, Case
from arrears.cases.models.act import MEDIATION_OR_SERVICE, Outcome
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.legal import actions as legal_steps
from arrears.legal.models import Proceeding, ProceedingKind, ProceedingStage
from reporting.boards import comparison
from reporting.evaluation.facts import EvaluationPeriod
from tests.cast import AT, World, a_case, an_employer, moment
from tests.readers import as_user
from tests.rulebook_uploads import still_in_force
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale

K = ProceedingKind


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world)


def begun(world: World, case: Case, kind: ProceedingKind = K.MEDIATION, on: date = date(2026, 11, 16)) -> Proceeding:
    return legal_steps.begin(case, kind, on, "市南区调解中心", "支付工资", world.user("he"), AT)


def term(row: Proceeding, rule: str) -> Obligation:
    return Obligation.objects.get(subject=row.stream, rule=rule)


def due(row: Proceeding, rule: str) -> date:
    due_at = term(row, rule).due_at
    assert due_at is not None
    return day_of(due_at)


def test_SD_2_3d_mediation_has_fifteen_days_and_its_result_ends_them(world: World, case: Case) -> None:
    row = begun(world, case)
    mediation = term(row, "mediation")
    assert due(row, "mediation") == date(2026, 12, 1) and mediation.is_open and mediation.case == case
    legal_steps.finish(row, date(2026, 11, 20), "agreed", "分三期", world.user("he"), AT)
    mediation.refresh_from_db()
    assert mediation.met_at is not None
    told = case.acts.filter(kind=ActKind.MEDIATION).values_list("outcome", flat=True)
    assert list(told) == [Outcome.PENDING, Outcome.AGREED]


def test_SD_2_3d_arbitration_five_working_days_forty_five_days_and_fifteen_more(world: World, case: Case) -> None:
    he, row = world.user("he"), begun(world, case, K.ARBITRATION, date(2026, 11, 12))
    assert due(row, "arbitration-accept") == date(2026, 11, 19)  # Thursday, over one week-end
    row = legal_steps.accept(row, date(2026, 11, 17), "青南劳仲〔2026〕1号", he, AT)
    assert term(row, "arbitration-accept").met_at is not None
    assert due(row, "arbitration-award") == date(2027, 1, 4)  # the forty-fifth day is a holiday
    row = legal_steps.extend(row, "案情复杂", he, AT)
    assert due(row, "arbitration-award") == date(2027, 1, 18)
    with pytest.raises(Refused):
        legal_steps.extend(row, "再延", he, AT)


def test_SD_2_3d_terms_are_rebuilt_the_same(world: World, case: Case) -> None:
    row = begun(world, case)
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(AT)
    assert list(Obligation.objects.order_by("pk").values()) == before
    Obligation.objects.filter(subject=row.stream).delete()
    rebuild_all(AT)
    assert term(row, "mediation").is_open


def test_QD_6_3_a_refused_application_ends_its_terms_and_leads_to_court(world: World, case: Case) -> None:
    row = begun(world, case, K.ARBITRATION)
    row = legal_steps.refuse(row, date(2026, 11, 18), "不属受案范围", world.user("he"), AT)
    assert row.stage == ProceedingStage.REFUSED
    assert term(row, "arbitration-accept").lifted_reason == "不予受理"
    offered = legal_steps.next_steps(case, case.proceedings.all(), [])
    assert [step.kind for step in offered] == [K.LITIGATION]


def test_QD_6_1_a_failed_negotiation_offers_mediation_and_arbitration_until_they_are_applied_for(
    world: World, case: Case
) -> None:
    acts.perform(case, ActKind.NEGOTIATION, date(2026, 11, 12), "", Outcome.FAILED, world.user("he"), AT)

    def offered() -> set[str]:
        return {step.kind for step in legal_steps.next_steps(case, case.proceedings.all(), case.acts.all())}

    assert offered() == {K.MEDIATION, K.ARBITRATION}
    row = begun(world, case)
    assert offered() == {K.ARBITRATION}
    legal_steps.finish(row, date(2026, 11, 20), "failed", "", world.user("he"), AT)
    assert offered() == {K.ARBITRATION}
    begun(world, case, K.ARBITRATION, date(2026, 11, 20))
    assert offered() == set()


def test_QD_6_3_every_kind_is_an_act_and_counts_as_mediation_or_service() -> None:
    assert {ActKind(kind.value) for kind in ProceedingKind} <= MEDIATION_OR_SERVICE
    assert {ActKind.CONSULTATION, ActKind.DRAFTING, ActKind.REPRESENTATION} <= MEDIATION_OR_SERVICE


@pytest.mark.parametrize("kind", list(ProceedingKind))
def test_QD_6_3_every_result_can_be_recorded(world: World, case: Case, kind: ProceedingKind) -> None:
    for result, told in legal_steps.RESULTS[kind].items():
        row = begun(world, case, kind)
        if kind == K.ENFORCEMENT:  # no 执行到位 without money (SD-2.3g)
            legal_steps.receive(row, date(2026, 11, 20), 0, 0, Decimal(1), world.user("he"), AT)
        legal_steps.finish(row, date(2026, 11, 20), result, "", world.user("he"), AT)
        last = Act.objects.filter(case=case).latest("pk")
        assert (last.kind, last.outcome) == (kind.value, told.outcome) and str(told.label) in last.detail


def test_days_that_cannot_be_are_refused(world: World, case: Case) -> None:
    he, row = world.user("he"), begun(world, case)
    with pytest.raises(Refused, match="晚于今天"):
        legal_steps.finish(row, date(2026, 11, 21), "agreed", "", he, AT)
    with pytest.raises(Refused, match="早于"):
        legal_steps.accept(row, date(2026, 11, 15), "", he, AT)
    with pytest.raises(Refused, match="清单"):
        legal_steps.finish(row, date(2026, 11, 20), "nonsense", "", he, AT)
    with pytest.raises(Refused, match="正在进行"):
        begun(world, case)


def test_what_is_over_is_over_and_strangers_do_nothing(world: World, case: Case) -> None:
    row = begun(world, case)
    with pytest.raises(Forbidden):
        legal_steps.finish(row, date(2026, 11, 20), "agreed", "", world.user("feng"), AT)
    legal_steps.finish(row, date(2026, 11, 20), "agreed", "", world.user("he"), AT)
    with pytest.raises(Stale):
        legal_steps.finish(row, date(2026, 11, 20), "failed", "", world.user("he"), AT)


# ---- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def he(world: World, client: Client) -> Client:
    client.force_login(world.user("he"), backend="unions.people.backends.AppointmentBackend")
    return client


def test_QD_6_1_the_next_step_is_one_click_and_its_form_filled_in(he: Client, world: World, case: Case) -> None:
    acts.perform(case, ActKind.NEGOTIATION, date(2026, 11, 12), "", Outcome.FAILED, world.user("he"), AT)
    answer = he.get(f"/cases/{case.pk}/?tab=acts")
    link = f"/cases/{case.pk}/proceedings/new/?kind=arbitration"
    assert link in answer.content.decode()
    form = he.get(link).context["form"]
    assert form.initial["body"] == "劳动人事争议仲裁委员会"
    assert "12 名职工工资 120,000.00 元" in form.initial["request"]


def test_from_application_to_result_through_the_pages(he: Client, case: Case) -> None:
    sent = {"seen": case.version, "kind": "mediation", "applied_on": "2026-11-12", "body": "区调解中心", "request": ""}
    assert he.post(f"/cases/{case.pk}/proceedings/new/", sent).status_code == 302
    row = case.proceedings.get()
    case.refresh_from_db()
    step = f"/cases/{case.pk}/proceedings/{row.pk}/finish/"
    wrong = he.post(step, {"seen": case.version, "on": "2026-11-13", "result": "", "detail": "谈了两次"})
    assert wrong.status_code == 422 and "谈了两次" in wrong.content.decode()
    stale = he.post(step, {"seen": 1, "on": "2026-11-13", "result": "failed", "detail": "谈了两次"})
    assert stale.status_code == 409 and "谈了两次" in stale.content.decode()
    done = he.post(step, {"seen": case.version, "on": "2026-11-13", "result": "failed", "detail": ""})
    assert done.status_code == 302
    page = he.get(f"/cases/{case.pk}/?tab=legal").content.decode()
    assert "未达成协议" in page and "kind=arbitration" in page


def test_the_price_of_the_tabs(he: Client, world: World, case: Case, django_assert_max_num_queries: Any) -> None:
    for kind in ProceedingKind:
        begun(world, case, kind)
    he.get(f"/cases/{case.pk}/")
    for tab in ("legal", "plans", "acts"):
        with django_assert_max_num_queries(28):
            assert he.get(f"/cases/{case.pk}/?tab={tab}").status_code == 200


def test_a_closed_case_lifts_what_runs(world: World, case: Case) -> None:
    row = begun(world, case)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_on=AT.date(), changed_at=moment("2026-11-20 10:00"))
    rebuild_all(AT)
    assert term(row, "mediation").lifted_reason == "案件已办结或不再办理"


# ---- legal aid (SD-2.3e) ------------------------------------------------------------------------------------------


def test_SD_2_3e_legal_aid_has_its_four_days_and_precedence_through_the_pages(
    he: Client, world: World, case: Case
) -> None:
    page = he.get(f"/cases/{case.pk}/proceedings/new/?kind=legal_aid").text
    assert "优先受理" not in page  # no notice in force asks for it
    still_in_force(world)
    page = he.get(f"/cases/{case.pk}/proceedings/new/?kind=legal_aid").text
    assert "优先受理、优先审查、优先指派" in page and "鲁就办〔2023〕18号" in page and "法律援助机构" in page
    asked = {"kind": "legal_aid", "applied_on": "2026-11-12", "body": "市南区法律援助中心", "priority": "on"}
    assert he.post(f"/cases/{case.pk}/proceedings/new/", asked | {"seen": case.version}).status_code == 302
    row = case.proceedings.get()

    def step(name: str, **said: str) -> int:
        case.refresh_from_db()
        sent = {"seen": case.version, **said}
        return he.post(f"/cases/{case.pk}/proceedings/{row.pk}/{name}/", sent).status_code

    assert step("assign", on="2026-11-13", assigned_to="张律师") == 422  # nothing is assigned before the review
    assert step("accept", on="2026-11-13") == 302
    assert step("review", on="2026-11-12") == 422  # nor looked into before it was accepted
    assert step("review", on="2026-11-16") == 302
    assert step("assign", on="2026-11-17", assigned_to="") == 422
    assert step("assign", on="2026-11-17", assigned_to="泰山律师事务所 张律师") == 302
    row.refresh_from_db()
    days = (row.applied_on.day, row.accepted_on.day, row.reviewed_on.day, row.assigned_on.day)
    assert (days, row.priority) == ((12, 13, 16, 17), True)
    tab = he.get(f"/cases/{case.pk}/?tab=legal").text
    assert "优先受理、审查、指派" in tab and "泰山律师事务所 张律师" in tab and "审查通过" in tab
    assert "法律援助已指派" in he.get(f"/cases/{case.pk}/?tab=facts").text
    assert step("finish", on="2026-11-18", result="done") == 302
    assert case.acts.filter(kind=ActKind.LEGAL_AID).count() == 2


def test_SD_2_3e_who_should_be_aided_and_is_not_is_counted_and_listed(
    world: World, case: Case, django_assert_max_num_queries: Any
) -> None:
    sun, he = as_user(world, "sun"), world.user("he")
    a_case(world, employer=an_employer("未援单位"))
    a_case(world, employer=an_employer("无农民工单位"), stated_migrants=0)
    span = EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), AT)

    def rate() -> tuple[Any, int]:
        cell = comparison.compare([world.unions["370202"]], span, ["aided-rate"])[0].cells["aided-rate"]
        return cell.top, cell.bottom

    assert rate() == (0, 2)
    row = begun(world, case, K.LEGAL_AID, date(2026, 11, 12))
    row = legal_steps.accept(row, date(2026, 11, 13), "", he, AT)
    row = legal_steps.review(row, date(2026, 11, 16), "", he, AT)
    assert rate() == (0, 2)  # an application is no aid yet
    legal_steps.assign(row, date(2026, 11, 17), "张律师", he, AT)
    assert rate() == (1, 2)
    with django_assert_max_num_queries(60):
        answer = sun.get("/boards/comparison/aided-rate/?unit=370202&since=2026-01-01&until=2026-12-31")
    behind = answer.text
    assert "未援单位" in behind and "尚未申请法律援助" in behind and "无农民工单位" not in behind
    assert "11月12日 申请，11月17日 指派" in behind.replace("2026年", "") or "申请" in behind
