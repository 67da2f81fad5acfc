"""On what ground a case goes up (上报依据): who may use it, whether it goes at once, and which notice asks for it.

Four grounds are every union's, whatever the place: without them nothing would go up level by level. A notice in force gives them its
own words and clause and adds grounds of its own (50 人以上, 三个月以上). The rulebooks in force on the day of the case say what
the notices name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from arrears.cases.facts import CaseReader
from arrears.cases.models import Case
from arrears.cases.route import GRASSROOTS
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules import rulebook
from arrears.law.rules.evaluator import Answer, any_of
from arrears.law.rules.facts import Facts
from arrears.law.rules.rulebook import Rulebook
from arrears.law.rules.vocabulary import GROUNDS
from unions.models import Union, UnionKind

MASS = "mass"  # 极端讨薪 and 群体性事件


@dataclass(frozen=True)
class EscalationGround:
    """`clause`, `quotation`: of the notice in force that names it, else empty. `immediate`: every level above knows at once.
    `senders`: kinds of unions that may use it, empty for any.
    """

    key: str
    label: str
    immediate: bool = False
    clause: str = ""
    quotation: str = ""
    senders: tuple[str, ...] = ()

    def is_for(self, unit: Union) -> bool:
        return not self.senders or unit.kind in self.senders


def _failed_negotiation(case: Case, sender: Union) -> bool:
    return sender.kind == UnionKind.ENTERPRISE and case.negotiation_failed_on is not None


def _discovered(case: Case, sender: Union) -> bool:
    return sender.kind in GRASSROOTS and sender.kind != UnionKind.ENTERPRISE


def _above_grassroots(case: Case, sender: Union) -> bool:
    return sender.kind not in GRASSROOTS


GENERAL: list[tuple[EscalationGround, Callable[[Case, Union], bool]]] = [
    (EscalationGround(MASS, GROUNDS[MASS], immediate=True), lambda case, sender: case.is_immediate),
    (EscalationGround("negotiation_failed", GROUNDS["negotiation_failed"]), _failed_negotiation),
    (EscalationGround("discovered", GROUNDS["discovered"]), _discovered),
    (EscalationGround("level_by_level", GROUNDS["level_by_level"]), _above_grassroots),
]


def open_to(case: Case, *senders: Union) -> list[EscalationGround]:
    """The grounds on which one of `senders` may report this case up, the gravest first."""
    named: dict[str, EscalationGround] = {}
    for ground in _of_notices(case):
        named.setdefault(ground.key, ground)
    general = [
        _in_words_of(named.get(ground.key), ground)
        for ground, applies in GENERAL
        if any(applies(case, unit) for unit in senders)
    ]
    everywhere = {ground.key for ground, _ in GENERAL}
    own = [
        ground
        for key, ground in named.items()
        if key not in everywhere and any(ground.is_for(unit) for unit in senders)
    ]
    return sorted([*own, *general], key=lambda ground: (not ground.immediate, ground.key != MASS))


def _in_words_of(notice: EscalationGround | None, ground: EscalationGround) -> EscalationGround:
    """A general ground as the notice that names it says it."""
    if notice is None:
        return ground
    immediate = ground.immediate or notice.immediate
    return replace(ground, clause=notice.clause, quotation=notice.quotation, immediate=immediate)


def _of_notices(case: Case) -> Iterator[EscalationGround]:
    """What the notices name that judge this case, by the day it was found: their words for the general grounds, and their
    own where the case reaches the threshold. What is unclear (待核) opens nothing. About fifteen queries.
    """
    day = case.discovered_on or case.accepted_on
    if day is None:
        return  # a draft goes nowhere
    for subject in CaseReader().read([case.pk]):
        for book in RulebooksByUnit().holding(subject.line_ids(), subject.place).books:
            if book.in_force(day):
                yield from (_ground_of(row) for row in book.grounds if _open(row, book, subject.facts))


def _open(row: rulebook.Ground, book: Rulebook, facts: Facts) -> bool:
    return row.name in GROUNDS or any_of(book.threshold(row.when).any, facts)[0] is Answer.YES


def _ground_of(row: rulebook.Ground) -> EscalationGround:
    return EscalationGround(row.name, row.title, row.immediate, row.clause, row.quotation, row.senders)
