"""到账确认: what workers say of the payments the ledger has, and what the unit finds where one contradicts.

Nothing is closed while a worker says that money did not arrive and nobody has looked (不解决不销账). An answer delays no
payment, and silence is shown as silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from arrears.cases.models import Case, LedgerEntry
from arrears.cases.models.case import UNFINISHED
from arrears.reminders.models import ReminderKind
from arrears.reminders.outbox import NewReminder, put
from arrears.reminders.staff import APPROVING, Staff
from arrears.workers.actions import record_on_list
from arrears.workers.models import ArrivalAnswer, ArrivalFinding, PaymentAnswer, PaymentSlip, Worker, WorkerPayment
from unions.common.clock import day_of
from unions.common.formats import yuan
from unions.common.identity import refuse_numbers
from unions.common.receipts import in_groups, new_number, new_pin
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

LONGEST_WORDS = 500
MOST_SLIPS = 200  # printed at a time
MOST_ANSWERS = 20  # to one payment


# ---- slips ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewSlip:
    """A slip as it is printed: its code is kept only as a print and is seen once."""

    slip: PaymentSlip
    code: str

    @property
    def shown_code(self) -> str:
        return in_groups(self.code)


def may_examine(case: Case, user: User) -> bool:
    """Whether `user` handles cases at the unit that handles this one: prints slips, looks into contradictions."""
    return user.may(Right.HANDLE, case.handling_union.in_charge())


def check_right(case: Case, by: User) -> None:
    """Raises Forbidden."""
    if not may_examine(case, by):
        raise Forbidden(f"本案由“{case.handling_union.in_charge()}”承办，到账确认由该单位经办人办理。")


def paid_workers(case: Case) -> QuerySet[Worker]:
    """Listed workers with a payment that stands."""
    paid = WorkerPayment.objects.filter(worker__case=case, entry__cancelled_by=None)
    return case.workers.listed().filter(pk__in=paid.order_by().values("worker")).order_by("pk")


def unanswered(case: Case) -> QuerySet[Worker]:
    """Paid workers who neither confirmed all they were paid nor contradicted any of it."""
    answered = shares(case)
    return paid_workers(case).exclude(pk__in=answered.confirmed_workers | answered.contradicting_workers)


@transaction.atomic
def print_slips(case: Case, by: User, at: datetime) -> list[NewSlip]:
    """Draw slips for paid workers who have not answered, those without one first. A slip drawn before loses its validity.

    None for whoever contradicts a payment: what she says is looked into, and she has her slip. `MOST_SLIPS` at a time.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("handling_union").get(pk=case.pk)
    check_right(case, by)
    waiting = unanswered(case).annotate(has=Exists(_valid_slips())).order_by("has", "pk")
    people = list(waiting[:MOST_SLIPS])
    if not people:
        raise Refused("没有需要确认到账的职工：名单中尚无已付款的职工，或均已答复。")
    PaymentSlip.objects.filter(worker__in=people, valid=True).update(valid=False)
    made = []
    for worker in people:
        number, code = new_number(), new_pin()
        slip = PaymentSlip(worker=worker, number=number, code=_print_of(number, code), by=by, at=at)
        made.append(NewSlip(slip, code))
    PaymentSlip.objects.bulk_create(new.slip for new in made)
    audit.record(case.stream, "worker.slips", by, at, union=case.handling_union, people=len(made))
    return made


def _valid_slips() -> QuerySet[PaymentSlip]:
    return PaymentSlip.objects.filter(worker=OuterRef("pk"), valid=True)


def _print_of(number: str, code: str) -> str:
    return salted_hmac("arrears.workers.slip", f"{number}:{code}", algorithm="sha256").hexdigest()


def find_slip(number: str, code: str) -> PaymentSlip | None:
    """Return the valid slip of that number, for whoever knows its code."""
    slip = PaymentSlip.objects.filter(number=number, valid=True).first()
    fits = constant_time_compare(_print_of(number, code), slip.code if slip else "")
    return slip if fits else None


