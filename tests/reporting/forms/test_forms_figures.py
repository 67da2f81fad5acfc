"""What the official tables count: by hand for each rule, and against plain Python over random books."""

from datetime import date
from decimal import Decimal
from typing import Any

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind, Project
from arrears.law.scope import Period, Scope
from reporting.forms.files import known
from reporting.forms.tabulate import DIFFERENT_NOTE, ROUNDING_NOTE, FormTable, tabulate
from tests.books import Payment, write_case, write_inspection
from tests.cast import AT, World, an_employer, moment
from unions.tree import actions as tree

SD = known()["shandong-winter"]
QH2 = known()["qinghai-annex-2"]
SINCE, CUT = date(2023, 11, 16), date(2024, 2, 9)


def sd(world: World, code: str = "370000", since: date = SINCE, as_of: date = CUT) -> FormTable:
    return tabulate(SD, Scope(world.unions[code], Period(since, as_of, as_of)))


def figures(table: FormTable, row: str = "合计") -> list[str]:
    (line,) = [line for line in table.lines if line.stub.text == row]
    return [figure.text for figure in line.figures]


def column(table: FormTable, number: int, row: str = "合计") -> str:
    """栏次 `number` counts from 1."""
    return figures(table, row)[number - 1]


def test_an_empty_table_prints_zeros(world: World) -> None:
    table = sd(world)
    assert set(figures(table)) == {"0", "0.00"}
    assert [line.stub.text for line in table.lines] == [
        "工程建设领域",
        "其中：政府投资项目",
        "国企项目",
        "其他项目",
        "制造业",
        "其他用人单位",
        "合计",
    ]
    assert figures(tabulate(QH2, table.scope)) == ["0", "0.0000", "0.0000", "0.0000", "0.00"]


def test_inspections_count_employers_once_and_people_at_the_last_visit(world: World) -> None:
    builder, plant = an_employer("海风建设"), an_employer("海风机械", industry="C")
    dam = Project.objects.create(name="水库", employer=builder, nature="government")
    road = Project.objects.create(name="公路", employer=builder, nature="soe")
    write_inspection(world, date(2023, 12, 1), 100, 80, builder, nature="government", project=dam)
    write_inspection(world, date(2024, 1, 5), 90, 70, builder, nature="government", project=dam)
    write_inspection(world, date(2024, 1, 6), 40, 40, builder, nature="soe", project=road)
    write_inspection(world, date(2024, 1, 7), 37, 0, plant, industry="C", on_project=False)
    write_inspection(world, date(2023, 11, 15), 500, 500, plant, industry="C", on_project=False)  # the day before
    write_inspection(world, date(2024, 2, 10), 500, 500, plant, industry="C", on_project=False)  # the day after
    table = sd(world)
    assert figures(table, "其中：政府投资项目")[:4] == ["1", "1", "90", "70"]
    assert figures(table, "国企项目")[:4] == ["1", "1", "40", "40"]
    assert figures(table, "工程建设领域")[:4] == ["1", "2", "130", "110"]
    assert figures(table, "制造业")[:4] == ["1", "0", "37", "0"]
    assert figures(table)[:4] == ["2", "2", "167", "110"]
    assert DIFFERENT_NOTE in table.notes and ROUNDING_NOTE not in table.notes
    assert figures(tabulate(QH2, table.scope))[:3] == ["2", "0.0167", "0.0110"]


