"""One period of a collection as a zip: every version that stands, the sum of them, and a list of what is inside and what is missing."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from reporting.returns import paper_docx, papers
from reporting.returns.collection import ReturnCollection
from reporting.returns.models import Return, ReturnVersion
from unions.common.clock import day_of
from unions.common.formats import moment
from unions.common.xlsx_writer import FORMULA_BEGINNINGS

HEADINGS = [
    "单位代码",
    "填报单位",
    "状态",
    "是否迟报",
    "是否零报告",
    "版本",
    "报出时间",
    "数据校验值",
    "文件",
    "文件 SHA-256",
]
Tick = Callable[[int], None]


def write(found: ReturnCollection, out: Path, now: datetime, tick: Tick = lambda done: None) -> list[int]:
    """Write the zip to `out`; pks of the versions inside. `tick(done)` after each of them."""
    versions = {one.report_id: one for one in found.versions}
    lines: list[list[str]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for nth, row in enumerate(found.rows, 1):
            version = versions.get(row.pk)
            files = list(_files(row, version)) if version else []
            for name, content in files:
                packed.writestr(_entry(name, now), content)
                lines.append(_line(found, row, version, name, content))
            if not files:
                lines.append(_line(found, row, None, "", b""))
            tick(nth)
        for name, content in _sum(found, day_of(now)):
            packed.writestr(_entry(name, now), content)
            lines.append([found.receiver.code, found.receiver.name, "汇总", "", "", "", "", "", name, _sha256(content)])
        packed.writestr(_entry("清单.csv", now), _listed(lines))
    return [one.pk for one in versions.values()]


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _files(row: Return, version: ReturnVersion) -> Iterator[tuple[str, bytes]]:
    """The workbook of a version, and its docx where the form wants words."""
    version.report = row
    paper = papers.of_version(version)
    what = f"第{version.number}版"
    yield papers.file_name(row, what, "xlsx"), workbook_of(paper)
    if paper.form.sections:
        yield papers.file_name(row, what, "docx"), paper_docx.written(paper)


def workbook_of(paper: papers.Paper) -> bytes:
    with tempfile.TemporaryDirectory(prefix="xinbao-paper-") as folder:
        path = Path(folder) / "paper.xlsx"
        papers.write(paper, path)
        return path.read_bytes()


def _sum(found: ReturnCollection, today: date) -> Iterator[tuple[str, bytes]]:
    """The compilation; none of a table whose rows are the units themselves, nor of nothing."""
    if not found.form.by_unit and found.versions:
        yield sum_name(found), workbook_of(sum_paper(found, today))


def sum_paper(found: ReturnCollection, today: date) -> papers.Paper:
    return papers.of_collection(found, found.summed(), found.of_other_layout, today)


def sum_name(found: ReturnCollection) -> str:
    one = found.one
    name = papers.file_name(one, "汇总", "xlsx")
    return name.replace(f"{one.union.code}_{one.union.name}", f"{found.receiver.code}_{found.receiver.name}", 1)


def _line(found: ReturnCollection, row: Return, version: ReturnVersion | None, name: str, content: bytes) -> list[str]:
    """A line of the list: of a file, or of a return of which there is none."""
    state = "漏报" if row.missing(found.now) else row.get_stage_display()
    if version is None and row.expects_something:
        state = "漏报" if row.missing(found.now) else "未报"
    return [
        row.union.code,
        row.union.name,
        state,
        "是" if row.late() else "否",
        "推定" if row.implied_zero else "是" if version and version.nil else "否",
        f"第 {version.number} 版" if version else "",
        moment(row.submitted_at) if row.submitted_at else "",
        version.hash if version else "",
        name,
        _sha256(content) if name else "",
    ]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _listed(lines: list[list[str]]) -> bytes:
    """CSV that Excel reads as Chinese; a text that looks like a formula stays text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([f"'{cell}" if cell.startswith(FORMULA_BEGINNINGS) else cell for cell in line] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def file_name(found: ReturnCollection) -> str:
    return sum_name(found).removesuffix("_汇总.xlsx") + ".zip"
