"""Understanding the sheet: every row becomes a `Row` or its bad cells are named. Nothing is written here."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from arrears.imports.columns import BY_FIELD, COLUMNS, SHEET, ImportColumn, readers
from unions.common.industries import Industry, Nature
from unions.common.tables import MOST_ROWS, LeftOut, Line, Table
from unions.models import Union

Progress = Callable[[int], None]


class Fault(NamedTuple):
    """A bad cell: the row number Excel shows, the column's heading, and what is wrong and how to mend it."""

    row: int
    column: str
    reason: str


@dataclass(slots=True)
class ImportRow:
    """One case as the sheet states it. People in 人, money in yuan."""

    number: int  # of the row in Excel
    union: Union
    original_number: str
    accepted_on: date
    employer: str
    uscc: str
    address: str
    industry: str
    on_project: bool
    project: str
    nature: str
    channel: str
    workers: int
    migrants: int
    amount: Decimal
    owed_from: date | None
    owed_until: date | None
    resolved_workers: int
    resolved_amount: Decimal
    resolved_on: date | None
    mediated: bool
    closed: bool
    closed_on: date | None
    remark: str
    fingerprint: str = ""

    def says(self) -> dict[str, Any]:
        """What the row says, in JSON's types, without where it stands and to whom it belongs.

        What a blank cell would say is left out, so that a column added to the layout later changes no fingerprint.
        """
        said = ((name, getattr(self, name)) for name in CONTENT)
        return {name: _plain(value) for name, value in said if value != BY_FIELD[name].blank}


