"""Reading a worker list that was pasted (from Excel, a chat) or comes from a workbook: rows as understood, faults by row
and column. What a fault says never repeats a name or a number: it stays out of logs and screens of others."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from arrears.workers.actions import MOST, WorkerFacts
from unions.common import xlsx_cells as cells
from unions.common.encrypted_fields import Private
from unions.common.identity import identity_fault, identity_key, phone_fault, phone_key
from unions.common.refusals import Refused
from unions.common.text import narrow
from unions.common.xlsx_cells import Bad, heading_key
from unions.common.xlsx_lines import open_lines
from unions.common.xlsx_rows import BadCell

LONGEST_TEXT = 2_000_000  # characters
HEADINGS_WITHIN = 10  # lines from the top
MOST_LINES = MOST + HEADINGS_WITHIN + 100
MOST_PARTS = 40  # of one line that has no headings

# Field → heading of the template, and what people call it otherwise.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "职工姓名", "工人姓名", "名字"),
    "phone": ("手机号", "手机", "电话", "联系电话", "手机号码", "电话号码", "联系方式"),
    "identity": ("身份证号", "身份证", "身份证号码", "证件号码", "公民身份号码"),
    "job": ("班组、工种", "班组", "工种", "岗位", "班组/工种", "部门"),
    "migrant": ("农民工(是/否)", "农民工", "是否农民工"),
    "owed_from": ("欠薪起始月", "欠薪起始", "起始月", "开始月份", "欠薪起始日期"),
    "owed_until": ("欠薪截止月", "欠薪截止", "截止月", "结束月份", "欠薪截止日期"),
    "owed": ("欠薪金额(元)", "欠薪金额", "欠薪", "欠款", "应付", "金额", "金额(元)", "未付工资"),
    "paid": ("已付金额(元)", "已付金额", "已付", "已支付", "实付"),
}
COLUMNS = {name: headings[0] for name, headings in HEADINGS.items()}
_BY_HEADING = {heading_key(heading): name for name, headings in HEADINGS.items() for heading in headings}
_SERIAL_HEADINGS = {"序号", "编号", "备注", ""}

_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(0?[1-9]|1[0-2])\s*月?(?:份)?")
_SPAN = re.compile(
    r"(?P<from>\d{4}[-/.年]?\d{1,2}月?)(?:份)?[-–—~～至到]+(?P<until>(?:\d{4}[-/.年])?\d{1,2}月?)(?:份)?"
)
_MONEY = re.compile(
    r"(?P<paid>已付|已发|付了)?(?P<owed>欠薪|欠款|欠|金额)?[:：]?(?P<sign>[¥￥]?)(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<unit>万元|万|元|块)?"
)
LONGEST_BARE = (
    6  # digits of an amount that nothing marks as one; more of them are a phone or identity number gone wrong
)
_IN_WORDS = re.compile(r"[〇零一二两三四五六七八九十百千万亿]{2,}[元块]?")
_SERIAL = re.compile(r"\d{1,4}[.、)]?")
_CHAT_GAPS = re.compile(r"[\s,，;；、|]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass
class WorkerRow:
    """One line: its number (as Excel shows it, or as pasted), the cells by field as written, the facts if they can be."""

    number: int
    said: dict[str, str]
    facts: WorkerFacts | None = None


@dataclass
class Reading:
    rows: list[WorkerRow] = field(default_factory=list)
    faults: list[BadCell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def facts(self) -> list[WorkerFacts]:
        return [row.facts for row in self.rows if row.facts is not None]

    def faults_of(self, number: int) -> list[BadCell]:
        return [fault for fault in self.faults if fault.row == number]

    def fault(self, row: int, name: str, reason: str) -> None:
        self.faults.append(BadCell(row, COLUMNS.get(name, name), reason))


def text_of(path: Path, most_bytes: int) -> str:
    """The first sheet of a workbook as tab-separated lines: line n is row n of the sheet. Raises Refused."""
    lines: list[str] = []
    for line in open_lines(path, most_bytes):
        if line.number > MOST_LINES:
            raise Refused(f"这份表超过 {MOST:,} 行，请分成几次导入。")
        lines += [""] * (line.number - 1 - len(lines))
        lines.append("\t".join(re.sub(r"[\t\r\n]+", " ", cells.plain(cell)) for cell in line.cells))
    return "\n".join(lines)


def read(text: str, today: date) -> Reading:
    """`text` as pasted: a table with tabs (headings or none), or lines such as 张三 13800001111 4500元 2026.6-2026.10."""
    if len(text) > LONGEST_TEXT:
        raise Refused("粘贴的内容太长，请分成几次。")
    reading, lines = Reading(), list(islice(_lines(text), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise Refused(f"这份名单超过 {MOST:,} 行，请分成几次导入。")
    if not lines:
        reading.fault(1, "name", "没有可以识别的内容，请粘贴名单后再核对。")
        return reading
    at, places = _heading(lines, reading)
    for number, parts in lines[at + 1 :] if places else lines:
        said = (
            {name: parts[place] for name, place in places.items() if place < len(parts) and parts[place]}
            if places
            else _recognised(number, parts, reading)
        )
        if said:
            _take(WorkerRow(number, said), reading, today)
    if len(reading.rows) > MOST:
        reading.fault(reading.rows[MOST].number, "name", f"一次最多 {MOST:,} 人，请分成几次导入。")
    _find_twins(reading)
    return reading


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    tabs = "\t" in text
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = line.replace("\x00", "")
        parts = line.split("\t") if tabs else _CHAT_GAPS.split(_THOUSANDS.sub("", line.strip()))
        if any(part.strip() for part in parts):
            yield number, [part.strip() for part in parts]


def _heading(lines: list[tuple[int, list[str]]], reading: Reading) -> tuple[int, dict[str, int]]:
    """The line with the headings and field → place; ({}) where there is none."""
    for at, (_, parts) in enumerate(lines[:HEADINGS_WITHIN]):
        known = {place: _BY_HEADING.get(heading_key(part)) for place, part in enumerate(parts)}
        if "name" not in known.values() or sum(name is not None for name in known.values()) < 2:
            continue
        places: dict[str, int] = {}
        for place, name in known.items():
            if name:
                places.setdefault(name, place)
        unknown = [parts[p] for p, name in known.items() if name is None and parts[p] not in _SERIAL_HEADINGS]
        if unknown:
            reading.notes.append(f"以下列没有导入：{'、'.join(unknown[:8])}。")
        return at, places
    return 0, {}


# ---- lines without headings -------------------------------------------------------------------------------------------


def _recognised(number: int, parts: list[str], reading: Reading) -> dict[str, str]:
    """Field → text, by what each part looks like."""
    said: dict[str, str] = {}
    if len(parts) > MOST_PARTS:
        reading.fault(number, "name", f"这一行有 {len(parts):,} 项，看不懂，请一人一行。")
        return said
    for place, part in enumerate(parts, 1):
        if not part or (place == 1 and len(parts) > 1 and _SERIAL.fullmatch(part)):
            continue
        if place == 1:
            part = re.sub(r"^\d{1,4}[.、)]\s*", "", part)
        try:
            said |= _kind_of(part, said)
        except Bad as bad:
            reading.fault(number, "name", f"第 {place} 项{bad}")
    return said


NOT_UNDERSTOOD = "看不懂，请删去，或补上表头（姓名、手机号、欠薪金额……）再粘贴。"


def _kind_of(part: str, said: dict[str, str]) -> dict[str, str]:
    """Field → text of one part. Raises Bad with what to mend; a number is never taken for more than it says it is."""
    plain = narrow(part)
    if "identity" not in said and re.fullmatch(r"\d{17}[\dXx]", plain):
        return {"identity": plain}
    if "phone" not in said and re.fullmatch(r"(\+?86)?1[3-9]\d{9}", plain.replace("-", "")):
        return {"phone": plain}
    if span := _SPAN.fullmatch(plain):
        return {"owed_from": span["from"], "owed_until": _with_year(span["until"], span["from"])}
    if "name" in said and (money := _MONEY.fullmatch(plain)):
        return _money(money, said)
    if plain in ("农民工", "是", "否"):
        return {"migrant": "否" if plain == "否" else "是"}
    if re.search(r"\d", plain):
        raise Bad(NOT_UNDERSTOOD)
    if "name" not in said:
        return {"name": part}
    if _IN_WORDS.fullmatch(plain):
        raise Bad("像是写成汉字的金额，请改写数字，如 15000元。")
    if "job" in said:
        raise Bad(NOT_UNDERSTOOD)
    return {"job": part}


def _money(money: re.Match[str], said: dict[str, str]) -> dict[str, str]:
    marked = money["paid"] or money["owed"] or money["sign"] or money["unit"]
    if not marked and len(money["number"].partition(".")[0].replace(",", "")) > LONGEST_BARE:
        raise Bad("像是手机号或身份证号，但位数不对，请核对；如果是金额，请在后面写「元」。")
    which = "paid" if money["paid"] else "owed"
    if which in said:
        raise Bad("是第二个金额，看不出是什么；已付的请写成「已付500元」。")
    yuan = money["number"].replace(",", "")
    return {which: f"{Decimal(yuan) * 10_000:f}" if (money["unit"] or "").startswith("万") else yuan}


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
                raise Bad("看不出是哪年哪月，请按 2026-06 的样子填写，且不晚于今天。") from None
        year, number = int(found[1]), int(found[2])
        if not 1949 < year <= today.year or date(year, number, 1) > today:
            raise Bad("月份晚于今天或过早，请核对年份。")
        return min(date(year, number, monthrange(year, number)[1]), today) if last else date(year, number, 1)

    return read_month


def _name(text: str) -> Private:
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
        raise Bad("看不出是或否，请填「是」或「否」。") from None


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
    before, given = len(reading.faults), {}
    for name, read_cell in readers(today).items():
        if text := row.said.get(name, ""):
            try:
                given[name] = read_cell(text)
            except Bad as bad:
                reading.fault(row.number, name, str(bad))
        elif name in ("name", "owed"):
            reading.fault(row.number, name, "必填，请补上。")
    for name, reason in contradictions(given):
        reading.fault(row.number, name, reason)
    if len(reading.faults) == before:
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
