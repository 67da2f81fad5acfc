"""Reading a worker list that was pasted (from Excel, a chat) or comes from a workbook: rows as understood, faults by row
and column. What a fault says never repeats a name or a number: it stays out of logs and screens of others."""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from arrears.cases.models import Case
from arrears.workers.actions import MOST, WorkerFacts, listed_places
from unions.common import xlsx_cells as cells
from unions.common.encrypted_fields import Private
from unions.common.figures import NotRead, read_yuan
from unions.common.identity import identity_fault, identity_key, phone_fault, phone_key
from unions.common.refusals import Refused
from unions.common.tables import BadCell, Column, Columns, LeftOut, ListRead, Sort, Table, open_table, table_of_text
from unions.common.tables.marks import mark_reason
from unions.common.tables.sums import SumCheck, says_sum
from unions.common.tables.table import told_of_left_out
from unions.common.tables.text import decoded, without_gaps
from unions.common.text import in_one_line, narrow
from unions.common.xlsx_cells import Bad

LONGEST_TEXT = 2_000_000  # characters
MOST_LINES = MOST + 200  # headings, sums and blank lines among them
LONGEST_SUM = 200  # characters of a line of sums
MOST_PARTS = 40  # of one line that has no headings

SHEET = Columns(
    [
        Column("name", "姓名", Sort.CODE, ("职工姓名", "工人姓名", "名字"), required=True),
        Column("phone", "手机号", Sort.CODE, ("手机", "电话", "联系电话", "手机号码", "电话号码", "联系方式")),
        Column("identity", "身份证号", Sort.CODE, ("身份证", "身份证号码", "证件号码", "公民身份号码")),
        Column("job", "班组、工种", others=("班组", "工种", "岗位", "班组/工种", "部门")),
        Column("migrant", "农民工(是/否)", others=("农民工", "是否农民工")),
        Column("owed_from", "欠薪起始月", Sort.DAY, ("欠薪起始", "起始月", "开始月份", "欠薪起始日期")),
        Column("owed_until", "欠薪截止月", Sort.DAY, ("欠薪截止", "截止月", "结束月份", "欠薪截止日期")),
        Column(
            "owed",
            "欠薪金额(元)",
            Sort.FIGURE,
            ("欠薪金额", "欠薪", "欠款", "应付", "金额", "金额(元)", "未付工资"),
            required=True,
        ),
        Column("paid", "已付金额(元)", Sort.FIGURE, ("已付金额", "已付", "已支付", "实付")),
    ],
    people=True,
)
COLUMNS = {column.field: column.heading for column in SHEET}

_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(0?[1-9]|1[0-2])\s*月?(?:份)?")
_SPAN = re.compile(
    r"(?P<from>\d{4}[-/.年]?\d{1,2}月?)(?:份)?[-–—~～至到]+(?P<until>(?:\d{4}[-/.年])?\d{1,2}月?)(?:份)?"
)
# What may be a sum of money; `read_yuan` says whether it is one.
_MONEY = re.compile(
    r"(?P<paid>已付|已发|付了)?(?P<owed>欠薪|欠款|欠|金额)?[:：]?(?P<said>(?P<sign>¥|RMB|CNY|人民币)?\d[\d,.万亿]*(?P<unit>元整|元|圆|块)?)"
)
LONGEST_BARE = (
    6  # digits of an amount that nothing marks as one; more of them are a phone or identity number gone wrong
)
_IN_WORDS = re.compile(r"[〇零一二两三四五六七八九十百千万亿]{2,}[元块]?")
_SERIAL = re.compile(r"\d{1,4}[.、)]?")
_LABEL = re.compile(r"(?:已付|已发|付了|欠薪|欠款|欠|金额)[:：]?")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ.'’-]+")
# A sum written into a chat: 合计9000元, 以上共2人，合计 9,000 元.
_SUM_LINE = re.compile(
    r"(?:以上|全部|本页|一)?(?:共计?|总共)?(?:\d+[人名])?[,，、:：]?(?:合计|总计|共计|小计|共|总共)[:：]?(?:[\d人名,，].*)"
)


