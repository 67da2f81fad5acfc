"""What reminders say: case number, matter, clause and due date. Never a name of a person, an employer or a unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from arrears.law.models import Obligation
from arrears.law.obligations.reading import page_of

SHOWN = 20
LAST_SECOND = time(23, 59, 59)
Item = dict[str, str]


def due_words(row: Obligation) -> str:
    """期限 2026-11-19 or 期限 2026-11-23 16:00; "at once" has no date; a right has its last day."""
    if row.due_at is None:
        return "须立即办理"
    due = timezone.localtime(row.due_at)
    if row.sense == "ends":
        return f"{due:%Y-%m-%d} 届满"
    return f"期限 {due:%Y-%m-%d}" if due.time() == LAST_SECOND else f"期限 {due:%Y-%m-%d %H:%M}"


def number_of(row: Obligation) -> str:
    return f"案件 {row.case.number}" if row.case and row.case.number else "一项报送"


def item_of(row: Obligation, now: datetime) -> Item:
    late = "，已逾期" if row.late(now) else "，已超过提醒时限" if row.warned(now) else ""
    short = f"{number_of(row)}，{due_words(row)}{late}"
    text = f"{number_of(row)}：{row}，{due_words(row)}{late}"
    return {"text": text, "short": short, "url": page_of(row)[0] or row.get_absolute_url()}


@dataclass
class DigestContent:
    """What one person is told in one reminder: figures of everything, the first rows in words."""

    soon: int = 0
    overdue: int = 0
    lapsing: int = 0
    items: list[Item] = field(default_factory=list)

    def add(self, row: Obligation, now: datetime) -> None:
        if row.sense == "ends":
            self.lapsing += 1
        else:
            assert row.clock_at is not None
            overdue = row.clock_at < now
            self.overdue += overdue
            self.soon += not overdue
        if len(self.items) < SHOWN:
            self.items.append(item_of(row, now))

    @property
    def note(self) -> str:
        left = self.soon + self.overdue + self.lapsing - len(self.items)
        return f"另有 {left} 项，请登录查看。" if left else ""

    @property
    def list(self) -> str:
        """Which list of terms holds what is told."""
        return "open" if self.soon or self.overdue else "rights"

    def digest_title(self) -> str:
        parts = [
            f"{self.soon} 项即将到期" if self.soon else "",
            f"{self.overdue} 项逾期未办" if self.overdue else "",
            f"{self.lapsing} 项权利即将届满" if self.lapsing else "",
        ]
        return f"办理时限：{'，'.join(part for part in parts if part)}"

    def silence_title(self) -> str:
        return f"督办：{self.overdue} 项逾期未办"


def listing(name: str) -> str:
    return f"{reverse('obligations')}?list={name}"
