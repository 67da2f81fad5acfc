"""Where reminders hear of changes, the checks of their settings, and the name of their act in the log.

Called after arrears.cases.terms: the obligations of a move are in the table before anybody is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from arrears.reminders.immediate import remind_of
from unions.log import labels as verbs

if TYPE_CHECKING:
    from arrears.cases.models import Case

SHORTEST_SECRET = 16


def tell_at_once(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    remind_of(case, at)


@register
def check_gateway(**kwargs: Any) -> list[CheckMessage]:
    """The gateway for short messages is set up whole, or not at all."""
    url, secret = settings.MESSAGE_WEBHOOK_URL, settings.MESSAGE_WEBHOOK_SECRET
    wrong: list[CheckMessage] = []
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        wrong.append(Error("MESSAGE_WEBHOOK_URL 不是网址：请写成 https://… 的形式。", id="reporting.E201"))
    if url and len(secret) < SHORTEST_SECRET:
        wrong.append(Error(f"MESSAGE_WEBHOOK_SECRET 太短：请设置至少 {SHORTEST_SECRET} 个字符。", id="reporting.E202"))
    return wrong


verbs.tell("user", "账号", {"set-reminders": "修改提醒设置"})