@dataclass
class WorkerRow:
    """One line: its number (as Excel shows it, or as pasted), the cells by field as written, the facts if they can be.
    `bad`: fields whose cell is refused already; "line" of a line of which a part is.
    """

    number: int
    said: dict[str, str]
    bad: set[str] = field(default_factory=set)
    facts: WorkerFacts | None = None


@dataclass
class Reading(ListRead):
    rows: list[WorkerRow] = field(default_factory=list)

    @property
    def facts(self) -> list[WorkerFacts]:
        return [row.facts for row in self.rows if row.facts is not None]

    def faults_of(self, number: int) -> list[BadCell]:
        return [fault for fault in self.faults if fault.row == number]

    def fault(self, row: int, name: str, reason: str) -> None:
        self.faults.append(BadCell(row, COLUMNS.get(name, name), reason))


@dataclass
class SheetText:
    """A workbook's list as tab-separated lines, line n being row n, and what the lines no longer tell."""

    text: str
    notes: list[str] = field(default_factory=list)
    sheet: str | None = None
    other_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0


def text_of(path: Path, most_bytes: int, name: str = "") -> SheetText:
    """A workbook, or a text file by its `name`, as what one could have pasted. Raises Refused."""
    if (name or path.name).lower().endswith((".txt", ".csv")):
        return SheetText(decoded(path.read_bytes()))
    table = open_table(path, SHEET, name=path.name, most_bytes=most_bytes)
    rows: dict[int, list[Any]] = {}
    if table.has_headings:
        rows[table.heading_row] = table.heading
        for line in table:
            rows[line.number] = line.meant(table.places)
        rows |= {one.row: list(one.cells) for one in table.left_out}
    else:
        rows = {number: row for number, row in table.raw() if not all(map(cells.is_blank, row))}
    if len(rows) > MOST_LINES:
        raise Refused(f"这份表超过 {MOST:,} 行，请分成几次导入。")
    out = StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for number in range(1, max(rows, default=0) + 1):
        writer.writerow([cells.plain(cell) for cell in rows.get(number, [])])
    return SheetText(out.getvalue(), list(table.told_of_source()), table.sheet, table.other_sheets, table.hidden_rows)


def read(text: str, today: date) -> Reading:
    """`text` as pasted: a table (headings or none), or lines such as 张三 13800001111 4500元 2026.6-2026.10."""
    if len(text) > LONGEST_TEXT:
        raise Refused("粘贴的内容太长，请分成几次。")
    table, reading = table_of_text(text, SHEET), Reading()
    found = _table_rows(table, reading) if table.has_headings else _loose_rows(table, reading)
    for row in found:
        if len(reading.rows) > MOST_LINES:
            raise Refused(f"这份名单超过 {MOST:,} 行，请分成几次导入。")
        _take(row, reading, today)
    if not reading.rows and not reading.faults:
        reading.fault(1, "name", "没有可以识别的内容，请粘贴名单后再核对。")
    if len(reading.rows) > MOST:
        reading.fault(reading.rows[MOST].number, "name", f"一次最多 {MOST:,} 人，请分成几次导入。")
    if table.has_headings:
        reading.faults += table.faults
        reading.left_out += table.left_out
    reading.notes += table.notes if table.has_headings else told_of_left_out(reading.left_out)
    _find_twins(reading)
    return reading


def read_file(path: Path, today: date, most_bytes: int) -> Reading:
    """The list in a workbook or a text file."""
    found = text_of(path, most_bytes)
    reading = read(found.text, today)
    reading.notes = [*found.notes, *reading.notes]
    reading.sheet, reading.other_sheets, reading.hidden_rows = found.sheet, found.other_sheets, found.hidden_rows
    return reading


