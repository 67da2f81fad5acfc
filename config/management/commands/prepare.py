from typing import Any

from django.core.management.base import BaseCommand

from config.preparation import prepare


class Command(BaseCommand):
    help = "建立数据库表、整理网页文件，首次运行时载入演示数据；没有要做的就什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(lambda line: print(line, flush=True))
