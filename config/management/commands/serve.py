import errno
import os
import socket
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.embedded.refusal import Refusal
from config.embedded.server import Server
from config.preparation import demo_is_loaded, prepare
from reporting.demo.loader import ACCOUNTS


class Command(BaseCommand):
    help = "在本机提供网页服务；没有 REDIS_URL 时后台任务和定时任务也在同一个进程里。按 Ctrl-C 全部停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], _port(options["port"])
        _refuse_taken(host, port)
        prepare(_say)
        schedule = settings.VAR_DIR / "beat-schedule" if settings.TASKS_INSIDE else None
        Server(host, port, lambda: _say(banner(host, port)), schedule).run()


def banner(host: str, port: int) -> str:
    """The address and, in a demo province, who may sign in."""
    shown = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
    lines = ["", f"薪报已启动：http://{shown}:{port}", *_accounts(), "按 Ctrl-C 停止。", ""]
    return "\n".join(lines)


def _accounts() -> list[str]:
    if not demo_is_loaded():
        return []

    rows = [("用户名", "密码", "姓名", "角色", "单位"), *[tuple(map(str, row)) for row in ACCOUNTS]]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    table = ["  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return ["演示账号：", *[f"  {line.rstrip()}" for line in table]]


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Refusal(f"端口应是 1 到 65535 之间的整数，现在写的是“{text}”。")


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"端口 {port} 已被占用（也许薪报已在运行）：请先停掉占用它的程序，或换一个端口，例如 PORT={port + 1} make run。"
                ) from None
            raise Refusal(f"不能在 {host}:{port} 上提供服务（{error.strerror}）：请换一个 HOST 或 PORT。") from None


def _say(line: str) -> None:
    print(line, flush=True)
