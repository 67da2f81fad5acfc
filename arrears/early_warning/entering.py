"""Signals in and out (YK-1.1): recorded by hand, by sheet or by a program through the same door; withdrawn when entered by mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from arrears.cases.models import Employer, Project
from arrears.early_warning.models import STANDS, WarningSignal
from arrears.early_warning.sources import kinds, mismatch, sources
from arrears.early_warning.terms import follow_warnings
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

TWICE = "这条预警信息已经登记过（来源、类别、日期、金额和文号都相同），不必重复登记。"


@dataclass(frozen=True)
class SignalFacts:
    """What a signal says of an employer. `on`: when it happened; `received_on`: when the unit learnt of it; `amount`: yuan."""

    source: str
    kind: str
    on: date
    received_on: date
    amount: Decimal | None = None
    detail: str = ""
    reference: str = ""
    major: bool = False
    authority: str = ""
    project: Project | None = None

    @property
    def source_label(self) -> str:
        return sources()[self.source].label

    @property
    def kind_label(self) -> str:
        return kinds()[self.kind]

    def fingerprint(self, employer: Employer) -> str:
        """The same for the same information, whoever enters it; words may differ."""
        project = self.project.pk if self.project else None
        return audit.digest(
            [employer.pk, project, self.source, self.kind, self.on, self.amount, self.reference.strip()]
        )


def check(said: SignalFacts, today: date) -> None:
    """Raises Refused for what cannot be."""
    faults: dict[str, str] = {}
    if fault := mismatch(said.source, said.kind):
        faults["kind"] = fault
    if said.on > today:
        faults["on"] = "发生日期不能晚于今天。"
    if said.received_on > today:
        faults["received_on"] = "收到日期不能晚于今天。"
    elif said.received_on < said.on:
        faults["received_on"] = "收到日期不能早于发生日期。"
    if faults:
        raise Refused("；".join(faults.values()), faults)


def responsible_unit(union: Union, by: User) -> Union:
    """The unit as it stands now, where `by` may record; held until the end of the transaction."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.INSPECT, union):
        raise Forbidden(f"您没有在「{union}」登记预警信息的权限。")
    if union.is_closed:
        raise Refused(f"「{union}」已于 {union.valid_until} 终止，请选择承接单位。", {"union": "单位已终止。"})
    return union


@transaction.atomic
def record(union: Union, employer: Employer, said: SignalFacts, by: User, at: datetime) -> WarningSignal:
    """Write down one signal received by `union`. The same one twice is refused."""
    union = responsible_unit(union, by)
    check(said, day_of(at))
    if WarningSignal.objects.filter(STANDS, union=union, fingerprint=said.fingerprint(employer)).exists():
        raise Refused(TWICE)
    try:
        with transaction.atomic():
            signal = _write(union, employer, said, by, at)
    except IntegrityError as error:  # somebody entered the same one at this very moment
        raise Stale(TWICE) from error
    follow_warnings([signal.pk], [employer.pk], at)
    return signal


@transaction.atomic
def record_all(
    union: Union, rows: Iterable[tuple[Employer, SignalFacts]], by: User, at: datetime
) -> tuple[list[WarningSignal], int]:
    """Many at once: those that are new, and how many were there already. `check` has passed for each."""
    union = responsible_unit(union, by)
    wanted = {said.fingerprint(employer): (employer, said) for employer, said in rows}
    there = WarningSignal.objects.filter(STANDS, union=union, fingerprint__in=wanted)
    known = set(there.values_list("fingerprint", flat=True))
    fresh = [pair for print_, pair in wanted.items() if print_ not in known]
    made = [_write(union, employer, said, by, at) for employer, said in fresh]
    if made:
        follow_warnings([one.pk for one in made], sorted({one.employer_id for one in made}), at)
    return made, len(known)


def _write(union: Union, employer: Employer, said: SignalFacts, by: User, at: datetime) -> WarningSignal:
    facts: dict[str, Any] = vars(said) | {"detail": said.detail.strip(), "reference": said.reference.strip()}
    signal = WarningSignal.objects.create(
        union=union, path=union.path, employer=employer, fingerprint=said.fingerprint(employer), by=by, at=at, **facts
    )
    audit.record(
        signal.stream,
        "signal",
        by,
        at,
        union=union,
        employer=employer.pk,
        source=said.source,
        kind=said.kind,
        on=said.on,
        amount=said.amount,
    )
    return signal


@transaction.atomic
def withdraw(signal: WarningSignal, reason: str, by: User, at: datetime) -> WarningSignal:
    """Entered by mistake: it counts no more, and stays in the history. What proved unfounded is a check, not a withdrawal."""
    signal = WarningSignal.objects.select_for_update(of=("self",)).select_related("union").get(pk=signal.pk)
    if not by.may(Right.INSPECT, signal.union.in_charge()):
        raise Forbidden(f"这条预警信息由「{signal.union}」登记，您不能撤回。")
    if signal.withdrawn_at is not None:
        raise Stale("这条预警信息已经撤回，请刷新页面。")
    if signal.check_made_id is not None:
        raise Refused("这条预警信息已经核实，不能撤回；核实结果会计入等级。")
    if not reason.strip():
        raise Refused.for_field("reason", "请写明撤回的原因。")
    signal.withdrawn_at, signal.withdrawn_by, signal.withdrawn_reason = at, by, reason.strip()[:200]
    signal.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    audit.record(signal.stream, "withdraw", by, at, union=signal.union, reason=signal.withdrawn_reason)
    follow_warnings([signal.pk], [signal.employer_id], at)
    return signal
