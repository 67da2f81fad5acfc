"""The lines of the board that plans of inspections, public opinion, wage deposits, sanctions and publication add."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from arrears.cases.models import NO_MORE, Case
from arrears.inspections.models import RoundTarget, Secondment
from arrears.inspections.models.round import Round
from arrears.inspections.terms import with_visits
from arrears.law.obligations.local import local
from arrears.legal.models import Proceeding, ProceedingKind
from arrears.plans.models import Receivable
from arrears.referrals.models import AgencyClue
from arrears.safety_nets.models import Drawing, DrawingStage, StoredAs, WageDeposit
from arrears.sanctions.models import Listing, Publication, PublicationStage
from arrears.serious.models import Opinion, OpinionWatch, PlanDrill, StandingPlan, UnitCall, Verdict
from reporting.boards.case_lines import week_of
from reporting.boards.lines import BoardLine, BoardRow
from unions.common.clock import day_of
from unions.common.formats import yuan
from unions.models import Union

# ---- plans of inspections -------------------------------------------------------------------------------------------


def _listed(union: Union, now: datetime) -> QuerySet[RoundTarget]:
    """Whom the plans send the unit to that run in this week."""
    monday, sunday = week_of(day_of(now))
    running = Round.objects.standing().filter(since__lte=sunday, until__gte=monday)
    return RoundTarget.objects.filter(path__startswith=union.path, round__in=running.order_by().values("pk"))


def _unmet(union: Union, now: datetime) -> QuerySet[RoundTarget]:
    return with_visits(_listed(union, now)).filter(met_on=None)


def _tell_target(row: RoundTarget, now: datetime) -> BoardRow:
    return BoardRow(str(row), f"{row.round.name} · {row.union}", row.round.until, row.why, row.round.get_absolute_url())


LISTED = ("round", "union", "employer", "project")


def _serving(union: Union, now: datetime) -> QuerySet[Secondment]:
    return Secondment.objects.serving(day_of(now)).filter(path__startswith=union.path)


def _tell_serving(row: Secondment, now: datetime) -> BoardRow:
    return BoardRow(row.person, f"{row.union} → {row.task_force}", row.since, row.task, row.get_absolute_url())


# ---- public opinion (SD-3.3, QP-2.3) --------------------------------------------------------------------------------


def _opinions(union: Union, now: datetime) -> QuerySet[Opinion]:
    return Opinion.objects.filter(path__startswith=union.path, handled_at=None)


def _tell_opinion(row: Opinion, now: datetime) -> BoardRow:
    said = "待首次回应" if row.answered_at is None else "已回应，处置中"
    return BoardRow(row.title, f"{row.get_source_display()} · {row.union}", row.seen_at, said, row.get_absolute_url())


# ---- standing plans for emergencies (QD-6.5) ------------------------------------------------------------------------


def _plans_undrilled(union: Union, now: datetime) -> QuerySet[StandingPlan]:
    """In force, and not drilled within a year."""
    drilled = PlanDrill.objects.filter(on__gt=day_of(now) - timedelta(days=365)).values("plan")
    plans = StandingPlan.objects.in_force(day_of(now)).filter(path__startswith=union.path)
    return plans.exclude(pk__in=drilled)


def _tell_plan(row: StandingPlan, now: datetime) -> BoardRow:
    return BoardRow(str(row), str(row.union), row.since, "一年内未演练", row.get_absolute_url())


# ---- enforcement and supported suits (SD-2.3g) ----------------------------------------------------------------------


def _enforced(union: Union, now: datetime) -> QuerySet[Proceeding]:
    running = Proceeding.objects.running().filter(kind__in=[ProceedingKind.ENFORCEMENT, ProceedingKind.SUPPORT])
    return running.filter(case__path__startswith=union.path).exclude(case__state__in=NO_MORE).with_received()


def _tell_proceeding(row: Any, now: datetime) -> BoardRow:
    said = f"{row.get_stage_display()}，到账 {yuan(row.received)} 元"
    about = f"{row} · {row.case}"
    return BoardRow(row.case.employer.name, about, row.applied_on, said, row.case.section_url("legal"))


def _untrue(union: Union, now: datetime) -> QuerySet[Opinion]:
    return Opinion.objects.filter(
        path__startswith=union.path, verdict=Verdict.UNTRUE, handled_at__year=day_of(now).year
    )


def _tell_untrue(row: Opinion, now: datetime) -> BoardRow:
    return BoardRow(row.title, row.statement[:60], row.handled_at, row.get_verdict_display(), row.get_absolute_url())


def _watch_today(union: Union, now: datetime) -> QuerySet[OpinionWatch]:
    return OpinionWatch.objects.filter(path__startswith=union.path, on=day_of(now))


def _tell_watch(row: OpinionWatch, now: datetime) -> BoardRow:
    return BoardRow(row.person, str(row.union), row.on, f"{row.get_shift_display()} {row.phone}")


# ---- units called to account (SD-3.4b) ------------------------------------------------------------------------------


def _calls(union: Union, now: datetime) -> QuerySet[UnitCall]:
    return UnitCall.objects.unanswered().filter(unit__path__startswith=union.path)


def _tell_call(row: UnitCall, now: datetime) -> BoardRow:
    said = "逾期未反馈" if row.due_on < day_of(now) else "待反馈"
    return BoardRow(str(row), f"{row.get_ground_display()} · {row.setter}", row.due_on, said, row.get_absolute_url())


# ---- debts owed to employers (SD-2.4e) ------------------------------------------------------------------------------


def _debts(union: Union, now: datetime) -> QuerySet[Receivable]:
    unfinished = Case.objects.unfinished().filter(path__startswith=union.path).order_by()
    return Receivable.objects.outstanding().filter(case__in=unfinished.values("pk"))


def _tell_debt(row: Any, now: datetime) -> BoardRow:
    url = row.case.section_url("plans")
    said = f"尚欠 {yuan(row.amount - row.recovered)} 元，已收回 {yuan(row.recovered)} 元"
    return BoardRow(f"{row.debtor} → {row.case.employer.name}", f"{row.case} · {row.case.union}", row.since, said, url)


# ---- what ends ------------------------------------------------------------------------------------------------------


def _guarantees(union: Union, now: datetime) -> QuerySet[WageDeposit]:
    last = day_of(now) + timedelta(days=local().guarantee_soon_days)
    held = WageDeposit.objects.filter(path__startswith=union.path, closed_on=None, stored_as=StoredAs.GUARANTEE)
    return held.filter(guarantee_until__lte=last)


def _tell_guarantee(row: WageDeposit, now: datetime) -> BoardRow:
    over = row.guarantee_until is not None and row.guarantee_until < day_of(now)
    said = "已过期" if over else "即将到期"
    return BoardRow(
        row.name,
        f"{row.bank} · 保函 {row.guarantee_number} · {row.union}",
        row.guarantee_until,
        said,
        row.get_absolute_url(),
    )


def _listings(union: Union, now: datetime) -> QuerySet[Listing]:
    return Listing.objects.ending_soon(day_of(now)).filter(case__path__startswith=union.path)


def _tell_listing(row: Listing, now: datetime) -> BoardRow:
    return BoardRow(
        row.employer.name,
        f"{row.department} · {row.number}",
        row.until,
        row.get_stage_display(),
        row.get_absolute_url(),
    )


def _publications(union: Union, now: datetime) -> QuerySet[Publication]:
    today = day_of(now)
    shown = Publication.objects.filter(path__startswith=union.path, stage=PublicationStage.PUBLISHED)
    return shown.filter(until__range=(today, today + timedelta(days=local().publication_soon_days)))


def _tell_publication(row: Publication, now: datetime) -> BoardRow:
    return BoardRow(str(row), str(row.union), row.until, row.get_stage_display(), row.get_absolute_url())


# ---- clues that departments sent (QH-2b) ----------------------------------------------------------------------------


def _sent_by_departments(union: Union, now: datetime) -> QuerySet[AgencyClue]:
    return AgencyClue.objects.waiting().filter(path__startswith=union.path)


def _tell_sent(row: AgencyClue, now: datetime) -> BoardRow:
    late = "逾期未答复" if row.due_on < day_of(now) else "待答复"
    return BoardRow(row.employer_name, f"{row.agency} → {row.union}", row.due_on, late, row.get_absolute_url())


# ---- units without a duty officer (QH-3a) ---------------------------------------------------------------------------


def _without_duty_officer(union: Union, now: datetime) -> QuerySet[Union]:
    return Union.objects.below(union).without_duty_officer()


def _tell_unit(row: Union, now: datetime) -> BoardRow:
    lacking = [word for word, there in (("值班人员", row.duty_officer), ("公布电话", row.duty_phone)) if not there]
    return BoardRow(
        row.name, row.get_kind_display(), row.valid_from, f"未公布{'、'.join(lacking)}", row.get_absolute_url()
    )


# ---- advances that wait for a second person -------------------------------------------------------------------------


def _advances(union: Union, now: datetime) -> QuerySet[Drawing]:
    here = Q(net__path__startswith=union.path) | Q(net=None, case__path__startswith=union.path)
    return Drawing.objects.filter(here, stage=DrawingStage.REQUESTED)


def _tell_advance(row: Any, now: datetime) -> BoardRow:
    about = row.case.employer.name if row.case else str(row.net)
    return BoardRow(
        about,
        f"{row.get_kind_display()} · {row.net or row.other_source}",
        row.requested_at,
        "待审批",
        row.get_absolute_url(),
    )


# Panel → line, in the order of the board.
LINES: list[tuple[str, BoardLine]] = [
    (
        "terms",
        BoardLine(
            "calls-open", "约谈、通报、问责待反馈", "件", _calls, _tell_call, ("setter", "unit"), day_means="整改期限"
        ),
    ),
    (
        "warnings",
        BoardLine(
            "opinions-untrue", "不实、已澄清的舆情", "件", _untrue, _tell_untrue, ("union",), day_means="处置完毕"
        ),
    ),
    (
        "warnings",
        BoardLine("watch-today", "今日舆情值班", "班", _watch_today, _tell_watch, ("union",), day_means="日期"),
    ),
    (
        "stages",
        BoardLine(
            "debts-open",
            "用人单位被欠账款未收回",
            "笔",
            _debts,
            _tell_debt,
            ("case__employer", "case__union"),
            day_means="拖欠起始日期",
        ),
    ),
    (
        "inspections",
        BoardLine("rounds-listed", "排查计划列入", "户", _listed, _tell_target, LISTED, day_means="计划止日"),
    ),
    (
        "inspections",
        BoardLine("rounds-not-yet", "排查计划未查", "户", _unmet, _tell_target, LISTED, day_means="计划止日"),
    ),
    (
        "inspections",
        BoardLine("seconded", "在工作专班的抽调人员", "人", _serving, _tell_serving, ("union",), day_means="抽调起日"),
    ),
    (
        "warnings",
        BoardLine(
            "opinions-open", "欠薪舆情未处置完", "件", _opinions, _tell_opinion, ("union",), day_means="发现时间"
        ),
    ),
    (
        "warnings",
        BoardLine(
            "plans-undrilled",
            "应急预案一年内未演练",
            "份",
            _plans_undrilled,
            _tell_plan,
            ("union",),
            day_means="施行日期",
        ),
    ),
    (
        "handovers",
        BoardLine(
            "enforcement-running",
            "强制执行、支持起诉在办",
            "件",
            _enforced,
            _tell_proceeding,
            ("case__employer",),
            day_means="申请日期",
        ),
    ),
    (
        "expiring",
        BoardLine(
            "guarantees-ending",
            f"保函 {local().guarantee_soon_days} 日内到期、已过期",
            "份",
            _guarantees,
            _tell_guarantee,
            ("union",),
            day_means="保函到期日",
        ),
    ),
    (
        "expiring",
        BoardLine(
            "listings-ending",
            f"失信惩戒 {local().listing_soon_days} 日内期满",
            "户",
            _listings,
            _tell_listing,
            ("employer",),
            day_means="列入期满",
        ),
    ),
    (
        "expiring",
        BoardLine(
            "publications-ending",
            f"公布名单 {local().publication_soon_days} 日内期满",
            "份",
            _publications,
            _tell_publication,
            ("union",),
            day_means="公布至",
        ),
    ),
    (
        "handovers",
        BoardLine(
            "advances-asked",
            "垫付等待审批",
            "件",
            _advances,
            _tell_advance,
            ("case__employer", "net"),
            day_means="提出时间",
        ),
    ),
    (
        "handovers",
        BoardLine(
            "agency-clues",
            "部门移来线索待答复",
            "件",
            _sent_by_departments,
            _tell_sent,
            ("agency", "union"),
            day_means="答复期限",
        ),
    ),
    (
        "handovers",
        BoardLine(
            "units-without-duty",
            "未公布值班人员或电话的单位",
            "个",
            _without_duty_officer,
            _tell_unit,
            day_means="成立日期",
        ),
    ),
]
