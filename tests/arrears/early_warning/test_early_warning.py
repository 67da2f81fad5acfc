"""YK-1.1 … YK-1.3: signals, the grade they add up to, the duty to verify, what is reported upward."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from arrears.early_warning import actions as warnings
from arrears.early_warning import sources, standings
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.models import CheckOutcome, StepKind, WarningSignal, WarningStanding, WarningStep
from arrears.early_warning.trend import trend
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.law.rules import vocabulary
from arrears.law.rules.grading import Signal, grade
from arrears.law.rules.reader import delivered_rulebooks
from tests.cast import AT, World, a_case, an_employer
from tests.readers import as_user
from tests.warned import a_photo, a_signal, checked, standing, under_yingkou
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit

ENTRY = next(one for one in delivered_rulebooks()["yingkou-2018-2"].grades if one.name == "warning")
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_the_rulebooks_know_every_kind_of_signal_and_no_other() -> None:
    assert set(vocabulary.SIGNALS) == set(sources.kinds())
    named = {kind for one in sources.sources().values() for kind in one.kinds}
    assert named == set(sources.kinds())


@pytest.mark.parametrize(
    ("ages", "level", "score"),
    [
        ([], "", "0"),
        ([("reduced", 0)], "黄", "1"),
        ([("reduced", 1)], "", "0.99"),
        ([("tax_arrears", 45)], "黄", "1.50"),
        ([("tax_arrears", 45), ("fee_arrears", 0)], "橙", "3.00"),
        ([("controlled", 0), ("tax_arrears", 90)], "红", "5.00"),
        ([("controlled", 179)], "", "0.02"),
        ([("controlled", 180)], "", "0"),
        ([("controlled", -1)], "", "0"),
    ],
)
def test_YK_1_1_weights_decay_and_thresholds(ages: list[tuple[str, int]], level: str, score: str) -> None:
    signals = [Signal(kind, kind, "来源", TODAY - timedelta(days=age)) for kind, age in ages]
    graded = grade(signals, ENTRY, TODAY)
    assert (graded.level, graded.score) == (level, Decimal(score))


def test_YK_1_1_several_signals_add_up_to_a_grade_with_its_reasons(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer)
    a_signal(world, employer, "lv", "370200", source="police", kind="seized", on=date(2026, 11, 15))
    district, city = standing(world, employer), standing(world, employer, "370200")
    assert (district.level, district.signals) == ("黄", 1)
    assert district.reasons == ["欠税 2026-10-03 税务部门 +2（已衰减至 1.47）"]
    # Each level knows what came in there and below.
    assert (city.level, city.signals, city.score) == ("橙", 2, Decimal("4.39"))
    assert city.reasons == ["查封 2026-11-15 公安机关 +3（已衰减至 2.92）", *district.reasons]
    assert not WarningStanding.objects.filter(union=world.unions["370203"]).exists()


def test_SD_2_1a_a_grade_fades_although_nothing_happens(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer)
    standings.rebuild(AT + timedelta(days=60))
    found = standing(world, employer)
    assert (found.level, found.rank, found.graded_on) == ("", 0, date(2027, 1, 19))
    standings.rebuild(AT + timedelta(days=200))
    assert standing(world, employer).reasons == ["欠税 2026-10-03 税务部门 +2（已满180日，不再计分）"]


def test_a_rebuild_gives_the_same_rows(world: World) -> None:
    first, second = an_employer(), an_employer("台东餐饮有限公司", "370203", industry="H")
    a_signal(world, first)
    a_signal(world, second, "feng", "370203", kind="fee_arrears", source="power")
    checked(world, first)
    kept = [{key: value for key, value in row.items() if key != "id"} for row in WarningStanding.objects.values()]
    owed = list(Obligation.objects.order_by("subject", "rule").values("subject", "rule", "due_at", "met_at"))
    standings.rebuild(AT)
    again = [{key: value for key, value in row.items() if key != "id"} for row in WarningStanding.objects.values()]
    assert kept == again
    rebuild_all(AT)
    assert owed == list(Obligation.objects.order_by("subject", "rule").values("subject", "rule", "due_at", "met_at"))


def test_the_same_information_is_not_counted_twice(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer, detail="欠缴增值税")
    with pytest.raises(Refused, match="已经登记过"):
        a_signal(world, employer, detail="换个说法")
    assert standing(world, employer).signals == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "seized"}, "税务部门的预警信息应是：欠税"),
        ({"on": date(2026, 11, 21)}, "发生日期不能晚于今天"),
        ({"received_on": date(2026, 11, 21)}, "收到日期不能晚于今天"),
        ({"received_on": date(2026, 10, 2)}, "收到日期不能早于发生日期"),
    ],
)
def test_what_cannot_be_is_refused(world: World, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        a_signal(world, an_employer(), **wrong)
    assert not WarningSignal.objects.exists()


def test_who_may_record_and_who_sees(world: World) -> None:
    employer = an_employer()
    signal = a_signal(world, employer)
    for name, code in (("qian", "370202"), ("zhou", "370202"), ("feng", "370202"), ("shenji", "370000")):
        with pytest.raises(Forbidden):
            a_signal(world, employer, name, code, reference="另一份")
    sees = {name for name in world.people if WarningSignal.objects.visible_to(world.user(name)).exists()}
    assert sees == {"sun", "zhou", "qian", "lv", "shi", "han", "yang", "shen"}
    rows = {
        name
        for name in world.people
        if WarningStanding.objects.visible_to(world.user(name)).filter(union=signal.union).exists()
    }
    assert rows == sees


def test_withdrawn_counts_no_more_and_may_be_entered_again(world: World) -> None:
    employer = an_employer()
    signal = a_signal(world, employer)
    with pytest.raises(Refused, match="写明撤回的原因"):
        warnings.withdraw_signal(signal, " ", world.user("sun"), AT)
    with pytest.raises(Forbidden):
        warnings.withdraw_signal(signal, "录错单位", world.user("feng"), AT)
    warnings.withdraw_signal(signal, "录错单位", world.user("sun"), AT)
    with pytest.raises(Stale):
        warnings.withdraw_signal(signal, "录错单位", world.user("sun"), AT)
    assert not WarningStanding.objects.filter(employer=employer).exists()
    a_signal(world, employer)
    assert standing(world, employer).signals == 1
    assert list(audit.broken_links()) == []


# The duty to verify ------------------------------------------------------------------------------------------------


def test_YK_1_2_a_signal_owes_a_visit_and_the_visit_meets_it(world: World) -> None:
    under_yingkou(world)
    employer = an_employer()
    signal = a_signal(world, employer)
    verify = Obligation.objects.get(subject=signal.stream, rule="verify-signal")
    respond = Obligation.objects.get(subject=signal.stream, rule="respond-to-signal")
    assert (verify.clause, verify.holder, verify.local) == ("YK-1.2", world.unions["370202"], True)
    assert verify.due_at is not None and verify.due_at.date() == date(2026, 11, 23)
    assert (respond.clause, respond.due_at, respond.is_open) == ("YK-1.3", None, True)
    checked(world, employer)
    verify.refresh_from_db()
    respond.refresh_from_db()
    assert not verify.is_open and not verify.late(AT) and respond.met_at == AT


def test_YK_1_2_the_list_of_terms_leads_to_the_employer(world: World) -> None:
    under_yingkou(world)
    signal = a_signal(world, an_employer())
    sun, url = as_user(world, "sun"), standing(world, signal.employer).get_absolute_url()
    listed = sun.get(reverse("obligations")).content.decode()
    assert "实地调查核实预警" in listed and f'href="{url}"' in listed
    term = Obligation.objects.get(subject=signal.stream, rule="verify-signal")
    assert f'href="{url}"' in sun.get(term.get_absolute_url()).content.decode()
    warnings.withdraw_signal(signal, "录错单位", world.user("sun"), AT)
    assert sun.get(term.get_absolute_url()).status_code == 200


def test_a_withdrawn_signal_owes_nothing_more(world: World) -> None:
    under_yingkou(world)
    signal = a_signal(world, an_employer())
    warnings.withdraw_signal(signal, "录错单位", world.user("sun"), AT)
    assert not Obligation.objects.open().filter(subject=signal.stream).exists()
    assert Obligation.objects.filter(subject=signal.stream, lifted_reason="预警信息已撤回").count() == 2


def test_an_unfounded_signal_weighs_nothing_and_says_why(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer)
    checked(world, employer, CheckOutcome.UNFOUNDED)
    found = standing(world, employer)
    assert (found.rank, found.unverified) == (0, 0)
    assert found.reasons == ["欠税 2026-10-03 税务部门 不计（经核实不属实）"]


def test_a_visit_needs_evidence_and_a_case_where_it_says_so(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer)
    with pytest.raises(Refused, match="至少一份现场材料"):
        checked(world, employer, papers=[])
    with pytest.raises(Refused, match="请选择已为该单位登记的案件"):
        checked(world, employer, CheckOutcome.CASE)
    other = a_case(world, employer=an_employer("别的单位"))
    with pytest.raises(Refused, match="请选择已为该单位登记的案件"):
        checked(world, employer, CheckOutcome.CASE, case=other)
    case = a_case(world, employer=employer)
    found = checked(world, employer, CheckOutcome.CASE, case=case)
    assert (found.case, found.papers.get().name) == (case, "现场.png")
    assert standing(world, employer).level == "黄"  # what proved true goes on counting


def test_a_visit_answers_what_the_page_showed_or_nothing(world: World) -> None:
    employer = an_employer()
    first = a_signal(world, employer)
    a_signal(world, employer, reference="第二份")
    with pytest.raises(Stale):
        warnings.record_visit(
            world.unions["370202"],
            employer,
            date(2026, 11, 18),
            CheckOutcome.MONITORED,
            "正常",
            world.user("sun"),
            AT,
            seen=[first.pk],
            papers=[a_photo()],
        )
    assert standing(world, employer).unverified == 2
    # A colleague below verifies only what is hers.
    with pytest.raises(Refused, match="没有待核实"):
        checked(world, employer, by="zheng", code="370202T0001")


def test_QP_2_2_a_warned_employer_is_followed_up(world: World) -> None:
    employer = an_employer()
    signal = a_signal(world, employer, source="grid", kind="patrol")
    step = warnings.record_step(
        signal.union,
        employer,
        StepKind.GUIDANCE,
        date(2026, 11, 17),
        "约谈负责人，督促备足工资款。",
        world.user("sun"),
        AT,
    )
    signal.refresh_from_db()
    assert signal.responded_at == AT and not step.awaits_answer


# Upward ------------------------------------------------------------------------------------------------------------


def test_YK_1_3_major_ones_go_to_government_and_the_office_above(world: World) -> None:
    under_yingkou(world)
    employer = an_employer()
    signal = a_signal(world, employer, major=True)
    told = {"on": date(2026, 11, 19), "detail": "拟停产，涉及职工 80 人。", "by": world.user("sun"), "at": AT}
    above = warnings.record_step(signal.union, employer, StepKind.ABOVE, **told)
    with pytest.raises(Refused, match="请写明送达的部门"):
        warnings.record_step(signal.union, employer, StepKind.GOVERNMENT, **told)
    government = warnings.record_step(signal.union, employer, StepKind.GOVERNMENT, addressee="市南区人民政府", **told)
    assert above.receiver == world.unions["370200"]
    assert not Obligation.objects.open().filter(subject=signal.stream, rule="respond-to-signal").exists()
    on = date(2026, 11, 20)
    with pytest.raises(Forbidden):
        warnings.record_answer(above, on, "知悉", world.user("sun"), AT)
    warnings.record_answer(above, on, "知悉，请每日报告。", world.user("lv"), AT)
    with pytest.raises(Stale):
        warnings.record_answer(above, on, "知悉", world.user("shi"), AT)
    with pytest.raises(Refused, match="回执文号"):
        warnings.record_answer(government, on, "", world.user("sun"), AT)
    warnings.record_answer(government, on, "区政府办收文〔2026〕118号", world.user("sun"), AT)
    assert not WarningStep.objects.filter(answered_at=None).exists()


def test_the_trend_shows_what_was_known_on_each_day(world: World) -> None:
    employer = an_employer()
    a_signal(world, employer, on=date(2026, 9, 20), received_on=date(2026, 9, 20))
    a_signal(world, employer, source="police", kind="seized", on=date(2026, 11, 10))
    points = trend(standing(world, employer), TODAY)
    assert len(points) == 13 and points[-1].day == TODAY
    assert [(point.signals, point.level) for point in points[-4:]] == [(0, ""), (1, "黄"), (1, "黄"), (2, "橙")]


def test_two_programs_with_one_message_enter_it_once(world: World) -> None:
    employer = an_employer()
    said = SignalFacts("tax", "tax_arrears", date(2026, 10, 3), date(2026, 11, 16), Decimal("120000.00"))
    rows = [(employer, said), (employer, said)]
    made, known = warnings.record_signals(world.unions["370202"], rows, world.user("sun"), AT)
    assert (len(made), known) == (1, 0)
    made, known = warnings.record_signals(world.unions["370202"], rows, world.user("sun"), AT)
    assert (len(made), known) == (0, 1)
