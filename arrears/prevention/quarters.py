"""Quarters by their label: 2026Q3."""

from __future__ import annotations

import re
from datetime import date, timedelta

from unions.common.limits import EARLIEST
from unions.common.refusals import Refused


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def days_of(quarter: str) -> tuple[date, date]:
    """Return the first and the last day of a quarter. Raises Refused."""
    found = re.fullmatch(r"([0-9]{4})Q([1-4])", quarter)
    if not found or not EARLIEST.year <= int(found[1]) < date.max.year:
        raise Refused.for_field("quarter", "季度格式应为 2026Q3。")
    year, month = int(found[1]), int(found[2]) * 3 - 2
    after = date(year + (month == 10), (month + 3 - 1) % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def spoken(quarter: str) -> str:
    """2026年第3季度"""
    return f"{quarter[:4]}年第{quarter[-1]}季度"


def latest(today: date, count: int = 8) -> list[str]:
    """List the quarter of today and those before it, newest first."""
    found = [quarter_of(today)]
    while len(found) < count:
        found.append(quarter_of(days_of(found[-1])[0] - timedelta(days=1)))
    return found


def before(day: date) -> str:
    """Return the last quarter that is over on `day`."""
    return latest(day, 2)[1]


def span_of(label: str) -> tuple[date, date]:
    """Return first and last day of a month (2026-11), quarter (2026Q4) or year (2026). Raises Refused."""
    if "Q" in label:
        return days_of(label)
    found = re.fullmatch(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?", label)
    if not found or not EARLIEST.year <= int(found[1]) < date.max.year:
        raise Refused("期间请写成 2026-11、2026Q4 或 2026。", {"period": "期间有误，请重新选择。"})
    year = int(found[1])
    if not found[2]:
        return date(year, 1, 1), date(year, 12, 31)
    first = date(year, int(found[2]), 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def spans(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a reader chooses a span from: this year's and last year's months, quarters, years, newest first."""
    months: list[str] = []
    day = today
    while len(months) < 12:
        months.append(f"{day:%Y-%m}")
        day = day.replace(day=1) - timedelta(days=1)
    return [
        ("季度", [(one, spoken(one)) for one in latest(today)]),
        ("月", [(one, f"{one[:4]}年{int(one[5:])}月") for one in months]),
        ("年", [(str(year), f"{year}年") for year in range(today.year, today.year - 3, -1)]),
    ]
