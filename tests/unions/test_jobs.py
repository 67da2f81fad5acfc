"""The one row behind a task: claimed once, requeued when its worker or its message is gone, given up with a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from arrears.law.editions import uploads
from arrears.law.models import Recomputation, RulebookUpload
from arrears.law.obligations import recompute
from arrears.law.rules.reader import RulebookError
from arrears.reminders.models import Sending
from config.timetable import QUEUES, TIMETABLE
from tests.cast import AT, World
from tests.rulebook_uploads import brought_in
from unions import jobs
from unions.models import Event, Job, JobState
from unions.models.job import ClaimLost


def now() -> Any:
    return AT


def test_every_job_is_of_a_declared_kind() -> None:
    """Sendings alone have rounds of their own (arrears/reminders/outbox.py)."""
    models = {model for model in apps.get_models() if issubclass(model, Job)}
    assert {kind.model for kind in jobs.kinds().values()} == models - {Sending}
    assert {kind.queue for kind in jobs.kinds().values()} <= set(QUEUES)
    assert {"requeue-jobs", "expire-jobs", "send-reminders"} <= TIMETABLE.keys()


def test_a_job_is_claimed_by_one_worker(world: World) -> None:
    upload = brought_in(world)
    first = RulebookUpload.objects.claim(upload.pk, AT)
    assert first is not None and (first.state, first.attempts) == (JobState.RUNNING, 1)
    assert RulebookUpload.objects.claim(upload.pk, AT) is None
    assert uploads.JOB.requeue_stale(AT + timedelta(minutes=6)) == 1
    second = RulebookUpload.objects.claim(upload.pk, AT)
    assert second is not None and second.attempts == 2
    with pytest.raises(ClaimLost):
        first.finish(AT)
    second.finish(AT)
    assert not second.cancel(AT), "it is over"


def test_an_error_nobody_foresaw_ends_in_a_sentence(world: World) -> None:
    upload = brought_in(world)
    RulebookUpload.objects.update(content="broken")
    with pytest.raises(RulebookError):
        uploads.JOB.work(upload.pk, now)
    upload.refresh_from_db()
    assert (upload.state, upload.finished_at) == (JobState.FAILED, AT) and "联系系统管理员" in upload.error
    assert RulebookUpload.objects.filter(pk=upload.pk).restart(AT)
    upload.refresh_from_db()
    assert (upload.state, upload.attempts, upload.error) == (JobState.WAITING, 0, "")


def test_a_recomputation_whose_message_was_lost_is_made(world: World) -> None:
    recompute.ask(world.unions["370000"], world.user("shen"), AT)
    assert jobs.requeue_stale(AT + timedelta(minutes=1)) == 0
    assert jobs.requeue_stale(AT + timedelta(minutes=2)) == 1
    row = Recomputation.objects.get()
    for _ in range(2):  # both messages arrive
        recompute.JOB.work(row.pk, now)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.DONE, 1)
    assert Event.objects.filter(stream="calendar", verb="recompute").count() == 1


def test_a_recomputation_asks_for_the_right_when_it_runs(world: World) -> None:
    recompute.ask(world.unions["370000"], world.user("han"), AT)
    row = Recomputation.objects.get()
    recompute.JOB.work(row.pk, now)
    row.refresh_from_db()
    assert row.state == JobState.FAILED and "没有这项权限" in row.error
