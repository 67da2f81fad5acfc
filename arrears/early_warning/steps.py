"""What is done about a warned employer (YK-1.3, QP-2.2): plans, measures, guidance, and reports that wait for an answer."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from arrears.cases.models import Employer
from arrears.early_warning.entering import responsible_unit
from arrears.early_warning.models import StepKind, WarningSignal, WarningStep
from arrears.early_warning.terms import follow_warnings
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

ADDRESSED = frozenset({StepKind.GOVERNMENT, StepKind.AUTHORITY})


def office_above(union: Union) -> Union | None:
    """The unit a report upward goes to; None at the top."""
    return union.parent.in_charge() if union.parent else None


@transaction.atomic
def take(
    union: Union,
    employer: Employer,
    kind: StepKind,
    on: date,
    detail: str,
    by: User,
    at: datetime,
    *,
    addressee: str = "",
) -> WarningStep:
    """Record one step of `union`. The first after a signal is the response to it."""
    union = responsible_unit(union, by)
    signals = WarningSignal.objects.standing().filter(employer=employer, path__startswith=union.path)
    if not signals.exists():
        raise Refused("这个单位没有有效的预警信息，不必处置。")
    above = office_above(union) if kind == StepKind.ABOVE else None
    _check(kind, on, detail, addressee, above, at)
    step = WarningStep.objects.create(
        union=union,
        path=union.path,
        employer=employer,
        kind=kind,
        on=on,
        detail=detail.strip(),
        addressee=addressee.strip() if kind in ADDRESSED else "",
        receiver=above,
        by=by,
        at=at,
    )
    fresh = list(signals.filter(responded_at=None).select_for_update().values_list("pk", flat=True))
    WarningSignal.objects.filter(pk__in=fresh).update(responded_at=at)
    audit.record(
        stream(step),
        f"step.{kind}",
        by,
        at,
        union=union,
        employer=employer.pk,
        on=on,
        addressee=step.addressee,
        receiver=above.pk if above else None,
    )
    follow_warnings(fresh, [employer.pk], at)
    return step


def stream(step: WarningStep) -> str:
    return f"warning-step:{step.pk}"


def _check(kind: StepKind, on: date, detail: str, addressee: str, above: Union | None, at: datetime) -> None:
    faults: dict[str, str] = {}
    if on > day_of(at):
        faults["on"] = "日期不能晚于今天。"
    if not detail.strip():
        faults["detail"] = "请写明内容。"
    if kind in ADDRESSED and not addressee.strip():
        faults["addressee"] = "请写明送达的部门，如「营口市人民政府办公室」。"
    if kind == StepKind.ABOVE and above is None:
        faults["kind"] = "本单位已是最上一级，没有可报告的上级工会。"
    if faults:
        raise Refused("；".join(faults.values()), faults)


def may_answer(step: WarningStep, user: User) -> bool:
    """Told upward: whoever receives or approves there. Told outside the unions: the sender notes the receipt."""
    if not step.awaits_answer:
        return False
    if step.receiver is not None:
        office = step.receiver.in_charge()
        return user.may(Right.RECEIVE, office) or user.may(Right.APPROVE, office)
    return user.may(Right.INSPECT, step.union.in_charge())


@transaction.atomic
def answer(step: WarningStep, on: date, words: str, by: User, at: datetime) -> WarningStep:
    """The level above knows, or the department has receipted or fed back."""
    parts = ("union", "receiver")
    step = WarningStep.objects.select_for_update(of=("self",)).select_related(*parts).get(pk=step.pk)
    if step.answered_at is not None:
        raise Stale("这项报告已经有了回执，请刷新页面。")
    if not may_answer(step, by):
        where = step.receiver or step.union
        raise Forbidden(f"这项报告的回执由「{where}」登记，您没有这项权限。")
    if on > day_of(at) or on < step.on:
        raise Refused("回执日期须在报告日期和今天之间。", {"answered_on": "须在报告日期和今天之间。"})
    if step.receiver is None and not words.strip():
        raise Refused.for_field("answer", "请写明回执文号或反馈内容。")
    step.answered_on, step.answer, step.answered_by, step.answered_at = on, words.strip(), by, at
    step.save(update_fields=["answered_on", "answer", "answered_by", "answered_at"])
    audit.record(stream(step), "answer", by, at, union=step.receiver or step.union, on=on)
    return step
