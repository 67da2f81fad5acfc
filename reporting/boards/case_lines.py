"""The lines of the board that cases, warnings, inspections, terms and handovers add."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateField, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Greatest

from arrears.cases.models import Case, State
from arrears.early_warning.models import WarningSignal, WarningStanding
from arrears.escalations.models import Escalation, Stage
from arrears.inspections.models import Finding, Inspection, KeyTarget
from arrears.law.models import Obligation
from arrears.law.obligations.local import local
from arrears.law.obligations.reading import status_of as term_told
from arrears.referrals.models import Referral, ReferralStage
from arrears.transfers.models import Transfer
from arrears.workers.models import PaymentAnswer
from reporting.boards.lines import BoardLine, BoardRow
from reporting.returns.models import Return
from unions.common.clock import day_of
from unions.models import Union, User

ON_THEIR_WAY = "已等待"


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _here(union: Union) -> dict[str, str]:
    return {"path__startswith": union.path}


# ---- warnings -----------------------------------------------------------------------------------------------------


def _signals_today(union: Union, now: datetime) -> QuerySet[WarningSignal]:
    return WarningSignal.objects.standing().filter(**_here(union), received_on=day_of(now))


def _tell_signal(row: WarningSignal, now: datetime) -> BoardRow:
    return BoardRow(row.employer.name, f"{row.source_label} · {row.union}", row.received_on, row.kind_label)


def _unverified(union: Union, now: datetime) -> QuerySet[WarningStanding]:
    return WarningStanding.objects.filter(union=union, unverified__gt=0)


def _tell_standing(row: WarningStanding, now: datetime) -> BoardRow:
    level = f"{row.level}色预警" if row.level else "未达预警"
    return BoardRow(row.employer.name, level, row.waiting_since, f"待核实 {row.unverified} 条", row.get_absolute_url())


def _verification_overdue(union: Union, now: datetime) -> QuerySet[Obligation]:
    return Obligation.objects.overdue(now).filter(**_here(union), subject__startswith="warning:")


def _lists_late(union: Union, now: datetime) -> QuerySet[Obligation]:
    """YK-1.1b: lists of warning signals that were to be here by now."""
    return Obligation.objects.overdue(now).filter(**_here(union), subject__startswith="source:")


# ---- terms and returns ----------------------------------------------------------------------------------------------


def _due_soon(union: Union, now: datetime) -> QuerySet[Obligation]:
    terms = Obligation.objects.open().filter(**_here(union), sense="due", due_at__gte=now.replace(microsecond=0))
    return terms.filter(due_at__lte=now + local().soon)


def _overdue(union: Union, now: datetime) -> QuerySet[Obligation]:
    return Obligation.objects.overdue(now).filter(**_here(union))


def _tell_term(row: Obligation, now: datetime) -> BoardRow:
    about = f"{row.case.employer.name} · {row.holder}" if row.case else str(row.holder)
    return BoardRow(str(row), about, row.due_at, term_told(row, now).words, row.get_absolute_url())


def _missing(union: Union, now: datetime) -> QuerySet[Return]:
    return Return.objects.missing(now).filter(**_here(union))


def _tell_return(row: Return, now: datetime) -> BoardRow:
    return BoardRow(f"{row.title}（{row.span}）", str(row.union), row.due_at, "漏报", row.get_absolute_url())


TERM = ("case__employer", "holder")
BY_CLOCK, IMMEDIATE_FIRST = ("urgency", "clock_at", "pk"), ("-immediate", "-pk")


# ---- inspections ----------------------------------------------------------------------------------------------------


def _visits(union: Union, now: datetime) -> QuerySet[Inspection]:
    monday, _ = week_of(day_of(now))
    return Inspection.objects.filter(**_here(union), on__range=(monday, day_of(now)))


def _tell_visit(row: Inspection, now: datetime) -> BoardRow:
    return BoardRow(row.employer.name, str(row.union), row.on, f"涉及 {row.workers:,} 人", row.get_absolute_url())


def _planned(union: Union, now: datetime) -> QuerySet[KeyTarget]:
    """Key targets whose next visit falls into this week, or was due before: as they stood on its Monday."""
    monday, sunday = week_of(day_of(now))
    before = Inspection.objects.filter(employer=OuterRef("employer"), on__lt=monday).order_by()
    last = before.values("employer").annotate(day=Max("on")).values("day")
    of_project = before.filter(project=OuterRef("project")).values("employer").annotate(day=Max("on")).values("day")
    targets = (
        KeyTarget.objects.current()
        .filter(**_here(union))
        .annotate(
            seen_on=Choose(
                When(project=None, then=Subquery(last)), default=Subquery(of_project), output_field=DateField()
            )
        )
    )
    due = ExpressionWrapper(Greatest("since", "seen_on") + F("every_days"), output_field=DateField())
    return targets.annotate(due_on=due).filter(due_on__lte=sunday)


def _not_yet(union: Union, now: datetime) -> QuerySet[KeyTarget]:
    """Of those planned, whom nobody has visited this week."""
    monday, _ = week_of(day_of(now))
    visits = Inspection.objects.filter(employer=OuterRef("employer"), on__range=(monday, day_of(now)))
    whole = Exists(visits.filter(project=OuterRef("project")))
    return _planned(union, now).exclude(Q(project=None) & Q(Exists(visits)) | ~Q(project=None) & Q(whole))


def _tell_target(row: Any, now: datetime) -> BoardRow:
    return BoardRow(str(row), f"责任人 {row.responsible} · {row.union}", row.due_on, row.risk, row.get_absolute_url())


def _late_findings(union: Union, now: datetime) -> QuerySet[Finding]:
    return Finding.objects.unsolved().filter(**_here(union), due_on__lt=day_of(now))


def _tell_finding(row: Finding, now: datetime) -> BoardRow:
    visit = row.inspection
    return BoardRow(row.detail, f"{visit.employer} · {visit.union}", row.due_on, "逾期未整改", visit.get_absolute_url())


TARGET = ("employer", "project", "union")


# ---- handovers ------------------------------------------------------------------------------------------------------


def _transfers(user: User) -> QuerySet[Transfer]:
    return Transfer.objects.filter(case__in=Case.objects.visible_to(user).order_by().values("pk"))


def _arriving(union: Union, now: datetime) -> QuerySet[Transfer]:
    return Transfer.objects.waiting().filter(receiver__path__startswith=union.path)


def _leaving(union: Union, now: datetime) -> QuerySet[Transfer]:
    return Transfer.objects.waiting().filter(sender__path__startswith=union.path)


def _tell_transfer(row: Transfer, now: datetime) -> BoardRow:
    days = (day_of(now) - day_of(row.asked_at)).days
    return BoardRow(
        row.case.employer.name, str(row), row.asked_at, f"{ON_THEIR_WAY} {days} 天", row.case.get_absolute_url()
    )


def _reports(union: Union, now: datetime) -> QuerySet[Escalation]:
    return Escalation.objects.filter(receiver__path__startswith=union.path, stage=Stage.SENT)


def _tell_report(row: Escalation, now: datetime) -> BoardRow:
    return BoardRow(
        row.case.employer.name, f"{row.sender} → {row.receiver}", row.decided_at, "待接收", row.get_absolute_url()
    )


def _not_accepted(union: Union, now: datetime) -> QuerySet[Referral]:
    return Referral.objects.filter(sender__path__startswith=union.path, stage=ReferralStage.SENT)


def _not_answered(union: Union, now: datetime) -> QuerySet[Referral]:
    return Referral.objects.filter(sender__path__startswith=union.path, stage=ReferralStage.ACCEPTED)


def _tell_referral(row: Referral, now: datetime) -> BoardRow:
    return BoardRow(
        str(row), f"{row.case.employer} · {row.sender}", row.decided_at, row.get_stage_display(), row.get_absolute_url()
    )


BOTH_ENDS, REFERRED = ("case__employer", "sender", "receiver"), ("case__employer", "sender", "agency")


# ---- cases by stage -------------------------------------------------------------------------------------------------

STAGES = (State.CLUE, State.OPEN, State.TRANSFERRING, State.LEGAL, State.SETTLED)


def _tell_case(row: Case, now: datetime) -> BoardRow:
    said = f"受理 {(day_of(now) - row.accepted_on).days} 天" if row.accepted_on else ""
    return BoardRow(row.employer.name, f"{row} · {row.union}", row.accepted_on, said, row.get_absolute_url())


def _stage(state: State) -> BoardLine:
    def rows(union: Union, now: datetime) -> QuerySet[Case]:
        return Case.objects.filter(**_here(union), state=state)

    return BoardLine(
        f"cases-{state.value}", str(state.label), "件", rows, _tell_case, ("employer", "union"), day_means="受理日期"
    )


def _contradicted(union: Union, now: datetime) -> QuerySet[Case]:
    """Cases with a payment its worker says did not arrive, which nobody has looked into yet."""
    said = PaymentAnswer.objects.contradicting().order_by().values("payment__worker__case")
    return Case.objects.filter(pk__in=said, **_here(union))


def _grave(union: Union, now: datetime) -> QuerySet[Case]:
    return Case.objects.unfinished().filter(Q(extreme=True) | Q(mass=True), **_here(union))


# Panel → line, in the order of the board.
LINES: list[tuple[str, BoardLine]] = [
    (
        "warnings",
        BoardLine(
            "signals-today",
            "今日新收预警",
            "条",
            _signals_today,
            _tell_signal,
            ("employer", "union"),
            day_means="收到日期",
        ),
    ),
    (
        "warnings",
        BoardLine("unverified", "待实地核实", "户", _unverified, _tell_standing, ("employer",), day_means="最早收到"),
    ),
    (
        "warnings",
        BoardLine(
            "verification-overdue",
            "核实、响应逾期",
            "项",
            _verification_overdue,
            _tell_term,
            TERM,
            bad=True,
            day_means="期限",
            order=BY_CLOCK,
        ),
    ),
    (
        "warnings",
        BoardLine(
            "lists-late",
            "预警名单逾期未收到",
            "份",
            _lists_late,
            _tell_term,
            TERM,
            bad=True,
            day_means="期限",
            order=BY_CLOCK,
        ),
    ),
    (
        "terms",
        BoardLine(
            "due-soon",
            f"{local().soon_days} 日内到期",
            "项",
            _due_soon,
            _tell_term,
            TERM,
            day_means="期限",
            order=BY_CLOCK,
        ),
    ),
    (
        "terms",
        BoardLine(
            "overdue", "逾期及超提醒时限", "项", _overdue, _tell_term, TERM, bad=True, day_means="期限", order=BY_CLOCK
        ),
    ),
    (
        "terms",
        BoardLine(
            "returns-missing", "漏报的报表", "份", _missing, _tell_return, ("union",), bad=True, day_means="期限"
        ),
    ),
    (
        "inspections",
        BoardLine(
            "targets-planned", "本周应查重点对象", "个", _planned, _tell_target, TARGET, day_means="应于此日前检查"
        ),
    ),
    (
        "inspections",
        BoardLine("targets-not-yet", "重点对象未查", "个", _not_yet, _tell_target, TARGET, day_means="应于此日前检查"),
    ),
    (
        "inspections",
        BoardLine("visits", "本周已登记排查", "次", _visits, _tell_visit, ("employer", "union"), day_means="检查日期"),
    ),
    (
        "inspections",
        BoardLine(
            "findings-late",
            "问题逾期未整改",
            "个",
            _late_findings,
            _tell_finding,
            ("inspection__employer", "inspection__union"),
            bad=True,
            day_means="整改期限",
        ),
    ),
    (
        "handovers",
        BoardLine(
            "reports-waiting",
            "上报待接收",
            "件",
            _reports,
            _tell_report,
            BOTH_ENDS,
            day_means="上报时间",
            order=IMMEDIATE_FIRST,
        ),
    ),
    (
        "handovers",
        BoardLine(
            "transfers-arriving",
            "转来待接收",
            "件",
            _arriving,
            _tell_transfer,
            BOTH_ENDS,
            _transfers,
            day_means="转办时间",
        ),
    ),
    (
        "handovers",
        BoardLine(
            "transfers-leaving",
            "转出待对方接收",
            "件",
            _leaving,
            _tell_transfer,
            BOTH_ENDS,
            _transfers,
            day_means="转办时间",
        ),
    ),
    (
        "handovers",
        BoardLine("referrals-sent", "待部门接收", "件", _not_accepted, _tell_referral, REFERRED, day_means="发出时间"),
    ),
    (
        "handovers",
        BoardLine(
            "referrals-unanswered", "待部门答复", "件", _not_answered, _tell_referral, REFERRED, day_means="发出时间"
        ),
    ),
    *(("stages", _stage(state)) for state in STAGES),
    (
        "stages",
        BoardLine(
            "cases-grave",
            "其中极端、群体性",
            "件",
            _grave,
            _tell_case,
            ("employer", "union"),
            bad=True,
            day_means="受理日期",
        ),
    ),
    (
        "stages",
        BoardLine(
            "payments-contradicted",
            "职工对到账有异议",
            "件",
            _contradicted,
            _tell_case,
            ("employer", "union"),
            bad=True,
            day_means="受理日期",
        ),
    ),
]