# ---- what the worker says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedPayment:
    """One payment a worker is asked about, with her last answer."""

    payment: WorkerPayment
    answer: PaymentAnswer | None


def asked_payments(worker: Worker) -> list[AskedPayment]:
    """Return the standing payments to this worker, the newest first."""
    rows = worker.payments.filter(entry__cancelled_by=None).select_related("entry").order_by("-entry__on", "-pk")
    last = {row.payment_id: row for row in PaymentAnswer.objects.standing().filter(payment__in=rows.order_by())}
    return [AskedPayment(row, last.get(row.pk)) for row in rows]


@transaction.atomic
def give_answer(
    payment: WorkerPayment, answer: ArrivalAnswer, received: Decimal | None, words: str, at: datetime
) -> PaymentAnswer:
    """Keep what the worker says. `received`: yuan, with LESS alone. The same answer again is the same answer."""
    case = Case.objects.select_for_update(of=("self",)).select_related("handling_union").get(workers=payment.worker_id)
    payment = WorkerPayment.objects.select_related("entry").get(pk=payment.pk)
    if LedgerEntry.objects.filter(cancels=payment.entry_id).exists():
        raise Stale("这一笔登记刚刚已更正，请刷新页面后再确认。")
    _check_answer(payment, answer, received)
    before = payment.answers.filter(last=True).first()
    given = {"answer": answer, "received": received if answer == ArrivalAnswer.LESS else None}
    if before and (before.answer, before.received, before.words.text) == (*given.values(), words.strip()):
        return before
    if payment.answers.count() >= MOST_ANSWERS:
        raise Refused("答复次数过多，如仍有不同，请直接联系经办工会。")
    payment.answers.filter(last=True).update(last=False)
    row = PaymentAnswer.objects.create(payment=payment, words=words.strip()[:LONGEST_WORDS], at=at, **given)
    unit = case.handling_union.in_charge()
    audit.record(case.stream, f"worker.answer.{answer.value}", None, at, union=unit, payment=payment.pk)
    if answer != ArrivalAnswer.RECEIVED:
        _remind(case, row, at)
    return row


def _check_answer(payment: WorkerPayment, answer: ArrivalAnswer, received: Decimal | None) -> None:
    if answer != ArrivalAnswer.LESS:
        return
    if received is None:
        raise Refused.for_field("received", "请填写实际收到多少元。")
    if not 0 < received < payment.amount:
        raise Refused.for_field(
            "received", f"登记的是 {yuan(payment.amount)} 元，请填写少于它的数；全部收到或没有收到的，请改选。"
        )


def _remind(case: Case, answer: PaymentAnswer, at: datetime) -> None:
    """Tell who handles the case and who approves its closing, at once."""
    unit = case.handling_union.in_charge()
    staff = Staff(day_of(at), {unit.pk})
    people = staff.acting(unit.pk, case.officer_id) | staff.with_any(APPROVING, unit.pk)
    title, url = f"案件 {case}：职工对到账提出异议", case.section_url("workers")
    closed = case.state not in UNFINISHED
    then = "本案已办结，核实属实的请重新办理。" if closed else "核实之前不能销账。"
    item = {"text": f"有职工表示登记的清偿未足额收到，{then}", "short": "到账异议", "url": url}
    key = f"payment-answer:{answer.payment_id}:{day_of(at)}"
    put((NewReminder(user, ReminderKind.IMMEDIATE, key, title, url, [item]) for user in sorted(people)), at)


# ---- what the unit finds --------------------------------------------------------------------------------------------


