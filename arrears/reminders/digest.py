"""The morning round: at 08:30 on a working day one digest per person, and the silence that climbs.

Run as often as you like: a day has one round. A beat that was down makes it when it is back; a weekend makes none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from arrears.law.calendar import calendar_at
from arrears.law.models import Obligation, ObligationQuerySet
from arrears.law.obligations.local import local
from arrears.reminders.models import MorningRound, ReminderKind, SilenceLevel, SilenceTold
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.reminders.wording import DigestContent, listing
from unions.common.pg_copy import copy_rows

START = time(8, 30)
Piles = dict[int, DigestContent]
# Of each row what is needed to say it in words; explanations are long.
READ = [
    "holder_id",
    "path",
    "officer_id",
    "title",
    "clause",
    "sense",
    "due_at",
    "warn_at",
    "urgency",
    "clock_at",
    "met_at",
    "lifted_at",
    "case__number",
]


def round_due(now: datetime) -> date | None:
    """The day whose round is to be made: a working day from 08:30 on that has had none."""
    here = timezone.localtime(now)
    if here.time() < START or MorningRound.objects.filter(day=here.date()).exists():
        return None
    return here.date() if calendar_at().is_workday(here.date()) else None


def make_round(now: datetime) -> int:
    """Write the day's reminders when they are due; how many. Two at once: the second finds the first's round."""
    if round_due(now) is None:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('morning-round', 0))")
        day = round_due(now)
        if day is None:
            return 0
        written = _Round(now, day).write()
        MorningRound.objects.create(day=day, at=now, told=written)
    return written


class _Round:
    """One pass over everything due soon or overdue, the most urgent and then the most overdue first, then over rights that lapse soon."""

    def __init__(self, now: datetime, day: date) -> None:
        self.now, self.day = now.replace(microsecond=0), day
        self.staff = Staff(day)
        self.digest: Piles = defaultdict(DigestContent)
        self.silence: Piles = defaultdict(DigestContent)
        self.told: list[list[object]] = []

    def write(self) -> int:
        for row in _due(self.now).iterator(chunk_size=2000):
            self._read(row)
        for row in _lapsing(self.now).iterator(chunk_size=2000):
            self._hand(row, self.staff.acting(row.holder_id, row.officer_id))
        if self.told:
            copy_rows(SilenceTold, ["obligation_id", "level", "clock_at", "at"], self.told)
        return put(self._words(), self.now)

    def _read(self, row: Obligation) -> None:
        assert row.clock_at is not None
        climbed = self._climb(row) if row.clock_at < self.now else set()
        holding = self.staff.acting(row.holder_id, row.officer_id)
        self._hand(row, (holding | self.staff.with_any(APPROVING, row.holder_id)) - climbed)

    def _hand(self, row: Obligation, people: set[int]) -> None:
        for user in people:
            self.digest[user].add(row, self.now)

    def _climb(self, row: Obligation) -> set[int]:
        """Tell the approvers, and later the union above, of what stays undone; who was told this morning."""
        assert row.clock_at is not None
        told: set[int] = set()
        if not row.told_approvers:  # type: ignore[attr-defined]
            people = self.staff.with_any(APPROVING, row.holder_id) or self.staff.above(row.path)
            told |= self._note(row, SilenceLevel.APPROVERS, people)
        if row.clock_at < self.now - local().silence and not row.told_above:  # type: ignore[attr-defined]
            told |= self._note(row, SilenceLevel.ABOVE, self.staff.above(row.path))
        for user in told:
            self.silence[user].add(row, self.now)
        return told

    def _note(self, row: Obligation, level: SilenceLevel, people: set[int]) -> set[int]:
        """Nobody there, nothing noted: whoever is appointed later will hear of it."""
        if people:
            self.told.append([row.pk, level.value, row.clock_at, self.now])
        return people

    def _words(self) -> Iterator[NewReminder]:
        for user, pile in self.silence.items():
            yield NewReminder(
                user,
                ReminderKind.SILENCE,
                f"silence:{self.day}",
                pile.silence_title(),
                listing("silent"),
                pile.items,
                pile.note,
            )
        for user, pile in self.digest.items():
            yield NewReminder(
                user,
                ReminderKind.DIGEST,
                f"digest:{self.day}",
                pile.digest_title(),
                listing(pile.list),
                pile.items,
                pile.note,
            )


def _due(now: datetime) -> ObligationQuerySet:
    told = SilenceTold.objects.filter(obligation=OuterRef("pk"), clock_at=OuterRef("clock_at"))
    rows = Obligation.objects.open().filter(clock_at__lte=now + local().soon).select_related("case")
    return (
        rows.order_by("urgency", "clock_at", "pk")
        .only(*READ)
        .annotate(
            told_approvers=Exists(told.filter(level=SilenceLevel.APPROVERS)),
            told_above=Exists(told.filter(level=SilenceLevel.ABOVE)),
        )
    )


def _lapsing(now: datetime) -> ObligationQuerySet:
    """Rights that lapse soon: whoever works on the case tells the worker in time. What lapsed is nobody's silence."""
    rows = Obligation.objects.lapsing(now).filter(due_at__lte=now + local().soon)
    return rows.select_related("case").order_by("due_at", "pk").only(*READ)