def test_SD_1_clues_cases_stock_and_what_is_left(world: World) -> None:
    day = date(2023, 12, 1)
    write_case(
        world,
        day,
        10,
        "100000.00",
        closed_on=date(2024, 1, 8),
        payments=[Payment(date(2024, 1, 5), 10, Decimal("100000.00"))],
    )
    write_case(world, day, 5, "60000.00", payments=[Payment(date(2024, 1, 5), 2, Decimal("20000.00"))])
    write_case(world, day, 3, "9000.00", clue=True)
    write_case(world, day, 4, "8000.00", dismissed_at=moment("2023-12-20 10:00"))
    # Stock: accepted before, still open when the campaign begins; and one that was over before.
    write_case(world, date(2023, 6, 1), 7, "70000.00", payments=[Payment(date(2023, 7, 1), 3, Decimal("30000.00"))])
    write_case(
        world,
        date(2023, 6, 1),
        9,
        "90000.00",
        closed_on=date(2023, 11, 15),
        payments=[Payment(date(2023, 11, 10), 9, Decimal("90000.00"))],
    )
    # Closed only after the cut-off; accepted only after the cut-off; verified only after it.
    write_case(
        world,
        day,
        1,
        "1000.00",
        closed_on=date(2024, 2, 10),
        payments=[Payment(date(2024, 2, 10), 1, Decimal("1000.00"))],
    )
    write_case(world, date(2024, 2, 10), 50, "500000.00")
    write_case(world, day, 6, "6000.00", verified_on=date(2024, 2, 10))
    got = figures(sd(world))
    assert got[4:8] == [
        "6",
        "4",
        "23",
        "23.10",
    ]  # clue, dismissed and unverified are clues only; one of the stock is a case
    assert got[8:11] == ["1", "12", "12.00"]
    assert got[11:14] == ["3", "8", "8.10"]  # (5−2) + (7−3) + 1 people


def test_dates_of_payment_and_funds(world: World) -> None:
    write_case(
        world,
        date(2023, 6, 1),
        30,
        "300000.00",
        payments=[
            Payment(date(2023, 11, 15), 1, Decimal("10000.00")),  # the day before the window
            Payment(date(2023, 11, 16), 2, Decimal("20000.00")),
            Payment(date(2023, 12, 1), 3, Decimal("30000.00"), "advanced", "deposit"),
            Payment(date(2023, 12, 2), 4, Decimal("40000.00"), "advanced", "emergency"),
            Payment(date(2023, 12, 3), 5, Decimal("5000.00"), "advanced", "other"),
            Payment(date(2024, 2, 9), 6, Decimal("60000.00")),
            Payment(date(2024, 2, 10), 7, Decimal("70000.00")),  # the day after
        ],
    )
    table = sd(world)
    assert (column(table, 10), column(table, 11)) == ("20", "15.50")
    assert (column(table, 19), column(table, 20)) == ("3.00", "4.00")
    assert (column(table, 13), column(table, 14)) == ("9", "13.50")
    assert figures(tabulate(QH2, table.scope))[3:] == ["0.0020", "15.50"]


def test_a_reversal_takes_a_payment_out_on_its_own_day(world: World) -> None:
    case = write_case(world, date(2023, 12, 1), 5, "50000.00")
    sun = world.user("he")
    entry = ledger.post(case, EntryKind.PAID, date(2024, 1, 5), sun, AT, workers=5, amount=Decimal(50000))
    ledger.reverse(entry, date(2024, 1, 20), sun, AT, "记错案件")
    assert column(sd(world, as_of=date(2024, 1, 19)), 11) == "5.00"
    assert column(sd(world, as_of=date(2024, 1, 20)), 11) == "0.00"


def test_SD_2_3_acts(world: World) -> None:
    first, second = an_employer("甲"), an_employer("乙")
    inside, outside = date(2024, 1, 10), date(2023, 11, 1)
    write_case(
        world,
        outside,
        1,
        "1",
        employer=first,
        acts=[
            ("penalty", inside, "done"),
            ("penalty", inside, "done"),
            ("penalty", outside, "done"),
            ("listing", inside, "done"),
            ("police", inside, "pending"),
        ],
    )
    write_case(
        world, outside, 1, "1", employer=first, acts=[("listing", inside, "done"), ("mediation", inside, "agreed")]
    )
    write_case(
        world,
        outside,
        1,
        "1",
        employer=second,
        acts=[("mediation", inside, "failed"), ("legal_aid", inside, "pending"), ("legal_aid", inside, "done")],
    )
    write_case(
        world, outside, 1, "1", employer=second, acts=[("mediation", inside, "failed"), ("listing", outside, "done")]
    )
    assert figures(sd(world))[14:18] == ["2", "1", "1", "2"]


