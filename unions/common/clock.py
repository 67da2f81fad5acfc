"""The day a moment falls on, in Shanghai. Everything runs on Asia/Shanghai."""

from datetime import date, datetime

from django.utils import timezone


def day_of(at: datetime) -> date:
    return timezone.localdate(at)
