"""The second-person rule, once for everything two people must agree to: there is no bypass for anyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from unions.models import User
from unions.people.appointments import stand_ins


def barred_because(
    user: User,
    parts: Mapping[str, Iterable[int | None]],
    whom: str,
    day: date,
    asked_on: date | None,
    act: str = "审批",
) -> str | None:
    """Why `user` may not be the second person on `day` (Chinese), or None.

    `parts`: what she would be ("您是提出人") → ids of the people who are it. `whom`: those people, for whoever is tied to one of
    them by standing in. Who stood in when it was asked for (`asked_on`) does not become a second person by waiting a day.
    """
    held = {because: {pk for pk in people if pk is not None} for because, people in parts.items()}
    for because, people in held.items():
        if user.pk in people:
            return f"{because}，须由另一人{act}。"
    if user.pk in stand_ins(set().union(*held.values()), day, asked_on):
        return f"您与{whom}之间有代理关系，须由另一人{act}。"
    return None
