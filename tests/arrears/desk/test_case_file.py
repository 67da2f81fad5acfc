"""5.9: the whole file of a case on paper, as page and as docx; the geometry of letters; both opened by LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from arrears.cases import acts
from arrears.cases.evidence import keep_evidence
from arrears.cases.models import ActKind, Outcome
from arrears.letters.models import LetterKind
from arrears.letters.standard_layout import standard_layout
from tests.cast import World, a_case
from tests.letters import delivered, drafted, issued
from tests.readers import as_user
from tests.subjects import PNG


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def told(world: World) -> Any:
    """A case with something in every part."""
    case, he, now = a_case(world, condition="回款<滞后>{{ 7*7 }}"), world.user("he"), timezone.now()
    acts.perform(case, ActKind.NEGOTIATION, timezone.localdate(), "谈了\x0b两次", Outcome.FAILED, he, now)
    keep_evidence(case, SimpleUploadedFile("工资表.png", PNG), "6–10 月", he, now)
    delivered(world, issued(world, case, at=now), at=now)
    drafted(world, case, kind=LetterKind.PROMPT, at=now)
    case.refresh_from_db()
    return case


def test_QD_3_the_case_file_holds_every_part_in_its_order(world: World) -> None:
    case = told(world)
    page = as_user(world, "sun").get(reverse("case-file", args=[case.pk])).content.decode()
    parts = [
        "一、欠薪报告",
        "1. 单位名称及地址",
        "8. 偿还计划和保证措施",
        "二、台账",
        "三、办理情况",
        "四、一函两书",
        "海风建设工监意〔",
        "五、办理记录",
        "六、证据目录",
        case.evidence.get().sha256,
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "回款&lt;滞后&gt;{{ 7*7 }}" in page
    assert "提示函拟制" not in page, "a draft below is not the reader's business"
    assert "提示函拟制" in as_user(world, "li").get(reverse("case-file", args=[case.pk])).content.decode()


def test_the_case_file_as_docx_says_the_same(world: World) -> None:
    case = told(world)
    answer = as_user(world, "sun").get(reverse("case-file-docx", args=[case.pk]))
    document = Document(io.BytesIO(answer.content))
    heads = [line.text for line in document.paragraphs if line.text[1:2] == "、"]
    assert heads == ["一、欠薪报告", "二、台账", "三、办理情况", "四、一函两书", "五、办理记录", "六、证据目录"]
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"回款<滞后>{{ 7*7 }}", "谈了两次", case.evidence.get().sha256, "120,000.00"} <= cells


def test_the_house_layout_has_the_geometry_of_GB_T_9704() -> None:
    document = Document(io.BytesIO(standard_layout()))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert (round(page.top_margin.mm), round(page.left_margin.mm)) == (37, 28)
    width = page.page_width - page.left_margin - page.right_margin
    height = page.page_height - page.top_margin - page.bottom_margin
    assert (round(width / Mm(1)), round(height / Mm(1))) == (156, 225)
    normal = document.styles["Normal"]
    assert (normal.font.size, normal.element.rPr.rFonts.get(qn("w:eastAsia"))) == (Pt(16), "仿宋")
    title = document.paragraphs[0].runs[0]
    assert (title.font.size, title.font.name) == (Pt(22), "方正小标宋简体")
    grid = page._sectPr.find(qn("w:docGrid"))
    assert int(grid.get(qn("w:linePitch"))) * 22 <= Mm(225).pt * 20 < int(grid.get(qn("w:linePitch"))) * 23
    closer = int(normal.element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    assert 28 <= Mm(156).pt * 20 / (16 * 20 + closer) < 29
    assert "送达回证" in [line.text for line in document.paragraphs]


def test_LibreOffice_opens_both(world: World, tmp_path: Path) -> None:
    case = told(world)
    sun = as_user(world, "sun")
    letter = case.letters.get(kind="opinion")
    (tmp_path / "file.docx").write_bytes(sun.get(reverse("case-file-docx", args=[case.pk])).content)
    (tmp_path / "letter.docx").write_bytes(sun.get(reverse("letter-document", args=[letter.pk])).content)
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: run `make test`, which installs it"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run(
        [*command, str(tmp_path / "file.docx"), str(tmp_path / "letter.docx")], check=True, capture_output=True
    )
    said = subprocess.run(
        ["pdftotext", str(tmp_path / "letter.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert str(letter.number) in said.replace(" ", "") and "送达回证" in said
    assert (tmp_path / "file.pdf").stat().st_size > 1000
