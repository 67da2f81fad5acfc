"""Worker lists as clerks have them, read and brought in by the command; and what is said where list and ledger differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from arrears.cases.ledger import Sums
from arrears.workers import sheet as worker_rows
from arrears.workers.actions import Difference
from arrears.workers.models import Worker
from tests.arrears.workers.test_workers import facts, listed, twelve
from tests.cast import World, a_case
from tests.readers import as_user
from unions.common.encrypted_fields import Private

TODAY = date(2026, 11, 20)
HEAD = ["姓名", "手机号", "班组、工种", "欠薪起始月", "欠薪金额(元)", "已付金额(元)"]


def read(text: str) -> list[tuple[str, str, str, str, str]]:
    """(name, phone, trade, owed, paid) of everybody who can be read."""
    return [
        (row.name.text, row.phone.text, row.job, f"{row.owed:.2f}", f"{row.paid:.2f}")
        for row in worker_rows.read(text, TODAY).facts
    ]


def book(path: Path, fill: Callable[[Any], None]) -> Path:
    made = Workbook()
    made.active.append(HEAD)
    fill(made.active)
    made.save(path)
    return path


# ---- as pasted ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("姓名,欠薪金额(元),已付金额(元)\n张三,4500,500", ("张三", "", "", "4500.00", "500.00")),
        ("姓名，欠薪金额（元），已付金额（元）\n张三，4500，500", ("张三", "", "", "4500.00", "500.00")),
        ('姓名,欠薪金额,已付金额\n"张三","4,500","500"', ("张三", "", "", "4500.00", "500.00")),
        ("张　三 13800001111 木工 4500元", ("张三", "13800001111", "木工", "4500.00", "0.00")),
        ("1、张 三，13800001111，4500元", ("张三", "13800001111", "", "4500.00", "0.00")),
        ("姓名 手机号 欠薪\n张　三 13800001111 4500", ("张三", "13800001111", "", "4500.00", "0.00")),
        ("姓名\t欠薪\n欧阳　建　国\t4500", ("欧阳建国", "", "", "4500.00", "0.00")),
        ('姓名\t班组\t欠薪\n"张\n三"\t"木工\n一班"\t"4,500"', ("张三", "", "木工一班", "4500.00", "0.00")),
        ("张三 +86 138 0000 1111 4500", ("张三", "13800001111", "", "4500.00", "0.00")),
        ("张三 013800001111 4500", ("张三", "13800001111", "", "4500.00", "0.00")),
        ("张三 4,500", ("张三", "", "", "4500.00", "0.00")),
        ("张三, 4,500元, 已付500元", ("张三", "", "", "4500.00", "500.00")),
        ("张三 欠薪 4500 已付 500", ("张三", "", "", "4500.00", "500.00")),
        ("Ahmat Tursun 13800001111 4500", ("Ahmat Tursun", "13800001111", "", "4500.00", "0.00")),
        ("阿卜杜拉•买买提 4500", ("阿卜杜拉·买买提", "", "", "4500.00", "0.00")),
    ],
)
def test_a_list_is_read_as_its_writer_meant_it(text: str, meant: tuple[str, ...]) -> None:
    assert read(text) == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "张三,450,500",
        "姓名,欠薪金额,已付金额\n张三,4,500,500",
        "张 木工 4500",
        "欧阳　三 13800001111 4500",
        "姓名\t应付\t欠薪\n张三\t5000\t4500",
        "姓名\t欠薪\n张三\t#REF!",
        "张三\t#N/A",
    ],
)
def test_what_could_mean_two_things_is_refused_in_words(text: str) -> None:
    reading = worker_rows.read(text, TODAY)
    assert reading.faults and all(fault.reason.endswith("。") for fault in reading.faults)


@pytest.mark.parametrize(
    "text",
    [
        "张三 4500\n李四 5000\n合计 2人 9500元",
        "张三 4500\n李四 5000\n以上共2人，合计9,500元",
        "张三\t4500\n李四\t5000\n合计\t9500",
        "姓名\t欠薪\n张三\t4500\n李四\t5000\n合计（2人）\t9500",
        "姓名,欠薪\n张三,4500\n小计,4500\n李四,5000\n小计,5000\n总计,9500",
        "张三 4500\n李四 5000\n共计：0.95万元",
    ],
)
def test_a_sum_becomes_nobody_and_agrees(text: str) -> None:
    reading = worker_rows.read(text, TODAY)
    assert [row.name for row in reading.facts] == [Private("张三"), Private("李四")]
    assert not reading.faults and reading.left_out[-1].row == text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("张三 4500\n李四 5000\n合计 2人 9000元", "9,500"),
        ("张三 4500\n李四 5000\n合计 3人 9500元", "共 2 人"),
        ("姓名\t欠薪\t已付\n张三\t4500\t500\n合计\t4500\t600", "500"),
    ],
)
def test_a_sum_that_does_not_agree_is_told(text: str, says: str) -> None:
    (fault,) = worker_rows.read(text, TODAY).faults
    assert fault.row == text.count("\n") + 1 and says in fault.reason


def test_somebody_called_as_a_sum_is_somebody() -> None:
    assert len(read("姓名\t班组\t欠薪\n钱总\t小计组\t4500")) == 1


# ---- as a workbook ------------------------------------------------------------------------------------------------------


def test_a_workbook_with_all_of_it(tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        page.append(["张\n三", 13800001111, "木工", 46023, 4500, 500])
        page.append(["李　四", None, None, 46023, 5000, None])
        page.append(["王五", None, None, None, "=E2", None])
        page.append(["赵六", None, "瓦工", None, "#N/A", None])
        page.append(["合计", None, None, None, "=SUM(E2:E5)", None])
        page.merge_cells("C2:C3")
        page.row_dimensions[3].hidden = True
        page.cell(1_048_576, 16_384, " ")

    reading = worker_rows.read_file(book(tmp_path / "a.xlsx", fill), TODAY, 10**7)
    assert [(row.name.text, row.job, row.owed_from, row.owed) for row in reading.facts] == [
        ("张三", "木工", date(2026, 1, 1), 4500),
        ("李四", "木工", date(2026, 1, 1), 5000),
    ]
    assert [(fault.row, fault.column) for fault in reading.faults] == [(4, "欠薪金额(元)"), (5, "欠薪金额(元)")]
    assert "公式" in reading.faults[0].reason and "#N/A" in reading.faults[1].reason
    assert [one.row for one in reading.left_out] == [6] and reading.hidden_rows == 1


def test_a_trade_that_excel_made_a_day_of_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda page: page.append(["张三", None, date(2026, 3, 2), None, 5, None]))
    (fault,) = worker_rows.read_file(path, TODAY, 10**7).faults
    assert fault.column == "班组、工种" and "文本" in fault.reason


# ---- the command --------------------------------------------------------------------------------------------------------


def told(path: Path, number: str, *more: str) -> tuple[dict[str, Any], str, int]:
    """(what the command printed as JSON, what it said beside it, its exit code)."""
    out, beside, code = StringIO(), StringIO(), 0
    try:
        with redirect_stderr(beside):
            call_command("import_workers", str(path), "--case", number, "--json", *more, stdout=out, stderr=beside)
    except SystemExit as left:
        code = int(left.code or 0)
    return json.loads(out.getvalue()), beside.getvalue(), code


def test_the_command_says_what_a_list_says(world: World, tmp_path: Path) -> None:
    case = a_case(world)
    path = tmp_path / "名单.txt"
    path.write_text("姓名,欠薪金额(元),已付金额(元)\n张三,4500,500\n合计,4500,500", encoding="utf-8")
    said, _, code = told(path, case.number or "", "--dry-run")
    assert said["rows"] == [{"row": 2, "name": "张三", "owed": 4500.0, "paid": 500.0}] and code == 0
    assert [one["row"] for one in said["left_out"]] == [3] and said["errors"] == []
    assert not Worker.objects.exists()


def test_the_command_reads_a_workbook_and_names_its_sheets(world: World, tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        page.title = "名单"
        page.append(["张三", None, None, None, 4500, None])
        page.append(["李四", None, None, None, "坏", None])
        page.parent.create_sheet("说明")
        page.row_dimensions[2].hidden = True

    said, beside, code = told(book(tmp_path / "a.xlsx", fill), a_case(world).number or "", "--dry-run")
    assert (said["sheet"], said["other_sheets"], said["hidden_rows"], code) == ("名单", ["说明"], 1, 1)
    assert [row["name"] for row in said["rows"]] == ["张三"]
    assert [(bad["row"], bad["column"]) for bad in said["errors"]] == [(3, "欠薪金额(元)")]
    assert "隐藏" in beside and "说明" in beside


def test_the_command_takes_a_list_over_whole(world: World, tmp_path: Path) -> None:
    case = a_case(world)
    path = tmp_path / "a.txt"
    path.write_text("张三 13800001111 4500元 已付500元\n李四 5000", encoding="gb18030")
    with pytest.raises(CommandError, match="--by"):
        call_command("import_workers", str(path), "--case", case.number)
    with pytest.raises(CommandError, match="--paid-on"):
        call_command("import_workers", str(path), "--case", case.number, "--by", "he")
    assert not Worker.objects.exists()
    call_command(
        "import_workers", str(path), "--case", case.number, "--by", "he", "--paid-on", "2026-11-12", stdout=StringIO()
    )
    assert Worker.objects.count() == 2
    _, _, code = told(path, case.number or "", "--dry-run")
    assert code == 1, "somebody with this phone is listed by now"


def test_the_command_is_told_what_is_wrong_with_it(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pytest.raises(CommandError, match="没有找到文件"):
        call_command("import_workers", str(path), "--case", "x")
    path.write_bytes(b"nothing")
    with pytest.raises(CommandError, match="没有编号"):
        call_command("import_workers", str(path), "--case", "x")
    with pytest.raises(CommandError, match="xlsx"):
        call_command("import_workers", str(path), "--case", a_case(world).number)


# ---- the page -----------------------------------------------------------------------------------------------------------


def test_what_the_page_read_from_a_workbook_is_what_it_takes_over(world: World, tmp_path: Path) -> None:
    case, he = a_case(world), as_user(world, "he")
    url = f"/cases/{case.pk}/workers/sheet/"

    def fill(page: Any) -> None:
        page.append(["张\n三", "13800001111", "木工", None, 4500, None])
        page.append(["合计", None, None, None, 4500, None])
        page.parent.create_sheet("说明")

    upload = SimpleUploadedFile("名单.xlsx", book(tmp_path / "a.xlsx", fill).read_bytes())
    page = he.post(url, {"file": upload})
    assert page.status_code == 200 and "“说明”共 1 张没有读取" in page.text and "第 3 行是合计" in page.text
    assert he.post(url, {"text": page.context["text"], "confirm": "1"}).status_code == 302
    assert [row.name.text for row in Worker.objects.all()] == ["张三"]


def page_of(world: World, migrants: int, people: int = 12) -> str:
    """The list of the cast's case (12 people, 10 of them migrants) with so many of both."""
    case = a_case(world)
    rows = twelve(migrants=migrants)[:people] + [facts(f"又{n}") for n in range(people - 12)]
    listed(world, case, rows)
    text = as_user(world, "he").get(f"/cases/{case.pk}/workers/", headers={"hx-request": "true"}).text
    return " ".join(text.split())


def test_a_list_one_migrant_longer_is_not_told_to_add_people(world: World) -> None:
    page = page_of(world, migrants=11)
    assert "名单比台账<strong>多 农民工 1 人</strong>" in page
    assert "补录名单" not in page and "各人是否农民工" in page


def test_a_list_of_too_many_is_told_to_look_for_who_is_twice(world: World) -> None:
    page = page_of(world, migrants=10, people=13)
    assert "多 1 人、10,000.00 元" in page and "补录名单" not in page and "重复登记" in page


def test_a_list_of_too_few_is_told_to_add_people(world: World) -> None:
    page = page_of(world, migrants=10, people=11)
    assert "少 1 人、10,000.00 元" in page and "补录名单" in page and "重复登记" not in page


def test_more_and_less_are_told_apart() -> None:
    pair = Difference("欠薪", Sums(12, 11), Sums(13, 10))
    assert (pair.more, pair.less) == (Sums(0, 1), Sums(1, 0))
