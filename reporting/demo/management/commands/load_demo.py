from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reporting.demo import loader as demo
from reporting.demo.bulk import fill_up
from unions.common.refusals import Refused
from unions.models import Union


class Command(BaseCommand):
    help = "载入演示数据：五地工会、人员、案件和排查；已载入时什么也不做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, metavar="N", help="另外批量生成案件，凑足 N 件（用于测速）")
        parser.add_argument("--under", default="630000", metavar="CODE", help="批量案件放在哪个工会之下，默认青海省总")
        parser.add_argument("--force-demo", action="store_true", help="在正式数据库中也载入（账号使用公开的密码）")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["force_demo"]:
            raise CommandError("这是正式数据库：演示账号的密码是公开的，不应载入。确属试用环境时，请加 --force-demo。")
        if options["scale"] is not None and options["scale"] < 0:
            raise CommandError("--scale 后面应是 0 或正整数。", returncode=2)
        try:
            self._load()
            if options["scale"]:
                self._fill_up(options["scale"], options["under"])
        except Refused as refusal:
            raise CommandError(refusal.message) from None

    def _load(self) -> None:
        if demo.is_loaded():
            print("演示数据已经载入，无需重复。")
            return
        done = demo.load(timezone.now())
        print(
            f"演示数据已载入：{done.unions} 个工会、{done.people} 名人员、{done.cases} 件案件、{done.inspections} 次排查、{done.returns} 份报表。"
        )

    def _fill_up(self, count: int, code: str) -> None:
        above = Union.objects.filter(code=code).first()
        if above is None:
            raise CommandError(f"没有编码为 {code} 的工会。", returncode=2)
        new = fill_up(count, above, timezone.localdate(), timezone.now())
        print(f"批量案件已有 {count} 件，其中新增 {new} 件。" if new else "批量案件数量已足，无需再增。")
