"""以案定补 (QP-1.3): the list follows from transfer, mediation and closing; confirmed by a second person, frozen by the database."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from arrears.cases import workflow
from arrears.cases.models import Outcome
from arrears.law.editions import wording
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.reader import parse_rulebook
from arrears.prevention.actions import subsidy
from arrears.prevention.models import SubsidyList
from tests.cast import World
from tests.prevented import NOON, mediated
from tests.reporting.evaluation.test_evaluation_scoring import BOOK
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Appointment, Event

DISTRICT, QUARTER = "370202", "2026Q3"


def drafted(world: World, by: str = "sun") -> SubsidyList:
    return subsidy.draft_list(world.unions[DISTRICT], QUARTER, world.user(by), NOON)


def reopen(world: World, case: Any) -> None:
    case.refresh_from_db()
    workflow.move(case, "reopen", world.user("tang"), NOON, seen=case.version, reason="又欠了两个月")


def test_QP_1_3_a_clue_mediated_at_the_township_enters_the_list_by_itself(world: World) -> None:
    case = mediated(world)
    (row,) = subsidy.rows(world.unions[DISTRICT], QUARTER)
    assert (row.case, row.township, row.clue_number) == (case.pk, "八大湖街道工会", "370202-XS2026-0001")
    assert (row.passed_on, row.mediated_on, row.closed_on) == ("2026-08-03", "2026-08-10", "2026-08-20")
    assert (row.workers, row.money, row.counts) == (12, Decimal(120000), True)
    assert subsidy.rows(world.unions[DISTRICT], "2026Q2") == [] == subsidy.rows(world.unions["370203"], QUARTER)
    assert subsidy.rows(world.unions["370200"], QUARTER) == [row], "the city sees it too"


def test_QP_1_3_without_a_mediation_that_succeeded_there_it_does_not(world: World) -> None:
    mediated(world, "没有调成的", outcome=Outcome.FAILED)
    before = mediated(world, "转办之前调的", agreed=date(2026, 8, 3))
    before.acts.filter(kind="mediation").update(on=date(2026, 8, 2))
    elsewhere = mediated(world, "区里自己调的")
    elsewhere.acts.filter(kind="mediation").update(union=world.unions[DISTRICT])
    direct = mediated(world, "不是线索的")
    type(direct).objects.filter(pk=direct.pk).update(clue_number=None)
    assert subsidy.rows(world.unions[DISTRICT], QUARTER) == []


def test_QP_1_3_a_case_worked_on_again_is_marked_and_does_not_count(world: World) -> None:
    case = mediated(world)
    row = drafted(world)
    subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal=row.hash)
    reopen(world, case)
    (marked,) = subsidy.frozen_rows(SubsidyList.objects.get())
    assert marked.reopened_on == "2026-11-20" and not marked.counts
    assert SubsidyList.objects.get().rows[0]["reopened_on"] == "", "what was confirmed stands as it was"
    assert subsidy.rows(world.unions[DISTRICT], QUARTER)[0].reopened_on == "2026-11-20"


def test_QP_1_3_a_case_counted_in_one_quarter_does_not_count_in_another(world: World) -> None:
    case = mediated(world)
    row = drafted(world)
    subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal=row.hash)
    case.closures.create(
        on=date(2026, 10, 9),
        conclusion="paid",
        approved_by=world.people["tang"],
        at=NOON,
        reopened_on=date(2026, 10, 9),
    )
    (again,) = subsidy.rows(world.unions[DISTRICT], "2026Q4")
    assert again.listed == "2026年第3季度" and not again.counts


def test_QP_1_3_a_quarter_is_confirmed_by_a_second_person_and_frozen(world: World) -> None:
    mediated(world)
    row = drafted(world)
    assert row.hash == subsidy.seal(subsidy.frozen_rows(row), QUARTER, None)
    for name in ("sun", "qian", "tang", "chen"):
        with pytest.raises(Forbidden):
            subsidy.confirm(row, by=world.user(name), at=NOON, seal=row.hash)
    with pytest.raises(Stale):
        subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal="0" * 64)
    done = subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal=row.hash, opinion="属实")
    assert (done.stage, done.decided_by) == ("confirmed", world.people["zhou"])
    for act in (
        lambda: SubsidyList.objects.filter(pk=row.pk).update(rows=[]),
        lambda: SubsidyList.objects.filter(pk=row.pk).update(stage="withdrawn"),
        lambda: SubsidyList.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            act()
    verbs = Event.objects.filter(stream=row.stream).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["subsidy.draft", "subsidy.confirm"]
    with pytest.raises(Refused, match="已经提出或确认"):
        drafted(world)
    with pytest.raises(Stale):
        subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal=row.hash)


def test_QP_1_3_a_stand_in_of_the_drafter_is_no_second_person(world: World) -> None:
    mediated(world)
    row = drafted(world)
    Appointment.objects.create(
        user=world.people["zhou"],
        union=world.unions[DISTRICT],
        role="officer",
        since=date(2026, 11, 1),
        acting_for=world.people["sun"],
    )
    with pytest.raises(Forbidden, match="代理"):
        subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal=row.hash)


def test_QP_1_3_what_changed_since_it_was_put_up_is_put_up_again(world: World) -> None:
    case = mediated(world)
    row = drafted(world)
    reopen(world, case)
    with pytest.raises(Stale, match="重新办理"):
        subsidy.confirm(row, by=world.user("zhou"), at=NOON, seal=row.hash)
    with pytest.raises(Refused, match="原因"):
        subsidy.decline(row, by=world.user("zhou"), at=NOON, opinion=" ")
    subsidy.decline(row, by=world.user("zhou"), at=NOON, opinion="请核对后重新提出")
    again = drafted(world, "qian")
    with pytest.raises(Forbidden):
        subsidy.withdraw(again, by=world.user("sun"), at=NOON)
    assert subsidy.withdraw(again, by=world.user("qian"), at=NOON).stage == "withdrawn"


def test_QP_1_3_a_quarter_not_over_or_empty_is_not_put_up(world: World) -> None:
    mediated(world, passed="2026-10-08 10:00", agreed=date(2026, 10, 9), closed="2026-10-10 10:00")
    with pytest.raises(Refused, match="还没有结束"):
        subsidy.draft_list(world.unions[DISTRICT], "2026Q4", world.user("sun"), NOON)
    with pytest.raises(Refused, match="没有下移街镇"):
        drafted(world)
    with pytest.raises(Refused, match="格式应为 2026Q3"):
        subsidy.draft_list(world.unions[DISTRICT], "第三季度", world.user("sun"), NOON)
    with pytest.raises(Forbidden):
        drafted(world, "feng")


SUBSIDY = """
[[subsidy]]
name = "mediated-by-township"
clause = "A-1"
title = "以案定补"
quotation = "进行评价"
local = true
{per_case}
"""


def test_QP_1_3_the_amount_is_local_data_and_unset_where_nobody_set_it(world: World) -> None:
    assert subsidy.rate(world.unions[DISTRICT], date(2026, 9, 30)) is None
    for line, per_case in (("per_case = 500", Decimal(500)), ("", None)):
        book = parse_rulebook(BOOK + SUBSIDY.format(per_case=line), "new.toml")
        found = subsidy.rate_of(world.unions[DISTRICT], date(2026, 9, 30), RulebooksByUnit([book]))
        assert (found.per_case if found else None) == per_case
        assert wording.subsidy(book.subsidies[0]) == ("每件 500 元" if per_case else "每件金额：未设定")


def test_rows_survive_being_stored(world: World) -> None:
    mediated(world)
    (row,) = subsidy.rows(world.unions[DISTRICT], QUARTER)
    assert subsidy.SubsidyRow(**asdict(row)) == row and not replace(row, listed="2026年第2季度").counts


def test_the_price_of_a_quarter_does_not_grow_with_its_cases(world: World, django_assert_num_queries: Any) -> None:
    mediated(world)
    with django_assert_num_queries(5):
        subsidy.rows(world.unions[DISTRICT], QUARTER)
    mediated(world, "第二家")
    mediated(world, "第三家")
    with django_assert_num_queries(5):
        assert len(subsidy.rows(world.unions[DISTRICT], QUARTER)) == 3
