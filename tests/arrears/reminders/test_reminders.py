"""Reminders: the morning round by the clock, silence that climbs, what cannot wait, and who is told."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from arrears.cases.models import Case
from arrears.escalations import actions as escalations
from arrears.escalations.models import Acknowledgement
from arrears.law.models import Obligation
from arrears.law.obligations.local import local
from arrears.reminders import digest as morning
from arrears.reminders import outbox
from arrears.reminders.immediate import remind_of
from arrears.reminders.models import MorningRound, Reminder, ReminderKind, ReminderPreference, Sending, SilenceTold, Via
from arrears.reminders.preferences import keep
from arrears.reminders.staff import APPROVING, OVERSEEING, Staff
from config.celery import app
from config.timetable import TIMETABLE
from tests.cast import AT, World, a_case, an_employer, load, moment
from unions.models import Union, User
from unions.people.appointments import dismiss
from unions.tree import actions as tree

FRIDAY, MONDAY = moment("2026-11-20 08:30"), moment("2026-11-23 08:30")


def a_term(world: World, clock: datetime, code: str = "370202E0001", key: str = "", **facts: Any) -> Obligation:
    unit = Union.objects.get(code=code)
    given = {
        "subject": f"case:{key or Obligation.objects.count() + 10_000}",
        "rulebook": "qingdao-2021",
        "rule": "report-failed-negotiation",
        "holder": unit,
        "path": unit.path,
        "bearer": "企业工会",
        "clause": "QD-5",
        "title": "企业工会上报",
        "started_at": clock - timedelta(days=7),
        "due_at": clock,
        "clock_at": clock,
        "calendar_version": "x",
        "explanation": "说明",
    } | facts
    return Obligation.objects.create(**given)


def told(kind: ReminderKind | None = None, **about: Any) -> dict[str, str]:
    """Username → title of what was written."""
    rows = Reminder.objects.filter(**about, **({"kind": kind} if kind else {}))
    return dict(rows.values_list("user__username", "title"))


# The clock -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-20 08:29:59", False),
        ("2026-11-20 08:30:00", True),
        ("2026-11-20 23:55:00", True),
        ("2026-11-21 08:30:00", False),  # Saturday
        ("2026-10-01 08:30:00", False),  # National Day, a Thursday
        ("2026-10-10 08:30:00", True),  # a Saturday, worked in place of 7 October
        ("2026-10-10 08:29:59", False),
    ],
)
def test_half_past_eight_on_working_days(world: World, now: str, due: bool) -> None:
    a_term(world, moment(now) - timedelta(days=1))
    assert (morning.make_round(moment(now)) > 0) == due
    assert MorningRound.objects.exists() == due


def test_a_day_has_one_round(world: World) -> None:
    a_term(world, MONDAY + timedelta(days=1))
    first = morning.make_round(MONDAY)
    assert first == Reminder.objects.count() == 3  # li, he, wang
    a_term(world, MONDAY + timedelta(days=1))
    assert morning.make_round(MONDAY + timedelta(minutes=5)) == 0
    assert Reminder.objects.count() == 3


def test_a_beat_down_for_a_weekend_makes_one_digest(world: World) -> None:
    """Due on Friday, Saturday and Sunday; beat comes back on Monday at 10:05."""
    for day in (20, 21, 22):
        a_term(world, moment(f"2026-11-{day} 23:59:59"))
    morning.make_round(moment("2026-11-23 10:05"))
    assert told(ReminderKind.SILENCE) == {"wang": "督办：3 项逾期未办"}
    assert told(ReminderKind.DIGEST) == {"li": "办理时限：3 项逾期未办", "he": "办理时限：3 项逾期未办"}
    assert MorningRound.objects.get().day == date(2026, 11, 23)


def test_a_beat_down_at_half_past_eight_is_late_and_not_silent(world: World) -> None:
    a_term(world, MONDAY)
    assert morning.make_round(MONDAY + timedelta(hours=3)) == 3


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_one_round(cast_database: None, transactional_db: None) -> None:
    world = load()
    a_term(world, MONDAY + timedelta(days=1))
    gate, written = threading.Barrier(4), []

    def beat() -> None:
        gate.wait()
        written.append(morning.make_round(MONDAY))
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for one in beats:
        one.start()
    for one in beats:
        one.join(30)
    assert sorted(written) == [0, 0, 0, 3]
    assert (Reminder.objects.count(), MorningRound.objects.count()) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_same_reminder_at_one_moment_both_succeed(cast_database: None, settings: Any) -> None:
    """The second one waits for the first and passes the reminder over; what else she did in her transaction stays."""
    world = load()
    settings.EMAIL_HOST, settings.SITE_URL = "mail.example.org", "https://xinbao.example.org"
    User.objects.filter(username="li").update(email="li@example.org")
    words = [
        outbox.NewReminder(world.user(name).pk, ReminderKind.IMMEDIATE, "vacant:1", "岗位空缺", "/")
        for name in ("li", "wu")
    ]
    written: list[int] = []

    def second() -> None:
        with transaction.atomic():
            Union.objects.filter(code="370202").update(duty_phone="0532-12345678")
            written.append(outbox.put(reversed(words), AT))
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        outbox.put(words, AT)
        other.start()
        other.join(1)
        assert other.is_alive(), "it waits for this transaction"
    other.join(30)
    assert written and Union.objects.get(code="370202").duty_phone == "0532-12345678"
    assert (Reminder.objects.count(), Sending.objects.count()) == (2, 1)


def test_the_timetable_asks_at_half_past_eight_and_again_until_midnight() -> None:
    row = TIMETABLE["morning-round"]
    when = row["schedule"]
    assert 30 in when.minute and {8, 9, 23} <= when.hour and when.day_of_week == set(range(7))
    assert TIMETABLE["send-reminders"]["options"]["queue"] == outbox.QUEUE
    app.loader.import_default_modules()
    assert {row["task"], outbox.TASK} <= set(app.tasks)


# Silence -------------------------------------------------------------------------------------------------------------


def test_silence_climbs_once_per_level(world: World) -> None:
    """Due on Thursday: the unit's approver hears on Friday, the union above once the local days are over."""
    a_term(world, moment("2026-11-19 23:59:59"))
    assert local().silent_days == 3
    morning.make_round(FRIDAY)
    assert set(told(ReminderKind.SILENCE)) == {"wang"}
    assert set(told(ReminderKind.DIGEST)) == {"li", "he"}, "nobody hears of one thing twice in a morning"
    morning.make_round(MONDAY)
    assert set(told(ReminderKind.SILENCE, key="silence:2026-11-23")) == {"sun", "zhou"}
    assert set(told(ReminderKind.DIGEST, key="digest:2026-11-23")) == {"li", "he", "wang"}
    morning.make_round(moment("2026-11-24 08:30"))
    assert told(ReminderKind.SILENCE, key="silence:2026-11-24") == {}
    assert SilenceTold.objects.count() == 2


