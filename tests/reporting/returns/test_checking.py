"""What is looked at before a return is signed: each bound as its form says it, what bars the signature, what asks for a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reporting.forms.files import FOLDER, FormError, read
from reporting.returns import actions as life
from reporting.returns import checking, editing, opening
from reporting.returns.filling import FilledReturn, fill
from reporting.returns.models import Return
from reporting.returns.versions import seal
from tests.cast import World, load, moment
from tests.qinghai import a_case, approved, fresh, signed, the_return
from tests.readers import as_user
from unions.common.refusals import Refused

MONDAY = moment("2022-10-10 09:00")
WEEK = "2022-W40"
IN_WEEK = date(2022, 10, 5)


@pytest.fixture
def qh(qinghai_database: None, db: None) -> World:
    world = load()
    opening.open_between(date(2022, 9, 30), date(2023, 3, 1), moment("2022-10-09 08:00"))
    return world


def said(report: Return, at: Any = MONDAY) -> list[checking.Remark]:
    report = fresh(report)
    return checking.remarks_on(report, fill(report, at.date()), at)


def test_nothing_is_said_of_what_is_plain(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    assert said(the_return("630100", WEEK)) == []


def test_yuan_written_for_wan_yuan_is_asked_about_and_the_answer_is_seen_above(qh: World) -> None:
    """12 people and 1,200 million yuan: nobody is owed a hundred million."""
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"), stated_amount=Decimal("1200000000.00"))
    report = the_return("630100", WEEK)
    first = next(one for one in said(report) if "本周新增涉及金额" in one.text)
    assert "人均 100,000,000 元，超过 200,000 元" in first.text and "误把“元”填作“万元”" in first.text
    assert (first.bars, first.asks, first.column) == (False, True, "amount_new")
    with pytest.raises(Refused, match="需要说明"):
        life.move(report, "sign", qh.user("n0"), MONDAY, seen=report.version)
    page = as_user(qh, "n0").get(report.get_absolute_url()).content.decode()
    assert "审核情况" in page and 'id="id_sign_reason"' in page and first.url(report, None).split("?")[0] in page
    report = signed(qh, report, MONDAY)
    version = life.signed_version(report)
    assert version.explanation == "已与台账核对，情况属实。" and first.text in [one["text"] for one in version.remarks]
    for reader in ("a0", "shengji"):
        if reader == "shengji":
            approved(qh, report, MONDAY)
        page = as_user(qh, reader).get(report.get_absolute_url()).content.decode()
        assert "已与台账核对，情况属实。" in page and "人均 100,000,000 元" in page


def test_more_migrants_than_workers_bar_the_signature(qh: World) -> None:
    report = the_return("630100", "2022-10-01/2023-01-21", "annex-2")
    report = editing.correct(report, 0, 1, "10", "纸质排查表", qh.user("n0"), MONDAY, seen=report.version)
    report = editing.correct(report, 0, 2, "12", "纸质排查表", qh.user("n0"), MONDAY, seen=report.version)
    found = said(report)
    assert found[0].bars and "大于" in found[0].text and found[0].column == "migrants_inspected"
    by_hand = [one for one in found if "台账为" in one.text]
    assert len(by_hand) == 2 and not any(one.asks for one in by_hand)
    with pytest.raises(Refused, match="强制性审核未通过"):
        life.move(report, "sign", qh.user("n0"), MONDAY, seen=report.version, reason="就是这样")
    page = as_user(qh, "n0").get(report.get_absolute_url()).content.decode()
    assert "改正后才能签字" in page and "制表签字</button>" not in page


def test_a_jump_against_the_week_before_is_named(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    approved(qh, signed(qh, the_return("630100", WEEK), MONDAY), MONDAY)
    later = moment("2022-10-12 10:00")
    a_case(
        qh, "630100", later.date(), later, stated_workers=200, stated_migrants=0, stated_amount=Decimal("2000000.00")
    )
    texts = [one.text for one in said(the_return("630100", "2022-W41"), moment("2022-10-17 09:00"))]
    assert texts == [
        "合计：本周新增涉及人数(人) 200，上期为 12，相差 5 倍以上。",
        "合计：本周新增涉及金额(万元) 200.00，上期为 12.00，相差 5 倍以上。",
    ]


def test_of_several_totals_each_period_is_seen_by_the_same(qh: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approved(qh, signed(qh, the_return("630100", WEEK), MONDAY), MONDAY)
    report = fresh(the_return("630100", "2022-W41"))
    filled = fill(report, date(2022, 10, 17))
    form = replace(filled.form, rows=(replace(filled.stubs[-1], text="小计"), *filled.form.rows))
    before: list[list[Any]] = [[200 for _ in form.figure_columns], *filled.lines]
    monkeypatch.setattr(checking, "form_of_version", lambda version: form)
    monkeypatch.setattr(checking, "stored_lines", lambda version: before)
    jumped: list[list[Any]] = [[number * 9 for number in before[0]], *filled.lines]
    for lines, remarks in ((before, 0), (jumped, 2)):
        found = checking.remarks_on(report, replace(filled, form=form, stubs=form.rows, lines=lines), MONDAY)
        assert sum("上期为" in one.text for one in found) == remarks


def test_lateness_and_zeros_against_the_books_are_named(qh: World) -> None:
    late = moment("2022-10-11 18:00")
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = the_return("630100", WEEK)
    assert [one.text for one in said(report, late)] == ["已超过报送期限（2022-10-10 16:00）1天2小时。"]
    filled = fill(report, late.date())
    empty = FilledReturn(filled.form, filled.scope, filled.stubs, [[0 for _ in line] for line in filled.lines])
    zero = checking.remarks_on(report, empty, MONDAY)
    assert "本表没有数字，而台账中这一期间有案件" in zero[0].text and zero[0].of == "case"


def test_rows_that_do_not_add_up_bar_the_signature(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = the_return("630100", WEEK)
    filled = fill(report, MONDAY.date())
    filled.lines[-1][0] += 1
    found = [one for one in checking.remarks_on(report, filled, MONDAY) if one.bars]
    assert [one.text for one in found] == ["合计：本周新增案件数(件) 2，与各行之和 1 不符。"]


def test_a_compilation_names_who_is_not_in_it(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    approved(qh, signed(qh, the_return("630100", WEEK), MONDAY), MONDAY)
    found = said(the_return("630000", WEEK), MONDAY + timedelta(hours=1))
    assert [one.text for one in found] == [
        "下级尚未报齐：海东市总工会、海北州总工会、黄南州总工会、海南州总工会未报，其数字没有汇入。"
    ]


def test_what_is_to_be_said_is_sealed_with_the_figures(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"), stated_amount=Decimal("1200000000.00"))
    version = life.signed_version(signed(qh, the_return("630100", WEEK), MONDAY))
    assert seal(version) == version.hash
    version.explanation = "另一种说法"
    assert seal(version) != version.hash


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        ('kind = "more"\nmeasure = "cases_new"', "审核类型应是"),
        ('kind = "within"\nmeasure = "cases_new"\nthan = "amount_new"', "不是同一类数字"),
        ('kind = "within"\nmeasure = "cases_new"', "不是本表的数字栏"),
        ('kind = "per-head"\nmeasure = "workers_new"\nthan = "amount_new"\nmost = 5', "应是金额"),
        ('kind = "jump"\nmeasure = "cases_new"', "要写上限"),
        ('kind = "jump"\nmeasure = "cases_new"\nmost = 5\nbars = true', "只有 within"),
    ],
)
def test_a_check_that_compares_nothing_is_refused_with_its_line(check: str, sentence: str) -> None:
    text = (FOLDER / "qinghai-weekly.toml").read_text("utf-8") + f"\n[[checks]]\n{check}\n"
    with pytest.raises(FormError, match=sentence):
        read(text, "qinghai-weekly")
