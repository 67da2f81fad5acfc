"""What the commands that bring a list in have in common: FILE, --by, --dry-run, --json; exit 0 good, 1 refused, 2 wrong usage."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from unions.common.refusals import Refused
from unions.common.tables.table import ListRead
from unions.common.xlsx_guard import Unreadable
from unions.models import Union, User

SHOWN = 50


class ListCommand(BaseCommand):
    """Says what one kind of list is read as, and takes it over whole. `of_union`: it is entered for the unit of `--union`."""

    of_union = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="名单文件：.xlsx，或 .txt、.csv")
        parser.add_argument("--by", metavar="USERNAME", help="登记人；只核对的不填")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不导入")
        parser.add_argument("--json", action="store_true", help="输出 JSON，金额以元为单位")
        if self.of_union:
            parser.add_argument("--union", required=True, metavar="CODE", help="登记单位代码")

    def read(self, path: Path, options: dict[str, Any], at: datetime) -> ListRead:
        """The list as understood. Raises Refused."""
        raise NotImplementedError

    def rows(self, found: Any) -> Sequence[dict[str, Any]]:
        """Rows that can be taken, for JSON; money as Decimal with two places."""
        raise NotImplementedError

    def take_over(self, found: Any, options: dict[str, Any], by: User, at: datetime) -> None:
        """Write a list without faults."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有找到文件“{path}”，请核对路径。", returncode=2)
        at = timezone.now()
        try:
            found = self.read(path, options, at)
            if not options["dry_run"] and not found.faults:
                self.take_over(found, options, _author(options["by"]), at)
        except Unreadable as refusal:
            raise CommandError(f"{path.name}：{refusal.message}", returncode=2) from refusal
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=1) from refusal
        (self._print_json if options["json"] else self._print)(found, options["dry_run"])
        if found.faults:
            raise SystemExit(1)

    def _print_json(self, found: ListRead, dry_run: bool) -> None:
        said: dict[str, Any] = {
            "rows": list(self.rows(found)),
            "left_out": [one.as_json() for one in found.left_out],
            "errors": [fault.as_json() for fault in found.faults],
            "sheet": found.sheet,
            "other_sheets": found.other_sheets,
            "hidden_rows": found.hidden_rows,
        }
        self.stdout.write(as_json(said))
        for note in found.notes:
            self.stderr.write(note)

    def _print(self, found: ListRead, dry_run: bool) -> None:
        for note in found.notes:
            self.stdout.write(f"提示：{note}")
        self.stdout.write(f"可识别 {len(self.rows(found)):,} 行。")
        if not found.faults:
            self.stdout.write("核对无误。" if dry_run else "已全部导入。")
            return
        self.stdout.write(f"有 {len(found.faults):,} 处错误，没有导入任何内容：")
        for fault in found.faults[:SHOWN]:
            self.stdout.write(f"  第 {fault.row} 行“{fault.column}”：{fault.reason}")


def as_json(said: Any) -> str:
    """JSON with money as numbers of exactly two places."""
    match said:
        case Decimal():
            return f"{said:.2f}"
        case dict():
            return f"{{{', '.join(f'{json.dumps(key)}: {as_json(value)}' for key, value in said.items())}}}"
        case list():
            return f"[{', '.join(map(as_json, said))}]"
    return json.dumps(said, ensure_ascii=False, default=str)


def _author(username: str | None) -> User:
    by = User.objects.filter(username=username or "", is_active=True).first()
    if by is None:
        raise CommandError("请用 --by 写明登记人的用户名；只核对的请加 --dry-run。", returncode=2)
    return by


def union_of(code: str) -> Union:
    union = Union.objects.filter(code=code).first()
    if union is None:
        raise CommandError(f"没有代码为“{code}”的工会，请核对 --union。", returncode=2)
    return union
