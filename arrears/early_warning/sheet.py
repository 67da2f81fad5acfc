"""Signals from a workbook: every bad cell named, all or nothing, the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction

from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import NoCode
from arrears.cases.names import name_key, uscc_fault
from arrears.early_warning import actions
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.sources import kinds, mismatch, sources
from unions.common import xlsx_cells as cells
from unions.common.refusals import Refused
from unions.common.xlsx_cells import Bad
from unions.common.xlsx_rows import BadCell, Sheet
from unions.models import Union, User

NAME, CODE, SOURCE, KIND = "单位名称", "统一社会信用代码", "信息来源", "信息类别"
ON, RECEIVED, AMOUNT, REFERENCE, DETAIL, MAJOR = ("发生日期", "收到日期", "金额(元)", "来文编号", "情况说明", "重大")
REQUIRED = (NAME, SOURCE, KIND, ON)
COLUMNS = (NAME, CODE, SOURCE, KIND, ON, RECEIVED, AMOUNT, REFERENCE, DETAIL, MAJOR)
MOST_ROWS = 5_000  # while the reader waits


@dataclass(frozen=True)
class SignalLine:
    """One row in order. `code` "" where the sheet gives none."""

    number: int
    name: str
    code: str
    said: SignalFacts


@dataclass
class SignalSheet:
    lines: list[SignalLine] = field(default_factory=list)
    faults: list[BadCell] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SignalsTaken:
    made: int
    known: int


def read(file: IO[bytes], today: date) -> SignalSheet:
    """The sheet as understood. Raises Refused when it is no workbook, or longer than one can wait for."""
    sheet, found = Sheet(file), SignalSheet()
    if len(sheet) > MOST_ROWS:
        raise Refused(f"这张表有 {len(sheet):,} 行，一次最多导入 {MOST_ROWS:,} 行，请分成几个文件。")
    found.ignored = [title for title in sheet.titles if title and title not in COLUMNS]
    found.faults = sheet.missing(REQUIRED)
    if found.faults:
        return found
    readers = _readers(today)
    for number, row in sheet:
        line = _line(number, {one: row[place] for one, place in sheet.header.items() if one in COLUMNS}, readers, found)
        if line is not None:
            found.lines.append(line)
    if not found.lines and not found.faults:
        raise Refused("表里没有任何一行预警信息，请核对是否选错了文件。")
    return found


def bring_in(found: SignalSheet, union: Union, by: User, at: datetime) -> SignalsTaken:
    """Take a sheet without faults over, whole."""
    place = place_of(union)
    with transaction.atomic():
        rows = [(employer_for(_facts(line, place)), line.said) for line in found.lines]
        made, known = actions.record_signals(union, rows, by, at)
    return SignalsTaken(len(made), known)


def place_of(union: Union) -> str:
    """The county of the unit, or of the nearest above it."""
    line = Union.objects.line(union).exclude(region_code=None).exclude(region_code="").order_by("-depth")
    return (line.values_list("region_code", flat=True).first() or "")[:6]


def _facts(line: SignalLine, place: str) -> EmployerFacts:
    no_code = "" if line.code else NoCode.UNKNOWN.value
    return EmployerFacts(name=line.name, uscc=line.code, no_code=no_code, region_code=place)


def _readers(today: date) -> dict[str, cells.Reader]:
    by_source = {one.label: key for key, one in sources().items()}
    by_kind = {label: key for key, label in kinds().items()}
    day = cells.day(today)
    return {
        NAME: _name,
        CODE: _code,
        SOURCE: cells.one_of(by_source, "、".join(by_source)),
        KIND: cells.one_of(by_kind, "、".join(by_kind)),
        ON: day,
        RECEIVED: day,
        AMOUNT: cells.yuan,
        REFERENCE: cells.text(60),
        DETAIL: cells.text(5000),
        MAJOR: cells.yes_no,
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


def _line(number: int, row: dict[str, Any], readers: dict[str, cells.Reader], found: SignalSheet) -> SignalLine | None:
    said: dict[str, Any] = {}
    before = len(found.faults)
    for column, reader in readers.items():
        value = row.get(column)
        if cells.is_blank(value):
            if column in REQUIRED:
                found.faults.append(BadCell(number, column, "这一列必须填写。"))
            continue
        try:
            said[column] = reader(value)
        except Bad as bad:
            found.faults.append(BadCell(number, column, str(bad)))
    _agree(number, said, found)
    if len(found.faults) > before:
        return None
    return SignalLine(number, said[NAME], said.get(CODE, ""), _said(said))


def _agree(number: int, said: dict[str, Any], found: SignalSheet) -> None:
    """What one cell says against another."""
    if SOURCE in said and KIND in said and (fault := mismatch(said[SOURCE], said[KIND])):
        found.faults.append(BadCell(number, KIND, fault))
    if ON in said and RECEIVED in said and said[RECEIVED] < said[ON]:
        found.faults.append(BadCell(number, RECEIVED, "收到日期不能早于发生日期。"))


def _said(said: dict[str, Any]) -> SignalFacts:
    return SignalFacts(
        source=said[SOURCE],
        kind=said[KIND],
        on=said[ON],
        received_on=said.get(RECEIVED, said[ON]),
        amount=said.get(AMOUNT),
        detail=said.get(DETAIL, ""),
        reference=said.get(REFERENCE, ""),
        major=said.get(MAJOR, False),
    )
