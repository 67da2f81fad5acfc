"""Verbs of payments to workers: one entry of the ledger for all, and what each received of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum

from arrears.cases import ledger
from arrears.cases.evidence import keep_evidence
from arrears.cases.models import Case, EntryKind, Evidence, EvidenceKind, LedgerEntry
from arrears.workers import actions as workers
from arrears.workers import messages
from arrears.workers.models import PaymentAnswer, Worker, WorkerPayment
from unions.common.refusals import Refused, Stale
from unions.models import User


@dataclass(frozen=True)
class Payment:
    """The day of a payment to workers and what it is proved by."""

    on: date
    source: str = ""
    slip: UploadedFile | None = None


@transaction.atomic
def pay(case: Case, amounts: Mapping[int, Decimal], payment: Payment, by: User, at: datetime) -> LedgerEntry:
    """Record what each worker received, as one entry (清偿) of the ledger. For a 垫付 use `allocate`.

    `amounts`: worker id → yuan. Whoever has nothing left to get counts as resolved. Refused where somebody would get more
    than is owed, or the ledger says otherwise.
    """
    case = ledger.lock(case)
    ledger.check_right(case, by)
    paid_now = _to_be_paid(case, amounts)
    done = [worker for worker in paid_now if amounts[worker.pk] == worker.owed - worker.paid]  # type: ignore[attr-defined]
    entry = ledger.post(
        case,
        EntryKind.PAID,
        payment.on,
        by,
        at,
        workers=len(done),
        migrants=sum(worker.migrant for worker in done),
        amount=sum(amounts.values(), Decimal(0)),
        source=payment.source or f"按职工名单发放 {len(paid_now)} 人",
    )
    _write_payments(entry, amounts, _slip(case, payment, by, at))
    messages.ask_the_paid(case, amounts.keys(), by, at)
    return entry


def pay_as_listed(case: Case, amounts: Mapping[int, Decimal], on: date, by: User, at: datetime) -> LedgerEntry:
    """Record what a list says was paid before, as one entry. `amounts`: worker id → yuan."""
    return pay(case, amounts, Payment(on, source=f"职工名单载明已付，{len(amounts)} 人"), by, at)


def _slip(case: Case, payment: Payment, by: User, at: datetime) -> Evidence | None:
    return keep_evidence(case, payment.slip, "银行回单", by, at, EvidenceKind.BANK) if payment.slip else None


def _to_be_paid(case: Case, amounts: Mapping[int, Decimal]) -> list[Worker]:
    """The workers named, with `paid`; Refused where an amount cannot be."""
    if not amounts:
        raise Refused("还没有填写任何一名职工的实付金额。", {"amounts": "请至少填写一人。"})
    named = list(case.workers.listed().with_paid().filter(pk__in=amounts))
    if len(named) != len(amounts):
        raise Stale("名单刚刚有了变动，请查看最新名单后再登记。")
    over = {
        f"worker-{worker.pk}": f"未付只有 {worker.owed - worker.paid:,.2f} 元。"  # type: ignore[attr-defined]
        for worker in named
        if amounts[worker.pk] > worker.owed - worker.paid  # type: ignore[attr-defined]
    }
    if over:
        raise Refused(f"有 {len(over)} 人的实付金额多于未付金额，请核对。", over)
    return named


def _write_payments(entry: LedgerEntry, amounts: Mapping[int, Decimal], slip: Evidence | None) -> None:
    WorkerPayment.objects.bulk_create(
        WorkerPayment(worker_id=pk, entry=entry, amount=amount, evidence=slip) for pk, amount in amounts.items()
    )


@transaction.atomic
def allocate(case: Case, entry: LedgerEntry, amounts: Mapping[int, Decimal], by: User, at: datetime) -> None:
    """Say whom a payment that already stands in the ledger reached. Nothing new is posted."""
    case = ledger.lock(case)
    ledger.check_right(case, by)
    if entry.case_id != case.pk or entry not in (open_entries := unallocated(case)):
        raise Stale("这一笔已经冲正或已全部分到人，请查看台账。")
    _to_be_paid(case, amounts)
    left, given = open_entries[entry], sum(amounts.values(), Decimal(0))
    if given > left:
        raise Refused(f"分到人的合计 {given:,.2f} 元，多于这一笔尚未分到人的 {left:,.2f} 元，请核对。")
    already = entry.payments.filter(worker__in=amounts).count()
    if already:
        raise Refused(f"有 {already} 人在这一笔中已经登记过，请另选一笔或先冲正。")
    _write_payments(entry, amounts, None)
    workers.record_on_list(case, "worker.allocate", by, at, entry=entry.pk, people=len(amounts), amount=given)


def unallocated(case: Case) -> dict[LedgerEntry, Decimal]:
    """Standing payments of the ledger → yuan of each that no worker is named for; only those with something left."""
    rows = case.entries.filter(kind__in=ledger.RESOLVED, cancelled_by=None).annotate(given=Sum("payments__amount"))
    left = {entry: entry.amount - (entry.given or 0) for entry in rows}
    return {entry: amount for entry, amount in left.items() if amount > 0}


def follow_repeats(repeats: list[tuple[LedgerEntry, LedgerEntry]], by: User, at: datetime) -> None:
    """Cancelled entries of a case that were just written anew (old, new): they have paid the same workers."""
    anew = {old.pk: new for old, new in repeats}
    WorkerPayment.objects.bulk_create(
        WorkerPayment(worker_id=row.worker_id, entry=anew[row.entry_id], amount=row.amount, evidence_id=row.evidence_id)
        for row in WorkerPayment.objects.filter(entry__in=anew).order_by("entry_id", "pk")
    )
    _follow_answers(anew)


def _follow_answers(anew: Mapping[int, LedgerEntry]) -> None:
    """What workers said of the money of the cancelled entries, they have said of the same money written anew."""
    rows = WorkerPayment.objects.filter(entry__in=anew.values())
    new = {(worker, entry): pk for pk, worker, entry in rows.values_list("pk", "worker_id", "entry_id")}
    said = PaymentAnswer.objects.filter(payment__entry__in=anew, last=True).select_related("payment").order_by("pk")
    for row in said:
        row.payment_id, row.pk = new[row.payment.worker_id, anew[row.payment.entry_id].pk], None
        row.save(force_insert=True)
