"""The prevention log: written, corrected, withdrawn; counted per unit and kind, every figure opens its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from arrears.cases.models import Employer
from arrears.inspections.actions import inspections
from arrears.prevention import counts
from arrears.prevention.actions import log
from arrears.prevention.actions.log import Work
from arrears.prevention.counts import INSPECTION
from arrears.prevention.models import PreventionWork
from arrears.prevention.quarters import before, days_of, latest, span_of
from tests.cast import AT, World, an_employer, moment
from tests.prevented import a_work
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Event, UnionKind
from unions.tree import actions as tree

THIS_YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def said(**changed: Any) -> Work:
    given: dict[str, Any] = {"kind": "visit", "on": date(2026, 11, 18), "title": "走访", "done": "宣讲", "people": 5}
    return Work(**(given | changed))


def write(world: World, work: Work, by: str = "he") -> PreventionWork:
    return log.record(world.unions["370202E0001"], work, [], world.user(by), AT)


def test_QD_7_a_work_names_whom_it_reached(world: World) -> None:
    known = an_employer("海风建设有限公司", "370202")
    work = write(world, said(named=("海风建设有限公司", "新开工装饰公司"), firms=1))
    assert set(work.employers.values_list("name", flat=True)) == {"海风建设有限公司", "新开工装饰公司"}
    assert known in work.employers.all() and Employer.objects.get(name="新开工装饰公司").region_code == "370202"
    assert work.firms == 2, "an employer named is an employer reached"
    event = Event.objects.get(stream=work.stream)
    assert (event.verb, event.by, event.data["title"]) == ("prevent", world.people["he"], "走访")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": date(2026, 11, 21)}, "on"),
        ({"title": "  "}, "title"),
        ({"done": ""}, "done"),
        ({"people": 0}, "firms"),
        ({"named": tuple(f"第{n}家公司" for n in range(51))}, "named"),
    ],
)
def test_QD_7_what_cannot_be_is_refused_beside_its_field(world: World, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        write(world, said(**changed))
    assert list(refused.value.fields) == [field] and PreventionWork.objects.count() == 0


def test_QD_7_the_same_row_twice_is_one(world: World) -> None:
    write(world, said())
    with pytest.raises(Refused, match="无需重复登记"):
        write(world, said(done="又写一遍"))
    assert write(world, said(kind="publicity")).pk and PreventionWork.objects.count() == 2


def test_QD_7_only_whoever_records_for_the_unit(world: World) -> None:
    for name in ("wang", "feng", "zhou", "zheng"):
        with pytest.raises(Forbidden):
            write(world, said(), name)
    work = write(world, said(), "sun")
    with pytest.raises(Forbidden):
        log.withdraw(work, "误记", world.user("feng"), AT)


def test_QD_7_a_row_is_corrected_against_what_was_seen_and_withdrawn_with_its_reason(world: World) -> None:
    work = write(world, said())
    changed = log.edit(work, said(people=50), [], world.user("li"), AT, seen=work.version)
    assert (changed.people, changed.version) == (50, 2)
    assert Event.objects.filter(stream=work.stream, verb="prevent.edit").get().data["changed"] == {"people": [5, 50]}
    with pytest.raises(Stale):
        log.edit(work, said(people=9), [], world.user("li"), AT, seen=1)
    with pytest.raises(Refused, match="撤销的原因"):
        log.withdraw(work, " ", world.user("li"), AT)
    log.withdraw(work, "记错单位", world.user("li"), AT)
    assert counts.per_unit(world.unions["370202E0001"], *THIS_YEAR)[1].all == 0
    with pytest.raises(Stale, match="已经撤销"):
        log.edit(work, said(), [], world.user("li"), AT, seen=3)


def test_QD_7_the_log_keeps_whatever_a_correction_changed(world: World) -> None:
    work = write(world, said())
    log.edit(work, said(place="中山路", helpers=4), [], world.user("li"), AT, seen=1)
    changed = Event.objects.get(stream=work.stream, verb="prevent.edit").data["changed"]
    assert changed == {"place": ["", "中山路"], "helpers": [0, 4]}


def test_QD_7_figures_per_unit_and_kind_with_inspections_from_their_own_books(world: World) -> None:
    a_work(world)
    a_work(world, kind="checkup", title="法治体检", firms=1, people=10)
    a_work(world, "sun", "370202", kind="publicity", title="普法进工地", firms=0, projects=2, people=300)
    a_work(world, "feng", "370203", title="外区的")
    facts = {"industry": "C", "on": date(2026, 11, 17), "workers": 8}
    inspections.record_inspection(world.unions["370202E0001"], an_employer("台东食品"), facts, world.user("he"), AT)
    rows, total = counts.per_unit(world.unions["370202"], *THIS_YEAR)
    by_code = {row.union.code: row for row in rows}
    assert by_code["370202"].own and by_code["370202"].tally.times == {"publicity": 1}
    below = by_code["370202E0001"].tally
    assert below.times == {"visit": 1, "checkup": 1, INSPECTION: 1}
    assert (below.firms, below.people) == (3 + 1 + 1, 40 + 10 + 8)
    assert (total.all, total.firms, total.projects, total.people) == (4, 5, 2, 358)
    assert by_code["370202T0001"].tally.all == 0, "a unit that did nothing is a row, not an absence"
    october = counts.per_unit(world.unions["370202"], *span_of("2026-10"))[1]
    assert october.all == 0 and counts.per_unit(world.unions["370202"], *span_of("2026Q4"))[1].all == 4


def test_QD_7_every_figure_is_the_number_of_rows_it_opens(world: World) -> None:
    """Also of the unit's own, with what a closed unit left behind."""
    district = world.unions["370202"]
    gone = tree.found("370202E0009", "停办厂工会", UnionKind.ENTERPRISE, district, date(2020, 1, 1), None, AT)
    log.record(gone, said(title="停办前走访"), [], world.user("sun"), AT)
    a_work(world, "sun", "370202", title="区里走访")
    tree.close(gone, district, date(2026, 11, 19), None, moment("2026-11-20 10:00"))
    rows, total = counts.per_unit(district, *THIS_YEAR)
    own = next(row for row in rows if row.own)
    listed = PreventionWork.objects.standing().filter(counts.own_of(district))
    assert own.tally.times == {"visit": 2} and listed.count() == 2
    assert total.times["visit"] == counts.works(district, *THIS_YEAR).count() == 2


