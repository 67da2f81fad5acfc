"""Where the terms of deposits hear of them, and who is told of a drawing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import Word, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.safety_nets import drawings
from arrears.safety_nets.models import Drawing, DrawingStage, NetKind, SafetyNet
from arrears.safety_nets.terms import keep_nets
from unions.common.clock import day_of
from unions.models import User


def follow_net(sender: Any, net: SafetyNet, at: datetime, **kwargs: Any) -> None:
    """In the transaction of the act: a deposit and its terms are never seen apart."""
    if net.kind == NetKind.DEPOSIT:
        keep_nets([net.pk], at)


def tell_approvers(sender: Any, drawing: Drawing, at: datetime, **kwargs: Any) -> None:
    """Whoever may decide hears at once that something waits. Numbers only: a reminder may leave the house."""
    if drawing.stage != DrawingStage.REQUESTED:
        return
    unit, url = drawings.approval.unit_of(drawing).pk, drawing.get_absolute_url()
    title = f"{drawing.get_kind_display()}待审批" + (f"：案件 {drawing.case.number}" if drawing.case else "")
    item = {"text": f"{title}。", "short": title, "url": url}
    people = User.objects.filter(pk__in=Staff(day_of(at), {unit}).with_any(APPROVING, unit)).order_by("pk")
    may = [user.pk for user in people if drawings.approval.barred(drawing, user, at) is None]
    put((Word(pk, ReminderKind.IMMEDIATE, f"approve-drawing:{drawing.pk}", title, url, [item]) for pk in may), at)
