"""A form file that does not hold together is refused with its name and the reason, before the server starts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from openpyxl import load_workbook

from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.scope import Period, Scope
from reporting.forms import files as form_files
from reporting.forms import papers
from reporting.forms.files import FormError, known, read
from reporting.forms.measures import MEASURES

GOOD = (form_files.FOLDER / "qinghai-annex-2.toml").read_text(encoding="utf-8")
LIST = (form_files.FOLDER / "qinghai-annex-1.toml").read_text(encoding="utf-8")


def test_every_form_is_there() -> None:
    wanted = {
        "qingdao-quarterly": ("list", "quarter", 15),
        "qinghai-annex-1": ("list", "month", 8),
        "qinghai-annex-2": ("table", "campaign", 6),
        "qinghai-daily": ("list", "day", 12),
        "qinghai-weekly": ("table", "week", 10),
        "qingpu-quarterly-publication": ("list", "quarter", 8),
        "shandong-monthly-bulletin": ("units", "month", 15),
        "shandong-weekly-dispatch": ("table", "week", 17),
        "shandong-winter": ("table", "campaign", 22),
        "yingkou-monthly-inspection": ("table", "month", 12),
    }
    found = {key: (form.layout, form.period, len(form.columns)) for key, form in known().items()}
    assert wanted.items() <= found.items()


def test_every_form_a_rulebook_names_is_there() -> None:
    wanted = {
        (entry.form, entry.every) for book in delivered_rulebooks().values() for entry in book.returns if entry.form
    }
    rhythms = {key: "once" if form.period == "campaign" else form.period for key, form in known().items()}
    assert wanted and all(rhythms.get(key) == every for key, every in wanted)


def test_thresholds_named_by_forms_stand_in_a_rulebook() -> None:
    clauses = {entry.clause for book in delivered_rulebooks().values() for entry in book.thresholds}
    named = {form.threshold for form in known().values() if form.threshold}
    assert named == {"QD-4.1c"} <= clauses


def test_what_no_notice_prints_is_labelled() -> None:
    printed = {"qinghai-annex-1", "qinghai-annex-2"}
    assert {key for key, form in known().items() if not form.label} == printed
    assert all(form.label_reason for form in known().values() if form.label)


def test_every_measure_is_used_and_says_what_it_counts() -> None:
    used = {column.measure for form in known().values() for column in form.columns if column.measure}
    assert used == set(MEASURES)
    assert all(measure.what for measure in MEASURES.values())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("title =", "titel =", "不认识的键 titel"),
        ('title = "工会', 'title = 5 # "工会', "title 应是一段文字"),
        ('clause = "QH-A2"\n', "", "缺少 clause"),
        ('"employers_inspected"', '"employers_counted"', "指标 employers_counted 不认识"),
        ('unit = "户"', 'unit = "万元"', "单位“万元”不合：employers_inspected 可用 户"),
        ('text = "用人单位户数(户)"', 'text = "用人单位户数"', "应以单位结尾"),
        ('measure = "workers_resolved"\n', "", "应写一项"),
        ('takes = ["manufacturing"]', 'takes = ["factories"]', "包含的 factories 不认识"),
        ('takes = ["manufacturing"]', "takes = []", "至少包含一类"),
        ('text = "制造业"', 'text = "合计"', "有两行都叫“合计”"),
        ('layout = "table"', 'layout = "chart"', "layout 应是 table"),
        ('period = "campaign"', 'period = "decade"', "period 应是 day"),
        ("until = 2023-01-21", "until = 2021-01-21", "早于 since"),
        ("{made_on}", "{author}", "里只能用"),
        ("[[rows]]", "[[rows]", "不是合格的 TOML"),
        ("stub = true\n", "", "应写一项"),
        ('text = "所属行业"\n', 'text = "所属行业"\nfont = "x"\n', "不认识的键 font"),
        ("[[header.columns]]", "[[header.cells]]", "不认识的键 cells"),
    ],
)
def test_a_spoiled_file_says_where_and_why(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(FormError, match=f"spoiled.toml.*{reason}"):
        read(GOOD.replace(old, new, 1), "spoiled")


def test_a_list_takes_values_only() -> None:
    with pytest.raises(FormError, match="逐件内容 boss 不认识"):
        read(LIST.replace('value = "employer"', 'value = "boss"'), "spoiled")
    with pytest.raises(FormError, match="逐件列出的表没有行"):
        read(LIST + '\n[[rows]]\ntext = "合计"\ntakes = ["other"]\n', "spoiled")


UNITS = (form_files.FOLDER / "shandong-monthly-bulletin.toml").read_text(encoding="utf-8")
JUDGED = (form_files.FOLDER / "qingdao-quarterly.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "old", "new", "reason"),
    [
        (LIST, '"cases_accepted"', '"cases_lost"', "rows_from 应是 cases_accepted"),
        (LIST, 'value = "mediated"', 'value = "uscc"', "cases_accepted 没有这些内容：是否进行调解"),
        (LIST, 'layout = "list"', 'layout = "list"\nthreshold = "QD-4.1c"', "不写 threshold"),
        (JUDGED, 'threshold = "QD-4.1c"\n', "", "要写 threshold"),
        (GOOD, 'layout = "table"', 'layout = "table"\nrows_from = "cases_accepted"', "只有逐件列出的表"),
        (GOOD, 'layout = "table"', 'layout = "table"\nunit_kinds = ["city"]', "其他表不写"),
        (GOOD, 'layout = "table"', 'layout = "units"\nunit_kinds = ["city"]', "按下级单位的表不写行"),
        (UNITS, '"district"', '"village"', "unit_kinds 中的 village"),
        (UNITS, 'rank_by = "closing_rate"', 'rank_by = "grace"', "rank_by 应是本表的一个指标"),
        (UNITS, 'rank_by = "closing_rate"\n', "", "名次栏"),
        (UNITS, 'measure = "cases_closed_to_date"', 'measure = "clues_accepted"', "还要有 cases_closed_to_date"),
        (UNITS, "until = 2024-02-09", "# until = 2024-02-09", "要写 until"),
        (UNITS, 'place = "copies"', 'place = "cc"', "copies（抄送），正文不写，不是 cc"),
    ],
)
def test_lists_units_and_shares_hold_together(text: str, old: str, new: str, reason: str) -> None:
    assert old in text
    with pytest.raises(FormError, match=f"spoiled.toml.*{reason}"):
        read(text.replace(old, new, 1), "spoiled")


def test_a_list_without_a_source_lists_what_was_accepted() -> None:
    form = read(LIST.replace('rows_from = "cases_accepted"\n', ""), "older")
    assert form.rows_from == "cases_accepted" and form.by_acceptance


def test_a_bad_file_stops_the_start(tmp_path: Path, monkeypatch: Any) -> None:
    assert not [fault for fault in run_checks() if fault.id == "reporting.E010"]
    (tmp_path / "next-year.toml").write_text(GOOD.replace("measure", "messure"), encoding="utf-8")
    monkeypatch.setattr(form_files, "FOLDER", tmp_path)
    known.cache_clear()
    try:
        (fault,) = [fault for fault in run_checks() if fault.id == "reporting.E010"]
        assert "next-year.toml" in fault.msg and "不认识的键 messure" in fault.msg
    finally:
        monkeypatch.undo()
        known.cache_clear()


def test_next_years_notice_is_a_file_alone(world: Any, tmp_path: Path) -> None:
    """Another title, another column, rows merged: no code."""
    text = GOOD.replace("专项行动情况表", "专项行动情况表（2027）").replace(
        'measure = "employers_inspected"\neditable = true\nunit = "户"', 'measure = "cases_closed"\nunit = "件"'
    )
    form = read(text.replace("用人单位户数(户)", "办结案件数(件)"), "next-year")
    period = Period(date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31))
    papers.write(form, Scope(world.unions["370000"], period), date(2026, 2, 1), tmp_path / "x.xlsx")
    ws = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert ws["A1"].value.endswith("（2027）") and ws["B4"].value == "办结案件数(件)"
