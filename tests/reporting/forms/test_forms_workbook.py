"""The three sheets, cell by cell as an official would check them, and text that can never become a formula."""

import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from reporting.forms.files import known
from tests.books import Payment, write_case, write_inspection
from tests.cast import World, an_employer, moment
from unions.common import xlsx_writer as workbook
from unions.common.xlsx_writer import HeaderCell


def export(tmp_path: Path, *args: str) -> Any:
    """The first sheet of what the command wrote."""
    out = tmp_path / "表.xlsx"
    call_command("export", *args, "--out", str(out))
    return load_workbook(out).worksheets[0]


def midnight(day: str) -> datetime:
    """As openpyxl reads a day."""
    return datetime.fromisoformat(day)


def texts(ws: Any, row: int) -> list[Any]:
    return [cell.value for cell in ws[row]]


def merged(ws: Any) -> set[str]:
    return {str(area) for area in ws.merged_cells.ranges}


@pytest.fixture
def books(world: World) -> World:
    write_case(
        world,
        date(2022, 10, 9),
        12,
        "120000",
        employer=an_employer("海风建设有限公司"),
        payments=[Payment(date(2022, 10, 20), 12, Decimal(120000))],
        closed_on=date(2022, 10, 25),
        acts=[("mediation", date(2022, 10, 12), "agreed")],
    )
    write_case(
        world, date(2022, 10, 3), 37, "1234567.89", employer=an_employer('=HYPERLINK("http://x","点我")'), industry="C"
    )
    write_case(
        world,
        date(2022, 10, 31),
        1,
        "49.99",
        employer=an_employer("+86 贸易商行"),
        industry="F",
        on_project=False,
        clue=True,
    )
    write_case(
        world,
        date(2022, 10, 5),
        8,
        "80000",
        employer=an_employer("不属欠薪的"),
        dismissed_at=moment("2022-10-06 09:00"),
    )
    write_case(world, date(2022, 9, 30), 5, "50000", employer=an_employer("上月的"))
    write_inspection(world, date(2022, 11, 1), 37, 30, an_employer("受检建设"))
    return world


def test_QH_A1_cell_for_cell(books: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "qinghai-annex-1", "--union", "370000", "--month", "2022-10")
    assert ws["A1"].value == "欠薪事件线索汇总表"
    assert texts(ws, 2) == [
        "序号",
        "受理日期",
        "企业名称",
        "所属行业",
        "欠薪涉及人数(人)",
        "欠薪(争议)金额(万元)",
        "是否进行调解或提供法律服务",
        "是否办结",
    ]
    assert texts(ws, 3) == [
        1,
        midnight("2022-10-03"),
        '=HYPERLINK("http://x","点我")',
        "制造业",
        37,
        123.46,
        "否",
        "否",
    ]
    assert texts(ws, 4) == [2, midnight("2022-10-09"), "海风建设有限公司", "建筑业", 12, 12, "是", "是"]
    assert texts(ws, 5) == [3, midnight("2022-10-31"), "+86 贸易商行", "其他", 1, 0, "否", "否"]
    assert ws["A6"].value == "注：所属行业可选填制造业、建筑业、房地产业、住宿餐饮业、其他。"
    assert ws.max_row == 6, "the official sheet holds the official rows alone"
    assert merged(ws) == {"A1:H1", "A6:H6"}
    explained = dict(ws.parent["编制说明"].iter_rows(min_row=3, values_only=True))
    assert explained["统计范围"].startswith("山东省总工会及所辖各级工会；统计期间：2022年10月")
    assert explained["数据性质"].startswith("台账实时数，未经制表人签字")
    assert [ws.cell(3, c).number_format for c in (2, 5, 6)] == ["yyyy-mm-dd", "0", "0.00"]
    assert [type(ws.cell(3, c).value) for c in (1, 5, 6)] == [int, int, float]


def test_text_never_becomes_a_formula(books: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "qinghai-annex-1", "--union", "370000", "--month", "2022-10")
    dangerous = [cell for row in ws.iter_rows() for cell in row if str(cell.value or "").startswith(("=", "+"))]
    assert [cell.data_type for cell in dangerous] == ["s", "s"]
    assert all(cell.quotePrefix for cell in dangerous)
    assert not ws["C4"].quotePrefix


