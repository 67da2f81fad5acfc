"""历史台账 from Excel: the real ledger, spoiled cells, running it twice, and files that are none."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases import ledger
from arrears.cases.models import Act, Case, Closure, Employer, EntryKind, LedgerEntry, State
from arrears.imports import run as imports
from tests.cast import AT, World, a_draft, an_employer
from tests.sheets import GOOD, REAL, bring_in, noon, sheet
from unions.common.xlsx_guard import look_at
from unions.common.xlsx_reader import rows_of
from unions.log import audit

USCC = "91370200MA3C1R4J1C"


def run(capsys: Any, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of the command."""
    code = 0
    try:
        call_command("import_cases", *map(str, arguments), "--json")
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(capsys.readouterr().out, parse_float=Decimal)


# ---- the real ledger


def test_the_real_ledger_comes_in_once(world: World, capsys: Any) -> None:
    stated = {"workers": 25_725, "amount": Decimal("146034669.76"), "paid": Decimal("90118620.15"), "errors": []}
    stated |= {"left_out": [], "sheet": "历史台账", "other_sheets": [], "hidden_rows": 0}
    assert run(capsys, REAL, "--union", "370202") == (0, {"created": 25_725, "unchanged": 0} | stated)
    _figures_are_those_of_the_sheet(world)
    _books_are_in_order()
    _planned_for_what_is_there()
    before = LedgerEntry.objects.count()
    assert run(capsys, REAL, "--union", "370202") == (0, {"created": 0, "unchanged": 25_725} | stated)
    assert (Case.objects.count(), LedgerEntry.objects.count()) == (25_725, before)


def _figures_are_those_of_the_sheet(world: World) -> None:
    cases = Case.objects.under(world.unions["370200"])
    books = ledger.total(LedgerEntry.objects.filter(case__in=cases))
    assert (books.owed.workers, books.owed.amount) == (25_725, Decimal("146034669.76"))
    assert books.resolved.amount == Decimal("90118620.15")
    assert cases.unfinished().count() == 5_440 and cases.filter(state=State.CLOSED).count() == 20_285
    owed = LedgerEntry.objects.filter(counts_as="recognised")
    by_industry = {
        letter: (count, amount)
        for letter, count, amount in owed.values_list("case__industry").annotate(Count("id"), Sum("amount"))
    }
    assert by_industry == {
        "E": (2_210, Decimal("21889836.99")),
        "H": (1_585, Decimal("5946390.09")),
        "K": (157, Decimal("765588.41")),
        "C": (144, Decimal("1215702.99")),
        "S": (21_629, Decimal("116217151.28")),
    }
    for (year, month), expected in {
        (2010, 1): (205, Decimal("1266095.99")),
        (2015, 6): (200, Decimal("905276.42")),
        (2019, 12): (167, Decimal("775072.74")),
    }.items():
        found = owed.filter(case__accepted_on__year=year, case__accepted_on__month=month)
        assert found.aggregate(count=Count("id"), amount=Sum("amount")) == {"count": expected[0], "amount": expected[1]}


