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
    "不是数字，请填数字。金额只能填数字，如 120000.00。",
    "请按元填写，如 12 万元写成 120000。",
    "{what}过大，最多 {most:,} 元，请核对单位是否为元。",
)
_PEOPLE = _Kind(
    re.compile(r" ?[人名位]$"),
    "不是数字，请填数字。{what}须是整数，如 12。",
    "请写成整数，如 1.2 万写成 12000。",
    "{what}过大，最多 {most:,}，请核对是否填成了金额。",
)


class NotRead(ValueError):
    """Why this is not taken as a figure, and how to write it (Chinese)."""


class InOtherUnit(NotRead):
    """Said in 万 or 亿 where 元 or 人 are asked for."""


def read_yuan(value: Any, *, negative: bool = False, in_words: bool = False, most: Decimal = MOST_MONEY) -> Decimal:
    """Yuan with two places out of a number or of words as “1,234.50” or “￥1234.5元”. `in_words`: also “3.5万元”. Raises NotRead."""
    number = _number(value, _MONEY, most, "金额", in_words)
    if number != (amount := number.quantize(Decimal("0.01"))):
        raise NotRead("金额以元为单位，最多两位小数。")
    if amount < 0 and not negative:
        raise NotRead("金额不能是负数。")
    return amount


def read_people(value: Any, *, negative: bool = False, most: Decimal = Decimal(MOST_PEOPLE), what: str = "人数") -> int:
    """Whole people, or `what` is counted, out of a number or of words as “12” or “1,200人”. Raises NotRead."""
    number = _number(value, _PEOPLE, most, what)
    if number != number.to_integral_value():
        raise NotRead(f"不是整数，{what}须是整数，如 12。")
    if number < 0 and not negative:
        raise NotRead(f"{what}不能是负数。")
    return int(number)


def _number(value: Any, kind: _Kind, most: Decimal, what: str, in_words: bool = False) -> Decimal:
    if isinstance(value, bool | date | timedelta):
        raise NotRead(kind.otherwise.format(what=what))
    if isinstance(value, float):
        # Fifteen digits are what the sheet shows; beyond them a double holds only noise of its sums.
        value = format(Decimal(format(value, f".{_EXACT}g")), "f")
    said = re.sub(r"\s+", " ", kind.around.sub("", narrow(value))).translate(_SIGNS)
    sign = -1 if said.startswith("-") else 1
    unsigned = said[1:].strip() if said[:1] in ("-", "+") else said
    number = None if len(said) > LONGEST else _unsigned(unsigned, in_words)
    if number is None and len(said) <= LONGEST:
        raise _why_not(unsigned, kind, what)
    if number is None or number > most:
        raise NotRead(kind.too_much.format(what=what, most=most))
    return sign * number


def _why_not(said: str, kind: _Kind, what: str) -> NotRead:
    if re.search("[万亿]", said):
        return InOtherUnit(kind.in_words)
    if _GROUPED_OTHERWISE.fullmatch(said):
        return NotRead("逗号、空格只能每三位数字一个，如 12,345.00；小数点请用“.”，如 1.5。")
    return NotRead(kind.otherwise.format(what=what))


def _unsigned(said: str, in_words: bool) -> Decimal | None:
    found = _digits(said)
    return _in_words(said) if found is None and in_words else found


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
