"""Verifying on the spot (YK-1.2): one visit answers every signal about the employer that was open in the unit's reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.cases.acts import keep_paper
from arrears.cases.models import Case, Employer
from arrears.early_warning.entering import responsible_unit
from arrears.early_warning.models import CheckOutcome, WarningCheck, WarningSignal
from arrears.early_warning.terms import follow_warnings
from unions.common.clock import day_of
from unions.common.refusals import Refused, Stale
from unions.log import audit
from unions.models import Union, User

NO_EVIDENCE = "请附上至少一份现场材料（照片、笔录、回函等）。"


@transaction.atomic
def verify(
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
    """Record the visit. `seen`: ids of the unverified signals the page showed; another set answers 409."""
    union = responsible_unit(union, by)
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
    _check(open_ones, on, outcome, detail, case, employer, at, papers)
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


def _check(
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
