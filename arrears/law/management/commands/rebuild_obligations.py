"""manage.py rebuild_obligations: every obligation derived again from the cases, the rulebooks and the calendar."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from arrears.law.command_line import SpokenCommand, show_json
from arrears.law.models import Obligation
from arrears.law.obligations.projection import ProjectionResult, rebuild_all


class Command(SpokenCommand):
    help = "按现有案件、规则和工作日历重新推算全部办理时限；推算结果与逐件办理时相同。"
    usage_line = "用法：manage.py rebuild_obligations [--json]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = rebuild_all(timezone.now())
        self.stdout.write(show_json(_row(kept)) if options["json"] else _in_words(kept))


def _row(kept: ProjectionResult) -> dict[str, int]:
    return {"obligations": Obligation.objects.count(), "new": kept.new, "changed": kept.changed, "lifted": kept.lifted}


def _in_words(kept: ProjectionResult) -> str:
    row = _row(kept)
    return (
        f"共有办理时限 {row['obligations']} 项：新增 {kept.new} 项，改动 {kept.changed} 项，"
        f"不再适用而解除 {kept.lifted} 项。"
    )
