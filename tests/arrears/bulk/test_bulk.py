"""Bulk work: row by row through the one door, interruptible, never twice; the result of each row with its reason."""

from __future__ import annotations

import time
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arrears.bulk import actions as jobs
from arrears.bulk.models import BulkJob, BulkKind, BulkRow, RowStage
from arrears.cases import assigning
from arrears.cases.models import Case
from arrears.law.models import Obligation
from arrears.reminders.models import Reminder
from tests.cast import AT, FOUNDED, World, a_case, an_employer
from tests.readers import as_user
from unions.common.refusals import Forbidden, Refused
from unions.models import Appointment, Event, JobState, User
from unions.people.appointments import dismiss, sync_rights
from unions.people.rights import RoleName


def now() -> Any:
    return AT


@pytest.fixture
def second(world: World) -> User:
    """余经办: a second officer of the enterprise union."""
    user = User.objects.create_user("yu", "a-good-long-password", name="余经办")
    Appointment.objects.create(user=user, union=world.unions["370202E0001"], role=RoleName.OFFICER, since=FOUNDED)
    sync_rights(user, timezone.localdate())
    return user


def cases(world: World, count: int, **facts: Any) -> list[Case]:
    return [a_case(world, employer=an_employer(f"第{number}建筑公司"), **facts) for number in range(count)]


def asked(
    world: World, rows: list[Case], officer: User | None, by: str = "he", kind: BulkKind = BulkKind.DISTRIBUTE
) -> BulkJob:
    ids = [case.pk for case in rows]
    job, _ = jobs.request(kind, ids, officer, "按片区分派", uuid.uuid4(), world.user(by), AT)
    return job


def stages(job: BulkJob) -> list[str]:
    return list(job.rows.order_by("id").values_list("stage", flat=True))


def test_cases_are_given_to_one_officer_with_a_reason(world: World, second: User) -> None:
    rows = cases(world, 3, negotiation_failed_on=date(2026, 11, 18))
    job = asked(world, rows, second)
    jobs.JOB.work(job.pk, now)
    job.refresh_from_db()
    assert job.state == JobState.DONE and stages(job) == ["done"] * 3
    assert set(Case.objects.values_list("officer", flat=True)) == {second.pk}
    event = Event.objects.filter(stream=rows[0].stream, verb="assign").get()
    assert event.data["reason"] == "余经办接办。按片区分派" and event.by == world.people["he"]
    own = Obligation.objects.open().filter(case=rows[0], holder=rows[0].handling_union)
    assert own.exists() and set(own.values_list("officer", flat=True)) == {second.pk}


def test_each_row_says_why_it_was_refused(world: World, second: User) -> None:
    mine, closed, foreign = cases(world, 3)
    Case.objects.filter(pk=closed.pk).update(state="closed", closed_on=AT.date())
    foreign = a_case(world, "sun", "370202", employer=an_employer("外单位"))
    unseen = a_case(world, "chu", "370203E0001", employer=an_employer("看不到"))
    twice = a_case(world, employer=an_employer("已由其经办"))
    assigning.assign(twice, second, "先给", world.user("he"), AT)
    job = asked(world, [mine, closed, foreign, unseen, twice], second)
    jobs.JOB.work(job.pk, now)
    told = {row.case_id: row.why for row in job.rows.all()}
    assert told[mine.pk] == "" and "已办结" in told[closed.pk] and "看不到" in told[unseen.pk]
    assert "看不到" in told[foreign.pk] and "已由余经办经办" in told[twice.pk]
    assert jobs.counts(job) == {"waiting": 0, "done": 1, "refused": 4}


def test_nobody_is_given_a_case_of_a_unit_where_she_does_not_serve(world: World) -> None:
    case = a_case(world)
    with pytest.raises(Refused, match="不是“海风建设工会”的经办人"):
        assigning.assign(case, world.user("sun"), "支援", world.user("he"), AT)
    for name in ("sun", "li", "feng"):
        with pytest.raises(Forbidden):
            assigning.assign(case, world.user("he"), "支援", world.user(name), AT)


def test_the_level_above_may_ask_after_a_case_and_the_officer_is_told_once(world: World, second: User) -> None:
    case = a_case(world)
    assigning.assign(case, second, "分派", world.user("he"), AT)
    job = asked(world, [case], None, "sun", BulkKind.URGE)
    jobs.JOB.work(job.pk, now)
    assert stages(job) == ["done"]
    told = Reminder.objects.filter(key__startswith="urge-case")
    assert [row.user for row in told] == [second] and case.number in told[0].title
    assert "海风" not in told[0].title
    with pytest.raises(Forbidden):
        assigning.urge(case, "催", world.user("feng"), AT)


def test_delivered_twice_is_done_once(world: World, second: User) -> None:
    job = asked(world, cases(world, 2), second)
    jobs.JOB.work(job.pk, now)
    jobs.JOB.work(job.pk, now)
    assert Event.objects.filter(verb="assign").count() == 2 and BulkJob.objects.get().attempts == 1


def test_stopped_between_two_rows_the_rest_stays_as_it_is(world: World, second: User) -> None:
    job = asked(world, cases(world, 4), second)
    calls = 0

    def stopping() -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:  # claimed, two rows, and now somebody presses stop
            jobs.stop(job, world.user("he"), AT)
        return AT

    jobs.JOB.work(job.pk, stopping)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED and stages(job) == ["done", "done", "waiting", "waiting"]
    with pytest.raises(Refused):
        jobs.stop(job, world.user("he"), AT)


