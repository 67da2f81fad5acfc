"""manage.py schedule RULEBOOK --from DATE --to DATE [--json]

The periodic returns of a notice due between two days, both included: [{clause, form, period, due_at}].
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from arrears.law.calendar import calendar_before_setup
from arrears.law.command_line import SpokenCommand, day, rulebook_named, show_json
from arrears.law.editions.rulebook_editions import editions_before_setup
from arrears.law.rules.holiday_sources import CalendarError
from arrears.law.rules.schedule import Scheduled, schedule


class Command(SpokenCommand):
    help = "列出一部通知在两个日期之间（含）应报的报表。"
    usage_line = "用法：manage.py schedule 规则 --from 2022-10-01 --to 2023-02-28 [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rulebook", metavar="规则", help="例如 qinghai-2022-41")
        parser.add_argument("--from", dest="first", type=day, required=True, help="起日，例如 2022-10-01")
        parser.add_argument("--to", dest="last", type=day, required=True, help="止日，例如 2023-02-28")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        book = rulebook_named(options["rulebook"], self.usage_line)
        try:
            found = _scheduled(book.key, options["first"], options["last"])
        except CalendarError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(show_json([_row(one) for one in found]) if options["json"] else _in_words(book.title, found))


def _scheduled(key: str, first: date, last: date) -> list[Scheduled]:
    """Every return under the edition of its day; where two editions name the same one, the later speaks."""
    calendar = calendar_before_setup()
    found = {
        (one.rule.name, one.period.label): one
        for book in editions_before_setup(key)
        for one in schedule(book, first, last, calendar)
    }
    return sorted(found.values(), key=lambda one: (one.due_at, one.clause, one.rule.name))


def _row(one: Scheduled) -> dict[str, str]:
    return {"clause": one.clause, "form": one.form, "period": one.period.label, "due_at": one.due_at.isoformat()}


def _in_words(title: str, found: list[Scheduled]) -> str:
    if not found:
        return f"《{title}》在这段日期内没有应报的报表。"
    lines = [f"{one.due_at:%Y-%m-%d %H:%M}  {one.clause}  {one.rule.title}  {one.explanation}" for one in found]
    return "\n".join([f"《{title}》应报 {len(found)} 次：", *lines])
