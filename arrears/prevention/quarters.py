"""Quarters by their label: 2026Q3."""

from __future__ import annotations

import re
from datetime import date, timedelta

from arrears.bounds import EARLIEST
from unions.refusals import Refused


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def days_of(quarter: str) -> tuple[date, date]:
    """Its first and its last day. Raises Refused."""
    found = re.fullmatch(r"([0-9]{4})Q([1-4])", quarter)
    if not found or int(found[1]) < EARLIEST.year:
        raise Refused("季度请写成 2026Q3 的样子。", {"quarter": "季度请写成 2026Q3 的样子。"})
    year, month = int(found[1]), int(found[2]) * 3 - 2
    after = date(year + (month == 10), (month + 3 - 1) % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def spoken(quarter: str) -> str:
    """2026年第3季度"""
    return f"{quarter[:4]}年第{quarter[-1]}季度"


def latest(today: date, count: int = 8) -> list[str]:
    """The quarter of today and those before it, newest first."""
    found = [quarter_of(today)]
    while len(found) < count:
        found.append(quarter_of(days_of(found[-1])[0] - timedelta(days=1)))
    return found


def before(day: date) -> str:
    """The last quarter that is over on `day`."""
    return latest(day, 2)[1]
