"""Lists as people send them: what separates, what adds up, what is hidden, merged, not calculated, far away."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from unions.common.tables import BadCell, Column, Columns, Sort, Table, open_table, table_of_text
from unions.common.tables.text import parts_of
from unions.common.text import in_one_line
from unions.common.xlsx_guard import Unreadable

LIST = Columns(
    [
        Column("number", "编号", Sort.CODE),
        Column("name", "名称", required=True),
        Column("on", "日期", Sort.DAY),
        Column("owed", "金额(元)", Sort.FIGURE, ("金额",), required=True),
        Column("note", "备注", Sort.TEXT),
    ]
)
HEAD = ["编号", "名称", "日期", "金额(元)", "备注"]
Fill = Callable[[Workbook], None]


def read(fill: Fill, *, from_1904: bool = False) -> tuple[Table, list[dict[str, Any]]]:
    """The table of a workbook made by openpyxl, and what its rows say."""
    book = Workbook()
    if from_1904:
        book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - openpyxl's own constant
    fill(book)
    out = io.BytesIO()
    book.save(out)
    table = open_table(out, LIST)
    return table, [line.given | dict.fromkeys(line.faults, "refused") for line in table]


def rows(*lines: list[Any]) -> Fill:
    def fill(book: Workbook) -> None:
        for line in (HEAD, *lines):
            book.active.append(line)

    return fill


def text(said: str) -> tuple[Table, list[dict[str, Any]]]:
    table = table_of_text(said, LIST)
    return table, [line.given | dict.fromkeys(line.faults, "refused") for line in table]


def faults(table: Table) -> list[tuple[int, str]]:
    return [(bad.row, bad.column) for bad in table.faults]


# ---- separators before thousands ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "名称,金额(元),备注\n甲,4500,500",
        "名称，金额（元），备注\n甲，4500，500",
        "名称;金额;备注\n甲;4,500;500",
        "名称\t金额\t备注\n甲\t4,500\t500",
        "名称|金额|备注\n甲|4500|500",
        "名称 金额 备注\n甲 4,500 500",
        '名称,金额,备注\n甲,"4,500",500',
        "\ufeff名称,金额(元),备注\r\n甲,4500,500\r\n",
    ],
)
def test_what_separates_is_decided_by_the_headings(said: str) -> None:
    _, [row] = text(said)
    assert (row["name"], row["owed"].replace(",", ""), row["note"]) == ("甲", "4500", "500")


def test_a_comma_too_many_is_refused_and_never_thousands() -> None:
    _, [row] = text("名称,金额,备注\n甲,4,500,500")
    assert row["name"] == "refused"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("张三,4500,500", ["张三", "4500", "500"]),
        ("张三,450,500", ["张三", "450", "500"]),
        ("张三，450，500", ["张三", "450", "500"]),
        ("张三 450,500元", ["张三", "450,500元"]),
        ("张三, 4,500元", ["张三", "4,500元"]),
        ("张三 13800001111,4500元", ["张三", "13800001111", "4500元"]),
        ("张　三 13800001111 4500元", ["张三", "13800001111", "4500元"]),
        ("张  三、木工、4500", ["张三", "木工", "4500"]),
        ("张三 1,234,567.50", ["张三", "1,234,567.50"]),
        ("张\u200b三 4500", ["张三", "4500"]),
    ],
)
def test_a_line_of_a_chat_is_parted_by_what_parts_this_line(line: str, parts: list[str]) -> None:
    assert parts_of(line) == parts


def test_cells_with_line_breaks_as_excel_and_wps_copy_them() -> None:
    table, found = text('名称\t金额\t备注\r\n"海风\r\n建设"\t4500\t"第一行\n第""二""行"\r\n乙\t5\t')
    assert [row["name"] for row in found] == ["海风建设", "乙"]
    assert found[0]["note"] == '第一行\n第"二"行' and not table.faults


def test_a_quotation_mark_that_nothing_closes_swallows_no_rows() -> None:
    _, found = text('名称\t金额\n"甲\t5\n乙\t6\n')
    assert [row["owed"] for row in found] == ["5", "6"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_in_any_encoding_people_have(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("名称,金额\n张珺,4500".encode(encoding))
    [line] = open_table(path, LIST)
    assert line.given == {"name": "张珺", "owed": "4500"}


# ---- sums -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["合计", "合 计", "合　计：", "小计", "总计(元)", "木工班组小计", "共计", "本页合计", "2023年总计", "Total"]
)
def test_a_sum_is_no_row(word: str) -> None:
    table, found = read(
        rows(["1", "甲", None, 5000, None], ["2", "乙", None, 4500.5, None], [None, word, None, 9500.5, None])
    )
    assert len(found) == 2 and not table.faults
    assert [(one.row, word.strip() in one.said or True) for one in table.left_out] == [(4, True)]
    assert "第 4 行是合计" in "".join(table.notes)


def test_a_sum_may_stand_before_the_names_or_in_another_column() -> None:
    table, found = read(rows(["合计", None, None, 5, None], ["1", "甲", None, 5, None]))
    assert [row["name"] for row in found] == ["甲"] and not table.faults


def test_sums_that_do_not_add_up_are_told() -> None:
    table, _ = read(
        rows(
            ["1", "甲", None, 5000, None],
            [None, "小计", None, 5000, None],
            ["2", "乙", None, 4500, None],
            [None, "小计", None, 4600, None],
            [None, "合计", None, 9500, None],
        )
    )
    assert faults(table) == [(5, "金额(元)")]
    assert "4,600" in table.faults[0].reason and "9,500" in table.faults[0].reason


def test_a_sum_above_the_rows_is_that_of_all_below() -> None:
    table, _ = read(rows([None, "合计", None, 9, None], ["1", "甲", None, 5, None], ["2", "乙", None, 5, None]))
    assert faults(table) == [(2, "金额(元)")]


def test_a_sum_that_was_not_calculated_is_left_out_and_said() -> None:
    table, found = read(rows(["1", "甲", None, 5000, None], [None, "合计", None, "=SUM(D2:D2)", None]))
    assert len(found) == 1 and not table.faults and "未能核对" in table.left_out[0].reason


@pytest.mark.parametrize("name", ["合计科技有限公司", "总计时工程队", "钱小计划"])
def test_a_name_with_the_word_in_it_is_a_row(name: str) -> None:
    table, found = read(rows(["1", name, None, 5000, "与乙合计"]))
    assert len(found) == 1 and not table.left_out


def test_a_repeated_heading_and_what_is_signed_below_are_no_rows() -> None:
    table, found = read(rows(["1", "甲", None, 5, None], HEAD, ["2", "乙", None, 5, None]))
    assert len(found) == 2 and [one.reason for one in table.left_out] == ["重复的表头"]
    table, found = text("序号\t名称\t金额\n1\t甲\t5\n制表人：王五\t\t")
    assert len(found) == 1 and table.left_out[0].said == "制表人：王五"


# ---- which sheet, which rows ------------------------------------------------------------------------------------------


def test_the_visible_sheet_with_the_headings_is_read_and_the_others_are_named() -> None:
    def fill(book: Workbook) -> None:
        old, said, data = book.active, book.create_sheet("说明"), book.create_sheet("名单")
        old.title, old.sheet_state = "旧名单", "hidden"
        old.append(HEAD)
        old.append(["1", "旧", None, 1, None])
        said.append(["请按下表填写"])
        data.append(["某市欠薪名单"])
        data.append(HEAD)
        data.append(["1", "甲", None, 5, None])
        book.create_sheet("更旧").sheet_state = "veryHidden"
        book.active = 1

    table, found = read(fill)
    assert (table.sheet, table.other_sheets, table.heading_row) == ("名单", ["说明"], 2)
    assert [row["name"] for row in found] == ["甲"]
    assert any("“说明”" in note for note in table.notes) and any("2 张隐藏" in note for note in table.notes)
    assert "旧" not in "".join(table.notes)


def test_a_second_sheet_with_the_same_headings_is_said_not_to_be_read() -> None:
    def fill(book: Workbook) -> None:
        for name, page in (("1月", book.active), ("2月", book.create_sheet("2月"))):
            page.title = name
            page.append(HEAD)
            page.append(["1", name, None, 5, None])

    table, found = read(fill)
    assert [row["name"] for row in found] == ["1月"]
    assert any("“2月”有同样的表头" in note for note in table.notes)


def test_a_workbook_of_hidden_sheets_is_refused() -> None:
    with pytest.raises(Unreadable, match="都是隐藏的"):
        open_table(
            a_workbook({"xl/workbook.xml": lambda old: old.replace(b'state="visible"', b'state="hidden"')}), LIST
        )


def test_hidden_rows_are_taken_and_counted() -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", None, 5, None], ["2", "乙", None, 6, None], [None] * 5, ["3", "丙", None, 7, None])(book)
        for number in (3, 4, 5):
            book.active.row_dimensions[number].hidden = True

    table, found = read(fill)
    assert len(found) == 3 and table.hidden_rows == 2
    assert any("2 行在工作表中是隐藏的" in note for note in table.notes)


# ---- four kinds of empty ----------------------------------------------------------------------------------------------


def test_only_blank_is_blank() -> None:
    _, found = read(rows(["1", "甲", None, 5, ""], ["2", "乙", "=TODAY()", 6, "#N/A"], ["3", "丙", None, "=D2", None]))
    assert found[0] == {"number": "1", "name": "甲", "owed": 5.0}
    assert (found[1]["on"], found[1]["note"], found[2]["owed"]) == ("refused", "refused", "refused")


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"])
def test_an_error_is_refused_in_a_workbook_and_in_what_was_pasted(error: str) -> None:
    _, [row] = read(rows(["1", error, None, 5, None]))
    assert row["name"] == "refused"
    _, [row] = text(f"名称\t金额\n甲\t{error}")
    assert row["owed"] == "refused"


def test_a_formula_with_a_result_is_its_result() -> None:
    body = (
        '<row r="1"><c r="A1" t="str"><v>名称</v></c><c r="B1" t="str"><v>金额</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"甲"</f><v>甲</v></c><c r="B2"><f>1+4</f><v>5</v></c>'
        '<c r="C2" t="str"><f>""</f><v></v></c></row>'
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>"
    assert [
        line.given for line in open_table(a_workbook({"xl/worksheets/sheet1.xml": lambda _: sheet.encode()}), LIST)
    ] == [{"name": "甲", "owed": 5.0}]


def a_workbook(parts: dict[str, Callable[[bytes], bytes]]) -> io.BytesIO:
    """An empty workbook with some of its parts changed."""
    out, made = io.BytesIO(), io.BytesIO()
    Workbook().save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, bytes)(old.read(name)))
    return out


def test_words_of_a_merged_cell_hold_for_all_its_rows_and_that_is_said() -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", date(2026, 1, 2), 5, None], ["2", None, None, 6, None], ["3", None, None, 7, None])(book)
        book.active.merge_cells("B2:B4")
        book.active.merge_cells("C2:C3")

    table, found = read(fill)
    assert [row["name"] for row in found] == ["甲", "甲", "甲"]
    assert ["on" in row for row in found] == [True, True, False]
    assert any("有 2 行的部分内容取自与上面各行合并的单元格" in note for note in table.notes)


def test_a_merged_figure_or_number_is_refused() -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", None, 9000, None], [None, "乙", None, None, None])(book)
        book.active.merge_cells("A2:A3")
        book.active.merge_cells("D2:D3")

    _, [first, second] = read(fill)
    assert first["owed"] == 9000 and (second["owed"], second["number"]) == ("refused", "refused")


def test_a_row_drawn_two_high_is_one_row() -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", None, 9000, None], [None] * 5)(book)
        for letter in "ABCDE":
            book.active.merge_cells(f"{letter}2:{letter}3")

    _, found = read(fill)
    assert len(found) == 1


def test_cells_merged_sideways_are_refused_where_a_column_is_covered() -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", None, 9000, None])(book)
        book.active.merge_cells("B2:C2")

    _, [row] = read(fill)
    assert (row["name"], row["on"]) == ("甲", "refused")


# ---- days, numbers, line breaks, far away -----------------------------------------------------------------------------


@pytest.mark.parametrize(("from_1904", "day"), [(False, date(2021, 6, 1)), (True, date(2025, 6, 2))])
def test_a_serial_number_is_a_day_of_its_book(from_1904: bool, day: date) -> None:
    _, [row] = read(rows(["1", "甲", 44348, 5, None]), from_1904=from_1904)
    assert row["on"] == day


def test_a_day_with_a_format_is_the_same_in_both_books() -> None:
    for from_1904 in (False, True):
        _, [row] = read(rows(["1", "甲", date(2021, 6, 1), 5, None]), from_1904=from_1904)
        assert row["on"] == date(2021, 6, 1)


def test_a_number_that_excel_made_a_day_of_is_refused() -> None:
    _, [row] = read(rows([date(2021, 3, 1), "甲", None, 5, date(2021, 3, 1)]))
    assert row["number"] == "refused" and row["note"], "a remark may be a day"
    [line] = read_lines(rows([date(2021, 3, 1), "甲", None, 5, None]))
    assert "2021-03-01" in line.faults["number"] and "文本" in line.faults["number"]


def read_lines(fill: Fill) -> list[Any]:
    book, out = Workbook(), io.BytesIO()
    fill(book)
    book.save(out)
    return list(open_table(out, LIST))


@pytest.mark.parametrize(
    ("said", "meant"),
    [("海风\n建设", "海风建设"), ("海风\r\n 建设", "海风建设"), ("Sea\nWind", "Sea Wind"), ("甲_x000D_\n乙", "甲乙")],
)
def test_a_name_broken_to_fit_into_its_cell_is_one_name(said: str, meant: str) -> None:
    assert in_one_line(said.replace("_x000D_", "")) == meant
    _, [row] = read(rows(["1", said, None, 5, "一\n二"]))
    assert (row["name"], row["note"]) == (meant, "一\n二")


@pytest.mark.parametrize("place", [(1_048_576, 16_384), (1_048_576, 1), (2, 16_384)])
@pytest.mark.parametrize("content", [None, "", " ", "　\n"])
def test_one_stray_blank_cell_far_away_does_no_harm(place: tuple[int, int], content: str | None) -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", date(2021, 6, 1), 5.5, None])(book)
        far = book.active.cell(*place, content)
        far.fill = PatternFill("solid", fgColor="FF0000")

    _, found = read(fill)
    assert found == [{"number": "1", "name": "甲", "on": date(2021, 6, 1), "owed": 5.5}] or found[0][
        "on"
    ].date() == date(2021, 6, 1)
    assert len(found) == 1


def test_something_far_away_is_refused_in_words() -> None:
    def fill(book: Workbook) -> None:
        rows(["1", "甲", None, 5, None])(book)
        book.active.cell(3, 3000, "说明")

    with pytest.raises(Unreadable, match="200 列"):
        read(fill)


def test_a_sheet_that_cannot_be_read_hides_no_other() -> None:
    def fill(book: Workbook) -> None:
        book.active.cell(3, 3000, "说明")
        page = book.create_sheet("名单")
        page.append(HEAD)
        page.append(["1", "甲", None, 5, None])

    table, found = read(fill)
    assert table.sheet == "名单" and len(found) == 1


# ---- headings -----------------------------------------------------------------------------------------------------------


def test_two_headings_for_one_column() -> None:
    table, _ = text("名称\t金额\t金额(元)\n甲\t5\t6")
    assert table.places["owed"] == 2 and any("金额" in note for note in table.notes)
    table, _ = text("名称\t金额\t金额\n甲\t5\t6")
    assert "出现了两次" in table.faults[0].reason


def test_another_unit_in_a_heading_is_another_column() -> None:
    table, _ = text("名称\t金额(万元)\n甲\t5")
    assert [bad.column for bad in table.missing()] == ["金额(元)"]


def test_what_is_left_out_can_be_told_as_json() -> None:
    table, _ = read(rows(["1", "甲", None, 5, None], [None, "合计", None, 5, None]))
    assert json.loads(json.dumps([one.as_json() for one in table.left_out]))[0]["row"] == 3
    assert BadCell(1, "甲", "乙").as_json() == {"row": 1, "column": "甲", "reason": "乙"}
