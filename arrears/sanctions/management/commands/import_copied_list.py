"""`manage.py import_copied_list FILE --union CODE …`: keep a copy of an authority's list (名单抄送件) as it came."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from arrears.sanctions.actions import copied_lists
from unions.common.clock import day_of
from unions.common.refusals import Refused
from unions.list_command import ListCommand, union_of
from unions.models import User


class Command(ListCommand):
    help = "登记名单抄送件：按来文单独保存，有错则不登记；同一文件不重复登记。"
    of_union = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", default="", help="来文机关；只核对的不填")
        parser.add_argument("--reference", default="", help="来文编号")
        parser.add_argument("--received-on", type=date.fromisoformat, metavar="DATE", help="收到日期，不填为今天")

    def read(self, path: Path, options: dict[str, Any], at: datetime) -> copied_lists.CopiedSheet:
        with path.open("rb") as file:
            return copied_lists.read_list(file, day_of(at))

    def rows(self, found: copied_lists.CopiedSheet) -> list[dict[str, Any]]:
        return [{"row": line.number, "name": line.name, "code": line.code} for line in found.lines]

    def take_over(self, found: copied_lists.CopiedSheet, options: dict[str, Any], by: User, at: datetime) -> None:
        if not options["source"].strip():
            raise Refused("请用 --source 写明来文机关。")
        path: Path = options["file"]
        came = copied_lists.CopiedListSource(
            options["source"], options["reference"], options["received_on"] or day_of(at)
        )
        copied_lists.keep_list(union_of(options["union"]), came, path.name, path.read_bytes(), found, by, at)
