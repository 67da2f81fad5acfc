"""manage.py verify_audit [--json]: exit 0 when the log holds, 1 with the list of breaks."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from unions.log import audit
from unions.models import Event, Seal


class Command(BaseCommand):
    help = "核验全部操作记录：每一组记录是否环环相接，封存的校验值是否相符。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = [*audit.broken_links(), *audit.broken_seals()]
        events, seals = Event.objects.count(), Seal.objects.count()
        if options["json"]:
            rows = [{"stream": row.stream, "seq": row.seq, "why": row.why} for row in breaks]
            print(json.dumps({"events": events, "seals": seals, "breaks": rows}, ensure_ascii=False))
        elif breaks:
            print(f"核验 {events} 条记录、{seals} 次封存，有 {len(breaks)} 处不相符：")
            for row in breaks:
                print(f"{row.stream} 第 {row.seq} 条：{row.why}")
        else:
            print(f"核验 {events} 条记录、{seals} 次封存，全部相符。")
        if breaks:
            sys.exit(1)
