"""The ways by which reminders leave: e-mail by Django's backend, and short messages by a gateway behind an adapter.

`WAYS` is the table: who sends, whether this installation has set it up, and what the settings page says of it.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from arrears.reminders.models import ReminderPreference, Sending, Via
from arrears.reminders.webhook import NotSent, Webhook
from unions.models import User


class Uncertain(Exception):
    """Broke off where it may have arrived."""


class Mail(EmailMessage):
    """A mail that knows whose it is, for an installation that keeps it instead of sending it."""

    def __init__(self, *, user: User, **given: Any) -> None:
        super().__init__(**given)
        self.user = user


class Messenger(Protocol):
    """A gateway for SMS or 企业微信. `key` stays the same when a message is tried again: the gateway delivers each key once."""

    def send(self, to: str, text: str, key: str, timestamp: int) -> None:
        """Raises NotSent. `timestamp`: seconds of this try."""


def messenger() -> Messenger:
    return Webhook(settings.MESSAGE_WEBHOOK_URL, settings.MESSAGE_WEBHOOK_SECRET, settings.MESSAGE_WEBHOOK_TIMEOUT)


def send(row: Sending) -> None:
    """Raises NotSent, Uncertain."""
    user = row.reminder.user
    if not user.is_active:
        raise NotSent("账号已停用。", final=True)
    way = WAYS[Via(row.via)]
    way.send(row, way.address(user.email, getattr(user, "reminder_preference", None)))


def _send_message(row: Sending, to: str) -> None:
    if not to or not settings.MESSAGE_WEBHOOK_URL:
        raise NotSent("没有接收短信的账号，或本系统已停用短信。", final=True)
    messenger().send(to, row.reminder.short, f"reminder-{row.reminder_id}", int(row.changed_at.timestamp()))


def _send_mail(row: Sending, to: str) -> None:
    if not to:
        raise NotSent("没有填写电子邮箱。", final=True)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"邮件服务器连接不上：{error}", down=True) from error
    try:
        _mail(row, to, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise NotSent(f"邮件服务器不接受收件地址：{codes}", final=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"邮件服务器拒收：{error.smtp_code}", final=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(f"与邮件服务器的连接中断：{error}") from error
    finally:
        _close(connection)


def _close(connection: BaseEmailBackend) -> None:
    """What was accepted stays accepted, however the farewell goes."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        return


def _mail(row: Sending, to: str, connection: BaseEmailBackend) -> Mail:
    reminder, host = row.reminder, urlsplit(settings.SITE_URL).hostname
    foot = f"办理：{settings.SITE_URL}{reminder.url}\n不想收到这类邮件，可在薪报“提醒”中的“提醒设置”里关闭。"
    return Mail(
        user=reminder.user,
        subject=f"【薪报】{' '.join(reminder.title.split())}",
        body=f"{reminder.body}\n\n{foot}\n",
        to=[to],
        headers={"Message-ID": f"<reminder-{reminder.pk}-{int(reminder.created_at.timestamp())}@{host}>"},
        connection=connection,
    )


@dataclass(frozen=True)
class Way:
    """One way: the kinds wanted by it stand in the field of `ReminderPreference` called like it, its address in that with `_to`.

    `send(row, to)` raises NotSent, Uncertain. `repeatable`: the other side takes a repetition for what it is.
    """

    via: Via
    send: Callable[[Sending, str], None]
    is_set_up: Callable[[], bool]
    label: str  # of the list of kinds on the settings page; `to_label`: of the address
    to_label: str
    to_help: str
    help: str = ""
    repeatable: bool = False

    def address(self, email: str, preference: ReminderPreference | None) -> str:
        """Return where a person is reached; mail goes to the address of her account."""
        return email if self.via == Via.EMAIL else getattr(preference, f"{self.via.value}_to", "")


WAYS: dict[Via, Way] = {
    way.via: way
    for way in (
        Way(
            Via.EMAIL,
            _send_mail,
            lambda: bool(settings.EMAIL_HOST) or settings.EMBEDDED,  # the embedded one shows its mail on a page
            label="发邮件提醒",
            to_label="电子邮箱",
            to_help="留空则不发邮件。",
        ),
        Way(
            Via.MESSAGE,
            _send_message,
            lambda: bool(settings.MESSAGE_WEBHOOK_URL),
            label="发短信/企业微信提醒",
            to_label="手机号或企业微信账号",
            to_help="留空则不发短信。",
            help="短信里只写案件编号和期限。",
            repeatable=True,
        ),
    )
}
