from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup import Unusable, back_up


class Command(BaseCommand):
    help = "把数据库和全部文件备份到一个新目录；密钥不在其中，须另行保管。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="备份目录（尚不存在），如 /backup/2026-12-01")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = back_up(options["folder"], lambda line: print(line, flush=True))
        except Unusable as error:
            raise CommandError(str(error)) from None
        print(f"备份完成：{made}")
