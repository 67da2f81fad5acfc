"""The spreadsheet of a form: out and in again it is the same form; every bad cell is named."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from reporting.forms.editions import sheet_layout
from reporting.forms.editions.sheet_reader import BadSheet, from_workbook
from reporting.forms.editions.sheet_writer import to_workbook
from reporting.forms.files import FOLDER, known, read
from unions.common.refusals import Refused

QH2 = (FOLDER / "qinghai-annex-2.toml").read_text("utf-8")


@pytest.mark.parametrize("key", sorted(known()))
def test_out_and_in_again_it_is_the_same_form(key: str) -> None:
    filled = from_workbook(to_workbook(key, (FOLDER / f"{key}.toml").read_text("utf-8")))
    form = read(filled.content, key)
    assert filled.key == key
    assert replace(form, digest="") == replace(known()[key], digest="")


def spoiled(*changes: tuple[str, str, Any]) -> bytes:
    """The Qinghai spreadsheet with cells changed: (sheet, "B3", value)."""
    book = load_workbook(io.BytesIO(to_workbook("qinghai-annex-2", QH2)))
    for sheet, cell, value in changes:
        book[sheet][cell] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column_of(sheet: str, title: str) -> str:
    ws = load_workbook(io.BytesIO(to_workbook("qinghai-annex-2", QH2)))[sheet]
    return next(str(cell.column_letter) for cell in ws[1] if cell.value == title)


def faults(data: bytes) -> list[str]:
    with pytest.raises(BadSheet) as caught:
        from_workbook(data)
    return [str(fault) for fault in caught.value.faults]


def test_every_bad_cell_is_named_at_once() -> None:
    measure, unit, width = (column_of(sheet_layout.COLUMNS, title) for title in ("指标", "单位", "宽度（字符）"))
    found = faults(
        spoiled(
            (sheet_layout.COLUMNS, f"{measure}3", "employers_counted"),
            (sheet_layout.COLUMNS, f"{unit}4", "万元"),
            (sheet_layout.COLUMNS, f"{width}5", "=1+1"),
            (sheet_layout.ROWS, "D3", "对"),
            (sheet_layout.ROWS, "A4", None),
            (sheet_layout.ABOUT, "A20", "作者"),
            (sheet_layout.ABOUT, "B20", "某某"),
        )
    )
    assert [line.partition("：")[0] for line in found] == [
        "“基本信息”表第 20 行 A 列",
        f"“栏目”表第 3 行 {measure} 列",
        f"“栏目”表第 4 行 {unit} 列",
        f"“栏目”表第 5 行 {width} 列",
        "“行”表第 3 行 D 列",
        "“行”表第 4 行 A 列",
    ]
    assert "employers_counted 不认识" in found[1] and "可用 人、万人" in found[2] and "公式" in found[3]


def test_an_empty_group_is_the_one_above_as_under_a_merged_cell() -> None:
    book = load_workbook(io.BytesIO(to_workbook("qinghai-annex-2", QH2)))
    book[sheet_layout.COLUMNS].merge_cells("A3:A5")
    form = read(from_workbook(saved(book)).content, "qinghai-annex-2")
    assert form.header == known()["qinghai-annex-2"].header


def test_a_group_above_nothing_is_named() -> None:
    assert faults(spoiled((sheet_layout.COLUMNS, "A3", None))) == [
        "“栏目”表第 3 行 A 列：上级表头是空的，上一行也没有可以沿用的。"
    ]


def test_what_only_the_whole_shows_is_named_at_its_cell() -> None:
    (line,) = faults(spoiled((sheet_layout.ROWS, "A3", "合计")))
    assert line == "“行”表第 5 行 A 列：有两行都叫“合计”，请区分。"


def test_a_format_that_would_do_more_than_name_a_word() -> None:
    book = load_workbook(io.BytesIO(to_workbook("qinghai-annex-2", QH2)))
    ws = book[sheet_layout.ABOUT]
    (row,) = [row for row in ws.iter_rows() if str(row[1].value).startswith("制表时间")]
    row[1].value = "{made_on:>999999999}"
    (line,) = faults(saved(book))
    assert "里只能用" in line and f"第 {row[1].row} 行 B 列" in line


def test_a_hidden_sheet_is_not_read_unseen() -> None:
    book = load_workbook(io.BytesIO(to_workbook("qinghai-annex-2", QH2)))
    book[sheet_layout.ROWS].sheet_state = "hidden"
    with pytest.raises(Refused, match="“行”表是隐藏的"):
        from_workbook(saved(book))


def test_another_workbook_and_no_workbook() -> None:
    with pytest.raises(Refused, match="没有“基本信息”表"):
        from_workbook(saved(Workbook()))
    with pytest.raises(Refused, match="已损坏"):
        from_workbook(b"PK\x03\x04 nothing")


def test_a_sheet_far_too_long() -> None:
    with pytest.raises(Refused, match="超过 500 行"):
        from_workbook(spoiled((sheet_layout.ROWS, "A100000", "x")))


def test_text_in_the_blank_is_text() -> None:
    ws = load_workbook(io.BytesIO(to_workbook("x", QH2.replace("制表人：", "=1+1"))))[sheet_layout.ABOUT]
    (cell,) = [row[1] for row in ws.iter_rows() if row[1].value == "=1+1"]
    assert cell.data_type == "s" and cell.quotePrefix


def test_written_sections_come_out_and_in_again() -> None:
    text = QH2 + '\n[[sections]]\nheading = "存在的问题"\nhint = "逐条写明"\n'
    form = read(from_workbook(to_workbook("x", text)).content, "x")
    assert [(one.heading, one.hint) for one in form.sections] == [("存在的问题", "逐条写明")]
