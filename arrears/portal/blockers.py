"""What a worker wrote that keeps a case open, or waits for an answer."""

from __future__ import annotations

from django.db.models import Exists

from arrears.cases.closing_blockers import Blocker, Lack
from arrears.cases.models import Case


def _asked(case: Case) -> Exists:
    return Exists(case.window_letters.filter(withdrawal_asked_at__isnull=False))


def _withdrawals(case: Case) -> list[Lack]:
    rows = case.window_letters.filter(withdrawal_asked_at__isnull=False)
    return [
        Lack(f"职工通过窗口要求撤回（{row}），尚未电话回访本人，请先回访并登记结果。", row.get_absolute_url())
        for row in rows
    ]


WITHDRAWN = Blocker(_asked, _withdrawals)


def unread(case: Case) -> list[str]:
    return [f"{row}有未答复的留言" for row in case.window_letters.filter(unread=True)]
