"""manage.py thresholds --rulebook RB --facts JSON [--json]

Prints {"triggered": [{clause, why, effect}], "unclear": […]} and, apart from them, the crime threshold of the place ("crime").
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from arrears.law.command_line import SpokenCommand, rulebook_named, show_json
from arrears.law.editions.rulebook_editions import rulebooks_before_setup
from arrears.law.rules.evaluator import CrimeFinding, ThresholdFinding, Verdict, crimes, evaluate
from arrears.law.rules.facts import Facts, FactsError, read_facts


class Command(SpokenCommand):
    help = "判断一件案件达到一部通知的哪些门槛，哪些待核。"
    usage_line = (
        """用法：manage.py thresholds --rulebook 规则 --facts '{"workers":10,"amount":"100000","months":3}' [--json]"""
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rulebook", required=True, metavar="规则", help="例如 qingdao-2021")
        parser.add_argument("--facts", required=True, metavar="JSON", help="人数、金额（元）、月数和标志")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        book = rulebook_named(options["rulebook"], self.usage_line)
        facts = self._facts(options["facts"])
        verdict = evaluate(facts, book)
        crime = crimes(
            facts, [book, *(one for one in rulebooks_before_setup().values() if one.kind == "law")], book.region
        )
        self.stdout.write(show_json(_row(verdict, crime)) if options["json"] else _in_words(book.title, verdict, crime))

    def _facts(self, text: str) -> Facts:
        try:
            data = json.loads(text, parse_float=str)
        except ValueError as error:
            raise CommandError(f"--facts 不是合格的 JSON：{error}\n{self.usage_line}", returncode=2) from error
        if not isinstance(data, dict):
            raise CommandError(f"--facts 应是一个 JSON 对象。\n{self.usage_line}", returncode=2)
        try:
            return read_facts(data)
        except FactsError as error:
            raise CommandError("\n".join(error.reasons), returncode=1) from error


def _row(verdict: Verdict, crime: CrimeFinding | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "triggered": [_finding(one) for one in verdict.triggered],
        "unclear": [_finding(one) for one in verdict.unclear],
    }
    if crime:
        state = crime.answer.value if crime.answer else "unset"
        row["crime"] = {"clause": crime.clause, "state": state, "why": crime.why}
    return row


def _finding(one: ThresholdFinding) -> dict[str, str]:
    return {"clause": one.clause, "why": one.why, "effect": one.effect}


def _in_words(title: str, verdict: Verdict, crime: CrimeFinding | None) -> str:
    lines = [f"《{title}》"]
    lines += [f"达到  {one.clause}  {one.effect}（{one.why}）" for one in verdict.triggered]
    lines += [f"待核  {one.clause}  {one.effect}（{one.why}）" for one in verdict.unclear]
    if len(lines) == 1:
        lines.append("没有达到任何门槛。")
    return "\n".join([*lines, *([f"另：{crime.why}"] if crime else [])])
