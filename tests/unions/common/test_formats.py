"""How figures, days and private words are written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from unions.common import formats

START = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.89"), "1,234,567.89"),
        (Decimal("0.005"), "0.01"),
        (Decimal("-0.001"), "0.00"),
        (Decimal("-1200"), "-1,200.00"),
        (0, "0.00"),
        ("98000", "98,000.00"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_yuan(value: Decimal | int | str | None, text: str) -> None:
    assert formats.yuan(value) == text


def test_yuan_with_its_unit() -> None:
    assert formats.yuan_unit(Decimal("86400")) == "86,400.00 元"
    assert formats.yuan_unit(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.89"), "123.46"),
        (Decimal("50"), "0.01"),
        (Decimal("49.99"), "0.00"),
        (Decimal("150"), "0.02"),
        (Decimal("250"), "0.03"),
        (Decimal("123456789012"), "12,345,678.90"),
        (None, "—"),
    ],
)
def test_ten_thousand_yuan_rounds_half_up(value: Decimal | None, text: str) -> None:
    assert formats.wan(value) == text


@pytest.mark.parametrize(("value", "text"), [(37, "0.0037"), (0, "0.0000"), (123456, "12.3456"), (None, "—")])
def test_ten_thousand_people_lose_nobody(value: int | None, text: str) -> None:
    assert formats.wan_people(value) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (1234, "1,234"), (None, "—")])
def test_people(value: int | None, text: str) -> None:
    assert formats.people(value) == text


def test_days_and_minutes_are_those_of_shanghai() -> None:
    assert formats.day(START) == "2026-11-21"
    assert formats.moment(START) == "2026-11-21 02:30"
    assert formats.clock(START) == "02:30"
    assert formats.day(date(2026, 1, 5)) == "2026-01-05"
    assert formats.day(None) == formats.moment(None) == formats.clock(None) == "—"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=59), "不到1分钟"),
        (timedelta(minutes=5), "5分"),
        (timedelta(hours=3, minutes=12), "3小时12分"),
        (timedelta(hours=3), "3小时"),
        (timedelta(days=2, hours=4, minutes=59), "2天4小时"),
        (timedelta(days=2, minutes=59), "2天"),
        (-timedelta(hours=1), "1小时"),
    ],
)
def test_elapsed(span: timedelta, text: str) -> None:
    assert formats.elapsed(span) == text
    assert formats.elapsed(START, START + span) == text


def test_elapsed_does_not_ask_what_time_it_is() -> None:
    with pytest.raises(ValueError, match="ends"):
        formats.elapsed(START)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 B"), (812, "812 B"), (3481, "3.4 KB"), (12 * 2**20, "12.0 MB"), (None, "—")]
)
def test_size(value: int | None, text: str) -> None:
    assert formats.size(value) == text


@pytest.mark.parametrize(
    ("mask", "value", "text"),
    [
        (formats.mask_name, "张三丰", "张**"),
        (formats.mask_name, "张", "张*"),
        (formats.mask_name, " ", "—"),
        (formats.mask_phone, "138 1234 5678", "138****5678"),
        (formats.mask_phone, "0971-6123456", "097*****3456"),
        (formats.mask_phone, "12345", "*****"),
        (formats.mask_phone, None, "—"),
        (formats.mask_identity, "110101199003071234", "110***********1234"),
        (formats.mask_identity, "1101", "****"),
    ],
)
def test_masks(mask: object, value: str | None, text: str) -> None:
    assert callable(mask)
    assert mask(value) == text
