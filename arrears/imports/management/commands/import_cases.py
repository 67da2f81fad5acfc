"""`manage.py import_cases FILE.xlsx --union CODE`: bring an old ledger (历史台账) in, whole or not at all."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from arrears.imports import run
from arrears.imports.checking import CheckedSheet
from arrears.imports.marked import write_marked
from arrears.imports.writing import ImportResult
from unions.common.refusals import Refused
from unions.common.xlsx_guard import Unreadable
from unions.models import Union, User

_SHOWN = 50


class Command(BaseCommand):
    help = "从 Excel 工作簿导入历史台账：整表导入，有错则一件也不导入；同一文件再次导入不会重复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="工作簿，读取有台账表头的工作表")
        parser.add_argument("--union", required=True, metavar="CODE", help="受理工会代码；表内可为各行另填其下级工会")
        parser.add_argument("--by", metavar="USERNAME", help="登记人；不填则记为系统账号“历史台账导入”")
        parser.add_argument("--dry-run", action="store_true", help="只核对，不导入")
        parser.add_argument("--json", action="store_true", help="输出 JSON，金额以元为单位")
        parser.add_argument("--marked", type=Path, metavar="OUT.xlsx", help="有错时，把错误行连同原因写到这个工作簿")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有找到文件“{path}”，请核对路径。", returncode=2)
        union = Union.objects.filter(code=options["union"]).first()
        if union is None:
            raise CommandError(f"没有代码为“{options['union']}”的工会，请核对 --union。", returncode=2)
        try:
            sheet, taken = self._run(path, union, options)
        except Unreadable as refusal:
            raise CommandError(f"{path.name}：{refusal.message}", returncode=2) from refusal
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=1) from refusal
        (self._print_json if options["json"] else self._print)(sheet, taken, options["dry_run"])
        if sheet.faults:
            self._mark(sheet, options["marked"])
            raise SystemExit(1)

    def _run(self, path: Path, union: Union, options: dict[str, Any]) -> tuple[CheckedSheet, ImportResult]:
        at = timezone.now()
        author = _author(options["by"])
        if options["by"]:
            run.check_rights(union, author)
        elif union.is_closed:
            raise Refused(f"“{union}”已于 {union.valid_until} 终止，请改用承接的工会。")
        if options["dry_run"]:
            return run.look(path, union, at)
        return run.bring_in(path, union, author, at, file=path.name)

    def _print_json(self, sheet: CheckedSheet, taken: ImportResult, dry_run: bool) -> None:
        """One object; money as numbers with exactly two places."""
        errors = [fault._asdict() for fault in sheet.faults]
        parts = {
            "created": str(taken.created),
            "unchanged": str(taken.unchanged),
            "workers": str(sheet.workers),
            "amount": f"{sheet.amount:.2f}",
            "paid": f"{sheet.paid:.2f}",
            "errors": json.dumps(errors, ensure_ascii=False),
            "left_out": json.dumps([one.as_json() for one in sheet.left_out], ensure_ascii=False),
            "sheet": json.dumps(sheet.sheet, ensure_ascii=False),
            "other_sheets": json.dumps(sheet.other_sheets, ensure_ascii=False),
            "hidden_rows": str(sheet.hidden_rows),
        }
        self.stdout.write(f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in parts.items())}}}")
        for warning in sheet.warnings:
            self.stderr.write(warning)

    def _print(self, sheet: CheckedSheet, taken: ImportResult, dry_run: bool) -> None:
        for warning in sheet.warnings:
            self.stdout.write(f"提示：{warning}")
        stated = f"表内共 {sheet.lines:,} 件，涉及 {sheet.workers:,} 人，欠薪 {_yuan(sheet.amount)} 元，已解决 {_yuan(sheet.paid)} 元。"
        self.stdout.write(stated)
        if not sheet.faults:
            words = ("核对无误：将新导入", "已在库中") if dry_run else ("导入完成：新导入", "已在库中、没有变动")
            self.stdout.write(f"{words[0]} {taken.created:,} 件，{words[1]} {taken.unchanged:,} 件。")
            return
        self.stdout.write(f"有 {len(sheet.faults):,} 处错误，没有导入任何内容：")
        for fault in sheet.faults[:_SHOWN]:
            self.stdout.write(f"  第 {fault.row} 行“{fault.column}”：{fault.reason}")
        if len(sheet.faults) > _SHOWN:
            self.stdout.write(f"  另有 {len(sheet.faults) - _SHOWN:,} 处；用 --marked OUT.xlsx 可得到全部错误行。")

    def _mark(self, sheet: CheckedSheet, out: Path | None) -> None:
        if out is None:
            return

        try:
            write_marked(sheet, out)
        except OSError as error:
            raise CommandError(f"无法写入“{out}”：{error.strerror}。", returncode=2) from error
        self.stderr.write(f"错误行和原因已写入“{out}”。")


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _author(username: str | None) -> User:
    """The named user, else the account in whose name the command line imports: nobody can sign in with it."""
    if username:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有用户名为“{username}”的在用账号，请核对 --by。", returncode=2)
        return user
    user, made = User.objects.get_or_create(username="import", defaults={"name": "历史台账导入", "is_active": False})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
