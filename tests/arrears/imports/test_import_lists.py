"""Workbooks of old cases as they lie about in offices: several sheets, sums, merged cells, formulas, days that were numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from arrears.cases.models import Case, Employer
from tests.cast import World

HEAD = ["原编号", "受理日期", "企业名称", "欠薪涉及人数(人)", "欠薪金额(元)", "已解决金额(元)", "备注"]
ONE: list[Any] = ["A-1", "2023-06-01", "海风建设有限公司", 3, 9000, None, None]
TWO: list[Any] = ["A-2", "2023-06-02", "台东餐饮有限公司", 2, 500.5, None, None]


def book(
    path: Path, *rows: list[Any], then: Callable[[Workbook], None] = lambda made: None, from_1904: bool = False
) -> Path:
    made = Workbook()
    if from_1904:
        made.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - openpyxl's own constant
    for row in (HEAD, *rows):
        made.active.append(row)
    then(made)
    made.save(path)
    return path


def told(path: Path, *more: str) -> tuple[dict[str, Any], str]:
    """(what `import_cases --json` printed, what it said beside it)."""
    out, beside = StringIO(), StringIO()
    try:
        with redirect_stderr(beside):
            call_command("import_cases", str(path), "--union", "370202", "--json", *more, stdout=out, stderr=beside)
    except SystemExit:
        pass
    return json.loads(out.getvalue()), beside.getvalue()


def bad(said: dict[str, Any]) -> list[tuple[int, str]]:
    return [(error["row"], error["column"]) for error in said["errors"]]


def test_the_sheet_is_chosen_and_the_others_are_named(world: World, tmp_path: Path) -> None:
    def then(made: Workbook) -> None:
        made.active.title = "台账"
        made.create_sheet("说明", 0).append(["请填写"])
        made.create_sheet("旧台账", 0).sheet_state = "hidden"
        for row in (HEAD, ["B-1", *ONE[1:]]):
            made["旧台账"].append(row)
        made["台账"].row_dimensions[3].hidden = True

    said, beside = told(book(tmp_path / "a.xlsx", ONE, TWO, then=then), "--dry-run")
    assert (said["sheet"], said["other_sheets"], said["hidden_rows"]) == ("台账", ["说明"], 1)
    assert (said["created"], said["workers"], said["amount"]) == (2, 5, 9500.5)
    assert "1 行在工作表中是隐藏的" in beside and "旧台账" not in beside
    assert not Case.objects.exists()


def test_a_sum_is_no_case(world: World, tmp_path: Path) -> None:
    total = ["合计", None, None, 5, 9500.5, None, None]
    said, _ = told(book(tmp_path / "a.xlsx", ONE, TWO, total))
    assert (said["created"], said["workers"], said["errors"]) == (2, 5, [])
    assert [one["row"] for one in said["left_out"]] == [4]
    assert not Employer.objects.filter(name__contains="合计").exists()
    wrong, _ = told(book(tmp_path / "b.xlsx", ONE, TWO, [None, None, "合计", 6, 9500.5, None, None]))
    assert bad(wrong) == [(4, "欠薪涉及人数(人)")] and "6" in wrong["errors"][0]["reason"]


def test_words_of_a_merged_cell_are_shared_and_figures_are_not(world: World, tmp_path: Path) -> None:
    again = ["A-2", None, None, 2, 500.5, None, None]

    def words(made: Workbook) -> None:
        made.active.merge_cells("B2:B3")
        made.active.merge_cells("C2:C3")

    said, beside = told(book(tmp_path / "a.xlsx", ONE, again, then=words))
    assert (said["created"], said["errors"]) == (2, []) and "合并的单元格" in beside
    assert set(Case.objects.values_list("employer__name", flat=True)) == {"海风建设有限公司"}

    def figures(made: Workbook) -> None:
        made.active.merge_cells("E2:E3")

    said, _ = told(book(tmp_path / "b.xlsx", ["B-1", *ONE[1:]], ["B-2", *TWO[1:4], None, None, None], then=figures))
    assert bad(said) == [(3, "欠薪金额(元)")] and "合并" in said["errors"][0]["reason"]


@pytest.mark.parametrize(("value", "says"), [("=E2-500", "没有计算结果"), ("#N/A", "错误值"), ("#DIV/0!", "错误值")])
def test_what_is_not_calculated_or_wrong_is_never_nothing(world: World, tmp_path: Path, value: str, says: str) -> None:
    """A blank 已解决金额 means 0; these do not."""
    said, _ = told(book(tmp_path / "a.xlsx", [*ONE[:5], value, None]))
    assert bad(said) == [(2, "已解决金额(元)")] and says in said["errors"][0]["reason"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(("from_1904", "day"), [(False, date(2023, 6, 1)), (True, date(2023, 6, 1))])
def test_days_are_those_of_the_book(world: World, tmp_path: Path, from_1904: bool, day: date) -> None:
    serial = (day - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
    rows = [[*ONE[:1], serial, *ONE[2:]], [*TWO[:1], day, *TWO[2:]]]
    said, _ = told(book(tmp_path / "a.xlsx", *rows, from_1904=from_1904))
    assert said["errors"] == []
    assert set(Case.objects.values_list("accepted_on", flat=True)) == {day}


def test_a_number_that_excel_made_a_day_of_is_refused(world: World, tmp_path: Path) -> None:
    said, _ = told(book(tmp_path / "a.xlsx", [date(2021, 3, 1), *ONE[1:]]))
    assert bad(said) == [(2, "原编号")] and "2021-03-01" in said["errors"][0]["reason"]


def test_a_broken_name_is_one_name(world: World, tmp_path: Path) -> None:
    told(book(tmp_path / "a.xlsx", ONE, ["A-2", "2023-06-01", "海风建设\n有限公司", 1, 5, None, "一\n二"]))
    assert list(Employer.objects.filter(name__contains="海风").values_list("name", flat=True)) == ["海风建设有限公司"]
    assert Case.objects.get(original_number="A-2").remark == "一\n二"


@pytest.mark.parametrize("content", [None, " "])
def test_a_stray_blank_cell_far_away(world: World, tmp_path: Path, content: str | None) -> None:
    def then(made: Workbook) -> None:
        made.active.cell(1_048_576, 16_384, content).number_format = "@"

    said, _ = told(book(tmp_path / "a.xlsx", ONE, then=then))
    assert (said["created"], said["amount"]) == (1, Decimal(9000))
