"""25,725 real claims imported, then the three tables: every figure equals a plain sum over the sheet's own rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from arrears.cases.names import name_key
from tests.cast import World

SHEET = Path(__file__).parents[2] / "data" / "wage-claims-nj.xlsx"
FIRST, LAST = date(2010, 1, 1), date(2022, 12, 31)


@pytest.fixture(scope="module")
def sheet() -> list[dict[str, Any]]:
    header, *rows = CalamineWorkbook.from_path(str(SHEET)).get_sheet_by_index(0).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def day(value: Any) -> date | None:
    """A date cell as calamine gives it: a date, a datetime, or text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or not value:
        return value or None
    return date.fromisoformat(str(value)[:10])


def money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def written(value: Decimal, scale: int, places: int) -> float:
    return float((value / scale).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def table_row(row: dict[str, Any]) -> str:
    letter, project = row["所属行业"], row.get("是否工程建设项目") == "是"
    if letter == "E" or (project and letter not in ("C", "H")):
        return "工程建设领域"
    return "制造业" if letter == "C" else "其他用人单位"


def totals(sheet: list[dict[str, Any]], take: Callable[[dict[str, Any]], Decimal]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in sheet:
        sums[table_row(row)] += take(row)
        sums["合计"] += take(row)
    return sums


def export(tmp_path: Path, *args: str) -> Any:
    out = tmp_path / "表.xlsx"
    call_command("export", *args, "--out", str(out))
    return load_workbook(out).worksheets[0]


def test_three_tables_over_the_real_ledger(world: World, sheet: list[dict[str, Any]], tmp_path: Path) -> None:
    """One import (some seconds) for all three."""
    call_command("import_cases", str(SHEET), "--union", "370202")
    for month, count in (("2010-01", 205), ("2015-06", 200), ("2019-12", 167)):
        annex_1_of_a_month_equals_the_sheet(sheet, tmp_path, month, count)
    annex_2_equals_the_sheet(sheet, tmp_path)
    winter_table_equals_the_sheet(sheet, tmp_path)
    weekly_table_equals_the_sheet(sheet, tmp_path, date(2015, 6, 8), date(2015, 6, 14))
    weekly_table_equals_the_sheet(sheet, tmp_path, date(2019, 12, 30), date(2020, 1, 5))
    quarterly_list_equals_the_sheet(sheet, tmp_path)


def annex_1_of_a_month_equals_the_sheet(sheet: list[dict[str, Any]], tmp_path: Path, month: str, count: int) -> None:
    ws = export(tmp_path, "qinghai-annex-1", "--union", "370000", "--month", month)
    # An employer written in two ways is one employer, shown by the name it was first noted with.
    names = {"C": "制造业", "E": "建筑业", "K": "房地产业", "H": "住宿餐饮业"}
    wanted = [
        (
            f"{day(row['受理日期'])}",
            name_key(str(row["企业名称"])),
            names.get(row["所属行业"], "其他"),
            int(row["欠薪涉及人数(人)"]),
            written(money(row["欠薪金额(元)"]), 10_000, 2),
            row["是否进行调解或提供法律服务"] or "否",
            row["是否办结"] or "否",
        )
        for row in sheet
        if f"{day(row['受理日期'])}"[:7] == month
    ]
    body = [row for row in ws.iter_rows(min_row=3, values_only=True) if isinstance(row[0], int)]
    got = [(f"{row[1]:%Y-%m-%d}", name_key(row[2]), *row[3:]) for row in body]
    assert len(got) == count
    assert [row[0] for row in body] == list(range(1, count + 1))
    assert [row[0] for row in got] == sorted(row[0] for row in got)
    assert sorted(got) == sorted(wanted)


def annex_2_equals_the_sheet(sheet: list[dict[str, Any]], tmp_path: Path) -> None:
    since, cut = date(2015, 3, 1), date(2019, 7, 31)
    inside: Callable[[dict[str, Any]], bool] = lambda row: bool(  # noqa: E731
        day(row["解决日期"]) and since <= day(row["解决日期"]) <= cut  # type: ignore[operator]
    )
    people = totals(sheet, lambda row: Decimal(int(row["已解决人数(人)"] or 0)) if inside(row) else Decimal(0))
    paid = totals(sheet, lambda row: money(row["已解决金额(元)"]) if inside(row) else Decimal(0))
    ws = export(tmp_path, "qinghai-annex-2", "--union", "370000", "--from", f"{since}", "--as-of", f"{cut}")
    for number, name in enumerate(("工程建设领域", "制造业", "其他用人单位", "合计"), 5):
        got = [ws.cell(number, column).value for column in range(1, 7)]
        assert got == [name, 0, 0, 0, written(people[name], 10_000, 4), written(paid[name], 10_000, 2)]
    assert people["合计"] > 0


def winter_table_equals_the_sheet(sheet: list[dict[str, Any]], tmp_path: Path) -> None:
    ws = export(tmp_path, "shandong-winter", "--union", "370000", "--from", f"{FIRST}", "--as-of", f"{LAST}")
    shut: Callable[[dict[str, Any]], bool] = lambda row: row["是否办结"] == "是"  # noqa: E731
    one, nought = Decimal(1), Decimal(0)
    columns: dict[int, tuple[Callable[[dict[str, Any]], Decimal], int, int]] = {
        5: (lambda row: one, 1, 0),
        6: (lambda row: one, 1, 0),
        7: (lambda row: Decimal(int(row["欠薪涉及人数(人)"])), 1, 0),
        8: (lambda row: money(row["欠薪金额(元)"]), 10_000, 2),
        9: (lambda row: one if shut(row) else nought, 1, 0),
        10: (lambda row: Decimal(int(row["已解决人数(人)"] or 0)), 1, 0),
        11: (lambda row: money(row["已解决金额(元)"]), 10_000, 2),
        12: (lambda row: nought if shut(row) else one, 1, 0),
        13: (
            lambda row: (
                nought if shut(row) else Decimal(int(row["欠薪涉及人数(人)"]) - int(row["已解决人数(人)"] or 0))
            ),
            1,
            0,
        ),
        14: (lambda row: nought if shut(row) else money(row["欠薪金额(元)"]) - money(row["已解决金额(元)"]), 10_000, 2),
        18: (lambda row: one if row["是否进行调解或提供法律服务"] == "是" else nought, 1, 0),
    }
    names = {ws.cell(number, 1).value: number for number in range(7, 14)}
    for column, (take, scale, places) in columns.items():
        wanted = totals(sheet, take)
        for name in ("工程建设领域", "制造业", "其他用人单位", "合计"):
            assert ws.cell(names[name], column + 1).value == written(wanted[name], scale, places), (column, name)
    total = names["合计"]
    assert [ws.cell(total, c + 1).value for c in (6, 8, 11, 12)] == [25725, 14603.47, 9011.86, 5440]


def weekly_table_equals_the_sheet(sheet: list[dict[str, Any]], tmp_path: Path, since: date, last: date) -> None:
    """Imported cases are verified on the day they were accepted."""
    nought = Decimal(0)
    inside: Callable[[Any], bool] = lambda value: bool(day(value)) and since <= day(value) <= last  # type: ignore[operator] # noqa: E731
    by_then: Callable[[Any], bool] = lambda value: bool(day(value)) and day(value) <= last  # type: ignore[operator] # noqa: E731

    def left(row: dict[str, Any], owed: Decimal, paid: Decimal) -> Decimal:
        over = row["是否办结"] == "是" and by_then(row["办结日期"])
        return nought if over or not by_then(row["受理日期"]) else owed - (paid if by_then(row["解决日期"]) else nought)

    def people(row: dict[str, Any]) -> tuple[Decimal, Decimal]:
        return Decimal(int(row["欠薪涉及人数(人)"])), Decimal(int(row["已解决人数(人)"] or 0))

    def yuan(row: dict[str, Any]) -> tuple[Decimal, Decimal]:
        return money(row["欠薪金额(元)"]), money(row["已解决金额(元)"])

    columns: dict[int, tuple[Callable[[dict[str, Any]], Decimal], int, int]] = {
        2: (lambda row: Decimal(inside(row["受理日期"])), 1, 0),
        3: (lambda row: people(row)[0] * inside(row["受理日期"]), 1, 0),
        4: (lambda row: yuan(row)[0] * inside(row["受理日期"]), 10_000, 2),
        5: (lambda row: Decimal(row["是否办结"] == "是" and inside(row["办结日期"])), 1, 0),
        6: (lambda row: people(row)[1] * inside(row["解决日期"]), 1, 0),
        7: (lambda row: yuan(row)[1] * inside(row["解决日期"]), 10_000, 2),
        8: (lambda row: left(row, Decimal(1), nought), 1, 0),
        9: (lambda row: left(row, *people(row)), 1, 0),
        10: (lambda row: left(row, *yuan(row)), 10_000, 2),
    }
    ws = export(tmp_path, "qinghai-weekly", "--union", "370000", "--from", f"{since}", "--as-of", f"{last}")
    for column, (take, scale, places) in columns.items():
        wanted = totals(sheet, take)
        for number, name in enumerate(("工程建设领域", "制造业", "其他用人单位", "合计"), 6):
            got = ws.cell(number, 1).value, ws.cell(number, column).value
            assert got == (name, written(wanted[name], scale, places)), (since, column)
        assert wanted["合计"] > 0


def quarterly_list_equals_the_sheet(sheet: list[dict[str, Any]], tmp_path: Path) -> None:
    """The sheet has no days of arrears and no case of ten people and 100,000: whatever is owed 10,000 is to be verified."""
    since, last = date(2015, 4, 1), date(2015, 6, 30)
    ws = export(tmp_path, "qingdao-quarterly", "--union", "370202", "--from", f"{since}", "--as-of", f"{last}")
    got = [
        (name_key(row[1]), row[2], row[4], row[13])
        for row in ws.iter_rows(min_row=6, values_only=True)
        if isinstance(row[0], int)
    ]
    wanted = []
    for row in sheet:
        shut = row["是否办结"] == "是" and day(row["办结日期"])
        if day(row["受理日期"]) > last or (shut and shut < since):  # type: ignore[operator]
            continue
        people, owed = int(row["欠薪涉及人数(人)"]), money(row["欠薪金额(元)"])
        assert people < 10 or owed < 100_000
        if owed >= 10_000:
            wanted.append((name_key(str(row["企业名称"])), people, written(owed, 10_000, 2), "待核"))
    assert sorted(got) == sorted(wanted) and len(got) > 100
