"""Wage deposits → obligations: the bank pays, the contractor tops up, the notice runs out (LAW-deposit); a guarantee ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from arrears.law.obligations.derive import Owed, end_of_day, start_of_day
from arrears.law.obligations.local import local
from arrears.law.obligations.projection import ProjectionResult, Tools, keep, rebuilt, write
from arrears.law.obligations.subject import End, Place, Places, Subject
from arrears.law.rules.facts import Facts, Moment
from arrears.law.rules.workdays import named
from arrears.safety_nets import top_ups
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, NetEntryKind, SafetyNet, WageDeposit

BOOK, RULE, CLAUSE = "deposit-guarantee", "renew-guarantee", "LAW-deposit"
RETURNED = "保证金已返还"
PAID_OR_ISSUED = (DrawingStage.ISSUED, DrawingStage.DONE)


def keep_nets(ids: Collection[int], at: datetime, tools: Tools | None = None) -> ProjectionResult:
    """Bring what is owed upon these deposits into step, inside the caller's transaction, which holds them. Funds owe nothing."""
    deposits = list(WageDeposit.objects.filter(pk__in=ids).select_related("project__employer"))
    if not deposits:
        return ProjectionResult()
    rows = _advances(deposits)
    places = Places()
    subjects = [subject for deposit in deposits for subject in _subjects(deposit, rows[deposit.pk], places)]
    streams = [f"deposit:{row.pk}" for row in deposits]
    asked = Drawing.objects.filter(net__in=deposits, kind=DrawingKind.ADVANCE).values_list("pk", flat=True)
    kept = keep([*streams, *(f"drawing:{pk}" for pk in asked)], subjects, at, tools or Tools())
    ends = [_renewal(row, places.line(row.path)[-1]) for row in deposits if row.guarantee_until]
    kept += write([f"guarantee:{row.pk}" for row in deposits], ends, at)
    return kept


def _advances(deposits: list[WageDeposit]) -> dict[int, list[Drawing]]:
    """Deposit → advances out of it whose notice went out and that were not cancelled since."""
    rows: dict[int, list[Drawing]] = {deposit.pk: [] for deposit in deposits}
    found = Drawing.objects.filter(net__in=deposits, kind=DrawingKind.ADVANCE, stage__in=PAID_OR_ISSUED)
    for row in found.order_by("pk"):
        assert row.net_id is not None
        rows[row.net_id].append(row)
    return rows


def _subjects(deposit: WageDeposit, drawings: list[Drawing], places: Places) -> Iterator[Subject]:
    line, region = places.line(deposit.path), deposit.project.employer.region_code
    ended = None
    if deposit.closed_on:
        ended = End(start_of_day(deposit.closed_on), RETURNED)

    def subject(key: str, moments: dict[str, Moment], drawing: Drawing | None = None) -> Subject:
        facts = Facts(subject="deposit", moments=moments, union_kind=line[-1].kind, region=region)
        return Subject(
            key=key,
            facts=facts,
            line=line,
            handling=line[-1],
            ended=ended,
            officer=drawing.requested_by_id if drawing else deposit.by_id,
            case=drawing.case_id if drawing else None,
        )

    if deposit.return_notice_on:
        moments: dict[str, Moment] = {"deposit_return_notice_on": deposit.return_notice_on}
        if deposit.closed_on:
            moments["deposit_returned_on"] = deposit.closed_on
        yield subject(f"deposit:{deposit.pk}", moments)
    entries = list(deposit.entries.filter(cancelled_by=None).exclude(kind=NetEntryKind.REVERSED))
    made_good = {use.entry.drawing_id: use for use in top_ups.uses(entries)}
    for row in drawings:
        assert row.notice_on is not None
        use = made_good.get(row.pk)
        if row.stage == DrawingStage.DONE and use is None:
            continue  # cancelled in the case's ledger: nothing was used
        moments = {"deposit_notice_on": row.notice_on}
        if use is not None:
            moments |= {"deposit_paid_on": use.entry.on, "deposit_used_on": use.entry.on}
            if use.met_on is not None:
                moments["deposit_topped_up_on"] = use.met_on
        yield subject(f"drawing:{row.pk}", moments, row)


def _renewal(deposit: WageDeposit, holder: Place) -> Owed:
    """Due 30 days before the end (a local setting); a new guarantee moves it on."""
    assert deposit.guarantee_until is not None
    until, soon = deposit.guarantee_until, local().guarantee_soon_days
    due_at = end_of_day(until - timedelta(days=soon))
    lifted_at = start_of_day(deposit.closed_on) if deposit.closed_on else None
    return Owed(
        subject=f"guarantee:{deposit.pk}",
        rulebook=BOOK,
        rule=RULE,
        holder_id=holder.in_charge,
        path=holder.path,
        officer_id=deposit.by_id,
        bearer="施工总承包单位",
        clause=CLAUSE,
        title="工资保证金保函更换或延长",
        local=True,
        started_at=deposit.at,
        due_at=due_at,
        clock_at=due_at,
        lifted_at=lifted_at,
        lifted_reason=RETURNED if lifted_at else "",
        explanation=f"保函 {deposit.guarantee_number}（{deposit.bank}）{named(until)}到期，"
        f"到期前 {soon} 日更换或延长（天数为本地设置）",
    )


def rebuild(at: datetime, tools: Tools) -> ProjectionResult:
    """Every deposit's terms again."""
    return rebuilt(SafetyNet.objects.filter(wagedeposit__isnull=False), lambda ids: keep_nets(ids, at, tools))
