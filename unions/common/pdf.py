"""PDF on A4, for whatever is signed, sealed or filed: HTML laid out by WeasyPrint in a process of its own, with bounds.

A table comes from the very `WrittenSheet` its workbook is written from; a page that can be printed, from its own HTML.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from lxml import etree, html

from unions.common.pdf_child import NO_LIBRARY
from unions.common.refusals import Refused
from unions.common.xlsx_writer import Row, Value, WrittenSheet

CHILD = Path(__file__).with_name("pdf_child.py")
STYLE = Path(settings.BASE_DIR) / "static/css/pdf.css"
# What the process is told of this one's surroundings: where libraries and fonts are, and no keys.
ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "XDG_CACHE_HOME",
)
PATIENCE = 50  # seconds, while somebody waits: a web server ends a worker after 60 (config/gunicorn_production.py)
PATIENCE_OF_JOBS = 120
MOST_ROWS = 2000  # of a table made while somebody waits; more goes through the exports as a workbook does
WIDE = 90  # characters; a wider table lies on its side
UNINSTALLED = (
    "本机没有安装生成 PDF 的程序库，其他功能不受影响。请系统管理员运行 make run 按提示安装；"
    "在此之前可用“打印”或导出 Excel。"
)
TOO_LONG = f"这份表超过 {MOST_ROWS:,} 行，不宜生成 PDF。请缩小范围，或导出 Excel。"
NOT_MADE = "没有生成 PDF：内容过多，超出了能处理的大小。请缩小范围，或导出 Excel。"
PDF = "application/pdf"
FOR_THE_SCREEN = "//script|//button|//form|//svg|//template|//input|//img|//*[contains(@class, 'no-print')]"


class NoPdf(Refused):
    """The library is not there, or the table is too long for it."""


@dataclass(frozen=True)
class Seal:
    """盖章处: the unit whose seal it is, and the day."""

    unit: str
    day: str


def pdf_of(template: str, context: dict[str, Any], patience: int = PATIENCE) -> bytes:
    """The template, which extends pdf/base.html, as a PDF. Raises NoPdf."""
    return _laid_out(render_to_string(template, context | {"style": STYLE.read_text(encoding="utf-8")}), patience)


def _laid_out(text: str, patience: int) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=text.encode(),
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoPdf(NOT_MADE) from None
    if done.returncode == NO_LIBRARY:
        raise NoPdf(UNINSTALLED)
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise NoPdf(NOT_MADE)
    return done.stdout


# ---- a table ----------------------------------------------------------------------------------------------------------


def pdf_of_sheet(
    sheet: WrittenSheet,
    seal: Seal | None = None,
    template: str = "pdf/sheet.html",
    words: dict[str, Any] | None = None,
    patience: int = PATIENCE,
) -> bytes:
    """The table of a workbook with the place of the seal, 编制说明 on a page of its own. `words`: what `template` says before the
    table. Raises NoPdf."""
    rows = []
    for row in sheet.rows:
        rows.append(list(_cells(sheet, row)))
        if len(rows) > MOST_ROWS:
            raise NoPdf(TOO_LONG)
    width = sum(column.width for column in sheet.columns)
    context = {
        "sheet": sheet,
        "rows": rows,
        "widths": _widths(sheet, width),
        "small": _smallness(width, len(sheet.columns)),
        "landscape": width > WIDE,
        "seal": seal,
        "title": sheet.title,
    }
    return pdf_of(template, context | (words or {}), patience)


def _widths(sheet: WrittenSheet, whole: float) -> str:
    """The widths of the columns as a rule of style each: templates have none inline."""
    shares = (column.width / whole * 100 for column in sheet.columns)
    return " ".join(f".official col:nth-child({nth}) {{ width: {share:.3f}%; }}" for nth, share in enumerate(shares, 1))


def _smallness(width: float, columns: int) -> str:
    """Letters that let the columns keep their widths: characters of the whole, and a border to each column."""
    needs = width + 2 * columns
    return next((name for most, name in ((150, ""), (175, "small"), (205, "smaller")) if needs <= most), "smallest")


def _cells(sheet: WrittenSheet, row: Row) -> Iterable[dict[str, Any]]:
    for number, (value, column) in enumerate(zip(row.values, sheet.columns, strict=True)):
        yield {
            "text": _printed(value, column.number_format),
            "left": column.align == "left",
            "indent": row.indent if number == 0 else 0,
            "strong": row.strong,
            "mark": number in row.marks,
        }


def _printed(value: Value, number_format: str) -> str:
    """As Excel shows it."""
    if value is None:
        return ""
    if isinstance(value, Decimal | int) and number_format:
        places = len(number_format.partition(".")[2])
        return f"{value:,.{places}f}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


# ---- a page -------------------------------------------------------------------------------------------------------------


def pdf_of_page(page: str) -> tuple[str, bytes]:
    """What a page marks as its paper (`data-paper`, "landscape" where it lies on its side), without what is for the screen alone:
    its title and the PDF, empty where the page has no paper. Raises NoPdf.
    """
    if "data-paper" not in page:
        return "", b""
    tree = html.document_fromstring(page)
    papers = tree.xpath("//*[@data-paper]")
    for node in tree.xpath(FOR_THE_SCREEN):
        node.drop_tree()
    for link in tree.xpath("//a[@href]"):
        del link.attrib["href"]
    body = "".join(etree.tostring(paper, encoding="unicode", method="html", with_tail=False) for paper in papers)
    title = (tree.findtext(".//title") or "").rpartition(" · ")[0].strip() or "打印"
    landscape = any(paper.get("data-paper") == "landscape" for paper in papers)
    return title, pdf_of("pdf/page.html", {"body": body, "title": title, "landscape": landscape})
