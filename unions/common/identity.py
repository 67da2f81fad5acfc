"""Phone and identity numbers: one normal form to compare by, and what is wrong with one that cannot be right."""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError as StdnumError

from unions.common.refusals import Refused
from unions.common.text import narrow

PHONE, IDENTITY = "phone", "identity"  # kinds of prints
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}")
# A local number, 400 and 800 numbers, service numbers as 12351.
_OF_AN_OFFICE = re.compile(r"[2-9]\d{6,7}|[48]00\d{7}|[19]\d{2,5}")
_FROM_ABROAD = re.compile(r"(?:\+|00)?86(01[3-9]\d{9}|1[3-9]\d{9}|0\d{9,11}|[2-9]\d{8,10}|10\d{8})")
_ZERO_BEFORE_MOBILE = re.compile(r"^0(?=1[3-9]\d{9}$)")
_EXTENSION = re.compile(r"\s*(?:转|分机)\s*\d{1,6}$")
_SEVERAL = re.compile(r"[、,;/]|或")
_IDENTITY = re.compile(r"[1-9]\d{16}[\dX]")
# Seven digits in a row, or a phone or identity number in groups; dates and case numbers have fewer, or hyphens.
_NUMBER_WITHIN = re.compile(r"\d{7,}|[1１][3-9３-９]\d[\s\-—–]?\d{4}[\s\-—–]?\d{4}|\d(?:\s?\d){14,}")
_OLDEST = 1900  # year of birth


def _narrow(text: str) -> str:
    return re.sub(r"[\s\-‐‑‒–—―−()]", "", narrow(text)).upper()


def phone_key(text: str) -> str:
    """Digits only, as one dials within the country: +86 138…, 86-138…, 0138… are 138…; +86 532… is 0532…."""
    digits = re.sub(r"[.·]", "", _narrow(text))
    if called := _FROM_ABROAD.fullmatch(digits):
        national = called[1]
        digits = national if national[0] == "0" or _MOBILE.fullmatch(national) else f"0{national}"
    return _ZERO_BEFORE_MOBILE.sub("", digits)


def identity_key(text: str) -> str:
    return _narrow(text)


def phone_fault(key: str) -> str | None:
    """Why this is no phone number of a person (Chinese, without the number); None when it is one."""
    if _MOBILE.fullmatch(key) or _LANDLINE.fullmatch(key):
        return None
    digits = sum(sign.isdigit() for sign in key)
    one = "，只填一个号码" if digits > 12 else "，不要写文字" if digits < len(key) else ""
    return f"应为 11 位手机号，或带区号的固定电话{one}；现有 {digits} 位，请核对。"


def office_phone_fault(text: str) -> str | None:
    """Why this is no published phone: one or several of a person's, a local, 400 or service number, with an extension or not."""
    for one in _SEVERAL.split(narrow(text)):
        key = phone_key(_EXTENSION.sub("", one.strip()))
        if phone_fault(key) and not _OF_AN_OFFICE.fullmatch(key):
            return "应为电话号码，如 0532-12345678、12351；几个号码用顿号分开，分机写“转 801”。"
    return None


def identity_fault(key: str, today: date) -> str | None:
    """Why this is no 居民身份证 number; None when it is one. Check digit and birth date only: the
    library's own `validate` refuses real people whose county is newer than they are."""
    if re.fullmatch(r"[\d.]+E\+?\d+", key):
        return "单元格是数字格式，末几位已被表格软件抹去；请把这一列设为“文本”后重新填写。"
    if not _IDENTITY.fullmatch(key):
        return f"身份证号应为 18 位（末位可以是 X），现有 {len(key)} 位，请核对。"
    try:
        born = ric.get_birth_date(key)
    except StdnumError:
        return "身份证号中的出生日期不存在，请核对第 7 至 14 位。"
    if born.year < _OLDEST or born > today:
        return "身份证号中的出生日期不可能，请核对第 7 至 14 位。"
    return None if key[-1] == ric.calc_check_digit(key) else "身份证号的校验码不相符，可能抄错了一位，请核对。"


def refuse_numbers(text: str, field: str) -> None:
    """The log is read by others and never forgets: no phone or identity number gets into it."""
    if _NUMBER_WITHIN.search(text):
        raise Refused("这里写的会进入操作记录，请不要写电话或证件号码。", {field: "请不要写号码。"})
