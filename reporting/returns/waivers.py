"""免报: an exception from a return, asked with a reason at the unit above, approved there by a second person, until a day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from reporting.returns import owing
from reporting.returns.models import Return, ReturnStage, Waiver
from unions import second_person
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Union, User
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
    return waiver


def pending(report: Return) -> QuerySet[Waiver]:
    return Waiver.objects.filter(union=report.union, rulebook=report.rulebook, rule=report.rule, approved=None)


def barred(waiver: Waiver, receiver: Union, user: User, at: datetime) -> str | None:
    """Why `user` may not decide, or None."""
    if not user.may(Right.APPROVE, receiver.in_charge()):
        return f"须由「{receiver}」的审批人审批。"
    asked = {"您是提出人": [waiver.requested_by_id]}
    return second_person.barred_because(user, asked, "提出人", day_of(at), day_of(waiver.requested_at))


@transaction.atomic
def decide(waiver: Waiver, report: Return, approve: bool, decision: str, by: User, at: datetime) -> Waiver:
    """The second person's yes, which lifts every open return it covers, or her no with a reason."""
    waiver = Waiver.objects.select_for_update(of=("self",)).select_related("union").get(pk=waiver.pk)
    if waiver.approved is not None:
        raise Stale("这项免报已经审批，请刷新页面。")
    if report.receiver is None or waiver.union_id != report.union_id:
        raise Refused("这项免报不属于这份报表。")
    if because := barred(waiver, report.receiver, by, at):
        raise Forbidden(because)
    if not approve and not decision.strip():
        raise Refused("请写明不批准的原因。", {"decision": "请写明原因。"})
    waiver.approved, waiver.decided_by, waiver.decided_at, waiver.decision = approve, by, at, decision.strip()
    waiver.save(update_fields=["approved", "decided_by", "decided_at", "decision"])
    verb = "waive.approve" if approve else "waive.decline"
    audit.record(report.stream, verb, by, at, union=report.receiver, reason=waiver.decision, until=waiver.until)
    if approve:
        _lift(waiver, _asked_from(waiver) or report, at)
    return waiver


def _asked_from(waiver: Waiver) -> Return | None:
    """The return it was asked from, whichever page it is decided on: what was due before that stays owed."""
    event = Event.objects.filter(
        stream__startswith="return:", verb="waive.request", by=waiver.requested_by_id, at=waiver.requested_at
    )
    asked = [int(stream.partition(":")[2]) for stream in event.values_list("stream", flat=True)]
    rows = Return.objects.filter(union=waiver.union, rulebook=waiver.rulebook, rule=waiver.rule, pk__in=asked)
    return rows.order_by("first").first()


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
    owing.keep(Return.objects.filter(pk__in=ids), at)
