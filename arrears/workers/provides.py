"""What worker lists give other apps: facts for the one-worker threshold (QD-4.1c), names, equal numbers, contradicted payments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists

from arrears.cases.closing_blockers import Blocker, Lack
from arrears.cases.facts import CaseContext
from arrears.cases.models import Case
from arrears.law.rules.facts import OwedWorker
from arrears.law.rules.workdays import full_months
from arrears.workers.models import ArrivalAnswer, ArrivalFinding, PaymentAnswer, Worker
from unions.common.formats import day


def add_worker_facts(around: CaseContext) -> None:
    """Add to `around` what is owed to each listed worker of its cases, and for how many months."""
    around.listed |= {
        case: tuple(OwedWorker(row.owed, Decimal(full_months(row.owed_from, row.owed_until))) for row in rows)
        for case, rows in one_worker_facts(around.ids).items()
    }


@dataclass(frozen=True)
class OneWorkerOwed:
    """Yuan owed to one worker, and the first and last unpaid day (QD-4.1c)."""

    owed: Decimal
    owed_from: date
    owed_until: date


def one_worker_facts(case_ids: Iterable[int]) -> dict[int, list[OneWorkerOwed]]:
    """Return case id → its listed workers whose arrears have both days; cases without a list are left out.

    Nobody's months are guessed: where the threshold could depend on workers without days it stays 待核.
    """
    ids = list(case_ids)
    listed = Worker.objects.listed().filter(case__in=ids).order_by("pk")
    found: dict[int, list[OneWorkerOwed]] = {}
    for case, owed, first, last in listed.values_list("case_id", "owed", "owed_from", "owed_until"):
        of_case = found.setdefault(case, [])
        if first and last:
            of_case.append(OneWorkerOwed(owed, first, last))
    return found


def names_of(employer: int) -> Iterator[str]:
    """Yield the names of all workers listed in cases of the employer, opened one by one."""
    rows = Worker.objects.filter(case__employer=employer).only("name")
    return (row.name.text for row in rows.iterator(chunk_size=1000))


def numbers_of(case: Case) -> tuple[list[str], list[str]]:
    """Return the phone and identity numbers of the list. One query."""
    listed = list(case.workers.listed().only("case", "phone", "identity"))
    return [row.phone.text for row in listed], [row.identity.text for row in listed]


def cases_sharing(phones: set[str], identities: set[str], but: int | None) -> Counter[int]:
    """Return case id → how many listed workers have a number with one of these prints; `but` left out."""
    rows = Worker.objects.like(phones, identities).exclude(case=but)
    return Counter(rows.order_by().values_list("case_id", flat=True))


def by_phone(case: Case, prints: Iterable[str]) -> list[tuple[int, str]]:
    """Return (id, how the list shows her) of the listed workers with one of these phone prints."""
    rows = case.workers.listed().filter(phone_print__in=list(prints)).order_by("pk")
    return [(row.pk, f"{row.masked_name} {row.masked_phone}") for row in rows]


# ---- 到账确认 -----------------------------------------------------------------------------------------------------------


def answers_since(worker: int, at: datetime) -> int:
    """Return how many answers for the payments of a worker came since."""
    return PaymentAnswer.objects.filter(payment__worker=worker, at__gte=at).count()


def _contradicted(case: Case) -> list[Lack]:
    rows = PaymentAnswer.objects.contradicting().filter(payment__worker__case=case)
    people = rows.order_by().values("payment__worker").distinct().count()
    unpaid = rows.filter(finding=ArrivalFinding.UNPAID).exists()
    step = "经核实未到账的，请冲正该笔清偿后按实际发放重新登记" if unpaid else "请核实并登记结果"
    return [Lack(f"有 {people} 名职工表示登记的清偿未足额收到，{step}。", case.section_url("workers"))]


def _has_contradicted(case: Case) -> Exists:
    return Exists(PaymentAnswer.objects.contradicting().filter(payment__worker__case=case))


CONTRADICTED = Blocker(_has_contradicted, _contradicted)


def contradictions_cleared(case: Case) -> list[str]:
    """Say (Chinese) what workers contradicted and took back, or the unit found to have arrived: whoever signs is shown it."""
    of_case = PaymentAnswer.objects.standing().filter(payment__worker__case=case)
    rows = of_case.filter(finding=ArrivalFinding.ARRIVED)
    changed = of_case.filter(
        answer=ArrivalAnswer.RECEIVED, payment__answers__answer__in=[ArrivalAnswer.LESS, ArrivalAnswer.NOTHING]
    )
    said = [f"职工曾表示未足额收到，{day(row.at)} 改为已足额收到" for row in changed.distinct().order_by("pk")]
    return said + [
        f"职工表示{row.get_answer_display()}，{day(row.found_at)} {row.found_by}核实已到账：{row.detail}"
        for row in rows.exclude(answer=ArrivalAnswer.RECEIVED).select_related("found_by")
    ]
