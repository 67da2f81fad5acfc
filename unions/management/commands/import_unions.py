"""manage.py import_unions FILE.xlsx [--dry-run] [--json]: exit 0 done, 1 refused with reasons, 2 wrong usage."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from unions.common.refusals import Refused
from unions.tree.imports import Report, import_unions

SHOWN = 200


class Command(BaseCommand):
    help = "从 Excel 工作簿导入工会组织：要么全部导入，要么指出每个有错的单元格。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不导入")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            self._leave(f"找不到文件 {path}，请核对路径。", 2)
        try:
            with path.open("rb") as file:
                report = import_unions(file, None, timezone.now(), dry_run=options["dry_run"])
        except Refused as refusal:
            self._leave(refusal.message, 2)
        if options["json"]:
            print(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._print(report, options["dry_run"])
        if report.errors:
            sys.exit(1)

    def _print(self, report: Report, dry_run: bool) -> None:
        for note in report.notes:
            print(f"提示：{note}")
        if report.errors:
            print(f"没有导入：{len(report.errors)} 处有错。")
            for cell in report.errors[:SHOWN]:
                print(f"第 {cell.row} 行“{cell.column}”：{cell.reason}")
            if len(report.errors) > SHOWN:
                print(f"……另有 {len(report.errors) - SHOWN} 处，加 --json 可看全部。")
            return
        word = "核对无误，将" if dry_run else "已导入："
        print(f"{word}新建 {report.created} 个，更新 {report.changed} 个，不变 {report.unchanged} 个。")

    def _leave(self, sentence: str, code: int) -> None:
        print(sentence, file=sys.stderr)
        sys.exit(code)
