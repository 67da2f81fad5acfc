"""A return in words: its badge, the time left, and what else is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from arrears.law.obligations.local import local
from reporting.returns.models import SENT, Return, ReturnStage
from unions.common.formats import elapsed
from unions.models import User
from unions.people.rights import Right

S = ReturnStage
TONES = {
    S.OPEN: "info",
    S.SIGNED: "busy",
    S.SUBMITTED: "busy",
    S.RECEIVED: "good",
    S.RETURNED: "bad",
    S.AMENDING: "busy",
    S.IMPLIED: "neutral",
    S.WAIVED: "neutral",
}


@dataclass(frozen=True)
class ReturnStatus:
    """A return as it stands at a moment. `words` and `tone`: its badge; `time`: how long is left or gone by, "" when sent;
    `tags`: what else is to be known, each with whether it is grave."""

    row: Return
    words: str
    tone: str
    time: str
    tags: list[tuple[str, bool]]


def status_of(row: Return, now: datetime) -> ReturnStatus:
    return ReturnStatus(row, *_badge(row, now), _time(row, now), _tags(row))


def _badge(row: Return, now: datetime) -> tuple[str, str]:
    if row.stage == S.OPEN:
        if row.missing(now):
            return "漏报", "bad"
        if row.backfilled:
            return "补录，待填报", "info"
        soon = now >= row.due_at - local().soon
        return "待填报", "busy" if soon else "info"
    if row.stage == S.SUBMITTED and not row.receiver_id:  # whoever takes it in has no account here
        return "已报出", "good"
    return row.get_stage_display(), TONES[S(row.stage)]


def _time(row: Return, now: datetime) -> str:
    if not row.expects_something or row.backfilled:
        return ""
    if row.missing(now):
        return f"已过 {elapsed(row.due_at, now)}"
    return f"还剩 {elapsed(now, row.due_at)}"


def _tags(row: Return) -> list[tuple[str, bool]]:
    """迟报, 零报告, 与台账矛盾, 第 2 版. Reads `current`."""
    found = [("迟报", True)] if row.late() else []
    if row.contradicted_at:
        found.append(("零报告与台账矛盾", True))
    if row.current and row.stage in (*SENT, S.AMENDING):
        found += [("零报告", False)] if row.current.nil else []
        found += [(f"第 {row.current.number} 版", False)] if row.current.number > 1 else []
    if row.provisional and not row.submitted_at:
        found.append(("期限暂定", True))
    return found


def insider(row: Return, user: User) -> bool:
    """Whether the reader works at the unit itself: a draft is nobody else's."""
    return row.union.in_charge().path in user.paths(Right.VIEW)
