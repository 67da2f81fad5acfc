"""`manage.py import_platform_checks FILE --union CODE`: bring checks of the wage platform (监管平台核查) in, whole or not at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from arrears.inspections import platform_sheet
from unions.common.clock import day_of
from unions.list_command import ListCommand, union_of
from unions.models import User


class Command(ListCommand):
    help = "导入监管平台核查：整份导入，有错则一条也不导入；同一文件再次导入不会重复。"
    of_union = True

    def read(self, path: Path, options: dict[str, Any], at: datetime) -> platform_sheet.PlatformSheet:
        with path.open("rb") as file:
            return platform_sheet.read_sheet(file, day_of(at))

    def rows(self, found: platform_sheet.PlatformSheet) -> list[dict[str, Any]]:
        return [
            {"row": line.number, "name": line.firm, "project": line.project, "on": line.look.on.isoformat()}
            for line in found.lines
        ]

    def take_over(self, found: platform_sheet.PlatformSheet, options: dict[str, Any], by: User, at: datetime) -> None:
        platform_sheet.take_over(found, union_of(options["union"]), by, at)
