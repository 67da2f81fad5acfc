import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup import Unusable, restore


class Command(BaseCommand):
    help = "把备份恢复到空数据库，并按备份时的数目、台账合计、看板和操作记录逐项核验；有不相符的以 1 退出。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="backup 命令写成的目录")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = restore(options["folder"], lambda line: print(line, flush=True))
        except Unusable as error:
            raise CommandError(str(error)) from None
        for one in found:
            print(f"{one.what}：备份时 {one.before}，恢复后 {one.after}")
        print("恢复完成，逐项相符。" if not found else f"恢复完成，但有 {len(found)} 处不相符。")
        if found:
            sys.exit(1)
