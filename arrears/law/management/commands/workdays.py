"""manage.py workdays add DATE N | between DATE DATE | last-of-quarter 2023Q3     [--json]

Prints {"date", "explanation", "provisional"}; `between` also "days": the working days after the first day up to and with the last.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError

from arrears.law.calendar import calendar_before_setup
from arrears.law.command_line import SpokenCommand, day, show_json, speak, whole
from arrears.law.rules.holiday_sources import CalendarError
from arrears.law.rules.workdays import Calendar, Reckoning


class Command(SpokenCommand):
    help = "按工作日历推算日期，并说明计算过程。"
    usage_line = "用法：manage.py workdays add 日期 天数 | between 起日 止日 | last-of-quarter 2023Q3 [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="question", required=True, metavar="add | between | last-of-quarter")
        add = kinds.add_parser("add", help="某日之后第 N 个工作日，起算日不计")
        add.add_argument("start", metavar="日期", type=day)
        add.add_argument("days", metavar="天数", type=whole)
        between = kinds.add_parser("between", help="两个日期之间的工作日数，起日不计、止日计入")
        between.add_argument("start", metavar="起日", type=day)
        between.add_argument("end", metavar="止日", type=day)
        last = kinds.add_parser("last-of-quarter", help="一个季度的最后1个工作日")
        last.add_argument("quarter", metavar="季度", type=quarter)
        for one in (add, between, last):
            one.add_argument("--json", action="store_true", help="以 JSON 输出")
            speak(one, self.usage_line)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reckoning = answer(calendar_before_setup(), options)
        except CalendarError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(show_json(_row(reckoning)) if options["json"] else _in_words(reckoning))


def quarter(text: str) -> tuple[int, int]:
    """2023Q3 → (2023, 3)"""
    found = re.fullmatch(r"(\d{4})[Qq]([1-4])", text)
    if not found:
        raise ArgumentTypeError(f"“{text}”不是季度，应写成 2023Q3")
    return int(found[1]), int(found[2])


def answer(calendar: Calendar, asked: dict[str, Any]) -> Reckoning:
    match asked["question"]:
        case "add":
            return calendar.add_workdays(asked["start"], asked["days"])
        case "between":
            return calendar.workdays_between(asked["start"], asked["end"])
    return calendar.last_workday_of_quarter(*asked["quarter"])


def _row(reckoning: Reckoning) -> dict[str, Any]:
    row: dict[str, Any] = {
        "date": reckoning.date.isoformat(),
        "explanation": reckoning.explanation,
        "provisional": reckoning.provisional,
    }
    return row if reckoning.days is None else row | {"days": reckoning.days}


def _in_words(reckoning: Reckoning) -> str:
    result = str(reckoning.date) if reckoning.days is None else f"{reckoning.days} 个工作日"
    return f"{result}\n{reckoning.explanation}"