def check_against_case(case: Case, reading: Reading) -> None:
    """Add the faults that only the case can tell: somebody is listed already, a draft has no ledger."""
    good = [row for row in reading.rows if row.facts]
    for place in listed_places(case, reading.facts):
        reading.fault(good[place - 1].number, "name", "此人已在本案名单中（手机号或身份证号相同），请删去这一行。")
    if case.number is None:
        for row in good:
            if row.facts and row.facts.paid:
                reading.fault(row.number, "paid", "草稿还没有台账，请先去掉已付金额，立案后再登记清偿。")


def _table_rows(table: Table, reading: Reading) -> Iterator[WorkerRow]:
    reading.faults += table.missing()
    for line in table:
        for name, reason in line.faults.items():
            reading.fault(line.number, name, reason)
        yield WorkerRow(line.number, {name: cells.plain(value) for name, value in line.given.items()}, set(line.faults))


# ---- lines without headings -------------------------------------------------------------------------------------------


def _loose_rows(table: Table, reading: Reading) -> Iterator[WorkerRow]:
    """Lines that stand for themselves; sums are left out and compared."""
    sums, lines = SumCheck(), 0
    for number, row in table.raw():
        parts = [cells.plain(cell) for cell in row]
        if not any(parts):
            continue
        if (lines := lines + 1) > MOST_LINES:
            raise Refused(f"这份名单超过 {MOST:,} 行，请分成几次导入。")
        if _is_sum(parts):
            reading.left_out.append(LeftOut(number, " ".join(filter(None, parts))[:60], "合计行，不作为一行导入"))
            figures, people = _sum_of(parts)
            _fault_sums(sums.check(number, figures, people), reading)
            continue
        before = len(reading.faults)
        said = _recognised(number, parts, reading)
        sums.take(said | ({} if "owed" in said else {"owed": None}), ("owed", "paid"))
        if said:
            yield WorkerRow(number, said, {"line"} if len(reading.faults) > before else set())
    _fault_sums(sums.conclude(), reading)


def _fault_sums(found: Iterable[tuple[int, str, str]], reading: Reading) -> None:
    for number, name, reason in found:
        reading.fault(number, name or "name", reason)


def _is_sum(parts: list[str]) -> bool:
    if sum(map(len, parts)) > LONGEST_SUM:
        return False
    lead = next((part for part in parts if part and not _SERIAL.fullmatch(part)), "")
    whole = (narrow(text) for text in (lead, "".join(parts)))
    return says_sum(lead) or any(_SUM_LINE.fullmatch(text) for text in whole)


def _sum_of(parts: list[str]) -> tuple[dict[str, str], int | None]:
    """(figures of a sum, how many people it says)."""
    said = narrow(" ".join(parts))
    people = re.search(r"(\d+)\s*[人名]", said)
    figures: dict[str, str] = {}
    for found in re.finditer(r"(已付|已发)?[^\d,.]{0,4}(\d[\d,.]*(?:\s*[万亿]\d*)?)\s*(元?)(?![\d,.]|\s*[人名])", said):
        figure = found[2].strip(",.")
        if found[3] or len(figure) > 2 or re.search("[万亿]", figure):
            with suppress(NotRead):
                amount = f"{read_yuan(figure, in_words=True):f}".removesuffix(".00")
                figures.setdefault("paid" if found[1] else "owed", amount)
    return figures, int(people[1]) if people else None


def _recognised(number: int, parts: list[str], reading: Reading) -> dict[str, str]:
    """Field → text, by what each part looks like."""
    said: dict[str, str] = {}
    if len(parts) > MOST_PARTS:
        reading.fault(number, "name", f"这一行有 {len(parts):,} 项，无法识别，请一人一行。")
        return said
    for place, part in enumerate(_labels_joined(_latin_names_joined(parts)), 1):
        if not part or (place == 1 and len(parts) > 1 and _SERIAL.fullmatch(part)):
            continue
        if place == 1:
            part = re.sub(r"^\d{1,4}[.、)]\s*", "", part)
        try:
            if reason := mark_reason(part):
                raise Bad(f"：{reason}")
            said |= _kind_of(in_one_line(part), said)
        except Bad as bad:
            reading.fault(number, "name", f"第 {place} 项{bad}")
    return said


