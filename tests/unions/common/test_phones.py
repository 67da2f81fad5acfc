"""A phone is read however it was written; what is none is refused in words that do not repeat it."""

from __future__ import annotations

import pytest

from unions.common.identity import office_phone_fault, phone_fault, phone_key
from unions.people.forms import DutyForm

MOBILE = "13800001111"
WRITTEN = {
    MOBILE: MOBILE,
    "013800001111": MOBILE,
    "+86 138 0000 1111": MOBILE,
    "+86-138-0000-1111": MOBILE,
    "86-13800001111": MOBILE,
    "8613800001111": MOBILE,
    "0086 13800001111": MOBILE,
    "+86 (0)138 0000 1111": MOBILE,
    "138 0000 1111": MOBILE,
    "138—0000—1111": MOBILE,
    "138‑0000‑1111": MOBILE,
    "１３８００００１１１１": MOBILE,
    "138\u200b0000\u00a01111": MOBILE,
    "138.0000.1111": MOBILE,
    "0532-8571 2351": "053285712351",
    "(0532)85712351": "053285712351",
    "+86 532 8571 2351": "053285712351",
    "86-0971-8123456": "09718123456",
    "+86 10 6512 3456": "01065123456",
}


@pytest.mark.parametrize(("written", "key"), WRITTEN.items())
def test_one_phone_however_it_is_written(written: str, key: str) -> None:
    assert phone_key(written) == key
    assert phone_fault(phone_key(written)) is None


@pytest.mark.parametrize(
    "written", ["1380000111", "12800001111", "微信同号", "138000011110", "13800001111/13900002222", "86", ""]
)
def test_what_is_no_phone_is_refused_without_repeating_it(written: str) -> None:
    fault = phone_fault(phone_key(written))
    assert fault and "手机号" in fault and (not written or written not in fault)


@pytest.mark.parametrize(
    "written",
    ["12351", "0532-85712351", "85712351", "400-800-1234", "0971-8123456 转 801", "0532-85712351、13800001111"],
)
def test_an_office_has_more_kinds_of_phones(written: str) -> None:
    assert office_phone_fault(written) is None


@pytest.mark.parametrize("written", ["值班室", "0532-1", "1234567890123456", "12"])
def test_what_is_no_phone_is_not_published(written: str) -> None:
    form = DutyForm({"duty_officer": "孙值班", "duty_phone": written})
    assert "应为电话号码" in str(form.errors["duty_phone"])
