"""Verbs of early warning: signals recorded and withdrawn (YK-1.1), visits that verify them (YK-1.2), steps taken (YK-1.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from arrears.cases.evidence import keep_paper
from arrears.cases.models import Case, Employer, Project
from arrears.early_warning.collecting import follow_list
from arrears.early_warning.models import (
    STANDS,
    CheckOutcome,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
)
from arrears.early_warning.sources import kinds, mismatch, sources
from arrears.early_warning.terms import follow_warnings
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree

RECORD = "登记预警信息"
TWICE = "这条预警信息已经登记过（来源、类别、日期、金额和文号都相同），无需重复登记。"


@dataclass(frozen=True)
class SignalFacts:
    """The facts of a signal.

    `on`: when it happened; `received_on`: when the unit learnt of it; `amount`: yuan.
    """

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
        """Return a digest, equal for the same information in other words."""
        project = self.project.pk if self.project else None
        return audit.digest(
            [employer.pk, project, self.source, self.kind, self.on, self.amount, self.reference.strip()]
        )


def check_facts(said: SignalFacts, today: date) -> None:
    """Check a signal's facts. Refused where source, kind or days cannot be."""
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


@transaction.atomic
def record_signal(union: Union, employer: Employer, said: SignalFacts, by: User, at: datetime) -> WarningSignal:
    """Record one signal received by `union`. The same one twice is refused."""
    union = tree.lock_open_unit(union, by, Right.INSPECT, RECORD)
    check_facts(said, day_of(at))
    if WarningSignal.objects.filter(STANDS, union=union, fingerprint=said.fingerprint(employer)).exists():
        raise Refused(TWICE)
    try:
        with transaction.atomic():
            signal = _create_signal(union, employer, said, by, at)
    except IntegrityError as error:  # somebody entered the same one at this very moment
        raise Stale(TWICE) from error
    follow_warnings([signal.pk], [employer.pk], at)
    return signal


@transaction.atomic
def record_signals(
    union: Union, rows: Iterable[tuple[Employer, SignalFacts]], by: User, at: datetime, here: Collection[str] = ()
) -> tuple[list[WarningSignal], int]:
    """Record many signals; return the new ones and how many were there already.

    `check_facts` has passed for each. The list of a source that tells something new is here; one taken over before is no new list.
    `here`: sources whose list came with an earlier part of the same rows.
    """
    union = tree.lock_open_unit(union, by, Right.INSPECT, RECORD)
    wanted = {said.fingerprint(employer): (employer, said) for employer, said in rows}
    there = WarningSignal.objects.filter(STANDS, union=union, fingerprint__in=wanted)
    known = set(there.values_list("fingerprint", flat=True))
    fresh = [pair for print_, pair in wanted.items() if print_ not in known]
    made = [_create_signal(union, employer, said, by, at) for employer, said in fresh]
    if made:
        follow_warnings([one.pk for one in made], sorted({one.employer_id for one in made}), at)
    told = Counter(said.source for _, said in wanted.values())
    follow_list(union, {one.source: told[one.source] for one in made if one.source not in here}, by, at)
    return made, len(known)


def _create_signal(union: Union, employer: Employer, said: SignalFacts, by: User, at: datetime) -> WarningSignal:
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
def withdraw_signal(signal: WarningSignal, reason: str, by: User, at: datetime) -> WarningSignal:
    """Withdraw a signal entered by mistake. What proved unfounded is verified, not withdrawn."""
    signal = WarningSignal.objects.select_for_update(of=("self",)).select_related("union").get(pk=signal.pk)
    if not by.may(Right.INSPECT, signal.union.in_charge()):
        raise Forbidden(f"这条预警信息由“{signal.union}”登记，您不能撤回。")
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


# ---- verifying on the spot ------------------------------------------------------------------------------------------


NO_EVIDENCE = "请附上至少一份现场材料（照片、笔录、回函等）。"


