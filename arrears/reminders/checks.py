"""The settings by which reminders leave the program are whole, or the server does not start."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

SHORTEST_SECRET = 16


def check_gateway(**kwargs: Any) -> list[CheckMessage]:
    """The gateway for short messages is set up whole, or not at all."""
    url, secret = settings.MESSAGE_WEBHOOK_URL, settings.MESSAGE_WEBHOOK_SECRET
    wrong: list[CheckMessage] = []
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        wrong.append(Error("MESSAGE_WEBHOOK_URL 不是网址：请写成 https://… 的形式。", id="reporting.E201"))
    if url and len(secret) < SHORTEST_SECRET:
        wrong.append(Error(f"MESSAGE_WEBHOOK_SECRET 太短：请设置至少 {SHORTEST_SECRET} 个字符。", id="reporting.E202"))
    return wrong