def test_annex_1_as_of_an_earlier_day(books: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "qinghai-annex-1", "--union", "370000", "--month", "2022-10", "--as-of", "2022-10-10")
    assert [(row[2], row[6], row[7]) for row in ws.iter_rows(min_row=3, max_row=4, values_only=True)] == [
        ('=HYPERLINK("http://x","点我")', "否", "否"),
        ("海风建设有限公司", "否", "否"),
    ]
    assert ws["A5"].value.startswith("注："), "what is dated after the cut-off is not there yet"


def test_a_clue_found_untrue_later_still_stands_in_the_table_of_its_day(books: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "qinghai-annex-1", "--union", "370000", "--month", "2022-10", "--as-of", "2022-10-05")
    assert [row[2] for row in ws.iter_rows(min_row=3, max_row=4, values_only=True)][1] == "不属欠薪的"


def test_QH_A2_cell_for_cell(books: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "qinghai-annex-2", "--union", "370000", "--from", "2022-10-01", "--as-of", "2023-01-21")
    assert ws["A1"].value == "工会参与集中整治拖欠农民工工资问题专项行动情况表"
    assert ws["A2"].value == "制表单位名称（盖章）：山东省总工会"
    (made,) = [cell.value for cell in ws[2][1:] if cell.value]
    assert made.startswith("制表时间：")
    assert texts(ws, 3) == ["所属行业", "检查用人单位情况", None, None, "解决情况", None]
    assert texts(ws, 4) == [
        None,
        "用人单位户数(户)",
        "涉及职工人数(万人)",
        "其中:农民工数(万人)",
        "解决欠薪问题涉及人数(万人)",
        "解决欠薪问题涉及金额(万元)",
    ]
    assert {"A1:F1", "A3:A4", "B3:D3", "E3:F3"} <= merged(ws)
    assert texts(ws, 5) == ["工程建设领域", 1, 0.0037, 0.003, 0.0012, 12]
    assert texts(ws, 6) == ["制造业", 0, 0, 0, 0, 0]
    assert texts(ws, 7) == ["其他用人单位", 0, 0, 0, 0, 0]
    assert texts(ws, 8) == ["合计", 1, 0.0037, 0.003, 0.0012, 12]
    assert [ws.cell(5, c).number_format for c in range(2, 7)] == ["0", "0.0000", "0.0000", "0.0000", "0.00"]
    last = [cell.value for cell in ws[ws.max_row] if cell.value]
    assert last == ["单位负责人：", "制表人：", "联系电话："]


def test_SD_A_says_that_its_layout_is_proposed(books: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "shandong-winter", "--union", "370200", "--from", "2022-10-01", "--as-of", "2022-12-31")
    assert ws["A1"].value == "根治欠薪冬季专项行动情况表"
    assert "拟制版式" in ws["A2"].value
    assert [cell.value for cell in ws[3] if cell.value][:2] == ["填报单位（盖章）：青岛市总工会", "截至 2022年12月31日"]
    assert texts(ws, 4)[:6] == ["类别", "排查检查情况", None, None, None, "欠薪线索及案件"]
    assert texts(ws, 6) == ["栏次", *map(str, range(1, 22))]
    assert [ws.cell(row, 1).value for row in range(7, 14)] == [
        "工程建设领域",
        "其中：政府投资项目",
        "国企项目",
        "其他项目",
        "制造业",
        "其他用人单位",
        "合计",
    ]
    assert len(texts(ws, 13)) == 22 and all(isinstance(value, int | float) for value in texts(ws, 13)[1:])
    assert [cell.value for cell in ws[ws.max_row] if cell.value] == ["单位负责人：", "填表人：", "联系电话："]


def test_a_heading_of_several_lines_has_air_around_it(tmp_path: Path) -> None:
    out = tmp_path / "表.xlsx"
    columns = [workbook.ColumnLook(10.7), workbook.ColumnLook(40)]
    grid = [
        [HeaderCell("调解仲裁和法律援助", 0, 0, 1, 1), HeaderCell("一行", 0, 1, 2, 1)],
        [HeaderCell("调解(仲裁)结案、提供法律援助(件)", 1, 0, 1, 1)],
    ]
    workbook.write(workbook.WrittenSheet("表", grid, columns, []), out)
    ws = load_workbook(out).worksheets[0]
    assert ws.row_dimensions[2].height == 2 * 16.5 + 9  # 调解仲裁和 法律援助
    assert ws.row_dimensions[3].height == 4 * 16.5 + 9  # 调解(仲裁) 结案、提供 法律援助 (件)


