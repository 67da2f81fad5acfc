"""All figures of a form with the rows behind them: the same figures as the table, and rows that add up to them."""

from datetime import date
from decimal import Decimal
from typing import Any

from arrears.cases.models import LedgerEntry, Project
from arrears.law.scope import Period, Scope, month_days
from reporting.forms.figures import Gathered, gather
from reporting.forms.files import known
from reporting.forms.measures import MEASURES
from reporting.forms.tabulate import tabulate
from tests.books import Payment, write_case, write_inspection
from tests.cast import World, an_employer
from unions.common.industries import TableRow

SD = known()["shandong-winter"]
SINCE, CUT = date(2023, 11, 16), date(2024, 2, 9)


def a_winter(world: World) -> Scope:
    builder, plant = an_employer("海风建设"), an_employer("海风机械", industry="C")
    dam = Project.objects.create(name="水库", employer=builder, nature="government")
    write_inspection(world, date(2023, 12, 1), 100, 80, builder, nature="government", project=dam)
    write_inspection(world, date(2024, 1, 5), 90, 70, builder, nature="government", project=dam)
    write_inspection(world, date(2024, 1, 6), 40, 40, builder, nature="soe")
    write_inspection(world, date(2024, 1, 7), 37, 0, plant, industry="C", on_project=False)
    paid = [Payment(date(2024, 1, 5), 2, Decimal("20000.00")), Payment(date(2024, 1, 9), 1, Decimal("10000.00"))]
    write_case(
        world,
        date(2023, 12, 1),
        5,
        "60000.00",
        payments=paid,
        acts=[
            ("mediation", date(2024, 1, 3), "agreed"),
            ("legal_aid", date(2024, 1, 4), "done"),
            ("listing", date(2024, 1, 5), "done"),
            ("penalty", date(2024, 1, 5), "done"),
        ],
        employer=builder,
    )
    write_case(
        world,
        date(2023, 12, 2),
        4,
        "8000.00",
        employer=plant,
        industry="C",
        on_project=False,
        payments=[Payment(date(2024, 1, 5), 3, Decimal(7000), "advanced", "deposit")],
    )
    write_case(world, date(2023, 12, 3), 9, "9000.00", employer=plant, industry="C", on_project=False, clue=True)
    return Scope(world.unions["370000"], Period(SINCE, CUT, CUT))


def _row(text: str) -> Any:
    return next(row for row in SD.rows if row.text == text)


def test_the_figures_are_those_of_the_table(world: World) -> None:
    scope = a_winter(world)
    found, table = gather(SD, scope), tabulate(SD, scope)
    for line in table.lines:
        assert [found.total(f.column.measure, line.stub) for f in line.figures] == [f.raw for f in line.figures]
    assert found.total("employers_inspected", _row("合计")) == 2, "one builder in two rows is one builder"
    assert found.total("amount_resolved", _row("合计")) == Decimal(37000)


def test_the_rows_behind_a_figure_add_up_to_it(world: World) -> None:
    scope = a_winter(world)
    found = gather(SD, scope)
    for name, by_row in found.ids.items():
        for kind, ids in by_row.items():
            assert ids == sorted(set(ids))
            if not MEASURES[name].adds and not MEASURES[name].distinct:
                assert found.cells[name][kind] == len(ids), name
    whole = _row("合计")
    entries = LedgerEntry.objects.filter(pk__in=found.ids_of("amount_resolved", whole))
    assert sum(entry.amount for entry in entries) == 37000
    assert found.cases_of("amount_resolved", whole) == sorted({entry.case_id for entry in entries})
    assert len(found.ids_of("cases_mediated", whole)) == 2 and len(found.cases_of("cases_mediated", whole)) == 1
    assert found.cases_of("workers_inspected", whole) == []
    assert len(found.ids_of("workers_inspected", whole)) == 3, "the last visit to each employer and project"
    assert found.ids["penalties"][TableRow.MANUFACTURING] == []


def test_four_queries_however_many_measures(world: World, django_assert_num_queries: Any) -> None:
    scope = a_winter(world)
    with django_assert_num_queries(6):  # was the tree changed; 4 kinds of row; what closes the sums
        found = gather(SD, scope)
    assert len(found.cells) == 21


def test_a_list_is_gathered_as_it_is_printed(world: World) -> None:
    case = write_case(world, date(2023, 12, 1), 5, "61234.50", employer=an_employer("甲"))
    scope = Scope(world.unions["370000"], Period(*month_days(date(2023, 12, 1)), CUT))
    found: Gathered = gather(known()["qinghai-annex-1"], scope)
    assert found.rows == [(case.pk, [1, date(2023, 12, 1), "甲", "建筑业", Decimal(5), Decimal("6.12"), "否", "否"])]
    assert not found.cells
