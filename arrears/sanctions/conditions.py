"""The conditions of the joint-punishment list as whoever knows the rulebooks reads them (人社部令第45号)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from arrears.cases.models import Case
from unions.approvals import ShownLine

YES, NO, UNCLEAR = "yes", "no", "unclear"
WORDS = {YES: "符合", NO: "不符合", UNCLEAR: "待核"}


@dataclass(frozen=True)
class Condition:
    """`state`: yes, no or unclear. `why`: from which facts."""

    label: str
    state: str
    why: str

    @property
    def said(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True)
class Judged:
    """One case against all conditions: grave enough (by the amount or by an event), and an order that was not kept."""

    case: int
    conditions: tuple[Condition, ...]
    state: str

    @property
    def meets(self) -> bool:
        return self.state == YES


# Cases, by their ids, against the conditions on a day.
Judge = Callable[[Collection[int], date], dict[int, Judged]]
JUDGES: list[Judge] = []


def judged(cases: Collection[int], day: date) -> dict[int, Judged]:
    """Case → how it stands, from the apps that know the rulebooks."""
    found: dict[int, Judged] = {}
    for judge in JUDGES:
        found |= judge(cases, day)
    return found


def lines(case: Case, day: date) -> list[ShownLine]:
    """The conditions as a second person sees and signs them."""
    one = judged([case.pk], day).get(case.pk)
    if one is None:
        return [ShownLine("列入条件", "无法判断，请按事实核对")]
    return [ShownLine(f"条件：{each.label}", f"{each.said}——{each.why}") for each in one.conditions]
