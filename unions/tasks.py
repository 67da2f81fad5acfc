"""What the clock asks for in this app. Each may run twice or late without harm."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from unions import duties, jobs, upkeep
from unions.log import audit
from unions.models import Event
from unions.people import appointments
from unions.uploads import drop_stale

LOG = "audit:log"
NAMED = 20


@shared_task(name=jobs.TASK)
def run_job(kind: str, pk: int) -> None:
    jobs.kinds()[kind].work(pk, timezone.now)


@shared_task
def requeue_jobs() -> int:
    """Every minute: jobs of a killed worker, or whose message was lost."""
    return jobs.requeue_stale(timezone.now())


@shared_task
def expire_jobs() -> int:
    """Every ten minutes: results whose time is over."""
    return jobs.expire(timezone.now())


@shared_task
def seal_events() -> None:
    audit.seal(timezone.now())
    last = Event.objects.filter(stream=LOG).order_by("-seq").first()
    if last and last.verb == "verify-asked":
        # The broker was away when somebody asked.
        verify_log()


@shared_task
def sync_all_rights() -> None:
    """Appointments begin and end by date; people who are signed in at midnight feel it at once."""
    appointments.sync_all_rights(timezone.localdate())


@shared_task
def tell_of_vacancies() -> int:
    """Every ten minutes of the day: what was asked for where nobody can decide it, and posts whose appointment ran out."""
    return duties.tell_of_vacancies(timezone.now())


@shared_task
def verify_log() -> None:
    """Walk the whole log; the result is an event itself."""
    breaks = [*audit.broken_links(), *audit.broken_seals()]
    named = [[row.stream, row.seq, row.why] for row in breaks[:NAMED]]
    audit.record(LOG, "verified", None, timezone.now(), breaks=len(breaks), named=named)


@shared_task
def drop_stale_uploads() -> None:
    drop_stale(timezone.now())


@shared_task
def forget_wrong_passwords() -> None:
    upkeep.forget_locked(timezone.now())
