"""Who is to be told about a unit's business: from the appointments of the day, never from a mailing list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from unions.models import Appointment, Union
from unions.people.rights import ROLES, Right, RoleName

ACTING = frozenset({Right.HANDLE, Right.FILE})
APPROVING = frozenset({Right.APPROVE})
OVERSEEING = frozenset({Right.APPROVE, Right.RECEIVE})
CONCERNED = [name for name, role in ROLES.items() if role.rights & (ACTING | OVERSEEING)]


class Staff:
    """The people of all units, or of `units` and what took them over, on `day`. Two queries; keep it for the length of the job."""

    def __init__(self, day: date, units: Iterable[int] | None = None) -> None:
        closed = Union.objects.filter(valid_until__lt=day, parent__isnull=False)
        self._taken_over: dict[int, int] = dict(closed.values_list("pk", "parent_id"))
        rows = Appointment.objects.in_force(day).filter(user__is_active=True, role__in=CONCERNED)
        if units is not None:
            rows = rows.filter(union__in={self.in_charge(pk) for pk in units})
        self._at: dict[int, list[tuple[int, RoleName]]] = {}
        for unit, user, role in rows.order_by().values_list("union_id", "user_id", "role"):
            self._at.setdefault(unit, []).append((user, RoleName(role)))

    def in_charge(self, unit: int) -> int:
        """The unit that acts for this one: itself, or the one that took it over when it closed."""
        while unit in self._taken_over:
            unit = self._taken_over[unit]
        return unit

    def with_any(self, rights: frozenset[Right], unit: int) -> set[int]:
        return {user for user, role in self._at.get(self.in_charge(unit), ()) if ROLES[role].rights & rights}

    def acting(self, unit: int, officer: int | None) -> set[int]:
        """Whoever has to do it: the officer of the case while she serves at the unit, else all who act there."""
        there = self.with_any(ACTING, unit)
        return {officer} if officer in there and officer is not None else there

    def above(self, path: str) -> set[int]:
        """Who oversees at the nearest unit above that has anybody, beyond the one in charge."""
        line = [int(part) for part in path.split(".") if part]
        own = self.in_charge(line[-1])
        for unit in reversed(line[:-1]):
            if unit != own and (people := self.with_any(OVERSEEING, unit)):
                return people
        return set()