CONTENT = tuple(f.name for f in fields(ImportRow) if f.name not in ("number", "union", "fingerprint"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (date, Decimal)) else value


@dataclass
class CheckedSheet:
    """A checked sheet. With `faults` nothing of it is taken over."""

    rows: list[ImportRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    heading: list[Any] = field(default_factory=list)
    spoiled: dict[int, list[Any]] = field(default_factory=dict)  # row number → its cells as they were
    sheet: str | None = None  # of the workbook
    other_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0  # of those read
    left_out: list[LeftOut] = field(default_factory=list)
    lines: int = 0  # rows that hold anything
    workers: int = 0  # what the sheet states, as far as it can be read
    amount: Decimal = Decimal("0.00")
    paid: Decimal = Decimal("0.00")

    def fault(self, row: int, column: ImportColumn | str, reason: str) -> None:
        self.faults.append(Fault(row, column if isinstance(column, str) else column.name, reason))


class Checker:
    """Reads one sheet for `union`. `today` bounds every date; `progress` is told the row reached, now and then."""

    def __init__(self, union: Union, today: date, progress: Progress = lambda done: None) -> None:
        self.union = union
        self.readers = readers(today)
        self.progress = progress
        self.sheet = CheckedSheet()
        self.units: dict[str, Union | None] = {"": union, union.code: union}
        self.first_use: dict[tuple[int, str], int] = {}  # (union, 原编号) → row
        self.alike: Counter[tuple[int, str]] = Counter()
        self.odd: dict[str, list[int]] = {}  # a remark on rows that are taken nevertheless → the rows

    def check(self, table: Table) -> CheckedSheet:
        sheet = self.sheet
        sheet.heading, sheet.sheet, sheet.other_sheets = table.heading, table.sheet, table.other_sheets
        for bad in [*table.missing(), *table.faults]:
            sheet.fault(bad.row, bad.column, bad.reason)
        if not sheet.faults:
            stated = set(table.places)
            for line in table:
                self._line(line, stated)
            for bad in table.faults:
                sheet.fault(bad.row, bad.column, bad.reason)
        sheet.hidden_rows, sheet.left_out = table.hidden_rows, table.left_out
        sheet.warnings += table.notes
        self._conclude(table.heading_row)
        return sheet

    # ---- one line ----

    def _line(self, line: Line, stated: set[str]) -> None:
        sheet, before = self.sheet, len(self.sheet.faults)
        sheet.lines += 1
        if sheet.lines > MOST_ROWS:
            if sheet.lines == MOST_ROWS + 1:
                sheet.fault(line.number, COLUMNS[0], f"超过 {MOST_ROWS:,} 行，请分成几个文件导入。")
            return
        given = self._read(line)
        sheet.workers += given.get("workers", 0)
        sheet.amount += given.get("amount", 0)
        sheet.paid += given.get("resolved_amount", 0)
        for name, reason in contradictions(given, stated):
            sheet.fault(line.number, BY_FIELD[name], reason)
        union = self._union_of(line.number, given)
        if union is not None:
            self._check_original_number(line.number, union, given)
        if len(sheet.faults) > before:
            sheet.spoiled[line.number] = line.cells
        elif union is not None:
            self._take(line.number, union, given)
        if sheet.lines % 1000 == 0:
            self.progress(line.number)

    def _read(self, line: Line) -> dict[str, Any]:
        """Field → fact. A bad cell is named and left out; a column that is missing means what a blank cell means."""
        facts, faults = line.read(SHEET, self.readers)
        for fault in faults:
            self.sheet.fault(fault.row, fault.column, fault.reason)
        bad = {fault.column for fault in faults}
        return {name: blank for name, blank in _BLANK.items() if BY_FIELD[name].name not in bad} | facts

    def _union_of(self, row: int, given: dict[str, Any]) -> Union | None:
        code = given.get("union_code")
        if code is None:
            return None
        if code not in self.units:
            self.units[code] = Union.objects.below(self.union).filter(code=code).first()
        unit = self.units[code]
        if unit is None:
            self.sheet.fault(
                row, BY_FIELD["union_code"], f"“{self.union}”及其下级中没有代码为“{code}”的工会，请核对代码。"
            )
        elif unit.is_closed:
            self.sheet.fault(row, BY_FIELD["union_code"], f"“{unit}”已于 {unit.valid_until} 终止，请改填承接的工会。")
            return None
        return unit

    def _check_original_number(self, row: int, union: Union, given: dict[str, Any]) -> None:
        if not (number := given.get("original_number")):
            return
        first = self.first_use.setdefault((union.pk, number), row)
        if first != row:
            self.sheet.fault(row, BY_FIELD["original_number"], f"原编号“{number}”与第 {first} 行重复，请改正其中一个。")

    def _take(self, number: int, union: Union, given: dict[str, Any]) -> None:
        if given["on_project"] and not given["nature"]:
            given["nature"] = Nature.OTHER.value
        given.pop("union_code")
        row = ImportRow(number=number, union=union, **given)
        content = _hash(json.dumps(row.says(), ensure_ascii=False, sort_keys=True))
        # Two rows that say the same are two cases; the third time the sheet is run they are still two.
        again = self.alike[union.pk, content]
        self.alike[union.pk, content] += 1
        row.fingerprint = _hash(f"{content}#{again}")
        self.sheet.rows.append(row)
        for remark in oddities(row):
            self.odd.setdefault(remark, []).append(number)
        if again:
            self.odd.setdefault("与前面的行内容完全相同，按另一件登记", []).append(number)

    def _conclude(self, heading_row: int) -> None:
        if not self.sheet.lines and not self.sheet.faults:
            self.sheet.fault(heading_row, COLUMNS[0], "表头下面没有任何内容，请填写后再导入。")
        for remark, rows in self.odd.items():
            first = "、".join(str(number) for number in rows[:5])
            self.sheet.warnings.append(f"有 {len(rows):,} 行{remark}（第 {first} 行{'等' if len(rows) > 5 else ''}）。")


_BLANK = {column.field: column.blank for column in COLUMNS if not column.required}


def contradictions(given: dict[str, Any], stated: set[str]) -> Iterator[tuple[str, str]]:
    """(field, reason) where cells that can each be read do not go together. `given` lacks what could not be read."""
    yield from _empty_case(given)
    yield from _numbers(given)
    yield from _dates(given)
    yield from _closing(given)
    if given.get("on_project") and given.get("nature") == "" and "nature" in stated:
        yield "nature", "是工程建设项目时必填，请填：政府投资、国企、其他。"


def _empty_case(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if given.get("workers") == 0:
        yield "workers", "欠薪涉及人数应大于 0；没有欠薪的不登记为案件。"
    if given.get("amount") == 0:
        yield "amount", "欠薪金额应大于 0；没有欠薪的不登记为案件。"


def _numbers(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    workers, amount = given.get("workers"), given.get("amount")
    if workers is not None:
        if given.get("migrants", 0) > workers:
            yield "migrants", f"农民工 {given['migrants']} 人多于涉及人数 {workers} 人，请核对。"
        if given.get("resolved_workers", 0) > workers:
            yield ("resolved_workers", f"已解决 {given['resolved_workers']} 人多于涉及人数 {workers} 人，请核对。")
    if amount is not None and given.get("resolved_amount", 0) > amount:
        yield ("resolved_amount", f"已解决 {given['resolved_amount']:,.2f} 元多于欠薪金额 {amount:,.2f} 元，请核对。")


def _dates(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    accepted, resolved, closed = (given.get(name) for name in ("accepted_on", "resolved_on", "closed_on"))
    begun, ended = given.get("owed_from"), given.get("owed_until")
    if begun and ended and ended < begun:
        yield "owed_until", f"欠薪截止日期 {ended} 早于起始日期 {begun}，请核对。"
    if accepted and resolved and resolved < accepted:
        yield "resolved_on", f"解决日期 {resolved} 早于受理日期 {accepted}，请核对。"
    if accepted and closed and closed < accepted:
        yield "closed_on", f"办结日期 {closed} 早于受理日期 {accepted}，请核对。"
    elif resolved and closed and closed < resolved:
        yield "closed_on", f"办结日期 {closed} 早于解决日期 {resolved}，请核对。"
    if "resolved_on" in given and resolved is None and (given.get("resolved_workers") or given.get("resolved_amount")):
        yield "resolved_on", "有已解决人数或金额时必填解决日期，请补上。"


def _closing(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if given.get("closed") and given.get("closed_on", "unread") is None:
        yield "closed_on", "已办结案件须填写办结日期。"
    if given.get("closed") is False and given.get("closed_on"):
        yield "closed_on", "填了办结日期，但“是否办结”不是“是”，请改正其中一个。"
    numbers = ("workers", "amount", "resolved_workers", "resolved_amount")
    if not given.get("closed") or not all(name in given for name in numbers):
        return
    people, money = given["workers"] - given["resolved_workers"], given["amount"] - given["resolved_amount"]
    if people > 0 or money > 0:
        yield (
            "closed",
            (
                f"不解决不销账：尚有 {max(people, 0)} 人、{max(money, Decimal(0)):,.2f} 元未解决，不能填“是”；"
                "请补齐已解决人数和金额，或改填“否”。"
            ),
        )


def oddities(row: ImportRow) -> Iterator[str]:
    """What looks strange in a row that is taken nevertheless."""
    if row.resolved_on and not (row.resolved_workers or row.resolved_amount):
        yield "填了解决日期，但没有已解决人数和金额，解决日期未记入台账"
    if row.owed_from and row.owed_from > row.accepted_on:
        yield "欠薪起始日期晚于受理日期"
    if row.project and not row.on_project and row.industry != Industry.E:
        yield "填了项目名称，但“是否工程建设项目”不是“是”，按非工程建设项目统计"
