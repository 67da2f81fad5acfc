"""Which cases reach a threshold of a notice (QD-4.1c), by the ledger and the worker list as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.law.editions.rulebook_editions import rulebooks_at
from arrears.law.rules import facts as known
from arrears.law.rules.evaluator import Answer, any_of
from arrears.law.rules.facts import Facts, months_owed
from arrears.law.rules.rulebook import Threshold
from arrears.workers.models import Worker
from unions.common.refusals import Refused

BATCH = 5000


@dataclass(frozen=True)
class Reached:
    """`answer` is YES or UNCLEAR (待核); `why` in Chinese, by the notice."""

    answer: Answer
    why: str


def thresholds(clause: str, day: date) -> list[Threshold]:
    """The thresholds of a clause in the edition of its notice that speaks on `day`. Refused when there is none."""
    books = rulebooks_at(day).values()
    found = [entry for book in books for entry in book.thresholds if entry.clause == clause]
    if not found:
        raise Refused(f"没有找到条款 {clause} 的门槛，不能判断哪些案件应列入；请核对规则文件。")
    return found


def reached(ids: Sequence[int], clause: str, day: date) -> dict[int, Reached]:
    """Case id → finding, for those of `ids` that reach the threshold on `day`, or may. Four queries per five thousand."""
    entries = thresholds(clause, day)
    found: dict[int, Reached] = {}
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        facts = _facts(batch, day)
        found |= _judged(entries, facts)
        doubtful = [pk for pk in batch if pk in found and found[pk].answer is Answer.UNCLEAR]
        for pk in doubtful:
            del found[pk]
        lists = _worker_lists(doubtful, day)
        found |= _judged(entries, {pk: replace(facts[pk], worker_list=lists.get(pk)) for pk in doubtful})
    return found


def _judged(entries: Iterable[Threshold], facts: dict[int, Facts]) -> dict[int, Reached]:
    alternatives = [one for entry in entries for one in entry.any]
    answers = {pk: any_of(alternatives, fact) for pk, fact in facts.items()}
    return {pk: Reached(answer, why) for pk, (answer, why) in answers.items() if answer is not Answer.NO}


def _facts(ids: Sequence[int], day: date) -> dict[int, Facts]:
    """What the ledger says of the cases on `day`, without the worker lists."""
    rows = Case.objects.filter(pk__in=ids).values("pk", "owed_from", "owed_until", "extreme", "mass")
    balances = ledger.balances(ids, day)
    return {
        row["pk"]: Facts(
            workers=balances[row["pk"]].owed.workers,
            amount=balances[row["pk"]].owed.amount,
            months=months_owed(row["owed_from"], row["owed_until"]),
            extreme=row["extreme"],
            mass=row["mass"],
        )
        for row in rows
    }


def _worker_lists(ids: Sequence[int], day: date) -> dict[int, tuple[known.OwedWorker, ...]]:
    """Workers who stood on the list on `day`. One whose days are not known is left out: the list is not complete then."""
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    stood = Worker.objects.filter(Q(removed_at=None) | Q(removed_at__gte=after), added_at__lt=after)
    lists: dict[int, list[known.OwedWorker]] = {}
    for case, owed, first, last in stood.filter(case__in=ids).values_list("case_id", "owed", "owed_from", "owed_until"):
        of_case = lists.setdefault(case, [])
        if (months := months_owed(first, last)) is not None:
            of_case.append(known.OwedWorker(owed, months))
    return {pk: tuple(workers) for pk, workers in lists.items()}
