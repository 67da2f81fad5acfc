"""Units from a workbook: all or nothing, every bad cell named, twice is once."""

import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from tests.cast import AT, World
from tests.unions.tree.test_tree import every_figure_adds_up, the_tree_is_sound
from unions.common.refusals import Refused
from unions.log import audit
from unions.models import Event, Placement, Union, User
from unions.tree.imports import COLUMNS, REQUIRED, Report, import_unions

QINGHAI: list[list[Any]] = [
    ["630102E0001", "城东一建工会", "企业工会", "630102", None, "630103", "马值班", "0971-8123456", "2012/5/6"],
    ["630102", "城东区总工会", "区市（县）总工会", "630100", 630102, None, None, None, date(1990, 1, 1)],
    ["630103", "城中区总工会", "区县总工会", "630100", "630103", None, None, None, None],
    ["630100", "西宁市总工会", "市(州)总工会", "630000", "630100", None, None, None, "1955年3月1日"],
    ["630000", "青海省总工会", "省总工会", None, "630000", None, None, None, "19500101"],
]


def workbook(rows: Sequence[Sequence[Any]], columns: Sequence[str] = COLUMNS) -> io.BytesIO:
    book = Workbook()
    book.active.append(list(columns))
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def bring(rows: Sequence[Sequence[Any]], by: User | None = None, **options: Any) -> Report:
    return import_unions(workbook(rows), by, AT, **options)


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.column, cell.reason) for cell in report.errors]


@pytest.mark.django_db
def test_a_province_in_any_order() -> None:
    report = bring(QINGHAI)
    assert (report.created, report.changed, report.unchanged, report.errors) == (5, 0, 0, [])
    the_tree_is_sound()
    every_figure_adds_up([date(1900, 1, 1), date(2026, 1, 1)])
    unit = Union.objects.get(code="630102E0001")
    assert (unit.parent.code, unit.depth, unit.reports_to.code) == ("630102", 3, "630103")
    assert (unit.duty_officer, unit.duty_phone, unit.valid_from) == ("马值班", "0971-8123456", date(2012, 5, 6))
    assert Union.objects.get(code="630103").valid_from == date(1955, 3, 1)
    assert Event.objects.filter(stream=f"union:{unit.pk}").get().verb == "found"
    assert list(audit.broken_links()) == []


@pytest.mark.django_db
def test_twice_changes_nothing_and_corrections_are_taken() -> None:
    bring(QINGHAI)
    before = list(Union.objects.values()), Event.objects.count(), Placement.objects.count()
    assert bring(QINGHAI).unchanged == 5
    assert (list(Union.objects.values()), Event.objects.count(), Placement.objects.count()) == before
    corrected = [[*QINGHAI[0][:7], "0971-8000000", None], ["630102E0002", "城东二建工会", "企业工会", "630102"]]
    report = bring(corrected)
    assert (report.created, report.changed, report.unchanged) == (1, 1, 0)
    unit = Union.objects.get(code="630102E0001")
    assert (unit.duty_phone, unit.reports_to.code) == ("0971-8000000", "630103")
    assert Event.objects.filter(stream=f"union:{unit.pk}", verb="edit").get().data["after"] == {
        "duty_phone": "0971-8000000"
    }
    assert list(audit.broken_links()) == []


@pytest.mark.django_db
def test_a_dry_run_writes_nothing() -> None:
    assert bring(QINGHAI, dry_run=True).created == 5
    assert not Union.objects.exists() and not Event.objects.exists()


@pytest.mark.django_db
def test_four_columns_are_enough() -> None:
    report = import_unions(workbook([row[:4] for row in QINGHAI], REQUIRED), None, AT)
    assert report.created == 5


@pytest.mark.django_db
def test_a_missing_column_and_an_unknown_one() -> None:
    report = import_unions(workbook([["1", "x", "企业工会"]], ["编码", "名称", "类型"]), None, AT)
    assert reasons(report) == [(1, "上级编码", "缺少“上级编码”这一列，请在表头补上（可下载模板对照）。")]
    report = import_unions(workbook([[*row[:4], "y"] for row in QINGHAI], [*REQUIRED, "传真"]), None, AT)
    assert (report.created, report.notes) == (5, ["以下列不在模板中，未导入：传真。"])