def test_a_killed_worker_goes_on_where_it_stopped(world: World, second: User) -> None:
    job = asked(world, cases(world, 3), second)
    calls = 0

    def dying() -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return AT

    with pytest.raises(KeyboardInterrupt):
        jobs.JOB.work(job.pk, dying)
    assert stages(job) == ["done", "waiting", "waiting"]
    assert jobs.JOB.requeue_stale(AT + timedelta(minutes=1)) == 0
    assert jobs.JOB.requeue_stale(AT + timedelta(minutes=6)) == 1
    jobs.JOB.work(job.pk, now)
    assert stages(job) == ["done"] * 3 and Event.objects.filter(verb="assign").count() == 3


def test_a_job_that_breaks_five_times_is_given_up(world: World, second: User) -> None:
    job = asked(world, cases(world, 1), second)
    BulkJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=5)
    assert jobs.JOB.requeue_stale(AT + timedelta(minutes=6)) == 0
    job.refresh_from_db()
    assert job.state == JobState.FAILED and job.finished_at is not None


def test_rights_are_those_of_the_moment_it_runs(world: World, second: User) -> None:
    job = asked(world, cases(world, 1), second)
    for row in Appointment.objects.filter(user=world.people["he"]):
        dismiss(row, timezone.localdate(), world.user("wu"), timezone.now())
    jobs.JOB.work(job.pk, now)
    assert stages(job) == ["refused"]


# ---- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


def sent(rows: list[Case], officer: User | None, **more: Any) -> dict[str, Any]:
    given = {"cases": [case.pk for case in rows], "kind": "distribute", "reason": "按片区", "token": str(uuid.uuid4())}
    return given | ({"officer": officer.pk} if officer else {}) | more


def test_ticked_in_the_list_and_sent_twice_is_one_job(he: Client, world: World, second: User) -> None:
    rows = cases(world, 3)
    page = he.get("/cases/bulk/new/", {"cases": [rows[0].pk, rows[1].pk]})
    assert page.context["count"] == 2
    data = sent(rows[:2], second)
    first, again = he.post("/cases/bulk/new/", data), he.post("/cases/bulk/new/", data)
    assert first.status_code == again.status_code == 302 and first["Location"] == again["Location"]
    assert BulkJob.objects.count() == 1 and BulkRow.objects.count() == 2


def test_all_that_match_the_filter_beyond_the_page(he: Client, world: World, second: User) -> None:
    cases(world, 3)
    a_case(world, employer=an_employer("极端公司"), extreme=True)
    page = he.get("/cases/bulk/new/", {"all": "on", "filter": "immediate=on"})
    assert page.context["count"] == 1
    assert he.get("/cases/bulk/new/", {"all": "on", "filter": ""}).context["count"] == 4
    assert he.get("/cases/bulk/new/", {"all": "on", "filter": "unit=没有"}).context["count"] == 0


def test_handing_over_everything_of_one_person(he: Client, world: World, second: User) -> None:
    rows = cases(world, 2)
    assigning.assign(rows[0], second, "先给", world.user("he"), AT)
    page = he.get("/cases/bulk/new/", {"person": second.pk})
    assert [case.pk for case in page.context["first"]] == [rows[0].pk] and page.context["kind"] == "reassign"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(he: Client, world: World, second: User) -> None:
    rows = cases(world, 1)
    answer = he.post("/cases/bulk/new/", sent(rows, None, reason="休产假"))
    assert answer.status_code == 422
    assert "请选择新经办人" in answer.content.decode() and "休产假" in answer.content.decode()
    assert he.post("/cases/bulk/new/", sent([], second)).status_code == 422
    for token in ("x", ""):
        answer = he.post("/cases/bulk/new/", sent(rows, second, token=token))
        assert answer.status_code == 422 and "页面已过期或不完整" in answer.text
        assert "token：" not in answer.text and "Token" not in answer.text
    assert not BulkJob.objects.exists()


def test_the_result_page_tells_row_by_row_to_its_owner_alone(he: Client, world: World, second: User) -> None:
    rows = cases(world, 2)
    Case.objects.filter(pk=rows[1].pk).update(state="closed", closed_on=AT.date())
    job = asked(world, rows, second)
    assert "停止" in he.get(f"/cases/bulk/{job.pk}/").content.decode()
    jobs.JOB.work(job.pk, now)
    page = he.get(f"/cases/bulk/{job.pk}/").content.decode()
    assert "案件已办结，无需再办" in page and "hx-get" not in page.split('id="job-state"')[1].split(">")[0]
    only = he.get(f"/cases/bulk/{job.pk}/?only=refused")
    assert [row.stage for row, _, _ in only.context["rows"]] == [RowStage.REFUSED]
    assert as_user(world, "sun").get(f"/cases/bulk/{job.pk}/").status_code == 404


def test_too_many_at_once_are_refused(world: World, second: User) -> None:
    with pytest.raises(Refused, match="一次最多办理 2000 件"):
        jobs.request(BulkKind.URGE, range(1, 2002), None, "催", uuid.uuid4(), world.user("he"), AT)


def test_the_price_of_the_pages(he: Client, world: World, second: User, django_assert_max_num_queries: Any) -> None:
    rows = cases(world, 12)
    job = asked(world, rows, second)
    he.get("/cases/")
    with django_assert_max_num_queries(13):
        he.get(f"/cases/bulk/{job.pk}/")
    with django_assert_max_num_queries(13):
        he.get("/cases/bulk/new/", {"cases": [case.pk for case in rows]})


def test_really_in_the_background(celery_worker: Any, world: World, second: User) -> None:
    rows = cases(world, 2)
    assert as_user(world, "he").post("/cases/bulk/new/", sent(rows, second)).status_code == 302
    for _ in range(100):
        if BulkJob.objects.get().state == JobState.DONE:
            break
        time.sleep(0.1)
    assert stages(BulkJob.objects.get()) == ["done", "done"]
