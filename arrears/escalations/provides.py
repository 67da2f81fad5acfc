"""What reports upward give the core of cases and the reminders: blockers, facts for terms, alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db.models import F, QuerySet

from arrears.cases.closing_blockers import Blocker, Lack, has
from arrears.cases.facts import CaseContext
from arrears.cases.models import Case, Channel
from arrears.cases.requirements import required_of
from arrears.cases.route import next_level
from arrears.cases.workflow import Given, Need
from arrears.escalations.models import UNDER_WAY, Acknowledgement, Escalation, Stage
from arrears.law.obligations.subject import ReportUpward
from arrears.reminders.immediate import Alarm
from arrears.reminders.inbox import keys_of
from arrears.reminders.staff import OVERSEEING, Staff
from unions.duties import Duty
from unions.people.rights import Right, RoleName

AT_ONCE = "reported-at-once"  # what a notice calls for (vocabulary.REQUIREMENTS)


def _unreported(case: Case) -> bool:
    """Whether an immediate case was not yet reported. Cases from old ledgers are let off."""
    if not case.is_immediate or case.channel == Channel.LEGACY or next_level(case, case.union) is None:
        return False
    return not case.escalations.filter(immediate=True, stage__in=[*UNDER_WAY, Stage.RECEIVED]).exists()


REPORTED = Blocker(
    has("escalations", stage__in=UNDER_WAY),
    lambda case: [Lack("有上报正在审批或等待接收，请先办结。", case.section_url("escalations"))],
)


def reported_at_once(case: Case, given: Given, on: date) -> str | None:
    if not _unreported(case) or (asked := required_of(case, AT_ONCE, on=on).get(AT_ONCE)) is None:
        return None
    sentence = f"本案是极端讨薪或群体性事件，尚未向上级报告（{asked.cited}），请先上报。"
    return Lack(sentence, case.section_url("escalations"))


CONDITIONS: dict[str, Need] = {AT_ONCE: reported_at_once}

# What counts as reported, for the facts of a case.
STANDS = (Stage.REQUESTED, Stage.SENT, Stage.RECEIVED)
COUNTS = (*STANDS, Stage.RETURNED)
ARRIVED = (Stage.SENT, Stage.RECEIVED, Stage.RETURNED)
NEVER_SENT = (Stage.DECLINED, Stage.WITHDRAWN)


def add_reports(around: CaseContext) -> None:
    """Add to `around` the reports upward of its cases, in the order they were asked for."""
    rows = (
        Escalation.objects.filter(case__in=around.ids)
        .order_by("id")
        .values_list("case_id", "immediate", "sender_id", "receiver_id", "requested_at", "decided_at", "stage")
    )
    for case, immediate, sender, receiver, asked_at, decided_at, stage in rows:
        sent_at = decided_at if stage in ARRIVED else None
        # An immediate one told every level when it was asked for (decision 003): they know, also if it was withdrawn.
        if reached_at := asked_at if immediate else sent_at:
            around.reach(case, reached_at)
        if stage in COUNTS:
            report = ReportUpward(immediate, sender, receiver, asked_at, sent_at, stage in STANDS)
            around.reports.setdefault(case, []).append(report)


def first_sent(ids: list[int]) -> dict[int, datetime]:
    """Return case id → when it first went up: an immediate report when asked for (decision 003), another when approved."""
    found: dict[int, datetime] = {}
    rows = Escalation.objects.filter(case__in=ids).exclude(stage__in=NEVER_SENT)
    for case, immediate, asked_at, decided_at in rows.values_list("case_id", "immediate", "requested_at", "decided_at"):
        at = asked_at if immediate else decided_at
        if at and (case not in found or at < found[case]):
            found[case] = at
    return found


KEY = "acknowledge:"


def alarms_of(case: Case) -> Iterator[Alarm]:
    """Yield an alarm for every level that has not yet acknowledged an immediate report of `case`."""
    url = case.get_absolute_url()
    item = {"text": f"案件 {case.number} 已紧急上报，请各级立即确认知悉。", "short": f"案件 {case.number}", "url": url}
    title = f"紧急上报待确认知悉：案件 {case.number}"
    for row in Acknowledgement.objects.filter(case=case, at=None):
        yield Alarm(f"{KEY}{row.pk}", row.union_id, _overseers(row.union_id), title, url, item)


def _overseers(unit: int) -> Callable[[Staff], set[int]]:
    return lambda staff: staff.with_any(OVERSEEING, unit)


def open_alarms() -> QuerySet[Acknowledgement, str]:
    """Return the keys of reminders of acknowledgements still owed."""
    return keys_of(KEY, Acknowledgement.objects.filter(at=None))


def _to_receive(now: datetime) -> QuerySet[Escalation]:
    return Escalation.objects.filter(stage=Stage.SENT).annotate(duty_unit=F("receiver_id"))


def _to_acknowledge(now: datetime) -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(at=None).annotate(duty_unit=F("union_id"))


RECEIVING = Duty("receive", RoleName.OFFICER, "上报待接收", (Right.RECEIVE,), _to_receive, "requested_by_id")
ACKNOWLEDGING = Duty(
    "acknowledge", RoleName.OFFICER, "紧急上报待确认知悉", (Right.RECEIVE, Right.APPROVE), _to_acknowledge
)