@transaction.atomic
def examine(answer: PaymentAnswer, finding: ArrivalFinding, detail: str, by: User, at: datetime) -> PaymentAnswer:
    """Record what was found about a contradicted payment. One found unpaid still bars the closing until it is reversed."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("handling_union")
        .get(workers__payments__answers=answer)
    )
    check_right(case, by)
    row = PaymentAnswer.objects.standing().exclude(answer=ArrivalAnswer.RECEIVED).filter(pk=answer.pk).first()
    if row is None:
        raise Stale("职工刚刚重新答复，或这一笔已经冲正，请刷新页面。")
    if not detail.strip():
        raise Refused.for_field("detail", "请写明核实方式和凭据。")
    refuse_numbers(detail, "detail")
    row.finding, row.detail, row.found_by, row.found_at = finding, detail.strip(), by, at
    row.save(update_fields=["finding", "detail", "found_by", "found_at"])
    record_on_list(case, f"worker.examined.{finding.value}", by, at, payment=row.payment_id, detail=row.detail)
    return row


# ---- how it stands --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shares:
    """Paid workers of a list (人) by what they say of their payments; `contradicting` nobody has cleared up yet."""

    paid: int
    confirmed_workers: frozenset[int]
    contradicting_workers: frozenset[int]  # cleared up or not
    contradicting: int
    cleared: int

    @property
    def confirmed(self) -> int:
        return len(self.confirmed_workers)

    @property
    def silent(self) -> int:
        return self.paid - self.confirmed - self.contradicting - self.cleared

    @property
    def percent(self) -> int | None:
        """Whole percent of the paid who confirmed; None where nobody was paid."""
        return round(100 * self.confirmed / self.paid) if self.paid else None


def shares(case: Case) -> Shares:
    """Count the paid workers of the case by their answers. One query."""
    last = Q(answers__last=True)
    contradicts = last & ~Q(answers__answer=ArrivalAnswer.RECEIVED)
    rows = WorkerPayment.objects.filter(worker__case=case, worker__removed_at=None, entry__cancelled_by=None)
    counted = (
        rows.order_by()
        .values("worker")
        .annotate(
            payments=Count("pk", distinct=True),
            confirmed=Count("answers", filter=last & Q(answers__answer=ArrivalAnswer.RECEIVED)),
            open=Count("answers", filter=contradicts & ~Q(answers__finding=ArrivalFinding.ARRIVED)),
            cleared=Count("answers", filter=contradicts & Q(answers__finding=ArrivalFinding.ARRIVED)),
        )
    )
    people = list(counted.values_list("worker", "payments", "confirmed", "open", "cleared"))
    return Shares(
        paid=len(people),
        confirmed_workers=frozenset(worker for worker, payments, yes, _, _ in people if yes == payments),
        contradicting_workers=frozenset(worker for worker, _, _, opened, cleared in people if opened or cleared),
        contradicting=sum(1 for *_, opened, _ in people if opened),
        cleared=sum(1 for *_, opened, cleared in people if cleared and not opened),
    )


def paid_between(since: date, until: date) -> QuerySet[Worker]:
    """Listed workers with a standing payment dated in these days, both included."""
    return Worker.objects.listed().filter(Exists(_payments_of_worker().filter(entry__on__range=(since, until))))


def confirmed_between(since: date, until: date) -> Q:
    """Of `paid_between`: those who said of every such payment that it arrived. Silence is no yes."""
    said = PaymentAnswer.objects.filter(payment=OuterRef("pk"), last=True, answer=ArrivalAnswer.RECEIVED)
    return ~Q(Exists(_payments_of_worker().filter(~Exists(said), entry__on__range=(since, until))))


def _payments_of_worker() -> QuerySet[WorkerPayment]:
    return WorkerPayment.objects.filter(worker=OuterRef("pk"), entry__cancelled_by=None).order_by()


def last_answers(workers: Iterable[int]) -> dict[int, list[PaymentAnswer]]:
    """Worker id → her standing answers, what is to be looked into first. One query."""
    found: dict[int, list[PaymentAnswer]] = {}
    rows = PaymentAnswer.objects.standing().filter(payment__worker__in=list(workers)).select_related("found_by")
    for row in rows.annotate(worker=F("payment__worker")).order_by("finding", "pk"):
        found.setdefault(row.worker, []).append(row)
    return found