def _planned_for_what_is_there() -> None:
    """A table asked for right after the import is not planned for empty books (nested loops, minutes instead of a second)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_stats WHERE attname = 'case_id' AND tablename LIKE 'cases_%' AND n_distinct < -0.5"
        )
        assert {name for (name,) in cursor.fetchall()} >= {"cases_ledgerentry", "cases_act", "cases_closure"}


def _books_are_in_order() -> None:
    """What the doors would have left: closings with nothing outstanding, acts, gapless numbers, an unbroken log."""
    closed = Case.objects.filter(state=State.CLOSED)
    assert not ledger.with_outstanding(closed).exclude(outstanding_amount=0).exists(), "不解决不销账"
    assert ledger.total(LedgerEntry.objects.filter(case__in=closed)).outstanding == ledger.Sums()
    assert Closure.objects.count() == 20_285 and Act.objects.count() == 25_725
    assert Case.objects.closed_by(date(2015, 12, 31)).filter(closed_on__gt=date(2015, 12, 31)).count() == 0
    years = Counter(number.split("-")[1:2][0] for number in Case.objects.values_list("number", flat=True))
    assert all(Case.objects.filter(number=f"370202-{year}-{count:04d}").exists() for year, count in years.items())
    assert list(audit.broken_links()) == []


def test_twenty_spoiled_cells_of_the_real_ledger_are_all_named(world: World, capsys: Any, tmp_path: Path) -> None:
    """The file is refused whole, each bad cell named, and the bad rows come back with their reasons."""
    spoiled: list[tuple[int, str, object, str]] = [
        (2, "受理日期", "去年六月", "不是日期"),
        (10, "受理日期", "2033-01-01", "晚于今天"),
        (101, "受理日期", None, "必填"),
        (202, "企业名称", None, "必填"),
        (303, "企业名称", "——", "没有可以识别的文字"),
        (404, "所属行业", "渔船", "不在可选范围"),
        (505, "欠薪涉及人数(人)", "十二", "不是数字"),
        (606, "欠薪涉及人数(人)", 1.5, "不是整数"),
        (707, "欠薪涉及人数(人)", -1, "不能是负数"),
        (808, "其中农民工(人)", 9, "多于涉及人数"),
        (909, "欠薪金额(元)", "1.2万元", "换算成元"),
        (1010, "欠薪金额(元)", 100.005, "两位小数"),
        (1111, "欠薪金额(元)", -5, "不能是负数"),
        (1212, "已解决人数(人)", 7, "多于涉及人数"),
        (1414, "解决日期", "1949-01-01", "早于 1949"),
        (1515, "是否进行调解或提供法律服务", "也许", "无法识别为是或否"),
        (1616, "是否办结", "大概", "无法识别为是或否"),
        (1617, "已解决金额(元)", 99_999_999, "多于欠薪金额"),
        (1720, "办结日期", noon(2009, 1, 1), "早于受理日期"),
        (25_726, "原编号", "1831131c-a20e-46f9-99bd-0621b36120c3", "与第 2 行重复"),
    ]
    assert len(spoiled) == 20
    path, out = _spoil(tmp_path, spoiled), tmp_path / "marked.xlsx"
    code, answer = run(capsys, path, "--union", "370202", "--marked", out)
    assert (code, answer["created"], answer["unchanged"], Case.objects.count()) == (1, 0, 0, 0)
    assert [(e["row"], e["column"]) for e in answer["errors"]] == [(row, column) for row, column, *_ in spoiled]
    for error, (*_, words) in zip(answer["errors"], spoiled, strict=True):
        assert words in error["reason"]
    page = openpyxl.load_workbook(out).active
    assert page is not None
    back = list(page.iter_rows(min_row=2))
    assert [cells[0].value for cells in back] == [row for row, *_ in spoiled]
    heading = [cell.value for cell in page[1]]
    for cells, (_, column, _, words) in zip(back, spoiled, strict=True):
        assert words in str(cells[-1].value) and cells[heading.index(column)].fill.fgColor.rgb == "00FFD9D6"


def _spoil(tmp_path: Path, cells: list[tuple[int, str, object, str]]) -> Path:
    """A copy of the real ledger with these cells (Excel row, heading, new value)."""
    rows = {row: (column, value) for row, column, value, _ in cells}
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    heading: list[Any] = []
    for number, row in enumerate(rows_of(REAL, look_at(REAL, 200_000).sheets[0]), 1):
        values = [None if value == "" else value for value in row]
        heading = heading or values
        if number in rows:
            column, value = rows[number]
            values[heading.index(column)] = value
        page.append(values)
    book.save(tmp_path / "spoiled.xlsx")
    return tmp_path / "spoiled.xlsx"


# ---- what a row becomes


def test_a_row_becomes_a_case_with_its_books(world: World, tmp_path: Path) -> None:
    assert bring_in(
        world, sheet(tmp_path / "a.xlsx", [GOOD | {"统一社会信用代码": USCC, "单位地址": "海滨路 1 号"}])
    ) == ([], 1, 0)
    case = Case.objects.get()
    assert (case.number, case.state, case.channel) == ("370202-2023-0001", State.CLOSED, "visit")
    assert (case.industry, case.table_row, case.project and case.project.name) == ("E", "government", "滨海大道一期")
    assert (case.employer.uscc, case.employer.region_code, case.employer.no_code) == (USCC, "370202", "")
    assert (case.verified_on, case.closed_on, case.conclusion) == (date(2023, 6, 1), date(2023, 6, 25), "paid")
    assert [(e.kind, e.on, e.workers, e.migrants, e.amount) for e in case.entries.all()] == [
        ("recognised", date(2023, 6, 1), 12, 10, Decimal("120000.50")),
        ("paid", date(2023, 6, 20), 12, 10, Decimal("120000.50")),
    ]
    assert [(a.kind, a.on) for a in case.acts.all()] == [("mediation", date(2023, 6, 1))]
    assert case.closures.get().on == date(2023, 6, 25)
    assert Case.objects.visible_to(world.user("zhou")).get() == case
    assert not Case.objects.visible_to(world.user("feng")).exists()
    assert list(Employer.objects.named("海风")) == [case.employer]


def test_columns_may_be_missing_save_four(world: World, tmp_path: Path) -> None:
    row = {"受理日期": "2023-06-01", "企业名称": "某厂", "欠薪涉及人数(人)": 3, "欠薪金额(元)": "3,000"}
    assert bring_in(world, sheet(tmp_path / "a.xlsx", [row])) == ([], 1, 0)
    case = Case.objects.get()
    assert (case.state, case.channel, case.industry, case.on_project) == (State.OPEN, "legacy", "O", False)
    for name in row:
        found = sheet(tmp_path / "b.xlsx", [row], [other for other in row if other != name])
        assert bring_in(world, found) == ([(1, name, f"缺少“{name}”这一列，请在表头补上（可下载模板对照）。")], 0, 0)


# ---- twice, elsewhere, at once


def test_rows_without_a_number_are_told_apart_by_what_they_say(world: World, tmp_path: Path) -> None:
    row = {name: value for name, value in GOOD.items() if name != "原编号"}
    twin = sheet(tmp_path / "a.xlsx", [row, row])
    assert bring_in(world, twin) == ([], 2, 0)
    assert bring_in(world, twin) == ([], 0, 2)
    # The same said in other cells is still the same.
    other = {"受理日期": noon(2023, 6, 1), "所属行业": "E", "欠薪涉及人数(人)": "12", "备注": " "}
    assert bring_in(world, sheet(tmp_path / "b.xlsx", [row | other] * 3)) == ([], 1, 2)


def test_a_known_number_with_other_content_is_refused_by_column(world: World, tmp_path: Path) -> None:
    bring_in(world, sheet(tmp_path / "a.xlsx", [GOOD]))
    changed = GOOD | {"欠薪金额(元)": 130000, "已解决金额(元)": 130000, "项目性质": "国企"}
    found, created, unchanged = bring_in(world, sheet(tmp_path / "b.xlsx", [changed, GOOD | {"原编号": "A-2"}]))
    assert (created, unchanged, Case.objects.count()) == (0, 0, 1)
    assert [fault[:2] for fault in found] == [(2, "项目性质"), (2, "欠薪金额(元)"), (2, "已解决金额(元)")]
    assert "已导入：120000.50" in found[1][2]


def test_a_number_used_by_a_typed_case_is_refused(world: World, tmp_path: Path) -> None:
    a_draft(world, by="sun", code="370202", original_number="A-1")
    found, created, _ = bring_in(world, sheet(tmp_path / "a.xlsx", [GOOD]))
    assert created == 0 and "系统内登记" in found[0][2]


@pytest.mark.parametrize("written", ["A－1", "Ａ-１", "A—1", "A–1"])
def test_a_number_that_differs_by_dash_or_width_is_the_same(world: World, tmp_path: Path, written: str) -> None:
    a_draft(world, by="sun", code="370202", original_number="A-1")
    found, created, _ = bring_in(world, sheet(tmp_path / "a.xlsx", [GOOD | {"原编号": written}]))
    assert created == 0 and "系统内登记" in found[0][2]


def test_the_same_number_at_another_union_is_another_case(world: World, tmp_path: Path) -> None:
    rows = [GOOD, GOOD | {"受理工会代码": "370202T0001"}, GOOD | {"受理工会代码": "370202E0001"}]
    assert bring_in(world, sheet(tmp_path / "a.xlsx", rows)) == ([], 3, 0)
    assert {case.union.code for case in Case.objects.select_related("union")} == {
        "370202",
        "370202T0001",
        "370202E0001",
    }
    assert Employer.objects.count() == 1  # all three stand in one district


def test_later_entries_do_not_make_a_row_new(world: World, tmp_path: Path) -> None:
    row = GOOD | {"已解决人数(人)": 0, "已解决金额(元)": 0, "解决日期": None, "是否办结": "否", "办结日期": None}
    path = sheet(tmp_path / "a.xlsx", [row])
    bring_in(world, path)
    ledger.post(
        Case.objects.get(), EntryKind.PAID, date(2026, 1, 1), world.user("sun"), AT, workers=1, amount=Decimal(5)
    )
    assert bring_in(world, path) == ([], 0, 1)


def test_employers_are_found_by_code_else_by_name_and_county(world: World, tmp_path: Path) -> None:
    known = an_employer("海风建设有限公司", uscc=None)
    elsewhere = an_employer("海风建设有限公司", region="370203")
    rows = [
        GOOD | {"企业名称": "海风建设（有限公司）"},
        GOOD | {"原编号": "A-2", "统一社会信用代码": USCC},
        GOOD | {"原编号": "A-3", "企业名称": "改了名字的公司", "统一社会信用代码": USCC.lower()},
    ]
    assert bring_in(world, sheet(tmp_path / "a.xlsx", rows)) == ([], 3, 0)
    known.refresh_from_db()
    assert (known.uscc, known.no_code, known.cases.count(), elsewhere.cases.count()) == (USCC, "", 3, 0)


def test_people_resolved_in_part_leave_a_natural_balance(world: World, tmp_path: Path) -> None:
    row = GOOD | {"已解决人数(人)": 5, "已解决金额(元)": 100, "是否办结": "否", "办结日期": None}
    assert bring_in(world, sheet(tmp_path / "a.xlsx", [row])) == ([], 1, 0)
    left = ledger.balance(Case.objects.get()).outstanding
    assert (left.workers, left.migrants) == (7, 7)


def test_two_at_once_do_not_double(transactional_db: None, world: World, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD | {"原编号": f"A-{number}"} for number in range(50)])
    taken: list[tuple[int, int]] = []

    def one() -> None:
        try:
            found, created, unchanged = bring_in(world, path)
            assert found == []
            taken.append((created, unchanged))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [(0, 50), (0, 50), (50, 0)]


# ---- any sheet


money = st.decimals(min_value="0.01", max_value="9999999.99", places=2)
days = st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 1, 1))


@st.composite
def rows(draw: Any) -> dict[str, Any]:
    workers, amount, on = draw(st.integers(1, 500)), draw(money), draw(days)
    done = draw(st.sampled_from(["none", "part", "all"]))
    part = draw(money.filter(lambda value: value <= amount)) if done == "part" else Decimal(0)
    return {
        "原编号": draw(st.sampled_from(["", "", "n"])),
        "受理日期": draw(st.sampled_from([on, f"{on:%Y/%m/%d}"])),
        "企业名称": draw(st.sampled_from(["甲厂", "乙厂", "甲 厂", "丙（店）"])),
        "所属行业": draw(st.sampled_from("ACEHKST")),
        "受理工会代码": draw(st.sampled_from(["", "370202T0001"])),
        "欠薪涉及人数(人)": workers,
        "其中农民工(人)": draw(st.integers(0, workers)),
        "欠薪金额(元)": draw(st.sampled_from([amount, f"{amount:,}"])),
        "已解决人数(人)": workers if done == "all" else draw(st.integers(0, workers)) if done == "part" else 0,
        "已解决金额(元)": amount if done == "all" else part,
        "解决日期": on if done != "none" else None,
        "是否办结": "是" if done == "all" else "否",
        "办结日期": on if done == "all" else None,
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows(), min_size=1, max_size=30))
def test_the_answer_is_the_sum_of_any_sheet(world: World, tmp_path: Path, drawn: list[dict[str, Any]]) -> None:
    drawn = [row | ({"原编号": f"n{number}"} if row["原编号"] else {}) for number, row in enumerate(drawn)]
    path = sheet(tmp_path / "a.xlsx", drawn)
    amount = sum(Decimal(str(row["欠薪金额(元)"]).replace(",", "")) for row in drawn)
    paid = sum(row["已解决金额(元)"] for row in drawn)
    with transaction.atomic():
        found, taken = imports.bring_in(path, world.unions["370202"], world.user("sun"), AT, file="a.xlsx")
        assert (found.faults, taken.created, taken.unchanged) == ([], len(drawn), 0)
        assert (found.amount, found.paid) == (amount, paid)
        assert found.workers == sum(row["欠薪涉及人数(人)"] for row in drawn)
        books = ledger.total(LedgerEntry.objects.all())
        assert (books.owed.amount, books.resolved.amount, books.owed.workers) == (amount, paid, found.workers)
        assert all(
            min(vars(b.outstanding).values()) >= 0
            for b in ledger.balances(Case.objects.values_list("pk", flat=True)).values()
        )
        assert bring_in(world, path) == ([], 0, len(drawn))
        transaction.set_rollback(True)


# ---- the command


def test_a_dry_run_writes_nothing(world: World, capsys: Any, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    code, answer = run(capsys, path, "--union", "370202", "--dry-run")
    assert (code, answer["created"], Case.objects.count()) == (0, 1, 0)


def test_wrong_usage_is_2_and_says_why(world: World, tmp_path: Path) -> None:
    good, none = sheet(tmp_path / "a.xlsx", [GOOD]), tmp_path / "no.xlsx"
    (tmp_path / "b.xlsx").write_text("a,b")
    for arguments, words in (
        ((none, "--union", "370202"), "没有找到文件"),
        ((good, "--union", "123"), "没有代码为“123”的工会"),
        ((tmp_path / "b.xlsx", "--union", "370202"), "不是 Excel 工作簿"),
        ((good, "--union", "370202", "--by", "nobody"), "没有用户名为“nobody”"),
    ):
        with pytest.raises(CommandError, match=words) as refused:
            call_command("import_cases", *map(str, arguments))
        assert refused.value.returncode == 2


def test_in_the_name_of_a_person_her_rights_count(world: World, tmp_path: Path) -> None:
    good = sheet(tmp_path / "a.xlsx", [GOOD])
    with pytest.raises(CommandError, match="没有在“市南区总工会”登记案件的权限") as refused:
        call_command("import_cases", str(good), "--union", "370202", "--by", "zhou")
    assert refused.value.returncode == 1
    call_command("import_cases", str(good), "--union", "370202", "--by", "sun")
    assert Case.objects.get().filed_by == world.user("sun")


def test_the_summary_is_chinese(world: World, capsys: Any, tmp_path: Path) -> None:
    call_command("import_cases", str(sheet(tmp_path / "a.xlsx", [GOOD])), "--union", "370202")
    said = capsys.readouterr().out
    assert "欠薪 120,000.50 元" in said and "新导入 1 件" in said
    with pytest.raises(SystemExit):
        call_command("import_cases", str(sheet(tmp_path / "b.xlsx", [GOOD | {"受理日期": "x"}])), "--union", "370202")
    assert "第 2 行“受理日期”：“x”不是日期" in capsys.readouterr().out