def test_overdue_again_after_a_longer_term_is_told_again(world: World) -> None:
    row = a_term(world, moment("2026-11-19 23:59:59"))
    morning.make_round(FRIDAY)
    Obligation.objects.filter(pk=row.pk).update(
        due_at=moment("2026-11-20 23:59:59"), clock_at=moment("2026-11-20 23:59:59"), extended=True
    )
    morning.make_round(MONDAY)
    assert set(told(ReminderKind.SILENCE, key="silence:2026-11-23")) == {"wang"}


def test_born_overdue_is_not_lost(world: World) -> None:
    """Entered after the round, with a term that ran out weeks before it."""
    morning.make_round(FRIDAY)
    a_term(world, moment("2026-10-30 23:59:59"))
    morning.make_round(MONDAY)
    assert set(told(ReminderKind.SILENCE)) == {"wang", "sun", "zhou"}


def test_where_nobody_approves_the_union_above_hears(world: World) -> None:
    a_term(world, moment("2026-11-19 23:59:59"), code="370203E0001")  # 褚填报 alone
    morning.make_round(FRIDAY)
    assert set(told(ReminderKind.SILENCE)) == {"feng", "chen"}
    assert set(told(ReminderKind.DIGEST)) == {"chu"}


def test_what_is_done_or_far_away_is_not_told(world: World) -> None:
    a_term(world, moment("2026-11-19 23:59:59"), met_at=AT)
    a_term(world, moment("2026-11-19 23:59:59"), lifted_at=AT)
    a_term(world, FRIDAY + local().soon + timedelta(seconds=1))
    assert morning.make_round(FRIDAY) == 0
    a_term(world, MONDAY + local().soon)
    assert morning.make_round(MONDAY) == 3


