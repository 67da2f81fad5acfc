"""The second-person rule of a case: who approves may be none of those who made it or asked for what is approved."""

from __future__ import annotations

from datetime import date

from arrears.models import Case
from unions import second_person
from unions.models import User


def barred_because(
    case: Case, user: User, requester: User | None, day: date, asked_on: date | None = None
) -> str | None:
    """Why `user` may not be the second person on `day` (Chinese), or None. `asked_on`: the day it was asked for."""
    parts: dict[str, list[int | None]] = {
        "您是提出人": [requester.pk if requester else None],
        "您是本案经办人": [case.officer_id],
        "您是本案登记人": [case.filed_by_id],
        "您最后修改过本案": [case.last_edited_by_id],
    }
    return second_person.barred_because(user, parts, "提出人或经办人", day, asked_on)
