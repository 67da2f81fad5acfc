"""What there is to do with a case next: one button that lands on the right form, in a row of the desk and on its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from arrears.cases.case_rows import CaseRow
from arrears.cases.ledger import Balance
from arrears.cases.models import Case, State
from arrears.cases.workflow import Offer
from arrears.law.obligations.reading import ObligationStatus
from unions.models import User
from unions.people.rights import Right


@dataclass(frozen=True)
class NextAct:
    label: str
    url: str
    name: str = ""  # of the move; "edit": filling in


@dataclass(frozen=True)
class MatterRow:
    """A case as the desk lists it."""

    row: CaseRow
    next_act: NextAct | None
    whose: str = ""  # 本人 or 本单位
    term: ObligationStatus | None = None  # the most pressing thing its unit owes


def next_act(row: CaseRow, user: User) -> NextAct | None:
    """Check a clue, enter what was paid, ask for the closing; None where it is somebody else's turn."""
    case = row.case
    if case.state == State.DRAFT:
        return NextAct("继续填写", case.get_absolute_url())
    return _handling_act(case, user, bool(row.outstanding))


def primary_act(case: Case, user: User, offers: list[Offer], balance: Balance, may_edit: bool) -> NextAct | None:
    """The one button at the head of its page: the move that leads on where nothing bars it, else what a row of the desk offers."""
    for offer in offers:
        if offer.row.tone == "primary" and not offer.why_not and not offer.missing:
            return NextAct(offer.row.label, _move(case, offer.name), offer.name)
    if case.number is None:
        return NextAct("继续填写", reverse("case-edit", args=[case.pk]), "edit") if may_edit else None
    act = _handling_act(case, user, bool(balance.outstanding))
    barred = {_move(case, offer.name) for offer in offers if offer.why_not or offer.missing}
    return act if act and act.url not in barred else None


def _handling_act(case: Case, user: User, owes: bool) -> NextAct | None:
    if not user.may(Right.HANDLE, case.handling_union.in_charge()):
        return None
    if case.state == State.CLUE:
        return NextAct("核实", _move(case, "verify"))
    if case.state == State.OPEN:
        return NextAct("登记清偿", case.section_url("ledger")) if owes else NextAct("提请办结", _move(case, "settle"))
    if case.state == State.LEGAL:
        return NextAct("登记进展", case.section_url("legal"))
    return None


def _move(case: Case, name: str) -> str:
    return reverse("case-move", args=[case.pk, name])