# Who -----------------------------------------------------------------------------------------------------------------


def test_the_officer_alone_where_the_case_has_one(world: World) -> None:
    a_term(world, MONDAY, officer=world.user("he"))
    morning.make_round(MONDAY)
    assert set(told()) == {"he", "wang"}


def test_an_officer_who_left_is_not_asked(world: World) -> None:
    he = world.user("he")
    a_term(world, MONDAY, officer=he)
    dismiss(he.appointments.get(), timezone.localdate(MONDAY - timedelta(days=2)), world.user("wu"), AT)
    morning.make_round(MONDAY)
    assert set(told()) == {"li", "wang"}


def test_closed_accounts_and_platform_roles_hear_nothing(world: World) -> None:
    User.objects.filter(username="he").update(is_active=False)
    a_term(world, MONDAY)
    morning.make_round(MONDAY)
    assert set(told()) == {"li", "wang"}
    staff = Staff(date(2026, 11, 23))
    province = world.unions["370000"].pk
    people = {world.people[name].pk for name in ("han", "yang")}
    assert staff.with_any(OVERSEEING, province) == people


def test_a_closed_unit_is_answered_for_by_the_one_above(world: World) -> None:
    row = a_term(world, moment("2026-11-19 23:59:59"), code="370202T0001")
    tree.close(row.holder, world.unions["370202"], date(2026, 11, 20), None, AT)
    staff = Staff(date(2026, 11, 20))
    zhou, shi = world.people["zhou"].pk, world.people["shi"].pk
    assert staff.with_any(APPROVING, row.holder_id) == {zhou}
    assert shi in staff.above(row.path) and zhou not in staff.above(row.path)


# Words ---------------------------------------------------------------------------------------------------------------


def test_the_text_names_case_and_date_and_nobody(world: World) -> None:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12))
    morning.make_round(FRIDAY)
    row = Reminder.objects.get(user=world.people["li"], kind=ReminderKind.DIGEST)
    assert case.number in row.items[0]["text"] and any("期限 2026-11-19，已逾期" in item["text"] for item in row.items)
    names = [
        case.employer.name,
        *(user.name for user in world.people.values()),
        *(u.name for u in world.unions.values()),
    ]
    for reminder in Reminder.objects.all():
        for text in (reminder.title, reminder.body, reminder.short):
            assert not [name for name in names if name in text], text
    assert len(row.short) <= 120


def test_a_long_list_is_counted_and_cut(world: World) -> None:
    for n in range(25):
        a_term(world, moment("2026-11-19 23:59:59") - timedelta(hours=n))
    morning.make_round(FRIDAY)
    row = Reminder.objects.get(user=world.people["li"])
    assert (row.title, len(row.items), row.note) == ("办理时限：25 项逾期未办", 20, "另有 5 项，请登录查看。")


