"""Reading a worker list as people paste it, and what is said about a row that cannot be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from arrears.workers import sheet as worker_rows
from tests.sheets import sheet
from unions.common.encrypted_fields import Private
from unions.common.identity import identity_fault, phone_fault, phone_key

TODAY = date(2026, 11, 20)


def read(text: str) -> worker_rows.Reading:
    return worker_rows.read(text, TODAY)


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in read(text).faults]


def test_a_chat_line_is_understood() -> None:
    (row,) = read("1. 张三 13812345678 4,500.5元 2026.6-10月 木工 农民工").facts
    assert (row.name, row.phone, row.owed) == (Private("张三"), Private("13812345678"), Decimal("4500.50"))
    assert (row.owed_from, row.owed_until) == (date(2026, 6, 1), date(2026, 10, 31))
    assert (row.job, row.migrant, row.paid) == ("木工", True, 0)


@pytest.mark.parametrize(
    ("part", "owed", "paid"),
    [
        ("1.2万", "12000", 0),
        ("1.25万元", "12500", 0),
        ("3万5000元", "35000", 0),
        ("4500元整", "4500", 0),
        ("人民币4,500", "4500", 0),
        ("欠4500", "4500", 0),
        ("￥4500.50", "4500.50", 0),
        ("4500", "4500", 0),
        ("1234567元", "1234567", 0),
        ("4500元 已付500元", "4500", 500),
        ("已付500 欠4500元", "4500", 500),
    ],
)
def test_amounts_as_people_write_them(part: str, owed: str, paid: int) -> None:
    (row,) = read(f"张三 13812345678 {part}").facts
    assert (row.owed, row.paid) == (Decimal(owed), paid)


@pytest.mark.parametrize(
    ("part", "phone"),
    [("0532-85911234", "053285911234"), ("+86 138 1234 5678", "13812345678"), ("013812345678", "13812345678")],
)
def test_whatever_the_column_takes_for_a_phone_is_one_in_a_chat_line(part: str, phone: str) -> None:
    (row,) = read(f"张三\t{part}\t4500元").facts
    assert row.phone == Private(phone)


def test_a_sum_in_words_is_compared() -> None:
    lines = "张三 13812345678 30000元\n李四 13812345679 5000元\n合计 3万5000元"
    assert [row.owed for row in read(lines).facts] == [30000, 5000] and not read(lines).faults
    assert read(lines.replace("3万5000", "3万6000")).faults


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("赵六 138970010 9000元 2026.8-2026.10", "像是手机号或身份证号，但位数不对"),
        ("赵六 1389700101234 9000元", "像是手机号或身份证号，但位数不对"),
        ("赵六 37020219900101123 9000元", "像是手机号或身份证号，但位数不对"),
        ("赵六 3万50元", "请按元填写"),
        ("赵六 9000元 500元", "是第二个金额，无法识别"),
        ("赵六 一万五", "像是写成汉字的金额"),
        ("赵六 9000元 三千元", "像是写成汉字的金额"),
    ],
)
def test_a_number_is_never_taken_for_more_than_it_says(line: str, said: str) -> None:
    reading = read(line)
    assert said in " ".join(fault.reason for fault in reading.faults)
    assert all(row.said.get("paid") is None for row in reading.rows)


def test_a_block_from_a_sheet_is_understood() -> None:
    text = "某公司工资表\n序号\t姓名\t联系电话\t欠款\t已付\t欠薪起始月\t截止月\t备注\n1\t张三\t138 1234 5678\t4500\t500\t202606\t2026年11月\t病假\n"
    reading = read(text)
    (row,) = reading.facts
    assert (row.phone.text, row.owed, row.paid) == ("13812345678", 4500, 500)
    assert row.owed_until == TODAY, "a month that has not ended ends today"
    assert reading.rows[0].number == 3


def test_columns_that_are_not_known_are_said() -> None:
    assert "银行卡号" in read("姓名\t欠薪\t银行卡号\n张三\t100\t622202").notes[0]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("姓名\t欠薪\n张三\t", [(2, "欠薪金额(元)")]),
        ("姓名\t欠薪\n\t500", [(2, "姓名")]),
        ("姓名\t欠薪\n张三\t八千", [(2, "欠薪金额(元)")]),
        ("姓名\t欠薪\n张三\t0", [(2, "欠薪金额(元)")]),
        ("姓名\t欠薪\t手机\n张三\t500\t1381234567", [(2, "手机号")]),
        ("姓名\t欠薪\t身份证\n张三\t500\t370202199001011234", [(2, "身份证号")]),
        ("姓名\t欠薪\t身份证\n张三\t500\t3.70202199001011E+17", [(2, "身份证号")]),
        ("姓名\t欠薪\t起始月\t截止月\n张三\t500\t2026-06\t2026-05", [(2, "欠薪截止月")]),
        ("姓名\t欠薪\t起始月\n张三\t500\t2026-13", [(2, "欠薪起始月")]),
        ("姓名\t欠薪\t起始月\n张三\t500\t2027-01", [(2, "欠薪起始月")]),
        ("姓名\t欠薪\t已付\n张三\t500\t600", [(2, "已付金额(元)")]),
        ("姓名\t欠薪\t手机\n张三\t500\t13812345678\n李四\t500\t13812345678", [(3, "手机号")]),
        ("张三 ??9 500", [(1, "姓名")]),
        ("", [(1, "姓名")]),
    ],
)
def test_faults_are_named_by_row_and_column(text: str, wrong: list[tuple[int, str]]) -> None:
    assert faults(text) == wrong


def test_no_fault_repeats_a_private_word() -> None:
    text = "姓名\t欠薪\t手机\t身份证\n张三9\t五百三\t1381234567\t370202199001011234\n李四 欧阳 13812345678"
    said = " ".join(fault.reason for fault in read(text).faults)
    assert not any(word in said for word in ("张三", "五百三", "1381234567", "370202199001011234", "李四"))


def test_a_workbook_keeps_the_numbers_of_its_rows(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "list.xlsx",
        [{"姓名": "张三", "手机号": 13812345678, "欠薪金额(元)": 4500.5}, {}, {"姓名": "李四", "欠薪金额(元)": "坏"}],
    )
    reading = worker_rows.read_file(path, TODAY, 10**7)
    assert reading.facts[0].phone.text == "13812345678"
    assert [(fault.row, fault.column) for fault in reading.faults] == [(4, "欠薪金额(元)")]


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("370202199001011237", True),
        ("370202199001011238", False),
        ("370202199013011237", False),
        ("37020219900101123", False),
        ("810000199408230021", True),  # a permit of Hong Kong residents: the library's own check refuses it
    ],
)
def test_identity_numbers(number: str, good: bool) -> None:
    assert (identity_fault(number, TODAY) is None) is good


def test_phones_have_one_form() -> None:
    assert phone_key("+86 138-1234-5678") == phone_key("１３８12345678") == "13812345678"
    assert phone_fault("13812345678") is None and phone_fault("053280000001") is None
    assert phone_fault("12812345678") is not None
