"""`manage.py import_workers FILE --case NUMBER`: bring a worker list (职工名单) in, whole or not at all."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from arrears.cases.models import Case
from arrears.workers import actions as workers
from arrears.workers import payments, sheet
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.common.xlsx_guard import Unreadable
from unions.models import User

_SHOWN = 50


class Command(BaseCommand):
    help = "导入职工名单（.xlsx，或粘贴内容存成的 .txt、.csv）：整份导入，有错则一人也不导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="名单：.xlsx，或 .txt、.csv")
        parser.add_argument("--case", required=True, metavar="NUMBER", help="案件编号")
        parser.add_argument("--by", metavar="USERNAME", help="登记人，须有权修改该案名单；只核对的不填")
        parser.add_argument(
            "--paid-on", type=date.fromisoformat, metavar="DATE", help="名单中已付金额的付款日期，按此新记一笔清偿"
        )
        parser.add_argument("--dry-run", action="store_true", help="只核对，不导入")
        parser.add_argument("--json", action="store_true", help="输出 JSON，金额以元为单位")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有找到文件“{path}”，请核对路径。", returncode=2)
        case = Case.objects.filter(number=options["case"]).first()
        if case is None:
            raise CommandError(f"没有编号为“{options['case']}”的案件，请核对 --case。", returncode=2)
        at = timezone.now()
        try:
            reading = sheet.read_file(path, day_of(at), settings.IMPORT_MAX_BYTES)
            sheet.check_against_case(case, reading)
            if not options["dry_run"] and not reading.faults:
                self._take_over(case, reading, options, at)
        except Unreadable as refusal:
            raise CommandError(f"{path.name}：{refusal.message}", returncode=2) from refusal
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=1) from refusal
        (self._print_json if options["json"] else self._print)(reading, options["dry_run"])
        if reading.faults:
            raise SystemExit(1)

    def _take_over(self, case: Case, reading: sheet.Reading, options: dict[str, Any], at: datetime) -> None:
        by = User.objects.filter(username=options["by"] or "", is_active=True).first()
        if by is None:
            raise CommandError("请用 --by 写明登记人的用户名；只核对的请加 --dry-run。", returncode=2)
        paid = any(facts.paid for facts in reading.facts)
        if paid and options["paid_on"] is None:
            raise Refused("名单中有已付金额，请用 --paid-on 写明付款日期。")
        with transaction.atomic():
            made = workers.add_workers(case, reading.facts, by, at)
            if paid:
                amounts = {row.pk: facts.paid for row, facts in zip(made, reading.facts, strict=True) if facts.paid}
                payments.pay_as_listed(case, amounts, options["paid_on"], by, at)

    def _print_json(self, reading: sheet.Reading, dry_run: bool) -> None:
        """One object; money as numbers with exactly two places."""
        rows = ", ".join(
            f'{{"row": {row.number}, "name": {json.dumps(row.facts.name.text, ensure_ascii=False)}, '
            f'"owed": {row.facts.owed:.2f}, "paid": {row.facts.paid:.2f}}}'
            for row in reading.rows
            if row.facts
        )
        rest = {
            "left_out": [one.as_json() for one in reading.left_out],
            "errors": [fault.as_json() for fault in reading.faults],
            "sheet": reading.sheet,
            "other_sheets": reading.other_sheets,
            "hidden_rows": reading.hidden_rows,
        }
        told = ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in rest.items())
        self.stdout.write(f'{{"rows": [{rows}], {told}}}')
        for note in reading.notes:
            self.stderr.write(note)

    def _print(self, reading: sheet.Reading, dry_run: bool) -> None:
        for note in reading.notes:
            self.stdout.write(f"提示：{note}")
        owed = sum((facts.owed for facts in reading.facts), Decimal(0))
        self.stdout.write(f"名单可识别 {len(reading.facts):,} 人，欠薪合计 {owed:,.2f} 元。")
        if not reading.faults:
            self.stdout.write("核对无误。" if dry_run else "已全部加入名单。")
            return
        self.stdout.write(f"有 {len(reading.faults):,} 处错误，没有导入任何内容：")
        for fault in reading.faults[:_SHOWN]:
            self.stdout.write(f"  第 {fault.row} 行“{fault.column}”：{fault.reason}")