def test_a_term_by_the_hour_says_the_hour(world: World) -> None:
    a_term(world, moment("2026-11-23 16:00"))
    morning.make_round(MONDAY)
    assert "期限 2026-11-23 16:00" in Reminder.objects.filter(user=world.people["li"]).get().items[0]["text"]


# At once -------------------------------------------------------------------------------------------------------------


def escalated(world: World) -> Case:
    case = a_case(world, mass=True)
    escalations.request(case, world.unions["370202E0001"], "mass", "聚集", world.user("li"), AT, seen=case.version)
    case.refresh_from_db()
    return case


def test_duties_at_once_are_told_with_the_move(world: World) -> None:
    case = a_case(world, mass=True)
    duties = Obligation.objects.filter(case=case, rule__in=["report-incident", "reach-the-spot"])
    keys = {f"at-once:{duty.pk}" for duty in duties}
    for key in keys:
        rows = told(ReminderKind.IMMEDIATE, key=key)
        assert set(rows) == {"li", "wang"} and str(case.number) in rows["li"], "li is the case's officer"
    assert len(keys) == 2
    assert not Reminder.objects.exclude(key__in=keys).exists(), "及时 without haste waits for the digest"


def test_every_level_is_told_of_an_acknowledgement_once(world: World) -> None:
    case = escalated(world)
    for code, people in (("370202", {"sun", "zhou"}), ("370200", {"lv", "shi"}), ("370000", {"han", "yang"})):
        row = Acknowledgement.objects.get(case=case, union__code=code)
        assert set(told(ReminderKind.IMMEDIATE, key=f"acknowledge:{row.pk}")) == people
    before = Reminder.objects.count()
    row = Acknowledgement.objects.get(case=case, union__code="370202")
    escalations.acknowledge(row, world.user("sun"), AT)
    assert Reminder.objects.count() == before


def test_nothing_is_told_of_a_move_that_failed(world: World, django_capture_on_commit_callbacks: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        escalated(world)
        assert Reminder.objects.exists()
        raise RuntimeError
    assert not Reminder.objects.exists() and not Sending.objects.exists()


def test_a_move_that_asks_nothing_at_once_costs_two_queries(world: World, django_assert_num_queries: Any) -> None:
    case = a_case(world, employer=an_employer("市南餐饮"))
    with django_assert_num_queries(2):
        remind_of(case, AT)
    case = escalated(world)
    with django_assert_num_queries(3):
        remind_of(case, AT)


# Preferences ---------------------------------------------------------------------------------------------------------


def test_defaults_and_wishes(world: World, settings: Any) -> None:
    settings.MESSAGE_WEBHOOK_URL = "http://127.0.0.1:9/hook"
    User.objects.filter(username__in=["li", "he", "wang"]).update(email="a@example.org")
    kinds: dict[str, list[str]] = {"in_app": [], "email": [], "message": ["digest"]}
    keep(world.user("he"), kinds, {Via.MESSAGE: "13800000000"}, AT)
    keep(world.user("wang"), {"in_app": [], "email": [], "message": []}, {}, AT)
    a_term(world, MONDAY)
    assert morning.make_round(MONDAY) == 2, "wang wants no digest anywhere"
    by_mail, by_message = Reminder.objects.get(user__username="li"), Reminder.objects.get(user__username="he")
    assert (by_mail.in_app, [row.via for row in by_mail.sendings.all()]) == (True, [Via.EMAIL])
    assert (by_message.in_app, [row.via for row in by_message.sendings.all()]) == (False, [Via.MESSAGE])


def test_immediate_ones_stay_in_the_app(world: World) -> None:
    row = keep(world.user("li"), {"in_app": [], "email": [], "message": []}, {}, AT)
    assert row.in_app == ["immediate"]
    case = a_case(world, mass=True)
    assert Reminder.objects.filter(user=row.user, kind="immediate", in_app=True).exists() and case.number
    with pytest.raises(Exception, match="immediate_reminders_stay"):
        ReminderPreference.objects.update(in_app=["digest"])
