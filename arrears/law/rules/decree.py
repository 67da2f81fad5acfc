"""Reading a pasted State Council notice (国务院办公厅关于……年部分节假日安排的通知) into decreed days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from arrears.law.rules.holiday_sources import FESTIVALS, WEEKDAYS, Decreed

_DAY = r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日(?:\((?P<{0}note>[^)]{{0,40}})\))?"
_SPAN = re.compile(_DAY.format("a") + r"(?:至" + _DAY.format("b") + r")?")
_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}、(?P<names>[^:\n]{2,20}):(?P<text>.*?)(?=[一二三四五六七八九十]{1,3}、[^:\n]{2,20}:|\Z)",
    re.S,
)
_TITLE_YEAR = re.compile(r"(\d{4})年\s*部分节假日\s*安排")
_NUMBER = re.compile(r"国办发明电\s*〔(\d{4})〕\s*(\d+)号")
_COUNT = re.compile(r"共(\d+)天|放假(\d+)天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")


LONGEST = 20_000  # characters; the longest of the State Council's has 1,500


class DecreeError(ValueError):
    """The text cannot be read as a notice; one Chinese sentence that quotes the place."""


@dataclass(frozen=True)
class Decree:
    """What a notice orders. `number`: its 文号 where the text has it, else empty."""

    year: int
    number: str
    days: tuple[Decreed, ...]


def read_decree(text: str, year: int | None = None) -> Decree:
    """Raises DecreeError: no year, no item, a weekday or a number of days that does not fit the dates, a day named twice.

    `year` is wanted only where the text has lost its title.
    """
    if len(text) > LONGEST:
        raise DecreeError(f"粘贴的文字有 {len(text):,} 字，放假安排通知不会这样长，请只粘贴通知全文。")
    text = unicodedata.normalize("NFKC", text).replace("[", "〔").replace("]", "〕")
    title = _TITLE_YEAR.search(text)
    if title is None and year is None:
        raise DecreeError("没有找到“××××年部分节假日安排”字样，请连同标题一起粘贴，或者填写年份。")
    year = int(title[1]) if title else int(year or 0)
    days = [day for item in _ITEM.finditer(text) for day in _item(item["names"].strip(), item["text"], year)]
    if not days:
        raise DecreeError("没有读到任何放假安排，应有“一、元旦：1月1日至3日放假”这样的条目。")
    number = _NUMBER.search(text)
    named = f"国办发明电〔{number[1]}〕{number[2]}号" if number else ""
    return Decree(year, named, tuple(_once(days)))


def missing_festivals(decree: Decree) -> list[str]:
    """Festivals the notice does not name: what was pasted is probably not the whole."""
    names = " ".join(day.name for day in decree.days if day.off)
    return [festival for festival in FESTIVALS if festival not in names]


def _item(names: str, text: str, year: int) -> Iterator[Decreed]:
    for sentence in re.split("[。;]", text):
        if "上班" in sentence:
            yield from (Decreed(day, False, f"{names}调休") for day in _spans(sentence, year, names))
        elif "放假" in sentence:
            off = list(_spans(sentence.split("放假")[0], year, names))
            _check_count(off, sentence, names)
            yield from (Decreed(day, True, names) for day in off)


def _spans(text: str, year: int, names: str) -> Iterator[date]:
    month: str | None = None
    for span in _SPAN.finditer(text):
        month = span["amonth"] or month
        first = _date(span, "a", year, month, names)
        if not span["bday"]:
            yield first
            continue
        month = span["bmonth"] or month
        last = _date(span, "b", first.year, month, names)
        if last < first:
            raise DecreeError(f"“{names}”中“{span[0]}”的止日早于起日，请核对。")
        yield from (first + timedelta(n) for n in range((last - first).days + 1))


def _date(span: re.Match[str], end: str, year: int, month: str | None, names: str) -> date:
    try:
        day = date(int(span[f"{end}year"] or year), int(month or 0), int(span[f"{end}day"]))
    except ValueError as error:
        raise DecreeError(f"“{names}”中“{span[0]}”不是一个日期，请核对。") from error
    said = _WEEKDAY.search(span[f"{end}note"] or "")
    if said and said[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
        raise DecreeError(f"“{names}”中写的是{said[0]}，但 {day} 是周{WEEKDAYS[day.weekday()]}，请核对。")
    return day


def _check_count(off: list[date], sentence: str, names: str) -> None:
    count = _COUNT.search(sentence)
    if count and int(count[1] or count[2]) != len(off):
        raise DecreeError(f"“{names}”写明放假{count[1] or count[2]}天，但所列日期是{len(off)}天，请核对。")


def _once(days: list[Decreed]) -> list[Decreed]:
    seen: dict[date, Decreed] = {}
    for row in days:
        if seen.setdefault(row.day, row) != row:
            raise DecreeError(f"{row.day} 在“{seen[row.day].name}”和“{row.name}”里各出现一次，请核对。")
    return sorted(seen.values(), key=lambda row: row.day)