@pytest.mark.parametrize(
    ("form", "header"),
    [
        ("qinghai-annex-1", "$2:$2"),
        ("qinghai-annex-2", "$3:$4"),
        ("shandong-winter", "$4:$6"),
        ("qingdao-quarterly", "$4:$5"),
        ("qinghai-daily", "$4:$5"),
        ("qinghai-weekly", "$4:$5"),
        ("shandong-weekly-dispatch", "$4:$6"),
        ("shandong-monthly-bulletin", "$4:$5"),
        ("yingkou-monthly-inspection", "$4:$5"),
    ],
)
def test_print_set_up(books: World, tmp_path: Path, form: str, header: str) -> None:
    ws = export(tmp_path, form, "--union", "370000", "--from", "2022-01-01", "--as-of", "2022-12-31")
    assert (ws.page_setup.orientation, int(ws.page_setup.paperSize)) == ("landscape", 9)
    assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert (int(ws.page_setup.fitToWidth), int(ws.page_setup.fitToHeight)) == (1, 0)
    assert ws.print_title_rows == header
    assert ws.print_area.endswith(f"${ws.max_row}")
    assert "&P" in ws.oddFooter.center.text
    first = int(header.rsplit("$", 1)[1]) + 1
    assert ws.freeze_panes.endswith(str(first))
    assert {cell.font.name for row in ws.iter_rows() for cell in row if cell.value is not None} == {"宋体", "仿宋"}
    for cell in (cell for row in ws.iter_rows(min_row=int(header[1 : header.index(":")])) for cell in row):
        ruled = cell.row <= first and cell.value is not None
        assert not ruled or cell.border.left.style == cell.border.top.style == "thin", cell.coordinate
    assert ws.parent.properties.creator == "薪报"


@pytest.mark.parametrize("form", sorted(known()))
def test_libreoffice_opens_it_on_one_page_width(books: World, tmp_path: Path, form: str) -> None:
    out = tmp_path / "sheet.xlsx"
    call_command(
        "export", form, "--union", "370000", "--from", "2022-01-01", "--as-of", "2022-12-31", "--out", str(out)
    )
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(out)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    info = subprocess.run(["pdfinfo", str(out.with_suffix(".pdf"))], check=True, capture_output=True, text=True).stdout
    assert "Pages:           2" in info, "the table and 编制说明"
    assert "841" in info and "595" in info, "A4 landscape"


def test_the_command_says_no_clearly(books: World, tmp_path: Path) -> None:
    out = str(tmp_path / "x.xlsx")
    cases: list[tuple[list[str], int, str]] = [
        (["nothing", "--union", "370000", "--out", out], 2, "没有报表“nothing”(.|\n)*qinghai-annex-1"),
        (["qinghai-annex-2", "--out", out], 2, "缺少 --union"),
        (["qinghai-annex-2", "--union", "370000"], 2, "缺少 --out"),
        (["qinghai-annex-1", "--union", "370000", "--out", out], 2, "请选择月份"),
        (["qinghai-annex-1", "--union", "370000", "--month", "2022-13", "--out", out], 2, "月份“2022-13”"),
        (["qinghai-annex-2", "--union", "370000", "--month", "2022-10", "--out", out], 2, "累计报表"),
        (["qinghai-annex-2", "--union", "370000", "--from", "2022.1.1", "--out", out], 2, "不是日期"),
        (["qinghai-annex-2", "--union", "370000", "--as-of", "2021-01-01", "--out", out], 2, "早于起始日期"),
        (["qinghai-annex-2", "--union", "370000", "--as-of", "2999-01-01", "--out", out], 2, "不能晚于今天|之后"),
        (["qinghai-annex-2", "--union", "999", "--out", out], 2, "没有编码为“999”的工会"),
        (["qinghai-annex-2", "--union", "370000", "--out", str(tmp_path / "no" / "x.xlsx")], 1, "不存在"),
        (["qinghai-annex-2", "--union", "370000", "--out", str(tmp_path)], 2, "xlsx"),
    ]
    for args, code, sentence in cases:
        with pytest.raises(CommandError, match=sentence) as refused:
            call_command("export", *args)
        assert refused.value.returncode == code, args
    assert list(tmp_path.iterdir()) == [], "a refusal leaves nothing behind"
