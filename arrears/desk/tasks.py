"""Celery tasks of this app. A message carries an id; the row in the database is the truth."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from unions import idempotency as once


@shared_task
def drop_old_submissions() -> None:
    """Beat, nightly."""
    once.drop_old(timezone.now())