def _labels_joined(parts: list[str]) -> list[str]:
    """已付 500 as 已付500: what a figure is, parted from it by a blank."""
    joined: list[str] = []
    for part in parts:
        if joined and _LABEL.fullmatch(joined[-1]) and part[:1].isdigit():
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _latin_names_joined(parts: list[str]) -> list[str]:
    """The words of a name in Latin letters, which blanks part, as one."""
    start = next((at for at, part in enumerate(parts) if _LATIN.fullmatch(part)), None)
    if start is None or any(part and not _SERIAL.fullmatch(part) for part in parts[:start]):
        return parts
    end = next((at for at in range(start, len(parts)) if not _LATIN.fullmatch(parts[at])), len(parts))
    return [*parts[:start], " ".join(parts[start:end]), *parts[end:]]


NOT_UNDERSTOOD = "无法识别，请删去，或补上表头（姓名、手机号、欠薪金额……）再粘贴。"


def _kind_of(part: str, said: dict[str, str]) -> dict[str, str]:
    """Field → text of one part. Raises Bad with what to mend; a number is never taken for more than it says it is."""
    plain = narrow(part)
    if number := _number_in(plain, said):
        return number
    if span := _SPAN.fullmatch(plain):
        return {"owed_from": span["from"], "owed_until": _with_year(span["until"], span["from"])}
    if "name" in said and (money := _MONEY.fullmatch(plain)):
        return _money(money, said)
    if plain in ("农民工", "是", "否"):
        return {"migrant": "否" if plain == "否" else "是"}
    if re.search(r"\d", plain):
        raise Bad(NOT_UNDERSTOOD)
    if "name" not in said:
        if len(part) == 1:
            raise Bad("只有一个字，无法识别为姓名；姓名中间的空格请去掉。")
        return {"name": part}
    if _IN_WORDS.fullmatch(plain):
        raise Bad("像是写成汉字的金额，请改写数字，如 15000元。")
    if "job" in said or len(part) == 1:
        raise Bad(NOT_UNDERSTOOD)
    return {"job": part}


def _number_in(plain: str, said: dict[str, str]) -> dict[str, str]:
    """An identity or phone number; {} where `plain` is neither, or another one stands before it."""
    if "identity" not in said and re.fullmatch(r"\d{17}[\dXx]", plain):
        return {"identity": plain}
    if "phone" not in said and phone_fault(phone_key(plain)) is None:
        return {"phone": plain}
    return {}


def _money(money: re.Match[str], said: dict[str, str]) -> dict[str, str]:
    marked = money["paid"] or money["owed"] or money["sign"] or money["unit"] or re.search("[万亿]", money["said"])
    if not marked and len(money["said"].partition(".")[0].replace(",", "")) > LONGEST_BARE:
        raise Bad("像是手机号或身份证号，但位数不对，请核对；如果是金额，请在后面写“元”。")
    which = "paid" if money["paid"] else "owed"
    if which in said:
        raise Bad("是第二个金额，无法识别；已付的请写成“已付500元”。")
    try:
        return {which: f"{read_yuan(money['said'], in_words=True):f}".removesuffix(".00")}
    except NotRead as why:
        raise Bad(f"：{why}" if marked else NOT_UNDERSTOOD) from None


def _with_year(until: str, first: str) -> str:
    return until if re.match(r"\d{4}", until) else f"{first[:4]}年{until.removesuffix('月')}月"


# ---- one row ------------------------------------------------------------------------------------------------------------


