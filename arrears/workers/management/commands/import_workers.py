"""`manage.py import_workers FILE --case NUMBER`: bring a worker list (职工名单) in, whole or not at all."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from arrears.cases.models import Case
from arrears.workers import actions as workers
from arrears.workers import payments, sheet
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.list_command import ListCommand
from unions.models import User


class Command(ListCommand):
    help = "导入职工名单（.xlsx，或粘贴内容存成的 .txt、.csv）：整份导入，有错则一人也不导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--case", required=True, metavar="NUMBER", help="案件编号")
        parser.add_argument(
            "--paid-on", type=date.fromisoformat, metavar="DATE", help="名单中已付金额的付款日期，按此新登记一笔清偿"
        )

    def read(self, path: Path, options: dict[str, Any], at: datetime) -> sheet.Reading:
        case = _case(options)
        found = sheet.read_file(path, day_of(at), settings.IMPORT_MAX_BYTES)
        sheet.check_against_case(case, found)
        return found

    def rows(self, found: sheet.Reading) -> list[dict[str, Any]]:
        return [
            {"row": row.number, "name": row.facts.name.text, "owed": row.facts.owed, "paid": row.facts.paid}
            for row in found.rows
            if row.facts
        ]

    def take_over(self, found: sheet.Reading, options: dict[str, Any], by: User, at: datetime) -> None:
        case, paid = _case(options), any(facts.paid for facts in found.facts)
        if paid and options["paid_on"] is None:
            raise Refused("名单中有已付金额，请用 --paid-on 写明付款日期。")
        with transaction.atomic():
            made = workers.add_workers(case, found.facts, by, at)
            if paid:
                amounts = {row.pk: facts.paid for row, facts in zip(made, found.facts, strict=True) if facts.paid}
                payments.pay_as_listed(case, amounts, options["paid_on"], by, at)


def _case(options: dict[str, Any]) -> Case:
    case = Case.objects.filter(number=options["case"]).first()
    if case is None:
        raise CommandError(f"没有编号为“{options['case']}”的案件，请核对 --case。", returncode=2)
    return case
