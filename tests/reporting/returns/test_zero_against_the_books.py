"""Zero is said of what the table says: also of what is older and listed, and not of what counts in another case (QH-3d-zero, QD-5)."""

from __future__ import annotations

from datetime import date

import pytest

from arrears.cases.models import Case
from arrears.merging import actions as merging
from reporting.returns import actions as life
from reporting.returns import opening, zero_reports
from reporting.returns.models import Return, ReturnStage
from tests.cast import AT, World, a_case, moment
from tests.readers import as_user
from unions.common.refusals import Refused

IN_QUARTER = moment("2026-12-30 10:00")


@pytest.fixture
def quarter(world: World) -> Return:
    """市南's quarterly summary to the city, October to December 2026."""
    opening.open_between(date(2026, 10, 1), date(2026, 12, 31), moment("2026-12-01 08:00"))
    return Return.objects.get(union=world.unions["370202"], rule="quarterly-summary", period="2026Q4")


def old_case(world: World, **facts: object) -> Case:
    """Accepted in August, twelve people and 120,000 yuan: reaches QD-4.1c, and nobody did anything since."""
    return a_case(world, **({"accepted_on": date(2026, 8, 3), "discovered_on": date(2026, 8, 3)} | facts))


def fresh(report: Return) -> Return:
    return Return.objects.select_related("union", "receiver", "current").get(pk=report.pk)


def say_zero(world: World, report: Return) -> Return:
    return life.move(
        fresh(report), "sign_zero", world.user("qian"), IN_QUARTER, seen=fresh(report).version, reason="属实。"
    )


def test_QD_5_no_zero_where_the_table_lists_what_is_older_and_unfinished(world: World, quarter: Return) -> None:
    case = old_case(world)
    assert not case.entries.filter(on__gte=date(2026, 10, 1)).exists()
    assert list(zero_reports.cases_against(quarter)) == [case]
    with pytest.raises(Refused, match="1 件案件"):
        say_zero(world, quarter)
    page = as_user(world, "qian").get(quarter.get_absolute_url()).text
    assert "或列入本表），不能报零" in page


def test_what_reaches_no_threshold_is_no_row_and_zero_may_be_said(world: World, quarter: Return) -> None:
    old_case(world, stated_workers=2, stated_migrants=2, owed_from=date(2026, 7, 1), owed_until=date(2026, 7, 31))
    assert say_zero(world, quarter).stage == ReturnStage.SIGNED


def test_QH_3d_zero_a_merged_duplicate_speaks_in_the_other_case_alone(world: World, quarter: Return) -> None:
    duplicate = old_case(
        world, stated_workers=2, stated_migrants=2, owed_from=date(2026, 7, 1), owed_until=date(2026, 7, 31)
    )
    into = old_case(
        world,
        employer=duplicate.employer,
        stated_workers=2,
        stated_migrants=2,
        owed_from=date(2026, 7, 1),
        owed_until=date(2026, 7, 31),
    )
    row = merging.request(duplicate, into, "同一批职工", world.user("he"), AT, seen=duplicate.version)
    merging.approve(row, by=world.user("wang"), at=AT, seal=row.snapshot_hash)
    assert duplicate.entries.filter(on__gte=date(2026, 10, 1)).exists(), (
        "the merger took the books of the duplicate back"
    )
    assert not zero_reports.cases_against(quarter).filter(pk=duplicate.pk).exists()
    assert say_zero(world, quarter).stage == ReturnStage.SIGNED
