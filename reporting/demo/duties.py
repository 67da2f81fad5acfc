"""What was owed at once is done: only duties of the last days are open. Whoever was to be told was told within hours, who was warned of was visited."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from arrears.cases import meeting
from arrears.cases.models import Case, Means, State
from arrears.early_warning.actions import record_visit
from arrears.early_warning.models import CheckOutcome, WarningSignal
from arrears.escalations.grounds import open_grounds
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from reporting.demo.case_steps import CaseSteps
from reporting.demo.people import DemoStaff
from unions.common.clock import day_of
from unions.people.rights import RoleName

PATIENCE = timedelta(days=2)
PAPER = b"%PDF-1.4\n% record of the visit\n%%EOF\n"


def do_what_was_owed(staff: DemoStaff, now: datetime) -> None:
    _report(staff, now)
    _tell(staff, now)
    _visit(staff, now)


def _owed_at_once(now: datetime) -> QuerySet[Obligation]:
    rows = Obligation.objects.open().filter(sense="due", due_at=None, started_at__lt=now - PATIENCE)
    return rows.exclude(case=None).select_related("case", "holder__parent").order_by("pk")


def _hours_after(row: Obligation) -> datetime:
    return row.started_at + timedelta(hours=2 if row.started_at.hour else 10)


def _report(staff: DemoStaff, now: datetime) -> None:
    """Whoever a notice wants a report of has sent it, and it was received above."""
    books = RulebooksByUnit()
    for row in _owed_at_once(now).exclude(case__state=State.SETTLED):
        entry = books.entry(row.rulebook, row.rule, day_of(row.started_at))
        if entry is None or row.case is None or "escalated_on" not in entry[0].met_by:
            continue
        holder = row.holder.in_charge()
        steps = CaseSteps(staff, holder, _hours_after(row), now, Random(row.pk))
        steps.case = Case.objects.get(pk=row.case.pk)
        sent = steps.approve(steps.ask(open_grounds(steps.case, holder)[0].key, "按通知要求上报。", holder))
        steps.receive(sent, take_over=False)


def _tell(staff: DemoStaff, now: datetime) -> None:
    books = RulebooksByUnit()
    for row in _owed_at_once(now):
        telling = meeting.telling_of(row, books)
        # Telling one of them may have met another.
        if telling is None or not Obligation.objects.open().filter(pk=row.pk).exists():
            continue
        by = staff.someone(row.holder.in_charge().pk, RoleName.OFFICER, RoleName.CLERK)
        at = _hours_after(row)
        meeting.meet(row, day_of(at), meeting.whom(row, telling), Means.PHONE, "", None, by, at)


def _visit(staff: DemoStaff, now: datetime) -> None:
    """Employers some notice wanted visited days ago, all that is known of each at one visit."""
    late = Obligation.objects.open().filter(sense="due", subject__startswith="warning:", started_at__lt=now - PATIENCE)
    told = {int(subject.split(":")[1]) for subject in late.values_list("subject", flat=True)}
    waiting: dict[tuple[int, int], list[WarningSignal]] = defaultdict(list)
    for signal in WarningSignal.objects.unverified().select_related("union", "employer").order_by("pk"):
        waiting[signal.union_id, signal.employer_id].append(signal)
    for signals in waiting.values():
        if not told & {one.pk for one in signals}:
            continue
        first = signals[0]
        on = max(one.received_on for one in signals)
        record_visit(
            first.union,
            first.employer,
            on,
            CheckOutcome.MONITORED,
            "到现场核对工资发放表和考勤，工资按月发放，暂未发现拖欠。",
            staff.someone(first.union_id, RoleName.OFFICER),
            now,
            seen=[one.pk for one in signals],
            papers=[SimpleUploadedFile("核实记录.pdf", PAPER, "application/pdf")],
        )
