"""Meeting a duty beside the line that shows it: templates compose upward, imports do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from arrears.cases.forms.steps import MeetForm
from arrears.cases.meeting import Telling, departments, may_meet, telling_of, whom
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit

register = template.Library()


class _OfRequest:
    """What the lines of one page share: the rulebooks, and whom a unit tells."""

    def __init__(self) -> None:
        self.books = RulebooksByUnit()
        self._whom: dict[tuple[int, Telling], str] = {}

    def whom(self, row: Obligation, telling: Telling) -> str:
        key = row.holder_id, telling
        if key not in self._whom:
            self._whom[key] = whom(row, telling)
        return self._whom[key]


@register.inclusion_tag("arrears/cases/meet_duty.html", takes_context=True)
def meet_duty(context: Any, row: Obligation, back: str = "", whole: bool = False) -> dict[str, Any]:
    """A form that meets the duty by one click, for whoever may; nothing for others. `whole`: with the day, whom, and a paper.
    `back`: where it returns to ("desk", "list", "case").
    """
    request = context.get("request")
    if request is None or not row.is_open or row.case_id is None or row.due_at is not None:
        return {}
    if not may_meet(row, request.user):
        return {}
    if not hasattr(request, "duties"):
        request.duties = _OfRequest()
    telling = telling_of(row, request.duties.books)
    if telling is None:
        return {}
    told, today = request.duties.whom(row, telling), timezone.localdate()
    form = context.get("meet_form") or MeetForm(initial={"on": today, "told": told}, today=today)
    return {
        "row": row,
        "telling": telling,
        "told": told,
        "today": today,
        "form": form,
        "back": back,
        "whole": whole,
        "departments": departments(row, telling) if whole else (),
    }
