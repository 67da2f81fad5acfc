"""`manage.py import_signals FILE --union CODE`: bring early-warning signals (预警信息) in, whole or not at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from arrears.early_warning import sheet
from unions.common.clock import day_of
from unions.list_command import ListCommand, union_of
from unions.models import User


class Command(ListCommand):
    help = "导入预警信息：整份导入，有错则一条也不导入；同一文件再次导入不会重复。"
    of_union = True

    def read(self, path: Path, options: dict[str, Any], at: datetime) -> sheet.SignalSheet:
        with path.open("rb") as file:
            return sheet.read(file, day_of(at))

    def rows(self, found: sheet.SignalSheet) -> list[dict[str, Any]]:
        return [
            {
                "row": line.number,
                "name": line.name,
                "source": line.said.source,
                "kind": line.said.kind,
                "on": line.said.on.isoformat(),
                "amount": line.said.amount,
            }
            for line in found.lines
        ]

    def take_over(self, found: sheet.SignalSheet, options: dict[str, Any], by: User, at: datetime) -> None:
        sheet.bring_in(found, union_of(options["union"]), by, at)
