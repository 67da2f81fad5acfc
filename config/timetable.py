"""What runs by the clock (Asia/Shanghai). One row per task: name, task, when, and the queue it waits in."""

from typing import Any

from celery.schedules import crontab

# What a person waits for / big workbooks / summaries / messages to people / what the clock asks for.
INTERACTIVE, EXPORT, ROLLUP, NOTIFY, CLOCK = QUEUES = ("interactive", "export", "rollup", "notify", "clock")


def row(task: str, when: crontab | float, queue: str = CLOCK) -> dict[str, Any]:
    """A row of Celery's beat schedule; `when` is a crontab or a number of seconds.

    A tick nobody fetched before the next is due would only repeat it, so a row counted in seconds expires.
    """
    options: dict[str, Any] = {"queue": queue}
    if not isinstance(when, crontab):
        options["expires"] = when
    return {"task": task, "schedule": when, "options": options}


TIMETABLE: dict[str, dict[str, Any]] = {
    "seal-events": row("unions.tasks.seal_events", crontab(minute=20)),
    "sync-all-rights": row("unions.tasks.sync_all_rights", crontab(hour=0, minute=5)),
    "tell-of-vacancies": row("unions.tasks.tell_of_vacancies", crontab(minute="*/10", hour="7-21")),
    "drop-stale-uploads": row("unions.tasks.drop_stale_uploads", crontab(minute=40)),
    "forget-wrong-passwords": row("unions.tasks.forget_wrong_passwords", crontab(minute=45)),
    "rebuild-obligations": row("reporting.tasks.rebuild_obligations", crontab(hour=3, minute=10), ROLLUP),
    "grade-warnings": row("reporting.tasks.grade_warnings", crontab(hour=3, minute=40), ROLLUP),
    "class-employers": row("reporting.tasks.class_employers", crontab(hour=4, minute=10), ROLLUP),
    "open-returns": row("reporting.tasks.open_returns", crontab(minute=5)),
    "imply-zeros": row("reporting.tasks.imply_zeros", 60.0),
    "look-again-at-zeros": row("reporting.tasks.look_again_at_zeros", crontab(hour=2, minute=10), ROLLUP),
    "requeue-jobs": row("unions.tasks.requeue_jobs", 60.0),
    "expire-jobs": row("unions.tasks.expire_jobs", 600.0),
    # Every five minutes: a beat that was down at 08:30 makes the round when it is back (arrears/reminders/digest.py).
    "morning-round": row("reporting.tasks.make_morning_round", crontab(minute="*/5", hour="8-23")),
    "send-reminders": row("reporting.tasks.send_reminders", 60.0, NOTIFY),
    "drop-old-reminders": row("reporting.tasks.drop_old_reminders", crontab(hour=2, minute=40)),
    "drop-old-submissions": row("arrears.desk.tasks.drop_old_submissions", crontab(hour=2, minute=50)),
}