def test_grave_events_are_those_accepted_in_the_window(world: World) -> None:
    write_case(world, date(2023, 12, 1), 1, "1", extreme=True)
    write_case(world, date(2023, 12, 1), 60, "1", mass=True, extreme=True)
    write_case(world, date(2023, 11, 1), 1, "1", mass=True)
    assert column(sd(world), 21) == "2"


def test_a_case_reopened_in_the_window_is_open_again(world: World) -> None:
    write_case(world, date(2023, 1, 5), 1, "10000", closed_on=date(2023, 5, 1), reopened_on=date(2024, 1, 10))
    assert [column(sd(world, as_of=date(2024, 1, 9)), n) for n in (6, 9, 12)] == ["0", "0", "0"]
    assert [column(sd(world, as_of=date(2024, 1, 10)), n) for n in (6, 9, 12)] == ["1", "0", "1"]


def test_closed_then_reopened_after_the_cut_off_counts_as_closed_on_the_day(world: World) -> None:
    write_case(
        world,
        date(2023, 12, 5),
        1,
        "10000",
        closed_on=date(2024, 1, 10),
        reopened_on=date(2024, 3, 1),
        payments=[Payment(date(2024, 1, 9), 1, Decimal(10000))],
    )
    assert [column(sd(world), n) for n in (6, 9, 12)] == ["1", "1", "0"]
    assert [column(sd(world, as_of=date(2024, 3, 1)), n) for n in (6, 9, 12)] == ["1", "0", "1"]


def test_raw_values_are_summed_before_rounding(world: World) -> None:
    for industry in ("C", "H", "E"):
        write_case(world, date(2023, 12, 1), 1, "50", industry=industry, on_project=False)
    table = sd(world)
    assert [column(table, 8, row) for row in ("制造业", "其他用人单位", "工程建设领域", "合计")] == [
        "0.01",
        "0.01",
        "0.01",
        "0.02",
    ]
    assert ROUNDING_NOTE in table.notes


def test_each_level_sees_its_own_subtree_as_the_tree_stood(world: World) -> None:
    write_case(world, date(2023, 12, 1), 1, "10000", code="370202E0001")
    write_case(world, date(2023, 12, 1), 1, "10000", code="370203E0001")

    def counts(as_of: date = CUT) -> list[str]:
        codes = ("370000", "370200", "370202", "370203")
        return [column(sd(world, code, as_of=as_of), 6) for code in codes]

    assert counts() == ["2", "2", "1", "1"]
    moved, above = world.unions["370203E0001"], world.unions["370202"]
    tree.move(moved, above, date(2024, 3, 1), None, AT)
    assert counts() == ["2", "2", "1", "1"], "the past keeps the tree of its day"
    assert counts(date(2024, 3, 1)) == ["2", "2", "2", "0"]


def test_drafts_never_count(world: World) -> None:
    case = write_case(world, date(2023, 12, 1), 1, "10000", clue=True)
    assert column(sd(world), 5) == "1"
    Case.objects.filter(pk=case.pk).update(state="draft")
    assert column(sd(world), 5) == "0"


def test_price_of_a_table(world: World, django_assert_num_queries: Any) -> None:
    for industry in ("C", "H", "E"):
        write_case(world, date(2023, 12, 1), 1, "50", industry=industry)
    with django_assert_num_queries(
        9
    ):  # was the tree changed; 4 kinds of row; 3 counts of different things; what closes the sums
        sd(world)
    with django_assert_num_queries(4):
        tabulate(QH2, Scope(world.unions["370000"], Period(SINCE, CUT, CUT)))
