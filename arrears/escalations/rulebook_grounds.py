"""上报依据 of the notices: which of their grounds are open to a case, by the rulebooks in force on its day."""

from __future__ import annotations

from collections.abc import Iterator

from arrears.cases.facts import CaseReader
from arrears.cases.models import Case
from arrears.escalations.grounds import NOTICES, Ground
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules import rulebook
from arrears.law.rules.evaluator import Answer, any_of
from arrears.law.rules.facts import Facts
from arrears.law.rules.rulebook import Rulebook
from arrears.law.rules.vocabulary import GROUNDS


def of_notices(case: Case) -> Iterator[Ground]:
    """What the notices name that judge this case, by the day it was found: their words for the general grounds, and their
    own where the case reaches the threshold. What is unclear (待核) opens nothing. About fifteen queries.
    """
    day = case.discovered_on or case.accepted_on
    if day is None:
        return  # a draft goes nowhere
    for subject in CaseReader().read([case.pk]):
        for book in RulebooksByUnit().holding(subject.line_ids(), subject.place).books:
            if book.in_force(day):
                yield from (_told(row) for row in book.grounds if _open(row, book, subject.facts))


def _open(row: rulebook.Ground, book: Rulebook, facts: Facts) -> bool:
    return row.name in GROUNDS or any_of(book.threshold(row.when).any, facts)[0] is Answer.YES


def _told(row: rulebook.Ground) -> Ground:
    return Ground(row.name, row.title, row.immediate, row.clause, row.quotation, row.senders)


NOTICES.append(of_notices)