SPOILED: list[tuple[list[Any], list[tuple[str, str]]]] = [
    ([None, "无编码", "企业工会", "370202"], [("编码", "不能为空")]),
    (["37 02", "空格", "企业工会", "370202"], [("编码", "不是编码")]),
    (["370202E0500", "甲", "企业工会", "370202"], []),
    (["370202e0500", "乙", "企业工会", "370202"], [("编码", "与第 4 行重复")]),
    (["370202E0501", None, "企业工会", "370202"], [("名称", "不能为空")]),
    (["370202E0502", "字" * 121, "企业工会", "370202"], [("名称", "最多 120 个字")]),
    (["370202E0503", "丙", "小组", "370202"], [("类型", "没有“小组”这种类型")]),
    (["370202E0504", "丁", None, "370202"], [("类型", "不能为空")]),
    (["370202E0505", "戊", "企业工会", "999999"], [("上级编码", "都没有编码 999999")]),
    (["370202E0506", "己", "企业工会", None], [("上级编码", "不能为空")]),
    (["370202E0507", "庚", "企业工会", "370202", "3702"], [("行政区划代码", "6 位或 9 位")]),
    (["370202E0508", "辛", "企业工会", "370202", None, "888888"], [("属地上报编码", "都没有编码 888888")]),
    (["370202E0509", "壬", "企业工会", "370202", None, None, "人" * 41], [("值班人员", "最多 40")]),
    (["370202E0510", "癸", "企业工会", "370202", None, None, None, None, "去年"], [("成立日期", "不是日期")]),
    (["370202E0511", "子", "企业工会", "370202", None, None, None, None, "2031-01-01"], [("成立日期", "晚于今天")]),
    (["370202E0512", "丑", "企业工会", "370202E0513"], [("上级编码", "绕成了圈")]),
    (["370202E0513", "寅", "企业工会", "370202E0512"], [("上级编码", "绕成了圈")]),
    (["370204", "卯", "区市（县）总工会", "370202E0001"], [("上级编码", "不能设在企业工会之下")]),
    (["370202E0001", "海风建设工会", "企业工会", "370203"], [("上级编码", "请在该单位的页面办理")]),
    (["370000", "山东省总工会", "省总工会", "370000"], [("上级编码", "与系统里的“无”不同")]),
]


def test_every_bad_cell_is_named_and_nothing_written(world: World) -> None:
    before = Union.objects.count(), Event.objects.count()
    report = bring([row for row, _ in SPOILED])
    expected = [(n, column, why) for n, (_, bad) in enumerate(SPOILED, 2) for column, why in bad]
    assert [(row, column) for row, column, _ in reasons(report)] == [(n, column) for n, column, _ in expected]
    for (_, _, reason), (_, _, why) in zip(reasons(report), expected, strict=True):
        assert why in reason
    assert (Union.objects.count(), Event.objects.count()) == before


def test_a_colleague_brings_in_only_below_her(world: World) -> None:
    row = ["370202E0600", "新工会", "企业工会", "370202"]
    assert bring([row], world.user("xitong")).created == 1
    assert "不在您的管理范围" in reasons(bring([["370202E0601", *row[1:]]], world.user("wu")))[0][2]
    top = ["630000", "青海省总工会", "省总工会", None]
    assert "由安装人员" in reasons(bring([top], world.user("xitong")))[0][2]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04broken"])
def test_what_is_no_workbook(content: bytes) -> None:
    with pytest.raises(Refused, match=r"xlsx|空文件|已损坏"):
        import_unions(io.BytesIO(content), None, AT)


@pytest.mark.django_db
def test_an_empty_sheet() -> None:
    assert reasons(bring([])) == [(2, "编码", "表里没有数据，请从第 2 行起每行填一个单位")]


@pytest.mark.django_db
def test_too_many_rows_for_somebody_who_waits() -> None:
    with pytest.raises(Refused, match="超过 4 行"):
        bring(QINGHAI, most=4)


@pytest.mark.django_db
def test_blank_rows_keep_excel_row_numbers() -> None:
    report = bring([[None], [None], ["630000", "青海省总工会", "什么", None]])
    assert [(cell.row, cell.column) for cell in report.errors] == [(4, "类型"), (4, "上级编码")]


@pytest.mark.django_db
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(workbook(QINGHAI).read())
    bad.write_bytes(workbook(QINGHAI[:2]).read())
    call_command("import_unions", str(good), "--dry-run")
    assert "核对无误，将新建 5 个" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="1"):
        call_command("import_unions", str(bad))
    assert "第 3 行“上级编码”：表里和系统里都没有编码 630100" in capsys.readouterr().out
    call_command("import_unions", str(good), "--json")
    assert json.loads(capsys.readouterr().out)["created"] == 5
    with pytest.raises(SystemExit, match="2"):
        call_command("import_unions", str(tmp_path / "none.xlsx"))
    assert "找不到文件" in capsys.readouterr().err