@transaction.atomic
def record_visit(
    union: Union,
    employer: Employer,
    on: date,
    outcome: CheckOutcome,
    detail: str,
    by: User,
    at: datetime,
    *,
    seen: Sequence[int],
    case: Case | None = None,
    papers: Sequence[UploadedFile] = (),
) -> WarningCheck:
    """Record a visit that verifies the open signals of an employer in the unit's reach.

    `seen`: ids of the unverified signals the page showed; another set answers 409.
    """
    union = tree.lock_open_unit(union, by, Right.INSPECT, RECORD)
    open_ones = list(
        WarningSignal.objects.unverified()
        .filter(employer=employer, path__startswith=union.path)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if {one.pk for one in open_ones} != set(seen):
        raise Stale("您打开页面之后预警信息有了变动（新增、撤回或已由他人核实），请看过最新内容再保存。")
    if not open_ones:
        raise Refused("这个单位没有待核实的预警信息。")
    _check_visit(open_ones, on, outcome, detail, case, employer, at, papers)
    made = WarningCheck.objects.create(
        union=union,
        path=union.path,
        employer=employer,
        on=on,
        outcome=outcome,
        detail=detail.strip(),
        case=case if outcome == CheckOutcome.CASE else None,
        by=by,
        at=at,
    )
    for one in papers:
        keep_paper(made.papers, one, by, at)
    WarningSignal.objects.filter(pk__in=seen).update(check_made=made)
    WarningSignal.objects.filter(pk__in=seen, responded_at=None).update(responded_at=at)
    for signal in open_ones:
        audit.record(signal.stream, "verify", by, at, union=union, on=on, outcome=outcome, check=made.pk)
    follow_warnings(list(seen), [employer.pk], at)
    return made


def _check_visit(
    signals: list[WarningSignal],
    on: date,
    outcome: CheckOutcome,
    detail: str,
    case: Case | None,
    employer: Employer,
    at: datetime,
    papers: Sequence[UploadedFile],
) -> None:
    faults: dict[str, str] = {}
    if on > day_of(at):
        faults["on"] = "核实日期不能晚于今天。"
    elif on < (first := min(one.received_on for one in signals)):
        faults["on"] = f"核实日期不能早于收到预警信息的日期 {first}。"
    if not detail.strip():
        faults["detail"] = "请写明核实情况。"
    if outcome == CheckOutcome.CASE and (case is None or case.employer_id != employer.pk):
        faults["case"] = "确有欠薪的，请选择已为该单位登记的案件；还没有登记的，请先登记案件。"
    if not papers:
        faults["papers"] = NO_EVIDENCE
    if faults:
        raise Refused("；".join(faults.values()), faults)


# ---- what is done about a warned employer ---------------------------------------------------------------------------


ADDRESSED = frozenset({StepKind.GOVERNMENT, StepKind.AUTHORITY})


def office_above(union: Union) -> Union | None:
    """Return the unit a report upward goes to; None at the top."""
    return union.parent.in_charge() if union.parent else None


@transaction.atomic
def record_step(
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
    union = tree.lock_open_unit(union, by, Right.INSPECT, RECORD)
    signals = WarningSignal.objects.standing().filter(employer=employer, path__startswith=union.path)
    raised = WarningStanding.objects.filter(union=union, employer=employer, own__gt=0)
    if not signals.exists() and not raised.exists():
        raise Refused("这个单位没有有效的预警信息，无需处置。")
    above = office_above(union) if kind == StepKind.ABOVE else None
    _check_step(kind, on, detail, addressee, above, at)
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
        _step_stream(step),
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


def _step_stream(step: WarningStep) -> str:
    return f"warning-step:{step.pk}"


def _check_step(kind: StepKind, on: date, detail: str, addressee: str, above: Union | None, at: datetime) -> None:
    faults: dict[str, str] = {}
    if on > day_of(at):
        faults["on"] = "日期不能晚于今天。"
    if not detail.strip():
        faults["detail"] = "请写明内容。"
    if kind in ADDRESSED and not addressee.strip():
        faults["addressee"] = "请写明送达的部门，如“市人民政府办公室”。"
    if kind == StepKind.ABOVE and above is None:
        faults["kind"] = "本单位已是最上一级，没有可报告的上级工会。"
    if faults:
        raise Refused("；".join(faults.values()), faults)


def may_answer(step: WarningStep, user: User) -> bool:
    """Whether `user` may note the answer: people of the unit above, or of the sender for a department's receipt."""
    if not step.awaits_answer:
        return False
    if step.receiver is not None:
        office = step.receiver.in_charge()
        return user.may(Right.RECEIVE, office) or user.may(Right.APPROVE, office)
    return user.may(Right.INSPECT, step.union.in_charge())


def check_may_answer(step: WarningStep, by: User) -> None:
    """Raises Forbidden, or Stale where there is an answer already."""
    if step.answered_at is not None:
        raise Stale("这项报告已经有了回执，请刷新页面。")
    if not may_answer(step, by):
        raise Forbidden(f"这项报告的回执由“{step.receiver or step.union}”登记，您没有这项权限。")


@transaction.atomic
def record_answer(step: WarningStep, on: date, words: str, by: User, at: datetime) -> WarningStep:
    """Record the answer of the level above, or the receipt or feedback of a department."""
    parts = ("union", "receiver")
    step = WarningStep.objects.select_for_update(of=("self",)).select_related(*parts).get(pk=step.pk)
    check_may_answer(step, by)
    if on > day_of(at) or on < step.on:
        raise Refused("回执日期须在报告日期和今天之间。", {"answered_on": "须在报告日期和今天之间。"})
    if step.receiver is None and not words.strip():
        raise Refused.for_field("answer", "请写明回执文号或反馈内容。")
    step.answered_on, step.answer, step.answered_by, step.answered_at = on, words.strip(), by, at
    step.save(update_fields=["answered_on", "answer", "answered_by", "answered_at"])
    audit.record(_step_stream(step), "answer", by, at, union=step.receiver or step.union, on=on)
    return step
