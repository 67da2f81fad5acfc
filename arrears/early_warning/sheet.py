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
from unions.common.tables import BadCell, Column, Columns, Line, ListRead, Sort, open_table
from unions.common.xlsx_cells import Bad
from unions.models import Union, User
from unions.tree.regions import region_of

NAME, CODE, SOURCE, KIND = "单位名称", "统一社会信用代码", "信息来源", "信息类别"
ON, RECEIVED, AMOUNT, REFERENCE, DETAIL, MAJOR = ("发生日期", "收到日期", "金额(元)", "来文编号", "情况说明", "重大")
REQUIRED = (NAME, SOURCE, KIND, ON)
COLUMNS = (NAME, CODE, SOURCE, KIND, ON, RECEIVED, AMOUNT, REFERENCE, DETAIL, MAJOR)
_SORTS = {ON: Sort.DAY, RECEIVED: Sort.DAY, AMOUNT: Sort.FIGURE, REFERENCE: Sort.CODE, DETAIL: Sort.TEXT}
SHEET = Columns(Column(one, one, _SORTS.get(one, Sort.WORDS), required=one in REQUIRED) for one in COLUMNS)
MOST_ROWS = 5_000  # while the reader waits


@dataclass(frozen=True)
class SignalLine:
    """One row in order. `code` "" where the sheet gives none."""

    number: int
    name: str
    code: str
    said: SignalFacts


@dataclass
class SignalSheet(ListRead):
    lines: list[SignalLine] = field(default_factory=list)


@dataclass(frozen=True)
class SignalsTaken:
    made: int
    known: int


def read(file: IO[bytes], today: date) -> SignalSheet:
    """The sheet as understood. Raises Refused when it is no workbook, or longer than one can wait for."""
    table, found = open_table(file, SHEET), SignalSheet()
    found.faults = table.missing()
    if found.faults or table.faults:
        found.conclude(table)
    else:
        readers, rows = _readers(today), list(table)
        if len(rows) > MOST_ROWS:
            raise Refused(f"这张表有 {len(rows):,} 行，一次最多导入 {MOST_ROWS:,} 行，请分成几个文件。")
        found.lines = [line for row in rows if (line := _line(row, readers, found)) is not None]
        found.conclude(table)
    if not found.lines and not found.faults:
        raise Refused("表里没有任何一行预警信息，请核对是否选错了文件。")
    return found


def bring_in(found: SignalSheet, union: Union, by: User, at: datetime) -> SignalsTaken:
    """Take a sheet without faults over, whole."""
    place = region_of(union)[:6]
    with transaction.atomic():
        rows = [(employer_for(_facts(line, place)), line.said) for line in found.lines]
        made, known = actions.record_signals(union, rows, by, at)
    return SignalsTaken(len(made), known)


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


def _line(row: Line, readers: dict[str, cells.Reader], found: SignalSheet) -> SignalLine | None:
    before = len(found.faults)
    said, bad = row.read(SHEET, readers)
    found.faults += bad
    _agree(row.number, said, found)
    if len(found.faults) > before:
        return None
    return SignalLine(row.number, said[NAME], said.get(CODE, ""), _said(said))


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
