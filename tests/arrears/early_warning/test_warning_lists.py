"""YK-1.1 by Excel, QP-2.2 by comparison: sheets of signals, lists laid over each other, with matches explained."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from arrears.cases.models import Employer
from arrears.early_warning import comparing, sheet
from arrears.early_warning.comparing import ComparedRow, match
from arrears.early_warning.models import ListComparison, WarningSignal
from arrears.early_warning.template import template_workbook
from tests.cast import AT, World
from tests.readers import as_user
from tests.sheets import sheet as write_sheet
from tests.warned import standing

HAIFENG, SECOND = "91370200163562681G", "91370200264574251E"
GOOD: dict[str, Any] = {
    "单位名称": "海风建设有限公司",
    "统一社会信用代码": "",
    "信息来源": "税务部门",
    "信息类别": "欠税",
    "发生日期": "2026-10-03",
    "收到日期": "2026-11-16",
    "金额(元)": 1200000,
    "来文编号": "8号",
    "情况说明": "=1+1",
    "重大": "是",
}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_book(path: Path, *rows: dict[str, Any]) -> SimpleUploadedFile:
    content = write_sheet(path, list(rows)).read_bytes()
    return SimpleUploadedFile("预警.xlsx", content)


def test_YK_1_1_a_sheet_is_previewed_and_taken_over_once(world: World, tmp_path: Path) -> None:
    sun, unit = as_user(world, "sun"), world.unions["370202"]
    rows = (GOOD, GOOD | {"单位名称": "台东餐饮有限公司", "信息来源": "供电部门", "信息类别": "欠费", "重大": ""})
    page = sun.post(reverse("warning-import"), {"union": unit.pk, "file": a_book(tmp_path / "a.xlsx", *rows)})
    assert page.status_code == 200 and "表内 2 条" in page.content.decode() and not WarningSignal.objects.exists()
    confirmed = {"token": page.context["token"], "unit": unit.code}
    assert sun.post(reverse("warning-import-confirm"), confirmed).status_code == 302
    assert WarningSignal.objects.count() == 2
    haifeng = standing(world, Employer.objects.get(name="海风建设有限公司"))
    assert haifeng.major and haifeng.level == "黄"
    again = sun.post(reverse("warning-import"), {"union": unit.pk, "file": a_book(tmp_path / "b.xlsx", *rows)})
    sun.post(reverse("warning-import-confirm"), confirmed | {"token": again.context["token"]})
    assert WarningSignal.objects.count() == 2
    assert sun.post(reverse("warning-import-confirm"), confirmed).status_code == 422  # the token is used up


@pytest.mark.parametrize(
    ("wrong", "column", "says"),
    [
        ({"单位名称": ""}, "单位名称", "必填"),
        ({"信息来源": "月球"}, "信息来源", "不在可选范围内"),
        ({"信息类别": "查封"}, "信息类别", "税务部门的预警信息应是：欠税"),
        ({"发生日期": "昨天"}, "发生日期", "不是日期"),
        ({"收到日期": "2026-10-01"}, "收到日期", "不能早于发生日期"),
        ({"金额(元)": "12万"}, "金额(元)", "带有单位"),
        ({"统一社会信用代码": "123"}, "统一社会信用代码", "18 位"),
        ({"重大": "也许"}, "重大", "无法识别为是或否"),
    ],
)
def test_every_bad_cell_is_named_and_nothing_taken(
    world: World, tmp_path: Path, wrong: dict[str, Any], column: str, says: str
) -> None:
    book = a_book(tmp_path / "a.xlsx", GOOD, GOOD | wrong)
    answer = as_user(world, "sun").post(reverse("warning-import"), {"union": world.unions["370202"].pk, "file": book})
    assert answer.status_code == 422 and "token" not in answer.context
    (fault,) = answer.context["faults"]
    assert (fault.row, fault.column) == (3, column) and says in fault.reason


def test_no_workbook_no_heading_no_right(world: World, tmp_path: Path) -> None:
    sun, unit = as_user(world, "sun"), world.unions["370202"]
    url = reverse("warning-import")
    broken = sun.post(url, {"union": unit.pk, "file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no")})
    assert broken.status_code == 422 and "已损坏" in broken.content.decode()
    bare = sun.post(url, {"union": unit.pk, "file": a_book(tmp_path / "a.xlsx", {"名称": "甲"})})
    assert bare.status_code == 422 and "缺少“" in bare.content.decode()
    other = sun.post(url, {"union": world.unions["370203"].pk, "file": a_book(tmp_path / "b.xlsx", GOOD)})
    assert other.status_code == 422
    page = sun.post(url, {"union": unit.pk, "file": a_book(tmp_path / "c.xlsx", GOOD)})
    token = page.context["token"]
    feng = as_user(world, "feng")
    assert feng.post(reverse("warning-import-confirm"), {"token": token, "unit": "370203"}).status_code == 422
    assert sun.post(reverse("warning-import-confirm"), {"token": token, "unit": "370203"}).status_code == 404
    assert not WarningSignal.objects.exists()


def test_the_template_is_understood_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(template_workbook())
    book = load_workbook(path)
    page = book["预警信息"]
    for place, column in enumerate(sheet.COLUMNS, start=1):
        cell = page.cell(2, place, GOOD.get(column) or None)
        if isinstance(cell.value, str):
            cell.data_type = "s"  # what looks like a formula is text here
    book.save(path)
    with path.open("rb") as file:
        found = sheet.read(file, date(2026, 11, 20))
    assert found.faults == [] and found.lines[0].said.amount == Decimal("1200000.00")


# Comparison ------------------------------------------------------------------------------------------------------------


def row(nth: int, name: str, code: str = "", number: int = 2) -> ComparedRow:
    return ComparedRow(nth, number, name, code, None, None)


def test_QP_2_2_matches_are_explained() -> None:
    found = match(
        [
            [
                row(0, "海风建设有限公司", HAIFENG),
                row(0, "台东餐饮（青岛）有限公司"),
                row(0, "八大关酒店有限公司"),
                row(0, "只在一份"),
            ],
            [row(1, "海风建设公司", HAIFENG), row(1, "台东餐饮(青岛) 有限责任公司"), row(1, "八大关酒店有限公司")],
            [row(2, "海风建设有限公司")],
        ]
    )
    said = {one.rows[0].name: one.because for one in found}
    assert said == {
        "海风建设有限公司": [f"统一社会信用代码 {HAIFENG} 相同", "名称相同（“有限责任公司”与“有限公司”视同）"],
        "台东餐饮（青岛）有限公司": ["名称相同（“有限责任公司”与“有限公司”视同）"],
        "八大关酒店有限公司": ["名称相同（不计空格、标点和全角半角）"],
    }
    assert [len({one.nth for one in matched.rows}) for matched in found] == [3, 2, 2]
    assert all(one.sure for one in found)


def test_one_name_under_two_codes_is_shown_and_not_sure() -> None:
    (found,) = match([[row(0, "海风建设有限公司", HAIFENG)], [row(1, "海风建设有限公司", SECOND)]])
    assert not found.sure and "请核对是不是同一单位" in found.because[0]


rows_of_a_list = st.lists(
    st.tuples(
        st.sampled_from(["甲公司", "乙 公司", "乙公司", "丙有限公司", "丙有限责任公司"]),
        st.sampled_from(["", HAIFENG, SECOND]),
    ),
    max_size=8,
)


@given(st.tuples(rows_of_a_list, rows_of_a_list, rows_of_a_list))
def test_no_row_is_matched_twice_and_every_match_spans_two_lists(lists: Any) -> None:
    told = [
        [row(nth, name, code, number) for number, (name, code) in enumerate(one, 2)] for nth, one in enumerate(lists)
    ]
    found = match(told)
    used = [(one.nth, one.number) for matched in found for one in matched.rows]
    assert len(used) == len(set(used))
    for matched in found:
        assert len({one.nth for one in matched.rows}) > 1 and matched.because
    # A list laid over itself matches whole.
    if told[0]:
        doubled = match([told[0], [row(1, one.name, one.code, one.number) for one in told[0]]])
        assert sum(len(one.rows) for one in doubled) == 2 * len(told[0])


def csv_of(*lines: str, encoding: str = "gb18030", name: str = "欠费.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(lines).encode(encoding))


def test_QP_2_2_chosen_matches_become_signals(world: World, tmp_path: Path) -> None:
    sun, unit = as_user(world, "sun"), world.unions["370202"]
    taxes = a_book(
        tmp_path / "a.xlsx",
        {"纳税人名称": "海风建设有限公司", "纳税人识别号": HAIFENG, "欠税金额": 1200000, "所属期止日期": "2026-09-30"},
        {"纳税人名称": "台东餐饮有限公司", "纳税人识别号": "", "欠税金额": 800, "所属期止日期": "2026-09-30"},
    )
    power = csv_of("户名,欠费金额", "海风建设 有限公司,35000.5", "台东餐饮有限责任公司,20", "别家,1")
    answer = sun.post(
        reverse("list-comparison-new"),
        {
            "union": unit.pk,
            "file_1": taxes,
            "source_1": "tax",
            "kind_1": "tax_arrears",
            "file_2": power,
            "source_2": "power",
            "kind_2": "fee_arrears",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    found = ListComparison.objects.get()
    page = sun.get(answer["Location"]).content.decode()
    assert len(found.matches) == 2 and "35,000.50" in page and "第 2 行" in page
    take = reverse("list-comparison-take", args=[found.pk])
    none = sun.post(take, {})
    assert none.status_code == 422 and "请先勾选" in none.content.decode()
    assert sun.post(take, {"match": ["0"]}).status_code == 302
    signals = WarningSignal.objects.order_by("source")
    assert [(one.source, str(one.amount)) for one in signals] == [("power", "35000.50"), ("tax", "1200000.00")]
    haifeng = Employer.objects.get()
    assert haifeng.uscc == HAIFENG and standing(world, haifeng).signals == 2
    assert "名单比对：欠费.csv 第 2 行（海风建设 有限公司）" in signals[0].detail
    again = sun.post(take, {"match": ["0", "1"]})
    assert again.status_code == 409 and WarningSignal.objects.count() == 2
    assert as_user(world, "feng").get(answer["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (csv_of("甲,乙", "1,2"), "没有单位名称这一列"),
        (csv_of("单位名称"), "没有任何单位"),
        (SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x81\x39"), "文字编码无法识别"),
        (SimpleUploadedFile("x.xlsx", b"not a book"), "不是 Excel 工作簿"),
        (SimpleUploadedFile("x.csv", b""), "空文件"),
    ],
)
def test_a_list_that_cannot_be_read_is_named(world: World, file: Any, says: str) -> None:
    file.seek(0)
    answer = as_user(world, "sun").post(
        reverse("list-comparison-new"),
        {
            "union": world.unions["370202"].pk,
            "file_1": file,
            "source_1": "tax",
            "kind_1": "tax_arrears",
            "file_2": csv_of("单位名称", "甲公司"),
            "source_2": "power",
            "kind_2": "fee_arrears",
        },
    )
    assert answer.status_code == 422 and says in answer.content.decode()


def test_a_date_in_a_list_is_never_later_than_today(world: World) -> None:
    brought = [
        comparing.Brought(csv_of("单位名称,日期", "甲公司,2099-01-01"), "tax", "tax_arrears"),
        comparing.Brought(csv_of("单位名称,日期", "甲公司,2026-09-30"), "power", "fee_arrears"),
    ]
    found = comparing.compare(world.unions["370202"], brought, world.user("sun"), AT)
    assert comparing.take(found, [0], world.user("sun"), AT) == 2
    assert {one.on for one in WarningSignal.objects.all()} == {AT.date(), date(2026, 9, 30)}