def month(today: date, *, last: bool) -> Callable[[str], date]:
    """A reader of 2026-06, 2026年6月, 202606 or a full day. A month means its first day, or (`last`) its last one, never
    later than today."""
    whole = cells.day(today)

    def read_month(text: str) -> date:
        said = narrow(text)
        found = _MONTH.fullmatch(said)
        if not found:
            try:
                return whole(said)
            except Bad:
                raise Bad("无法识别年月，年月格式应为 2026-06，且不晚于今天。") from None
        year, number = int(found[1]), int(found[2])
        if not 1949 < year <= today.year or date(year, number, 1) > today:
            raise Bad("月份晚于今天或过早，请核对年份。")
        return min(date(year, number, monthrange(year, number)[1]), today) if last else date(year, number, 1)

    return read_month


def _name(text: str) -> Private:
    text = without_gaps(in_one_line(text))
    if len(text) > 40:
        raise Bad("姓名超过 40 个字，请核对是否错了列。")
    if re.search(r"\d", text) or not text.strip():
        raise Bad("姓名里不应有数字，请核对是否错了列。")
    return Private(text)


def _phone(text: str) -> Private:
    key = phone_key(text)
    if fault := phone_fault(key):
        raise Bad(fault)
    return Private(key)


def _identity(today: date) -> Callable[[str], Private]:
    def read_identity(text: str) -> Private:
        key = identity_key(text)
        if fault := identity_fault(key, today):
            raise Bad(fault)
        return Private(key)

    return read_identity


def _yuan(text: str) -> Decimal:
    try:
        return Decimal(cells.yuan(text))
    except Bad:
        raise Bad("不是金额，请以元为单位只填数字，最多两位小数。") from None


def _owed(text: str) -> Decimal:
    if not (amount := _yuan(text)):
        raise Bad("欠薪金额应大于 0。")
    return amount


def _job(text: str) -> str:
    if len(text) > 60:
        raise Bad("班组、工种超过 60 个字，请缩短。")
    return text


def _migrant(text: str) -> bool:
    try:
        return cells.yes_no(text)
    except Bad:
        raise Bad("无法识别为是或否，请填“是”或“否”。") from None


def readers(today: date) -> dict[str, Callable[[str], Any]]:
    """Field → reader of one cell that says something; raises `Bad` with a sentence that repeats no private word."""
    return {
        "name": _name,
        "phone": _phone,
        "identity": _identity(today),
        "job": _job,
        "migrant": _migrant,
        "owed_from": month(today, last=False),
        "owed_until": month(today, last=True),
        "owed": _owed,
        "paid": _yuan,
    }


def _take(row: WorkerRow, reading: Reading, today: date) -> None:
    reading.rows.append(row)
    before = len(reading.faults)
    given: dict[str, Any] = {}
    for name, read_cell in readers(today).items():
        if text := row.said.get(name, ""):
            try:
                given[name] = read_cell(text)
            except Bad as bad:
                reading.fault(row.number, name, str(bad))
        elif name in ("name", "owed") and name not in row.bad:
            reading.fault(row.number, name, "必填，请补上。")
    for name, reason in contradictions(given):
        reading.fault(row.number, name, reason)
    if not row.bad and len(reading.faults) == before:
        row.facts = WorkerFacts(**given)


def contradictions(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, reason) where facts that can each be read do not go together."""
    first, last = given.get("owed_from"), given.get("owed_until")
    if first and last and last < first:
        yield "owed_until", "截止月早于起始月，请核对。"
    if given.get("owed") and given.get("paid", 0) > given["owed"]:
        yield "paid", "已付金额多于欠薪金额，请核对。"


def _find_twins(reading: Reading) -> None:
    """The same phone or identity twice in one list."""
    for name in ("phone", "identity"):
        first: dict[Private, int] = {}
        for row in reading.rows:
            value = getattr(row.facts, name) if row.facts else None
            if value and (earlier := first.setdefault(value, row.number)) != row.number:
                reading.fault(row.number, name, f"与第 {earlier} 行相同，请核对是否重复。")
