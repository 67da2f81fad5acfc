"""Returns on paper: the workbook says what was signed, the docx says it in words, the zip holds a period, and every download is kept."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind
from reporting.exports import actions as exports
from reporting.exports.models import Download, Export
from reporting.returns import actions as life
from reporting.returns import bundles, editing, opening, paper_docx, paper_pdf, papers, zero_reports
from reporting.returns.collection import collection_of
from reporting.returns.models import Return, ReturnVersion
from tests import qinghai
from tests.cast import World, load, moment
from tests.qinghai import a_case, fresh, sent, signed, the_return
from tests.readers import as_user
from unions.common.refusals import Forbidden
from unions.models import Event, JobState

MONDAY = moment("2022-10-10 09:00")
WEEK = "2022-W40"
IN_WEEK = date(2022, 10, 5)


@pytest.fixture
def qh(open_returns_database: None, db: None) -> World:
    return load()


@pytest.fixture
def xining(qh: World) -> Return:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    return sent(qh, the_return("630100", WEEK), MONDAY)


def sheet(paper: papers.Paper) -> Any:
    return load_workbook(io.BytesIO(bundles.workbook_of(paper))).worksheets[0]


def about(paper: papers.Paper) -> list[tuple[str, str]]:
    """编制说明: item and words."""
    ws = load_workbook(io.BytesIO(bundles.workbook_of(paper)))["编制说明"]
    return [(str(row[0]), str(row[1])) for row in ws.iter_rows(min_row=3, values_only=True)]


def words(ws: Any) -> list[str]:
    return [str(cell.value) for row in ws.iter_rows() for cell in row if cell.value is not None]


def version_of(report: Return) -> ReturnVersion:
    version = fresh(report).current
    assert version is not None
    return version


def pay(world: World, workers: int, amount: str, at: Any) -> None:
    case = Case.objects.get(employer__name__startswith="西宁")
    ledger.post(case, EntryKind.PAID, IN_WEEK, world.user("o0"), at, workers=workers, amount=Decimal(amount))


# ---- the workbook -------------------------------------------------------------------------------------------------------


def test_the_sheet_says_what_was_signed_whatever_the_books_say_now(qh: World, xining: Return) -> None:
    before = words(sheet(papers.of_version(version_of(xining))))
    pay(qh, 5, "50000", moment("2022-10-12 10:00"))
    assert words(sheet(papers.of_version(version_of(xining)))) == before
    assert "1" in before and "12.00" not in before, "figures are numbers, not words"


def test_head_and_foot_are_filled_in(qh: World, xining: Return) -> None:
    unit = qh.unions["630100"]
    unit.duty_phone = "0971-6112345"
    unit.save(update_fields=["duty_phone"])
    found = words(sheet(papers.of_version(version_of(xining))))
    for text in ("单位负责人：西宁审批", "制表人：西宁统计", "联系电话：0971-6112345"):
        assert text in found
    assert any("西宁市总工会" in text for text in found[:6])
    explained = dict(about(papers.of_version(version_of(xining))))
    assert explained["校验值"] == version_of(xining).hash and explained["数据性质"].startswith(
        "第 1 版，签字、审批报出"
    )
    assert explained["制表人"].startswith("西宁统计，2022-10-10") and explained["单位负责人"].startswith("西宁审批")
    assert not any("校验值" in text or "统计范围" in text for text in found), (
        "the official sheet holds the official rows alone"
    )


def test_a_draft_says_so_and_what_waits_for_approval_too(qh: World) -> None:
    report = the_return("630100", WEEK)
    assert any("【草稿：" in text for text in words(sheet(papers.of_draft(report, IN_WEEK))))
    signed(qh, report, MONDAY)
    version = report.versions.get()
    assert any("尚未审批" in text for text in words(sheet(papers.of_version(version))))


def test_the_second_version_marks_what_changed_and_says_why(qh: World, xining: Return) -> None:
    report = life.move(xining, "amend", qh.user("n0"), MONDAY, seen=xining.version, reason="清偿漏记")
    pay(qh, 5, "50000", MONDAY)
    report = sent(qh, report, MONDAY)
    ws = sheet(papers.of_version(version_of(report)))
    note = dict(about(papers.of_version(version_of(report))))["更正"]
    assert "更正原因：清偿漏记；与第 1 版不同之处" in note and "0 → 5" in note and "0.00 → 5.00" in note
    marked = {cell.value for row in ws.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFE699"}
    assert 5 in marked and 12 not in marked
    first = ReturnVersion.objects.get(report=report, number=1)
    assert "更正" not in dict(about(papers.of_version(first))), "the first stands as it was"


def test_a_zero_is_said(qh: World) -> None:
    report = sent(qh, the_return("630200", WEEK), MONDAY, "sign_zero")
    assert ("零报告", "本期无欠薪案件。") in about(papers.of_version(version_of(report)))


def test_a_list_is_written_with_numbers_and_days(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    report = sent(qh, the_return("630100", "2022-09", "annex-1"), MONDAY)
    opening.open_due(moment("2022-11-01 08:00"))
    report = sent(qh, the_return("630100", "2022-10", "annex-1"), moment("2022-11-01 10:00"))
    ws = sheet(papers.of_version(version_of(report)))
    row = next(row for row in ws.iter_rows(values_only=True) if row[0] == 1)
    assert (row[1].date(), row[2], row[4], row[5]) == (IN_WEEK, "西宁第0建设公司", 12, 12)
    assert "制表单位（盖章）：西宁市总工会" in words(ws), "Annex 1 has no foot of its own"


# ---- the docx -----------------------------------------------------------------------------------------------------------


def test_QH_2c_the_risk_assessment_is_drafted_edited_approved_and_written(qh: World) -> None:
    a_case(qh, "630100", IN_WEEK, moment("2022-10-05 10:00"))
    at = moment("2022-10-31 09:00")
    report = the_return("630100", "2022-10", "risk-assessment")
    own = "总体平稳，\n继续盯办。"
    report = editing.write_text(report, "五、研判意见和下步措施", own, qh.user("n0"), at, seen=report.version)
    report = sent(qh, report, at)
    document = Document(io.BytesIO(paper_docx.written(papers.of_version(version_of(report)))))
    lines = [line.text for line in document.paragraphs]
    assert lines[:3] == ["西宁市总工会", "欠薪风险研判", "（2022年10月）"]
    assert "本地区议事协调机构：" in lines or "青海省总工会：" in lines
    assert {"总体平稳，", "继续盯办。"} <= set(lines)
    table = next(table for table in document.tables if len(table.columns) == 10)
    last = [cell.text for cell in table.rows[-1].cells]
    assert last[:4] == ["合计", "1", "12", "12.00"]
    assert "草  稿" not in lines
    upright, sideways = document.sections
    assert [section.orientation for section in (upright, sideways)] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


def test_text_in_a_docx_is_text_and_nothing_else(qh: World) -> None:
    at = moment("2022-10-31 09:00")
    report = the_return("630100", "2022-10", "risk-assessment")
    hostile = "{{ 7*7 }} <w:p/> & \x0b\u0000".replace("\u0000", "")
    report = editing.write_text(report, "一、总体情况", hostile, qh.user("n0"), at, seen=report.version)
    document = Document(io.BytesIO(paper_docx.written(papers.of_draft(report, date(2022, 10, 31)))))
    assert any(line.text.startswith("{{ 7*7 }} <w:p/> &") for line in document.paragraphs)
    assert document.paragraphs[0].text == "草  稿"


# ---- files fetched ------------------------------------------------------------------------------------------------------


def test_a_download_stands_in_the_chain_of_the_return(qh: World, xining: Return) -> None:
    answer = as_user(qh, "shengji").get(reverse("return-file", args=[xining.pk, 1, "xlsx"]))
    assert answer.status_code == 200 and load_workbook(io.BytesIO(answer.content)).worksheets
    event = Event.objects.get(stream=xining.stream, verb="download")
    assert event.by == qh.user("shengji") and event.data["sha256"] == version_of(xining).hash
    assert "filename" in answer["Content-Disposition"] and answer["X-Content-Type-Options"] == "nosniff"
    as_user(qh, "shengji").head(reverse("return-file", args=[xining.pk, 1, "xlsx"]))
    assert Event.objects.filter(stream=xining.stream, verb="download").count() == 1


def test_who_may_not_and_what_is_not_there(qh: World, xining: Return) -> None:
    url = reverse("return-file", args=[xining.pk, 1, "xlsx"])
    assert as_user(qh, "n1").get(url).status_code == 404, "a sibling"
    province = as_user(qh, "shengji")
    assert province.get(reverse("return-file", args=[xining.pk, 1, "docx"])).status_code == 404, "no words"
    assert province.get(reverse("return-file", args=[xining.pk, 2, "xlsx"])).status_code == 404
    draft = reverse("return-draft-file", args=[the_return("630200", WEEK).pk, "xlsx"])
    assert province.get(draft).status_code == 404, "a draft is the unit's own"
    assert as_user(qh, "n1").get(draft).status_code == 200
    late = reverse("return-draft-file", args=[xining.pk, "xlsx"])
    assert as_user(qh, "n0").get(late).status_code == 422


# ---- the zip ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def week(qh: World, xining: Return) -> World:
    """One sent, one zero, one implied, two missing."""
    sent(qh, the_return("630200", WEEK), MONDAY, "sign_zero")
    return qh


def asked(world: World, who: str = "shengji") -> Export:
    found = collection_of(world.unions["630000"], qinghai.BOOK, "weekly", WEEK, MONDAY)
    assert found is not None
    return exports.request_bundle(found, world.user(who), MONDAY)


def unpacked(export: Export) -> dict[str, bytes]:
    with export.file.open("rb") as content, zipfile.ZipFile(content) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_period_as_zip_with_sum_and_list(week: World, client: Client) -> None:
    zero_reports.imply_zeros(moment("2022-10-10 16:00:01"))
    export = asked(week)
    exports.JOB.work(export.pk, lambda: moment("2022-10-10 17:00"))
    export.refresh_from_db()
    assert (export.state, export.name) == (
        JobState.DONE,
        f"630000_青海省总工会_{the_return('630100', WEEK).title}_{WEEK}.zip",
    )
    files = unpacked(export)
    rows = list(csv.reader(io.StringIO(files.pop("清单.csv").decode("utf-8-sig"))))
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [row["单位代码"] for row in table] == [*qinghai.CODES, "630000"]
    assert [row["状态"] for row in table] == ["待接收", "待接收", *["推定零报告"] * 3, "汇总"]
    assert {row["文件"]: row["文件 SHA-256"] for row in table if row["文件"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert table[0]["数据校验值"] == version_of(the_return("630100", WEEK)).hash
    total = words(load_workbook(io.BytesIO(files[table[-1]["文件"]]))["编制说明"])
    assert "应报 5 个单位，已报 2 个，推定零报告 3 个，未报 0 个。" in total
    assert any(text.startswith("由 2 份下级报表汇总") for text in total) and "推定零报告" in total


def test_every_return_inside_remembers_who_took_it(week: World) -> None:
    export = asked(week)
    exports.JOB.work(export.pk, timezone.now)
    export.refresh_from_db()
    answer = as_user(week, "shengji").get(reverse("export-file", args=[export.pk]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert Download.objects.get().export == export
    for code in ("630100", "630200"):
        assert Event.objects.filter(stream=the_return(code, WEEK).stream, verb="download").count() == 1
    assert not Event.objects.filter(stream=the_return("632200", WEEK).stream, verb="download").exists()


def test_asked_twice_it_is_made_once_and_only_by_whoever_may(week: World) -> None:
    assert asked(week).pk == asked(week).pk
    with pytest.raises(Forbidden, match="没有导出"):
        asked(week, "n0")
    page = as_user(week, "shengji").get(reverse("export", args=[asked(week).pk])).content.decode()
    assert "各单位打包" in page


def test_a_killed_worker_loses_nothing(week: World) -> None:
    export = asked(week)
    Export.objects.filter(pk=export.pk).update(state=JobState.RUNNING, attempts=1)  # died at once
    assert exports.JOB.requeue_stale(MONDAY + timedelta(minutes=6)) == 1
    exports.JOB.work(export.pk, lambda: MONDAY + timedelta(minutes=7))
    export.refresh_from_db()
    assert (export.state, export.attempts, len(unpacked(export))) == (JobState.DONE, 2, 4)


def test_the_sum_alone(week: World) -> None:
    args = ["630000", qinghai.BOOK, "weekly", WEEK]
    answer = as_user(week, "shengji").get(reverse("collection-file", args=args))
    found = words(load_workbook(io.BytesIO(answer.content))["编制说明"])
    assert found[found.index("未报") + 1].startswith("海北州总工会、")
    assert any(text.startswith("已报汇总：") for text in found)
    assert Event.objects.filter(verb="download_collection").count() == 1


# ---- LibreOffice opens them ---------------------------------------------------------------------------------------------


def test_libreoffice_opens_the_workbook_and_the_docx(qh: World, tmp_path: Path) -> None:
    paper = papers.of_draft(the_return("630100", "2022-10", "risk-assessment"), date(2022, 10, 31))
    (tmp_path / "表.xlsx").write_bytes(bundles.workbook_of(paper))
    (tmp_path / "文.docx").write_bytes(paper_docx.written(paper))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for name in ("表.xlsx", "文.docx"):
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / name],
            check=True,
            capture_output=True,
            timeout=120,
        )
        assert (tmp_path / name).with_suffix(".pdf").read_bytes().startswith(b"%PDF")


# ---- PDF ------------------------------------------------------------------------------------------------------------------


def read_back(content: bytes) -> list[str]:
    """Page by page."""
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode().split("\f")


def test_a_version_as_pdf_is_signed_sealed_and_logged(qh: World, xining: Return) -> None:
    answer = as_user(qh, "shengji").get(reverse("return-file", args=[xining.pk, 1, "pdf"]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    first, second = read_back(answer.content)[:2]
    for text in ("单位负责人：西宁审批", "制表人：西宁统计", "盖章处", "2022年10月10日", "12.00"):
        assert text in first
    assert "编制说明" in second and "已报" not in first and version_of(xining).hash[:16] in second.replace("\n", "")
    assert Event.objects.filter(stream=xining.stream, verb="download").count() == 1


def test_a_draft_has_no_place_for_a_seal_and_words_come_first(qh: World) -> None:
    report = the_return("630100", "2022-10", "risk-assessment")
    pages = read_back(paper_pdf.written(papers.of_draft(report, date(2022, 10, 31))))
    assert "欠薪风险研判" in pages[0] and "草稿" in pages[0] and "盖章处" not in "".join(pages)
    assert any("编制说明" in page for page in pages)
