"""Which kinds of reminder reach whom by which way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from arrears.reminders.models import ReminderKind, ReminderPreference, Via, every_kind, only_immediate
from unions.log import audit
from unions.models import User


@dataclass(frozen=True)
class Wish:
    """Kinds per way, for one person. A way that is closed, or without an address, has none."""

    in_app: frozenset[str]
    out: dict[Via, frozenset[str]]

    def ways(self, kind: ReminderKind) -> list[Via]:
        return [via for via, kinds in self.out.items() if kind.value in kinds]


def open_ways() -> set[Via]:
    """The ways this installation has set up; the embedded one shows its mail on a page."""
    ways = {Via.EMAIL} if settings.EMAIL_HOST or settings.EMBEDDED else set()
    return ways | ({Via.MESSAGE} if settings.MESSAGE_WEBHOOK_URL else set())


def preference_of(user: User, at: datetime) -> ReminderPreference:
    """What is stored, or the defaults, not stored."""
    return ReminderPreference.objects.filter(user=user).first() or ReminderPreference(user=user, changed_at=at)


def wishes(people: Iterable[int]) -> dict[int, Wish]:
    """Two queries, however many people. Who was closed out meanwhile is left out."""
    ids = set(people)
    stored = ReminderPreference.objects.filter(user__in=ids).in_bulk(field_name="user_id")
    active = User.objects.filter(pk__in=ids, is_active=True).values_list("pk", "email")
    return {pk: _wish(stored.get(pk), email) for pk, email in active}


def _wish(row: ReminderPreference | None, email: str) -> Wish:
    ways = open_ways()
    out = {}
    if Via.EMAIL in ways and email:
        out[Via.EMAIL] = frozenset(row.email if row else every_kind())
    if Via.MESSAGE in ways and row and row.message_to:
        out[Via.MESSAGE] = frozenset(row.message)
    return Wish(frozenset(row.in_app if row else every_kind()), out)


@transaction.atomic
def keep(
    user: User, kinds: dict[str, list[str]], email: str | None, message_to: str | None, at: datetime
) -> ReminderPreference:
    """Store what a person wants. `kinds`: "in_app", "email", "message" → kinds, a way left out stays as it is. Immediate ones stay in the
    app. None leaves an address as it is.
    """
    User.objects.select_for_update().get(pk=user.pk)
    row = preference_of(user, at)
    for way, wanted in kinds.items():
        setattr(row, way, [kind for kind in ReminderKind.values if kind in wanted])
    row.in_app = [kind for kind in ReminderKind.values if kind in {*row.in_app, *only_immediate()}]
    row.message_to = row.message_to if message_to is None else message_to
    row.changed_at = at
    row.save()
    if email is not None and email != user.email:
        user.email = email
        user.save(update_fields=["email"])
    audit.record(f"user:{user.pk}", "set-reminders", user, at, in_app=row.in_app, email=row.email, message=row.message)
    return row
