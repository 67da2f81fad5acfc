"""What paid workers say of their money in each place: it came, less came, nothing came, and most say nothing yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random

from arrears.cases import ledger
from arrears.cases.models import Case, State
from arrears.workers import confirmations, payments
from arrears.workers.models import ArrivalAnswer, ArrivalFinding, PaymentAnswer, Worker
from arrears.workers.payments import Payment
from reporting.demo.case_histories import LONGEST, list_workers
from reporting.demo.case_steps import CaseSteps
from reporting.demo.people import DemoStaff
from reporting.demo.places import OF_PLACE, region_of
from unions.common.clock import day_of
from unions.people.rights import RoleName

CASES = 2  # of each place
SIX_DAYS = timedelta(days=6)
LEAST = 5  # workers: four of them answer


def confirm_payments(staff: DemoStaff, now: datetime) -> None:
    for codes in OF_PLACE.values():
        cases = Case.objects.filter(
            union__code__startswith=region_of(codes), state=State.OPEN, accepted_on__lt=day_of(now - SIX_DAYS)
        )
        waiting = (case for case in cases.order_by("-accepted_on", "pk") if _fits(case))
        for number, case in zip(range(CASES), waiting, strict=False):
            if not case.workers.exists():
                steps = CaseSteps(staff, case.union, now - SIX_DAYS, now, Random(case.pk))
                steps.case = case
                list_workers(steps)
            _pay_and_ask(case, staff, now - SIX_DAYS, cleared=number == 1)


def _fits(case: Case) -> bool:
    """Enough is left to pay those who answer, listed or easily listed."""
    books, listed = ledger.balance(case), case.workers.listed().count()
    people = listed or case.stated_workers
    enough = books.outstanding.workers >= LEAST and books.outstanding.amount * people > 2 * LEAST * books.owed.amount
    untouched = books.owed == books.outstanding
    return LEAST <= people <= LONGEST and (untouched or enough)


def _pay_and_ask(case: Case, staff: DemoStaff, at: datetime, *, cleared: bool) -> None:
    """Some of the list are paid and get slips; the first four answer. `cleared`: the last of them was looked into."""
    by = staff.of(case.handling_union_id, RoleName.OFFICER)
    listed = list(case.workers.listed().order_by("pk"))
    people = listed[:LEAST]
    payments.pay(case, {one.pk: one.owed for one in people}, Payment(day_of(at), "银行代发回单"), by, at)
    confirmations.print_slips(case, by, at + timedelta(hours=1))
    for number, one in enumerate(people[:2]):
        _say(one, ArrivalAnswer.RECEIVED, None, "", at + timedelta(days=1, hours=number))
    half = (people[2].owed / 2).quantize(Decimal("0.01"), ROUND_DOWN)
    _say(people[2], ArrivalAnswer.LESS, half, "卡里只到了一半。", at + timedelta(days=2))
    said = _say(people[3], ArrivalAnswer.NOTHING, None, "一直没有收到。", at + timedelta(days=2, hours=3))
    if cleared:
        detail = "已与本人核对银行流水，款项次日到账，本人当面确认。"
        confirmations.examine(said, ArrivalFinding.ARRIVED, detail, by, at + timedelta(days=3))


def _say(worker: Worker, answer: ArrivalAnswer, received: Decimal | None, words: str, at: datetime) -> PaymentAnswer:
    payment = confirmations.asked_payments(worker)[0].payment
    return confirmations.give_answer(payment, answer, received, words, at)
