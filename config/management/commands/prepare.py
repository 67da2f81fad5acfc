from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.preparation import collect_static, prepare


class Command(BaseCommand):
    help = "建立数据库表、整理网页文件，首次运行时载入演示数据；没有要做的就什么也不做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--static-only", action="store_true", help="只整理网页文件，不用数据库")

    def handle(self, *args: Any, **options: Any) -> None:
        (collect_static if options["static_only"] else prepare)(lambda line: print(line, flush=True))
