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
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules import facts as known
from arrears.law.rules.evaluator import Answer, any_of
from arrears.law.rules.facts import Facts, months_owed
from arrears.law.rules.rulebook import Rulebook, Threshold
from arrears.workers.models import Worker
from reporting.forms.shapes import Form
from unions.common.refusals import Refused
from unions.models import Union

BATCH = 5000
Thresholds = tuple[Threshold, ...]


@dataclass(frozen=True)
class Reached:
    """`answer` is YES or UNCLEAR (待核); `why` in Chinese, by the notice."""

    answer: Answer
    why: str


def thresholds(form: Form, union: Union, day: date) -> Thresholds:
    """The thresholds of the clause a form goes by, in the rulebook that asks for this form, as its edition speaks on `day`.
    Clauses of other notices may have the same id. Refused when there is none.
    """
    found = tuple(
        entry for book in _asking(form, union, day) for entry in book.thresholds if entry.clause == form.threshold
    )
    if not found:
        raise Refused(
            f"要求报送“{form.title}”的通知里没有条款 {form.threshold} 的门槛，不能判断哪些案件应列入；请核对规则文件。"
        )
    return found


def _asking(form: Form, union: Union, day: date) -> list[Rulebook]:
    """The rulebook whose return this form is; of several those that hold where it is filled in, where no one asks for it
    those that hold at the unit whose form it is.
    """
    books = list(rulebooks_at(day).values())
    asking = [book for book in books if any(rule.form == form.key for rule in book.returns)]
    if len(asking) == 1:
        return asking
    units = RulebooksByUnit(asking or books)
    owner = union if asking else Union.objects.filter(code=form.attached_to).first() or union
    return list({book.key: book for book in units.holding(owner.line_ids()).books}.values())


def reached(ids: Sequence[int], entries: Thresholds, day: date) -> dict[int, Reached]:
    """Case id → finding, for those of `ids` that reach one of the thresholds on `day`, or may. Four queries per five thousand."""
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
