"""Lists of warning signals collected periodically: each source has a rhythm; whose list is late is seen and reminded (YK-1.1b)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from arrears.early_warning import actions, collecting
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.comparing import take
from arrears.early_warning.models import ListComparison, Rhythm, SourceRhythm
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from reporting.boards.lines import line_named
from tests.cast import World, an_employer, moment
from tests.readers import as_user
from tests.warned import under_yingkou
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit

BEGUN = moment("2026-08-20 09:00")
SEPTEMBER_8 = moment("2026-09-08 09:00")
SEPTEMBER_12 = moment("2026-09-12 09:00")


def collected(world: World, source: str = "tax", by: str = "sun", code: str = "370202") -> SourceRhythm:
    """Monthly from August on, within ten days."""
    unit = world.unions[code]
    return collecting.begin(unit, source, Rhythm.MONTH, 10, "税务局", date(2026, 8, 1), world.user(by), BEGUN)


def standing(row: SourceRhythm, at: Any) -> Any:
    return collecting.standing(list(SourceRhythm.objects.filter(pk=row.pk).prefetch_related("lists")), at.date())[0]


def late(world: World, at: Any) -> int:
    line = line_named("lists-late")
    assert line is not None
    return line.rows(world.unions["370200"], at).count()


def test_YK_1_1b_a_list_that_does_not_come_is_late_and_owed(world: World) -> None:
    with pytest.raises(Refused, match="没有定期收集"):
        collected(world)
    under_yingkou(world)
    row = collected(world)
    with pytest.raises(Refused, match="已设定税务部门"):
        collected(world)
    with pytest.raises(Forbidden):
        collected(world, "power", by="feng")
    assert standing(row, BEGUN).period is None and not Obligation.objects.filter(subject=row.stream).exists()
    rebuild_all(SEPTEMBER_8)  # every night
    term = Obligation.objects.get(subject=row.stream)
    assert (term.clause, term.holder.code, term.is_open) == ("YK-1.1b", "370202", True)
    found = standing(row, SEPTEMBER_8)
    assert (found.period.label, found.due_on, found.late) == ("2026-08", date(2026, 9, 10), False)
    assert standing(row, SEPTEMBER_12).late and late(world, SEPTEMBER_12) == 1  # the list of terms reminds of it
    with pytest.raises(Refused, match="收到日期"):
        collecting.receive(row, date(2026, 8, 30), 2, "", world.user("sun"), SEPTEMBER_12)
    collecting.receive(row, date(2026, 9, 12), 0, "本月没有欠税企业", world.user("sun"), SEPTEMBER_12)
    term.refresh_from_db()
    assert term.met_at is not None and late(world, SEPTEMBER_12) == 0
    with pytest.raises(Stale):
        collecting.receive(row, date(2026, 9, 12), 0, "", world.user("sun"), SEPTEMBER_12)
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(SEPTEMBER_12)
    assert list(Obligation.objects.order_by("pk").values()) == before
    assert list(audit.broken_links()) == []


def test_YK_1_1_a_workbook_of_signals_is_the_list_of_its_sources(world: World) -> None:
    """What is collected comes in by hand, by sheet or comparison; the sources in it are no longer waited for."""
    under_yingkou(world)
    tax, power = collected(world), collected(world, "power")
    said = SignalFacts("tax", "tax_arrears", date(2026, 8, 25), date(2026, 9, 8))
    rows = [(an_employer("欠税一厂", "370202"), said), (an_employer("欠税二厂", "370202"), said)]
    actions.record_signals(world.unions["370202"], rows, world.user("sun"), SEPTEMBER_8)
    assert standing(tax, SEPTEMBER_12).period is None and tax.lists.get().rows == 2
    assert standing(power, SEPTEMBER_12).late


def test_YK_1_1b_a_workbook_taken_over_twice_is_the_list_of_one_period(world: World) -> None:
    under_yingkou(world)
    row, at = collected(world), moment("2026-10-12 09:00")
    said = SignalFacts("tax", "tax_arrears", date(2026, 8, 25), date(2026, 9, 8))
    rows = [(an_employer("欠税一厂", "370202"), said)]
    for _ in range(2):
        actions.record_signals(world.unions["370202"], rows, world.user("sun"), at)
    assert [one.first for one in row.lists.all()] == [date(2026, 8, 1)]
    assert standing(row, at).period.label == "2026-09", "the list of September has still to come"


def test_YK_1_1b_a_comparison_taken_over_in_parts_is_the_list_of_one_period(world: World) -> None:
    """Two periods are waited for: both parts of the lists of one month meet that month."""
    under_yingkou(world)
    row, at = collected(world), moment("2026-10-12 09:00")
    told = {"name": "欠税.xlsx", "source": "tax", "kind": "tax_arrears"}
    firms = [
        {"list": 0, "row": nth + 2, "name": f"欠税{nth}厂", "code": "", "amount": None, "on": "2026-08-25"}
        for nth in range(2)
    ]
    made = ListComparison.objects.create(
        union=world.unions["370202"],
        by=world.user("sun"),
        at=at,
        lists=[told],
        matches=[{"because": ["名称相同"], "sure": True, "rows": [one]} for one in firms],
    )
    for nth in range(2):
        assert take(made, [nth], world.user("sun"), at + timedelta(minutes=nth)) == 1
    assert [one.first for one in row.lists.all()] == [date(2026, 8, 1)]
    assert standing(row, at).period.label == "2026-09", "the list of September has still to come"


def test_YK_1_1b_through_the_page(world: World) -> None:
    sun, lv, today = as_user(world, "sun"), as_user(world, "lv"), timezone.localdate()
    assert "定期收集的名单" not in sun.get("/warnings/").text
    under_yingkou(world)
    page = sun.get("/warnings/").text
    assert "定期收集的名单" in page and "营人社联〔2018〕2号" in page
    typed = {"union": world.unions["370202"].pk, "source": "water", "every": "week", "days": "3"}
    typed |= {"contact": "自来水公司", "since": today - timedelta(days=30)}
    wrong = sun.post("/warnings/sources/", typed | {"days": "0"})
    assert wrong.status_code == 422 and "自来水公司" in wrong.text  # what was typed stays
    assert sun.post("/warnings/sources/", typed).status_code == 302
    row = SourceRhythm.objects.get()
    assert "逾期未收到" in lv.get("/warnings/").text
    step = f"/warnings/sources/{row.pk}/receive/"
    assert as_user(world, "feng").post(step, {}).status_code == 404
    assert sun.post(step, {"received_on": ""}).status_code == 422
    typed = {"received_on": today, "rows": "0", "note": "没有", "once": "a"}
    assert [sun.post(step, typed).status_code for _ in range(2)] == [302, 409]
    assert row.lists.count() == 1, "sent twice, it is the list of one period"
    assert sun.post(f"/warnings/sources/{row.pk}/stop/").status_code == 302
    assert not Obligation.objects.open().filter(subject=row.stream).exists()
    assert "自来水公司" not in sun.get("/warnings/").text
