"""What the workers do for reports. A message carries an id; the row in the database is the truth."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from arrears.early_warning import standings
from arrears.law.obligations.projection import rebuild_all
from arrears.prevention.classing import classify
from arrears.reminders import digest as morning
from arrears.reminders import inbox, outbox
from reporting.returns import opening, zero_reports
from reporting.returns.models import Return
from unions.common.clock import day_of


@shared_task(name="reporting.tasks.rebuild_obligations")
def rebuild_obligations() -> int:
    """Every night: what was entered late for a past day (a unit's place, a new edition of a rulebook) is caught up with."""
    kept = rebuild_all(timezone.now())
    return kept.new + kept.changed + kept.lifted


@shared_task(name="reporting.tasks.grade_warnings")
def grade_warnings() -> int:
    """Every night: points decay, so grades change although nothing happened."""
    return standings.rebuild(timezone.now())


@shared_task(name="reporting.tasks.class_employers")
def class_employers() -> int:
    """Every night: years pass, terms of classes set by hand end, new employers become known."""
    return classify(None, timezone.now())


@shared_task(name="reporting.tasks.open_returns")
def open_returns() -> int:
    """Every hour: rows for the periods that have begun. Safe at any number of times."""
    return opening.open_due(timezone.now())


@shared_task(name="reporting.tasks.imply_zeros")
def imply_zeros() -> int:
    """Every minute: silence at the due time, where the notice takes it for zero."""
    return zero_reports.imply_zeros(timezone.now())


@shared_task(name="reporting.tasks.look_again_at_zeros")
def look_again_at_zeros() -> int:
    """Every night: what was imported for past days may speak against a zero."""
    at = timezone.now()
    return zero_reports.recheck(Return.objects.filter(last__gte=day_of(at) - zero_reports.RECHECKED), at)


@shared_task(name="reporting.tasks.make_morning_round")
def make_morning_round() -> int:
    return morning.make_round(timezone.now())


@shared_task(name="reporting.tasks.drop_old_reminders")
def drop_old_reminders() -> int:
    return inbox.drop_old(timezone.now())


@shared_task(name=outbox.TASK)
def send_reminders() -> int:
    return outbox.send_due(timezone.now)
