"""What a cell says: each reader takes a value as the workbook holds it and returns a fact, or raises `Bad`.

People type numbers as text, dates in five ways and everything in full-width characters; all of that is understood.
What is not understood is named, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from unions.common.figures import InOtherUnit, NotRead, read_people, read_yuan
from unions.common.limits import EARLIEST
from unions.common.text import clean, narrow

Reader = Callable[[Any], Any]

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_LAST_SERIAL = 2_958_465  # 9999-12-31
# A double holds 15 digits; a longer number has already lost its last ones.
_EXACT = 10**15

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]\s*[\d:.]+)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Bad(Exception):
    """The cell cannot be taken as it is. The message says why and how to mend it (Chinese)."""


def is_blank(value: Any) -> bool:
    if not isinstance(value, str):
        return value is None
    said = value.strip()
    seen = said[:1].isascii() or "一" <= said[:1] <= "鿿"  # the letters that most cells begin with
    return not said or not (seen or clean(said).strip())


def shown(value: Any) -> str:
    """The value as a person sees it in the sheet, cut to fit into a sentence."""
    text = plain(value)
    return text if len(text) <= 30 else f"{text[:29]}…"


def plain(value: Any) -> str:
    """Any cell as text; a number without the `.0` the file format adds."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case float():
            return format(value, ".15g")
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
    return clean(_CONTROL.sub("", str(value))).strip()


def text(longest: int) -> Reader:
    """A reader of text of at most `longest` characters."""

    def read(value: Any) -> str:
        if isinstance(value, float) and abs(value) >= _EXACT:
            raise Bad("单元格是数字格式，末几位已被表格软件抹去；请把这一列设为“文本”后重新填写。")
        content = plain(value)
        if len(content) > longest:
            raise Bad(f"超过 {longest} 个字（现有 {len(content)} 个字），请缩短。")
        return content

    return read


def people(value: Any) -> int:
    """Whole people, none or more."""
    try:
        return read_people(value)
    except NotRead as why:
        raise _not_read(value, why, "人") from why


def yuan(value: Any) -> Decimal:
    """Yuan with two places, none or more."""
    try:
        return read_yuan(value)
    except NotRead as why:
        raise _not_read(value, why, "元") from why


def _not_read(value: Any, why: NotRead, unit: str) -> Bad:
    in_other_unit = f"带有单位，请换算成{unit}，只填数字。" if isinstance(why, InOtherUnit) else "："
    return Bad(f"“{shown(value)}”{in_other_unit}{why}")


def day(today: date) -> Reader:
    """A reader of days between 1949 and `today`: dates, serial numbers and the usual ways of writing one."""

    def read(value: Any) -> date:
        found = as_day(value)
        if found is None:
            raise Bad(f"“{shown(value)}”不是日期，日期格式应为 2023-06-01。")
        if found > today:
            raise Bad(f"{found} 晚于今天，请核对年份。")
        if found < EARLIEST:
            raise Bad(f"{found} 早于 {EARLIEST}，请核对年份。")
        return found

    return read


def as_day(value: Any) -> date | None:
    """A date, a serial number of days, or a usual way of writing one; None where it is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    said = narrow(plain(value))
    if found := _DAY.fullmatch(said) or _COMPACT_DAY.fullmatch(said):
        year, month, day_of_month = (int(part) for part in found.groups())
        try:
            return date(year, month, day_of_month)
        except ValueError:
            return None
    return None if isinstance(value, str) else _serial_day(value)


def _serial_day(number: float) -> date | None:
    """A date column without a date format holds the days since 1899-12-30."""
    if not 60 < number <= _LAST_SERIAL:
        return None
    return _EXCEL_DAY_ZERO + timedelta(days=int(number))


_YES = frozenset({"是", "1", "Y", "YES", "TRUE", "有", "√", "✓"})
_NO = frozenset({"否", "0", "N", "NO", "FALSE", "无", "×", "✗"})


def yes_no(value: Any) -> bool:
    said = narrow(plain(value)).upper()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise Bad(f"“{shown(value)}”无法识别为是或否，请填“是”或“否”。")


def one_of(choices: Mapping[str, str], what: str) -> Reader:
    """A reader of one of `choices`: word as typed (compared by `choice_key`) → value kept. `what` lists them in the refusal."""
    known = {choice_key(word): kept for word, kept in choices.items()}

    def read(value: Any) -> str:
        found = known.get(choice_key(plain(value)))
        if found is None:
            raise Bad(f"“{shown(value)}”不在可选范围内，请填：{what}。")
        return found

    return read


def choice_key(word: str) -> str:
    """Compared without blanks, punctuation, width and case."""
    return re.sub(r"[\s、，,。.（）()/·-]", "", narrow(word)).casefold()


def heading_key(value: Any) -> str:
    """Headings are compared without blanks, line breaks and width of brackets."""
    return "".join(narrow(plain(value)).split())
