"""The acts of reminders in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {"user": ("账号", {"set-reminders": "修改提醒设置"})}
