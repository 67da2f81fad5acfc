"""Which kinds of reminder reach whom by which way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from arrears.reminders.models import ReminderKind, ReminderPreference, Via, every_kind, only_immediate
from arrears.reminders.ways import WAYS, Way
from unions.log import audit
from unions.models import User


@dataclass(frozen=True)
class Wish:
    """Kinds per way, for one person. A way that is closed, or without an address, has none."""

    in_app: frozenset[str]
    out: dict[Via, frozenset[str]]

    def ways(self, kind: ReminderKind) -> list[Via]:
        return [via for via, kinds in self.out.items() if kind.value in kinds]


def open_ways() -> list[Way]:
    """Return the ways this installation has set up."""
    return [way for way in WAYS.values() if way.is_set_up()]


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
    out = {
        way.via: frozenset(getattr(row, way.via) if row else every_kind())
        for way in open_ways()
        if way.address(email, row)
    }
    return Wish(frozenset(row.in_app if row else every_kind()), out)


@transaction.atomic
def keep(user: User, kinds: dict[str, list[str]], addresses: dict[Via, str], at: datetime) -> ReminderPreference:
    """Store what a person wants. `kinds`: "in_app" or the value of a way → kinds; `addresses`: way → where she is reached by it. What is
    left out stays as it is, and immediate reminders stay in the app.
    """
    User.objects.select_for_update().get(pk=user.pk)
    row = preference_of(user, at)
    for name, wanted in kinds.items():
        setattr(row, name, [kind for kind in ReminderKind.values if kind in wanted])
    row.in_app = [kind for kind in ReminderKind.values if kind in {*row.in_app, *only_immediate()}]
    for via, address in addresses.items():
        if via != Via.EMAIL:
            setattr(row, f"{via.value}_to", address)
    row.changed_at = at
    row.save()
    email = addresses.get(Via.EMAIL, user.email)
    if email != user.email:
        user.email = email
        user.save(update_fields=["email"])
    chosen = {via.value: getattr(row, via.value) for via in WAYS}
    audit.record(f"user:{user.pk}", "set-reminders", user, at, in_app=row.in_app, **chosen)
    return row
