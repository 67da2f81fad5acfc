"""Meeting a duty beside the line that shows it: templates compose upward, imports do not."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from arrears.cases.forms.steps import MeetForm
from arrears.cases.meeting import Telling, departments, may_meet, telling_of, whom
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from unions.common.clock import day_of

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


# The fact that meets a duty → the section of its case where that is done, and the words of the link.
WHERE_MET = {
    "escalated_on": ("escalations", "前往上报"),
    "verified_on": ("acts", "登记核实"),
    "closed_on": ("ledger", "登记清偿"),
    "told_worker_on": ("acts", "登记反馈"),
    "told_hotline_on": ("acts", "登记反馈"),
    "told_government_on": ("acts", "登记报告"),
    "arrived_on_site_at": ("heavy", "登记到场"),
    "transfer_accepted_on": ("route", "查看转办"),
    "referral_answered_on": ("referrals", "查看转送"),
    "letter_answered_on": ("letters", "登记答复"),
    "letter_objected_on": ("letters", "登记异议"),
    "department_answered_on": ("letters", "登记反馈"),
}
# The same for terms that no notice sets: by what they are about.
WHERE_KEPT = {"proceeding": ("legal", "登记进展"), "plan": ("plans", "登记兑付"), "oversight": ("heavy", "查看督办")}


@register.simple_tag(takes_context=True)
def where_met(context: Any, row: Obligation) -> dict[str, str]:
    """The link to where a running term of a case is met, for whoever may; nothing where one click does it (`meet_duty`).
    The notices are read once a page.
    """
    request = context.get("request")
    if request is None or row.case is None or not row.is_open or not may_meet(row, request.user):
        return {}
    found = WHERE_KEPT.get(row.subject.partition(":")[0]) or _as_the_notice_says(row, _shared(request).books)
    return {"url": row.case.section_url(found[0]), "label": found[1]} if found else {}


def _as_the_notice_says(row: Obligation, books: RulebooksByUnit) -> tuple[str, str] | None:
    entry = books.entry(row.rulebook, row.rule, day_of(row.started_at))
    if entry is None or (row.due_at is None and telling_of(row, books)):
        return None
    return next((WHERE_MET[fact] for fact in entry[0].met_by if fact in WHERE_MET), None)


def _shared(request: Any) -> _OfRequest:
    if not hasattr(request, "duties"):
        request.duties = _OfRequest()
    shared: _OfRequest = request.duties
    return shared


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
    shared = _shared(request)
    telling = telling_of(row, shared.books)
    if telling is None:
        return {}
    told, today = shared.whom(row, telling), timezone.localdate()
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
