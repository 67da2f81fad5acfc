"""The outbox: rows first, then sent. What the rows say is the truth; a message of the broker only says "look".

Each `Sending` is a job claimed on its own, so a task delivered twice or two workers at once send once. A try that broke off where
nobody can know whether the mail arrived is not repeated: the reminder stands in the app.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Q

from arrears.reminders.models import Reminder, ReminderKind, Sending, Via
from arrears.reminders.preferences import wishes
from arrears.reminders.ways import WAYS, Uncertain, send
from arrears.reminders.webhook import NotSent
from arrears.reminders.wording import Item
from unions.common.urgency import urgency_where
from unions.jobs import Now
from unions.models import JobState
from unions.models.job import ClaimLost
from unions.waiting import forget_numbers

QUEUE, TASK = "notify", "reporting.tasks.send_reminders"
BATCH = 200
BACKOFF = [timedelta(minutes=n) for n in (1, 5, 30, 120)]


@dataclass(frozen=True)
class NewReminder:
    """One reminder for one person, before it is a row."""

    user: int
    kind: ReminderKind
    key: str
    title: str
    url: str
    items: list[Item] = field(default_factory=list)
    note: str = ""


def put(words: Iterable[NewReminder], at: datetime) -> int:
    """Write the reminders that are new and wanted, inside the caller's transaction; how many. Sending is asked for once it commits.

    Whoever writes the same ones at the same moment waits and passes them over: nobody's act is undone by a reminder.
    """
    wanted = {(word.user, word.key): word for word in words}
    if not wanted:
        return 0
    known = {(row.user_id, row.key) for row in _there(wanted)}
    new = sorted(wanted.keys() - known)  # one order for all: two that wait for each other would stop both
    wishing = wishes(user for user, _ in new) if new else {}
    rows: list[Reminder] = []
    ways: dict[tuple[int, str], list[Via]] = {}
    for pair in new:
        word, wish = wanted[pair], wishing.get(pair[0])
        if wish is None:
            continue
        in_app, out = word.kind.value in wish.in_app, wish.ways(word.kind)
        if in_app or out:
            rows.append(_row(word, in_app, at))
            ways[pair] = out
    Reminder.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    transaction.on_commit(partial(forget_numbers, {row.user_id for row in rows}))
    if any(ways.values()):
        outgoing = [
            Sending(reminder=row, via=via, next_at=at, changed_at=at)
            for row in _there(ways)
            for via in ways[row.user_id, row.key]
        ]
        Sending.objects.bulk_create(outgoing, batch_size=1000, ignore_conflicts=True)
        ask_for_sending()
    return len(rows)


def _there(pairs: Collection[tuple[int, str]]) -> list[Reminder]:
    """The reminders of these (user, key) that are written."""
    found = Reminder.objects.filter(user__in={user for user, _ in pairs}, key__in={key for _, key in pairs})
    return [row for row in found.only("pk", "user_id", "key").order_by("pk") if (row.user_id, row.key) in pairs]


def _row(word: NewReminder, in_app: bool, at: datetime) -> Reminder:
    return Reminder(
        user_id=word.user,
        kind=word.kind,
        key=word.key,
        title=word.title,
        items=word.items,
        note=word.note,
        url=word.url,
        in_app=in_app,
        created_at=at,
    )


def ask_for_sending() -> None:
    """Wake a worker after the commit. A broker that is down loses nothing: the clock asks again every minute."""
    transaction.on_commit(lambda: current_app.send_task(TASK, queue=QUEUE, retry=False), robust=True)


# In the worker -------------------------------------------------------------------------------------------------------


def send_due(now: Now) -> int:
    """Send what waits, one batch; how many went out. A way that does not answer is left alone until the next time."""
    _settle_broken_off(now())
    waiting = Sending.objects.filter(state=JobState.WAITING, next_at__lte=now())
    urgency = urgency_where(Q(reminder__kind=ReminderKind.IMMEDIATE))
    ids = list(waiting.order_by(urgency, "next_at", "pk").values_list("pk", "via")[:BATCH])
    down: set[str] = set()
    sent = 0
    for pk, via in ids:
        if via in down:
            continue
        try:
            sent += send_one(pk, now)
        except NotSent:
            down.add(via)
    if len(ids) == BATCH and not down:
        ask_for_sending()
    return sent


def send_one(pk: int, now: Now) -> bool:
    """Claim and send. Raises NotSent, after noting it, when the whole way is down."""
    at = now()
    due = Sending.objects.filter(next_at__lte=at).select_related("reminder__user__reminder_preference")
    row = due.claim(pk, at)
    if row is None:
        return False
    try:
        return _send(row, now)
    except ClaimLost:
        return False


def _send(row: Sending, now: Now) -> bool:
    try:
        send(row)
    except NotSent as fault:
        _not_sent(row, fault, now())
        if fault.down:
            raise
        return False
    except Uncertain as fault:
        row.advance(now(), state=JobState.UNCERTAIN, error=str(fault)[:200])
        return False
    row.finish(now())
    return True


def _not_sent(row: Sending, fault: NotSent, at: datetime) -> None:
    if fault.final or row.attempts > len(BACKOFF):
        row.fail(str(fault), at)
    else:
        row.advance(at, state=JobState.WAITING, error=str(fault)[:200], next_at=at + BACKOFF[row.attempts - 1])


def _settle_broken_off(at: datetime) -> None:
    """Tries whose worker died: again where the other side knows a repetition, else nobody can say."""
    dead = Sending.objects.silent(at)
    again = [via for via, way in WAYS.items() if way.repeatable]
    dead.filter(via__in=again).update(state=JobState.WAITING, changed_at=at, next_at=at)
    dead.exclude(via__in=again).update(
        state=JobState.UNCERTAIN, changed_at=at, error="发送中断，不能确定是否送达；提醒仍在薪报中。"
    )
