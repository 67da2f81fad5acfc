"""Where reminders hear of changes and the checks of their settings.

Read after reporting.obligations.listening: the obligations of a move are in the table before anybody is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from arrears.cases.models import Case
from arrears.portal.models import WindowLetter
from arrears.reminders.immediate import remind_of
from arrears.reminders.worker_letters import remind_of_letter
from reporting.waiting import waiting_for
from unions.navigation import TELL_WHAT_WAITS

SHORTEST_SECRET = 16


def tell_at_once(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    remind_of(case, at)


def tell_of_letter(sender: Any, letter: WindowLetter, at: datetime, **kwargs: Any) -> None:
    remind_of_letter(letter, at)


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


TELL_WHAT_WAITS.append(waiting_for)
