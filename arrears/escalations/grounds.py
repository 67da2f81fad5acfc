"""Grounds of a report upward (上报依据): who may use them, which go up at once, which notice names them.

Four general grounds hold for every union. A notice in force gives them its own words and clause and adds
grounds of its own (50 人以上, 三个月以上); the rulebooks in force on the day of the case say which.
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
from unions.models.union import BESIDE_COUNTIES

OF_AN_EMPLOYER = frozenset({UnionKind.ENTERPRISE, *BESIDE_COUNTIES})  # who negotiates with her own employer
MASS = "mass"  # 极端讨薪 and 群体性事件


@dataclass(frozen=True)
class EscalationGround:
    """One ground of a report upward.

    `clause`, `quotation`: of the notice in force that names it, else empty. `immediate`: every level above
    hears at once. `senders`: kinds of unions that may use it, empty for any.
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
    return sender.kind in OF_AN_EMPLOYER and case.negotiation_failed_on is not None


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


def open_grounds(case: Case, *senders: Union) -> list[EscalationGround]:
    """List the grounds on which one of `senders` may report `case` up, the gravest first."""
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
    """Return a general ground in the words of the notice that names it."""
    if notice is None:
        return ground
    immediate = ground.immediate or notice.immediate
    return replace(ground, clause=notice.clause, quotation=notice.quotation, immediate=immediate)


def _of_notices(case: Case) -> Iterator[EscalationGround]:
    """Yield the grounds of the notices that judge this case by the day it was found.

    A notice's own ground stands where the case reaches its threshold; what is unclear (待核) opens nothing.
    About fifteen queries.
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
