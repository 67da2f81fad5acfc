"""A form file that does not hold together is refused with its name and the reason, before the server starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from reporting import form_files
from reporting.form_files import FormError, known, read
from reporting.measures import MEASURES

GOOD = (form_files.FOLDER / "qinghai-annex-2.toml").read_text(encoding="utf-8")
LIST = (form_files.FOLDER / "qinghai-annex-1.toml").read_text(encoding="utf-8")


def test_the_three_forms_are_there() -> None:
    assert list(known()) == ["qinghai-annex-1", "qinghai-annex-2", "shandong-winter"]
    assert [len(form.columns) for form in known().values()] == [8, 6, 22]


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
        ('text = "制造业"', 'text = "合计"', "有两行都叫「合计」"),
        ('layout = "table"', 'layout = "chart"', "layout 应是 table"),
        ('period = "campaign"', 'period = "decade"', "period 应是 month"),
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
    from datetime import date

    from openpyxl import load_workbook

    from reporting import papers
    from reporting.scope import Period, Scope

    text = GOOD.replace("专项行动情况表", "专项行动情况表（2027）").replace(
        'measure = "employers_inspected"\nunit = "户"', 'measure = "cases_closed"\nunit = "件"'
    )
    form = read(text.replace("用人单位户数(户)", "办结案件数(件)"), "next-year")
    period = Period(date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31))
    papers.write(form, Scope(world.unions["370000"], period), date(2026, 2, 1), tmp_path / "x.xlsx")
    ws = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert ws["A1"].value.endswith("（2027）") and ws["B4"].value == "办结案件数(件)"