def test_the_price_of_the_figures_is_the_same_for_any_number_of_units(
    world: World, django_assert_num_queries: Any
) -> None:
    a_work(world)
    for code in ("370000", "370202E0001"):
        with django_assert_num_queries(4):
            counts.per_unit(world.unions[code], *THIS_YEAR)


def test_quarters_and_spans() -> None:
    assert days_of("2026Q3") == (date(2026, 7, 1), date(2026, 9, 30))
    assert days_of("2026Q4") == (date(2026, 10, 1), date(2026, 12, 31))
    assert days_of("2024Q1") == (date(2024, 1, 1), date(2024, 3, 31))
    assert span_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert span_of("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))
    assert span_of("2026") == THIS_YEAR
    assert latest(date(2026, 1, 1), 3) == ["2026Q1", "2025Q4", "2025Q3"] and before(date(2026, 11, 20)) == "2026Q3"
    for wrong in ("2026Q5", "26Q1", "", "2026-13", "0000Q1", "２０２６Q1"):
        with pytest.raises(Refused):
            span_of(wrong) if "Q" not in wrong else days_of(wrong)


def test_paths_follow_a_unit_that_moves(world: World) -> None:
    work = a_work(world)
    tree.move(world.unions["370202E0001"], world.unions["370202T0001"], date(2026, 11, 20), None, AT)
    work.refresh_from_db()
    assert work.path.startswith(world.unions["370202T0001"].path)
