"""What a row of the desk offers to do with a case: one button that lands on the right form."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from arrears.cases.case_rows import CaseRow
from arrears.cases.models import Case, State
from unions.models import User
from unions.people.rights import Right


@dataclass(frozen=True)
class NextAct:
    label: str
    url: str


@dataclass(frozen=True)
class MatterRow:
    """A case as the desk lists it."""

    row: CaseRow
    next_act: NextAct | None


def next_act(row: CaseRow, user: User) -> NextAct | None:
    """Check a clue, enter what was paid, ask for the closing; None where it is somebody else's turn."""
    case = row.case
    if case.state == State.DRAFT:
        return NextAct("继续填写", case.get_absolute_url())
    if not user.may(Right.HANDLE, case.handling_union.in_charge()):
        return None
    if case.state == State.CLUE:
        return NextAct("核实", _move(case, "verify"))
    if case.state == State.OPEN:
        left = row.outstanding
        return (
            NextAct("登记清偿", f"{case.get_absolute_url()}?tab=ledger")
            if left
            else NextAct("提请办结", _move(case, "settle"))
        )
    if case.state == State.LEGAL:
        return NextAct("登记进展", f"{case.get_absolute_url()}?tab=legal")
    return None


def _move(case: Case, name: str) -> str:
    return reverse("case-move", args=[case.pk, name])
