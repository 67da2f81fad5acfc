"""Heavy cases at the core: emergency records, oversight from above, the party that pays at last, acts from above."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from arrears.cases import ledger, workflow
from arrears.cases.filing import EmployerFacts
from arrears.cases.models import Act, ActKind, Case, EntryKind
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.serious.actions import emergencies, opinions, oversights, receptions
from arrears.serious.models import EmergencyNote, Level, NoteKind, Oversight, OversightKind, OversightStage
from tests.cast import AT, World, a_case, an_employer, moment
from tests.rulebook_uploads import still_in_force
from tests.serious import a_reception, an_emergency, an_opinion, an_oversight, in_force
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit

LATER = AT + timedelta(hours=2)


# ---- emergencies ------------------------------------------------------------------------------------------------


def test_QD_6_5_each_level_tells_its_own_arrival(world: World) -> None:
    row = an_emergency(world)
    for code, name, minutes in (("370202E0001", "li", -50), ("370202", "sun", -20)):
        emergencies.arrive(row, world.unions[code], f"{name} 等", AT + timedelta(minutes=minutes), world.user(name), AT)
    emergencies.arrive(row, world.unions["370202T0001"], "街道", AT, world.user("sun"), AT)
    assert list(row.arrivals.values_list("level", flat=True)) == [Level.ENTERPRISE, Level.DISTRICT, Level.TOWNSHIP]
    kinds = row.case.acts.filter(kind=ActKind.ON_SITE).values_list("union__code", flat=True)
    assert set(kinds) == {"370202E0001", "370202", "370202T0001"}
    assert list(audit.broken_links()) == []


def test_QD_6_5_the_arrival_ends_the_term_to_the_minute(world: World) -> None:
    row = an_emergency(world)
    term = Obligation.objects.get(case=row.case, rule="reach-the-spot")
    assert (term.started_at, term.met_at) == (row.incident_at, None)
    there = AT - timedelta(minutes=25)
    emergencies.arrive(row, world.unions["370202E0001"], "何经办", there, world.user("he"), AT)
    term.refresh_from_db()
    assert term.met_at == there
    assert rebuild_all(AT).changed == 0


def test_QD_6_5_an_arrival_is_refused_that_cannot_be(world: World) -> None:
    row, own = an_emergency(world), world.unions["370202E0001"]
    he = world.user("he")
    with pytest.raises(Refused, match="不能晚于现在"):
        emergencies.arrive(row, own, "何", AT + timedelta(minutes=1), he, AT)
    with pytest.raises(Refused, match="早于事发"):
        emergencies.arrive(row, own, "何", AT - timedelta(hours=2), he, AT)
    with pytest.raises(Refused, match="三级"):
        emergencies.arrive(row, world.unions["370200"], "吕", AT, world.user("lv"), AT)
    with pytest.raises(Forbidden):
        emergencies.arrive(row, world.unions["370202"], "孙", AT, he, AT)
    emergencies.arrive(row, own, "何", AT, he, AT)
    with pytest.raises(Stale):
        emergencies.arrive(row, own, "何", AT, he, AT)


def test_QD_6_5_the_live_log_only_grows(world: World) -> None:
    row = an_emergency(world)
    note = emergencies.add_note(
        row, world.unions["370202E0001"], NoteKind.DEMAND, "要求三日内付清", world.user("he"), AT
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        EmergencyNote.objects.filter(pk=note.pk).update(text="无诉求")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.notes.all().delete()


def test_QD_6_5_it_ends_with_the_demands_heard_and_an_outcome(world: World) -> None:
    row, he = an_emergency(world), world.user("he")
    own = world.unions["370202E0001"]
    with pytest.raises(Refused, match="诉求"):
        emergencies.end(row, "职工散去", he, LATER)
    emergencies.add_note(row, own, NoteKind.DEMAND, "要求三日内付清", he, AT)
    with pytest.raises(Refused, match="处置结果"):
        emergencies.end(row, " ", he, LATER)
    with pytest.raises(Forbidden):
        emergencies.end(row, "职工散去", world.user("wang"), LATER)
    assert emergencies.end(row, "职工散去", he, LATER).ended_at == LATER
    with pytest.raises(Stale):
        emergencies.add_note(row, own, NoteKind.PROGRESS, "补记", he, LATER)


def test_QD_6_5_only_extreme_or_mass_and_one_at_a_time(world: World) -> None:
    with pytest.raises(Refused, match="极端讨薪或群体性"):
        an_emergency(world, a_case(world))
    case = a_case(world, extreme=True, employer=an_employer("海风装饰"))
    an_emergency(world, case)
    with pytest.raises(Stale):
        an_emergency(world, case)


# ---- oversight --------------------------------------------------------------------------------------------------


def test_SD_2_4b_the_union_above_sets_it_and_a_second_person_approves(world: World) -> None:
    case = a_case(world)
    with pytest.raises(Forbidden):
        oversights.ask(
            case, world.unions["370202"], OversightKind.LISTED, "x", "x", date(2026, 12, 1), world.user("he"), AT
        )
    row = an_oversight(world, case)
    assert not Obligation.objects.filter(subject=row.stream).exists()
    shown = oversights.SETTING.seal(row, AT)
    with pytest.raises(Forbidden):
        oversights.approve(row, by=world.user("sun"), at=AT, seal=shown)
    with pytest.raises(Stale):
        oversights.approve(row, by=world.user("zhou"), at=AT, seal="x")
    assert oversights.approve(row, by=world.user("zhou"), at=AT, seal=shown).stage == OversightStage.IN_FORCE


def test_SD_2_4b_its_term_is_owed_by_the_unit_that_handles_the_case(world: World) -> None:
    case = a_case(world)
    row = in_force(world, case)
    term = Obligation.objects.get(subject=row.stream)
    assert (term.holder.code, term.due_at, term.met_at) == ("370202E0001", moment("2026-12-10 23:59:59"), None)
    row = oversights.report(row, "已全部清偿", world.user("he"), LATER)
    term.refresh_from_db()
    assert term.met_at == LATER
    row = oversights.keep(row, by=world.user("zhou"), at=LATER, opinion="缺银行回单")
    term.refresh_from_db()
    assert term.met_at is None and row.stage == OversightStage.IN_FORCE
    kept = rebuild_all(LATER)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)


def test_SD_2_4b_lifting_needs_a_report_and_the_approval_above(world: World) -> None:
    row = in_force(world, a_case(world))
    with pytest.raises(Stale):
        oversights.lift(row, by=world.user("zhou"), at=LATER, seal="")
    with pytest.raises(Refused, match="办理结果"):
        oversights.report(row, " ", world.user("he"), LATER)
    with pytest.raises(Forbidden):
        oversights.report(row, "完", world.user("sun"), LATER)
    row = oversights.report(row, "已全部清偿", world.user("he"), LATER)
    seen = oversights.LIFTING.seal(row, LATER)
    for name in ("sun", "wang", "he"):
        with pytest.raises(Forbidden):
            oversights.lift(row, by=world.user(name), at=LATER, seal=seen)
    assert oversights.lift(row, by=world.user("zhou"), at=LATER, seal=seen).stage == OversightStage.LIFTED
    assert list(audit.broken_links()) == []


def test_SD_2_4b_taken_up_the_union_above_handles_it(world: World) -> None:
    case = a_case(world)
    row = in_force(world, case, OversightKind.TAKEN_UP)
    case.refresh_from_db()
    assert (case.handling_union.code, case.officer) == ("370202", world.user("sun"))
    assert Obligation.objects.get(subject=row.stream).holder.code == "370202"


def test_SD_2_4b_what_is_only_asked_for_stays_above(world: World) -> None:
    case = a_case(world)
    row = an_oversight(world, case)
    sees = {n for n in world.people if Oversight.objects.visible_to(world.user(n)).filter(pk=row.pk).exists()}
    assert sees == {"sun", "zhou", "qian", "lv", "shi", "han", "yang", "shen"}
    oversights.approve(row, by=world.user("zhou"), at=AT, seal=oversights.SETTING.seal(row, AT))
    assert Oversight.objects.visible_to(world.user("li")).filter(pk=row.pk).exists()
    with pytest.raises(Refused, match="已经提出"):
        an_oversight(world, case)


# ---- who pays in the end, and acts from above -------------------------------------------------------------------


def paid(world: World, **facts: Any) -> Case:
    case = a_case(world, **facts)
    ledger.post(case, EntryKind.PAID, AT.date(), world.user("he"), AT, workers=12, migrants=10, amount=Decimal(120000))
    case.refresh_from_db()
    return case


@pytest.mark.parametrize("nature", ["government", "soe"])
def test_SD_2_4c_government_projects_name_who_pays_before_settling(world: World, nature: str) -> None:
    still_in_force(world)
    case, he = paid(world, nature=nature), world.user("he")
    with pytest.raises(Refused, match=r"须写明兜底责任单位（鲁就办〔2023〕18号 二（四）3 兜底保障）"):
        workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid")
    oversights.name_fallback(case, "区财政局", "刘科长", "", "", he, AT)
    case.refresh_from_db()
    assert workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid").state == "settled"


def test_SD_2_4c_other_projects_need_none(world: World) -> None:
    still_in_force(world)
    case, he = paid(world, nature="other"), world.user("he")
    with pytest.raises(Refused, match="没有要求写明兜底责任单位"):
        oversights.name_fallback(case, "区财政局", "刘科长", "", "", he, AT)
    assert workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid").state == "settled"


@pytest.mark.parametrize("kind", oversights.ACTS_FROM_ABOVE)
def test_SD_3_4_the_union_above_records_its_interview_or_stay(world: World, kind: ActKind) -> None:
    case, day = a_case(world), date(2026, 11, 19)
    act = oversights.record_act_from_above(
        case, world.unions["370202"], kind, day, "约谈项目经理", world.user("sun"), AT
    )
    assert (Act.objects.get().kind, act.union.code) == (kind, "370202")
    with pytest.raises(Forbidden):
        oversights.record_act_from_above(case, world.unions["370202E0001"], kind, day, "", world.user("he"), AT)


# ---- public opinion and reception -------------------------------------------------------------------------------


def test_SD_3_3_seen_answered_handled_each_with_its_time(world: World) -> None:
    row, he = an_opinion(world), world.user("he")
    with pytest.raises(Refused, match="首次回应"):
        opinions.handle(row, "已清偿", AT, he, AT, seen=1)
    with pytest.raises(Refused, match="早于发现"):
        opinions.answer(row, "已联系", AT - timedelta(hours=1), he, AT, seen=1)
    row = opinions.answer(row, "已联系发布人", AT, he, AT, seen=1)
    with pytest.raises(Stale):
        opinions.handle(row, "已清偿", LATER, he, LATER, seen=1)
    row = opinions.handle(row, "已清偿", LATER, he, LATER, seen=2)
    assert (row.answered_at, row.handled_at) == (AT, LATER)
    with pytest.raises(Forbidden):
        opinions.link(row, a_case(world), world.user("feng"), LATER, seen=3)


def test_SD_3_3_the_first_response_is_owed_at_once(world: World) -> None:
    row = an_opinion(world, seen_at=moment("2023-12-05 09:00"))  # while the notice was in force
    term = Obligation.objects.get(subject=row.stream, clause="SD-3.3")
    assert (term.holder.code, term.started_at, term.due_at) == ("370202E0001", row.seen_at, None)
    assert term.warn_at == moment("2023-12-05 11:00") and term.met_at is None
    opinions.answer(row, "已联系发布人", moment("2023-12-05 10:00"), world.user("he"), AT, seen=1)
    term.refresh_from_db()
    assert term.met_at == moment("2023-12-05 10:00")


def test_SD_2_4d_a_case_taken_on_the_spot_is_a_draft_with_what_is_known(world: World) -> None:
    row, sun = a_reception(world), world.user("sun")
    facts = EmployerFacts("海天装饰", no_code="unknown", region_code="370202")
    taken = receptions.take_case(row, facts, 3, Decimal(9000), "拖欠三个月", "三日内核实", sun, AT)
    case = taken.case
    assert (case.state, case.channel, case.accepted_on) == ("draft", "visit", row.on)
    assert (case.union.code, case.stated_workers, case.stated_amount) == ("370202", 3, Decimal(9000))
    known = a_case(world)
    assert not receptions.add_known_case(row, known, "已在办", sun, AT).taken_on_spot
    with pytest.raises(Refused, match="已在本场接访"):
        receptions.add_known_case(row, known, "", sun, AT)
    with pytest.raises(Forbidden):
        receptions.add_known_case(row, case, "", world.user("feng"), AT)
    with pytest.raises(Refused, match="已经登记过"):
        a_reception(world)
