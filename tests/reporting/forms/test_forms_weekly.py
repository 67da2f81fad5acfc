"""The tables by week and month, every cell against sums in plain Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from arrears.law.scope import Period, Scope
from reporting.forms.figures import gather
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate, with_shares
from tests import plain_books as plain
from tests.books import write_case
from tests.cast import AT, World
from tests.plain_books import Plain, Span, of, percent, printed, total
from unions.tree import actions as tree

FIRST = date(2023, 11, 1)
OPENS = date(2023, 11, 16)
PROJECTS = ("其中：政府投资项目", "国企项目", "其他项目")
WINTER_ROWS = {
    "工程建设领域": PROJECTS,
    **{row: (row,) for row in PROJECTS},
    "制造业": ("制造业",),
    "其他用人单位": ("其他用人单位",),
    "合计": (*PROJECTS, "制造业", "其他用人单位"),
}


def export(tmp_path: Path, *args: str) -> Any:
    out = tmp_path / "表.xlsx"
    call_command("export", *args, "--out", str(out))
    return load_workbook(out).worksheets[0]


def texts(ws: Any, row: int) -> list[Any]:
    return [cell.value for cell in ws[row]]


def body(ws: Any, first: int, rows: int) -> dict[str, list[Any]]:
    return {ws.cell(n, 1).value: [cell.value for cell in ws[n]][1:] for n in range(first, first + rows)}


def people(case: Plain) -> int:
    return case.workers


def money(case: Plain) -> Any:
    return case.amount


@pytest.fixture
def cases(world: World) -> list[Plain]:
    made = plain.facts(FIRST)
    plain.write(world, made)
    return made


def weekly(cases: list[Plain], week: Span) -> list[float | str]:
    columns = [
        (week.new, "件"),
        (of(week.new, people), "人"),
        (of(week.new, money), "万元"),
        (week.closed, "件"),
        (week.paid_workers, "人"),
        (week.paid_amount, "万元"),
        (week.unclosed, "件"),
        (week.left_workers, "人"),
        (week.left_amount, "万元"),
    ]
    return [printed(total(cases, take), unit) for take, unit in columns]


def dispatch(cases: list[Plain], week: Span) -> list[float | str]:
    so_far = Span(OPENS, week.last)
    verified, closed = total(cases, so_far.verified), total(cases, so_far.closed)
    columns = [
        (total(cases, week.accepted), "件"),
        (total(cases, week.new), "件"),
        (total(cases, of(week.new, people)), "人"),
        (total(cases, of(week.new, money)), "万元"),
        (total(cases, week.closed), "件"),
        (total(cases, week.paid_workers), "人"),
        (total(cases, week.paid_amount), "万元"),
        (verified, "件"),
        (closed, "件"),
        (percent(closed, verified), "%"),
        (total(cases, so_far.paid_workers), "人"),
        (total(cases, so_far.paid_amount), "万元"),
        (total(cases, week.unclosed), "件"),
        (total(cases, week.left_workers), "人"),
        (total(cases, week.left_amount), "万元"),
        (total(cases, week.grave), "起"),
    ]
    return [printed(value, unit) for value, unit in columns]


@pytest.mark.parametrize("monday", [date(2023, 11, 20), date(2023, 12, 4), date(2023, 12, 25)])
def test_QH_3d_weekly_every_cell(cases: list[Plain], tmp_path: Path, monday: date) -> None:
    week = Span(monday, date.fromordinal(monday.toordinal() + 6))
    ws = export(tmp_path, "qinghai-weekly", "--union", "370000", "--from", f"{week.since}", "--as-of", f"{week.last}")
    assert texts(ws, 4) == ["所属行业", "本周新增", None, None, "本周化解", None, None, "期末未解决", None, None]
    assert texts(ws, 5)[1:4] == ["案件数(件)", "涉及人数(人)", "涉及金额(万元)"]
    got = body(ws, 6, 4)
    assert list(got) == ["工程建设领域", "制造业", "其他用人单位", "合计"]
    for name, cells in got.items():
        assert cells == weekly([case for case in cases if case.row in WINTER_ROWS[name]], week), name
    assert got["合计"][0] > 0 and got["合计"][3] > 0 and got["合计"][6] > 0


@pytest.mark.parametrize("number", [47, 49, 51])
def test_SD_3_4_weekly_dispatch_every_cell(cases: list[Plain], tmp_path: Path, number: int) -> None:
    monday = date.fromisocalendar(2023, number, 1)
    week = Span(monday, date.fromordinal(monday.toordinal() + 6))
    ws = export(tmp_path, "shandong-weekly-dispatch", "--union", "370000", "--period", f"2023-W{number}")
    assert "拟制版式" in ws["A2"].value
    left = (date(2024, 2, 9) - week.last).days
    assert f"距专项行动结束还有 {left} 天" in texts(ws, 3)
    assert texts(ws, 6) == ["栏次", *map(str, range(1, 17))]
    got = body(ws, 7, 7)
    assert list(got) == list(WINTER_ROWS)
    for name, cells in got.items():
        assert cells == dispatch([case for case in cases if case.row in WINTER_ROWS[name]], week), name


def test_SD_3_4_the_first_week_begins_with_the_campaign(cases: list[Plain], tmp_path: Path) -> None:
    """The week of 11-13 is cut to the days of the campaign, as the return of that week is."""
    ws = export(tmp_path, "shandong-weekly-dispatch", "--union", "370000", "--period", "2023-W46")
    assert body(ws, 7, 7)["合计"] == dispatch(cases, Span(OPENS, date(2023, 11, 19)))


def test_every_case_is_new_in_one_week_alone(cases: list[Plain], world: World) -> None:
    form, union = known()["qinghai-weekly"], world.unions["370000"]
    found = []
    for number in range(44, 53):
        days = [date.fromisocalendar(2023, number, n) for n in (1, 7)]
        gathered = gather(form, Scope(union, Period(days[0], days[1], days[1])))
        found += gathered.ids_of("cases_new", form.rows[-1])
    last = date.fromisocalendar(2023, 52, 7)
    assert len(found) == len(set(found)) == sum(case.verified is not None and case.verified <= last for case in cases)


def under(cases: list[Plain], *codes: str) -> list[Plain]:
    return [case for case in cases if case.code.startswith(codes)]


def bulletin(cases: list[Plain], month: Span) -> list[float | str]:
    so_far = Span(OPENS, month.last)
    verified, closed = total(cases, so_far.verified), total(cases, so_far.closed)
    columns = [
        (verified, "件"),
        (closed, "件"),
        (percent(closed, verified), "%"),
        (total(cases, of(so_far.verified, people)), "人"),
        (total(cases, of(so_far.verified, money)), "万元"),
        (total(cases, so_far.paid_workers), "人"),
        (total(cases, so_far.paid_amount), "万元"),
        (total(cases, month.unclosed), "件"),
        (total(cases, month.left_workers), "人"),
        (total(cases, month.left_amount), "万元"),
        (total(cases, month.new), "件"),
        (total(cases, month.closed), "件"),
        (total(cases, month.grave), "起"),
    ]
    return [printed(value, unit) for value, unit in columns]


def test_SD_3_4_monthly_bulletin_ranks_the_units_below(cases: list[Plain], tmp_path: Path) -> None:
    month = Span(date(2023, 12, 1), date(2023, 12, 31))
    ws = export(tmp_path, "shandong-monthly-bulletin", "--union", "370000", "--period", "2023-12")
    got = body(ws, 6, 4)
    assert list(got) == ["青岛市总工会", "本级", "产业单位", "合计"]
    assert got["青岛市总工会"] == [1, *bulletin(under(cases, "3702"), month)]
    assert got["本级"][1:] == bulletin([case for case in cases if case.code == "370000"], month)
    assert got["产业单位"][1:] == bulletin(under(cases, "370000I"), month)
    assert got["合计"][1:] == bulletin(cases, month)
    assert [got[name][0] for name in ("本级", "产业单位", "合计")] == [None] * 3


def test_SD_3_4_districts_by_progress_the_best_first(cases: list[Plain], tmp_path: Path) -> None:
    month = Span(date(2023, 12, 1), date(2023, 12, 31))
    ws = export(tmp_path, "shandong-monthly-bulletin", "--union", "370200", "--period", "2023-12")
    got = body(ws, 6, 4)
    wanted = {
        "市南区总工会": bulletin(under(cases, "370202"), month),
        "市北区总工会": bulletin(under(cases, "370203"), month),
    }
    best, second = sorted(wanted, key=lambda name: -wanted[name][2])
    assert wanted[best][2] > wanted[second][2]
    assert [(name, got[name][0], got[name][1:]) for name in list(got)[:2]] == [
        (best, 1, wanted[best]),
        (second, 2, wanted[second]),
    ]


def test_units_of_the_same_rate_share_a_place(world: World) -> None:
    scope = Scope(world.unions["370200"], Period(date(2023, 12, 1), date(2023, 12, 31), date(2023, 12, 31)))

    def places() -> list[tuple[str, int | None]]:
        table = tabulate(known()["shandong-monthly-bulletin"], scope)
        return [(line.stub.text, line.rank) for line in table.lines]

    nobody = [("市南区总工会", None), ("市北区总工会", None), ("本级", None), ("合计", None)]
    assert places() == nobody, "nobody is first by what did not happen"
    for _ in range(5):
        write_case(world, date(2023, 12, 1), 1, "10000", code="370202")
        write_case(world, date(2023, 12, 1), 1, "10000", code="370203")
    assert places() == [("市南区总工会", 1), ("市北区总工会", 1), *nobody[2:]]


def test_the_bulletin_goes_by_the_tree_of_its_day(world: World) -> None:
    write_case(world, date(2023, 12, 1), 1, "10000", code="370203E0001")
    form, union = known()["shandong-monthly-bulletin"], world.unions["370200"]
    day = date(2023, 12, 31)
    scope = Scope(union, Period(date(2023, 12, 1), day, day))

    def counts(scope: Scope) -> dict[str, int]:
        found = gather(form, scope)
        return {stub.text: int(found.total("cases_verified_to_date", stub)) for stub in found.stubs}

    before = counts(scope)
    assert before == {"市南区总工会": 0, "市北区总工会": 1, "本级": 0, "合计": 1}
    tree.move(world.unions["370203E0001"], world.unions["370202"], date(2024, 3, 1), None, AT)
    assert counts(scope) == before, "the past keeps the tree of its day"
    later = Scope(union, Period(date(2023, 12, 1), date(2024, 3, 31), date(2024, 3, 31)))
    assert counts(later)["市南区总工会"] == 1


def test_what_is_gathered_is_what_the_tables_say(cases: list[Plain], world: World) -> None:
    for key, code in (
        ("shandong-weekly-dispatch", "370000"),
        ("shandong-monthly-bulletin", "370000"),
        ("shandong-monthly-bulletin", "370200"),
        ("qinghai-weekly", "370202"),
    ):
        form, scope = (known()[key], Scope(world.unions[code], Period(OPENS, date(2023, 12, 31), date(2023, 12, 31))))
        found, table = gather(form, scope), tabulate(form, scope)
        assert {line.stub for line in table.lines} == set(found.stubs)
        for line in table.lines:
            raw = [figure.raw for figure in line.figures]
            assert [found.total(figure.column.measure, line.stub) for figure in line.figures] == raw, key
            assert with_shares(form, raw) == raw


def test_a_share_of_a_sum_is_no_sum_of_shares(cases: list[Plain], world: World) -> None:
    form = known()["shandong-weekly-dispatch"]
    day = date(2023, 12, 31)
    table = tabulate(form, Scope(world.unions["370000"], Period(date(2023, 12, 25), day, day)))
    parts = [
        [figure.raw for figure in line.figures]
        for line in table.lines
        if line.stub.text in (*PROJECTS, "制造业", "其他用人单位")
    ]
    whole = next([figure.raw for figure in line.figures] for line in table.lines if line.stub.total)
    added = [sum(column) for column in zip(*parts, strict=True)]
    assert added != whole and with_shares(form, added) == whole


def test_price_of_the_tables_by_unit(cases: list[Plain], world: World, django_assert_num_queries: Any) -> None:
    scope = Scope(world.unions["370200"], Period(OPENS, date(2023, 12, 31), date(2023, 12, 31)))
    with django_assert_num_queries(
        6
    ):  # where the unit stood, the units below, was the tree changed; cases, entries; what closes the sums
        tabulate(known()["shandong-monthly-bulletin"], scope)
