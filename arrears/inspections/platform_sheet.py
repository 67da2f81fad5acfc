"""Platform checks from a workbook: every bad cell named, all or nothing, a file read twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any

from django.db import transaction
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from arrears.cases.filing import EmployerFacts, employer_for, project_for
from arrears.cases.models import NoCode, Project
from arrears.cases.names import name_key, uscc_fault
from arrears.early_warning.sheet import SignalsTaken
from arrears.inspections.actions import platform_checks
from arrears.inspections.actions.platform_checks import PlatformLook
from unions.common import xlsx_cells as cells
from unions.common.industries import Nature
from unions.common.refusals import Refused
from unions.common.tables import BadCell, Column, Columns, Line, ListRead, Sort, open_table
from unions.common.xlsx_cells import Bad
from unions.models import Union, User
from unions.tree.regions import region_of

PROJECT, FIRM, CODE, NATURE, AUTHORITY = ("项目名称", "施工单位", "统一社会信用代码", "项目性质", "行业主管部门")
LISTED, SINCE, ON, CHECKER = "是否纳入平台", "纳入日期", "核查日期", "核查人"
WARNINGS, UNHANDLED, DUE, NOTE = "平台预警(条)", "未处置(条)", "整改期限", "说明"
REQUIRED = (PROJECT, FIRM, LISTED, ON, CHECKER)
# Column → how it is filled in, for the template.
COLUMNS = {
    PROJECT: "必填。与施工许可一致的全称。",
    FIRM: "必填。施工总承包单位，按营业执照填写全称。",
    CODE: "施工单位的统一社会信用代码，18 位；没有的留空。",
    NATURE: "政府投资、国企、其他；新项目留空即其他。已登记的项目不改。",
    AUTHORITY: "如市住建局；留空不改。",
    LISTED: "必填。填是或否。",
    SINCE: "如 2026-09-30。",
    ON: "必填。查看平台的日期。",
    CHECKER: "必填。",
    WARNINGS: "平台发出的预警条数；没有的留空。",
    UNHANDLED: "其中没有处置的条数。",
    DUE: "未纳入，或有预警未处置的必填。",
    NOTE: "不超过 500 字。",
}
_SORTS = {SINCE: Sort.DAY, ON: Sort.DAY, DUE: Sort.DAY, WARNINGS: Sort.FIGURE, UNHANDLED: Sort.FIGURE, NOTE: Sort.TEXT}
SHEET = Columns(Column(one, one, _SORTS.get(one, Sort.WORDS), required=one in REQUIRED) for one in COLUMNS)
FIELD = {"on": ON, "checker": CHECKER, "listed_since": SINCE, "unhandled": UNHANDLED, "due_on": DUE}
MOST_ROWS = 2000  # while the reader waits


@dataclass(frozen=True)
class PlatformLine:
    """One row in order. `code` and `nature` "" where the sheet gives none."""

    number: int
    project: str
    firm: str
    code: str
    nature: str
    authority: str
    look: PlatformLook


@dataclass
class PlatformSheet(ListRead):
    lines: list[PlatformLine] = field(default_factory=list)


def read_sheet(file: IO[bytes], today: date) -> PlatformSheet:
    """The sheet as understood. Raises Refused when it is no workbook, or longer than one can wait for."""
    table, found = open_table(file, SHEET), PlatformSheet()
    found.faults = table.missing()
    if found.faults or table.faults:
        found.conclude(table)
    else:
        rows = list(table)
        if len(rows) > MOST_ROWS:
            raise Refused(f"这张表有 {len(rows):,} 行，一次最多导入 {MOST_ROWS:,} 行，请分成几个文件。")
        readers = _readers(today)
        found.lines = [line for row in rows if (line := _line(row, readers, today, found)) is not None]
        found.conclude(table)
    if not found.lines and not found.faults:
        raise Refused("表里没有任何一行项目，请核对是否选错了文件。")
    return found


def take_over(found: PlatformSheet, union: Union, by: User, at: datetime) -> SignalsTaken:
    """Record all checks of a sheet without faults."""
    place = region_of(union)[:6]
    with transaction.atomic():
        rows = [(_project(line, place), line.look) for line in found.lines]
        made, known = platform_checks.record_looks(union, rows, by, at)
    return SignalsTaken(len(made), known)


def _project(line: PlatformLine, place: str) -> Project:
    no_code = "" if line.code else NoCode.UNKNOWN.value
    firm = employer_for(EmployerFacts(name=line.firm, uscc=line.code, no_code=no_code, region_code=place, industry="E"))
    found = project_for(firm, line.project, line.nature)
    assert found is not None  # the name was read
    if line.authority and line.authority != found.authority:
        found.authority = line.authority
        found.save(update_fields=["authority"])
    return found


def _readers(today: date) -> dict[str, cells.Reader]:
    past, natures = cells.day(today), {one.label: one.value for one in Nature}
    return {
        PROJECT: cells.text(160),
        FIRM: _name,
        CODE: _code,
        NATURE: cells.one_of(natures, "、".join(natures)),
        AUTHORITY: cells.text(60),
        LISTED: cells.yes_no,
        SINCE: past,
        ON: past,
        CHECKER: cells.text(40),
        WARNINGS: _pieces,
        UNHANDLED: _pieces,
        DUE: cells.day(date.max),
        NOTE: cells.text(500),
    }


def _name(value: Any) -> str:
    name = cells.text(120)(value)
    if not name_key(name):
        raise Bad("单位名称不能只有标点，请按营业执照填写。")
    return name


def _code(value: Any) -> str:
    code = cells.text(40)(value).replace(" ", "").upper()
    if fault := uscc_fault(code):
        raise Bad(fault)
    return code


def _pieces(value: Any) -> int:
    digits = cells.plain(value).removesuffix("条").strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 6:
        raise Bad(f"“{cells.shown(value)}”不是条数，请填整数，如 3。")
    return int(digits)


def _line(row: Line, readers: dict[str, cells.Reader], today: date, found: PlatformSheet) -> PlatformLine | None:
    number, before = row.number, len(found.faults)
    values, bad = row.read(SHEET, readers)
    found.faults += bad
    if bad:
        return None
    look = PlatformLook(
        values[ON],
        values[CHECKER],
        values[LISTED],
        values.get(SINCE),
        values.get(WARNINGS, 0),
        values.get(UNHANDLED, 0),
        values.get(NOTE, ""),
        values.get(DUE),
    )
    for name, fault in platform_checks.look_faults(look, today).items():
        found.faults.append(BadCell(number, FIELD[name], fault))
    if len(found.faults) > before:
        return None
    return PlatformLine(
        number,
        values[PROJECT],
        values[FIRM],
        values.get(CODE, ""),
        values.get(NATURE, ""),
        values.get(AUTHORITY, ""),
        look,
    )


# The empty sheet -----------------------------------------------------------------------------------------------------


def template() -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "监管平台核查"
    for place, column in enumerate(COLUMNS, start=1):
        page.cell(1, place, column).font = Font(name="宋体", bold=True)
        page.column_dimensions[get_column_letter(place)].width = 30 if column in (PROJECT, FIRM) else 18
    code = list(COLUMNS).index(CODE) + 1
    for row in range(2, 502):
        page.cell(row, code).number_format = "@"
    page.freeze_panes = "A2"
    explained = book.create_sheet("填写说明")
    explained.append(["列", "填写说明"])
    for line in COLUMNS.items():
        explained.append(line)
    explained.column_dimensions["A"].width, explained.column_dimensions["B"].width = 20, 60
    for row_cells in explained.iter_rows():
        for cell in row_cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = BytesIO()
    book.save(out)
    return out.getvalue()
