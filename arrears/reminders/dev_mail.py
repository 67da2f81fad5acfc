"""Django's e-mail backend for an installation without a mail server: what would have been sent is kept, and shown on a page."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from arrears.reminders.models import DevMail
from arrears.reminders.ways import Mail


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        at = timezone.now()
        for mail in email_messages:
            if not isinstance(mail, Mail):
                continue  # nobody's: no page could show it
            key = mail.extra_headers.get("Message-ID") or f"<{at.timestamp()}>"
            for to in mail.recipients():
                facts = {"user": mail.user, "to": to, "subject": mail.subject[:200], "body": mail.body, "at": at}
                DevMail.objects.get_or_create(message_id=f"{to} {key}"[:120], defaults=facts)
        return len(email_messages)
