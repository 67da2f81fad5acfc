"""What the import understands, what it refuses cell by cell, and files that are no workbook."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from arrears.cases.models import Case
from arrears.imports import run as imports
from tests.cast import AT, World
from tests.sheets import GOOD, REAL, bring_in, noon, sheet
from unions.common.xlsx_guard import Unreadable
from unions.tree import actions as tree


def faults(world: World, tmp_path: Path, *rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    found, created, _ = bring_in(world, sheet(tmp_path / "sheet.xlsx", rows))
    assert created == 0 and not Case.objects.exists()
    return found


# ---- cells


@pytest.mark.parametrize(
    "column, typed, field, meant",
    [
        ("欠薪金额(元)", "￥１，２３４．５０ 元", "stated_amount", Decimal("1234.50")),
        ("欠薪金额(元)", 0.1 + 0.2 + 100, "stated_amount", Decimal("100.30")),
        ("欠薪涉及人数(人)", "１２人", "stated_workers", 12),
        ("欠薪涉及人数(人)", 12.0, "stated_workers", 12),
        ("受理日期", "2015/6/1", "accepted_on", date(2015, 6, 1)),
        ("受理日期", "2015年6月1日", "accepted_on", date(2015, 6, 1)),
        ("受理日期", "2015.06.01", "accepted_on", date(2015, 6, 1)),
        ("受理日期", "20150601", "accepted_on", date(2015, 6, 1)),
        ("受理日期", 20150601, "accepted_on", date(2015, 6, 1)),
        ("受理日期", 42156, "accepted_on", date(2015, 6, 1)),
        ("受理日期", noon(2015, 6, 1), "accepted_on", date(2015, 6, 1)),
        ("所属行业", "ｅ", "industry", "E"),
        ("所属行业", "住宿餐饮业", "industry", "H"),
        ("所属行业", "批发和零售业", "industry", "F"),
        ("所属行业", "其他", "industry", "O"),
        ("受理渠道", "12351热线", "channel", "hotline"),
        ("原编号", 20230017, "original_number", "20230017"),
        ("备注", '=HYPERLINK(1)\t"引号"\\反斜杠\n换行', "remark", '=HYPERLINK(1)\t"引号"\\反斜杠\n换行'),
        ("企业名称", "Söhne & Cie “甲”\\乙", "employer", "Söhne & Cie “甲”\\乙"),
    ],
)
def test_cells_are_read_as_people_write_them(
    world: World, tmp_path: Path, column: str, typed: object, field: str, meant: object
) -> None:
    row = {"受理日期": "2015-06-01", "企业名称": "某厂", "欠薪涉及人数(人)": 3, "欠薪金额(元)": 3000} | {column: typed}
    assert bring_in(world, sheet(tmp_path / "a.xlsx", [row])) == ([], 1, 0)
    found = getattr(Case.objects.get(), field)
    assert (found.name if field == "employer" else found) == meant


def test_headings_may_stand_lower_and_be_typed_otherwise(world: World, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["市南区欠薪台账"],
        [],
        [None, "受理日期", "企业名称 ", "欠薪涉及人数（人）", "欠薪金额\n（元）"],
        [],
        [None, "2015-06-01", "某厂", 3, 3000],
        [None, "去年", "某店", 1, 1],
    ):
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    found, *_ = bring_in(world, tmp_path / "a.xlsx")
    assert [fault[:2] for fault in found] == [(6, "受理日期")]


# ---- cells that do not go together


@pytest.mark.parametrize(
    "change, column, words",
    [
        ({"已解决金额(元)": 100}, "是否办结", "不解决不销账：尚有 0 人、119,900.50 元未解决"),
        ({"办结日期": None}, "办结日期", "须填|必填"),
        ({"是否办结": "否"}, "办结日期", "“是否办结”不是“是”"),
        ({"解决日期": None}, "解决日期", "必填解决日期"),
        ({"解决日期": "2023-05-01"}, "解决日期", "早于受理日期"),
        ({"办结日期": "2023-06-19"}, "办结日期", "早于解决日期"),
        ({"项目性质": None}, "项目性质", "工程建设项目时必填"),
        ({"统一社会信用代码": "91370200MA3C1R4J1O"}, "统一社会信用代码", "校验码"),
        ({"统一社会信用代码": 913702001234567890}, "统一社会信用代码", "设为“文本”"),
        ({"欠薪起始日期": "2023-05-01", "欠薪截止日期": "2023-04-01"}, "欠薪截止日期", "早于起始日期"),
        ({"受理工会代码": "999999"}, "受理工会代码", "没有代码为“999999”的工会"),
        ({"受理工会代码": "370203"}, "受理工会代码", "没有代码为“370203”的工会"),
        ({"欠薪金额(元)": 0, "已解决金额(元)": 0}, "欠薪金额(元)", "应大于 0"),
        ({"企业名称": "厂" * 121}, "企业名称", "超过 120 个字"),
        ({"受理渠道": "路边"}, "受理渠道", "12351 热线"),
    ],
)
def test_contradictions_are_named(
    world: World, tmp_path: Path, change: dict[str, Any], column: str, words: str
) -> None:
    ((row, where, reason),) = faults(world, tmp_path, GOOD | {"原编号": "A-0"}, GOOD | change)
    assert (row, where) == (3, column) and re.search(words, reason)


def test_a_closed_unit_takes_no_more_cases(world: World, tmp_path: Path) -> None:
    tree.close(world.unions["370202T0001"], world.unions["370202"], date(2026, 1, 1), None, AT)
    ((_, column, reason),) = faults(world, tmp_path, GOOD | {"受理工会代码": "370202T0001"})
    assert column == "受理工会代码" and "已于 2025-12-31 终止" in reason


def test_what_is_strange_but_possible_is_said(world: World, tmp_path: Path) -> None:
    row = {
        "受理日期": "2023-06-01",
        "企业名称": "某厂",
        "欠薪涉及人数(人)": 3,
        "欠薪金额(元)": 3000,
        "解决日期": "2023-06-02",
        "领导": "王",
    }
    found, _ = imports.look(sheet(tmp_path / "a.xlsx", [row, row]), world.unions["370202"], AT)
    assert found.faults == [] and len(found.rows) == 2
    assert [word for word in ("领导", "解决日期未记入", "完全相同") if not any(word in w for w in found.warnings)] == []


# ---- files that are none


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return path


def _with_sheet(path: Path, body: bytes) -> Path:
    """A workbook whose first sheet is `body`."""
    blank = sheet(path.with_suffix(".blank.xlsx"), [GOOD])
    with zipfile.ZipFile(blank) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _zip(path, parts | {"xl/worksheets/sheet1.xml": body})


def hostile(kind: str, path: Path) -> Path:  # noqa: C901 - one case for each kind of file
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    match kind:
        case "empty":
            path.write_bytes(b"")
        case "csv":
            path.write_text("受理日期,企业名称\n2023-06-01,某厂\n")
        case "xls":
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
        case "locked":
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
        case "docx":
            _zip(path, {"word/document.xml": b"<w/>"})
        case "cut":
            path.write_bytes(REAL.read_bytes()[:100_000])
        case "bomb":
            _zip(path, {"xl/workbook.xml": b"<workbook/>", "xl/media/a.bin": b"\0" * (513 * 2**20)})
        case "rows":
            _with_sheet(
                path, start + b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 210_000))
            )
        case "corner":
            _with_sheet(
                path,
                start
                + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r="XFD200000"><v>1</v></c></row></sheetData></worksheet>',
            )
        case "far":
            _with_sheet(path, start + b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>')
        case "garbage":
            _with_sheet(path, b"<worksheet><sheetData><row><c></v></row>")
    return path


@pytest.mark.parametrize(
    "kind, words",
    [
        ("empty", "空文件"),
        ("csv", "不是 Excel 工作簿"),
        ("xls", "旧版的 .xls"),
        ("locked", "去掉密码"),
        ("docx", "不是 Excel 工作簿"),
        ("cut", "已损坏"),
        ("bomb", "展开后过大"),
        ("rows", "超过 200,000 行"),
        ("corner", "超过 200 列"),
        ("far", "超过 200,000 行"),
        ("garbage", "损坏|缺少"),
    ],
)
def test_a_hostile_file_gets_one_sentence(world: World, tmp_path: Path, kind: str, words: str) -> None:
    path = hostile(kind, tmp_path / "a.xlsx")
    try:
        found = bring_in(world, path)[0]
    except Unreadable as refusal:
        assert re.search(words, refusal.message)
    else:
        assert kind == "garbage" and found


def test_formats_out_to_the_last_column_do_no_harm(world: World, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    for cell in ("XFD2", "A150000"):
        page[cell].font = openpyxl.styles.Font(bold=True)
    page["A5"] = "  "
    book.save(path)
    assert bring_in(world, path) == ([], 1, 0)
