"""The second-person rule: who approves may be none of those who made or asked for what is approved."""

from __future__ import annotations

from datetime import date

from arrears.models import Case
from unions.appointments import stand_ins
from unions.models import User


def barred_because(
    case: Case, user: User, requester: User | None, day: date, asked_on: date | None = None
) -> str | None:
    """Why `user` may not be the second person on `day` (Chinese), or None. There is no bypass for anyone.

    Who stood in for somebody when it was asked for (`asked_on`) does not become a second person by waiting a day.
    """
    parts = {
        "您是提出人": requester.pk if requester else None,
        "您是本案经办人": case.officer_id,
        "您是本案登记人": case.filed_by_id,
        "您最后修改过本案": case.last_edited_by_id,
    }
    for because, pk in parts.items():
        if pk == user.pk:
            return f"{because}，须由另一人审批。"
    involved = {pk for pk in parts.values() if pk is not None}
    if user.pk in stand_ins(involved, day, asked_on):
        return "您与提出人或经办人之间有代理关系，须由另一人审批。"
    return None
