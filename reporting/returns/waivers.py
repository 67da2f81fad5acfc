"""免报: an exception from a return, asked with a reason at the unit above, approved there by a second person, until a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from reporting.returns import terms
from reporting.returns.models import Return, ReturnQuerySet, ReturnStage, Waiver
from unions.approvals import Approval, ApprovalList, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Union, User, acts_at
from unions.people.rights import Right

FURTHEST = 366 * 2  # days ahead a waiver may reach
ASKED_BEFORE = "这份报表已经提出过免报，请等待审批。"


def may_ask(report: Return, user: User) -> bool:
    """Whoever receives the return, or prepares it."""
    above = report.receiver and user.may(Right.SUBMIT, report.receiver.in_charge())
    return bool(above) or user.may(Right.SUBMIT, report.union.in_charge())


@transaction.atomic
def request(report: Return, until: date, reason: str, by: User, at: datetime) -> Waiver:
    """Ask that the unit need not report periods that end by `until`. Raises Forbidden, Refused, Stale."""
    report = Return.objects.select_for_update(of=("self",)).select_related("union", "receiver").get(pk=report.pk)
    if not may_ask(report, by):
        raise Forbidden("免报须由填报单位或接收单位的统计员提出。")
    if report.receiver is None:
        raise Refused("报送到系统以外的报表，不能在这里免报。")
    if not reason.strip():
        raise Refused("请写明免报的理由。", {"reason": "请写明理由。"})
    if until < report.last:
        raise Refused(f"有效期至少要到本期结束（{report.last}）。", {"until": "早于本期结束。"})
    if (until - day_of(at)).days > FURTHEST:
        raise Refused("免报最长两年，到期再议。", {"until": "过远。"})
    if pending(report).exists():
        raise Stale(ASKED_BEFORE)
    try:
        with transaction.atomic():
            waiver = Waiver.objects.create(
                union=report.union,
                rulebook=report.rulebook,
                rule=report.rule,
                reason=reason.strip(),
                until=until,
                requested_by=by,
                requested_at=at,
            )
    except IntegrityError:  # asked at the same moment from the return of another period
        raise Stale(ASKED_BEFORE) from None
    audit.record(report.stream, "waive.request", by, at, union=report.union, reason=waiver.reason, until=until)
    approval.tell_if_nobody(waiver, at)
    return waiver


def pending(report: Return) -> QuerySet[Waiver]:
    return Waiver.objects.filter(union=report.union, rulebook=report.rulebook, rule=report.rule, approved=None)


class WaiverApproval(Approval[Waiver]):
    """The unit above agrees that a return need not be reported until a day: every open return it covers is lifted."""

    model = Waiver
    listed = ApprovalList("waiver", "免报", ("union", "requested_by"), "reporting/returns/waiver_approval_row.html")
    this = "这项免报"
    changed = "这项免报在您查看之后有了变动，请重新查看后审批。"
    stage = "approved"
    waits = None
    approved = Transition(True, "waive.approve", "批准", "已批准免报。")
    declined = Transition(False, "waive.decline", "不批准", "已答复不批准免报。")
    parts = ("union", "requested_by")
    no_reason = "请写明不批准的原因。"
    opinion_help = "不批准时须写明原因。"
    declining_takes_a_second_person = True

    def unit_of(self, row: Waiver) -> Union:
        receiver = asked_from(row).receiver
        assert receiver is not None  # it was asked of somebody
        return receiver

    def unit_id(self) -> Any:
        keys = {name: OuterRef(name) for name in ("union", "rulebook", "rule")}
        return Subquery(Return.objects.filter(receiver__isnull=False, compiles=False, **keys).values("receiver")[:1])

    def awaiting(self, user: User) -> QuerySet[Waiver]:
        """Asked of units where the reader approves."""
        keys = {name: OuterRef(name) for name in ("union", "rulebook", "rule")}
        received = Return.objects.filter(acts_at(user.paths(self.right), "receiver"), compiles=False, **keys)
        return self.waiting_rows().filter(Exists(received))

    def shown(self, row: Waiver, at: datetime) -> list[ShownLine]:
        return [
            ShownLine("填报单位", str(row.union)),
            ShownLine("报表", asked_from(row).title),
            ShownLine("有效期至", str(row.until)),
            ShownLine("理由", row.reason),
            ShownLine("提出人", f"{row.requested_by.name}，{day_of(row.requested_at)}"),
        ]

    def moved_on(self, row: Waiver) -> str:
        return "这项免报已经审批，请刷新页面。"

    def record(self, row: Waiver, verb: str, by: User, at: datetime, reason: str) -> None:
        report = asked_from(row)
        audit.record(report.stream, verb, by, at, union=report.receiver, reason=reason, until=row.until)

    def after_approve(self, row: Waiver, by: User, at: datetime) -> None:
        _lift(row, asked_from(row), at)


approval = WaiverApproval()
approve, decline = approval.approve, approval.decline


def returns_of(waiver: Waiver) -> ReturnQuerySet:
    """Returns of the unit it is about, of every period."""
    return Return.objects.filter(union=waiver.union, rulebook=waiver.rulebook, rule=waiver.rule)


def asked_from(waiver: Waiver) -> Return:
    """The return it was asked from, whichever page it is decided on: what was due before that stays owed."""
    event = Event.objects.filter(
        stream__startswith="return:", verb="waive.request", by=waiver.requested_by_id, at=waiver.requested_at
    )
    asked = [int(stream.partition(":")[2]) for stream in event.values_list("stream", flat=True)]
    rows = returns_of(waiver).select_related("receiver")
    return rows.filter(pk__in=asked).order_by("first").first() or rows.latest("first")


def _lift(waiver: Waiver, first: Return, at: datetime) -> None:
    """Not yet sent returns from the one it was asked for until the waiver's last day. What was sent stays as it is."""
    covered = Return.objects.filter(
        union=waiver.union,
        rulebook=waiver.rulebook,
        rule=waiver.rule,
        last__lte=waiver.until,
        last__gte=first.last,
        stage=ReturnStage.OPEN,
        submitted_at=None,
        compiles=False,
    )
    ids = list(covered.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Return.objects.filter(pk__in=ids).update(
        stage=ReturnStage.WAIVED, waiver=waiver, version=F("version") + 1, changed_at=at
    )
    terms.keep(Return.objects.filter(pk__in=ids), at)
