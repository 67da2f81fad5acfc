"""Heavy cases at the core: emergency records, oversight from above, the party that pays at last, acts from above."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from arrears import ledger, snapshot, workflow
from arrears.heavy import emergencies, from_above, oversight
from arrears.models import (
    Act,
    ActKind,
    Case,
    Emergency,
    EmergencyNote,
    EntryKind,
    Level,
    NoteKind,
    Oversight,
    OversightKind,
    OversightStage,
)
from reporting.models import Obligation
from reporting.obligations.projection import rebuild_all
from tests.cast import AT, World, a_case, moment
from unions import audit
from unions.refusals import Forbidden, Refused, Stale

LATER = AT + timedelta(hours=2)


def an_emergency(world: World, case: Case | None = None, by: str = "he") -> Emergency:
    case = case or a_case(world, mass=True)
    return emergencies.begin(
        case, AT - timedelta(hours=1), "项目部门口", 30, "劝导、清场、请代表座谈", world.user(by), AT
    )


def an_oversight(world: World, case: Case, kind: OversightKind = OversightKind.LISTED) -> Oversight:
    return oversight.ask(
        case,
        world.unions["370202"],
        kind,
        "周主席",
        "年底前全部清偿",
        date(2026, 12, 10),
        world.user("sun"),
        AT,
    )


def in_force(world: World, case: Case, kind: OversightKind = OversightKind.LISTED) -> Oversight:
    row = an_oversight(world, case, kind)
    return oversight.approve(row, world.user("zhou"), AT, seen=snapshot.seal(oversight.shown(row)))


# ---- emergencies ------------------------------------------------------------------------------------------------


def test_QD_6_5_each_level_tells_its_own_arrival(world: World) -> None:
    row = an_emergency(world)
    for code, name, minutes in (("370202E0001", "li", -50), ("370202", "sun", -20)):
        emergencies.arrive(
            row, world.unions[code], f"{name} 等", AT + timedelta(minutes=minutes), world.user(name), AT
        )
    emergencies.arrive(row, world.unions["370202T0001"], "街道", AT, world.user("sun"), AT)
    assert list(row.arrivals.values_list("level", flat=True)) == [
        Level.ENTERPRISE,
        Level.DISTRICT,
        Level.TOWNSHIP,
    ]
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
    note = emergencies.write(
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
    emergencies.write(row, own, NoteKind.DEMAND, "要求三日内付清", he, AT)
    with pytest.raises(Refused, match="处置结果"):
        emergencies.end(row, " ", he, LATER)
    with pytest.raises(Forbidden):
        emergencies.end(row, "职工散去", world.user("wang"), LATER)
    assert emergencies.end(row, "职工散去", he, LATER).ended_at == LATER
    with pytest.raises(Stale):
        emergencies.write(row, own, NoteKind.PROGRESS, "补记", he, LATER)


def test_QD_6_5_only_extreme_or_mass_and_one_at_a_time(world: World) -> None:
    with pytest.raises(Refused, match="极端讨薪或群体性"):
        an_emergency(world, a_case(world))
    case = a_case(world, extreme=True)
    an_emergency(world, case)
    with pytest.raises(Stale):
        an_emergency(world, case)


# ---- oversight --------------------------------------------------------------------------------------------------


def test_SD_2_4b_the_union_above_sets_it_and_a_second_person_approves(world: World) -> None:
    case = a_case(world)
    with pytest.raises(Forbidden):
        oversight.ask(
            case,
            world.unions["370202"],
            OversightKind.LISTED,
            "x",
            "x",
            date(2026, 12, 1),
            world.user("he"),
            AT,
        )
    row = an_oversight(world, case)
    assert not Obligation.objects.filter(subject=row.stream).exists()
    shown = snapshot.seal(oversight.shown(row))
    with pytest.raises(Forbidden):
        oversight.approve(row, world.user("sun"), AT, seen=shown)
    with pytest.raises(Stale):
        oversight.approve(row, world.user("zhou"), AT, seen="x")
    assert oversight.approve(row, world.user("zhou"), AT, seen=shown).stage == OversightStage.IN_FORCE


def test_SD_2_4b_its_term_is_owed_by_the_unit_that_handles_the_case(world: World) -> None:
    case = a_case(world)
    row = in_force(world, case)
    term = Obligation.objects.get(subject=row.stream)
    assert (term.holder.code, term.due_at, term.met_at) == (
        "370202E0001",
        moment("2026-12-10 23:59:59"),
        None,
    )
    row = oversight.report(row, "已全部清偿", world.user("he"), LATER)
    term.refresh_from_db()
    assert term.met_at == LATER
    row = oversight.keep(row, world.user("zhou"), LATER, opinion="缺银行回单")
    term.refresh_from_db()
    assert term.met_at is None and row.stage == OversightStage.IN_FORCE
    kept = rebuild_all(LATER)
    assert (kept.new, kept.changed, kept.lifted) == (0, 0, 0)


def test_SD_2_4b_lifting_needs_a_report_and_the_approval_above(world: World) -> None:
    row = in_force(world, a_case(world))
    with pytest.raises(Stale):
        oversight.lift(row, world.user("zhou"), LATER, seen="")
    with pytest.raises(Refused, match="办理结果"):
        oversight.report(row, " ", world.user("he"), LATER)
    with pytest.raises(Forbidden):
        oversight.report(row, "完", world.user("sun"), LATER)
    row = oversight.report(row, "已全部清偿", world.user("he"), LATER)
    seen = snapshot.seal(oversight.shown(row))
    for name in ("sun", "wang", "he"):
        with pytest.raises(Forbidden):
            oversight.lift(row, world.user(name), LATER, seen=seen)
    assert oversight.lift(row, world.user("zhou"), LATER, seen=seen).stage == OversightStage.LIFTED
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
    oversight.approve(row, world.user("zhou"), AT, seen=snapshot.seal(oversight.shown(row)))
    assert Oversight.objects.visible_to(world.user("li")).filter(pk=row.pk).exists()
    with pytest.raises(Refused, match="已经提出"):
        an_oversight(world, case)


# ---- who pays in the end, and acts from above -------------------------------------------------------------------


def paid(world: World, **facts: Any) -> Case:
    case = a_case(world, **facts)
    ledger.post(
        case, EntryKind.PAID, AT.date(), world.user("he"), AT, workers=12, migrants=10, amount=Decimal(120000)
    )
    case.refresh_from_db()
    return case


@pytest.mark.parametrize("nature", ["government", "soe"])
def test_SD_2_4c_government_projects_name_who_pays_before_settling(world: World, nature: str) -> None:
    case, he = paid(world, nature=nature), world.user("he")
    with pytest.raises(Refused, match="兜底责任单位"):
        workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid")
    oversight.name_fallback(case, "区财政局", "刘科长", "", "", he, AT)
    case.refresh_from_db()
    assert workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid").state == "settled"


def test_SD_2_4c_other_projects_need_none(world: World) -> None:
    case, he = paid(world, nature="other"), world.user("he")
    with pytest.raises(Refused, match="政府投资项目、国企项目"):
        oversight.name_fallback(case, "区财政局", "刘科长", "", "", he, AT)
    assert workflow.move(case, "settle", he, AT, seen=case.version, conclusion="paid").state == "settled"


@pytest.mark.parametrize("kind", from_above.KINDS)
def test_SD_3_4_the_union_above_records_its_interview_or_stay(world: World, kind: ActKind) -> None:
    case, day = a_case(world), date(2026, 11, 19)
    act = from_above.perform(case, world.unions["370202"], kind, day, "约谈项目经理", world.user("sun"), AT)
    assert (Act.objects.get().kind, act.union.code) == (kind, "370202")
    with pytest.raises(Forbidden):
        from_above.perform(case, world.unions["370202E0001"], kind, day, "", world.user("he"), AT)
