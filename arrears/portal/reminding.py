"""A worker wrote through the window: whoever answers for her letter hears of it at once (SD-2.2b)."""

from __future__ import annotations

from datetime import datetime

from arrears.portal.models import WindowLetter
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import Staff
from unions.common.clock import day_of


def remind_of_letter(letter: WindowLetter, at: datetime) -> int:
    """Once until somebody of the unit has answered, however often the worker adds something. How many were told."""
    unit = letter.seat
    officer = letter.case.officer_id if letter.case else letter.officer_id
    answered = letter.messages.exclude(by=None).order_by("-id").values_list("pk", flat=True).first()
    pulls_back = letter.withdrawal_asked_at is not None
    key = f"worker-letter:{letter.pk}:{answered or 0}{':withdraw' if pulls_back else ''}"
    title, url = ("职工来信要求撤回，请电话回访" if pulls_back else "有职工来信等待办理", letter.get_absolute_url())
    item = {"text": f"{title}。", "short": "职工来信", "url": url}
    people = Staff(day_of(at), {unit.pk}).acting(unit.pk, officer)
    return put((NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item]) for user in people), at)
