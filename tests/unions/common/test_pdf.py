"""PDFs, read back by poppler: what stands in them, fonts inside, nothing fetched, bounded, and a sentence where the library is not there."""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from config import gunicorn_production
from tests.cast import World, a_case
from tests.readers import as_user
from unions.common import pdf
from unions.common.pdf import NoPdf, Seal, pdf_of_page, pdf_of_sheet
from unions.common.xlsx_writer import ColumnLook, HeaderCell, Row, WrittenSheet

LEAK = "SECRET-OF-A-LOCAL-FILE"


def sheet(rows: list[Row], width: float = 12, **more: object) -> WrittenSheet:
    return WrittenSheet(
        title="欠薪案件周报",
        grid=[[HeaderCell("类别", 0, 0, 1, 1), HeaderCell("金额（万元）", 0, 1, 1, 1)]],
        columns=[ColumnLook(width, align="left"), ColumnLook(width, "0.00")],
        rows=rows,
        **more,  # type: ignore[arg-type]
    )


def told(content: bytes, program: str = "pdftotext", *options: str) -> str:
    command = [program, *options, "-", *(["-"] if program == "pdftotext" else [])]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def page_size(content: bytes) -> tuple[int, ...]:
    """Points, as whole numbers."""
    found = re.search(r"Page size: +([\d.]+) x ([\d.]+)", told(content, "pdfinfo"))
    return tuple(round(float(one)) for one in found.groups()) if found else ()


def test_a_table_is_signed_and_sealed_and_explained_on_a_page_of_its_own() -> None:
    content = pdf_of_sheet(
        sheet(
            [Row(["制造业", Decimal("1234.5")]), Row(["合计", Decimal("1234.5")], strong=True)],
            head=["制表单位名称（盖章）：西宁市总工会"],
            foot=["单位负责人：西宁审批", "制表人：西宁统计"],
            about=[("校验值", "abc123")],
        ),
        Seal("西宁市总工会", "2022年10月10日"),
    )
    first, second = told(content, "pdftotext", "-layout").split("\f")[:2]
    for text in ("欠薪案件周报", "1,234.50", "单位负责人：西宁审批", "制表人：西宁统计", "盖章处", "2022年10月10日"):
        assert text in first
    assert "第1页共2页" in re.sub(r"\s", "", first)
    assert "编制说明" in second and "abc123" in second and "编制说明" not in first
    fonts = told(content, "pdffonts").splitlines()[2:]
    assert fonts and all(line.split()[-5] == "yes" for line in fonts), "every font is embedded"
    assert page_size(content) == (595, 842)


def test_a_wide_table_lies_on_its_side() -> None:
    assert page_size(pdf_of_sheet(sheet([Row(["其他", 1])], width=60))) == (842, 595)


def test_text_is_text_and_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(LEAK)
    link = f'<img src="file://{tmp_path}/secret.txt"><link rel="attachment" href="file://{tmp_path}/secret.txt">'
    content = pdf_of_sheet(sheet([Row([link, 1])]))
    assert "<img" in told(content).replace("\n", "") and LEAK.encode() not in content
    page = f'<html><title>某页 · 薪报</title><body><div data-paper><h2>纸</h2>{link}<a rel="attachment" href="file://{tmp_path}/secret.txt">附</a><script>x</script></div>屏幕</body></html>'
    title, content = pdf_of_page(page)
    assert title == "某页" and told(content).split("\f")[0].startswith("纸") and "屏幕" not in told(content)
    (tmp_path / "page.pdf").write_bytes(content)
    attached = subprocess.run(["pdfdetach", "-list", tmp_path / "page.pdf"], capture_output=True, check=True)
    assert b"0 embedded files" in attached.stdout and LEAK.encode() not in content


def test_a_table_too_long_is_refused_at_once() -> None:
    with pytest.raises(NoPdf, match="超过 2,000 行"):
        pdf_of_sheet(sheet([Row(["甲", 1])] * (pdf.MOST_ROWS + 1)))


def test_where_the_library_is_missing_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text(f"raise SystemExit({pdf.NO_LIBRARY})")
    monkeypatch.setattr(pdf, "CHILD", tmp_path / "child.py")
    with pytest.raises(NoPdf, match="没有安装生成 PDF 的程序库"):
        pdf_of_sheet(sheet([Row(["甲", 1])]))


def test_a_process_that_dies_leaves_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text("import os; os.abort()")
    monkeypatch.setattr(pdf, "CHILD", tmp_path / "child.py")
    with pytest.raises(NoPdf, match="没有生成 PDF"):
        pdf_of_sheet(sheet([Row(["甲", 1])]))


def test_who_waits_is_told_before_the_web_server_ends_the_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert gunicorn_production.timeout > pdf.PATIENCE
    (tmp_path / "child.py").write_text("import time; time.sleep(30)")
    monkeypatch.setattr(pdf, "CHILD", tmp_path / "child.py")
    with pytest.raises(NoPdf, match="没有生成 PDF"):
        pdf_of_sheet(sheet([Row(["甲", 1])]), patience=1)


def test_the_process_is_told_no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text("import os; print('%PDF', *os.environ.values())")
    monkeypatch.setattr(pdf, "CHILD", tmp_path / "child.py")
    for name in ("SECRET_KEY", "FIELD_KEYS", "DATABASE_URL"):
        monkeypatch.setenv(name, LEAK)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    content = pdf_of_sheet(sheet([Row(["甲", 1])]))
    assert b"zh_CN.UTF-8" in content and LEAK.encode() not in content


def test_the_report_of_a_case_is_given_as_pdf(world: World) -> None:
    case = a_case(world)
    answer = as_user(world, "sun").get(reverse("case-report", args=[case.pk]) + "?as=pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = told(answer.content)
    assert "欠薪报告" in text and "盖章处" in text and case.employer.name in text.replace("\n", "")
    assert as_user(world, "sun").get("/?as=pdf")["Content-Type"].startswith("text/html"), "no paper on this page"


def test_a_list_is_given_as_pdf_and_noted_like_its_workbook(world: World) -> None:
    a_case(world)
    answer = as_user(world, "sun").get(reverse("case-ledger-export") + "?as=pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].endswith(".pdf") or ".pdf" in answer["Content-Disposition"]
    text = told(answer.content).replace("\n", "")
    assert "欠薪信息台账" in text and "370202E0" in text
