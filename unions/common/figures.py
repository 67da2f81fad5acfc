"""Figures as people write them, read once for forms, the API, workbooks and pasted lists: what could mean two things is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from unions.common.limits import MOST_MONEY, MOST_PEOPLE
from unions.common.text import narrow

LONGEST = 30  # characters; more is a mistake, and slow to convert
_EXACT = 15  # digits that a double holds

_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]*)?")
_IN_WORDS = re.compile(r"(?P<head>[0-9,. ]+?) ?(?P<unit>[万亿])(?P<rest>[0-9]{4}(?:\.[0-9]+)?)?")
_UNITS = {"万": 10_000, "亿": 100_000_000}
_GROUPED_OTHERWISE = re.compile(r"(?=.*[, ])[0-9][0-9,. ]*")
_SIGNS = str.maketrans({"−": "-", "–": "-", "﹣": "-"})


@dataclass(frozen=True)
class _Kind:
    """What may stand around the digits, and what is said of that which is no figure."""

    around: re.Pattern[str]
    otherwise: str
    in_words: str
    too_much: str


_MONEY = _Kind(
    re.compile(r"^(?:¥|RMB|CNY|人民币) ?| ?(?:元整|元|圆|块)$", re.IGNORECASE),
    "不是数字，金额只能填数字，单位为元，如 120000.00。",
    "请按元填写：换算成元，只填数字，如 12 万元写成 120000。",
    "金额过大，最多 {:,} 元，请核对单位是否为元。",
)
_PEOPLE = _Kind(
    re.compile(r" ?[人名位]$"),
    "不是数字，人数须是整数，如 12。",
    "请换算成人，只填数字，如 1.2 万人写成 12000。",
    "人数过大，最多 {:,}，请核对是否填成了金额。",
)


class NotRead(ValueError):
    """Why this is not taken as a figure, and how to write it (Chinese)."""


def read_yuan(value: Any, *, negative: bool = False, in_words: bool = False, most: Decimal = MOST_MONEY) -> Decimal:
    """Yuan with two places out of a number or of words as “1,234.50” or “￥1234.5元”. `in_words`: also “3.5万元”. Raises NotRead."""
    number = _number(value, _MONEY, in_words, most)
    if number != (amount := number.quantize(Decimal("0.01"))):
        raise NotRead("金额以元为单位，最多两位小数。")
    if amount < 0 and not negative:
        raise NotRead("金额不能是负数。")
    return amount


def read_people(value: Any, *, negative: bool = False, most: Decimal = Decimal(MOST_PEOPLE)) -> int:
    """Whole people out of a number or of words as “12” or “1,200人”. Raises NotRead."""
    number = _number(value, _PEOPLE, False, most)
    if number != number.to_integral_value():
        raise NotRead("不是整数，人数须是整数，如 12。")
    if number < 0 and not negative:
        raise NotRead("人数不能是负数。")
    return int(number)


def _number(value: Any, kind: _Kind, in_words: bool, most: Decimal) -> Decimal:
    number = _any_number(value, kind, in_words)
    if number is None or abs(number) > most:
        raise NotRead(kind.too_much.format(most))
    return number


def _any_number(value: Any, kind: _Kind, in_words: bool) -> Decimal | None:
    """None: too long to be a figure of ours."""
    if isinstance(value, bool | date | timedelta):
        raise NotRead(kind.otherwise)
    if isinstance(value, float):
        # Fifteen digits are what the sheet shows; beyond them a double holds only noise of its sums.
        value = format(Decimal(format(value, f".{_EXACT}g")), "f")
    said = re.sub(r"\s+", " ", kind.around.sub("", narrow(value))).translate(_SIGNS)
    if len(said) > LONGEST:
        return None
    sign = -1 if said.startswith("-") else 1
    unsigned = said[1:].strip() if said[:1] in ("-", "+") else said
    if (found := _digits(unsigned)) is not None:
        return sign * found
    if in_words and (found := _in_words(unsigned)) is not None:
        return sign * found
    if re.search("[万亿]", unsigned):
        raise NotRead(kind.in_words)
    if _GROUPED_OTHERWISE.fullmatch(unsigned):
        raise NotRead("逗号、空格只能每三位数字一个，如 12,345.00；小数点请用“.”，如 1.5。")
    raise NotRead(kind.otherwise)


def _digits(said: str) -> Decimal | None:
    if _NUMBER.fullmatch(said):
        return Decimal(said)
    return Decimal(re.sub("[, ]", "", said)) if _GROUPED.fullmatch(said) else None


def _in_words(said: str) -> Decimal | None:
    """ "3.5万" and "3万5000": what stands after 万 has four digits, or it could mean two things."""
    words = _IN_WORDS.fullmatch(said)
    head = _digits(words["head"]) if words else None
    if words is None or head is None:
        return None
    if rest := words["rest"]:
        clear = words["unit"] == "万" and head == head.to_integral_value()
        return head * _UNITS["万"] + Decimal(rest) if clear else None
    return head * _UNITS[words["unit"]]
